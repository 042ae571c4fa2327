#include "nightjar/naive.h"

#include <seal/keygenerator.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <string>
#include <utility>

#include "nightjar/error.h"
#include "nightjar/linear.h"

namespace nightjar {

NaiveLayer::NaiveLayer(const Context &context, const kernel::IntegerLayer &layer, const Block &input, double scale)
    : context_(context), layer_(layer), input_(input) {
    check_gathered(layer.gathered, layer.terms, 0, layer.gathers, input.columns);
    for (std::size_t column = 0; column < input.columns; ++column) {
        columns_.push_back(context.load(input, column, scale));
    }
}

// In coefficient form SEAL multiplies by the residue of a negative constant modulo t, which is the right plaintext but
// with noise t times larger, so a careful program multiplies by |w| and subtracts.
const seal::Plaintext &NaiveLayer::plaintext(std::int32_t weight) {
    seal::Plaintext &plain = plaintexts_[weight];
    if (plain.coeff_count() == 0) {
        const seal::parms_id_type id = context_.level(input_.limbs).parms_id;
        if (context_.parameters().scheme == Scheme::kCkks) {
            context_.ckks_encoder().encode(static_cast<std::int64_t>(weight), id, plain);
        } else if (input_.form == Form::kCoefficient) {
            plain.resize(1);
            plain[0] = static_cast<std::uint64_t>(std::abs(weight));
        } else {
            const auto t = static_cast<std::int64_t>(context_.parameters().plain_modulus);
            plain.resize(1);
            plain[0] = static_cast<std::uint64_t>(weight < 0 ? weight + t : weight);
            context_.evaluator().transform_to_ntt_inplace(plain, id);
        }
    }
    return plain;
}

seal::Ciphertext NaiveLayer::output(std::size_t row, std::size_t gather) {
    const seal::Evaluator &evaluator = context_.evaluator();
    seal::Ciphertext sum;
    seal::Ciphertext product;
    for (std::size_t k = 0; k < layer_.terms; ++k) {
        const std::int32_t weight = layer_.weights[row * layer_.terms + k];
        const std::uint32_t column = layer_.gathered[gather * layer_.terms + k];
        if (weight == 0 || column == kernel::IntegerLayer::kNoColumn) {
            continue;
        }
        const bool subtract = weight < 0 && input_.form == Form::kCoefficient;
        if (sum.size() == 0) {
            evaluator.multiply_plain(columns_[column], plaintext(weight), sum);
            if (subtract) {
                evaluator.negate_inplace(sum);
            }
            continue;
        }
        evaluator.multiply_plain(columns_[column], plaintext(weight), product);
        if (subtract) {
            evaluator.sub_inplace(sum, product);
        } else {
            evaluator.add_inplace(sum, product);
        }
    }
    if (sum.size() == 0) {
        throw Error(ErrorKind::kInvalidArgument, "every weight of the row is zero: SEAL has no product to add");
    }
    return sum;
}

NaiveCipher::NaiveCipher(const Context &context)
    : NaiveCipher(context, seal::KeyGenerator(context.seal()).secret_key()) {}

NaiveCipher::NaiveCipher(const Context &context, const seal::SecretKey &secret)
    : plain_modulus_(static_cast<std::int64_t>(context.parameters().plain_modulus)),
      encryptor_(context.seal(), secret),
      decryptor_(context.seal(), secret) {}

void NaiveCipher::encrypt(const std::vector<std::int64_t> &values, std::size_t records) {
    const std::int64_t low = -(plain_modulus_ / 2);
    const std::int64_t high = (plain_modulus_ - 1) / 2;
    std::vector<seal::Ciphertext> encrypted(values.size() / records);
    seal::Plaintext plain(records);
    for (std::size_t column = 0; column < encrypted.size(); ++column) {
        for (std::size_t j = 0; j < records; ++j) {
            const std::int64_t value = values[column * records + j];
            if (value < low || value > high) {
                throw Error(ErrorKind::kInvalidArgument, "value " + std::to_string(value) + " of record " +
                                                             std::to_string(j) + ", column " + std::to_string(column) +
                                                             " does not fit the plain modulus " +
                                                             std::to_string(plain_modulus_) + ": it must be between " +
                                                             std::to_string(low) + " and " + std::to_string(high));
            }
            plain[j] = static_cast<std::uint64_t>(value < 0 ? value + plain_modulus_ : value);
        }
        encryptor_.encrypt_symmetric(plain, encrypted[column]);
    }
    columns_ = std::move(encrypted);
}

// SEAL leaves out leading coefficients that are zero.
std::vector<std::int64_t> NaiveCipher::decrypt(std::size_t records) {
    const std::int64_t high = (plain_modulus_ - 1) / 2;
    std::vector<std::int64_t> values(columns_.size() * records);
    seal::Plaintext plain;
    for (std::size_t column = 0; column < columns_.size(); ++column) {
        decryptor_.decrypt(columns_[column], plain);
        const std::size_t count = std::min(records, plain.coeff_count());
        for (std::size_t j = 0; j < count; ++j) {
            const auto value = static_cast<std::int64_t>(plain[j]);
            values[column * records + j] = value > high ? value - plain_modulus_ : value;
        }
    }
    return values;
}

namespace {

template <typename Work>
double median_seconds(Work work) {
    constexpr std::size_t kRuns = 9;
    std::vector<double> seconds;
    for (std::size_t run = 0; run < kRuns; ++run) {
        const auto start = std::chrono::steady_clock::now();
        work();
        seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    }
    std::nth_element(seconds.begin(), seconds.begin() + kRuns / 2, seconds.end());
    return seconds[kRuns / 2];
}

}  // namespace

NaiveCkksSeconds measure_naive_ckks(const Context &context, std::size_t limbs, double scale) {
    seal::KeyGenerator generator(context.seal());
    seal::RelinKeys relin_keys;
    generator.create_relin_keys(relin_keys);
    seal::Encryptor encryptor(context.seal(), generator.secret_key());
    seal::Decryptor decryptor(context.seal(), generator.secret_key());
    const seal::Evaluator &evaluator = context.evaluator();
    const seal::parms_id_type id = context.level(limbs).parms_id;
    const std::vector<double> values(context.degree() / 2, 0.5);
    seal::Plaintext plain;
    seal::Ciphertext fresh;
    NaiveCkksSeconds found{};
    found.encrypt = median_seconds([&] {
        context.ckks_encoder().encode(values, id, scale, plain);
        encryptor.encrypt_symmetric(plain, fresh);
    });
    seal::Ciphertext product;
    found.square = median_seconds([&] {
        evaluator.square(fresh, product);
        evaluator.relinearize_inplace(product, relin_keys);
    });
    if (limbs > 1) {
        seal::Ciphertext smaller;
        found.rescale = median_seconds([&] { evaluator.rescale_to_next(product, smaller); });
    }
    std::vector<double> decoded;
    found.decrypt = median_seconds([&] {
        decryptor.decrypt(fresh, plain);
        context.ckks_encoder().decode(plain, decoded);
    });
    return found;
}

}  // namespace nightjar
