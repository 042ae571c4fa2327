// SEAL's operations over whole blocks, against arithmetic on the plain values.

#include <vector>

#include "check.h"
#include "nightjar/evaluation.h"
#include "support.h"

using namespace support;

namespace {

constexpr double kScale = 1099511627776.0;  // 2^40
const kernel::ShouldStop kNever;

// A slot of a fresh ciphertext has noise of deviation 2e-10. The rounding of a rescaling, which s multiplies, adds
// about as much; with three polynomials s^2 multiplies it, and its largest slots are near 10^5.
constexpr double kPrecision = 3e-8;
constexpr double kPrecisionOfThree = 3e-6;

/// BFV with slots: a value for every record, modulo t.
struct Slots {
    Owner owner{per_record_profile()};
    const Context &context = owner.context;
    BlockEvaluator evaluator{context, kNever};

    OwnedBlock encrypt(const Values &values, Form form) const {
        return support::encrypt(owner, values, Packing::kSlots, form);
    }

    template <typename Expected>
    void check(const OwnedBlock &block, const Values &values, Expected expected) const {
        for (std::size_t column = 0; column < values.size(); ++column) {
            std::vector<std::int64_t> wanted;
            for (std::size_t j = 0; j < values[column].size(); ++j) {
                wanted.push_back(centred(expected(column, j), context.parameters().plain_modulus));
            }
            CHECK_EQ(decrypt(owner, *block, column, Packing::kSlots, values[column].size()).values, wanted);
        }
    }
};

/// CKKS: a real number for every record.
struct RealSlots {
    Owner owner{sealed_profile()};
    const Context &context = owner.context;
    BlockEvaluator evaluator{context, kNever};
    std::size_t records = context.degree() / 2;

    OwnedBlock encrypt(const Reals &values, double scale = kScale) const {
        return support::encrypt(owner, values, Packing::kSlots, Form::kNtt, scale);
    }

    template <typename Expected>
    void check(const char *what, const OwnedBlock &block, double scale, const Reals &values, Expected expected,
               double precision = kPrecision) const {
        const check::Note note(what);
        for (std::size_t column = 0; column < values.size(); ++column) {
            std::vector<double> wanted;
            for (std::size_t j = 0; j < values[column].size(); ++j) {
                wanted.push_back(expected(column, j));
            }
            CHECK_BETWEEN(0, largest_error(decrypt_reals(owner, *block, column, scale, records), wanted), precision);
        }
    }
};

}  // namespace

TEST("BFV multiplies and squares records one by one, and relinearising keeps the products") {
    check::Random random;
    const Slots slots;
    const seal::RelinKeys key = relinearisation_key(slots.owner);
    const Values a = full_range_values(random, slots.context, 2);
    const Values b = full_range_values(random, slots.context, 2);
    const OwnedBlock left = slots.encrypt(a, Form::kCoefficient);
    const OwnedBlock right = slots.encrypt(b, Form::kCoefficient);
    const OwnedBlock product(slots.context, 2, 3, 3, Form::kCoefficient);
    const OwnedBlock relinearised(slots.context, 2, Form::kCoefficient);

    slots.evaluator.multiply(*left, *right, 1, 1, *product);
    const auto times = [&](std::size_t column, std::size_t j) { return __int128{a[column][j]} * b[column][j]; };
    slots.check(product, a, times);
    slots.evaluator.relinearise(*product, 1, key, *relinearised);
    slots.check(relinearised, a, times);

    slots.evaluator.square(*left, 1, *product);
    const auto squared = [&](std::size_t column, std::size_t j) { return __int128{a[column][j]} * a[column][j]; };
    slots.check(product, a, squared);
    slots.evaluator.relinearise(*product, 1, key, *relinearised);
    slots.check(relinearised, a, squared);
}

