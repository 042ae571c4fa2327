// Keys of the data owner. A public key is one column, a relinearisation key one column for each data prime: encryptions
// under the secret key in NTT form at all primes, with a seed for their uniform halves, so they travel as blocks do.
#pragma once

#include <cstdint>
#include <vector>

#include "nightjar/context.h"
#include "nightjar/memory.h"
#include "nightjar/sampling.h"

namespace nightjar {

/// The secret polynomial in NTT form, with the quotients that make multiplying by it fast. In pages that core
/// dumps leave out; wiped when destroyed.
class SecretKey {
public:
    /// A fresh ternary secret.
    explicit SecretKey(const Context &context);

    /// From export_bytes(): two bits for each coefficient. Throws Error(kInvalidArgument) for anything else.
    SecretKey(const Context &context, const std::uint8_t *bytes, std::size_t size);

    static std::size_t exported_size(std::size_t degree) { return degree / 4; }
    void export_bytes(std::uint8_t *bytes) const;

    /// The secret in NTT form modulo the prime `limb`, with Shoup's quotients of 64 bits.
    kernel::Factors factors(std::size_t limb) const {
        return {values_.get() + limb * degree_, quotients_.get() + limb * degree_};
    }

    /// residues[j] += factor * s[j]^2 modulo the prime `limb`, in NTT form.
    void add_square_times(std::uint64_t factor, std::uint64_t *residues, std::size_t limb) const;

private:
    SecretKey(const Context &context, SecretWords coefficients);
    static SecretWords fresh_ternary(std::size_t degree);
    static SecretWords parse_ternary(std::size_t degree, const std::uint8_t *bytes, std::size_t size);

    std::size_t degree_;
    std::vector<std::uint64_t> primes_;
    SecretWords coefficients_;  // -1, 0 or 1
    SecretWords values_;        // [limb][slot]
    SecretWords quotients_;     // [limb][slot]
};

/// Fills a block of one column with a public key; returns the seed of its uniform polynomial.
Seed make_public_key(const Context &context, const SecretKey &secret, const Block &key);

/// Fills a block of data_limbs() columns with a relinearisation key; returns the seed of its uniform polynomials.
Seed make_relinearisation_key(const Context &context, const SecretKey &secret, const Block &key);

}  // namespace nightjar
