#include "nightjar/decryption.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace nightjar {
namespace {

using Wide = unsigned __int128;

}  // namespace

Decryptor::Decryptor(const Context &context, const SecretKey &secret, const Block &block)
    : context_(context),
      secret_(secret),
      block_(block),
      level_(context.level(block.limbs)),
      plain_modulus_(kernel::make_modulus(std::max<std::uint64_t>(2, context.parameters().plain_modulus))),
      phase_(block.limbs * block.degree),
      scratch_(block.degree) {}

void Decryptor::phase(std::size_t column, Form form) {
    const std::size_t degree = block_.degree;
    for (std::size_t limb = 0; limb < block_.limbs; ++limb) {
        const std::uint64_t q = context_.prime(limb);
        std::uint64_t *sum = phase_.get() + limb * degree;
        // Horner: (c2 s + c1) s, in NTT form.
        for (std::size_t poly = block_.polys - 1; poly > 0; --poly) {
            std::memcpy(scratch_.get(), block_.plane(column, poly, limb), degree * sizeof(std::uint64_t));
            if (block_.form == Form::kCoefficient) {
                context_.to_ntt(scratch_.get(), limb);
            }
            for (std::size_t j = 0; j < degree; ++j) {
                sum[j] = poly + 1 == block_.polys ? scratch_[j] : add_mod(sum[j], scratch_[j], q);
            }
            secret_.multiply(sum, limb);
        }
        if (block_.form == Form::kCoefficient) {
            context_.from_ntt(sum, limb);
        }
        const std::uint64_t *first = block_.plane(column, 0, limb);
        for (std::size_t j = 0; j < degree; ++j) {
            sum[j] = add_mod(sum[j], first[j], q);
        }
        if (block_.form == Form::kNtt && form == Form::kCoefficient) {
            context_.from_ntt(sum, limb);
        }
    }
}

// With y_i = x (q / q_i)^-1 mod q_i, x t / q = sum of y_i t / q_i modulo t. Each term is an integer and a fraction, kept
// to 128 binary places: the plaintext is the rounded total, and its distance from the total is the noise.
double Decryptor::decrypt(std::size_t column, std::uint64_t *coefficients) {
    phase(column, Form::kCoefficient);
    const std::uint64_t t = plain_modulus_.value;
    const std::size_t degree = block_.degree;
    Wide worst = 0;
    for (std::size_t j = 0; j < degree; ++j) {
        std::uint64_t whole = 0;
        Wide fraction = 0;
        for (std::size_t limb = 0; limb < block_.limbs; ++limb) {
            const kernel::Modulus &modulus = context_.moduli()[limb];
            const std::uint64_t y = mul_mod(phase_[limb * degree + j], level_.inverse_punctured[limb], modulus.value);
            const Division integer = divide(Wide{y} * t, modulus);
            const Division high = divide(Wide{integer.remainder} << 64, modulus);
            const Division low = divide(Wide{high.remainder} << 64, modulus);
            const Wide part = (Wide{high.quotient} << 64) | low.quotient;
            fraction += part;
            whole += integer.quotient + (fraction < part ? 1 : 0);
        }
        const bool up = (fraction >> 127) != 0;
        worst = std::max(worst, up ? ~fraction + 1 : fraction);
        coefficients[j] = divide(Wide{whole} + (up ? 1 : 0), plain_modulus_).remainder;
    }
    return worst == 0 ? 127.0 : 127.0 - std::log2(static_cast<double>(worst));
}

void Decryptor::decrypt_ntt(std::size_t column, std::uint64_t *residues) {
    phase(column, Form::kNtt);
    std::memcpy(residues, phase_.get(), phase_.size() * sizeof(std::uint64_t));
}

}  // namespace nightjar
