// Eight residues modulo one prime q <= 2^50 in a vector: what the files compiled for AVX-512 IFMA share. Linkage is
// internal throughout, and only those files include it: the linker must not keep a wide copy for everybody.
#pragma once

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

namespace nightjar::kernel {
namespace {

// The instructions multiply 52 bits by 52, and transforms let residues grow to 4q.
constexpr int kNarrowPrimeBits = 50;

inline __m512i spread(std::uint64_t word) { return _mm512_set1_epi64(static_cast<long long>(word)); }

inline __m512i load(const std::uint64_t *words) { return _mm512_loadu_si512(words); }

inline void store(std::uint64_t *words, __m512i vector) { _mm512_storeu_si512(words, vector); }

/// x - limit where that is not negative, as a carry would show.
inline __m512i subtract_once(__m512i x, __m512i limit) { return _mm512_min_epu64(x, _mm512_sub_epi64(x, limit)); }

/// floor(w 2^52 / q), for w < q.
inline std::uint64_t narrow_quotient(std::uint64_t w, std::uint64_t q) {
    return static_cast<std::uint64_t>((static_cast<unsigned __int128>(w) << 52) / q);
}

struct Prime {
    __m512i q;
    __m512i twice_q;
    __m512i minus_q;  // modulo 2^52
    __m512i ratio;    // floor(2^52 / q)
    __m512i low52;

    Prime() = default;
    explicit Prime(std::uint64_t value)
        : q(spread(value)),
          twice_q(spread(2 * value)),
          minus_q(spread((std::uint64_t{1} << 52) - value)),
          ratio(spread((std::uint64_t{1} << 52) / value)),
          low52(spread((std::uint64_t{1} << 52) - 1)) {}

    /// y w modulo q in [0, 2q) plus a multiple of 2^52, for any w < q with quotient = floor(w 2^52 / q). Of y only the
    /// lower 52 bits count. The estimate floor(y quotient / 2^52) of floor(y w / q) is exact or one too small, so 52 bits
    /// hold what is left.
    __m512i multiply_loosely(__m512i y, __m512i w, __m512i quotient) const {
        const __m512i zero = _mm512_setzero_si512();
        const __m512i estimate = _mm512_madd52hi_epu64(zero, y, quotient);
        return _mm512_madd52lo_epu64(_mm512_madd52lo_epu64(zero, y, w), estimate, minus_q);
    }

    /// The same in [0, 2q).
    __m512i multiply(__m512i y, __m512i w, __m512i quotient) const {
        return _mm512_and_si512(multiply_loosely(y, w, quotient), low52);
    }

    /// The lower 52 bits of x modulo q, in [0, 2q) plus a multiple of 2^52: a product with one.
    __m512i reduce_loosely(__m512i x) const {
        return _mm512_madd52lo_epu64(x, _mm512_madd52hi_epu64(_mm512_setzero_si512(), x, ratio), minus_q);
    }

    /// The lower 52 bits of x modulo q.
    __m512i reduce(__m512i x) const { return reduce_once(_mm512_and_si512(reduce_loosely(x), low52)); }

    /// floor(y w / q) and y w modulo q, for y < 2^52 and w < q.
    void divide(__m512i y, __m512i w, __m512i w_quotient, __m512i &quotient, __m512i &remainder) const {
        const __m512i zero = _mm512_setzero_si512();
        quotient = _mm512_madd52hi_epu64(zero, y, w_quotient);
        remainder =
            _mm512_and_si512(_mm512_madd52lo_epu64(_mm512_madd52lo_epu64(zero, y, w), quotient, minus_q), low52);
        quotient = _mm512_mask_add_epi64(quotient, _mm512_cmpge_epu64_mask(remainder, q), quotient, spread(1));
        remainder = reduce_once(remainder);
    }

    /// From [0, 2q) to [0, q).
    __m512i reduce_once(__m512i x) const { return subtract_once(x, q); }
};

}  // namespace
}  // namespace nightjar::kernel
