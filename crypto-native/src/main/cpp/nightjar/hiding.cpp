#include "nightjar/hiding.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "nightjar/encryption.h"
#include "nightjar/error.h"

namespace nightjar {

Hider::Hider(const Context &context, const Block &key, const Seed &seed, int flood_bits, std::size_t limbs)
    : context_(context),
      key_(key),
      seed_(seed),
      flood_bits_(flood_bits),
      limbs_(limbs),
      ephemeral_(limbs * context.degree()),
      noise_(context.degree()),
      flood_low_(context.degree()),
      flood_high_(context.degree()),
      sum_(limbs * context.degree()) {
    const auto data = context.seal().get_context_data(context.level(limbs).parms_id);
    const int modulus_bits = data->total_coeff_modulus_bit_count();
    const int most = std::min(kMaxFloodBits, modulus_bits - 2);
    if (flood_bits < 0 || flood_bits > most) {
        throw Error(ErrorKind::kInvalidArgument,
                    "a flood of 2^" + std::to_string(flood_bits) + " does not fit: with a modulus of " +
                        std::to_string(modulus_bits) + " bits the exponent is from 0 to " + std::to_string(most));
    }
}

Hider::~Hider() { wipe(seed_.data(), seed_.size()); }

// Both polynomials share the ephemeral secret u: (c0 + b u + e0 + flood, c1 + a u + e1). Noise is symmetric, so it may
// as well be subtracted.
void Hider::hide(const Block &input, std::size_t column, std::uint64_t number, const Block &output) {
    const std::size_t degree = input.degree;
    SecretSampler sampler(seed_, Purpose::kHiding, number, context_.ring_kernel());
    sampler.ternary(noise_);
    for (std::size_t limb = 0; limb < limbs_; ++limb) {
        std::uint64_t *ephemeral = ephemeral_.get() + limb * degree;
        context_.ring(limb).lift(noise_.get(), ephemeral);
        context_.to_ntt(ephemeral, limb);
    }
    for (std::size_t poly = 0; poly < 2; ++poly) {
        const bool flooded = poly == 0 && flood_bits_ > 0;
        sampler.noise(noise_);
        if (flooded) {
            sampler.wide(flood_bits_ + 1, flood_low_, flood_high_);
        }
        for (std::size_t limb = 0; limb < limbs_; ++limb) {
            const Ring &ring = context_.ring(limb);
            std::uint64_t *sum = sum_.get() + limb * degree;
            if (output.form == Form::kNtt) {
                ring.subtract(nullptr, noise_.get(), sum);
                if (flooded) {
                    ring.add_wide(flood_low_.get(), flood_high_.get(), flood_bits_, sum);
                }
                ring.to_ntt(sum);
                ring.add(sum, input.plane(column, poly, limb), sum);
                ring.multiply(ephemeral_.get() + limb * degree, key_.plane(0, poly, limb), sum, sum);
                continue;
            }
            ring.multiply(ephemeral_.get() + limb * degree, key_.plane(0, poly, limb), input.plane(column, poly, limb),
                          sum);
            ring.from_ntt(sum);
            ring.subtract(sum, noise_.get(), sum);
            if (flooded) {
                ring.add_wide(flood_low_.get(), flood_high_.get(), flood_bits_, sum);
            }
        }
        for (std::size_t last = limbs_ - 1; last >= output.limbs; --last) {
            for (std::size_t limb = 0; limb < last; ++limb) {
                context_.ring(limb).drop_prime(context_.ring(last), sum_.get() + last * degree,
                                               sum_.get() + limb * degree);
            }
        }
        std::memcpy(output.plane(column, poly, 0), sum_.get(), output.limbs * degree * sizeof(std::uint64_t));
    }
}

void cover_other_slots(const Context &context, const Encoder &encoder, const Seed &seed, std::uint64_t number,
                       const std::vector<bool> &kept, const Block &block, std::size_t column) {
    if (std::find(kept.begin(), kept.end(), false) == kept.end()) {
        return;
    }
    const std::size_t degree = block.degree;
    const std::uint64_t t = context.parameters().plain_modulus;
    SecretWords values(degree);
    UniformStream(seed, number, context.ring_kernel()).fill(values.get(), degree, t);
    for (std::size_t j = 0; j < degree; ++j) {
        values[j] -= kept[j] ? values[j] : values[j] > (t - 1) / 2 ? t : 0;  // in two's complement
    }
    SecretWords residues(block.limbs * degree);
    const Message message =
        encoder.encode(reinterpret_cast<const std::int64_t *>(values.get()), degree, residues.get());
    add_message(context, block, column, message);
}

}  // namespace nightjar
