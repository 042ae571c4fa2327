// A linear layer on a block: the integer product, and the bias in whatever form the block has.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "nightjar/context.h"
#include "nightjar/encoding.h"
#include "nightjar/kernel/product_backend.h"

namespace nightjar {

/// Encoded biases: for each row of a tile one residue modulo each prime, [row][limb], and the polynomial that they stand
/// for.
struct Bias {
    std::vector<std::uint64_t> residues;
    Encoder::Pattern pattern;
};

/// Has a backend load a layer for a context's blocks. Throws Error(kInvalidArgument) if the arrays do not fit each
/// other, or naming the first weight that is too wide.
std::unique_ptr<kernel::LoadedLayer> load_layer(const Context &context, const kernel::ProductBackend &backend,
                                                kernel::LayerArrays layer);

/// Throws Error(kInvalidArgument) naming the first term of some gathers that reads a column which a block does not have.
void check_gathered(const std::uint32_t *gathered, std::size_t terms, std::size_t first_gather,
                    std::size_t gather_count, std::size_t columns);

/// Throws Error(kInvalidArgument) if a layer was loaded for other primes than a block's, or reads a column that it does
/// not have.
void check_layer(const Context &context, const kernel::LoadedLayer &layer, const kernel::Tile &tile,
                 std::size_t columns, std::size_t limbs);

/// Writes the tile's outputs to `output`. Throws Error(kCancelled) when should_stop says so between panels.
void apply_layer(const Context &context, const kernel::LoadedLayer &layer, const kernel::Tile &tile, const Bias *bias,
                 const Block &input, const Block &output, const kernel::ShouldStop &should_stop);

}  // namespace nightjar
