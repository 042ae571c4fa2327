// Layers on squares, without the squares: bit for bit what layer, square and layer give one after the other.

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "check.h"
#include "nightjar/evaluation.h"
#include "nightjar/linear.h"
#include "nightjar/squares.h"
#include "plain_backend.h"
#include "support.h"

using namespace support;
using kernel::IntegerLayer;

namespace {

/// A layer with the arrays that it points to.
struct OwnedLayer {
    std::size_t rows;
    std::size_t terms;
    std::vector<std::int32_t> weights;
    std::vector<std::uint32_t> gathered;
    std::vector<std::uint64_t> addends;

    std::size_t outputs() const { return rows * (gathered.size() / terms); }
};

/// Weights of 12 bits, so that primes of 40 bits take one digit and larger ones two; some terms are padding.
OwnedLayer random_layer(check::Random &random, const Context &context, std::size_t limbs, std::size_t rows,
                        std::size_t terms, std::size_t gathers, std::size_t first_column, std::size_t columns) {
    OwnedLayer layer{rows, terms, {}, {}, {}};
    for (std::size_t i = 0; i < rows * terms; ++i) {
        layer.weights.push_back(static_cast<std::int32_t>(random.between(-2048, 2047)));
    }
    for (std::size_t i = 0; i < gathers * terms; ++i) {
        const auto column = static_cast<std::uint32_t>(first_column + random.below(columns));
        layer.gathered.push_back(i % 7 == 3 ? IntegerLayer::kNoColumn : column);
    }
    for (std::size_t row = 0; row < rows; ++row) {
        for (std::size_t limb = 0; limb < limbs; ++limb) {
            layer.addends.push_back(random.below(context.prime(limb)));
        }
    }
    return layer;
}

/// Layers in a backend's hands.
class Loaded {
public:
    Loaded(const Context &context, const kernel::ProductBackend &backend, const std::vector<OwnedLayer> &layers) {
        for (const OwnedLayer &layer : layers) {
            loaded_.push_back(load_layer(context, backend, {layer.rows, layer.terms, layer.weights, layer.gathered}));
            biased_.push_back({loaded_.back().get(), layer.addends});
        }
    }

    const Layers &operator*() const { return biased_; }

private:
    std::vector<std::unique_ptr<kernel::LoadedLayer>> loaded_;
    Layers biased_;
};

std::size_t outputs(const std::vector<OwnedLayer> &layers) {
    std::size_t count = 0;
    for (const OwnedLayer &layer : layers) {
        count += layer.outputs();
    }
    return count;
}

/// One layer after another, each by itself.
void apply_each(const Context &context, const std::vector<OwnedLayer> &layers, const Block &input,
                const Block &output) {
    Block rest = output;
    for (const OwnedLayer &layer : layers) {
        Block part = rest;
        part.columns = layer.outputs();
        const Bias bias{layer.addends, Encoder::Pattern::kEverywhere};
        const Loaded loaded(context, kernel::backend_of(kernel::choose("portable")), {layer});
        apply_layer(context, *(*loaded)[0].layer, {0, layer.rows, 0, layer.outputs() / layer.rows},
                    layer.addends.empty() ? nullptr : &bias, input, part, nullptr);
        rest.words += part.columns * rest.stride();
    }
}

}  // namespace

