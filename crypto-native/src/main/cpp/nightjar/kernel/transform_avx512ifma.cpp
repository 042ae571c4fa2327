// The negacyclic number-theoretic transform and its inverse, eight butterflies at once, in SEAL's order of roots and
// values: the results are reduced, so they are SEAL's to the bit.
//
// Two stages make one pass over the memory. The innermost ones, four to six of them, are one more: 64 values stay in
// registers, where the butterflies of a vector's own values come about by rearranging two vectors.
//
// Nothing here may call an inline function that other translation units also instantiate: the linker could then keep
// this file's wide copy for everybody.
#include "nightjar/kernel/parts_avx512ifma.h"
#include "nightjar/kernel/residues_avx512ifma.h"

namespace nightjar::kernel {
namespace {

constexpr std::size_t kStep = kRingStep;
constexpr std::size_t kVectors = kTransformCore / kStep;
constexpr int kCoreStages = 4;  // 8, 4, 2 and 1 apart, within two neighbouring vectors

struct Root {
    __m512i value;
    __m512i quotient;
};

Root root(Factors roots, std::size_t index) { return {spread(roots.values[index]), spread(roots.quotients[index])}; }

Root roots_of_eight(Factors roots, std::size_t index) {
    return {load(roots.values + index), load(roots.quotients + index)};
}

/// Four roots, for two butterflies each.
Root roots_of_four(Factors roots, std::size_t index) {
    const __m512i pairs = _mm512_setr_epi64(0, 0, 1, 1, 2, 2, 3, 3);
    const auto take = [&](const std::uint64_t *words) {
        return _mm512_permutexvar_epi64(
            pairs, _mm512_castsi256_si512(_mm256_loadu_si256(reinterpret_cast<const __m256i *>(words + index))));
    };
    return {take(roots.values), take(roots.quotients)};
}

/// Two roots, for four butterflies each.
Root roots_of_two(Factors roots, std::size_t index) {
    const __m512i fours = _mm512_setr_epi64(0, 0, 0, 0, 1, 1, 1, 1);
    const auto take = [&](const std::uint64_t *words) {
        return _mm512_permutexvar_epi64(
            fours, _mm512_castsi128_si512(_mm_loadu_si128(reinterpret_cast<const __m128i *>(words + index))));
    };
    return {take(roots.values), take(roots.quotients)};
}

// How the values of two vectors a0 ... a7 and b0 ... b7 meet. After halves(), quarters() and eighths(), in this order,
// they are in
//   a0 a1 a2 a3 b0 b1 b2 b3 and a4 a5 a6 a7 b4 b5 b6 b7, 4 apart;
//   a0 a1 a4 a5 b0 b1 b4 b5 and a2 a3 a6 a7 b2 b3 b6 b7, 2 apart;
//   a0 a2 a4 a6 b0 b2 b4 b6 and a1 a3 a5 a7 b1 b3 b5 b7, 1 apart.
// Each undoes itself.
void halves(__m512i &x, __m512i &y) {
    const __m512i low = _mm512_shuffle_i64x2(x, y, 0x44);
    y = _mm512_shuffle_i64x2(x, y, 0xee);
    x = low;
}

void quarters(__m512i &x, __m512i &y) {
    const __m512i low = _mm512_permutex2var_epi64(x, _mm512_setr_epi64(0, 1, 8, 9, 4, 5, 12, 13), y);
    y = _mm512_permutex2var_epi64(x, _mm512_setr_epi64(2, 3, 10, 11, 6, 7, 14, 15), y);
    x = low;
}

void eighths(__m512i &x, __m512i &y) {
    const __m512i low = _mm512_unpacklo_epi64(x, y);
    y = _mm512_unpackhi_epi64(x, y);
    x = low;
}

// Vectors of the innermost pass are named by constants from the start, or the compiler would leave them in memory.

/// Calls body(x, y, block) for the vectors that are Gap apart, in blocks of 2 Gap: each step for all of them, because the
/// steps of one wait for each other.
template <std::size_t Gap, std::size_t I = 0, typename Body>
[[gnu::always_inline]] inline void each_apart(__m512i *vectors, const Body &body) {
    if constexpr (I < kVectors / 2) {
        body(vectors[I / Gap * Gap + I], vectors[I / Gap * Gap + I + Gap], I / Gap);
        each_apart<Gap, I + 1>(vectors, body);
    }
}

template <std::size_t I = 0>
[[gnu::always_inline]] inline void load_all(const std::uint64_t *values, __m512i *vectors) {
    if constexpr (I < kVectors) {
        vectors[I] = load(values + I * kStep);
        load_all<I + 1>(values, vectors);
    }
}

template <std::size_t I = 0>
[[gnu::always_inline]] inline void store_all(std::uint64_t *values, const __m512i *vectors) {
    if constexpr (I < kVectors) {
        store(values + I * kStep, vectors[I]);
        store_all<I + 1>(values, vectors);
    }
}

std::size_t degree(const TransformTables &t) { return std::size_t{1} << t.log_degree; }

/// How many stages the innermost pass has beyond kCoreStages, so that the others come in pairs, of which there are some.
int extra_stages(const TransformTables &t) { return t.log_degree % 2 != 0 ? 1 : t.log_degree >= 8 ? 2 : 0; }

// Forward: (x, y) becomes (x + r y, x - r y). A policy says how far these may grow.

/// No value is looked at before the end, and only the lower 52 bits are multiplied: multiples of 2^52 do not matter. As
/// r y < 2q, everything begins with an offset of 2q a stage, so that no difference of s stages is negative; the values
/// then stay below (4s + 1) q, which is to fit 52 bits.
struct ForwardGrowing {
    static bool takes(const TransformTables &t) {
        return t.modulus <= (std::uint64_t{1} << 52) / static_cast<std::uint64_t>(4 * t.log_degree + 1);
    }
    static __m512i begin(__m512i x, __m512i offset) { return _mm512_add_epi64(x, offset); }
    static void butterfly(__m512i &x, __m512i &y, Root r, const Prime &p) {
        const __m512i product = p.multiply_loosely(y, r.value, r.quotient);
        y = _mm512_sub_epi64(x, product);
        x = _mm512_add_epi64(x, product);
    }
};

/// Everything stays below 4q <= 2^52.
struct ForwardGuarded {
    static __m512i begin(__m512i x, __m512i) { return x; }
    static void butterfly(__m512i &x, __m512i &y, Root r, const Prime &p) {
        const __m512i u = subtract_once(x, p.twice_q);
        const __m512i product = p.multiply(y, r.value, r.quotient);
        x = _mm512_add_epi64(u, product);
        y = _mm512_sub_epi64(_mm512_add_epi64(u, p.twice_q), product);
    }
};

/// Two stages, the first of `blocks` blocks.
template <typename Policy, bool First>
void forward_two_stages(const TransformTables &t, const Prime &p, std::size_t blocks, std::uint64_t *values) {
    const std::size_t gap = degree(t) / (4 * blocks);
    const __m512i offset = spread(2 * static_cast<std::uint64_t>(t.log_degree) * t.modulus);
    for (std::size_t block = blocks; block < 2 * blocks; ++block, values += 4 * gap) {
        const Root first = root(t.forward.all, block);
        const Root left = root(t.forward.all, 2 * block);
        const Root right = root(t.forward.all, 2 * block + 1);
        for (std::size_t j = 0; j < gap; j += kStep) {
            __m512i a = load(values + j);
            __m512i b = load(values + gap + j);
            __m512i c = load(values + 2 * gap + j);
            __m512i d = load(values + 3 * gap + j);
            if (First) {
                a = Policy::begin(a, offset);
                b = Policy::begin(b, offset);
            }
            Policy::butterfly(a, c, first, p);
            Policy::butterfly(b, d, first, p);
            Policy::butterfly(a, b, left, p);
            Policy::butterfly(c, d, right, p);
            store(values + j, a);
            store(values + gap + j, b);
            store(values + 2 * gap + j, c);
            store(values + 3 * gap + j, d);
        }
    }
}

/// The last stages, and the reduction to [0, q).
template <typename Policy, int Extra>
void forward_core(const TransformTables &t, const Prime &p, std::uint64_t *values) {
    const std::uint64_t *words = t.forward.cores;
    __m512i v[kVectors];
    for (std::size_t core = 0; core < degree(t) / kTransformCore; ++core) {
        const Factors roots{words, words + kTransformCore};
        load_all(values, v);
        if (Extra == 2) {
            const Root r = root(roots, 1);
            each_apart<4>(v, [&](__m512i &x, __m512i &y, std::size_t)
                                 __attribute__((always_inline)) { Policy::butterfly(x, y, r, p); });
        }
        if (Extra >= 1) {
            each_apart<2>(v, [&](__m512i &x, __m512i &y, std::size_t block) __attribute__((always_inline)) {
                Policy::butterfly(x, y, root(roots, 2 + block), p);
            });
        }
        each_apart<1>(v, [&](__m512i &x, __m512i &y, std::size_t pair) __attribute__((always_inline)) {
            Policy::butterfly(x, y, root(roots, 4 + pair), p);
            halves(x, y);
        });
        each_apart<1>(v, [&](__m512i &x, __m512i &y, std::size_t pair) __attribute__((always_inline)) {
            Policy::butterfly(x, y, roots_of_two(roots, 8 + 2 * pair), p);
            quarters(x, y);
        });
        each_apart<1>(v, [&](__m512i &x, __m512i &y, std::size_t pair) __attribute__((always_inline)) {
            Policy::butterfly(x, y, roots_of_four(roots, 16 + 4 * pair), p);
            eighths(x, y);
        });
        each_apart<1>(v, [&](__m512i &x, __m512i &y, std::size_t pair) __attribute__((always_inline)) {
            Policy::butterfly(x, y, roots_of_eight(roots, 32 + 8 * pair), p);
        });
        each_apart<1>(v, [&](__m512i &x, __m512i &y, std::size_t) __attribute__((always_inline)) {
            x = p.reduce(x);
            y = p.reduce(y);
            eighths(x, y);
        });
        each_apart<1>(v, [&](__m512i &x, __m512i &y, std::size_t) __attribute__((always_inline)) {
            quarters(x, y);
            halves(x, y);
        });
        store_all(values, v);
        values += kTransformCore;
        words += 2 * kTransformCore;
    }
}

template <typename Policy>
void forward_with(const TransformTables &t, std::uint64_t *values) {
    const Prime p(t.modulus);
    const int extra = extra_stages(t);
    const std::size_t last_blocks = degree(t) >> (kCoreStages + extra);
    forward_two_stages<Policy, true>(t, p, 1, values);
    for (std::size_t blocks = 4; blocks < last_blocks; blocks *= 4) {
        forward_two_stages<Policy, false>(t, p, blocks, values);
    }
    switch (extra) {
        case 0: return forward_core<Policy, 0>(t, p, values);
        case 1: return forward_core<Policy, 1>(t, p, values);
        default: return forward_core<Policy, 2>(t, p, values);
    }
}

// Inverse: (x, y) becomes (x + y, r (x - y)). A policy says how far these may grow; both keep values below 2^bits q, with
// a limit 2^bits q for each stage that makes differences positive.

/// Sums double each stage, up to 52 bits; then they are reduced. Multiples of 2^52 do not matter.
struct InverseGrowing {
    static bool takes(const TransformTables &t) {
        return t.modulus <= std::uint64_t{1} << (52 - kCoreStages - extra_stages(t));
    }
    static void butterfly(__m512i &x, __m512i &y, Root r, const Prime &p, __m512i limit) {
        const __m512i difference = _mm512_sub_epi64(_mm512_add_epi64(x, limit), y);
        x = _mm512_add_epi64(x, y);
        y = p.multiply_loosely(difference, r.value, r.quotient);
    }
    static __m512i limit(const TransformTables &t, int bits) { return spread(t.modulus << bits); }

