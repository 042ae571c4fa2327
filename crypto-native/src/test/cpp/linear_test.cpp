// Linear layers on ciphertexts: bit for bit what SEAL's multiply_plain and add_inplace compute, and the integer matrix
// product once decrypted.

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "check.h"
#include "nightjar/linear.h"
#include "nightjar/naive.h"
#include "plain_backend.h"
#include "support.h"

using namespace support;
using kernel::IntegerLayer;
using kernel::Tile;

namespace {

constexpr double kScale = 1099511627776.0;  // 2^40

/// A layer with the arrays that it points to.
struct OwnedLayer {
    std::size_t rows;
    std::size_t terms;
    std::size_t gathers;
    std::vector<std::int32_t> weights;
    std::vector<std::uint32_t> gathered;

    IntegerLayer view() const { return {rows, terms, gathers, weights.data(), gathered.data()}; }
    std::unique_ptr<kernel::LoadedLayer> load(const Context &context, const kernel::ProductBackend &backend) const {
        return load_layer(context, backend, {rows, terms, weights, gathered});
    }
    Tile whole() const { return {0, rows, 0, gathers}; }
    std::int64_t weight(std::size_t row, std::size_t term) const { return weights[row * terms + term]; }
    std::uint32_t column(std::size_t gather, std::size_t term) const { return gathered[gather * terms + term]; }
};

std::vector<std::int32_t> random_weights(check::Random &random, std::size_t count, std::int32_t limit) {
    std::vector<std::int32_t> weights(count);
    for (auto &weight : weights) {
        weight = static_cast<std::int32_t>(random.between(-limit, limit - 1));
    }
    return weights;
}

OwnedLayer dense(check::Random &random, std::size_t rows, std::size_t terms, std::int32_t limit) {
    OwnedLayer layer{rows, terms, 1, random_weights(random, rows * terms, limit), {}};
    for (std::size_t k = 0; k < terms; ++k) {
        layer.gathered.push_back(static_cast<std::uint32_t>(k));
    }
    for (std::size_t row = 0; row < rows; ++row) {
        layer.weights[row * terms] = 1;  // SEAL has no sum of no products
    }
    return layer;
}

/// A convolution's worth of gathers, with padding.
OwnedLayer gathered(check::Random &random, std::size_t rows, std::size_t terms, std::size_t gathers,
                    std::size_t columns, std::int32_t limit) {
    OwnedLayer layer = dense(random, rows, terms, limit);
    layer.gathers = gathers;
    layer.gathered.clear();
    for (std::size_t i = 0; i < gathers * terms; ++i) {
        const bool padding = i % terms != 0 && random.below(4) == 0;
        layer.gathered.push_back(padding ? IntegerLayer::kNoColumn : static_cast<std::uint32_t>(random.below(columns)));
    }
    return layer;
}

/// Loads and applies a layer, by the fastest kernel where no backend is named.
void apply(const Context &context, const OwnedLayer &layer, const Tile &tile, const Bias *bias, const OwnedBlock &input,
           const OwnedBlock &output, const kernel::ProductBackend &backend = *kernel::backends().front()) {
    apply_layer(context, *layer.load(context, backend), tile, bias, *input, *output, nullptr);
}

OwnedBlock output_for(const Context &context, const Tile &tile, const Block &input) {
    return OwnedBlock(context, tile.row_count * tile.gather_count, input.polys, input.limbs, input.form);
}

struct Shape {
    const char *name;
    const Context &context;
    std::size_t polys;
    std::size_t limbs;
    Form form;
};

std::vector<Shape> shapes() {
    return {{"open", open_profile(), 2, 1, Form::kCoefficient},
            {"open, NTT", open_profile(), 2, 1, Form::kNtt},
            {"open, three polynomials", open_profile(), 3, 1, Form::kCoefficient},
            {"shielded", shielded_profile(), 2, 2, Form::kCoefficient},
            {"shielded, one prime, NTT", shielded_profile(), 2, 1, Form::kNtt},
            {"per-record", per_record_profile(), 2, 3, Form::kCoefficient},
            {"per-record, three polynomials, NTT", per_record_profile(), 3, 3, Form::kNtt},
            {"sealed", sealed_profile(), 2, 3, Form::kNtt},
            {"sealed, three polynomials, two primes", sealed_profile(), 3, 2, Form::kNtt}};
}

void check_against_seal(const Shape &shape, const OwnedLayer &layer, const Tile &tile, const OwnedBlock &input) {
    const OwnedBlock expected = output_for(shape.context, tile, *input);
    const IntegerLayer view = layer.view();
    NaiveLayer naive(shape.context, view, *input, 1);
    for (std::size_t column = 0; column < expected->columns; ++column) {
        shape.context.store(
            naive.output(tile.first_row + column / tile.gather_count, tile.first_gather + column % tile.gather_count),
            *expected, column);
    }
    for (const kernel::ProductBackend *backend : all_backends()) {
        const check::Note note(std::string(shape.name) + ", " + backend->name());
        const OwnedBlock output = output_for(shape.context, tile, *input);
        apply(shape.context, layer, tile, nullptr, input, output, *backend);
        CHECK_EQ(output.words(), expected.words());
    }
}

Bias encode_bias(const Encoder &encoder, const std::vector<std::int64_t> &values, std::size_t limbs) {
    Bias bias{std::vector<std::uint64_t>(values.size() * limbs), encoder.pattern()};
    for (std::size_t row = 0; row < values.size(); ++row) {
        encoder.encode_constant(values[row], bias.residues.data() + row * limbs);
    }
    return bias;
}

}  // namespace

