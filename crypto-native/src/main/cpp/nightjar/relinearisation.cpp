#include "nightjar/relinearisation.h"

#include <cstring>

#include "nightjar/error.h"

namespace nightjar {

// SEAL multiplies by the key, adds up, and then divides by the key-switching prime p: x / p - rest / p. The first term is
// as good as a sum of products with the key divided by p; modulo p itself there is only the rest.
RelinearisationKey::RelinearisationKey(const Context &context, const Block &key)
    : words_(key.columns * key.stride()), block_(key) {
    block_.words = words_.get();
    std::memcpy(block_.words, key.words, words_.size() * sizeof(std::uint64_t));
    const std::size_t special = key.limbs - 1;
    for (std::size_t limb = 0; limb < special; ++limb) {
        const std::uint64_t q = context.prime(limb);
        const Factor inverse = make_factor(context.ring(limb).inverse_of(context.ring(special)), q);
        for (std::size_t digit = 0; digit < key.columns; ++digit) {
            for (std::size_t poly = 0; poly < key.polys; ++poly) {
                std::uint64_t *residues = block_.plane(digit, poly, limb);
                for (std::size_t j = 0; j < key.degree; ++j) {
                    residues[j] = mul_mod(residues[j], inverse, q);
                }
            }
        }
    }
}

Relineariser::Relineariser(const Context &context, const RelinearisationKey &key, std::size_t limbs)
    : context_(context),
      key_(key),
      limbs_(limbs),
      scratch_((2 * limbs + 3) * column_stride(context.degree(), 1, 1)),
      factors_(limbs) {
    if (!context.seal().using_keyswitching()) {
        throw Error(ErrorKind::kInvalidArgument, "relinearising needs a key-switching prime: there is one prime only");
    }
    // Planes are apart as columns are, so that they do not all fall into the same few cache sets.
    const auto plane = [&](std::size_t index) {
        return scratch_.get() + index * column_stride(context.degree(), 1, 1);
    };
    for (std::size_t digit = 0; digit < limbs; ++digit) {
        digits_.push_back(plane(digit));
        transformed_.push_back(plane(limbs + digit));
        operands_.push_back(transformed_.back());
    }
    last_[0] = plane(2 * limbs);
    last_[1] = plane(2 * limbs + 1);
    rounding_ = plane(2 * limbs + 2);
}

void Relineariser::relinearise(const Block &input, std::size_t column, const Block &output) {
    const std::size_t special = context_.key_limbs() - 1;
    const bool ntt = input.form == Form::kNtt;
    for (std::size_t digit = 0; digit < limbs_; ++digit) {
        std::memcpy(digits_[digit], input.plane(column, 2, digit), input.degree * sizeof(std::uint64_t));
        if (ntt) {
            context_.from_ntt(digits_[digit], digit);
        }
    }
    transform_digits(input, column, special);
    for (std::size_t poly = 0; poly < 2; ++poly) {
        multiply_by_key(poly, special, nullptr, last_[poly]);
        context_.from_ntt(last_[poly], special);
    }
    for (std::size_t limb = 0; limb < limbs_; ++limb) {
        const Ring &ring = context_.ring(limb);
        transform_digits(input, column, limb);
        for (std::size_t poly = 0; poly < 2; ++poly) {
            const std::uint64_t *first = input.plane(column, poly, limb);
            std::uint64_t *sum = output.plane(column, poly, limb);
            multiply_by_key(poly, limb, ntt ? first : nullptr, sum);
            ring.drop_remainder(context_.ring(special), last_[poly], rounding_);
            if (ntt) {
                ring.to_ntt(rounding_);
            } else {
                ring.from_ntt(sum);
                ring.add(sum, first, sum);
            }
            ring.add(sum, rounding_, sum);
        }
    }
}

void Relineariser::transform_digits(const Block &input, std::size_t column, std::size_t limb) {
    const Ring &ring = context_.ring(limb);
    for (std::size_t digit = 0; digit < limbs_; ++digit) {
        std::uint64_t *transformed = transformed_[digit];
        const bool there = digit == limb && input.form == Form::kNtt;
        operands_[digit] = there ? input.plane(column, 2, limb) : transformed;
        if (!there) {
            ring.reduce(context_.ring(digit), digits_[digit], transformed);
            ring.to_ntt(transformed);
        }
    }
}

void Relineariser::multiply_by_key(std::size_t poly, std::size_t limb, const std::uint64_t *addend,
                                   std::uint64_t *output) {
    for (std::size_t digit = 0; digit < limbs_; ++digit) {
        factors_[digit] = key_.plane(digit, poly, limb);
    }
    context_.ring(limb).sum_products(limbs_, operands_.data(), factors_.data(), addend, output);
}

}  // namespace nightjar
