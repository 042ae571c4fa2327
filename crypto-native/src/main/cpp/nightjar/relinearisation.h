// From three polynomials back to two: c2 s^2 = k0 + k1 s, up to little noise, for what a relinearisation key makes of c2.
#pragma once

#include <cstdint>
#include <vector>

#include "nightjar/context.h"
#include "nightjar/memory.h"

namespace nightjar {

/// A relinearisation key, divided by the key-switching prime in advance.
class RelinearisationKey {
public:
    /// `key` is a validated block, which is copied.
    RelinearisationKey(const Context &context, const Block &key);

    /// What the residues of c2 modulo the prime `digit` are multiplied by.
    const std::uint64_t *plane(std::size_t digit, std::size_t poly, std::size_t limb) const {
        return block_.plane(digit, poly, limb);
    }

private:
    SecretWords words_;
    Block block_;
};

/// Relinearises columns. Its results are those of SEAL's evaluator, bit for bit.
class Relineariser {
public:
    /// For columns of `limbs` primes; the context and the key outlive it. Throws Error(kInvalidArgument) if the context
    /// has no key-switching prime.
    Relineariser(const Context &context, const RelinearisationKey &key, std::size_t limbs);

    /// From a column of three polynomials to the same column of a block of two, in the same form.
    void relinearise(const Block &input, std::size_t column, const Block &output);

private:
    /// The digits modulo the prime `limb`, in NTT form.
    void transform_digits(const Block &input, std::size_t column, std::size_t limb);
    void multiply_by_key(std::size_t poly, std::size_t limb, const std::uint64_t *addend, std::uint64_t *output);

    const Context &context_;
    const RelinearisationKey &key_;
    std::size_t limbs_;
    SecretWords scratch_;
    std::vector<std::uint64_t *> digits_;       // of c2: its residues modulo each prime, taken as integers
    std::vector<std::uint64_t *> transformed_;  // the same modulo one prime, in NTT form
    std::vector<const std::uint64_t *> operands_;
    std::vector<const std::uint64_t *> factors_;
    std::uint64_t *last_[2];  // k0 and k1 times the key-switching prime, modulo that prime
    std::uint64_t *rounding_;
};

}  // namespace nightjar