TEST("a dense layer is, bit for bit, what SEAL computes product by product") {
    check::Random random;
    for (const Shape &shape : shapes()) {
        const OwnedLayer layer = dense(random, 9, 20, 128);
        const OwnedBlock input = random_block(random, shape.context, 20, shape.polys, shape.limbs, shape.form);
        check_against_seal(shape, layer, layer.whole(), input);
    }
}

TEST("a layer of gathers is, bit for bit, what SEAL computes product by product") {
    check::Random random;
    for (const Shape &shape : shapes()) {
        const OwnedLayer layer = gathered(random, 5, 9, 6, 12, 128);
        const OwnedBlock input = random_block(random, shape.context, 12, shape.polys, shape.limbs, shape.form);
        check_against_seal(shape, layer, layer.whole(), input);
        check_against_seal(shape, layer, {2, 2, 1, 4}, input);
    }
}

TEST("the widest weights are, bit for bit, what SEAL computes") {
    check::Random random;
    for (const Shape &shape : shapes()) {
        // BFV writes a weight as a plaintext, and the least plain modulus here is 2^22.
        const bool ckks = shape.context.parameters().scheme == Scheme::kCkks;
        const std::int32_t limit = 1 << (ckks ? kernel::kMaxWeightBits - 1 : 20);
        OwnedLayer layer = dense(random, 2, 5, limit);
        layer.weights[1] = -limit;
        layer.weights[2] = limit - 1;
        const OwnedBlock input = random_block(random, shape.context, 5, shape.polys, shape.limbs, shape.form);
        check_against_seal(shape, layer, layer.whole(), input);
    }
}

