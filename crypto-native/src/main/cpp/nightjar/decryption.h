// Decryption of whole columns, and the margin that was left.
#pragma once

#include <cstdint>
#include <vector>

#include "nightjar/context.h"
#include "nightjar/keys.h"
#include "nightjar/memory.h"

namespace nightjar {

/// Computes c0 + c1 s (+ c2 s^2) and rounds it to the plaintext.
class Decryptor {
public:
    Decryptor(const Context &context, const SecretKey &secret, const Block &block);

    /// BFV: the plaintext's coefficients modulo t. Returns the noise margin in bits: how often the noise of the column's
    /// worst coefficient could double before a value is decrypted wrongly, which is SEAL's invariant noise budget
    /// before it is cut to a whole number, up to about 125 bits.
    double decrypt(std::size_t column, std::uint64_t *coefficients);

    /// BFV: the noise of the column's coefficients, as whoever has the secret key sees it: what c0 + c1 s is more than
    /// the encoding of the plaintext, modulo q and nearest to zero. Exact below 2^53.
    void noise(std::size_t column, double *noise);

    /// CKKS: the plaintext in NTT form, [limb][slot].
    void decrypt_ntt(std::size_t column, std::uint64_t *residues);

private:
    void phase(std::size_t column, Form form);
    const std::uint64_t *in_ntt_form(std::size_t column, std::size_t poly, std::size_t limb,
                                     std::uint64_t *scratch) const;
    double round(std::uint64_t *coefficients) const;
    double round_one_prime(std::uint64_t *coefficients) const;
    double round_several_primes(std::uint64_t *coefficients) const;

    const Context &context_;
    const SecretKey &secret_;
    Block block_;
    const Level &level_;
    kernel::Modulus plain_modulus_;
    const kernel::RingKernel *rounding_kernel_ = nullptr;  // if it takes the plain modulus and all the primes
    SecretWords phase_;
    SecretWords scratch_;
};

}  // namespace nightjar
