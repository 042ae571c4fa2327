#include "nightjar/slot_product.h"

#include <algorithm>
#include <string>

namespace nightjar {

SlotProduct::SlotProduct(const Context &context, std::size_t limbs)
    : context_(context),
      encoder_(context, limbs, Packing::kSlots, Form::kNtt, 1),
      plain_(context.degree()),
      lifted_(context.degree()),
      message_(limbs * context.degree()) {
    const std::uint64_t t = context.parameters().plain_modulus;
    for (std::size_t limb = 0; limb < limbs; ++limb) {
        if (context.prime(limb) <= t / 2) {
            throw Error(ErrorKind::kInvalidArgument, "products in slots need primes above half the plain modulus " +
                                                         std::to_string(t) + "; there is the prime " +
                                                         std::to_string(context.prime(limb)));
        }
    }
}

void SlotProduct::multiply(const Block &input, std::size_t column, const std::int64_t *factors, std::size_t count,
                           const Block &output, std::size_t output_column) {
    encoder_.plaintext(factors, count, plain_.get());
    encoder_.centre(plain_.get(), reinterpret_cast<std::int64_t *>(plain_.get()), input.degree);
    for (std::size_t limb = 0; limb < input.limbs; ++limb) {
        const Ring &ring = context_.ring(limb);
        ring.lift(plain_.get(), lifted_.get());
        ring.to_ntt(lifted_.get());
        for (std::size_t poly = 0; poly < input.polys; ++poly) {
            ring.multiply(input.plane(column, poly, limb), lifted_.get(), nullptr,
                          output.plane(output_column, poly, limb));
        }
    }
}

void SlotProduct::constant(const std::int64_t *values, std::size_t count, const Block &output,
                           std::size_t output_column) {
    encoder_.encode(values, count, message_.get());
    for (std::size_t limb = 0; limb < output.limbs; ++limb) {
        std::uint64_t *first = output.plane(output_column, 0, limb);
        std::copy_n(message_.get() + limb * output.degree, output.degree, first);
        context_.to_ntt(first, limb);
    }
    std::fill_n(output.plane(output_column, 1, 0), output.limbs * output.degree, 0);
}

}  // namespace nightjar
