// Both parties as programs written against SEAL: the linear layer with one multiply_plain and one add_inplace for every
// weight, and the data owner with one Encryptor and one Decryptor call for every column. They are the yardstick of the
// benchmarks and the oracle of the tests, and nothing else uses them.
#pragma once

#include <seal/decryptor.h>
#include <seal/encryptor.h>

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

/// The data owner's part for BFV: a key of SEAL's own, and one ciphertext for each column, which stays in here. The value
/// of record j goes into coefficient j. The context may go before it.
class NaiveCipher {
public:
    explicit NaiveCipher(const Context &context);

    /// Encrypts columns of `records` values each, column after column, in place of what it held. Throws
    /// Error(kInvalidArgument) naming the first value that is not in [-t/2, t/2); then it holds what it held before.
    void encrypt(const std::vector<std::int64_t> &values, std::size_t records);

    /// Decrypts the first `records` values of every column that it holds.
    std::vector<std::int64_t> decrypt(std::size_t records);

private:
    NaiveCipher(const Context &context, const seal::SecretKey &secret);

    std::int64_t plain_modulus_;
    seal::Encryptor encryptor_;
    seal::Decryptor decryptor_;
    std::vector<seal::Ciphertext> columns_;
};

/// What SEAL takes for one column of real numbers, in seconds: medians of a few runs.
struct NaiveCkksSeconds {
    double encrypt;  // encoding too
    double square;   // relinearising too
    double rescale;
    double decrypt;  // decoding too
};

/// Measures SEAL's own encryptor, evaluator and decryptor with keys of their own, on columns of `limbs` primes.
NaiveCkksSeconds measure_naive_ckks(const Context &context, std::size_t limbs, double scale);

}  // namespace nightjar
