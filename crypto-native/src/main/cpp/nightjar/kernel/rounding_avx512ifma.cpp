// Rounding to the plaintext, eight coefficients at once.
//
// Nothing here may call an inline function that other translation units also instantiate: the linker could then keep
// this file's wide copy for everybody.
#include "nightjar/kernel/parts_avx512ifma.h"
#include "nightjar/kernel/residues_avx512ifma.h"

namespace nightjar::kernel {
namespace {

/// What one prime needs to turn a remainder R modulo q into the next digit floor(R 2^bits / q) of R / q, and the
/// remainder after it: with 2^bits = whole q + rest, they are R whole + floor(R rest / q) and R rest mod q.
struct Digit {
    __m512i whole;
    __m512i rest;
    __m512i rest_quotient;

    Digit() = default;
    Digit(int bits, std::uint64_t q) {
        const std::uint64_t power = std::uint64_t{1} << bits;
        whole = spread(power / q);
        rest = spread(power % q);
        rest_quotient = spread(narrow_quotient(power % q, q));
    }

    /// Adds the digit to a sum.
    __m512i next(const Prime &p, __m512i sum, __m512i &remainder) const {
        __m512i quotient;
        sum = _mm512_madd52lo_epu64(sum, remainder, whole);
        p.divide(remainder, rest, rest_quotient, quotient, remainder);
        return _mm512_add_epi64(sum, quotient);
    }
};

constexpr int kDigitBits = 52;
constexpr int kLastDigitBits = 128 - 2 * kDigitBits;

struct PrimeConstants {
    Prime p;
    __m512i inverse_punctured;
    __m512i inverse_punctured_quotient;
    __m512i t_quotient;
    Digit digit;
    Digit last_digit;

    PrimeConstants() = default;
    PrimeConstants(RoundedPrime prime, std::uint64_t t)
        : p(prime.modulus),
          inverse_punctured(spread(prime.inverse_punctured)),
          inverse_punctured_quotient(spread(narrow_quotient(prime.inverse_punctured, prime.modulus))),
          t_quotient(spread(narrow_quotient(t, prime.modulus))),
          digit(kDigitBits, prime.modulus),
          last_digit(kLastDigitBits, prime.modulus) {}
};

}  // namespace

// phase t = whole q + R; rounding up is 2R > q, as q is odd.
Remainders round_avx512ifma(std::uint64_t q, std::uint64_t t, std::size_t length, const std::uint64_t *phase,
                            std::uint64_t *output) {
    const Prime p(q);
    const __m512i plain = spread(t);
    const __m512i t_quotient = spread(narrow_quotient(t, q));
    const __m512i half = spread(q / 2);
    const __m512i one = spread(1);
    __m512i largest_down = _mm512_setzero_si512();
    __m512i least_up = p.q;
    for (std::size_t j = 0; j < length; j += kRingStep) {
        __m512i whole;
        __m512i rest;
        p.divide(load(phase + j), plain, t_quotient, whole, rest);
        const __mmask8 up = _mm512_cmpgt_epu64_mask(rest, half);
        largest_down = _mm512_mask_max_epu64(largest_down, static_cast<__mmask8>(~up), largest_down, rest);
        least_up = _mm512_mask_min_epu64(least_up, up, least_up, rest);
        store(output + j, subtract_once(_mm512_mask_add_epi64(whole, up, whole, one), plain));
    }
    return {_mm512_reduce_max_epu64(largest_down), _mm512_reduce_min_epu64(least_up)};
}

// The fractions are added digit by digit; digits have room for the carries of all primes.
DoubleWord round_several_avx512ifma(const RoundedPrime *primes, std::size_t count, std::uint64_t t, std::size_t length,
                                    const std::uint64_t *phase, std::uint64_t *output) {
    PrimeConstants constants[kMaxRoundedPrimes];
    for (std::size_t i = 0; i < count; ++i) {
        constants[i] = PrimeConstants(primes[i], t);
    }
    const Prime plain(t);
    const __m512i zero = _mm512_setzero_si512();
    const __m512i one = spread(1);
    const __m512i last_mask = spread((std::uint64_t{1} << kLastDigitBits) - 1);
    __m512i longest_high = zero;
    __m512i longest_low = zero;
    for (std::size_t j = 0; j < length; j += kRingStep) {
        __m512i whole = zero;
        __m512i digits[3] = {zero, zero, zero};
        for (std::size_t i = 0; i < count; ++i) {
            const PrimeConstants &c = constants[i];
            const __m512i y = c.p.reduce_once(
                c.p.multiply(load(phase + i * length + j), c.inverse_punctured, c.inverse_punctured_quotient));
            __m512i integer;
            __m512i rest;
            c.p.divide(y, plain.q, c.t_quotient, integer, rest);
            whole = _mm512_add_epi64(whole, integer);
            digits[0] = c.digit.next(c.p, digits[0], rest);
            digits[1] = c.digit.next(c.p, digits[1], rest);
            digits[2] = c.last_digit.next(c.p, digits[2], rest);
        }
        digits[1] = _mm512_add_epi64(digits[1], _mm512_srli_epi64(digits[2], kLastDigitBits));
        digits[0] = _mm512_add_epi64(digits[0], _mm512_srli_epi64(digits[1], kDigitBits));
        whole = _mm512_add_epi64(whole, _mm512_srli_epi64(digits[0], kDigitBits));
        // 52 + 12 and 40 + 24 bits.
        __m512i high = _mm512_or_si512(_mm512_slli_epi64(digits[0], 12),
                                       _mm512_srli_epi64(_mm512_and_si512(digits[1], plain.low52), 40));
        __m512i low =
            _mm512_or_si512(_mm512_slli_epi64(digits[1], kLastDigitBits), _mm512_and_si512(digits[2], last_mask));
        const __mmask8 up = _mm512_movepi64_mask(high);
        store(output + j, plain.reduce(_mm512_mask_add_epi64(whole, up, whole, one)));
        // The way up is 2^128 less the fraction.
        const __mmask8 borrow = _mm512_cmpneq_epu64_mask(low, zero);
        low = _mm512_mask_sub_epi64(low, up, zero, low);
        high = _mm512_mask_sub_epi64(high, up, zero, high);
        high = _mm512_mask_sub_epi64(high, static_cast<__mmask8>(up & borrow), high, one);
        const __mmask8 longer = static_cast<__mmask8>(
            _mm512_cmpgt_epu64_mask(high, longest_high) |
            (_mm512_cmpeq_epu64_mask(high, longest_high) & _mm512_cmpgt_epu64_mask(low, longest_low)));
        longest_high = _mm512_mask_mov_epi64(longest_high, longer, high);
        longest_low = _mm512_mask_mov_epi64(longest_low, longer, low);
    }
    const std::uint64_t greatest = _mm512_reduce_max_epu64(longest_high);
    const __mmask8 candidates = _mm512_cmpeq_epu64_mask(longest_high, spread(greatest));
    return {greatest, _mm512_mask_reduce_max_epu64(candidates, longest_low)};
}

}  // namespace nightjar::kernel
