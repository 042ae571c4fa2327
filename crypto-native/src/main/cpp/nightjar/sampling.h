// Where randomness comes from: a ChaCha20 stream, keyed by the operating system or by a public seed.
#pragma once

#include <cstdint>

#include "nightjar/chacha20.h"
#include "nightjar/kernel/ring_kernel.h"
#include "nightjar/memory.h"

namespace nightjar {

// What samplers draw does not depend on the kernel that they are given; null stands for scalar code.

/// The public seed that stands for the uniform polynomials of a block.
using Seed = ChaCha20::Key;

/// A fresh seed from the operating system.
Seed fresh_seed();

/// Expands the uniform polynomial of one column from the block's seed. Residues are drawn limb after limb from the
/// ChaCha20 stream with the seed as its key and (1, column) as its nonce: a candidate is the next ceil(bits / 8) bytes,
/// little endian, cut to the bits of the prime, and the first one below the prime is taken. This is part of the wire
/// format.
class UniformStream {
public:
    UniformStream(const Seed &seed, std::uint64_t column, const kernel::RingKernel *wide = nullptr);
    void fill(std::uint64_t *residues, std::size_t degree, std::uint64_t prime);

private:
    const kernel::RingKernel *wide_;
    ChaCha20 stream_;
};

/// Small secret polynomials, as signed integers in two's complement.
class SecretSampler {
public:
    explicit SecretSampler(const kernel::RingKernel *wide = nullptr);

    /// Centred binomial with standard deviation 3.24: the difference of two sums of 21 bits, as in SEAL.
    void noise(SecretWords &coefficients);

    /// Uniform over {-1, 0, 1}.
    void ternary(SecretWords &coefficients);

private:
    SecretSampler(Seed &&seed, const kernel::RingKernel *wide);

    const kernel::RingKernel *wide_;
    ChaCha20 stream_;
};

}  // namespace nightjar
