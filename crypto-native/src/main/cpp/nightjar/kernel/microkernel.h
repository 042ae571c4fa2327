// The boundary between the portable driver of the integer product and the code compiled for one instruction set.
//
// A microkernel multiplies a tile of weights (up to kTileRows rows) by a panel of residues (up to `lanes` of them, for
// every term of the sum). The driver cuts residues into digits narrow enough that a product of a digit and a weight has
// at most `product_bits` bits; so kMaxTerms products add up in a 64-bit lane without a carry getting lost, and every
// instruction set reaches the same integer.
#pragma once

#include <cstddef>
#include <cstdint>

#include "nightjar/kernel/lane_product.h"
#include "nightjar/kernel/ring_kernel.h"

namespace nightjar::kernel {

inline constexpr int kTileRows = 8;
inline constexpr int kMaxLanes = 24;
inline constexpr int kMaxWeightBits = 24;
inline constexpr int kMaxPrimeBits = 60;
inline constexpr int kMaxDigits = 4;  // 60-bit primes with 24-bit weights on the narrowest instruction set
inline constexpr std::size_t kMaxTerms = 4096;

/// A prime below 2^60 with what its reductions need.
struct Modulus {
    std::uint64_t value;
    double inverse;            // 1 / value
    std::uint64_t ratio_low;   // floor(2^128 / value), low word
    std::uint64_t ratio_high;  // and high word
};

/// The number of bits up to the highest one that is set.
inline int bit_length(std::uint64_t value) { return value == 0 ? 0 : 64 - __builtin_clzll(value); }

/// How residues of one prime are cut: digit i holds bits [i * bits, (i + 1) * bits).
struct Digits {
    int bits;
    int count;
};

/// Memory that the next panel will be packed from: one cache line of each column, asked for while a tile is computed.
struct Prefetch {
    const std::uint64_t *line;  // of column 0; null for nothing to fetch
    std::size_t column_stride;
    const std::uint32_t *indices;
};

/// One panel of accumulators on its way to reduced residues.
struct FinishArguments {
    const std::uint64_t *accumulators;  // [digit][row][lane], lanes `width` apart
    std::size_t digit_stride;           // words between the accumulators of two digits
    const std::uint64_t *column_sums;   // [digit][lane]: sum of the digits over all terms, kMaxLanes apart
    int rows;
    int width;
    Digits digits;
    int weight_offset_bits;  // weights were stored as w + 2^weight_offset_bits
    const Modulus *modulus;
    const std::uint64_t *addends;   // per row, added to every lane; null for none
    std::uint64_t *const *outputs;  // per row
    bool accumulate;                // add to what the outputs hold
    bool read_soon;                 // the outputs are, so they should be in the cache
};

struct Microkernel {
    const char *name;
    int lanes;         // panel width in residues; a multiple of step
    int step;          // narrower panels have a width that is a multiple of this
    int product_bits;  // digit bits + weight bits never exceed this
    int digit_bits;    // digit bits never exceed this

    /// The 8-byte form of a weight 0 <= weight < 2^kMaxWeightBits that multiply() expects.
    std::uint64_t (*encode_weight)(std::uint64_t weight);

    /// Copies `width` residues of `count` columns into panel form; digit d of column k goes to
    /// panel + d * digit_stride + k * width. Column k starts at residues + indices[k] * column_stride.
    void (*pack)(const std::uint64_t *residues, std::size_t column_stride, const std::uint32_t *indices,
                 std::size_t count, int width, Digits digits, std::uint64_t *panel, std::size_t digit_stride);

    /// accumulators[row][lane] (+)= sum over k of weights[k][row] * panel[offsets[k] + lane]; weights are `rows` apart.
    void (*multiply)(const std::uint64_t *weights, int rows, const std::uint64_t *panel, const std::uint32_t *offsets,
                     std::size_t terms, int width, std::uint64_t *accumulators, bool accumulate, Prefetch prefetch);

    /// sums[lane] (+)= sum over k of panel[offsets[k] + lane], as integers.
    void (*sum)(const std::uint64_t *panel, const std::uint32_t *offsets, std::size_t terms, int width,
                std::uint64_t *sums, bool accumulate);

    void (*finish)(const FinishArguments &arguments);

    /// Runs `iterations` rounds of independent multiply-adds in registers and returns how many multiply-adds of a
    /// digit and a weight that was: the instruction ceiling that benchmarks compare with.
    std::uint64_t (*spin)(std::uint64_t iterations);

    /// The same instruction set's polynomial arithmetic; null for the scalar code.
    const RingKernel *ring;

    /// The same instruction set's products of large numbers; null for the portable ones.
    const LaneKernel *large_numbers;
};

/// Reduces one panel with portable code; exact for every digit count.
void finish_portable(const FinishArguments &arguments);

extern const Microkernel kPortable;
#if defined(__x86_64__)
extern const Microkernel kAvx2;
extern const Microkernel kAvx512Ifma;
#endif

}  // namespace nightjar::kernel
