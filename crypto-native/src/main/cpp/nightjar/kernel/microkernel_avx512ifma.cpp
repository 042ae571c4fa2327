// AVX-512 IFMA: vpmadd52luq multiplies the low 52 bits of two lanes and adds the low 52 bits of the product to a third.
// With digit bits + weight bits <= 52 the product is exact, and one instruction is one multiply-add in eight lanes.
//
// Nothing here may call an inline function that other translation units also instantiate: the linker could then keep
// this file's wide copy for everybody.
#include "nightjar/kernel/microkernel.h"

#include <immintrin.h>

namespace nightjar::kernel {
namespace {

constexpr int kStep = 8;

std::uint64_t encode_weight(std::uint64_t weight) { return weight; }

template <int Vectors>
void pack_vectors(const std::uint64_t *residues, std::size_t column_stride, const std::uint32_t *indices,
                  std::size_t count, Digits digits, std::uint64_t *panel, std::size_t digit_stride) {
    const __m512i mask = _mm512_set1_epi64(static_cast<long long>((1ULL << digits.bits) - 1));
    const __m128i shift = _mm_cvtsi32_si128(digits.bits);
    for (std::size_t k = 0; k < count; ++k) {
        const std::uint64_t *column = residues + indices[k] * column_stride;
#pragma GCC unroll 24
        for (int v = 0; v < Vectors; ++v) {
            __m512i rest = _mm512_loadu_si512(column + v * kStep);
            std::uint64_t *target = panel + (k * Vectors + static_cast<std::size_t>(v)) * kStep;
            for (int d = 0; d + 1 < digits.count; ++d) {
                _mm512_storeu_si512(target, _mm512_and_si512(rest, mask));
                rest = _mm512_srl_epi64(rest, shift);
                target += digit_stride;
            }
            _mm512_storeu_si512(target, rest);
        }
    }
}

void pack(const std::uint64_t *residues, std::size_t column_stride, const std::uint32_t *indices, std::size_t count,
          int width, Digits digits, std::uint64_t *panel, std::size_t digit_stride) {
    switch (width / kStep) {
        case 3: return pack_vectors<3>(residues, column_stride, indices, count, digits, panel, digit_stride);
        case 2: return pack_vectors<2>(residues, column_stride, indices, count, digits, panel, digit_stride);
        default: return pack_vectors<1>(residues, column_stride, indices, count, digits, panel, digit_stride);
    }
}

template <int Rows, int Vectors>
void multiply_tile(const std::uint64_t *weights, const std::uint64_t *panel, const std::uint32_t *offsets,
                   std::size_t terms, std::uint64_t *accumulators, bool accumulate, Prefetch prefetch) {
    __m512i sums[Rows][Vectors];
#pragma GCC unroll 24
    for (int r = 0; r < Rows; ++r) {
#pragma GCC unroll 24
        for (int v = 0; v < Vectors; ++v) {
            sums[r][v] =
                accumulate ? _mm512_loadu_si512(accumulators + (r * Vectors + v) * kStep) : _mm512_setzero_si512();
        }
    }
    for (std::size_t k = 0; k < terms; ++k) {
        const std::uint64_t *lane = panel + offsets[k];
        if (prefetch.line != nullptr) {
            _mm_prefetch(prefetch.line + prefetch.indices[k] * prefetch.column_stride, _MM_HINT_T1);
        }
        __m512i digits[Vectors];
#pragma GCC unroll 24
        for (int v = 0; v < Vectors; ++v) {
            digits[v] = _mm512_loadu_si512(lane + v * kStep);
        }
#pragma GCC unroll 24
        for (int r = 0; r < Rows; ++r) {
            const __m512i weight = _mm512_set1_epi64(static_cast<long long>(weights[r]));
#pragma GCC unroll 24
            for (int v = 0; v < Vectors; ++v) {
                sums[r][v] = _mm512_madd52lo_epu64(sums[r][v], digits[v], weight);
            }
        }
        weights += Rows;
    }
#pragma GCC unroll 24
    for (int r = 0; r < Rows; ++r) {
#pragma GCC unroll 24
        for (int v = 0; v < Vectors; ++v) {
            _mm512_storeu_si512(accumulators + (r * Vectors + v) * kStep, sums[r][v]);
        }
    }
}

template <int Vectors>
void multiply_rows(const std::uint64_t *weights, int rows, const std::uint64_t *panel, const std::uint32_t *offsets,
                   std::size_t terms, std::uint64_t *accumulators, bool accumulate, Prefetch prefetch) {
    switch (rows) {
        case 8: return multiply_tile<8, Vectors>(weights, panel, offsets, terms, accumulators, accumulate, prefetch);
        case 7: return multiply_tile<7, Vectors>(weights, panel, offsets, terms, accumulators, accumulate, prefetch);
        case 6: return multiply_tile<6, Vectors>(weights, panel, offsets, terms, accumulators, accumulate, prefetch);
        case 5: return multiply_tile<5, Vectors>(weights, panel, offsets, terms, accumulators, accumulate, prefetch);
        case 4: return multiply_tile<4, Vectors>(weights, panel, offsets, terms, accumulators, accumulate, prefetch);
        case 3: return multiply_tile<3, Vectors>(weights, panel, offsets, terms, accumulators, accumulate, prefetch);
        case 2: return multiply_tile<2, Vectors>(weights, panel, offsets, terms, accumulators, accumulate, prefetch);
        default: return multiply_tile<1, Vectors>(weights, panel, offsets, terms, accumulators, accumulate, prefetch);
    }
}

void multiply(const std::uint64_t *weights, int rows, const std::uint64_t *panel, const std::uint32_t *offsets,
              std::size_t terms, int width, std::uint64_t *accumulators, bool accumulate, Prefetch prefetch) {
    switch (width / kStep) {
        case 3: return multiply_rows<3>(weights, rows, panel, offsets, terms, accumulators, accumulate, prefetch);
        case 2: return multiply_rows<2>(weights, rows, panel, offsets, terms, accumulators, accumulate, prefetch);
        default: return multiply_rows<1>(weights, rows, panel, offsets, terms, accumulators, accumulate, prefetch);
    }
}

void sum(const std::uint64_t *panel, const std::uint32_t *offsets, std::size_t terms, int width, std::uint64_t *sums,
         bool accumulate) {
    for (int lane = 0; lane < width; lane += kStep) {
        __m512i total = accumulate ? _mm512_loadu_si512(sums + lane) : _mm512_setzero_si512();
        for (std::size_t k = 0; k < terms; ++k) {
            total = _mm512_add_epi64(total, _mm512_loadu_si512(panel + offsets[k] + lane));
        }
        _mm512_storeu_si512(sums + lane, total);
    }
}

// The outputs of a layer are mostly far larger than the cache and not read again soon: a streaming store saves reading each
// line before it is overwritten. (The driver fences before it returns.)
void store_past_cache(std::uint64_t *words, __m512i value) {
    if (reinterpret_cast<std::uintptr_t>(words) % sizeof(__m512i) == 0) {
        _mm512_stream_si512(reinterpret_cast<__m512i *>(words), value);
    } else {
        _mm512_storeu_si512(words, value);
    }
}

// One digit: the sum is a signed 64-bit integer x, and x mod q comes from the nearest integer to x / q in double
// precision, which is off by less than one: |x| / q < 2^45 for every digit and weight width that the driver chooses.
void finish(const FinishArguments &a) {
    if (a.digits.count != 1) {
        return finish_portable(a);
    }
    const __m512i modulus = _mm512_set1_epi64(static_cast<long long>(a.modulus->value));
    const __m512d inverse = _mm512_set1_pd(a.modulus->inverse);
    const __m128i offset_bits = _mm_cvtsi32_si128(a.weight_offset_bits);
    for (int lane = 0; lane < a.width; lane += kStep) {
        const __m512i offset = _mm512_sll_epi64(_mm512_loadu_si512(a.column_sums + lane), offset_bits);
        const std::uint64_t *accumulators = a.accumulators + lane;
        for (int r = 0; r < a.rows; ++r, accumulators += a.width) {
            const __m512i x = _mm512_sub_epi64(_mm512_loadu_si512(accumulators), offset);
            const __m512i quotient = _mm512_cvtpd_epi64(_mm512_mul_pd(_mm512_cvtepi64_pd(x), inverse));
            __m512i y = _mm512_sub_epi64(x, _mm512_mullo_epi64(quotient, modulus));
            y = _mm512_min_epu64(y, _mm512_add_epi64(y, modulus));
            if (a.addends != nullptr) {
                y = _mm512_add_epi64(y, _mm512_set1_epi64(static_cast<long long>(a.addends[r])));
                y = _mm512_min_epu64(y, _mm512_sub_epi64(y, modulus));
            }
            std::uint64_t *output = a.outputs[r] + lane;
            if (a.accumulate) {
                y = _mm512_add_epi64(y, _mm512_loadu_si512(output));
                y = _mm512_min_epu64(y, _mm512_sub_epi64(y, modulus));
            }
            if (a.read_soon) {
                _mm512_storeu_si512(output, y);
            } else {
                store_past_cache(output, y);
            }
        }
    }
}

std::uint64_t spin(std::uint64_t iterations) {
    constexpr int kChains = 24;
    __m512i sums[kChains];
#pragma GCC unroll 24
    for (int c = 0; c < kChains; ++c) {
        sums[c] = _mm512_set1_epi64(c);
    }
    __m512i digit = _mm512_set1_epi64(0x123456789ab);
    __m512i weight = _mm512_set1_epi64(201);
    for (std::uint64_t i = 0; i < iterations; ++i) {
#pragma GCC unroll 24
        for (int c = 0; c < kChains; ++c) {
            sums[c] = _mm512_madd52lo_epu64(sums[c], digit, weight);
        }
        __asm__ volatile("" : "+v"(digit), "+v"(weight));
    }
#pragma GCC unroll 24
    for (int c = 0; c < kChains; ++c) {
        __asm__ volatile("" : "+v"(sums[c]));
    }
    return iterations * kChains * kStep;
}

}  // namespace

const Microkernel kAvx512Ifma = {
    "avx512ifma",     3 * kStep,        kStep, 52, 52, encode_weight, pack, multiply, sum, finish, spin,
    &kAvx512IfmaRing, &kLanesAvx512Ifma};

}  // namespace nightjar::kernel
