#include "nightjar/linear.h"

#include <string>
#include <utility>
#include <vector>

#include "nightjar/error.h"

namespace nightjar {
namespace {

[[noreturn]] void refuse(const std::string &message) { throw Error(ErrorKind::kInvalidArgument, message); }

void check(const Context &context, const kernel::LoadedLayer &layer, const kernel::Tile &tile, const Block &input,
           const Block &output) {
    const auto inside = [](std::size_t first, std::size_t count, std::size_t all) {
        return count != 0 && count <= all && first <= all - count;
    };
    if (!inside(tile.first_row, tile.row_count, layer.rows()) ||
        !inside(tile.first_gather, tile.gather_count, layer.gathers())) {
        refuse("the tile is not part of the layer");
    }
    if (output.columns != tile.row_count * tile.gather_count || output.polys != input.polys ||
        output.limbs != input.limbs || output.form != input.form) {
        refuse("the output block does not have the shape of the tile's result");
    }
    check_layer(context, layer, tile, input.columns, input.limbs);
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
            const std::uint64_t residue = bias.residues[column / tile.gather_count * output.limbs + limb];
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

std::unique_ptr<kernel::LoadedLayer> load_layer(const Context &context, const kernel::ProductBackend &backend,
                                                kernel::LayerArrays layer) {
    if (layer.rows == 0 || layer.terms == 0 || layer.weights.size() / layer.terms != layer.rows ||
        layer.weights.size() % layer.terms != 0 || layer.gathered.empty() || layer.gathered.size() % layer.terms != 0) {
        refuse("the weights and gathers are not those of a layer of " + std::to_string(layer.rows) + " rows of " +
               std::to_string(layer.terms) + " terms");
    }
    constexpr std::int32_t kLimit = 1 << (kernel::kMaxWeightBits - 1);
    for (std::size_t i = 0; i < layer.weights.size(); ++i) {
        if (layer.weights[i] < -kLimit || layer.weights[i] >= kLimit) {
            refuse("weight " + std::to_string(layer.weights[i]) + " of row " + std::to_string(i / layer.terms) +
                   ", term " + std::to_string(i % layer.terms) + " is outside [" + std::to_string(-kLimit) + ", " +
                   std::to_string(kLimit - 1) + "]");
        }
    }
    return backend.load(std::move(layer), context.moduli());
}

void check_gathered(const std::uint32_t *gathered, std::size_t terms, std::size_t first_gather,
                    std::size_t gather_count, std::size_t columns) {
    for (std::size_t i = first_gather * terms; i < (first_gather + gather_count) * terms; ++i) {
        if (gathered[i] >= columns && gathered[i] != kernel::IntegerLayer::kNoColumn) {
            refuse("term " + std::to_string(i % terms) + " of gather " + std::to_string(i / terms) + " reads column " +
                   std::to_string(gathered[i]) + "; the block has " + std::to_string(columns));
        }
    }
}

void check_layer(const Context &context, const kernel::LoadedLayer &layer, const kernel::Tile &tile,
                 std::size_t columns, std::size_t limbs) {
    for (std::size_t limb = 0; limb < limbs; ++limb) {
        if (limb >= layer.moduli().size() || layer.moduli()[limb].value != context.prime(limb)) {
            refuse("the layer was loaded for other primes than the block's");
        }
    }
    if (layer.columns() > columns) {  // what is beyond may be in another tile
        check_gathered(layer.gathered().data(), layer.terms(), tile.first_gather, tile.gather_count, columns);
    }
}

void apply_layer(const Context &context, const kernel::LoadedLayer &layer, const kernel::Tile &tile, const Bias *bias,
                 const Block &input, const Block &output, const kernel::ShouldStop &should_stop) {
    check(context, layer, tile, input, output);
    const bool flat = bias != nullptr && bias->pattern == Encoder::Pattern::kEverywhere;
    if (!layer.multiply(tile, input.layout(), input.words, input.columns, flat ? bias->residues.data() : nullptr,
                        output.words, should_stop)) {
        throw Error(ErrorKind::kCancelled, "the layer was cancelled");
    }
    if (bias != nullptr && !flat) {
        add_pattern(context, tile, *bias, output);
    }
}

}  // namespace nightjar
