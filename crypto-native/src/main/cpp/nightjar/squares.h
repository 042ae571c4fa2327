// Linear layers on the squares of columns, or of another layer's outputs, without writing the squares down.
//
// In NTT form layers, biases and squares are done to every residue by itself: a few residues of all columns go through
// all of them while they are in the cache. Columns of squares have three polynomials, and what a layer makes of them too.
#pragma once

#include <vector>

#include "nightjar/context.h"
#include "nightjar/kernel/product_backend.h"

namespace nightjar {

/// A layer with its encoded biases.
struct BiasedLayer {
    const kernel::LoadedLayer *layer;
    std::vector<std::uint64_t> addends;  // [row][limb], added to every residue of polynomial 0; empty for none
};

/// Layers that read the same columns; their outputs follow one another.
using Layers = std::vector<BiasedLayer>;

/// The layers' outputs for the columns of a block.
void apply_layers(const Context &context, const Layers &layers, const Block &input, const Block &output,
                  const kernel::ShouldStop &should_stop);

/// The layers' outputs for the squares of what `first` makes of the columns of a block of two polynomials in NTT form;
/// without any layer in `first`, for the squares of the columns. CKKS only. Throws Error(kCancelled) when should_stop
/// says so between some residues and the next. One backend has loaded all layers.
void apply_to_squares(const Context &context, const Layers &first, const Layers &layers, const Block &input,
                      const Block &output, const kernel::ShouldStop &should_stop);

}  // namespace nightjar
