// Slots: SEAL's batching encoder is the judge of their order, and integers of their products.

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "check.h"
#include "nightjar/slot_product.h"
#include "nightjar/slots.h"
#include "support.h"

using namespace support;

namespace {

using Words = std::vector<std::uint64_t>;

/// Everything from vectors to scalar code: the degree, and the bits of the plain modulus.
std::vector<Parameters> settings() {
    std::vector<Parameters> all;
    for (const auto &[degree, plain_bits] : std::vector<std::pair<std::size_t, int>>{
             {16, 17}, {64, 20}, {64, 30}, {256, 45}, {1024, 55}, {2048, 29}, {8192, 30}}) {
        all.push_back({Scheme::kBfv, degree, primes(degree, {60, 58, 56}),
                       seal::PlainModulus::Batching(degree, plain_bits).value(), false});
    }
    return all;
}

/// The plain modulus of 30 bits with primes that vectors take, and one of 45 bits with primes that they do not.
std::vector<Parameters> product_settings() {
    return {{Scheme::kBfv, 8192, primes(8192, {44, 44, 44, 20}), seal::PlainModulus::Batching(8192, 30).value(), true},
            {Scheme::kBfv, 256, primes(256, {60, 58, 50}), seal::PlainModulus::Batching(256, 20).value(), false},
            {Scheme::kBfv, 64, primes(64, {50, 44, 50, 30}), seal::PlainModulus::Batching(64, 17).value(), false}};
}

}  // namespace

TEST("a column in slots is SEAL's batched plaintext to the bit, in every kernel and for every number of records") {
    check::Random random;
    for (const Parameters &parameters : settings()) {
        for (const kernel::Microkernel *microkernel : kernel::supported()) {
            const Context context(parameters, *microkernel);
            const check::Note note("degree " + std::to_string(context.degree()) + ", t " +
                                   std::to_string(parameters.plain_modulus) + ", " + microkernel->name);
            const std::size_t degree = context.degree();
            const seal::BatchEncoder theirs(context.seal());
            const Encoder ours(context, 1, Packing::kSlots, Form::kNtt, 1);
            const Values values = full_range_values(random, context, 1);
            for (const std::size_t count : {std::size_t{1}, std::size_t{13}, degree - 1, degree}) {
                const std::vector<std::int64_t> some(values[0].begin(), values[0].begin() + static_cast<long>(count));
                seal::Plaintext encoded;
                theirs.encode(some, encoded);
                Words expected(degree);
                std::copy_n(encoded.data(), encoded.coeff_count(), expected.begin());
                Words actual(degree, kUnwritten);
                ours.plaintext(some.data(), count, actual.data());
                CHECK_EQ(actual, expected);

                std::vector<std::int64_t> decoded(count);
                ours.decode(expected.data(), decoded.data(), count);
                CHECK_EQ(decoded, some);
            }
            Words any(degree);
            seal::Plaintext plain(degree);
            for (std::size_t j = 0; j < degree; ++j) {
                any[j] = plain[j] = random.below(parameters.plain_modulus);
            }
            std::vector<std::int64_t> expected, decoded(degree);
            theirs.decode(plain, expected);
            ours.decode(any.data(), decoded.data(), degree);
            CHECK_EQ(decoded, expected);
        }
    }
}

