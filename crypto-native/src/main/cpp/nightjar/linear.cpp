#include "nightjar/linear.h"

#include <string>
#include <vector>

#include "nightjar/error.h"

namespace nightjar {
namespace {

void check(const kernel::IntegerLayer &layer, const kernel::Tile &tile, const Block &input, const Block &output) {
    const auto refuse = [](const std::string &message) { throw Error(ErrorKind::kInvalidArgument, message); };
    const auto inside = [](std::size_t first, std::size_t count, std::size_t all) {
        return count != 0 && count <= all && first <= all - count;
    };
    if (layer.terms == 0 || !inside(tile.first_row, tile.row_count, layer.rows) ||
        !inside(tile.first_gather, tile.gather_count, layer.gathers)) {
        refuse("the tile is not part of the layer");
    }
    if (output.columns != tile.row_count * tile.gather_count || output.polys != input.polys ||
        output.limbs != input.limbs || output.form != input.form) {
        refuse("the output block does not have the shape of the tile's result");
    }
    check_layer(layer, input.columns);
}

/// Adds residue * pattern polynomial for the patterns that the kernel cannot add by itself.
void add_pattern(const Context &context, const kernel::Tile &tile, const Bias &bias, const Block &output) {
    std::vector<std::uint64_t> ones(output.degree);
    for (std::size_t limb = 0; limb < output.limbs; ++limb) {
        const std::uint64_t q = context.prime(limb);
        if (bias.pattern == Encoder::Pattern::kOnes) {
            ones.assign(output.degree, 1);
            context.to_ntt(ones.data(), limb);
        }
        for (std::size_t column = 0; column < output.columns; ++column) {
            const std::size_t row = tile.first_row + column / tile.gather_count;
            const std::uint64_t residue = bias.residues[row * output.limbs + limb];
            std::uint64_t *target = output.plane(column, 0, limb);
            if (bias.pattern == Encoder::Pattern::kFirst) {
                target[0] = add_mod(target[0], residue, q);
                continue;
            }
            const Factor factor = make_factor(residue, q);
            for (std::size_t j = 0; j < output.degree; ++j) {
                target[j] = add_mod(target[j], mul_mod(ones[j], factor, q), q);
            }
        }
    }
}

}  // namespace

void check_layer(const kernel::IntegerLayer &layer, std::size_t columns) {
    constexpr std::int32_t kLimit = 1 << (kernel::kMaxWeightBits - 1);
    for (std::size_t i = 0; i < layer.rows * layer.terms; ++i) {
        if (layer.weights[i] < -kLimit || layer.weights[i] >= kLimit) {
            throw Error(ErrorKind::kInvalidArgument,
                        "weight " + std::to_string(layer.weights[i]) + " of row " + std::to_string(i / layer.terms) +
                            ", term " + std::to_string(i % layer.terms) + " is outside [" + std::to_string(-kLimit) +
                            ", " + std::to_string(kLimit - 1) + "]");
        }
    }
    check_gathered(layer, columns);
}

void check_gathered(const kernel::IntegerLayer &layer, std::size_t columns) {
    for (std::size_t i = 0; i < layer.gathers * layer.terms; ++i) {
        if (layer.gathered[i] >= columns && layer.gathered[i] != kernel::IntegerLayer::kNoColumn) {
            throw Error(ErrorKind::kInvalidArgument,
                        "term " + std::to_string(i % layer.terms) + " of gather " + std::to_string(i / layer.terms) +
                            " reads column " + std::to_string(layer.gathered[i]) + "; the block has " +
                            std::to_string(columns));
        }
    }
}

void apply_layer(const Context &context, const kernel::Microkernel &microkernel, const kernel::IntegerLayer &layer,
                 const kernel::Tile &tile, const Bias *bias, const Block &input, const Block &output,
                 const kernel::ShouldStop &should_stop) {
    check(layer, tile, input, output);
    kernel::IntegerLayer biased = layer;
    const bool flat = bias != nullptr && bias->pattern == Encoder::Pattern::kEverywhere;
    biased.addends = flat ? bias->residues.data() : nullptr;
    if (!kernel::integer_product(microkernel, biased, tile, context.moduli(), input.layout(), input.words,
                                 input.columns, output.words, should_stop)) {
        throw Error(ErrorKind::kCancelled, "the layer was cancelled");
    }
    if (bias != nullptr && !flat) {
        add_pattern(context, tile, *bias, output);
    }
}

}  // namespace nightjar
