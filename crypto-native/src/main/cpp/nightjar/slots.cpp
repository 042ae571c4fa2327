#include "nightjar/slots.h"

#include <seal/util/common.h>

#include "nightjar/modular.h"

namespace nightjar {

// Slots are a matrix of two rows: slot i of the first one is the value at the root to the power 3^i, and the second row
// has the inverses of these roots. A transform leaves the value at the power 2k + 1 where the reversed bits of k say.
SlotEncoder::SlotEncoder(const seal::util::NTTTables &tables, const kernel::RingKernel *wide)
    : ring_(tables, wide), places_(tables.coeff_count()) {
    const std::size_t row = places_.size() / 2;
    const std::size_t order = 4 * row;
    const auto place = [&](std::size_t power) {
        return static_cast<std::uint32_t>(
            seal::util::reverse_bits<std::uint64_t>((power - 1) / 2, tables.coeff_count_power()));
    };
    for (std::size_t i = 0, power = 1; i < row; ++i, power = power * 3 % order) {
        places_[i] = place(power);
        places_[row + i] = place(order - power);
    }
}

void SlotEncoder::encode(const std::int64_t *values, std::size_t count, std::uint64_t *coefficients) const {
    const std::uint64_t t = ring_.prime();
    for (std::size_t j = 0; j < count; ++j) {
        coefficients[places_[j]] = small_residue(static_cast<std::uint64_t>(values[j]), t);
    }
    for (std::size_t j = count; j < places_.size(); ++j) {
        coefficients[places_[j]] = 0;
    }
    ring_.from_ntt(coefficients);
}

void SlotEncoder::decode(std::uint64_t *coefficients, std::size_t count, std::uint64_t *slots) const {
    ring_.to_ntt(coefficients);
    for (std::size_t j = 0; j < count; ++j) {
        slots[j] = coefficients[places_[j]];
    }
}

}  // namespace nightjar