TEST("a layer of 784 8-bit inputs and 7-bit weights decrypts to the integer product, with the margin that is proved") {
    check::Random random;
    Owner owner(open_profile());
    const Context &context = owner.context;
    constexpr std::size_t kTerms = 784;
    constexpr std::size_t kRows = 10;
    const OwnedLayer layer = dense(random, kRows, kTerms, 64);
    const Values values = random_values(random, kTerms, context.degree(), 0, 255);
    const OwnedBlock input = encrypt(owner, values, Packing::kCoefficients, Form::kCoefficient);
    const OwnedBlock output = output_for(context, layer.whole(), *input);
    apply(context, layer, layer.whole(), nullptr, input, output);
    for (std::size_t row = 0; row < kRows; ++row) {
        double magnitude = 0;
        std::vector<std::int64_t> expected(context.degree());
        for (std::size_t k = 0; k < kTerms; ++k) {
            magnitude += std::abs(static_cast<double>(layer.weight(row, k)));
            for (std::size_t j = 0; j < context.degree(); ++j) {
                expected[j] += layer.weight(row, k) * values[k][j];
            }
        }
        for (auto &value : expected) {
            value = centred(value, context.parameters().plain_modulus);
        }
        const Decrypted decrypted = decrypt(owner, *output, row, Packing::kCoefficients, context.degree());
        CHECK_EQ(decrypted.values, expected);
        // Noise of at most 21, and half a unit from scaling the message up, times the sum of the weights' magnitudes.
        const double t = static_cast<double>(context.parameters().plain_modulus);
        const double proved = modulus_bits(context, 1) - 1 - std::log2(t) - std::log2(21.5 * magnitude);
        CHECK(proved > 0);
        CHECK_BETWEEN(proved, decrypted.margin, proved + 12);
        const int budget = owner.seal_decryptor.invariant_noise_budget(context.load(*output, row, 1));
        CHECK_BETWEEN(budget - 1, decrypted.margin, budget + 1);
    }
}

TEST("gathers and products of records decrypt to what they should: the layer on squares") {
    check::Random random;
    const Owner owner(per_record_profile());
    const Context &context = owner.context;
    const OwnedLayer layer = gathered(random, 3, 4, 2, 4, 64);
    const Values values = random_values(random, 4, context.degree(), -100, 100);
    const OwnedBlock input = encrypt(owner, values, Packing::kSlots, Form::kCoefficient);
    const OwnedBlock squares(context, 4, 3, 3, Form::kCoefficient);
    for (std::size_t column = 0; column < 4; ++column) {
        seal::Ciphertext ciphertext = context.load(*input, column, 1);
        context.evaluator().square_inplace(ciphertext);
        context.store(ciphertext, *squares, column);
    }
    const OwnedBlock output = output_for(context, layer.whole(), *squares);
    apply(context, layer, layer.whole(), nullptr, squares, output);
    for (std::size_t row = 0; row < layer.rows; ++row) {
        for (std::size_t g = 0; g < layer.gathers; ++g) {
            std::vector<std::int64_t> expected(context.degree());
            for (std::size_t k = 0; k < layer.terms; ++k) {
                const std::uint32_t column = layer.column(g, k);
                for (std::size_t j = 0; column != IntegerLayer::kNoColumn && j < context.degree(); ++j) {
                    expected[j] += layer.weight(row, k) * values[column][j] * values[column][j];
                }
            }
            CHECK_EQ(decrypt(owner, *output, row * layer.gathers + g, Packing::kSlots, context.degree()).values,
                     expected);
        }
    }
}

TEST("adding biases is adding a vector of equal values, bit for bit, in every packing and form") {
    check::Random random;
    struct Setting {
        const Context &context;
        Packing packing;
        Form form;
    };
    for (const Setting &setting : {Setting{open_profile(), Packing::kCoefficients, Form::kCoefficient},
                                   Setting{shielded_profile(), Packing::kCoefficients, Form::kNtt},
                                   Setting{per_record_profile(), Packing::kSlots, Form::kCoefficient},
                                   Setting{per_record_profile(), Packing::kSlots, Form::kNtt}}) {
        const Context &context = setting.context;
        const std::size_t limbs = context.data_limbs();
        const OwnedLayer layer = gathered(random, 5, 3, 4, 6, 128);
        const Tile tile{1, 4, 1, 2};
        const OwnedBlock input = random_block(random, context, 6, 2, limbs, setting.form);
        const Encoder encoder(context, limbs, setting.packing, setting.form, 1);
        const auto t = static_cast<std::int64_t>(context.parameters().plain_modulus);
        const std::vector<std::int64_t> biases = {7, -(t / 2), (t - 1) / 2, 0, -1};
        const Bias bias = encode_bias(encoder, {biases.begin() + 1, biases.end()}, limbs);

        const OwnedBlock expected = output_for(context, tile, *input);
        apply(context, layer, tile, nullptr, input, expected);
        std::vector<std::uint64_t> residues(limbs * context.degree());
        for (std::size_t column = 0; column < expected->columns; ++column) {
            const std::size_t row = tile.first_row + column / tile.gather_count;
            const std::vector<std::int64_t> equal(context.degree(), biases[row]);
            add_message(context, *expected, column, encoder.encode(equal.data(), equal.size(), residues.data()));
        }
        for (const kernel::ProductBackend *backend : all_backends()) {
            const OwnedBlock output = output_for(context, tile, *input);
            apply(context, layer, tile, &bias, input, output, *backend);
            CHECK_EQ(output.words(), expected.words());
        }
    }
}

