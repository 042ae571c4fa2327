// Vectors of 32-bit words, one word of each of 4, 8 or 16 computations side by side; or of one.
//
// What is written with them is a template over how many, compiled into a function for each: clones.h says for which
// instructions. Vectors are passed by reference, as by value each width has an ABI of its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "nightjar/clones.h"

namespace nightjar::words {

template <std::size_t N>
struct VectorOf {
    typedef std::uint32_t Words __attribute__((vector_size(4 * N)));
    typedef std::uint64_t Pairs __attribute__((vector_size(4 * N)));
    typedef std::uint8_t Bytes __attribute__((vector_size(4 * N)));
};

template <>
struct VectorOf<1> {
    using Words = std::uint32_t;
};

template <std::size_t N>
using Vector = typename VectorOf<N>::Words;

#define NIGHTJAR_INLINE inline __attribute__((always_inline))

template <unsigned kBytes, std::size_t N, std::size_t... I>
NIGHTJAR_INLINE void rotate_bytes(Vector<N> &x, std::index_sequence<I...>) {
    using Bytes = typename VectorOf<N>::Bytes;
    x = (Vector<N>)__builtin_shuffle((Bytes)x, Bytes{((I & ~std::size_t{3}) | ((I + kBytes) & 3))...});
}

/// Rotates every word to the right.
template <unsigned kBits, std::size_t N>
NIGHTJAR_INLINE void rotate(Vector<N> &x) {
    if constexpr (N == 8 && kBits % 8 == 0) {  // AVX2 cannot rotate, but shuffles bytes
        rotate_bytes<kBits / 8, N>(x, std::make_index_sequence<4 * N>());
    } else {
        x = (x >> kBits) | (x << (32 - kBits));
    }
}

/// From two rows, elements in turn: in every four words, those of the lower half to `a`, others to `b`.
template <typename Elements, typename Index, std::size_t... I>
NIGHTJAR_INLINE void interleave(Elements &a, Elements &b, std::index_sequence<I...>) {
    constexpr std::size_t in_four = 16 / sizeof(Index);
    constexpr std::size_t count = sizeof...(I);
    constexpr auto from = [](std::size_t i) { return i / in_four * in_four + i % 2 * count + i % in_four / 2; };
    const Elements low = __builtin_shuffle(a, b, Elements{static_cast<Index>(from(I))...});
    b = __builtin_shuffle(a, b, Elements{static_cast<Index>(from(I) + in_four / 2)...});
    a = low;
}

/// The same for pairs of words.
template <std::size_t N>
NIGHTJAR_INLINE void interleave_pairs(Vector<N> &a, Vector<N> &b) {
    using Pairs = typename VectorOf<N>::Pairs;
    auto x = (Pairs)a;
    auto y = (Pairs)b;
    interleave<Pairs, std::uint64_t>(x, y, std::make_index_sequence<N / 2>());
    a = (Vector<N>)x;
    b = (Vector<N>)y;
}

/// Of two rows, every second four words: the even ones of both to `a` and the odd ones to `b`.
template <std::size_t N, std::size_t... I>
NIGHTJAR_INLINE void separate(Vector<N> &a, Vector<N> &b, std::index_sequence<I...>) {
    constexpr auto from = [](std::size_t i) { return i / 4 * 8 + i % 4; };
    const Vector<N> even = __builtin_shuffle(a, b, Vector<N>{static_cast<std::uint32_t>(from(I))...});
    b = __builtin_shuffle(a, b, Vector<N>{static_cast<std::uint32_t>(from(I) + 4)...});
    a = even;
}

/// Exchanges rows and columns of N rows, by shuffles that processors do in one step.
template <std::size_t N>
NIGHTJAR_INLINE void transpose(Vector<N> *rows) {
    constexpr auto all = std::make_index_sequence<N>();
#pragma GCC unroll 4
    for (std::size_t row = 0; row < N; row += 4) {
        Vector<N> *r = rows + row;
        interleave<Vector<N>, std::uint32_t>(r[0], r[1], all);
        interleave<Vector<N>, std::uint32_t>(r[2], r[3], all);
        interleave_pairs<N>(r[0], r[2]);
        interleave_pairs<N>(r[1], r[3]);
        std::swap(r[1], r[2]);
    }
#pragma GCC unroll 4
    for (std::size_t column = 0; column < 4; ++column) {
        Vector<N> *r = rows + column;
        if constexpr (N >= 8) {
            separate<N>(r[0], r[4], all);
        }
        if constexpr (N == 16) {
            separate<N>(r[8], r[12], all);
            separate<N>(r[0], r[8], all);
            separate<N>(r[4], r[12], all);
        }
    }
}

}  // namespace nightjar::words
