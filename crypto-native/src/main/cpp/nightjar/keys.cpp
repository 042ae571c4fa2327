#include "nightjar/keys.h"

#include <cstring>

#include "nightjar/encryption.h"
#include "nightjar/error.h"

namespace nightjar {

SecretKey::SecretKey(const Context &context) : SecretKey(context, fresh_ternary(context.degree())) {}

SecretKey::SecretKey(const Context &context, const std::uint8_t *bytes, std::size_t size)
    : SecretKey(context, parse_ternary(context.degree(), bytes, size)) {}

SecretKey::SecretKey(const Context &context, SecretWords coefficients)
    : degree_(context.degree()),
      primes_(context.parameters().primes),
      coefficients_(std::move(coefficients)),
      values_(degree_ * primes_.size(), Lifetime::kKey),
      quotients_(degree_ * primes_.size(), Lifetime::kKey) {
    for (std::size_t limb = 0; limb < primes_.size(); ++limb) {
        const std::uint64_t q = primes_[limb];
        std::uint64_t *values = values_.get() + limb * degree_;
        small_residues(coefficients_, q, values);
        context.to_ntt(values, limb);
        for (std::size_t j = 0; j < degree_; ++j) {
            quotients_[limb * degree_ + j] = make_factor(values[j], q).quotient;
        }
    }
}

SecretWords SecretKey::fresh_ternary(std::size_t degree) {
    SecretWords coefficients(degree, Lifetime::kKey);
    SecretSampler().ternary(coefficients);
    return coefficients;
}

SecretWords SecretKey::parse_ternary(std::size_t degree, const std::uint8_t *bytes, std::size_t size) {
    if (size != exported_size(degree)) {
        throw Error(ErrorKind::kInvalidArgument, "a secret key for ring degree " + std::to_string(degree) + " has " +
                                                     std::to_string(exported_size(degree)) + " bytes, not " +
                                                     std::to_string(size));
    }
    SecretWords coefficients(degree, Lifetime::kKey);
    bool valid = true;
    for (std::size_t j = 0; j < degree; ++j) {
        const unsigned code = (bytes[j / 4] >> (2 * (j % 4))) & 3U;
        valid &= code < 3;
        coefficients[j] = static_cast<std::uint64_t>(code) - 1;
    }
    if (!valid) {
        throw Error(ErrorKind::kInvalidArgument, "the bytes are not a secret key: a coefficient is not -1, 0 or 1");
    }
    return coefficients;
}

void SecretKey::export_bytes(std::uint8_t *bytes) const {
    std::memset(bytes, 0, exported_size(degree_));
    for (std::size_t j = 0; j < degree_; ++j) {
        bytes[j / 4] = static_cast<std::uint8_t>(bytes[j / 4] | ((coefficients_[j] + 1) << (2 * (j % 4))));
    }
}

void SecretKey::add_square_times(std::uint64_t factor, std::uint64_t *residues, std::size_t limb) const {
    const std::uint64_t q = primes_[limb];
    const Factor scale = make_factor(factor % q, q);
    for (std::size_t j = 0; j < degree_; ++j) {
        const Factor s{values_[limb * degree_ + j], quotients_[limb * degree_ + j]};
        residues[j] = add_mod(residues[j], mul_mod(mul_mod(s.value, s, q), scale, q), q);
    }
}

Seed make_public_key(const Context &context, const SecretKey &secret, const Block &key) {
    SymmetricEncryptor encryptor(context, secret, fresh_seed());
    encryptor.encrypt_zero(key, 0);
    return encryptor.public_seed();
}

// Column i hides P s^2 modulo the data prime i, where P is the key-switching prime, and zero modulo all other primes.
Seed make_relinearisation_key(const Context &context, const SecretKey &secret, const Block &key) {
    SymmetricEncryptor encryptor(context, secret, fresh_seed());
    const std::uint64_t special = context.parameters().primes.back();
    for (std::size_t i = 0; i < key.columns; ++i) {
        encryptor.encrypt_zero(key, i);
        secret.add_square_times(special, key.plane(i, 0, i), i);
    }
    return encryptor.public_seed();
}

}  // namespace nightjar
