// What multiplies layers by blocks: the seam at which an accelerator could stand beside this processor's kernels.
//
// A backend takes a layer over once, and may bring its weights into any form and any memory. What it has loaded then
// multiplies blocks, and parts of blocks, in this process's memory, from any number of threads. All backends give the
// same residues, to the bit. What they are given has been validated: at loading that every weight is from
// -2^(kMaxWeightBits - 1) to below 2^(kMaxWeightBits - 1), and at each product that every column which the tile gathers
// exists and that every residue is below its prime.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "nightjar/kernel/integer_product.h"

namespace nightjar::kernel {

class ProductBackend;

/// The arrays of a layer, for a backend to take over.
struct LayerArrays {
    std::size_t rows;
    std::size_t terms;
    std::vector<std::int32_t> weights;    // [row][term]
    std::vector<std::uint32_t> gathered;  // [gather][term], column numbers or IntegerLayer::kNoColumn
};

/// A loaded layer made ready for many small products that follow one another.
class PreparedLayer {
public:
    virtual ~PreparedLayer() = default;

    /// All rows and gathers, for some residues modulo the prime `limb`, at most the backend's panel_width() of them;
    /// columns are `input_stride` and `output_stride` words apart. `biased` says whether the addends are added to every
    /// residue, and `read_soon` that the outputs are the next product's input.
    virtual void multiply(std::size_t limb, int width, const std::uint64_t *input, std::size_t input_stride,
                          std::uint64_t *output, std::size_t output_stride, bool biased, bool read_soon) = 0;
};

/// A layer that a backend has taken over, for blocks modulo the first of some primes.
class LoadedLayer {
public:
    virtual ~LoadedLayer() = default;
    LoadedLayer(const LoadedLayer &) = delete;
    LoadedLayer &operator=(const LoadedLayer &) = delete;

    const ProductBackend &backend() const { return backend_; }
    const std::vector<Modulus> &moduli() const { return moduli_; }
    std::size_t rows() const { return rows_; }
    std::size_t terms() const { return terms_; }
    std::size_t gathers() const { return gathered_.size() / terms_; }
    std::size_t outputs() const { return rows() * gathers(); }
    const std::vector<std::uint32_t> &gathered() const { return gathered_; }

    /// How many columns a block needs for every gathered one to be there.
    std::size_t columns() const { return columns_; }

    /// Writes a tile's outputs for a block that lies as the layout says. The addends, [row of the tile][limb], are
    /// added to every residue of polynomial 0; null for none. Returns false when should_stop, which is asked between
    /// parts of the work, ended it early; the outputs are then undefined.
    virtual bool multiply(const Tile &tile, const ColumnLayout &layout, const std::uint64_t *input,
                          std::size_t input_columns, const std::uint64_t *addends, std::uint64_t *output,
                          const ShouldStop &should_stop) const = 0;

    /// For inputs of so many columns, modulo the first `limbs` primes. The layer outlives the result; the addends,
    /// [row][limb] or null, need not.
    virtual std::unique_ptr<PreparedLayer> prepare(std::size_t limbs, std::size_t input_columns,
                                                   const std::uint64_t *addends) const = 0;

protected:
    LoadedLayer(const ProductBackend &backend, std::size_t rows, std::size_t terms, std::vector<std::uint32_t> gathered,
                std::vector<Modulus> moduli);

private:
    const ProductBackend &backend_;
    std::size_t rows_;
    std::size_t terms_;
    std::vector<std::uint32_t> gathered_;
    std::size_t columns_ = 0;
    std::vector<Modulus> moduli_;
};

/// Immutable, and as long-lived as the process.
class ProductBackend {
public:
    virtual ~ProductBackend() = default;

    virtual const char *name() const = 0;

    /// How many residues of every column a PreparedLayer multiplies at once: as many as fit a cache, or as make a
    /// transfer pay.
    virtual std::size_t panel_width() const = 0;

    virtual std::unique_ptr<LoadedLayer> load(LayerArrays layer, const std::vector<Modulus> &moduli) const = 0;
};

/// The backends of this machine, preferred ones first: its microkernels, in the order of supported().
const std::vector<const ProductBackend *> &backends();

/// The one of a microkernel.
const ProductBackend &backend_of(const Microkernel &microkernel);

}  // namespace nightjar::kernel
