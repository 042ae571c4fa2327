#include "nightjar/decryption.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "nightjar/encoding.h"

namespace nightjar {
namespace {

using Wide = unsigned __int128;

/// floor(remainder 2^128 / q).
Wide fraction_of(std::uint64_t remainder, const kernel::Modulus &modulus) {
    const Division high = divide(Wide{remainder} << 64, modulus);
    const Division low = divide(Wide{high.remainder} << 64, modulus);
    return (Wide{high.quotient} << 64) | low.quotient;
}

double margin_of(Wide distance) { return distance == 0 ? 127.0 : 127.0 - std::log2(static_cast<double>(distance)); }

}  // namespace

Decryptor::Decryptor(const Context &context, const SecretKey &secret, const Block &block)
    : context_(context),
      secret_(secret),
      block_(block),
      level_(context.level(block.limbs)),
      plain_modulus_(kernel::make_modulus(std::max<std::uint64_t>(2, context.parameters().plain_modulus))),
      phase_(block.limbs * block.degree),
      scratch_(block.degree) {
    bool narrow = block.limbs <= kernel::kMaxRoundedPrimes &&
                  plain_modulus_.value <= (std::uint64_t{1} << 52) / (kernel::kMaxRoundedPrimes + 1);
    for (std::size_t limb = 0; limb < block.limbs; ++limb) {
        narrow = narrow && context.ring(limb).narrow() != nullptr && plain_modulus_.value < context.prime(limb);
    }
    rounding_kernel_ = narrow ? context.ring_kernel() : nullptr;
}

const std::uint64_t *Decryptor::in_ntt_form(std::size_t column, std::size_t poly, std::size_t limb,
                                            std::uint64_t *scratch) const {
    const std::uint64_t *plane = block_.plane(column, poly, limb);
    if (block_.form == Form::kNtt) {
        return plane;
    }
    std::memcpy(scratch, plane, block_.degree * sizeof(std::uint64_t));
    context_.to_ntt(scratch, limb);
    return scratch;
}

void Decryptor::phase(std::size_t column, Form form) {
    const std::size_t degree = block_.degree;
    for (std::size_t limb = 0; limb < block_.limbs; ++limb) {
        const Ring &ring = context_.ring(limb);
        const kernel::Factors secret = secret_.factors(limb);
        std::uint64_t *sum = phase_.get() + limb * degree;
        const std::uint64_t *first = block_.plane(column, 0, limb);
        const bool late = block_.form == Form::kCoefficient;  // is the first polynomial added, needing no transform
        // Horner: (c2 s + c1) s + c0, in NTT form.
        const std::uint64_t *higher = in_ntt_form(column, block_.polys - 1, limb, sum);
        for (std::size_t poly = block_.polys - 1; poly > 1; --poly) {
            ring.multiply_add(higher, secret, in_ntt_form(column, poly - 1, limb, scratch_.get()), sum);
            higher = sum;
        }
        ring.multiply_add(higher, secret, late ? nullptr : first, sum);
        if (form == Form::kCoefficient) {
            ring.from_ntt(sum);
        }
        if (late) {
            ring.add(sum, first, sum);
        }
    }
}

double Decryptor::decrypt(std::size_t column, std::uint64_t *coefficients) {
    phase(column, Form::kCoefficient);
    if (rounding_kernel_ == nullptr) {
        return round(coefficients);
    }
    return block_.limbs == 1 ? round_one_prime(coefficients) : round_several_primes(coefficients);
}

// x t / q = whole + R / q. As floor(R 2^128 / q) grows with R, the distances that round() compares are greatest at two
// remainders that integers can find.
double Decryptor::round_one_prime(std::uint64_t *coefficients) const {
    const kernel::Modulus &modulus = context_.moduli()[0];
    const kernel::Remainders found =
        rounding_kernel_->round(modulus.value, plain_modulus_.value, block_.degree, phase_.get(), coefficients);
    const Wide down = fraction_of(found.largest_down, modulus);
    const bool any_up = found.least_up != modulus.value;
    const Wide up = any_up ? ~fraction_of(found.least_up, modulus) + 1 : 0;
    return margin_of(std::max(down, up));
}

double Decryptor::round_several_primes(std::uint64_t *coefficients) const {
    kernel::RoundedPrime primes[kernel::kMaxRoundedPrimes];
    for (std::size_t limb = 0; limb < block_.limbs; ++limb) {
        primes[limb] = {context_.prime(limb), level_.inverse_punctured[limb].value};
    }
    const kernel::DoubleWord longest = rounding_kernel_->round_several(primes, block_.limbs, plain_modulus_.value,
                                                                       block_.degree, phase_.get(), coefficients);
    return margin_of((Wide{longest.high} << 64) | longest.low);
}

// With y_i = x (q / q_i)^-1 mod q_i, x t / q = sum of y_i t / q_i modulo t. Each term is an integer and a fraction, kept
// to 128 binary places: the plaintext is the rounded total, and its distance from the total is the noise.
double Decryptor::round(std::uint64_t *coefficients) const {
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
            const Wide part = fraction_of(integer.remainder, modulus);
            fraction += part;
            whole += integer.quotient + (fraction < part ? 1 : 0);
        }
        const bool up = (fraction >> 127) != 0;
        worst = std::max(worst, up ? ~fraction + 1 : fraction);
        coefficients[j] = divide(Wide{whole} + (up ? 1 : 0), plain_modulus_).remainder;
    }
    return margin_of(worst);
}

