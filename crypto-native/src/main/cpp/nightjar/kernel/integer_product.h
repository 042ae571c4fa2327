// A linear layer as one integer matrix product: outputs[m] = sum over k of weights[m][k] * column[gather[k]].
//
// Multiplying a ciphertext by an integer multiplies every residue of it, whatever the scheme, the form and the number of
// polynomials, so the layer is a product of a small integer matrix with a tall matrix of residues, modulo each prime.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "nightjar/kernel/microkernel.h"

namespace nightjar::kernel {

/// Where the residues of a block of columns lie: residue j of prime `limb` of polynomial `poly` of column c is
/// words[c * column_stride + (poly * limbs + limb) * degree + j].
struct ColumnLayout {
    std::size_t degree;
    std::size_t polys;
    std::size_t limbs;
    std::size_t column_stride;
};

/// The integers of a linear layer. Every gather is one list of `terms` input columns that all rows of weights apply to:
/// a dense layer has one gather, a convolution one for every output position. kNoColumn stands for zero padding.
struct IntegerLayer {
    static constexpr std::uint32_t kNoColumn = 0xffffffffU;

    std::size_t rows;
    std::size_t terms;
    std::size_t gathers;
    const std::int32_t *weights;    // [row][term]
    const std::uint32_t *gathered;  // [gather][term], column numbers or kNoColumn
};

/// The part of a layer that one call computes: output (row, gather) goes to output column
/// (row - first_row) * gather_count + (gather - first_gather).
struct Tile {
    std::size_t first_row;
    std::size_t row_count;
    std::size_t first_gather;
    std::size_t gather_count;
};

/// Called between panels; returns true to abandon the product.
using ShouldStop = std::function<bool()>;

/// The addends, [row of the tile][limb], are added to every residue of polynomial 0; null for none. Returns false when
/// should_stop ended it early; the outputs are then undefined. The caller has validated the layer: every |weight| <
/// 2^(kMaxWeightBits - 1), every column that the tile gathers exists, every residue is below its prime.
bool integer_product(const Microkernel &microkernel, const IntegerLayer &layer, const Tile &tile,
                     const std::vector<Modulus> &moduli, const ColumnLayout &layout, const std::uint64_t *input,
                     std::size_t input_columns, const std::uint64_t *addends, std::uint64_t *output,
                     const ShouldStop &should_stop);

/// A layer whose weights are expanded once for many small products, such as those that follow one another in a cache. The
/// layer, the moduli and the microkernel outlive it; the addends, [row][limb] or null, need not.
class PreparedProduct {
public:
    /// For blocks of the first `limbs` moduli.
    PreparedProduct(const Microkernel &microkernel, const IntegerLayer &layer, const std::vector<Modulus> &moduli,
                    std::size_t limbs, std::size_t input_columns, const std::uint64_t *addends);
    ~PreparedProduct();
    PreparedProduct(const PreparedProduct &) = delete;
    PreparedProduct &operator=(const PreparedProduct &) = delete;

    /// All rows and gathers, for up to `lanes` residues modulo the prime `limb`; columns are `input_stride` and
    /// `output_stride` words apart. `biased` says whether the addends are added. What is `read_soon` goes to the cache.
    void multiply(std::size_t limb, int width, const std::uint64_t *input, std::size_t input_stride,
                  std::uint64_t *output, std::size_t output_stride, bool biased, bool read_soon);

private:
    class Product;

    IntegerLayer layer_;
    const std::vector<Modulus> &moduli_;
    std::vector<std::uint64_t> addends_;  // [limb][row]
    std::unique_ptr<Product> product_;
};

/// Precomputes the reductions of a prime.
Modulus make_modulus(std::uint64_t value);

}  // namespace nightjar::kernel
