// The ring kernel for AVX-512 IFMA: everything but the transforms and rounding. Eight residues at once; products as in
// residues_avx512ifma.h.
//
// Nothing here may call an inline function that other translation units also instantiate: the linker could then keep
// this file's wide copy for everybody.
#include "nightjar/kernel/parts_avx512ifma.h"
#include "nightjar/kernel/residues_avx512ifma.h"
#include "nightjar/kernel/ring_kernel.h"

namespace nightjar::kernel {
namespace {

/// Calls body(first, lanes) for each eight of `count` values, and at the end for what is left of them.
template <typename Body>
void each_eight(std::size_t count, Body body) {
    constexpr __mmask8 kAll = 0xff;
    std::size_t j = 0;
    for (; j + kRingStep <= count; j += kRingStep) {
        body(j, kAll);
    }
    if (j < count) {
        body(j, static_cast<__mmask8>((1U << (count - j)) - 1));
    }
}

template <bool Subtract>
void multiply_and(std::uint64_t q, std::size_t length, const std::uint64_t *a, Factors factors,
                  const std::uint64_t *addend, std::uint64_t *output) {
    const Prime p(q);
    for (std::size_t j = 0; j < length; j += kRingStep) {
        const __m512i quotient = _mm512_srli_epi64(load(factors.quotients + j), 12);  // of 52 bits
        const __m512i product = p.reduce_once(p.multiply(load(a + j), load(factors.values + j), quotient));
        const __m512i other = addend == nullptr ? _mm512_setzero_si512() : load(addend + j);
        if (Subtract) {
            const __m512i difference = _mm512_sub_epi64(other, product);
            store(output + j, _mm512_min_epu64(difference, _mm512_add_epi64(difference, p.q)));
        } else {
            store(output + j, p.reduce_once(_mm512_add_epi64(other, product)));
        }
    }
}

void multiply_add(std::uint64_t q, std::size_t length, const std::uint64_t *a, Factors factors,
                  const std::uint64_t *addend, std::uint64_t *output) {
    multiply_and<false>(q, length, a, factors, addend, output);
}

void multiply_subtract(std::uint64_t q, std::size_t length, const std::uint64_t *a, Factors factors,
                       const std::uint64_t *addend, std::uint64_t *output) {
    multiply_and<true>(q, length, a, factors, addend, output);
}

// a b = 2^52 high + low.
void multiply_residues(std::uint64_t q, std::size_t length, const std::uint64_t *a, const std::uint64_t *b,
                       const std::uint64_t *addend, std::uint64_t *output) {
    const Prime p(q);
    const __m512i zero = _mm512_setzero_si512();
    const __m512i power = spread((std::uint64_t{1} << 52) % q);
    const __m512i power_quotient = spread(narrow_quotient((std::uint64_t{1} << 52) % q, q));
    for (std::size_t j = 0; j < length; j += kRingStep) {
        const __m512i x = load(a + j);
        const __m512i y = load(b + j);
        const __m512i low = p.reduce(_mm512_madd52lo_epu64(zero, x, y));
        const __m512i high = p.multiply(_mm512_madd52hi_epu64(zero, x, y), power, power_quotient);
        const __m512i other = addend == nullptr ? zero : load(addend + j);
        const __m512i sum = _mm512_add_epi64(_mm512_add_epi64(low, high), other);  // below 4q
        store(output + j, p.reduce_once(subtract_once(sum, p.twice_q)));
    }
}

// Both words of 104 bits are added up: the lower ones carry into the upper ones, which then still fit 52 bits.
void sum_products(std::uint64_t q, std::size_t length, std::size_t count, const std::uint64_t *const *a,
                  const std::uint64_t *const *b, const std::uint64_t *addend, std::uint64_t *output) {
    static_assert(kMaxProducts <= std::size_t{1} << (104 - 2 * kNarrowPrimeBits), "the upper words fit 52 bits");
    const Prime p(q);
    const __m512i zero = _mm512_setzero_si512();
    const __m512i power = spread((std::uint64_t{1} << 52) % q);
    const __m512i power_quotient = spread(narrow_quotient((std::uint64_t{1} << 52) % q, q));
    for (std::size_t j = 0; j < length; j += kRingStep) {
        __m512i low = zero;
        __m512i high = zero;
        for (std::size_t i = 0; i < count; ++i) {
            const __m512i x = load(a[i] + j);
            const __m512i y = load(b[i] + j);
            low = _mm512_madd52lo_epu64(low, x, y);
            high = _mm512_madd52hi_epu64(high, x, y);
        }
        high = _mm512_add_epi64(high, _mm512_srli_epi64(low, 52));
        const __m512i reduced = p.multiply(high, power, power_quotient);
        const __m512i other = addend == nullptr ? zero : load(addend + j);
        const __m512i sum = _mm512_add_epi64(_mm512_add_epi64(p.reduce(low), reduced), other);  // below 4q
        store(output + j, p.reduce_once(subtract_once(sum, p.twice_q)));
    }
}

void multiply_constant(std::uint64_t q, std::size_t length, const std::uint64_t *a, std::uint64_t constant,
                       const std::uint64_t *addend, std::uint64_t *output) {
    const Prime p(q);
    const __m512i factor = spread(constant);
    const __m512i quotient = spread(narrow_quotient(constant, q));
    for (std::size_t j = 0; j < length; j += kRingStep) {
        const __m512i sum = _mm512_add_epi64(p.multiply(load(a + j), factor, quotient), load(addend + j));  // below 3q
        store(output + j, p.reduce_once(subtract_once(sum, p.twice_q)));
    }
}

void reduce(std::uint64_t q, std::size_t length, const std::uint64_t *a, std::uint64_t *output) {
    const Prime p(q);
    for (std::size_t j = 0; j < length; j += kRingStep) {
        store(output + j, p.reduce(load(a + j)));
    }
}

// The upper word has two digits of 52 bits itself.
void add_wide(std::uint64_t q, std::size_t length, const std::uint64_t *low, const std::uint64_t *high,
              std::uint64_t offset, std::uint64_t *sum) {
    const Prime p(q);
    const std::uint64_t once = (std::uint64_t{1} << 52) % q;
    const auto twice = static_cast<std::uint64_t>(static_cast<unsigned __int128>(once) * once % q);
    const __m512i power = spread(once);
    const __m512i power_quotient = spread(narrow_quotient(once, q));
    const __m512i square = spread(twice);
    const __m512i square_quotient = spread(narrow_quotient(twice, q));
    const __m512i shift = spread(offset);
    const __m512i four_q = spread(4 * q);
    for (std::size_t j = 0; j < length; j += kRingStep) {
        const __m512i upper = load(high + j);
        __m512i total = _mm512_add_epi64(load(sum + j), shift);
        total = _mm512_add_epi64(total, p.reduce(load(low + j)));
        total = _mm512_add_epi64(total, p.multiply(upper, power, power_quotient));
        total = _mm512_add_epi64(total, p.multiply(_mm512_srli_epi64(upper, 52), square, square_quotient));
        total = subtract_once(total, four_q);  // was below 7q
        store(sum + j, p.reduce_once(subtract_once(total, p.twice_q)));
    }
}

// The difference is in (-q, 2q): negative, it looks larger than with q added.
void drop_prime(std::uint64_t q, std::size_t length, std::uint64_t dropped, const std::uint64_t *last,
                std::uint64_t inverse, std::uint64_t *residues) {
    const Prime p(q);
    const __m512i greatest = spread(dropped / 2);
    const __m512i other = spread(dropped);
    const __m512i factor = spread(inverse);
    const __m512i quotient = spread(narrow_quotient(inverse, q));
    for (std::size_t j = 0; j < length; j += kRingStep) {
        const __m512i rest = load(last + j);
        const __m512i centred = _mm512_mask_sub_epi64(rest, _mm512_cmpgt_epu64_mask(rest, greatest), rest, other);
        const __m512i difference = _mm512_sub_epi64(load(residues + j), centred);
        const __m512i raised = _mm512_min_epu64(difference, _mm512_add_epi64(difference, p.q));
        store(residues + j, p.reduce_once(p.multiply(raised, factor, quotient)));
    }
}

void lift(std::uint64_t q, std::size_t length, const std::uint64_t *b, std::uint64_t *output) {
    const __m512i modulus = spread(q);
    for (std::size_t j = 0; j < length; j += kRingStep) {
        const __m512i value = load(b + j);
        store(output + j, _mm512_min_epu64(value, _mm512_add_epi64(value, modulus)));
    }
}

void add(std::uint64_t q, std::size_t length, const std::uint64_t *a, const std::uint64_t *b, std::uint64_t *output) {
    const __m512i modulus = spread(q);
    for (std::size_t j = 0; j < length; j += kRingStep) {
        store(output + j, subtract_once(_mm512_add_epi64(load(a + j), load(b + j)), modulus));
    }
}

// a - b is in (-q, 2q): negative, it looks larger than a - b + q.
void subtract(std::uint64_t q, std::size_t length, const std::uint64_t *a, const std::uint64_t *b,
              std::uint64_t *output) {
    const __m512i modulus = spread(q);
    for (std::size_t j = 0; j < length; j += kRingStep) {
        const __m512i from = a == nullptr ? _mm512_setzero_si512() : load(a + j);
        const __m512i difference = _mm512_sub_epi64(from, load(b + j));
        const __m512i raised = _mm512_min_epu64(difference, _mm512_add_epi64(difference, modulus));
        store(output + j, subtract_once(raised, modulus));
    }
}

// floor((q_mod_t m + h) / t) is the quotient of q_mod_t m, and one more where the remainder and h reach t.
void scale(const Scaling &s, const std::int64_t *values, std::size_t count, std::uint64_t *residues) {
    const Prime p(s.modulus);
    const Prime t(s.plain_modulus);
    const __m512i q_mod_t = spread(s.q_mod_t);
    const __m512i q_mod_t_quotient = spread(narrow_quotient(s.q_mod_t, s.plain_modulus));
    const __m512i half = spread(s.plain_modulus - (s.plain_modulus + 1) / 2);
    const __m512i one = spread(1);
    const __m512i delta = spread(s.delta);
    const __m512i delta_quotient = spread(narrow_quotient(s.delta, s.modulus));
    each_eight(count, [&](std::size_t j, __mmask8 lanes) {
        const __m512i value = _mm512_maskz_loadu_epi64(lanes, values + j);
        const __m512i m = _mm512_min_epu64(value, _mm512_add_epi64(value, t.q));
        __m512i fix;
        __m512i rest;
        t.divide(m, q_mod_t, q_mod_t_quotient, fix, rest);
        fix = _mm512_mask_add_epi64(fix, _mm512_cmpge_epu64_mask(rest, half), fix, one);
        const __m512i product = p.reduce_once(p.multiply(m, delta, delta_quotient));
        _mm512_mask_storeu_epi64(residues + j, lanes, p.reduce_once(_mm512_add_epi64(product, fix)));
    });
}

bool all_between(const std::int64_t *values, std::size_t count, std::int64_t low, std::int64_t high) {
    const __m512i least = _mm512_set1_epi64(low);
    const __m512i most = _mm512_set1_epi64(high);
    __mmask8 outside = 0;
    each_eight(count, [&](std::size_t j, __mmask8 lanes) {
        const __m512i value = _mm512_maskz_loadu_epi64(lanes, values + j);
        const __mmask8 wrong =
            static_cast<__mmask8>(_mm512_cmplt_epi64_mask(value, least) | _mm512_cmpgt_epi64_mask(value, most));
        outside = static_cast<__mmask8>(outside | (wrong & lanes));
    });
    return outside == 0;
}

void centre(std::uint64_t t, const std::uint64_t *residues, std::size_t count, std::int64_t *output) {
    const __m512i modulus = spread(t);
    const __m512i greatest = spread((t - 1) / 2);
    each_eight(count, [&](std::size_t j, __mmask8 lanes) {
        const __m512i c = _mm512_maskz_loadu_epi64(lanes, residues + j);
        const __mmask8 negative = _mm512_cmpgt_epu64_mask(c, greatest);
        _mm512_mask_storeu_epi64(output + j, lanes, _mm512_mask_sub_epi64(c, negative, c, modulus));
    });
}

/// Takes eight numbers, which begin every `stride` bits, out of 64 bytes: each lies in two neighbouring words at most.
/// Above a number is something else's.
class Fields {
public:
    explicit Fields(unsigned stride) {
        const __m512i first_bits = _mm512_mullo_epi64(_mm512_setr_epi64(0, 1, 2, 3, 4, 5, 6, 7), spread(stride));
        word_ = _mm512_srli_epi64(first_bits, 6);
        next_word_ = _mm512_add_epi64(word_, spread(1));  // the word after the last is none of theirs
        right_ = _mm512_and_si512(first_bits, spread(63));
        left_ = _mm512_sub_epi64(spread(64), right_);  // a shift by 64 gives zero
    }