// Digits of the mixed radix q_0, q_1, ... that are nearest to zero make up the integer that is nearest to zero.
void Decryptor::noise(std::size_t column, double *noise) {
    const std::size_t degree = block_.degree;
    const Encoder encoder(context_, block_.limbs, Packing::kCoefficients, Form::kCoefficient, 1);
    SecretWords plain(degree);
    SecretWords residues(block_.limbs * degree);
    decrypt(column, plain.get());
    auto *values = reinterpret_cast<std::int64_t *>(plain.get());
    encoder.centre(plain.get(), values, degree);
    encoder.encode(values, degree, residues.get());
    std::vector<Factor> inverses;  // of prime j modulo prime i, for j < i
    for (std::size_t i = 0; i < block_.limbs; ++i) {
        const std::uint64_t q = context_.prime(i);
        for (std::size_t j = 0; j < i; ++j) {
            inverses.push_back(make_factor(pow_mod(context_.prime(j) % q, q - 2, q), q));
        }
    }
    std::vector<std::int64_t> digits(block_.limbs);
    for (std::size_t k = 0; k < degree; ++k) {
        const Factor *inverse = inverses.data();
        for (std::size_t i = 0; i < block_.limbs; ++i) {
            const auto q = static_cast<std::int64_t>(context_.prime(i));
            const std::size_t word = i * degree + k;
            std::uint64_t rest = sub_mod(phase_[word], residues[word], context_.prime(i));
            for (std::size_t j = 0; j < i; ++j, ++inverse) {
                const std::int64_t digit = digits[j] % q;
                rest = sub_mod(rest, static_cast<std::uint64_t>(digit < 0 ? digit + q : digit), context_.prime(i));
                rest = mul_mod(rest, *inverse, context_.prime(i));
            }
            digits[i] = static_cast<std::int64_t>(rest) - (rest > context_.prime(i) / 2 ? q : 0);
        }
        double sum = 0;
        for (std::size_t i = block_.limbs; i-- > 0;) {
            sum = sum * static_cast<double>(context_.prime(i)) + static_cast<double>(digits[i]);
        }
        noise[k] = sum;
    }
}

void Decryptor::decrypt_ntt(std::size_t column, std::uint64_t *residues) {
    phase(column, Form::kNtt);
    std::memcpy(residues, phase_.get(), phase_.size() * sizeof(std::uint64_t));
}

}  // namespace nightjar
