// Polynomials modulo one prime of a context, and modulo x^degree + 1: what is done to them outside layers.
//
// Each operation is the context's ring kernel where that takes the prime, and otherwise scalar code (SEAL's, for the
// transforms). Both give the same bits; neither has a branch or a table that depends on what it works on.
#pragma once

#include <seal/util/ntt.h>

#include <cstdint>
#include <memory>

#include "nightjar/kernel/microkernel.h"
#include "nightjar/kernel/ring_kernel.h"

namespace nightjar {

class Ring {
public:
    /// `tables` outlive the ring. `wide` may be null: then everything is scalar.
    Ring(const seal::util::NTTTables &tables, const kernel::RingKernel *wide);
    ~Ring();
    Ring(Ring &&) noexcept;

    std::size_t degree() const { return tables_.coeff_count(); }
    std::uint64_t prime() const { return tables_.modulus().value(); }

    /// Whether a kernel does anything at all.
    bool vectorised() const { return any_ != nullptr; }

    /// The kernel if it does all of its operations modulo this prime, or null.
    const kernel::RingKernel *narrow() const { return narrow_; }

    void to_ntt(std::uint64_t *residues) const;
    void from_ntt(std::uint64_t *residues) const;

    // Coefficient by coefficient; the output may be one of the inputs.

    /// output = addend + a * factors, with quotients of 64 bits; null stands for addend = 0.
    void multiply_add(const std::uint64_t *a, kernel::Factors factors, const std::uint64_t *addend,
                      std::uint64_t *output) const;

    /// output = addend - a * factors, with quotients of 64 bits.
    void multiply_subtract(const std::uint64_t *a, kernel::Factors factors, const std::uint64_t *addend,
                           std::uint64_t *output) const;

    /// output = addend + a * b; null stands for addend = 0.
    void multiply(const std::uint64_t *a, const std::uint64_t *b, const std::uint64_t *addend,
                  std::uint64_t *output) const;

    /// The same for `length` residues, a multiple of kernel::kRingStep.
    void multiply(std::size_t length, const std::uint64_t *a, const std::uint64_t *b, const std::uint64_t *addend,
                  std::uint64_t *output) const;

    /// output = addend + sum of a[i] * b[i] for `count` pairs; null stands for addend = 0.
    void sum_products(std::size_t count, const std::uint64_t *const *a, const std::uint64_t *const *b,
                      const std::uint64_t *addend, std::uint64_t *output) const;

    /// output = addend + a * constant, for a constant residue.
    void multiply_constant(const std::uint64_t *a, std::uint64_t constant, const std::uint64_t *addend,
                           std::uint64_t *output) const;

    /// output = a modulo this prime, for residues a of another ring.
    void reduce(const Ring &from, const std::uint64_t *a, std::uint64_t *output) const;

    /// The inverse of another ring's prime modulo this one.
    std::uint64_t inverse_of(const Ring &other) const;

    /// sum = sum + low + 2^52 high - 2^power, for low < 2^52 and power < 128.
    void add_wide(const std::uint64_t *low, const std::uint64_t *high, int power, std::uint64_t *sum) const;

    /// For x with these residues and, modulo the prime of another ring, those in `last`: the residues of x divided by
    /// that prime and rounded to the nearest integer.
    void drop_prime(const Ring &dropped, const std::uint64_t *last, std::uint64_t *residues) const;

    /// What dropping a prime p adds to x / p to make it an integer: -rest / p modulo this prime, for x that is `rest`,
    /// nearest to zero, modulo p.
    void drop_remainder(const Ring &dropped, const std::uint64_t *last, std::uint64_t *output) const;

    /// output = b for signed b of magnitude below the prime, in two's complement.
    void lift(const std::uint64_t *b, std::uint64_t *output) const;

    /// output = a + b.
    void add(const std::uint64_t *a, const std::uint64_t *b, std::uint64_t *output) const;
    void add(std::size_t length, const std::uint64_t *a, const std::uint64_t *b, std::uint64_t *output) const;

    /// output = a - b for signed b of magnitude below the prime, in two's complement; null stands for a = 0.
    void subtract(const std::uint64_t *a, const std::uint64_t *b, std::uint64_t *output) const;

private:
    class NarrowTables;

    const seal::util::NTTTables &tables_;
    kernel::Modulus modulus_;
    const kernel::RingKernel *any_ = nullptr;     // for the operations that take any prime
    const kernel::RingKernel *narrow_ = nullptr;  // for those that do not
    std::unique_ptr<const NarrowTables> narrow_tables_;
};

}  // namespace nightjar
