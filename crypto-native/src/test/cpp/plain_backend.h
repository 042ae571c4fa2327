// A backend as different from this processor's kernels as can be: it keeps its weights in another order, multiplies
// with __int128 arithmetic, and wants whole polynomials at once. What goes through the seam must not notice.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "nightjar/kernel/product_backend.h"

namespace support {

using namespace nightjar;

class PlainBackend final : public kernel::ProductBackend {
public:
    const char *name() const override { return "plain"; }
    std::size_t panel_width() const override { return std::size_t{1} << 20; }
    std::unique_ptr<kernel::LoadedLayer> load(kernel::LayerArrays layer,
                                              const std::vector<kernel::Modulus> &moduli) const override;
};

class PlainLayer final : public kernel::LoadedLayer {
public:
    PlainLayer(const PlainBackend &backend, kernel::LayerArrays layer, const std::vector<kernel::Modulus> &moduli)
        : LoadedLayer(backend, layer.rows, layer.terms, std::move(layer.gathered), moduli) {
        for (std::size_t k = 0; k < terms(); ++k) {
            for (std::size_t row = 0; row < rows(); ++row) {
                weights_.push_back(layer.weights[row * terms() + k]);
            }
        }
    }

    /// Of one row and gather, for some residues modulo one prime.
    void output(std::size_t row, std::size_t gather, std::size_t limb, std::size_t width, const std::uint64_t *input,
                std::size_t stride, std::uint64_t addend, std::uint64_t *output) const {
        const __int128 q = moduli()[limb].value;
        for (std::size_t j = 0; j < width; ++j) {
            __int128 sum = addend;
            for (std::size_t k = 0; k < terms(); ++k) {
                const std::uint32_t column = gathered()[gather * terms() + k];
                if (column != kernel::IntegerLayer::kNoColumn) {
                    sum += static_cast<__int128>(weights_[k * rows() + row]) * input[column * stride + j];
                }
            }
            output[j] = static_cast<std::uint64_t>((sum % q + q) % q);
        }
    }

    bool multiply(const kernel::Tile &tile, const kernel::ColumnLayout &layout, const std::uint64_t *input, std::size_t,
                  const std::uint64_t *addends, std::uint64_t *target,
                  const kernel::ShouldStop &should_stop) const override {
        for (std::size_t i = 0; i < tile.row_count * tile.gather_count; ++i) {
            if (should_stop && should_stop()) {
                return false;
            }
            const std::size_t row = i / tile.gather_count;
            for (std::size_t plane = 0; plane < layout.polys * layout.limbs; ++plane) {
                const std::size_t limb = plane % layout.limbs;
                const bool biased = addends != nullptr && plane < layout.limbs;
                output(tile.first_row + row, tile.first_gather + i % tile.gather_count, limb, layout.degree,
                       input + plane * layout.degree, layout.column_stride,
                       biased ? addends[row * layout.limbs + limb] : 0,
                       target + i * layout.column_stride + plane * layout.degree);
            }
        }
        return true;
    }

    std::unique_ptr<kernel::PreparedLayer> prepare(std::size_t limbs, std::size_t,
                                                   const std::uint64_t *addends) const override;

private:
    std::vector<std::int32_t> weights_;  // [term][row]
};

class PlainPreparedLayer final : public kernel::PreparedLayer {
public:
    PlainPreparedLayer(const PlainLayer &layer, std::size_t limbs, const std::uint64_t *addends)
        : layer_(layer), limbs_(limbs), addends_(layer.rows() * limbs) {
        for (std::size_t i = 0; addends != nullptr && i < addends_.size(); ++i) {
            addends_[i] = addends[i];
        }
    }

    void multiply(std::size_t limb, int width, const std::uint64_t *input, std::size_t input_stride,
                  std::uint64_t *output, std::size_t output_stride, bool biased, bool) override {
        for (std::size_t i = 0; i < layer_.outputs(); ++i) {
            const std::size_t row = i / layer_.gathers();
            layer_.output(row, i % layer_.gathers(), limb, static_cast<std::size_t>(width), input, input_stride,
                          biased ? addends_[row * limbs_ + limb] : 0, output + i * output_stride);
        }
    }

private:
    const PlainLayer &layer_;
    std::size_t limbs_;
    std::vector<std::uint64_t> addends_;
};

inline std::unique_ptr<kernel::LoadedLayer> PlainBackend::load(kernel::LayerArrays layer,
                                                               const std::vector<kernel::Modulus> &moduli) const {
    return std::make_unique<PlainLayer>(*this, std::move(layer), moduli);
}

inline std::unique_ptr<kernel::PreparedLayer> PlainLayer::prepare(std::size_t limbs, std::size_t,
                                                                  const std::uint64_t *addends) const {
    return std::make_unique<PlainPreparedLayer>(*this, limbs, addends);
}

/// This machine's, and the plain one.
inline std::vector<const kernel::ProductBackend *> all_backends() {
    static const PlainBackend plain;
    std::vector<const kernel::ProductBackend *> all = kernel::backends();
    all.push_back(&plain);
    return all;
}

}  // namespace support
