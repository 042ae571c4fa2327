#include "nightjar/evaluation.h"

#include <cstring>
#include <utility>

#include "nightjar/error.h"

namespace nightjar {
namespace {

void stop_if(const kernel::ShouldStop &should_stop) {
    if (should_stop && should_stop()) {
        throw Error(ErrorKind::kCancelled, "the operation was cancelled");
    }
}

}  // namespace

BlockEvaluator::BlockEvaluator(const Context &context, kernel::ShouldStop should_stop)
    : context_(context), should_stop_(std::move(should_stop)) {}

template <typename Operation>
void BlockEvaluator::each_column(const Block &input, double scale, const Block &output, Operation operation) const {
    for (std::size_t column = 0; column < input.columns; ++column) {
        stop_if(should_stop_);
        seal::Ciphertext ciphertext = context_.load(input, column, scale);
        operation(ciphertext, column);
        context_.store(ciphertext, output, column);
    }
}

void BlockEvaluator::add(const Block &left, const Block &right, const Block &output) const {
    for (std::size_t column = 0; column < left.columns; ++column) {
        stop_if(should_stop_);
        for (std::size_t poly = 0; poly < left.polys; ++poly) {
            for (std::size_t limb = 0; limb < left.limbs; ++limb) {
                const std::uint64_t q = context_.prime(limb);
                const std::uint64_t *a = left.plane(column, poly, limb);
                const std::uint64_t *b = right.plane(column, poly, limb);
                std::uint64_t *sum = output.plane(column, poly, limb);
                for (std::size_t j = 0; j < left.degree; ++j) {
                    sum[j] = add_mod(a[j], b[j], q);
                }
            }
        }
    }
}

void BlockEvaluator::multiply(const Block &left, const Block &right, double left_scale, double right_scale,
                              const Block &output) const {
    each_column(left, left_scale, output, [&](seal::Ciphertext &ciphertext, std::size_t column) {
        context_.evaluator().multiply_inplace(ciphertext, context_.load(right, column, right_scale));
    });
}

void BlockEvaluator::square(const Block &input, double scale, const Block &output) const {
    each_column(input, scale, output, [&](seal::Ciphertext &ciphertext, std::size_t) {
        context_.evaluator().square_inplace(ciphertext);
    });
}

void BlockEvaluator::relinearise(const Block &input, double scale, const seal::RelinKeys &key,
                                 const Block &output) const {
    each_column(input, scale, output, [&](seal::Ciphertext &ciphertext, std::size_t) {
        context_.evaluator().relinearize_inplace(ciphertext, key);
    });
}

void BlockEvaluator::rescale(const Block &input, double scale, const Block &output) const {
    each_column(input, scale, output, [&](seal::Ciphertext &ciphertext, std::size_t) {
        context_.evaluator().rescale_to_next_inplace(ciphertext);
    });
}

void BlockEvaluator::switch_modulus(const Block &input, double scale, const Block &output) const {
    each_column(input, scale, output, [&](seal::Ciphertext &ciphertext, std::size_t) {
        context_.evaluator().mod_switch_to_next_inplace(ciphertext);
    });
}

void BlockEvaluator::change_form(const Block &input, const Block &output) const {
    for (std::size_t column = 0; column < input.columns; ++column) {
        stop_if(should_stop_);
        std::memcpy(output.column(column), input.column(column),
                    input.polys * input.limbs * input.degree * sizeof(std::uint64_t));
        for (std::size_t poly = 0; input.form != output.form && poly < input.polys; ++poly) {
            for (std::size_t limb = 0; limb < input.limbs; ++limb) {
                if (output.form == Form::kNtt) {
                    context_.to_ntt(output.plane(column, poly, limb), limb);
                } else {
                    context_.from_ntt(output.plane(column, poly, limb), limb);
                }
            }
        }
    }
}

}  // namespace nightjar
