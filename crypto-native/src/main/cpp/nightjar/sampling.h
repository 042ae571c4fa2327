// Where randomness comes from: ChaCha20 streams, keyed by the operating system, by a public seed, or by a secret one.
#pragma once

#include <cstdint>

#include "nightjar/chacha20.h"
#include "nightjar/kernel/ring_kernel.h"
#include "nightjar/memory.h"

namespace nightjar {

// What samplers draw does not depend on the kernel that they are given; null stands for scalar code.

/// What a stream is for: the first word of its nonce. One seed may serve several purposes, and then says nothing about
/// one from another.
enum class Purpose : std::uint32_t {
    kUniform = 1,  // the uniform polynomials of a block, from its public seed
    kSecret = 2,   // secret polynomials, from the operating system
    kHiding = 3,   // secret polynomials that hide a column of results
    kRecords = 4,  // a column of integers, one for each record
    kPublic = 5,   // the public seed of a block, from its secret seed
    kNoise = 6,    // the noise of a column, from the secret seed of its block
};

/// The public seed that stands for the uniform polynomials of a block, or a secret seed of the same size.
using Seed = ChaCha20::Key;

/// The nonce of a column's stream: the purpose, and the two halves of the column's number.
ChaCha20::Nonce nonce(Purpose purpose, std::uint64_t column);

/// A fresh seed from the operating system.
Seed fresh_seed();

/// The public seed that follows from a secret one, of which it says nothing.
Seed public_seed(const Seed &secret_seed);

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

    /// What hides a column of results, or the noise of one: from a secret seed, so that computing it again gives the
    /// same.
    SecretSampler(const Seed &seed, Purpose purpose, std::uint64_t column, const kernel::RingKernel *wide = nullptr);

    /// Centred binomial with standard deviation 3.24: the difference of two sums of 21 bits, as in SEAL.
    void noise(SecretWords &coefficients);

    /// Uniform over {-1, 0, 1}.
    void ternary(SecretWords &coefficients);

    /// Uniform below 2^bits, in two words: the lower 52 bits, and the others. Each takes the next ceil(bits / 8) bytes
    /// of the stream, little endian, cut to its bits.
    void wide(int bits, SecretWords &low, SecretWords &high);
    static constexpr int kMaxWideBits = 112;

private:
    SecretSampler(Seed &&seed, const kernel::RingKernel *wide);

    const kernel::RingKernel *wide_;
    ChaCha20 stream_;
};

}  // namespace nightjar
