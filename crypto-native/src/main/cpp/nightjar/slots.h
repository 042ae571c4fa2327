// The slots of a BFV plaintext: the values of a polynomial modulo t at the roots of unity, in the order of SEAL's
// batching encoder, whose bits these are.
#pragma once

#include <seal/util/ntt.h>

#include <cstdint>
#include <vector>

#include "nightjar/kernel/ring_kernel.h"
#include "nightjar/ring.h"

namespace nightjar {

class SlotEncoder {
public:
    /// `tables` are those of the plain modulus, and outlive the encoder. `wide` may be null.
    SlotEncoder(const seal::util::NTTTables &tables, const kernel::RingKernel *wide);

    /// The coefficients modulo t of the polynomial with `count` values in [-t/2, t/2) in its first slots, and zeros in
    /// the others.
    void encode(const std::int64_t *values, std::size_t count, std::uint64_t *coefficients) const;

    /// The first `count` slots, modulo t. Overwrites the coefficients.
    void decode(std::uint64_t *coefficients, std::size_t count, std::uint64_t *slots) const;

private:
    Ring ring_;
    std::vector<std::uint32_t> places_;  // of the slots in a transformed polynomial
};

}  // namespace nightjar
