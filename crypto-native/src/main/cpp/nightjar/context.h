// A SEAL context for one set of encryption parameters, with the tables that the native core needs beside it.
//
// Immutable after construction and safe to share between threads: SEAL documents its context, evaluator and encoders as
// usable concurrently, and all temporaries come from its global, thread-safe memory pool.
#pragma once

#include <seal/ckks.h>
#include <seal/context.h>
#include <seal/evaluator.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "nightjar/block.h"
#include "nightjar/kernel/dispatch.h"
#include "nightjar/modular.h"
#include "nightjar/real_slots.h"
#include "nightjar/ring.h"
#include "nightjar/slots.h"

namespace nightjar {

enum class Scheme { kBfv = 0, kCkks = 1 };

struct Parameters {
    Scheme scheme;
    std::size_t degree;
    std::vector<std::uint64_t> primes;  // the last one is the key-switching prime when there are several
    std::uint64_t plain_modulus;        // BFV only
    bool enforce_security;              // 128 bits by SEAL's tables; off only in tests
};

/// What encryption and decryption need to know about the product of the first `limbs` primes.
struct Level {
    seal::parms_id_type parms_id;
    std::vector<Factor> delta;              // BFV: floor(q / t) mod each prime
    std::uint64_t q_mod_t = 0;              // BFV
    std::vector<Factor> inverse_punctured;  // (q / q_i)^-1 mod q_i
};

class Context {
public:
    /// Everything that is done to single polynomials follows the kernel.
    explicit Context(const Parameters &parameters, const kernel::Microkernel &kernel = kernel::choose(""));

    const Parameters &parameters() const { return parameters_; }
    std::size_t degree() const { return parameters_.degree; }
    std::size_t key_limbs() const { return parameters_.primes.size(); }
    std::size_t data_limbs() const { return key_limbs() > 1 ? key_limbs() - 1 : 1; }
    bool slots() const { return slot_encoder_ != nullptr || ckks_encoder_ != nullptr; }

    const seal::SEALContext &seal() const { return seal_; }
    const seal::Evaluator &evaluator() const { return *evaluator_; }
    const SlotEncoder &slot_encoder() const;
    seal::CKKSEncoder &ckks_encoder() const;
    const RealSlots &real_slots() const { return *real_slots_; }  // CKKS

    const std::vector<kernel::Modulus> &moduli() const { return moduli_; }
    std::uint64_t prime(std::size_t limb) const { return parameters_.primes[limb]; }
    const Ring &ring(std::size_t limb) const { return rings_[limb]; }

    /// The vectorised arithmetic beneath the rings, for what is done outside them; null for scalar code. Lengths up to
    /// the degree are then multiples of kernel::kRingStep.
    const kernel::RingKernel *ring_kernel() const { return ring_kernel_; }

    /// The level of `limbs` data primes; throws for a number that does not occur.
    const Level &level(std::size_t limbs) const;

    void to_ntt(std::uint64_t *residues, std::size_t limb) const { rings_[limb].to_ntt(residues); }
    void from_ntt(std::uint64_t *residues, std::size_t limb) const { rings_[limb].from_ntt(residues); }

    /// Copies a column into a SEAL ciphertext and back; the block's shape must be one that the context allows.
    seal::Ciphertext load(const Block &block, std::size_t column, double scale) const;
    void store(const seal::Ciphertext &ciphertext, const Block &block, std::size_t column) const;

    /// Throws Error(kInvalidArgument) unless the block can belong to this context.
    void check(const Block &block) const;

private:
    Parameters parameters_;
    seal::SEALContext seal_;
    std::vector<kernel::Modulus> moduli_;
    std::vector<Ring> rings_;
    const kernel::RingKernel *ring_kernel_ = nullptr;
    std::vector<Level> levels_;
    std::unique_ptr<seal::Evaluator> evaluator_;
    std::unique_ptr<SlotEncoder> slot_encoder_;
    std::unique_ptr<seal::CKKSEncoder> ckks_encoder_;
    std::unique_ptr<RealSlots> real_slots_;
};

}  // namespace nightjar