TEST("a CKKS layer with biases decrypts to the real product") {
    check::Random random;
    const Owner owner(sealed_profile());
    const Context &context = owner.context;
    const std::size_t records = context.degree() / 2;
    const OwnedLayer layer = dense(random, 3, 16, 128);
    const Reals values = random_reals(random, 16, records);
    const OwnedBlock input = encrypt(owner, values, Packing::kSlots, Form::kNtt, kScale);
    const Encoder encoder(context, context.data_limbs(), Packing::kSlots, Form::kNtt, kScale);
    const double biases[] = {0.125, -77.7, 0};
    Bias bias{std::vector<std::uint64_t>(3 * context.data_limbs()), encoder.pattern()};
    for (std::size_t row = 0; row < 3; ++row) {
        encoder.encode_constant(biases[row], bias.residues.data() + row * context.data_limbs());
    }
    const OwnedBlock output = output_for(context, layer.whole(), *input);
    apply(context, layer, layer.whole(), &bias, input, output);
    for (std::size_t row = 0; row < 3; ++row) {
        std::vector<double> expected(records, biases[row]);
        for (std::size_t k = 0; k < layer.terms; ++k) {
            for (std::size_t j = 0; j < records; ++j) {
                expected[j] += static_cast<double>(layer.weight(row, k)) * values[k][j];
            }
        }
        // A slot of a fresh ciphertext has noise of deviation 2e-10, and the weights' squares add up to 300^2.
        CHECK_BETWEEN(0, largest_error(decrypt_reals(owner, *output, row, kScale, records), expected), 6e-7);
    }
}

TEST("a tile that is not part of the layer is refused, also where its numbers wrap around") {
    check::Random random;
    const Context &context = open_profile();
    const OwnedLayer layer = gathered(random, 4, 3, 5, 6, 128);
    const OwnedBlock input = random_block(random, context, 6, 2, 1, Form::kCoefficient);
    const OwnedBlock output(context, 1, Form::kCoefficient);
    for (const Tile &tile : {Tile{0, 0, 0, 1}, Tile{0, 1, 0, 0}, Tile{4, 1, 0, 1}, Tile{0, 5, 0, 1}, Tile{3, 2, 0, 1},
                             Tile{0, 1, 5, 1}, Tile{0, 1, 4, 2}, Tile{SIZE_MAX, 1, 0, 1}, Tile{0, 1, SIZE_MAX, 1},
                             Tile{1, SIZE_MAX, 0, 1}, Tile{0, 1, 1, SIZE_MAX}}) {
        const check::Note note("rows " + std::to_string(tile.first_row) + " + " + std::to_string(tile.row_count) +
                               ", gathers " + std::to_string(tile.first_gather) + " + " +
                               std::to_string(tile.gather_count));
        CHECK_THROWS(apply(context, layer, tile, nullptr, input, output), ErrorKind::kInvalidArgument,
                     "tile is not part of the layer");
    }
}