    __m512i take(const std::uint8_t *bytes) const {
        const __m512i words = _mm512_loadu_si512(bytes);
        return _mm512_or_si512(_mm512_srlv_epi64(_mm512_permutexvar_epi64(word_, words), right_),
                               _mm512_sllv_epi64(_mm512_permutexvar_epi64(next_word_, words), left_));
    }

private:
    __m512i word_;
    __m512i next_word_;
    __m512i right_;
    __m512i left_;
};

// With the second 21 bits complemented, their ones are 21 less the ones they had: one count of 42 bits serves both sums.
void noise(const std::uint8_t *bytes, std::size_t length, std::uint64_t *output) {
    constexpr std::uint64_t kBits = (std::uint64_t{1} << 42) - 1;
    constexpr std::uint64_t kSecond = kBits ^ ((std::uint64_t{1} << 21) - 1);
    const Fields fields(48);
    const auto masked = [](__m512i x, std::uint64_t mask) { return _mm512_and_si512(x, spread(mask)); };
    for (std::size_t j = 0; j < length; j += kRingStep) {
        __m512i x = _mm512_xor_si512(masked(fields.take(bytes + j * 6), kBits), spread(kSecond));
        x = _mm512_sub_epi64(x, masked(_mm512_srli_epi64(x, 1), 0x5555555555555555));
        x = _mm512_add_epi64(masked(x, 0x3333333333333333), masked(_mm512_srli_epi64(x, 2), 0x3333333333333333));
        x = masked(_mm512_add_epi64(x, _mm512_srli_epi64(x, 4)), 0x0f0f0f0f0f0f0f0f);
        // Byte 5 of the product is the sum of all six bytes.
        x = _mm512_madd52lo_epu64(_mm512_setzero_si512(), x, spread(0x010101010101));
        x = masked(_mm512_srli_epi64(x, 40), 0xff);
        store(output + j, _mm512_sub_epi64(x, spread(21)));
    }
}

std::size_t unpack_below(const std::uint8_t *bytes, std::size_t length, unsigned bits, unsigned stride,
                         std::uint64_t limit, std::uint64_t *output) {
    const Fields fields(stride);
    const __m512i mask = spread((std::uint64_t{1} << bits) - 1);
    const __m512i bound = spread(limit);
    std::size_t taken = 0;
    for (std::size_t j = 0; j < length; j += kRingStep, bytes += stride) {  // eight numbers are `stride` bytes
        __m512i number = _mm512_and_si512(fields.take(bytes), mask);
        const __mmask8 below = _mm512_cmplt_epu64_mask(number, bound);
        if (below == 0xff) {
            store(output + taken, number);
            taken += kRingStep;
        } else {
            store(output + taken, _mm512_maskz_compress_epi64(below, number));
            taken += static_cast<unsigned>(__builtin_popcount(below));
        }
    }
    return taken;
}

// Word k of eight numbers' bits holds what is left of number i = floor(64 k / bits), and the beginnings of the next two
// at most, as bits >= 32.
void pack(const std::uint64_t *words, std::size_t length, unsigned bits, std::uint8_t *bytes) {
    alignas(64) std::uint64_t first[kRingStep];
    alignas(64) std::uint64_t right[kRingStep];
    for (unsigned k = 0; k < kRingStep; ++k) {
        const unsigned number = 64 * k / bits;
        first[k] = number;
        right[k] = number < kRingStep ? 64 * k - number * bits : 64;  // a shift by 64 gives zero
    }
    const __m512i index = load(first);
    const __m512i shift = load(right);
    const auto next = [&](std::uint64_t n, __m512i &next_index, __m512i &next_shift) {
        next_index = _mm512_add_epi64(index, spread(n));
        next_shift = _mm512_mask_sub_epi64(spread(64), _mm512_cmplt_epu64_mask(next_index, spread(kRingStep)),
                                           spread(n * bits), shift);
    };
    __m512i second_index, second_shift, third_index, third_shift;
    next(1, second_index, second_shift);
    next(2, third_index, third_shift);
    for (std::size_t j = 0; j < length; j += kRingStep, bytes += bits) {
        const __m512i numbers = load(words + j);
        const __m512i rest = _mm512_srlv_epi64(_mm512_permutexvar_epi64(index, numbers), shift);
        const __m512i second = _mm512_sllv_epi64(_mm512_permutexvar_epi64(second_index, numbers), second_shift);
        const __m512i third = _mm512_sllv_epi64(_mm512_permutexvar_epi64(third_index, numbers), third_shift);
        _mm512_storeu_si512(bytes, _mm512_or_si512(rest, _mm512_or_si512(second, third)));
    }
}

}  // namespace

const RingKernel kAvx512IfmaRing = {6,
                                    kNarrowPrimeBits,
                                    kNarrowPrimeBits,
                                    forward_avx512ifma,
                                    inverse_avx512ifma,
                                    multiply_add,
                                    multiply_subtract,
                                    multiply_residues,
                                    sum_products,
                                    multiply_constant,
                                    reduce,
                                    add_wide,
                                    drop_prime,
                                    scale,
                                    round_avx512ifma,
                                    round_several_avx512ifma,
                                    add,
                                    subtract,
                                    lift,
                                    all_between,
                                    centre,
                                    noise,
                                    unpack_below,
                                    pack};

}  // namespace nightjar::kernel