TEST("products with integers act on each record, with every kernel's bits, and are zero where there is no factor") {
    check::Random random;
    for (const Parameters &parameters : product_settings()) {
        const Context portable(parameters, kernel::choose("portable"));
        const Owner owner(portable);
        const std::size_t degree = portable.degree();
        const std::uint64_t t = parameters.plain_modulus;
        const Values values = full_range_values(random, portable, 2);
        const OwnedBlock block = encrypt(owner, values, Packing::kSlots, Form::kNtt);
        for (const std::size_t count : {std::size_t{1}, degree / 2 + 3, degree}) {
            const check::Note note("degree " + std::to_string(degree) + ", " + std::to_string(count) + " factors");
            Values factors = full_range_values(random, portable, 2);
            std::vector<OwnedBlock> outputs;
            for (const kernel::Microkernel *microkernel : kernel::supported()) {
                const Context context(parameters, *microkernel);
                SlotProduct product(context, context.data_limbs());
                OwnedBlock output(context, 2, Form::kNtt);
                for (std::size_t column = 0; column < 2; ++column) {
                    product.multiply(*block, column, factors[column].data(), count, *output, 1 - column);
                }
                outputs.push_back(std::move(output));
                CHECK_EQ(outputs.back().words(), outputs.front().words());
            }
            for (std::size_t column = 0; column < 2; ++column) {
                std::vector<std::int64_t> expected(degree);
                for (std::size_t j = 0; j < count; ++j) {
                    expected[j] = centred(static_cast<__int128>(values[column][j]) * factors[column][j], t);
                }
                const Decrypted found = decrypt(owner, *outputs[0], 1 - column, Packing::kSlots, degree);
                CHECK_EQ(found.values, expected);
                CHECK(found.margin > 1);
            }
        }
    }
}

TEST("a product's plaintext is centred: the noise it makes is that of coefficients up to t / 2") {
    // The noise of a fresh column has the variance 10.5, and a random plaintext t^2 / 12 in each of N coefficients.
    // A mean square over 8192 coefficients is within a tenth of that; coefficients up to t would make it four times as
    // large.
    check::Random random;
    const Context context(product_settings()[0]);
    const Owner owner(context);
    const OwnedBlock block = encrypt(owner, Values{{0}}, Packing::kSlots, Form::kNtt);
    OwnedBlock output(context, 1, Form::kNtt);
    const Values factors = full_range_values(random, context, 1);
    SlotProduct(context, 3).multiply(*block, 0, factors[0].data(), context.degree(), *output, 0);
    std::vector<double> noise(context.degree());
    Decryptor(context, owner.secret, *output).noise(0, noise.data());
    double sum = 0;
    for (const double number : noise) {
        sum += number * number;
    }
    const double t = static_cast<double>(context.parameters().plain_modulus);
    CHECK_BETWEEN(0.8, sum / (10.5 * t * t / 12 * static_cast<double>(context.degree()) * 8192), 1.2);
}

TEST("a constant is the ciphertext that needs no key") {
    check::Random random;
    for (const Parameters &parameters : product_settings()) {
        const Context context(parameters);
        const Owner owner(context);
        const std::size_t limbs = context.data_limbs();
        const Values values = full_range_values(random, context, 1);
        OwnedBlock block(context, 1, Form::kNtt);
        SlotProduct(context, limbs).constant(values[0].data(), context.degree(), *block, 0);
        CHECK_EQ(block.poly(0, 1), Words(limbs * context.degree(), 0));
        CHECK_EQ(decrypt(owner, *block, 0, Packing::kSlots, context.degree()).values, values[0]);
    }
}

TEST("factors that do not fit, and parameters without slots or with primes that are too small, are refused") {
    const Context context(product_settings()[2]);
    const std::int64_t t = static_cast<std::int64_t>(context.parameters().plain_modulus);
    OwnedBlock block(context, 1, Form::kNtt);
    SlotProduct product(context, context.data_limbs());
    const std::vector<std::int64_t> factors = {0, t / 2 + 1};
    CHECK_THROWS(product.multiply(*block, 0, factors.data(), 2, *block, 0), ErrorKind::kInvalidArgument,
                 "value " + std::to_string(t / 2 + 1) + " of record 1 does not fit the plain modulus");
    CHECK_THROWS(SlotProduct(open_profile(), 1), ErrorKind::kInvalidArgument, "slot packing needs a prime");
    CHECK_THROWS(SlotProduct(context, 4), ErrorKind::kInvalidArgument, "no level has 4 primes");
    const std::uint64_t wide = seal::PlainModulus::Batching(64, 29).value();
    const Context narrow({Scheme::kBfv, 64, primes(64, {50, 20, 30}), wide, false});
    CHECK_THROWS(SlotProduct(narrow, 2), ErrorKind::kInvalidArgument, "above half the plain modulus");
}