TEST("an output of another shape is refused") {
    check::Random random;
    const Context &context = shielded_profile();
    const OwnedLayer layer = gathered(random, 2, 3, 5, 6, 128);
    const OwnedBlock input = random_block(random, context, 6, 2, 2, Form::kCoefficient);
    const auto refused = [&](const OwnedBlock &output) {
        CHECK_THROWS(apply(context, layer, layer.whole(), nullptr, input, output), ErrorKind::kInvalidArgument,
                     "shape of the tile's result");
    };
    refused(OwnedBlock(context, 9, 2, 2, Form::kCoefficient));
    refused(OwnedBlock(context, 10, 3, 2, Form::kCoefficient));
    refused(OwnedBlock(context, 10, 2, 1, Form::kCoefficient));
    refused(OwnedBlock(context, 10, 2, 2, Form::kNtt));
}

TEST("a column that the block does not have is refused, and where it is asked for is said") {
    check::Random random;
    const Context &context = open_profile();
    const OwnedBlock input = random_block(random, context, 6, 2, 1, Form::kCoefficient);
    const OwnedBlock output(context, 10, Form::kCoefficient);
    for (const std::uint32_t column : {6U, 7U, IntegerLayer::kNoColumn - 1}) {
        OwnedLayer layer = gathered(random, 2, 3, 5, 6, 128);
        layer.gathered[3 * 3 + 2] = column;
        CHECK_THROWS(apply(context, layer, layer.whole(), nullptr, input, output), ErrorKind::kInvalidArgument,
                     "term 2 of gather 3 reads column " + std::to_string(column));
    }
}

TEST("a weight beyond 24 bits is refused with its number and place; those at the limits are not") {
    check::Random random;
    const Context &context = open_profile();
    const OwnedBlock input = random_block(random, context, 6, 2, 1, Form::kCoefficient);
    const OwnedBlock output(context, 2, Form::kCoefficient);
    OwnedLayer layer = dense(random, 2, 6, 128);
    const auto attempt = [&] { apply(context, layer, layer.whole(), nullptr, input, output); };
    for (const std::int32_t weight : {1 << 23, -(1 << 23) - 1, INT32_MAX, INT32_MIN}) {
        layer.weights[6 + 4] = weight;
        CHECK_THROWS(attempt(), ErrorKind::kInvalidArgument,
                     "weight " + std::to_string(weight) + " of row 1, term 4 is outside [-8388608, 8388607]");
    }
    for (const std::int32_t weight : {(1 << 23) - 1, -(1 << 23)}) {
        layer.weights[6 + 4] = weight;
        attempt();
    }
}

TEST("a layer that is told to stop says that it was cancelled") {
    check::Random random;
    const Context &context = open_profile();
    const OwnedLayer layer = dense(random, 2, 6, 128);
    const OwnedBlock input = random_block(random, context, 6, 2, 1, Form::kCoefficient);
    const OwnedBlock output = output_for(context, layer.whole(), *input);
    for (const kernel::ProductBackend *backend : all_backends()) {
        CHECK_THROWS(apply_layer(context, *layer.load(context, *backend), layer.whole(), nullptr, *input, *output,
                                 [] { return true; }),
                     ErrorKind::kCancelled, "cancelled");
    }
}

TEST("a loaded layer has arrays of its own, and any number of blocks and tiles are applied to it") {
    check::Random random;
    const Context &context = shielded_profile();
    for (const kernel::ProductBackend *backend : all_backends()) {
        const check::Note note(backend->name());
        const OwnedLayer kept = gathered(random, 5, 4, 3, 6, 128);
        OwnedLayer changed = kept;
        const auto loaded = changed.load(context, *backend);
        changed.weights.assign(changed.weights.size(), 0);
        changed.gathered.assign(changed.gathered.size(), IntegerLayer::kNoColumn);
        for (const std::size_t limbs : {1, 2}) {
            const OwnedBlock input = random_block(random, context, 6, 2, limbs, Form::kNtt);
            for (const Tile &tile : {kept.whole(), Tile{1, 3, 2, 1}, Tile{4, 1, 0, 2}}) {
                const OwnedBlock expected = output_for(context, tile, *input);
                apply(context, kept, tile, nullptr, input, expected);
                const OwnedBlock output = output_for(context, tile, *input);
                apply_layer(context, *loaded, tile, nullptr, *input, *output, nullptr);
                CHECK_EQ(output.words(), expected.words());
            }
        }
    }
}

