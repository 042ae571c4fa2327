#include "nightjar/ring.h"

#include <algorithm>
#include <array>
#include <vector>

#include "nightjar/kernel/integer_product.h"
#include "nightjar/modular.h"

namespace nightjar {

/// SEAL's roots, whose quotients floor(w 2^64 / q) become those of 52 bits by a shift, in the layout of the kernels.
class Ring::NarrowTables {
public:
    explicit NarrowTables(const seal::util::NTTTables &tables) {
        const std::size_t degree = tables.coeff_count();
        const std::uint64_t q = tables.modulus().value();
        const seal::util::MultiplyUIntModOperand *forward = tables.get_from_root_powers();
        const seal::util::MultiplyUIntModOperand *inverse = tables.get_from_inv_root_powers();
        std::vector<Factor> roots(degree);
        std::vector<Factor> inverse_roots(degree);
        for (std::size_t blocks = 1; blocks < degree; blocks *= 2) {
            for (std::size_t i = 0; i < blocks; ++i) {
                const auto &root = forward[blocks + i];
                const auto &inverse_root = inverse[degree - 2 * blocks + 1 + i];  // SEAL stores stages as they come
                roots[blocks + i] = {root.operand, root.quotient >> 12};
                inverse_roots[blocks + i] = {inverse_root.operand, inverse_root.quotient >> 12};
            }
        }
        const Factor one_over_degree = make_factor(tables.inv_degree_modulo().operand, q);
        const Factor root_over_degree = make_factor(mul_mod(inverse_roots[1].value, one_over_degree, q), q);
        last_ = {one_over_degree.value, root_over_degree.value, one_over_degree.quotient >> 12,
                 root_over_degree.quotient >> 12};
        const std::size_t few = degree / 16;
        lines_.resize(4 * (few + degree) / kLine);
        std::uint64_t *words = lines_[0].words;
        view_ = {q,
                 tables.coeff_count_power(),
                 lay_out(roots, few, words),
                 lay_out(inverse_roots, few, words + 2 * (few + degree)),
                 {last_.data(), last_.data() + 2}};
    }
    NarrowTables(const NarrowTables &) = delete;
    NarrowTables &operator=(const NarrowTables &) = delete;

    const kernel::TransformTables &view() const { return view_; }

private:
    static constexpr std::size_t kLine = 8;
    struct alignas(64) Line {
        std::uint64_t words[kLine];
    };

    /// Takes 2 (few + roots.size()) words.
    static kernel::Roots lay_out(const std::vector<Factor> &roots, std::size_t few, std::uint64_t *words) {
        constexpr std::size_t kCore = kernel::kTransformCore;
        for (std::size_t i = 0; i < few; ++i) {
            words[i] = roots[i].value;
            words[few + i] = roots[i].quotient;
        }
        std::uint64_t *core = words + 2 * few;
        const std::size_t cores = roots.size() / kCore;
        for (std::size_t c = 0; c < cores; ++c, core += 2 * kCore) {
            for (std::size_t blocks = 1; blocks < kCore; blocks *= 2) {
                for (std::size_t i = 0; i < blocks; ++i) {
                    const Factor &root = roots[(cores + c) * blocks + i];
                    core[blocks + i] = root.value;
                    core[kCore + blocks + i] = root.quotient;
                }
            }
        }
        return {{words, words + few}, words + 2 * few};
    }

