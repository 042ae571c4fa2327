#include "nightjar/squares.h"

#include <algorithm>
#include <cstring>
#include <memory>

#include "nightjar/error.h"
#include "nightjar/linear.h"
#include "nightjar/memory.h"

namespace nightjar {
namespace {

[[noreturn]] void cancelled() { throw Error(ErrorKind::kCancelled, "the layer was cancelled"); }

std::size_t outputs(const Layers &layers) {
    std::size_t count = 0;
    for (const kernel::IntegerLayer &layer : layers) {
        count += layer.rows * layer.gathers;
    }
    return count;
}

void check(const Layers &layers, std::size_t columns) {
    for (const kernel::IntegerLayer &layer : layers) {
        check_layer(layer, columns);
    }
}

void check_output(const Layers &layers, const Block &input, std::size_t polys, const Block &output) {
    if (output.columns != outputs(layers) || output.polys != polys || output.limbs != input.limbs ||
        output.form != input.form) {
        throw Error(ErrorKind::kInvalidArgument, "the output block does not have the shape of the layers' result");
    }
}

/// Layers that are applied to a few residues of all columns at a time.
class PreparedLayers {
public:
    PreparedLayers(const Context &context, const kernel::Microkernel &microkernel, const Layers &layers,
                   std::size_t limbs, std::size_t columns) {
        for (const kernel::IntegerLayer &layer : layers) {
            layers_.push_back(
                std::make_unique<kernel::PreparedLayer>(microkernel, layer, context.moduli(), limbs, columns));
        }
    }

    bool empty() const { return layers_.empty(); }

    void multiply(std::size_t limb, int width, const std::uint64_t *input, std::size_t input_stride,
                  std::uint64_t *output, std::size_t output_stride, bool biased, bool read_soon) const {
        for (const auto &layer : layers_) {
            layer->multiply(limb, width, input, input_stride, output, output_stride, biased, read_soon);
            output += layer->outputs() * output_stride;
        }
    }

private:
    std::vector<std::unique_ptr<kernel::PreparedLayer>> layers_;
};

}  // namespace

void apply_layers(const Context &context, const kernel::Microkernel &microkernel, const Layers &layers,
                  const Block &input, const Block &output, const kernel::ShouldStop &should_stop) {
    check(layers, input.columns);
    check_output(layers, input, input.polys, output);
    std::uint64_t *words = output.words;
    for (const kernel::IntegerLayer &layer : layers) {
        const kernel::Tile whole{0, layer.rows, 0, layer.gathers};
        if (!kernel::integer_product(microkernel, layer, whole, context.moduli(), input.layout(), input.words,
                                     input.columns, words, should_stop)) {
            cancelled();
        }
        words += layer.rows * layer.gathers * output.stride();
    }
}

void apply_to_squares(const Context &context, const kernel::Microkernel &microkernel, const Layers &first,
                      const Layers &layers, const Block &input, const Block &output,
                      const kernel::ShouldStop &should_stop) {
    const std::size_t columns = first.empty() ? input.columns : outputs(first);
    check(first, input.columns);
    check(layers, columns);
    check_output(layers, input, 3, output);
    const PreparedLayers before(context, microkernel, first, input.limbs, input.columns);
    const PreparedLayers after(context, microkernel, layers, input.limbs, columns);
    const auto lanes = static_cast<std::size_t>(microkernel.lanes);
    SecretWords scratch(3 * columns * lanes);  // [two polynomials, and one of a square][column][lane]
    std::uint64_t *const polys[] = {scratch.get(), scratch.get() + columns * lanes};
    std::uint64_t *const square = scratch.get() + 2 * columns * lanes;
    for (std::size_t limb = 0; limb < input.limbs; ++limb) {
        const Ring &ring = context.ring(limb);
        for (std::size_t lane = 0; lane < input.degree; lane += lanes) {
            if (should_stop && should_stop()) {
                cancelled();
            }
            const std::size_t width = std::min(lanes, input.degree - lane);
            const std::size_t all = columns * width;
            for (std::size_t poly = 0; poly < 2; ++poly) {
                const std::uint64_t *residues = input.plane(0, poly, limb) + lane;
                if (!before.empty()) {
                    before.multiply(limb, static_cast<int>(width), residues, input.stride(), polys[poly], width,
                                    poly == 0, true);
                    continue;
                }
                for (std::size_t column = 0; column < columns; ++column) {
                    std::memcpy(polys[poly] + column * width, residues + column * input.stride(),
                                width * sizeof(std::uint64_t));
                }
            }
            for (std::size_t poly = 0; poly < 3; ++poly) {
                ring.multiply(all, polys[poly / 2], polys[(poly + 1) / 2], nullptr, square);
                if (poly == 1) {
                    ring.add(all, square, square, square);
                }
                after.multiply(limb, static_cast<int>(width), square, width, output.plane(0, poly, limb) + lane,
                               output.stride(), poly == 0, false);
            }
        }
    }
}

}  // namespace nightjar
