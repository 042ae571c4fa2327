// Arithmetic with whole blocks, column by column. Its results are those of SEAL's evaluator, bit for bit.
#pragma once

#include <functional>

#include "nightjar/context.h"
#include "nightjar/kernel/integer_product.h"
#include "nightjar/relinearisation.h"

namespace nightjar {

/// Operations that keep or change a block's shape; `scale` is the input's CKKS scale (1 for BFV). The output block has
/// the shape that the operation produces. All throw Error(kCancelled) when should_stop says so between columns.
class BlockEvaluator {
public:
    BlockEvaluator(const Context &context, kernel::ShouldStop should_stop);

    void add(const Block &left, const Block &right, const Block &output) const;
    void multiply(const Block &left, const Block &right, double left_scale, double right_scale,
                  const Block &output) const;
    void square(const Block &input, double scale, const Block &output) const;
    void relinearise(const Block &input, const RelinearisationKey &key, const Block &output) const;

    /// CKKS: divides by the last prime, and rounds to the nearest.
    void rescale(const Block &input, const Block &output) const;

    /// CKKS: relinearises and then divides by the last primes, as many as the output has fewer, column after column, so
    /// that nothing in between is written down.
    void relinearise_and_rescale(const Block &input, const RelinearisationKey &key, const Block &output) const;

    /// Drops the last prime and keeps the plaintext.
    void switch_modulus(const Block &input, double scale, const Block &output) const;

    void change_form(const Block &input, const Block &output) const;

private:
    template <typename Operation>
    void each_column(const Block &input, Operation operation) const;
    bool real_numbers() const { return context_.parameters().scheme == Scheme::kCkks; }
    class Rescaling;
    void check_scale(double scale, std::size_t limbs) const;

    const Context &context_;
    kernel::ShouldStop should_stop_;
};

}  // namespace nightjar
