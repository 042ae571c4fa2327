#include <immintrin.h>

#include "nightjar/kernel/lane_product.h"

namespace nightjar::kernel {
namespace {

constexpr std::size_t kStep = kLaneDigitStep;

__m512i low(__m512i sum, __m512i a, __m512i b) { return _mm512_madd52lo_epu64(sum, a, b); }
__m512i high(__m512i sum, __m512i a, __m512i b) { return _mm512_madd52hi_epu64(sum, a, b); }

/// sum += the digits now[0] = a_j, now[1] = a_(j-1), ... times four digits of a factor: what belongs to one place.
__m512i place(__m512i sum, const __m512i now[kStep + 1], const __m512i factor[kStep]) {
    __m512i other = _mm512_setzero_si512();  // two chains, because one would wait for itself
    for (std::size_t d = 0; d < kStep; ++d) {
        sum = low(sum, now[d], factor[d]);
        other = high(other, now[d + 1], factor[d]);
    }
    return _mm512_add_epi64(sum, other);
}

void shift(__m512i now[kStep + 1], __m512i next) {
    for (std::size_t d = kStep; d > 0; --d) {
        now[d] = now[d - 1];
    }
    now[0] = next;
}

/// sums[i + j] += what a has for place j of four digits of b, for all of b.
void multiply_rows(const std::uint64_t *a, const std::uint64_t *b, std::size_t digits, __m512i *sums) {
    const __m512i zero = _mm512_setzero_si512();
    for (std::size_t i = 0; i < digits; i += kStep) {
        __m512i factor[kStep];
        for (std::size_t d = 0; d < kStep; ++d) {
            factor[d] = _mm512_loadu_si512(b + (i + d) * kLanes);
        }
        __m512i now[kStep + 1] = {zero, zero, zero, zero, zero};
        __m512i *at = sums + i;
        for (std::size_t j = 0; j < digits; ++j) {
            shift(now, _mm512_loadu_si512(a + j * kLanes));
            at[j] = place(at[j], now, factor);
        }
        for (std::size_t j = digits; j < digits + kStep; ++j) {
            shift(now, zero);
            at[j] = place(at[j], now, factor);
        }
    }
}

/// The same for a square, where what two different blocks of four digits have in common counts twice.
void square_rows(const std::uint64_t *a, std::size_t digits, __m512i *sums) {
    const __m512i zero = _mm512_setzero_si512();
    __m512i factor[kStep];
    for (std::size_t i = 0; i + kStep < digits; i += kStep) {
        for (std::size_t d = 0; d < kStep; ++d) {
            factor[d] = _mm512_loadu_si512(a + (i + d) * kLanes);
        }
        __m512i now[kStep + 1] = {zero, zero, zero, zero, zero};
        __m512i *at = sums + i;
        for (std::size_t j = i + kStep; j < digits; ++j) {
            shift(now, _mm512_loadu_si512(a + j * kLanes));
            at[j] = place(at[j], now, factor);
        }
        for (std::size_t j = digits; j < digits + kStep; ++j) {
            shift(now, zero);
            at[j] = place(at[j], now, factor);
        }
    }
    for (std::size_t i = 0; i < 2 * digits; ++i) {
        sums[i] = _mm512_add_epi64(sums[i], sums[i]);
    }
    for (std::size_t i = 0; i < digits; i += kStep) {
        for (std::size_t d = 0; d < kStep; ++d) {
            factor[d] = _mm512_loadu_si512(a + (i + d) * kLanes);
        }
        __m512i *at = sums + 2 * i;
        for (std::size_t d = 0; d < kStep; ++d) {
            for (std::size_t e = 0; e < kStep; ++e) {
                at[d + e] = low(at[d + e], factor[d], factor[e]);
                at[d + e + 1] = high(at[d + e + 1], factor[d], factor[e]);
            }
        }
    }
}

/// Adds multiples of the modulus until the lower half is zero, but for what it carries, which goes to the upper half.
void reduce(const LaneModulus &modulus, __m512i *sums) {
    const __m512i zero = _mm512_setzero_si512();
    const __m512i inverse = _mm512_set1_epi64(static_cast<long long>(modulus.inverse));
    __m512i first[kStep];
    for (std::size_t d = 0; d < kStep; ++d) {
        first[d] = _mm512_set1_epi64(static_cast<long long>(modulus.modulus[d]));
    }
    for (std::size_t i = 0; i < modulus.digits; i += kStep) {
        __m512i *at = sums + i;
        __m512i factor[kStep];
        __m512i carry = zero;
        for (std::size_t d = 0; d < kStep; ++d) {
            __m512i sum = _mm512_add_epi64(at[d], carry);
            for (std::size_t e = 0; e < d; ++e) {
                sum = low(sum, first[d - e], factor[e]);
                sum = high(sum, first[d - e - 1], factor[e]);
            }
            factor[d] = low(zero, sum, inverse);
            carry = _mm512_srli_epi64(low(sum, first[0], factor[d]), kLaneDigitBits);
        }
        at[kStep] = _mm512_add_epi64(at[kStep], carry);
        __m512i now[kStep + 1] = {first[3], first[2], first[1], first[0], zero};
        for (std::size_t j = kStep; j < modulus.digits; ++j) {
            shift(now, _mm512_set1_epi64(static_cast<long long>(modulus.modulus[j])));
            at[j] = place(at[j], now, factor);
        }
        for (std::size_t j = modulus.digits; j < modulus.digits + kStep; ++j) {
            shift(now, zero);
            at[j] = place(at[j], now, factor);
        }
    }
}

void multiply(const LaneModulus &modulus, const std::uint64_t *a, const std::uint64_t *b, std::uint64_t *output) {
    const std::size_t digits = modulus.digits;
    __m512i sums[2 * kMaxLaneDigits + kStep];
    for (std::size_t i = 0; i < 2 * digits + kStep; ++i) {
        sums[i] = _mm512_setzero_si512();
    }
    if (a == b) {
        square_rows(a, digits, sums);
    } else {
        multiply_rows(a, b, digits, sums);
    }
    reduce(modulus, sums);
    const __m512i mask = _mm512_set1_epi64(static_cast<long long>(kLaneDigitMask));
    __m512i carry = _mm512_setzero_si512();
    for (std::size_t i = 0; i < digits; ++i) {
        const __m512i sum = _mm512_add_epi64(sums[digits + i], carry);
        _mm512_storeu_si512(output + i * kLanes, _mm512_and_si512(sum, mask));
        carry = _mm512_srli_epi64(sum, kLaneDigitBits);
    }
}

constexpr std::size_t kMostEntries = 64;

/// For every entry of a table all ones in those lanes that choose it. What is not chosen is read all the same, and
/// masked: a masked load may leave memory alone, which shows.
void masks_of(__m512i choices, std::size_t count, __m512i *masks) {
    for (std::size_t entry = 0; entry < count; ++entry) {
        const __m512i number = _mm512_set1_epi64(static_cast<long long>(entry));
        masks[entry] = _mm512_movm_epi64(_mm512_cmpeq_epi64_mask(choices, number));
    }
}

/// found | (mask & value)
__m512i take(__m512i found, __m512i mask, __m512i value) { return _mm512_ternarylogic_epi64(found, mask, value, 0xf8); }

void select(const std::uint64_t *table, std::size_t count, std::size_t digits, std::uint64_t choice,
            std::uint64_t *output) {
    __m512i masks[kMostEntries];
    masks_of(_mm512_set1_epi64(static_cast<long long>(choice)), count, masks);
    for (std::size_t i = 0; i < digits; ++i) {
        __m512i found = _mm512_setzero_si512();
        for (std::size_t entry = 0; entry < count; ++entry) {
            found = take(found, masks[entry], _mm512_loadu_si512(table + (entry * digits + i) * kLanes));
        }
        _mm512_storeu_si512(output + i * kLanes, found);
    }
}

void select_each(const std::uint64_t *table, std::size_t count, std::size_t digits, const std::uint64_t *choices,
                 std::uint64_t *output) {
    __m512i masks[kMostEntries];
    masks_of(_mm512_loadu_si512(choices), count, masks);
    for (std::size_t i = 0; i < digits; i += kStep) {
        __m512i found[kStep] = {};
        for (std::size_t entry = 0; entry < count; ++entry) {
            const std::uint64_t *number = table + entry * digits + i;
            for (std::size_t d = 0; d < kStep; ++d) {
                found[d] = take(found[d], masks[entry], _mm512_set1_epi64(static_cast<long long>(number[d])));
            }
        }
        for (std::size_t d = 0; d < kStep; ++d) {
            _mm512_storeu_si512(output + (i + d) * kLanes, found[d]);
        }
    }
}

}  // namespace

const LaneKernel kLanesAvx512Ifma = {kLaneDigitBits, multiply, select, select_each};

}  // namespace nightjar::kernel