    /// Whether sums are to be reduced now, so that `stages` more do not take a difference beyond 52 bits.
    static bool reduces(const TransformTables &t, int bits, int stages) {
        return t.modulus > std::uint64_t{1} << (52 - bits - stages);
    }
};

/// Everything stays below 2q <= 2^51.
struct InverseGuarded {
    static void butterfly(__m512i &x, __m512i &y, Root r, const Prime &p, __m512i) {
        const __m512i difference = _mm512_sub_epi64(_mm512_add_epi64(x, p.twice_q), y);
        x = subtract_once(_mm512_add_epi64(x, y), p.twice_q);
        y = p.multiply(difference, r.value, r.quotient);
    }
    static __m512i limit(const TransformTables &, int) { return _mm512_setzero_si512(); }
    static bool reduces(const TransformTables &, int, int) { return false; }
};

/// The first stages. The sums are what may be reduced at the end: products are below 2q anyway.
template <typename Policy, int Extra, bool Reduce>
void inverse_core(const TransformTables &t, const Prime &p, std::uint64_t *values) {
    const std::uint64_t *words = t.inverse.cores;
    const __m512i limit_1 = Policy::limit(t, 0);
    const __m512i limit_2 = Policy::limit(t, 1);
    const __m512i limit_4 = Policy::limit(t, 2);
    const __m512i limit_8 = Policy::limit(t, 3);
    const __m512i limit_16 = Policy::limit(t, 4);
    const __m512i limit_32 = Policy::limit(t, 5);
    __m512i v[kVectors];
    for (std::size_t core = 0; core < degree(t) / kTransformCore; ++core) {
        const Factors roots{words, words + kTransformCore};
        load_all(values, v);
        each_apart<1>(v, [&](__m512i &x, __m512i &y, std::size_t) __attribute__((always_inline)) {
            halves(x, y);
            quarters(x, y);
        });
        each_apart<1>(v, [&](__m512i &x, __m512i &y, std::size_t pair) __attribute__((always_inline)) {
            eighths(x, y);
            Policy::butterfly(x, y, roots_of_eight(roots, 32 + 8 * pair), p, limit_1);
        });
        each_apart<1>(v, [&](__m512i &x, __m512i &y, std::size_t pair) __attribute__((always_inline)) {
            eighths(x, y);
            Policy::butterfly(x, y, roots_of_four(roots, 16 + 4 * pair), p, limit_2);
        });
        each_apart<1>(v, [&](__m512i &x, __m512i &y, std::size_t pair) __attribute__((always_inline)) {
            quarters(x, y);
            Policy::butterfly(x, y, roots_of_two(roots, 8 + 2 * pair), p, limit_4);
        });
        each_apart<1>(v, [&](__m512i &x, __m512i &y, std::size_t pair) __attribute__((always_inline)) {
            halves(x, y);
            Policy::butterfly(x, y, root(roots, 4 + pair), p, limit_8);
        });
        if (Extra >= 1) {
            each_apart<2>(v, [&](__m512i &x, __m512i &y, std::size_t block) __attribute__((always_inline)) {
                Policy::butterfly(x, y, root(roots, 2 + block), p, limit_16);
            });
        }
        if (Extra == 2) {
            const Root r = root(roots, 1);
            each_apart<4>(v, [&](__m512i &x, __m512i &y, std::size_t)
                                 __attribute__((always_inline)) { Policy::butterfly(x, y, r, p, limit_32); });
        }
        if (Reduce) {
            each_apart<std::size_t{1} << Extra>(
                v, [&](__m512i &x, __m512i &, std::size_t) __attribute__((always_inline)) { x = p.reduce_loosely(x); });
        }
        store_all(values, v);
        values += kTransformCore;
        words += 2 * kTransformCore;
    }
}

/// Two stages, the second of `blocks` blocks.
template <typename Policy, bool Reduce>
void inverse_two_stages(const TransformTables &t, const Prime &p, std::size_t blocks, int bits, std::uint64_t *values) {
    const std::size_t gap = degree(t) / (4 * blocks);
    const __m512i first_limit = Policy::limit(t, bits);
    const __m512i second_limit = Policy::limit(t, bits + 1);
    for (std::size_t block = blocks; block < 2 * blocks; ++block, values += 4 * gap) {
        const Root left = root(t.inverse.all, 2 * block);
        const Root right = root(t.inverse.all, 2 * block + 1);
        const Root second = root(t.inverse.all, block);
        for (std::size_t j = 0; j < gap; j += kStep) {
            __m512i a = load(values + j);
            __m512i b = load(values + gap + j);
            __m512i c = load(values + 2 * gap + j);
            __m512i d = load(values + 3 * gap + j);
            Policy::butterfly(a, b, left, p, first_limit);
            Policy::butterfly(c, d, right, p, first_limit);
            Policy::butterfly(a, c, second, p, second_limit);
            Policy::butterfly(b, d, second, p, second_limit);
            store(values + j, Reduce ? p.reduce_loosely(a) : a);
            store(values + gap + j, Reduce ? p.reduce_loosely(b) : b);
            store(values + 2 * gap + j, c);
            store(values + 3 * gap + j, d);
        }
    }
}

/// The last two stages. In the very last one both outputs are multiplied, by 1 / degree and by the root / degree, and
/// reduced to [0, q).
template <typename Policy>
void inverse_last_stages(const TransformTables &t, const Prime &p, int bits, std::uint64_t *values) {
    const std::size_t gap = degree(t) / 4;
    const Root left = root(t.inverse.all, 2);
    const Root right = root(t.inverse.all, 3);
    const Root one_over_degree = root(t.last, 0);
    const Root root_over_degree = root(t.last, 1);
    const __m512i first_limit = Policy::limit(t, bits);
    const __m512i second_limit = _mm512_max_epu64(Policy::limit(t, bits + 1), p.twice_q);
    const auto last_butterfly = [&](__m512i &x, __m512i &y) {
        const __m512i difference = _mm512_sub_epi64(_mm512_add_epi64(x, second_limit), y);
        x = p.reduce_once(p.multiply(_mm512_add_epi64(x, y), one_over_degree.value, one_over_degree.quotient));
        y = p.reduce_once(p.multiply(difference, root_over_degree.value, root_over_degree.quotient));
    };
    for (std::size_t j = 0; j < gap; j += kStep) {
        __m512i a = load(values + j);
        __m512i b = load(values + gap + j);
        __m512i c = load(values + 2 * gap + j);
        __m512i d = load(values + 3 * gap + j);
        Policy::butterfly(a, b, left, p, first_limit);
        Policy::butterfly(c, d, right, p, first_limit);
        last_butterfly(a, c);
        last_butterfly(b, d);
        store(values + j, a);
        store(values + gap + j, b);
        store(values + 2 * gap + j, c);
        store(values + 3 * gap + j, d);
    }
}

template <typename Policy, bool Reduce>
void inverse_any_core(const TransformTables &t, const Prime &p, std::uint64_t *values) {
    switch (extra_stages(t)) {
        case 0: return inverse_core<Policy, 0, Reduce>(t, p, values);
        case 1: return inverse_core<Policy, 1, Reduce>(t, p, values);
        default: return inverse_core<Policy, 2, Reduce>(t, p, values);
    }
}

template <typename Policy>
void inverse_with(const TransformTables &t, std::uint64_t *values) {
    const Prime p(t.modulus);
    const int core_stages = kCoreStages + extra_stages(t);
    int bits = core_stages;
    if (Policy::reduces(t, bits, 2)) {
        inverse_any_core<Policy, true>(t, p, values);
        bits = 1;
    } else {
        inverse_any_core<Policy, false>(t, p, values);
    }
    for (std::size_t blocks = degree(t) >> (core_stages + 2); blocks > 1; blocks /= 4) {
        if (Policy::reduces(t, bits + 2, 2)) {
            inverse_two_stages<Policy, true>(t, p, blocks, bits, values);
            bits = 1;
        } else {
            inverse_two_stages<Policy, false>(t, p, blocks, bits, values);
            bits += 2;
        }
    }
    inverse_last_stages<Policy>(t, p, bits, values);
}

}  // namespace

void forward_avx512ifma(const TransformTables &t, std::uint64_t *values) {
    ForwardGrowing::takes(t) ? forward_with<ForwardGrowing>(t, values) : forward_with<ForwardGuarded>(t, values);
}

void inverse_avx512ifma(const TransformTables &t, std::uint64_t *values) {
    InverseGrowing::takes(t) ? inverse_with<InverseGrowing>(t, values) : inverse_with<InverseGuarded>(t, values);
}

}  // namespace nightjar::kernel
