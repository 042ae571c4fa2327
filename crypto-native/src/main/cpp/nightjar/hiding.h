// Results carry noise beside their values, and it is a function of the weights that made them: hiding covers it.
#pragma once

#include <cstdint>
#include <vector>

#include "nightjar/context.h"
#include "nightjar/encoding.h"
#include "nightjar/memory.h"
#include "nightjar/sampling.h"

namespace nightjar {

/// Makes results ready for the eyes of whoever has the secret key: adds an encryption of zero under the public key,
/// floods the noise, and drops the last primes. All that is random comes from a secret seed and the number of a
/// column, so hiding the same column again gives the same bits.
class Hider {
public:
    static constexpr int kMaxFloodBits = SecretSampler::kMaxWideBits - 1;

    /// For columns of `limbs` primes; `key` is a validated public key block that outlives the hider, as the context
    /// does. The flood is uniform on [-2^flood_bits, 2^flood_bits); 0 stands for none. Throws Error(kInvalidArgument)
    /// if it would not fit the modulus.
    Hider(const Context &context, const Block &key, const Seed &seed, int flood_bits, std::size_t limbs);
    ~Hider();
    Hider(const Hider &) = delete;
    Hider &operator=(const Hider &) = delete;

    /// From a column in NTT form, with two polynomials, to the same column of a block in coefficient form with as many
    /// primes or fewer, or in NTT form with as many. `number` is the column's own, of all that the seed is for.
    void hide(const Block &input, std::size_t column, std::uint64_t number, const Block &output);

private:
    const Context &context_;
    Block key_;
    Seed seed_;
    int flood_bits_;
    std::size_t limbs_;
    SecretWords ephemeral_;  // [limb][slot]
    SecretWords noise_;
    SecretWords flood_low_;
    SecretWords flood_high_;
    SecretWords sum_;  // [limb][coefficient]
};

/// Covers the slots of a column that are not kept, by adding uniform integers modulo t: whoever asked for less than a
/// column holds gets no answer in the other slots. What is added follows from the secret seed and the column's number.
/// `encoder` is for the block's primes and coefficient form; `kept` has an entry for each slot.
void cover_other_slots(const Context &context, const Encoder &encoder, const Seed &seed, std::uint64_t number,
                       const std::vector<bool> &kept, const Block &block, std::size_t column);

}  // namespace nightjar
