// Arithmetic modulo one large odd number, on eight numbers at a time: powers, powers of one base, products.
//
// Outside, a number is big-endian bytes, as many as the modulus has, and below it. Inside, it is in Montgomery form, in a
// lane. Exponents are secret: which of them is how large shows neither in time nor in which memory is read. Moduli may be
// secret too (squares of prime factors): everything is overwritten in the end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "nightjar/kernel/lane_product.h"
#include "nightjar/memory.h"

namespace nightjar {

inline constexpr std::size_t kLanes = kernel::kLanes;

class LaneRing {
public:
    /// A null kernel stands for the portable one. Throws Error(kInvalidArgument) for a modulus that is even, below 3, or
    /// has more than 8192 bits.
    LaneRing(const std::uint8_t *modulus, std::size_t bytes, const kernel::LaneKernel *kernel);

    std::size_t bytes() const { return bytes_; }            // of a number outside
    std::size_t digits() const { return digits_; }          // of a number in a lane
    std::size_t words() const { return digits_ * kLanes; }  // of eight numbers
    const kernel::LaneKernel &kernel() const { return kernel_; }

    /// Eight times the number 1.
    const std::uint64_t *one() const { return one_.get(); }

    /// Brings up to eight numbers, `bytes()` apart, inside; lanes beyond are 1.
    void load(const std::uint8_t *numbers, std::size_t count, std::uint64_t *lanes) const;

    /// Brings one number inside, into all lanes.
    void load_everywhere(const std::uint8_t *number, std::uint64_t *lanes) const;

    /// Brings the numbers of the first lanes outside, in full reduction.
    void store(const std::uint64_t *lanes, std::size_t count, std::uint8_t *numbers) const;

    void multiply(const std::uint64_t *a, const std::uint64_t *b, std::uint64_t *output) const {
        kernel_.multiply(modulus(), a, b, output);
    }

    /// output = base^exponent in every lane; output is not base.
    void power(const std::uint64_t *base, const std::uint8_t *exponent, std::size_t exponent_bytes,
               std::uint64_t *output) const;

private:
    kernel::LaneModulus modulus() const { return {digits_, digits_of_modulus_.get(), inverse_}; }
    void read(const std::uint8_t *number, std::uint64_t *digits) const;
    void reduce_once(std::uint64_t *number) const;

    const kernel::LaneKernel &kernel_;
    std::size_t bytes_;
    std::size_t digits_;
    SecretWords digits_of_modulus_;
    std::uint64_t inverse_;
    SecretWords square_;  // R^2, which brings numbers inside
    SecretWords one_;
};

/// Powers of one base, from a table: a product for every five bits of an exponent, and no squaring.
class FixedBase {
public:
    FixedBase(std::shared_ptr<const LaneRing> ring, const std::uint8_t *base, std::size_t exponent_bytes);

    const LaneRing &ring() const { return *ring_; }
    std::size_t exponent_bytes() const { return exponent_bytes_; }

    /// In lane l the base to the l-th exponent, of exponent_bytes() big-endian bytes; lanes beyond `count` are 1.
    void powers(const std::uint8_t *exponents, std::size_t count, std::uint64_t *output) const;

private:
    std::shared_ptr<const LaneRing> ring_;
    std::size_t exponent_bytes_;
    std::size_t windows_;
    SecretWords table_;  // by window: the base to 0, 2^(5 window), 2 2^(5 window), ...
};

}  // namespace nightjar
