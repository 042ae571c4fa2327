#include <algorithm>

#include "nightjar/kernel/lane_product.h"

namespace nightjar::kernel {
namespace {

/// sums += a factor, at every digit of a. A digit's two halves go to two sums, each below 2^52: of 4 kMaxLaneDigits such
/// terms none leaves 64 bits.
void multiply_add(const std::uint64_t *a, std::size_t stride, std::size_t digits, std::uint64_t factor,
                  std::uint64_t *sums) {
    for (std::size_t j = 0; j < digits; ++j) {
        const unsigned __int128 product = static_cast<unsigned __int128>(a[j * stride]) * factor;
        sums[j] += static_cast<std::uint64_t>(product) & kLaneDigitMask;
        sums[j + 1] += static_cast<std::uint64_t>(product >> kLaneDigitBits);
    }
}

void multiply(const LaneModulus &modulus, const std::uint64_t *a, const std::uint64_t *b, std::uint64_t *output) {
    const std::size_t digits = modulus.digits;
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
        std::uint64_t sums[2 * kMaxLaneDigits + 1] = {};
        for (std::size_t i = 0; i < digits; ++i) {
            multiply_add(a + lane, kLanes, digits, b[i * kLanes + lane], sums + i);
        }
        for (std::size_t i = 0; i < digits; ++i) {
            const std::uint64_t factor = (sums[i] * modulus.inverse) & kLaneDigitMask;
            multiply_add(modulus.modulus, 1, digits, factor, sums + i);
            sums[i + 1] += sums[i] >> kLaneDigitBits;
        }
        std::uint64_t carry = 0;
        for (std::size_t i = 0; i < digits; ++i) {
            const std::uint64_t sum = sums[digits + i] + carry;
            output[i * kLanes + lane] = sum & kLaneDigitMask;
            carry = sum >> kLaneDigitBits;
        }
    }
}

/// All ones if the two are the same, zero otherwise, without a branch.
std::uint64_t equal_mask(std::uint64_t a, std::uint64_t b) {
    const std::uint64_t difference = a ^ b;
    return ((difference | (0 - difference)) >> 63) - 1;
}

void select(const std::uint64_t *table, std::size_t count, std::size_t digits, std::uint64_t choice,
            std::uint64_t *output) {
    const std::size_t words = digits * kLanes;
    std::fill_n(output, words, 0);
    for (std::size_t entry = 0; entry < count; ++entry) {
        const std::uint64_t mask = equal_mask(entry, choice);
        for (std::size_t i = 0; i < words; ++i) {
            output[i] |= table[entry * words + i] & mask;
        }
    }
}

void select_each(const std::uint64_t *table, std::size_t count, std::size_t digits, const std::uint64_t *choices,
                 std::uint64_t *output) {
    std::fill_n(output, digits * kLanes, 0);
    for (std::size_t entry = 0; entry < count; ++entry) {
        for (std::size_t lane = 0; lane < kLanes; ++lane) {
            const std::uint64_t mask = equal_mask(entry, choices[lane]);
            for (std::size_t i = 0; i < digits; ++i) {
                output[i * kLanes + lane] |= table[entry * digits + i] & mask;
            }
        }
    }
}

}  // namespace

const LaneKernel kLanesPortable = {multiply, select, select_each};

}  // namespace nightjar::kernel
