// Products of encrypted columns with integers in the clear, record by record (BFV with slots, NTT form).
#pragma once

#include <cstdint>

#include "nightjar/context.h"
#include "nightjar/encoding.h"
#include "nightjar/memory.h"

namespace nightjar {

class SlotProduct {
public:
    /// For columns of `limbs` primes. Throws Error(kInvalidArgument) if the context has no slots of integers.
    SlotProduct(const Context &context, std::size_t limbs);

    /// Multiplies slot j of a column by factor j, for j < count, and the other slots by zero. The plaintext's
    /// coefficients, which the noise is multiplied by, are taken in [-t/2, t/2). Throws Error(kInvalidArgument) naming
    /// the first factor outside that range.
    void multiply(const Block &input, std::size_t column, const std::int64_t *factors, std::size_t count,
                  const Block &output, std::size_t output_column);

    /// Fills a column with the encryption of these values that needs no key and hides nothing: the message in the first
    /// polynomial, and zeros in the second.
    void constant(const std::int64_t *values, std::size_t count, const Block &output, std::size_t output_column);

private:
    const Context &context_;
    Encoder encoder_;
    SecretWords plain_;
    SecretWords lifted_;
    SecretWords message_;
};

}  // namespace nightjar
