// A linear layer on a block: the integer product, and the bias in whatever form the block has.
#pragma once

#include <cstdint>
#include <functional>

#include "nightjar/context.h"
#include "nightjar/encoding.h"
#include "nightjar/kernel/integer_product.h"

namespace nightjar {

/// Encoded biases: for each row one residue modulo each prime, [row][limb], and the polynomial they stand for.
struct Bias {
    std::vector<std::uint64_t> residues;
    Encoder::Pattern pattern;
};

/// Throws Error(kInvalidArgument) naming the first term that reads a column which the block does not have.
void check_gathered(const kernel::IntegerLayer &layer, std::size_t columns);

/// As that, and refuses a weight that is too wide.
void check_layer(const kernel::IntegerLayer &layer, std::size_t columns);

/// Writes the tile's outputs to `output`. Throws Error(kCancelled) when should_stop says so between panels. The layer's
/// shape has been checked; the weights' magnitudes and the gathered columns are checked here.
void apply_layer(const Context &context, const kernel::Microkernel &microkernel, const kernel::IntegerLayer &layer,
                 const kernel::Tile &tile, const Bias *bias, const Block &input, const Block &output,
                 const kernel::ShouldStop &should_stop);

}  // namespace nightjar