TEST("blocks are added record by record, whatever their form and number of polynomials") {
    check::Random random;
    const Slots slots;
    const Values a = full_range_values(random, slots.context, 2);
    const Values b = full_range_values(random, slots.context, 2);
    for (const Form form : {Form::kCoefficient, Form::kNtt}) {
        const OwnedBlock sum(slots.context, 2, form);
        slots.evaluator.add(*slots.encrypt(a, form), *slots.encrypt(b, form), *sum);
        slots.check(sum, a, [&](std::size_t column, std::size_t j) { return a[column][j] + b[column][j]; });
    }
    const OwnedBlock left = random_block(random, slots.context, 2, 3, 2, Form::kCoefficient);
    const OwnedBlock right = random_block(random, slots.context, 2, 3, 2, Form::kCoefficient);
    const OwnedBlock sum(slots.context, 2, 3, 2, Form::kCoefficient);
    const OwnedBlock expected(slots.context, 2, 3, 2, Form::kCoefficient);
    slots.evaluator.add(*left, *right, *sum);
    for (const std::size_t column : {0, 1}) {
        seal::Ciphertext ciphertext = slots.context.load(*left, column, 1);
        slots.context.evaluator().add_inplace(ciphertext, slots.context.load(*right, column, 1));
        slots.context.store(ciphertext, *expected, column);
    }
    CHECK_EQ(sum.words(), expected.words());
}

TEST("a block may be its own sum's output") {
    check::Random random;
    const Slots slots;
    const Values a = full_range_values(random, slots.context, 1);
    const OwnedBlock block = slots.encrypt(a, Form::kNtt);
    slots.evaluator.add(*block, *block, *block);
    slots.check(block, a, [&](std::size_t column, std::size_t j) { return 2 * a[column][j]; });
}

TEST("BFV drops a prime at a time and keeps the values") {
    check::Random random;
    const Slots slots;
    const Values a = full_range_values(random, slots.context, 2);
    const OwnedBlock three = slots.encrypt(a, Form::kCoefficient);
    const OwnedBlock two(slots.context, 2, 2, 2, Form::kCoefficient);
    const OwnedBlock one(slots.context, 2, 2, 1, Form::kCoefficient);
    slots.evaluator.switch_modulus(*three, 1, *two);
    slots.evaluator.switch_modulus(*two, 1, *one);
    const auto same = [&](std::size_t column, std::size_t j) { return a[column][j]; };
    slots.check(two, a, same);
    slots.check(one, a, same);
}

TEST("a change of form keeps the values, and changing back restores every residue") {
    check::Random random;
    const Slots slots;
    const Values a = full_range_values(random, slots.context, 2);
    for (const Form form : {Form::kCoefficient, Form::kNtt}) {
        const Form other = form == Form::kNtt ? Form::kCoefficient : Form::kNtt;
        const OwnedBlock block = slots.encrypt(a, form);
        const OwnedBlock changed(slots.context, 2, other);
        const OwnedBlock back(slots.context, 2, form);
        const OwnedBlock copy(slots.context, 2, form);
        slots.evaluator.change_form(*block, *changed);
        slots.evaluator.change_form(*changed, *back);
        slots.evaluator.change_form(*block, *copy);
        slots.check(changed, a, [&](std::size_t column, std::size_t j) { return a[column][j]; });
        CHECK(changed.poly(0, 1) != block.poly(0, 1));
        CHECK_EQ(back.words(), block.words());
        CHECK_EQ(copy.words(), block.words());
    }
}