TEST("a layer that reads beyond a block is refused where a tile does, and only there") {
    check::Random random;
    const Context &context = open_profile();
    const OwnedBlock input = random_block(random, context, 6, 2, 1, Form::kCoefficient);
    OwnedLayer layer = gathered(random, 2, 3, 5, 6, 128);
    layer.gathered[3 * 3 + 2] = 6;
    const auto loaded = layer.load(context, *kernel::backends().front());
    CHECK_EQ(loaded->columns(), std::size_t{7});
    for (const Tile &tile : {Tile{0, 2, 0, 3}, Tile{1, 1, 4, 1}}) {
        const OwnedBlock output = output_for(context, tile, *input);
        apply_layer(context, *loaded, tile, nullptr, *input, *output, nullptr);
    }
    for (const Tile &tile : {layer.whole(), Tile{1, 1, 3, 1}}) {
        const OwnedBlock output = output_for(context, tile, *input);
        CHECK_THROWS(apply_layer(context, *loaded, tile, nullptr, *input, *output, nullptr),
                     ErrorKind::kInvalidArgument, "term 2 of gather 3 reads column 6; the block has 6");
    }
}

TEST("arrays that are no layer are not loaded") {
    const Context &context = open_profile();
    using Arrays = kernel::LayerArrays;
    for (const Arrays &arrays :
         {Arrays{0, 1, {}, {0}}, Arrays{1, 0, {}, {0}}, Arrays{1, 1, {1}, {}}, Arrays{2, 2, {1, 2, 3}, {0, 1}},
          Arrays{1, 2, {1, 2, 3}, {0, 1}}, Arrays{1, 2, {1, 2}, {0}}, Arrays{1, 2, {1, 2}, {0, 1, 0}},
          Arrays{SIZE_MAX, 2, {1, 2}, {0, 1}}}) {
        CHECK_THROWS(load_layer(context, *kernel::backends().front(), arrays), ErrorKind::kInvalidArgument,
                     "not those of a layer of " + std::to_string(arrays.rows) + " rows");
    }
}

TEST("a layer is not applied to blocks of other primes than it was loaded for") {
    check::Random random;
    const OwnedLayer layer = dense(random, 2, 3, 128);
    const auto loaded = layer.load(open_profile(), *kernel::backends().front());
    const Context &other = shielded_profile();
    for (const std::size_t limbs : {1, 2}) {
        const OwnedBlock input = random_block(random, other, 3, 2, limbs, Form::kNtt);
        const OwnedBlock output = output_for(other, layer.whole(), *input);
        CHECK_THROWS(apply_layer(other, *loaded, layer.whole(), nullptr, *input, *output, nullptr),
                     ErrorKind::kInvalidArgument, "other primes");
    }
}

TEST("there is a backend for every kernel, in the same order") {
    CHECK_EQ(kernel::backends().size(), kernel::supported().size());
    for (std::size_t i = 0; i < kernel::backends().size(); ++i) {
        CHECK_EQ(std::string(kernel::backends()[i]->name()), std::string(kernel::supported()[i]->name));
        CHECK(&kernel::backend_of(*kernel::supported()[i]) == kernel::backends()[i]);
    }
}

TEST("the naive program refuses a row without products") {
    check::Random random;
    const Context &context = open_profile();
    const OwnedBlock input = random_block(random, context, 2, 2, 1, Form::kCoefficient);
    OwnedLayer layer = dense(random, 1, 2, 128);
    layer.weights = {0, 0};
    const IntegerLayer zeros = layer.view();
    CHECK_THROWS(NaiveLayer(context, zeros, *input, 1).output(0, 0), ErrorKind::kInvalidArgument, "zero");
}
