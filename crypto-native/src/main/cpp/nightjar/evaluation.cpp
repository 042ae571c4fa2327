#include "nightjar/evaluation.h"

#include <cmath>
#include <cstring>
#include <sstream>
#include <utility>
#include <vector>

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
void BlockEvaluator::each_column(const Block &input, Operation operation) const {
    for (std::size_t column = 0; column < input.columns; ++column) {
        stop_if(should_stop_);
        operation(column);
    }
}

void BlockEvaluator::add(const Block &left, const Block &right, const Block &output) const {
    each_column(left, [&](std::size_t column) {
        for (std::size_t poly = 0; poly < left.polys; ++poly) {
            for (std::size_t limb = 0; limb < left.limbs; ++limb) {
                context_.ring(limb).add(left.plane(column, poly, limb), right.plane(column, poly, limb),
                                        output.plane(column, poly, limb));
            }
        }
    });
}

void BlockEvaluator::multiply(const Block &left, const Block &right, double left_scale, double right_scale,
                              const Block &output) const {
    if (!real_numbers()) {
        return each_column(left, [&](std::size_t column) {
            seal::Ciphertext product = context_.load(left, column, left_scale);
            context_.evaluator().multiply_inplace(product, context_.load(right, column, right_scale));
            context_.store(product, output, column);
        });
    }
    check_scale(left_scale * right_scale, left.limbs);
    each_column(left, [&](std::size_t column) {
        for (std::size_t limb = 0; limb < left.limbs; ++limb) {
            const Ring &ring = context_.ring(limb);
            const std::uint64_t *a[] = {left.plane(column, 0, limb), left.plane(column, 1, limb)};
            const std::uint64_t *b[] = {right.plane(column, 1, limb), right.plane(column, 0, limb)};
            ring.multiply(a[0], b[1], nullptr, output.plane(column, 0, limb));
            ring.sum_products(2, a, b, nullptr, output.plane(column, 1, limb));
            ring.multiply(a[1], b[0], nullptr, output.plane(column, 2, limb));
        }
    });
}

void BlockEvaluator::square(const Block &input, double scale, const Block &output) const {
    if (!real_numbers()) {
        return each_column(input, [&](std::size_t column) {
            seal::Ciphertext ciphertext = context_.load(input, column, scale);
            context_.evaluator().square_inplace(ciphertext);
            context_.store(ciphertext, output, column);
        });
    }
    check_scale(scale * scale, input.limbs);
    each_column(input, [&](std::size_t column) {
        for (std::size_t limb = 0; limb < input.limbs; ++limb) {
            const Ring &ring = context_.ring(limb);
            const std::uint64_t *first = input.plane(column, 0, limb);
            const std::uint64_t *second = input.plane(column, 1, limb);
            std::uint64_t *middle = output.plane(column, 1, limb);
            ring.multiply(first, first, nullptr, output.plane(column, 0, limb));
            ring.multiply(first, second, nullptr, middle);
            ring.add(middle, middle, middle);
            ring.multiply(second, second, nullptr, output.plane(column, 2, limb));
        }
    });
}

void BlockEvaluator::relinearise(const Block &input, const RelinearisationKey &key, const Block &output) const {
    Relineariser relineariser(context_, key, input.limbs);
    each_column(input, [&](std::size_t column) { relineariser.relinearise(input, column, output); });
}

// In NTT form too, x / p is a product with the inverse of p; only the rest has to be seen, and goes through a transform.
class BlockEvaluator::Rescaling {
public:
    Rescaling(const Context &context, std::size_t dropped)
        : context_(context), dropped_(dropped), last_(context.degree()), rounding_(context.degree()) {
        context.level(dropped);  // throws when SEAL has none
    }

    void rescale(const Block &input, std::size_t column, const Block &output, std::size_t output_column) {
        for (std::size_t poly = 0; poly < input.polys; ++poly) {
            std::memcpy(last_.data(), input.plane(column, poly, dropped_), last_.size() * sizeof(std::uint64_t));
            context_.from_ntt(last_.data(), dropped_);
            for (std::size_t limb = 0; limb < dropped_; ++limb) {
                const Ring &ring = context_.ring(limb);
                ring.drop_remainder(context_.ring(dropped_), last_.data(), rounding_.data());
                ring.to_ntt(rounding_.data());
                ring.multiply_constant(input.plane(column, poly, limb), ring.inverse_of(context_.ring(dropped_)),
                                       rounding_.data(), output.plane(output_column, poly, limb));
            }
        }
    }

private:
    const Context &context_;
    std::size_t dropped_;
    std::vector<std::uint64_t> last_;
    std::vector<std::uint64_t> rounding_;
};

void BlockEvaluator::rescale(const Block &input, const Block &output) const {
    Rescaling rescaling(context_, input.limbs - 1);
    each_column(input, [&](std::size_t column) { rescaling.rescale(input, column, output, column); });
}

void BlockEvaluator::relinearise_and_rescale(const Block &input, const RelinearisationKey &key,
                                             const Block &output) const {
    Relineariser relineariser(context_, key, input.limbs);
    std::vector<Rescaling> rescalings;
    std::vector<std::vector<std::uint64_t>> words;
    std::vector<Block> between;  // one column each
    for (std::size_t limbs = input.limbs; limbs > output.limbs; --limbs) {
        rescalings.emplace_back(context_, limbs - 1);
        words.emplace_back(column_stride(input.degree, output.polys, limbs));
        between.push_back({words.back().data(), input.degree, 1, output.polys, limbs, input.form});
    }
    each_column(input, [&](std::size_t column) {
        if (between.empty()) {
            return relineariser.relinearise(input, column, output);
        }
        Block source = input;
        source.words = input.column(column);
        source.columns = 1;
        relineariser.relinearise(source, 0, between[0]);
        for (std::size_t i = 0; i + 1 < between.size(); ++i) {
            rescalings[i].rescale(between[i], 0, between[i + 1], 0);
        }
        rescalings.back().rescale(between.back(), 0, output, column);
    });
}

void BlockEvaluator::switch_modulus(const Block &input, double scale, const Block &output) const {
    const std::size_t dropped = input.limbs - 1;
    context_.level(dropped);  // throws when SEAL has none
    if (!real_numbers()) {
        return each_column(input, [&](std::size_t column) {
            seal::Ciphertext ciphertext = context_.load(input, column, scale);
            context_.evaluator().mod_switch_to_next_inplace(ciphertext);
            context_.store(ciphertext, output, column);
        });
    }
    check_scale(scale, dropped);
    each_column(input, [&](std::size_t column) {
        for (std::size_t poly = 0; poly < input.polys; ++poly) {
            std::memcpy(output.plane(column, poly, 0), input.plane(column, poly, 0),
                        dropped * input.degree * sizeof(std::uint64_t));
        }
    });
}

// SEAL's own limit.
void BlockEvaluator::check_scale(double scale, std::size_t limbs) const {
    const auto data = context_.seal().get_context_data(context_.level(limbs).parms_id);
    const int bits = data->total_coeff_modulus_bit_count();
    if (!(scale > 0) || static_cast<int>(std::log2(scale)) >= bits) {
        std::ostringstream message;
        message << "the result's scale " << scale << " does not fit its modulus of " << bits << " bits: rescale before";
        throw Error(ErrorKind::kInvalidArgument, message.str());
    }
}

void BlockEvaluator::change_form(const Block &input, const Block &output) const {
    each_column(input, [&](std::size_t column) {
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
    });
}

}  // namespace nightjar
