#include "nightjar/encryption.h"

#include <cstring>
#include <stdexcept>

namespace nightjar {

void small_residues(const SecretWords &coefficients, std::uint64_t q, std::uint64_t *residues) {
    for (std::size_t j = 0; j < coefficients.size(); ++j) {
        residues[j] = small_residue(coefficients[j], q);
    }
}

SymmetricEncryptor::SymmetricEncryptor(const Context &context, const SecretKey &secret, const Seed &secret_seed)
    : context_(context),
      secret_(secret),
      secret_seed_(secret_seed),
      seed_(nightjar::public_seed(secret_seed)),
      noise_(context.degree()),
      scratch_(context.degree()) {}

void SymmetricEncryptor::encrypt_zero(const Block &block, std::size_t column) {
    encrypt(block, column, {nullptr, Form::kCoefficient});
}

// The message and the noise are added up in coefficient form where that is the message's own, so that one transform
// serves both.
void SymmetricEncryptor::encrypt(const Block &block, std::size_t column, const Message &message) {
    const std::size_t degree = block.degree;
    const bool early = message.residues != nullptr && message.form == Form::kCoefficient;
    const bool late = message.residues != nullptr && message.form == Form::kNtt;
    UniformStream uniform(seed_, column, context_.ring_kernel());
    SecretSampler(secret_seed_, Purpose::kNoise, column, context_.ring_kernel()).noise(noise_);
    for (std::size_t limb = 0; limb < block.limbs; ++limb) {
        const Ring &ring = context_.ring(limb);
        const kernel::Factors secret = secret_.factors(limb);
        const std::uint64_t *message_residues = early || late ? message.residues + limb * degree : nullptr;
        std::uint64_t *first = block.plane(column, 0, limb);
        std::uint64_t *second = block.plane(column, 1, limb);
        uniform.fill(second, degree, ring.prime());
        ring.subtract(early ? message_residues : nullptr, noise_.get(), scratch_.get());
        if (block.form == Form::kNtt) {
            ring.to_ntt(scratch_.get());
            ring.multiply_subtract(second, secret, scratch_.get(), first);
        } else {
            std::memcpy(first, second, degree * sizeof(std::uint64_t));
            ring.to_ntt(first);
            ring.multiply_add(first, secret, nullptr, first);
            ring.from_ntt(first);
            ring.subtract(scratch_.get(), first, first);
        }
        if (late) {
            ring.add(first, message_residues, first);
        }
    }
}

PublicEncryptor::PublicEncryptor(const Context &context, const Block &key)
    : context_(context),
      key_(key),
      sampler_(context.ring_kernel()),
      ephemeral_(context.degree()),
      noise_(context.degree()),
      scratch_(context.degree()),
      mask_(context.degree()) {}

void PublicEncryptor::encrypt(const Block &block, std::size_t column, const Message &message) {
    encrypt_zero(block, column);
    add_message(context_, block, column, message);
}

void PublicEncryptor::encrypt_zero(const Block &block, std::size_t column) {
    const std::size_t degree = block.degree;
    sampler_.ternary(ephemeral_);
    for (std::size_t poly = 0; poly < 2; ++poly) {
        sampler_.noise(noise_);
        for (std::size_t limb = 0; limb < block.limbs; ++limb) {
            const kernel::Modulus &modulus = context_.moduli()[limb];
            const std::uint64_t q = modulus.value;
            small_residues(ephemeral_, q, mask_.get());
            context_.to_ntt(mask_.get(), limb);
            std::uint64_t *target = block.plane(column, poly, limb);
            const std::uint64_t *key = key_.plane(0, poly, limb);
            for (std::size_t j = 0; j < degree; ++j) {
                target[j] = divide(static_cast<unsigned __int128>(key[j]) * mask_[j], modulus).remainder;
            }
            small_residues(noise_, q, scratch_.get());
            if (block.form == Form::kNtt) {
                context_.to_ntt(scratch_.get(), limb);
            } else {
                context_.from_ntt(target, limb);
            }
            context_.ring(limb).add(target, scratch_.get(), target);
        }
    }
}

void expand_seed(const Context &context, const Seed &seed, const Block &block) {
    for (std::size_t column = 0; column < block.columns; ++column) {
        UniformStream uniform(seed, column, context.ring_kernel());
        for (std::size_t limb = 0; limb < block.limbs; ++limb) {
            uniform.fill(block.plane(column, 1, limb), block.degree, context.prime(limb));
        }
    }
}

void add_message(const Context &context, const Block &block, std::size_t column, const Message &message) {
    if (message.form == Form::kNtt && block.form == Form::kCoefficient) {
        throw std::logic_error("only CKKS messages are in NTT form, and CKKS has no other");
    }
    SecretWords converted(block.degree);
    for (std::size_t limb = 0; limb < block.limbs; ++limb) {
        const Ring &ring = context.ring(limb);
        const std::uint64_t *residues = message.residues + limb * block.degree;
        if (message.form != block.form) {
            std::memcpy(converted.get(), residues, block.degree * sizeof(std::uint64_t));
            ring.to_ntt(converted.get());
            residues = converted.get();
        }
        std::uint64_t *target = block.plane(column, 0, limb);
        ring.add(target, residues, target);
    }
}

}  // namespace nightjar
