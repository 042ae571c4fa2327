#include "nightjar/squares.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>

#include "nightjar/error.h"
#include "nightjar/linear.h"
#include "nightjar/memory.h"

namespace nightjar {
namespace {

[[noreturn]] void cancelled() { throw Error(ErrorKind::kCancelled, "the layer was cancelled"); }

std::size_t outputs(const Layers &layers) {
    std::size_t count = 0;
    for (const BiasedLayer &biased : layers) {
        count += biased.layer->outputs();
    }
    return count;
}

kernel::Tile whole(const kernel::LoadedLayer &layer) { return {0, layer.rows(), 0, layer.gathers()}; }

const std::uint64_t *addends(const BiasedLayer &biased) {
    return biased.addends.empty() ? nullptr : biased.addends.data();
}

void check(const Context &context, const Layers &layers, std::size_t columns, std::size_t limbs) {
    for (const BiasedLayer &biased : layers) {
        check_layer(context, *biased.layer, whole(*biased.layer), columns, limbs);
    }
}

void check_output(const Layers &layers, const Block &input, std::size_t polys, const Block &output) {
    if (output.columns != outputs(layers) || output.polys != polys || output.limbs != input.limbs ||
        output.form != input.form) {
        throw Error(ErrorKind::kInvalidArgument, "the output block does not have the shape of the layers' result");
    }
}

/// The backend that has loaded all of them.
const kernel::ProductBackend &backend_of_all(const Layers &first, const Layers &layers) {
    const kernel::ProductBackend &backend = layers.front().layer->backend();
    for (const Layers *some : {&first, &layers}) {
        for (const BiasedLayer &biased : *some) {
            if (&biased.layer->backend() != &backend) {
                throw Error(ErrorKind::kInvalidArgument, std::string("the layers were loaded for different kernels: ") +
                                                             backend.name() + " and " + biased.layer->backend().name());
            }
        }
    }
    return backend;
}

/// Layers that are applied to a few residues of all columns at a time.
class PreparedLayers {
public:
    PreparedLayers(const Layers &layers, std::size_t limbs, std::size_t columns) {
        for (const BiasedLayer &biased : layers) {
            layers_.push_back({biased.layer->prepare(limbs, columns, addends(biased)), biased.layer->outputs()});
        }
    }

    bool empty() const { return layers_.empty(); }

    void multiply(std::size_t limb, int width, const std::uint64_t *input, std::size_t input_stride,
                  std::uint64_t *output, std::size_t output_stride, bool biased, bool read_soon) const {
        for (const Prepared &prepared : layers_) {
            prepared.layer->multiply(limb, width, input, input_stride, output, output_stride, biased, read_soon);
            output += prepared.outputs * output_stride;
        }
    }

private:
    struct Prepared {
        std::unique_ptr<kernel::PreparedLayer> layer;
        std::size_t outputs;
    };
    std::vector<Prepared> layers_;
};

}  // namespace

void apply_layers(const Context &context, const Layers &layers, const Block &input, const Block &output,
                  const kernel::ShouldStop &should_stop) {
    check(context, layers, input.columns, input.limbs);
    check_output(layers, input, input.polys, output);
    std::uint64_t *words = output.words;
    for (const BiasedLayer &biased : layers) {
        if (!biased.layer->multiply(whole(*biased.layer), input.layout(), input.words, input.columns, addends(biased),
                                    words, should_stop)) {
            cancelled();
        }
        words += biased.layer->outputs() * output.stride();
    }
}

void apply_to_squares(const Context &context, const Layers &first, const Layers &layers, const Block &input,
                      const Block &output, const kernel::ShouldStop &should_stop) {
    const std::size_t columns = first.empty() ? input.columns : outputs(first);
    check(context, first, input.columns, input.limbs);
    check(context, layers, columns, input.limbs);
    check_output(layers, input, 3, output);
    const std::size_t lanes = std::min(backend_of_all(first, layers).panel_width(), input.degree);
    const PreparedLayers before(first, input.limbs, input.columns);
    const PreparedLayers after(layers, input.limbs, columns);
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
