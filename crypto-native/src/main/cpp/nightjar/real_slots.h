// The slots of a CKKS plaintext: the values of a real polynomial at complex roots of unity, in the order of SEAL's
// encoder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace nightjar {

/// Interpolates and evaluates polynomials of one degree in double precision. The bits do not depend on the processor's
/// instructions: sums and products are the same, one by one, and none are contracted.
class RealSlots {
public:
    explicit RealSlots(std::size_t degree);

    /// The coefficients of the polynomial with `count` values, times `scale`, in its first slots and zeros in the others.
    void interpolate(const double *values, std::size_t count, double scale, double *coefficients) const;

    /// The first `count` slots. Overwrites the coefficients.
    void evaluate(double *coefficients, std::size_t count, double *values) const;

private:
    std::vector<double> cosines_;  // of the roots, one for each block of each stage; the first one is none
    std::vector<double> sines_;
    std::vector<std::uint32_t> places_;  // of the slots in a transformed polynomial
};

/// Integers of doubles, written with two digits: n + 2^kOffsetBits = low + 2^52 high.
inline constexpr int kOffsetBits = 103;
inline constexpr double kMostRounded = 0x1p102;

/// The nearest integers. Returns whether no number is above `limit` <= kMostRounded in magnitude: only then they are.
bool round_to_digits(const double *numbers, std::size_t count, double limit, std::uint64_t *low, std::uint64_t *high);

/// numbers = numbers * q + digits, which are residues modulo q taken nearest to zero.
void append_digit(const std::uint64_t *residues, std::size_t count, std::uint64_t q, double *numbers);

}  // namespace nightjar
