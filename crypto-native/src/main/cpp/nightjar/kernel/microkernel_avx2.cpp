// AVX2 with FMA: digits and weights are doubles, and every partial sum is an integer below 2^51, so fused multiply-adds
// are exact and the sums convert to integers with one addition. That is twice the rate of vpmuludq with vpaddq.
//
// Nothing here may call an inline function that other translation units also instantiate: the linker could then keep
// this file's wide copy for everybody.
#include "nightjar/kernel/microkernel.h"

#include <immintrin.h>

namespace nightjar::kernel {
namespace {

constexpr int kStep = 4;
constexpr double kMagic = 4503599627370496.0;  // 2^52: x + 2^52 holds the integer x in its low mantissa bits

__m256d to_double(__m256i digits) {
    const __m256d magic = _mm256_set1_pd(kMagic);
    return _mm256_sub_pd(_mm256_castsi256_pd(_mm256_or_si256(digits, _mm256_castpd_si256(magic))), magic);
}

__m256i to_integer(__m256d value) {
    const __m256d magic = _mm256_set1_pd(kMagic);
    return _mm256_xor_si256(_mm256_castpd_si256(_mm256_add_pd(value, magic)), _mm256_castpd_si256(magic));
}

std::uint64_t encode_weight(std::uint64_t weight) {
    const double value = static_cast<double>(weight);
    std::uint64_t bits;
    __builtin_memcpy(&bits, &value, sizeof bits);
    return bits;
}

__m256i load(const std::uint64_t *words) { return _mm256_loadu_si256(reinterpret_cast<const __m256i *>(words)); }

void store(std::uint64_t *words, __m256i value) { _mm256_storeu_si256(reinterpret_cast<__m256i *>(words), value); }

__m256d load_digits(const std::uint64_t *words) { return _mm256_castsi256_pd(load(words)); }

void pack(const std::uint64_t *residues, std::size_t column_stride, const std::uint32_t *indices, std::size_t count,
          int width, Digits digits, std::uint64_t *panel, std::size_t digit_stride) {
    const __m256i mask = _mm256_set1_epi64x(static_cast<long long>((1ULL << digits.bits) - 1));
    const __m128i shift = _mm_cvtsi32_si128(digits.bits);
    for (std::size_t k = 0; k < count; ++k) {
        const std::uint64_t *column = residues + indices[k] * column_stride;
        for (int lane = 0; lane < width; lane += kStep) {
            __m256i rest = load(column + lane);
            std::uint64_t *target = panel + k * static_cast<std::size_t>(width) + lane;
            for (int d = 0; d + 1 < digits.count; ++d) {
                store(target, _mm256_castpd_si256(to_double(_mm256_and_si256(rest, mask))));
                rest = _mm256_srl_epi64(rest, shift);
                target += digit_stride;
            }
            store(target, _mm256_castpd_si256(to_double(rest)));
        }
    }
}

template <int Rows, int Vectors>
void multiply_tile(const std::uint64_t *weights, std::size_t weight_stride, const std::uint64_t *panel,
                   const std::uint32_t *offsets, std::size_t terms, std::uint64_t *accumulators, bool accumulate,
                   Prefetch prefetch) {
    __m256d sums[Rows][Vectors];
#pragma GCC unroll 24
    for (int r = 0; r < Rows; ++r) {
#pragma GCC unroll 24
        for (int v = 0; v < Vectors; ++v) {
            sums[r][v] = _mm256_setzero_pd();
        }
    }
    for (std::size_t k = 0; k < terms; ++k) {
        const std::uint64_t *lane = panel + offsets[k];
        if (prefetch.line != nullptr) {
            _mm_prefetch(prefetch.line + prefetch.indices[k] * prefetch.column_stride, _MM_HINT_T1);
        }
        __m256d digits[Vectors];
#pragma GCC unroll 24
        for (int v = 0; v < Vectors; ++v) {
            digits[v] = load_digits(lane + v * kStep);
        }
#pragma GCC unroll 24
        for (int r = 0; r < Rows; ++r) {
            const __m256d weight = _mm256_broadcast_sd(reinterpret_cast<const double *>(weights + r));
#pragma GCC unroll 24
            for (int v = 0; v < Vectors; ++v) {
                sums[r][v] = _mm256_fmadd_pd(digits[v], weight, sums[r][v]);
            }
        }
        weights += weight_stride;
    }
#pragma GCC unroll 24
    for (int r = 0; r < Rows; ++r) {
#pragma GCC unroll 24
        for (int v = 0; v < Vectors; ++v) {
            std::uint64_t *target = accumulators + (r * Vectors + v) * kStep;
            const __m256i value = to_integer(sums[r][v]);
            store(target, accumulate ? _mm256_add_epi64(load(target), value) : value);
        }
    }
}

// Sixteen registers hold four rows of three vectors, so a tile of eight rows is done in two halves.
template <int Vectors>
void multiply_rows(const std::uint64_t *weights, int rows, const std::uint64_t *panel, const std::uint32_t *offsets,
                   std::size_t terms, std::uint64_t *accumulators, bool accumulate, Prefetch prefetch) {
    const auto stride = static_cast<std::size_t>(rows);
    while (rows > 0) {
        const int half = rows >= 4 ? 4 : rows;
        switch (half) {
            case 4:
                multiply_tile<4, Vectors>(weights, stride, panel, offsets, terms, accumulators, accumulate, prefetch);
                break;
            case 3:
                multiply_tile<3, Vectors>(weights, stride, panel, offsets, terms, accumulators, accumulate, prefetch);
                break;
            case 2:
                multiply_tile<2, Vectors>(weights, stride, panel, offsets, terms, accumulators, accumulate, prefetch);
                break;
            default:
                multiply_tile<1, Vectors>(weights, stride, panel, offsets, terms, accumulators, accumulate, prefetch);
                break;
        }
        weights += half;
        accumulators += half * Vectors * kStep;
        rows -= half;
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
        __m256d total = _mm256_setzero_pd();
        for (std::size_t k = 0; k < terms; ++k) {
            total = _mm256_add_pd(total, load_digits(panel + offsets[k] + lane));
        }
        const __m256i value = to_integer(total);
        store(sums + lane, accumulate ? _mm256_add_epi64(load(sums + lane), value) : value);
    }
}

// x mod q in (-q, q) for an integer |x| < 2^101 that a double holds exactly: the rounded quotient is off by less than one,
// and the fused multiply-add leaves a remainder small enough to be exact.
__m256d remainder(__m256d x, __m256d modulus, __m256d inverse) {
    const __m256d quotient = _mm256_round_pd(_mm256_mul_pd(x, inverse), _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    return _mm256_fnmadd_pd(quotient, modulus, x);
}

__m256d subtract_once(__m256d x, __m256d modulus) {
    return _mm256_sub_pd(x, _mm256_and_pd(_mm256_cmp_pd(x, modulus, _CMP_GE_OQ), modulus));
}

__m256d add_once(__m256d x, __m256d modulus) {
    return _mm256_add_pd(x, _mm256_and_pd(_mm256_cmp_pd(x, _mm256_setzero_pd(), _CMP_LT_OQ), modulus));
}

// The signed integer |x| < 2^51 of a digit's sum, as a double.
__m256d signed_digit(__m256i sum, __m256i column_sum, __m128i offset_bits) {
    const __m256d magic = _mm256_set1_pd(kMagic + kMagic / 2);
    const __m256i x = _mm256_sub_epi64(sum, _mm256_sll_epi64(column_sum, offset_bits));
    return _mm256_sub_pd(_mm256_castsi256_pd(_mm256_add_epi64(x, _mm256_castpd_si256(magic))), magic);
}

// Horner's rule from the highest digit down, in doubles, which hold every residue of a prime below 2^50: multiplying by
// 2^bits only moves the exponent, so each step is exact.
void finish(const FinishArguments &a) {
    if (a.modulus->value >> 50 != 0) {
        return finish_portable(a);
    }
    const __m256d modulus = _mm256_set1_pd(static_cast<double>(a.modulus->value));
    const __m256d inverse = _mm256_set1_pd(a.modulus->inverse);
    const __m256d place = _mm256_set1_pd(static_cast<double>(1ULL << a.digits.bits));
    const __m128i offset_bits = _mm_cvtsi32_si128(a.weight_offset_bits);
    for (int r = 0; r < a.rows; ++r) {
        for (int lane = 0; lane < a.width; lane += kStep) {
            const std::uint64_t *sums = a.accumulators + r * a.width + lane;
            __m256d y = _mm256_setzero_pd();
            for (int d = a.digits.count - 1; d >= 0; --d) {
                const __m256d digit = signed_digit(load(sums + static_cast<std::size_t>(d) * a.digit_stride),
                                                   load(a.column_sums + d * kMaxLanes + lane), offset_bits);
                y = remainder(_mm256_mul_pd(y, place), modulus, inverse);
                y = _mm256_add_pd(y, remainder(digit, modulus, inverse));
            }
            y = add_once(remainder(y, modulus, inverse), modulus);
            if (a.addends != nullptr) {
                y = subtract_once(_mm256_add_pd(y, _mm256_set1_pd(static_cast<double>(a.addends[r]))), modulus);
            }
            std::uint64_t *output = a.outputs[r] + lane;
            if (a.accumulate) {
                y = subtract_once(_mm256_add_pd(y, to_double(load(output))), modulus);
            }
            store(output, to_integer(y));
        }
    }
}

std::uint64_t spin(std::uint64_t iterations) {
    constexpr int kChains = 12;
    __m256d sums[kChains];
#pragma GCC unroll 24
    for (int c = 0; c < kChains; ++c) {
        sums[c] = _mm256_set1_pd(c);
    }
    __m256d digit = _mm256_set1_pd(3.0);
    __m256d weight = _mm256_set1_pd(1.0);
    for (std::uint64_t i = 0; i < iterations; ++i) {
#pragma GCC unroll 24
        for (int c = 0; c < kChains; ++c) {
            sums[c] = _mm256_fmadd_pd(digit, weight, sums[c]);
        }
        __asm__ volatile("" : "+x"(digit), "+x"(weight));
    }
#pragma GCC unroll 24
    for (int c = 0; c < kChains; ++c) {
        __asm__ volatile("" : "+x"(sums[c]));
    }
    return iterations * kChains * kStep;
}

}  // namespace

// 51 bits for the whole sum, 12 of them for kMaxTerms = 2^12 terms.
const Microkernel kAvx2 = {"avx2",   3 * kStep, kStep,  39,   39,      encode_weight, pack,
                           multiply, sum,       finish, spin, nullptr, nullptr};

}  // namespace nightjar::kernel
