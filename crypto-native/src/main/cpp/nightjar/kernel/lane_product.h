// The boundary between arithmetic modulo one large odd number and the code compiled for one instruction set: Montgomery
// products of eight pairs of numbers at a time, and looking numbers up without telling which.
//
// Eight numbers side by side are `digits` vectors of eight digits of 52 bits, least significant first: digit i of the
// number in lane l is at 8 i + l. Numbers are kept below twice the modulus N, and R is at least 4 N, so that a product
// a b / R of two of them is below 2 N again, without a subtraction: (4 N^2 + R N) / R <= 2 N.
#pragma once

#include <cstddef>
#include <cstdint>

namespace nightjar::kernel {

inline constexpr std::size_t kLanes = 8;
inline constexpr int kLaneDigitBits = 52;
inline constexpr std::uint64_t kLaneDigitMask = (std::uint64_t{1} << kLaneDigitBits) - 1;
inline constexpr std::size_t kLaneDigitStep = 4;    // products take so many digits of a factor at once
inline constexpr std::size_t kMaxLaneDigits = 160;  // for moduli of 8192 bits

/// An odd modulus.
struct LaneModulus {
    std::size_t digits;            // a multiple of kLaneDigitStep, at most kMaxLaneDigits
    const std::uint64_t *modulus;  // `digits` digits
    std::uint64_t inverse;         // -1 / modulus modulo 2^64
};

struct LaneKernel {
    std::size_t limb_bits;  // R is the least power of 2^limb_bits that `digits` digits are below

    /// output = a b / R modulo N, in every lane; output may be a or b. A square, a being b, is faster.
    void (*multiply)(const LaneModulus &modulus, const std::uint64_t *a, const std::uint64_t *b, std::uint64_t *output);

    /// output = the entry of that number of a table, reading all `count` entries, at most 64. An entry is eight numbers
    /// side by side, like the output.
    void (*select)(const std::uint64_t *table, std::size_t count, std::size_t digits, std::uint64_t choice,
                   std::uint64_t *output);

    /// In lane l the entry of number choices[l], reading all entries. An entry is one number of `digits` digits.
    void (*select_each)(const std::uint64_t *table, std::size_t count, std::size_t digits, const std::uint64_t *choices,
                        std::uint64_t *output);
};

extern const LaneKernel kLanesPortable;
#if defined(__x86_64__)
extern const LaneKernel kLanesAvx512Ifma;
#endif

}  // namespace nightjar::kernel