TEST("CKKS multiplies, relinearises and rescales real numbers record by record, prime after prime") {
    check::Random random;
    const RealSlots slots;
    const seal::RelinKeys key = relinearisation_key(slots.owner);
    const Reals a = random_reals(random, 2, slots.records);
    const Reals b = random_reals(random, 2, slots.records);
    const double other_scale = kScale * 2;
    const OwnedBlock left = slots.encrypt(a);
    const OwnedBlock right = slots.encrypt(b, other_scale);

    const OwnedBlock product(slots.context, 2, 3, 3, Form::kNtt);
    slots.evaluator.multiply(*left, *right, kScale, other_scale, *product);
    const auto times = [&](std::size_t column, std::size_t j) { return a[column][j] * b[column][j]; };
    slots.check("the product", product, kScale * other_scale, a, times);

    const OwnedBlock relinearised(slots.context, 2, Form::kNtt);
    slots.evaluator.relinearise(*product, kScale * other_scale, key, *relinearised);
    slots.check("the relinearised product", relinearised, kScale * other_scale, a, times);

    const OwnedBlock rescaled(slots.context, 2, 2, 2, Form::kNtt);
    slots.evaluator.rescale(*relinearised, kScale * other_scale, *rescaled);
    const double scale = kScale * other_scale / static_cast<double>(slots.context.prime(2));
    slots.check("the rescaled product", rescaled, scale, a, times);

    const OwnedBlock squared(slots.context, 2, 3, 2, Form::kNtt);
    slots.evaluator.square(*rescaled, scale, *squared);
    const auto fourth = [&](std::size_t column, std::size_t j) { return times(column, j) * times(column, j); };
    slots.check("the square", squared, scale * scale, a, fourth);

    // A block of three polynomials is rescaled as well.
    const OwnedBlock last(slots.context, 2, 3, 1, Form::kNtt);
    slots.evaluator.rescale(*squared, scale * scale, *last);
    slots.check("the rescaled square", last, scale * scale / static_cast<double>(slots.context.prime(1)), a, fourth,
                kPrecisionOfThree);
}

TEST("CKKS drops a prime and keeps values and scale") {
    check::Random random;
    const RealSlots slots;
    const Reals a = random_reals(random, 2, slots.records);
    const OwnedBlock switched(slots.context, 2, 2, 2, Form::kNtt);
    slots.evaluator.switch_modulus(*slots.encrypt(a), kScale, *switched);
    const auto same = [&](std::size_t column, std::size_t j) { return a[column][j]; };
    slots.check("the switched block", switched, kScale, a, same);
}

TEST("every operation that is told to stop stops at once, or between columns") {
    const Context &context = sealed_profile();
    const Owner owner(context);
    const seal::RelinKeys key = relinearisation_key(owner);
    check::Random random;
    const OwnedBlock two = random_block(random, context, 3, 2, 3, Form::kNtt);
    const OwnedBlock three = random_block(random, context, 3, 3, 3, Form::kNtt);
    int asked = 0;
    int stop_at = 1;
    const kernel::ShouldStop should_stop = [&] { return ++asked == stop_at; };
    const BlockEvaluator evaluator(context, should_stop);
    for (stop_at = 1; stop_at <= 3; ++stop_at) {
        const auto stops = [&](auto operation, std::size_t polys, std::size_t limbs) {
            const OwnedBlock output(context, 3, polys, limbs, Form::kNtt);
            asked = 0;
            CHECK_THROWS(operation(*output), ErrorKind::kCancelled, "cancelled");
            CHECK_EQ(asked, stop_at);
            for (std::size_t column = 0; column < 3; ++column) {
                CHECK_EQ(output->column(column)[0] == kUnwritten, column + 1 >= static_cast<std::size_t>(stop_at));
            }
        };
        stops([&](const Block &output) { evaluator.add(*two, *two, output); }, 2, 3);
        stops([&](const Block &output) { evaluator.multiply(*two, *two, 2, 2, output); }, 3, 3);
        stops([&](const Block &output) { evaluator.square(*two, 2, output); }, 3, 3);
        stops([&](const Block &output) { evaluator.relinearise(*three, 2, key, output); }, 2, 3);
        stops([&](const Block &output) { evaluator.rescale(*two, kScale, output); }, 2, 2);
        stops([&](const Block &output) { evaluator.switch_modulus(*two, 2, output); }, 2, 2);
        stops([&](const Block &output) { evaluator.change_form(*two, output); }, 2, 3);
    }
}