TEST("layers on squares are layers, squares and layers, with every kernel, degree, and number of primes") {
    check::Random random;
    const std::vector<const kernel::ProductBackend *> backends = all_backends();
    for (std::size_t i = 0; i < backends.size(); ++i) {
        const kernel::ProductBackend *const backend = backends[i];
        // What is not a layer's follows a kernel; the plain backend goes with the portable one.
        const kernel::Microkernel &kernel = *kernel::supported()[std::min(i, kernel::supported().size() - 1)];
        for (const std::vector<int> &bits : {std::vector<int>{40, 40, 28, 40}, {44, 50, 60, 44}}) {
            for (const std::size_t degree : {64, 256}) {
                const Context context({Scheme::kCkks, degree, primes(degree, bits), 0, false}, kernel);
                for (const std::size_t limbs : {3, 1}) {
                    const check::Note note(std::string(backend->name()) + ", degree " + std::to_string(degree) + ", " +
                                           std::to_string(limbs) + " primes, the first of " + std::to_string(bits[0]) +
                                           " bits");
                    const OwnedBlock input = random_block(random, context, 12, 2, limbs, Form::kNtt);
                    const std::vector<std::vector<OwnedLayer>> firsts = {
                        {},                                                        // squares of the input itself
                        {random_layer(random, context, limbs, 9, 12, 1, 0, 12)},   // dense
                        {random_layer(random, context, limbs, 300, 3, 2, 0, 12)},  // more rows than a panel has
                        {random_layer(random, context, limbs, 2, 5, 4, 0, 6),      // in groups
                         random_layer(random, context, limbs, 3, 4, 2, 6, 6)}};
                    for (const std::vector<OwnedLayer> &first : firsts) {
                        const std::size_t columns = first.empty() ? 12 : outputs(first);
                        std::vector<OwnedLayer> layers = {random_layer(random, context, limbs, 5, 70, 1, 0, columns),
                                                          random_layer(random, context, limbs, 2, 3, 3, 0, columns)};
                        layers[1].addends.clear();

                        const OwnedBlock made(context, columns, 2, limbs, Form::kNtt);
                        apply_each(context, first, *input, *made);
                        const OwnedBlock squares(context, columns, 3, limbs, Form::kNtt);
                        BlockEvaluator(context, nullptr).square(first.empty() ? *input : *made, 2, *squares);
                        const OwnedBlock expected(context, outputs(layers), 3, limbs, Form::kNtt);
                        apply_each(context, layers, *squares, *expected);

                        const OwnedBlock output(context, outputs(layers), 3, limbs, Form::kNtt);
                        const Loaded before(context, *backend, first);
                        const Loaded after(context, *backend, layers);
                        apply_to_squares(context, *before, *after, *input, *output, nullptr);
                        CHECK_EQ(output.words(), expected.words());
                        const OwnedBlock applied(context, outputs(layers), 3, limbs, Form::kNtt);
                        apply_layers(context, *after, *squares, *applied, nullptr);
                        CHECK_EQ(applied.words(), expected.words());
                    }
                }
            }
        }
    }
}

TEST("layers on squares stop when they are told to, and refuse columns and shapes that do not fit") {
    check::Random random;
    const Context &context = sealed_profile();
    const OwnedBlock input = random_block(random, context, 4, 2, 3, Form::kNtt);
    const OwnedLayer layer = random_layer(random, context, 3, 2, 3, 1, 0, 4);
    const OwnedBlock output(context, 2, 3, 3, Form::kNtt);
    const kernel::ProductBackend &backend = *kernel::backends().front();
    const Loaded near(context, backend, {layer});
    const Loaded twice(context, backend, {layer, layer});
    const Loaded far(context, backend, {random_layer(random, context, 3, 2, 3, 1, 4, 1)});  // reads no column but 4
    CHECK_THROWS(apply_to_squares(context, {}, *near, *input, *output, [] { return true; }), ErrorKind::kCancelled,
                 "cancelled");
    CHECK_THROWS(apply_layers(context, *far, *output, *output, [] { return true; }), ErrorKind::kInvalidArgument,
                 "reads column 4; the block has 2");
    CHECK_THROWS(apply_to_squares(context, *far, *near, *input, *output, nullptr), ErrorKind::kInvalidArgument,
                 "reads column 4; the block has 4");
    CHECK_THROWS(apply_to_squares(context, {}, *far, *input, *output, nullptr), ErrorKind::kInvalidArgument,
                 "reads column 4; the block has 4");
    CHECK_THROWS(apply_to_squares(context, {}, *twice, *input, *output, nullptr), ErrorKind::kInvalidArgument, "shape");
    CHECK_THROWS(apply_to_squares(context, {}, {}, *input, *output, nullptr), ErrorKind::kInvalidArgument, "shape");
}

TEST("layers that different backends have loaded are not applied at once") {
    check::Random random;
    const Context &context = sealed_profile();
    const OwnedBlock input = random_block(random, context, 4, 2, 3, Form::kNtt);
    const OwnedBlock output(context, 2, 3, 3, Form::kNtt);
    const OwnedLayer first = random_layer(random, context, 3, 4, 3, 1, 0, 4);
    const OwnedLayer layer = random_layer(random, context, 3, 2, 3, 1, 0, 4);
    const Loaded before(context, *all_backends().back(), {first});
    const Loaded after(context, *all_backends().front(), {layer});
    CHECK_THROWS(apply_to_squares(context, *before, *after, *input, *output, nullptr), ErrorKind::kInvalidArgument,
                 "different kernels");
}
