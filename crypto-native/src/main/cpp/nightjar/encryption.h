// Encryption of whole columns, into the memory of a block.
#pragma once

#include <cstdint>

#include "nightjar/context.h"
#include "nightjar/encoding.h"
#include "nightjar/keys.h"
#include "nightjar/memory.h"
#include "nightjar/sampling.h"

namespace nightjar {

/// residues[j] = coefficients[j] mod q for small signed coefficients.
void small_residues(const SecretWords &coefficients, std::uint64_t q, std::uint64_t *residues);

/// Encrypts under the secret key: (m - (a s + e), a) with a expanded from a public seed, so that a fresh ciphertext is
/// one polynomial and 32 bytes a block. That seed and the noise follow from a secret seed, so that the same encryption
/// can be made again; one secret seed must never mask two messages.
class SymmetricEncryptor {
public:
    SymmetricEncryptor(const Context &context, const SecretKey &secret, const Seed &secret_seed);
    ~SymmetricEncryptor() { wipe(secret_seed_.data(), secret_seed_.size()); }
    SymmetricEncryptor(const SymmetricEncryptor &) = delete;
    SymmetricEncryptor &operator=(const SymmetricEncryptor &) = delete;

    /// What stands for the uniform polynomials.
    const Seed &public_seed() const { return seed_; }

    /// Fills one column with an encryption of zero.
    void encrypt_zero(const Block &block, std::size_t column);

    void encrypt(const Block &block, std::size_t column, const Message &message);

private:
    const Context &context_;
    const SecretKey &secret_;
    Seed secret_seed_;
    Seed seed_;
    SecretWords noise_;
    SecretWords scratch_;
};

/// Encrypts under the public key (b, a): (b u + e0 + m, a u + e1), directly at the primes of the block.
class PublicEncryptor {
public:
    /// `key` is a validated public key block that outlives the encryptor.
    PublicEncryptor(const Context &context, const Block &key);

    void encrypt_zero(const Block &block, std::size_t column);
    void encrypt(const Block &block, std::size_t column, const Message &message);

private:
    const Context &context_;
    Block key_;
    SecretSampler sampler_;
    SecretWords ephemeral_;
    SecretWords noise_;
    SecretWords scratch_;
    SecretWords mask_;
};

/// Fills the second polynomials of a block from the seed that its first ones were encrypted with.
void expand_seed(const Context &context, const Seed &seed, const Block &block);

/// Adds a message to the first polynomial of a column.
void add_message(const Context &context, const Block &block, std::size_t column, const Message &message);

}  // namespace nightjar