    std::vector<Line> lines_;
    std::array<std::uint64_t, 4> last_;
    kernel::TransformTables view_;
};

Ring::Ring(const seal::util::NTTTables &tables, const kernel::RingKernel *wide)
    : tables_(tables), modulus_(kernel::make_modulus(tables.modulus().value())) {
    if (wide != nullptr && tables.coeff_count_power() >= wide->min_log_degree) {
        any_ = wide;
        if (kernel::bit_length(prime()) <= wide->max_prime_bits) {
            narrow_ = wide;
            narrow_tables_ = std::make_unique<NarrowTables>(tables);
        }
    }
}

Ring::~Ring() = default;
Ring::Ring(Ring &&) noexcept = default;

void Ring::to_ntt(std::uint64_t *residues) const {
    if (narrow_ != nullptr) {
        narrow_->forward(narrow_tables_->view(), residues);
    } else {
        seal::util::ntt_negacyclic_harvey(seal::util::CoeffIter(residues), tables_);
    }
}

void Ring::from_ntt(std::uint64_t *residues) const {
    if (narrow_ != nullptr) {
        narrow_->inverse(narrow_tables_->view(), residues);
    } else {
        seal::util::inverse_ntt_negacyclic_harvey(seal::util::CoeffIter(residues), tables_);
    }
}

void Ring::multiply_add(const std::uint64_t *a, kernel::Factors factors, const std::uint64_t *addend,
                        std::uint64_t *output) const {
    const std::uint64_t q = prime();
    if (narrow_ != nullptr) {
        return narrow_->multiply_add(q, degree(), a, factors, addend, output);
    }
    for (std::size_t j = 0; j < degree(); ++j) {
        const std::uint64_t product = mul_mod(a[j], {factors.values[j], factors.quotients[j]}, q);
        output[j] = add_mod(addend == nullptr ? 0 : addend[j], product, q);
    }
}

void Ring::multiply_subtract(const std::uint64_t *a, kernel::Factors factors, const std::uint64_t *addend,
                             std::uint64_t *output) const {
    const std::uint64_t q = prime();
    if (narrow_ != nullptr) {
        return narrow_->multiply_subtract(q, degree(), a, factors, addend, output);
    }
    for (std::size_t j = 0; j < degree(); ++j) {
        output[j] = sub_mod(addend[j], mul_mod(a[j], {factors.values[j], factors.quotients[j]}, q), q);
    }
}

void Ring::multiply(const std::uint64_t *a, const std::uint64_t *b, const std::uint64_t *addend,
                    std::uint64_t *output) const {
    multiply(degree(), a, b, addend, output);
}

void Ring::multiply(std::size_t length, const std::uint64_t *a, const std::uint64_t *b, const std::uint64_t *addend,
                    std::uint64_t *output) const {
    const std::uint64_t q = prime();
    if (narrow_ != nullptr) {
        return narrow_->multiply_residues(q, length, a, b, addend, output);
    }
    for (std::size_t j = 0; j < length; ++j) {
        const std::uint64_t product = divide(static_cast<unsigned __int128>(a[j]) * b[j], modulus_).remainder;
        output[j] = add_mod(addend == nullptr ? 0 : addend[j], product, q);
    }
}

void Ring::sum_products(std::size_t count, const std::uint64_t *const *a, const std::uint64_t *const *b,
                        const std::uint64_t *addend, std::uint64_t *output) const {
    const std::uint64_t q = prime();
    for (; count > 0; addend = output) {
        const std::size_t some = std::min(count, kernel::kMaxProducts);
        if (narrow_ != nullptr) {
            narrow_->sum_products(q, degree(), some, a, b, addend, output);
        } else {
            for (std::size_t j = 0; j < degree(); ++j) {
                unsigned __int128 sum = 0;
                for (std::size_t i = 0; i < some; ++i) {
                    sum += static_cast<unsigned __int128>(a[i][j]) * b[i][j];
                }
                output[j] = add_mod(addend == nullptr ? 0 : addend[j], divide(sum, modulus_).remainder, q);
            }
        }
        count -= some;
        a += some;
        b += some;
    }
}

void Ring::multiply_constant(const std::uint64_t *a, std::uint64_t constant, const std::uint64_t *addend,
                             std::uint64_t *output) const {
    const std::uint64_t q = prime();
    if (narrow_ != nullptr) {
        return narrow_->multiply_constant(q, degree(), a, constant, addend, output);
    }
    const Factor factor = make_factor(constant, q);
    for (std::size_t j = 0; j < degree(); ++j) {
        output[j] = add_mod(addend[j], mul_mod(a[j], factor, q), q);
    }
}

void Ring::reduce(const Ring &from, const std::uint64_t *a, std::uint64_t *output) const {
    const std::uint64_t q = prime();
    if (from.prime() <= q) {
        std::copy_n(a, degree(), output);
    } else if (narrow_ != nullptr && from.narrow_ != nullptr) {
        narrow_->reduce(q, degree(), a, output);
    } else {
        const Factor one = make_factor(1, q);
        for (std::size_t j = 0; j < degree(); ++j) {
            output[j] = mul_mod(a[j], one, q);
        }
    }
}

std::uint64_t Ring::inverse_of(const Ring &other) const { return inverse_mod(other.prime() % prime(), prime()); }

void Ring::add_wide(const std::uint64_t *low, const std::uint64_t *high, int power, std::uint64_t *sum) const {
    const std::uint64_t q = prime();
    const std::uint64_t offset = sub_mod(0, pow_mod(2, static_cast<std::uint64_t>(power), q), q);
    if (narrow_ != nullptr) {
        return narrow_->add_wide(q, degree(), low, high, offset, sum);
    }
    const Factor one = make_factor(1, q);
    const Factor digit = make_factor((std::uint64_t{1} << 52) % q, q);
    for (std::size_t j = 0; j < degree(); ++j) {
        const std::uint64_t residue = add_mod(mul_mod(low[j], one, q), mul_mod(high[j], digit, q), q);
        sum[j] = add_mod(add_mod(sum[j], offset, q), residue, q);
    }
}

void Ring::drop_prime(const Ring &dropped, const std::uint64_t *last, std::uint64_t *residues) const {
    const std::uint64_t q = prime();
    const std::uint64_t other = dropped.prime();
    const Factor inverse = make_factor(inverse_of(dropped), q);
    if (narrow_ != nullptr && other / 2 < q) {
        return narrow_->drop_prime(q, degree(), other, last, inverse.value, residues);
    }
    const Factor one = make_factor(1, q);
    const std::uint64_t shift = mul_mod(other, one, q);
    for (std::size_t j = 0; j < degree(); ++j) {
        // No branch tells which half of the dropped prime a residue is in.
        const std::uint64_t upper = ~(((other / 2 - last[j]) >> 63) - 1);
        const std::uint64_t centred = sub_mod(mul_mod(last[j], one, q), shift & upper, q);
        residues[j] = mul_mod(sub_mod(residues[j], centred, q), inverse, q);
    }
}

void Ring::drop_remainder(const Ring &dropped, const std::uint64_t *last, std::uint64_t *output) const {
    std::fill_n(output, degree(), 0);
    drop_prime(dropped, last, output);
}

void Ring::lift(const std::uint64_t *b, std::uint64_t *output) const {
    const std::uint64_t q = prime();
    if (any_ != nullptr) {
        return any_->lift(q, degree(), b, output);
    }
    for (std::size_t j = 0; j < degree(); ++j) {
        output[j] = small_residue(b[j], q);
    }
}

void Ring::add(const std::uint64_t *a, const std::uint64_t *b, std::uint64_t *output) const {
    add(degree(), a, b, output);
}

void Ring::add(std::size_t length, const std::uint64_t *a, const std::uint64_t *b, std::uint64_t *output) const {
    const std::uint64_t q = prime();
    if (any_ != nullptr) {
        return any_->add(q, length, a, b, output);
    }
    for (std::size_t j = 0; j < length; ++j) {
        output[j] = add_mod(a[j], b[j], q);
    }
}

void Ring::subtract(const std::uint64_t *a, const std::uint64_t *b, std::uint64_t *output) const {
    const std::uint64_t q = prime();
    if (any_ != nullptr) {
        return any_->subtract(q, degree(), a, b, output);
    }
    for (std::size_t j = 0; j < degree(); ++j) {
        output[j] = sub_mod(a == nullptr ? 0 : a[j], small_residue(b[j], q), q);
    }
}

}  // namespace nightjar
