// The linear layer as a program written against SEAL's Evaluator computes it: one multiply_plain and one add_inplace
// for every weight. It is the yardstick of the benchmarks and the oracle of the tests, and nothing else uses it.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "nightjar/context.h"
#include "nightjar/kernel/integer_product.h"

namespace nightjar {

/// Gives the naive program every advantage that leaves it one product at a time: plaintexts encoded once for each
/// distinct weight, in the form of the block, and one reused temporary.
class NaiveLayer {
public:
    NaiveLayer(const Context &context, const kernel::IntegerLayer &layer, const Block &input, double scale);

    /// Computes one output: the sum over the terms of a row and a gather.
    seal::Ciphertext output(std::size_t row, std::size_t gather);

private:
    const seal::Plaintext &plaintext(std::int32_t weight);

    const Context &context_;
    const kernel::IntegerLayer &layer_;
    Block input_;
    std::vector<seal::Ciphertext> columns_;
    std::unordered_map<std::int32_t, seal::Plaintext> plaintexts_;  // by weight, encoded when first met
};

}  // namespace nightjar
