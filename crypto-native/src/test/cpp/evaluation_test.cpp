// SEAL's operations over whole blocks, against arithmetic on the plain values.

#include <string>
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
struct RealRecords {
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
    const RelinearisationKey key(slots.owner.context, *relinearisation_key(slots.owner));
    const Values a = full_range_values(random, slots.context, 2);
    const Values b = full_range_values(random, slots.context, 2);
    const OwnedBlock left = slots.encrypt(a, Form::kCoefficient);
    const OwnedBlock right = slots.encrypt(b, Form::kCoefficient);
    const OwnedBlock product(slots.context, 2, 3, 3, Form::kCoefficient);
    const OwnedBlock relinearised(slots.context, 2, Form::kCoefficient);

    slots.evaluator.multiply(*left, *right, 1, 1, *product);
    const auto times = [&](std::size_t column, std::size_t j) { return __int128{a[column][j]} * b[column][j]; };
    slots.check(product, a, times);
    slots.evaluator.relinearise(*product, key, *relinearised);
    slots.check(relinearised, a, times);

    slots.evaluator.square(*left, 1, *product);
    const auto squared = [&](std::size_t column, std::size_t j) { return __int128{a[column][j]} * a[column][j]; };
    slots.check(product, a, squared);
    slots.evaluator.relinearise(*product, key, *relinearised);
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
    const RealRecords slots;
    const RelinearisationKey key(slots.owner.context, *relinearisation_key(slots.owner));
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
    slots.evaluator.relinearise(*product, key, *relinearised);
    slots.check("the relinearised product", relinearised, kScale * other_scale, a, times);

    const OwnedBlock rescaled(slots.context, 2, 2, 2, Form::kNtt);
    slots.evaluator.rescale(*relinearised, *rescaled);
    const double scale = kScale * other_scale / static_cast<double>(slots.context.prime(2));
    slots.check("the rescaled product", rescaled, scale, a, times);

    const OwnedBlock squared(slots.context, 2, 3, 2, Form::kNtt);
    slots.evaluator.square(*rescaled, scale, *squared);
    const auto fourth = [&](std::size_t column, std::size_t j) { return times(column, j) * times(column, j); };
    slots.check("the square", squared, scale * scale, a, fourth);

    // A block of three polynomials is rescaled as well.
    const OwnedBlock last(slots.context, 2, 3, 1, Form::kNtt);
    slots.evaluator.rescale(*squared, *last);
    slots.check("the rescaled square", last, scale * scale / static_cast<double>(slots.context.prime(1)), a, fourth,
                kPrecisionOfThree);
}

TEST("CKKS drops a prime and keeps values and scale") {
    check::Random random;
    const RealRecords slots;
    const Reals a = random_reals(random, 2, slots.records);
    const OwnedBlock switched(slots.context, 2, 2, 2, Form::kNtt);
    slots.evaluator.switch_modulus(*slots.encrypt(a), kScale, *switched);
    const auto same = [&](std::size_t column, std::size_t j) { return a[column][j]; };
    slots.check("the switched block", switched, kScale, a, same);
}

TEST("every operation that is told to stop stops at once, or between columns") {
    const Context &context = sealed_profile();
    const Owner owner(context);
    const RelinearisationKey key(owner.context, *relinearisation_key(owner));
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
        stops([&](const Block &output) { evaluator.relinearise(*three, key, output); }, 2, 3);
        stops([&](const Block &output) { evaluator.relinearise_and_rescale(*three, key, output); }, 2, 1);
        stops([&](const Block &output) { evaluator.rescale(*two, output); }, 2, 2);
        stops([&](const Block &output) { evaluator.switch_modulus(*two, 2, output); }, 2, 2);
        stops([&](const Block &output) { evaluator.change_form(*two, output); }, 2, 3);
    }
}

TEST(
    "CKKS products, relinearised and rescaled blocks are SEAL's to the bit, with every kernel and primes of any size") {
    check::Random random;
    const std::vector<int> many(19, 44);  // more than a kernel adds up at once
    for (const kernel::Microkernel *kernel : kernel::supported()) {
        for (const std::vector<int> &bits : {std::vector<int>{44, 44, 44, 44},
                                             {60, 40, 40, 60},
                                             {44, 44, 30, 60},
                                             {60, 50, 60, 30},
                                             {30, 44, 50, 44},
                                             {50, 50, 50, 50, 50},
                                             {36, 37},
                                             many}) {
            for (const std::size_t degree : {64, 1024}) {
                const Context context({Scheme::kCkks, degree, primes(degree, bits), 0, false}, *kernel);
                const Owner owner(context);
                const BlockEvaluator evaluator(context, kNever);
                const OwnedBlock key = relinearisation_key(owner);
                const RelinearisationKey ours(context, *key);
                const seal::RelinKeys theirs = to_seal_relinearisation_key(context, *key);
                for (std::size_t limbs = context.data_limbs(); limbs > 0; limbs = limbs > 6 ? 2 : limbs - 1) {
                    const check::Note note(std::string(kernel->name) + ", degree " + std::to_string(degree) + ", " +
                                           std::to_string(limbs) + " of " + std::to_string(bits.size()) +
                                           " primes, the first of " + std::to_string(bits[0]) + " bits");
                    const auto equal = [&](auto operation, auto seal_operation, const OwnedBlock &input,
                                           std::size_t polys, std::size_t left) {
                        const OwnedBlock actual(context, 2, polys, left, Form::kNtt);
                        const OwnedBlock expected(context, 2, polys, left, Form::kNtt);
                        operation(*actual);
                        for (const std::size_t column : {0, 1}) {
                            seal::Ciphertext ciphertext = context.load(*input, column, 2);
                            seal_operation(ciphertext, column);
                            context.store(ciphertext, *expected, column);
                        }
                        CHECK_EQ(actual.words(), expected.words());
                    };
                    const seal::Evaluator &seal = context.evaluator();
                    const OwnedBlock two = random_block(random, context, 2, 2, limbs, Form::kNtt);
                    const OwnedBlock other = random_block(random, context, 2, 2, limbs, Form::kNtt);
                    const OwnedBlock three = random_block(random, context, 2, 3, limbs, Form::kNtt);
                    for (std::size_t word = 0; word < 3 * limbs * degree; ++word) {  // the greatest sums there are
                        three->column(1)[word] = context.prime(word / degree % limbs) - 1;
                    }
                    equal([&](const Block &output) { evaluator.square(*two, 2, output); },
                          [&](seal::Ciphertext &c, std::size_t) { seal.square_inplace(c); }, two, 3, limbs);
                    equal([&](const Block &output) { evaluator.multiply(*two, *other, 2, 2, output); },
                          [&](seal::Ciphertext &c, std::size_t column) {
                              seal.multiply_inplace(c, context.load(*other, column, 2));
                          },
                          two, 3, limbs);
                    equal([&](const Block &output) { evaluator.relinearise(*three, ours, output); },
                          [&](seal::Ciphertext &c, std::size_t) { seal.relinearize_inplace(c, theirs); }, three, 2,
                          limbs);
                    if (limbs == 1) {
                        continue;
                    }
                    equal([&](const Block &output) { evaluator.relinearise_and_rescale(*three, ours, output); },
                          [&](seal::Ciphertext &c, std::size_t) {
                              seal.relinearize_inplace(c, theirs);
                              while (c.coeff_modulus_size() > 1) {
                                  seal.rescale_to_next_inplace(c);
                              }
                          },
                          three, 2, 1);
                    for (const OwnedBlock *input : {&two, &three}) {
                        const std::size_t polys = (*input)->polys;
                        equal([&](const Block &output) { evaluator.rescale(**input, output); },
                              [&](seal::Ciphertext &c, std::size_t) { seal.rescale_to_next_inplace(c); }, *input, polys,
                              limbs - 1);
                        equal([&](const Block &output) { evaluator.switch_modulus(**input, 2, output); },
                              [&](seal::Ciphertext &c, std::size_t) { seal.mod_switch_to_next_inplace(c); }, *input,
                              polys, limbs - 1);
                    }
                }
            }
        }
    }
}

TEST("relinearised BFV blocks are SEAL's to the bit, with every kernel and primes of any size") {
    check::Random random;
    for (const kernel::Microkernel *kernel : kernel::supported()) {
        for (const std::vector<int> &bits :
             {std::vector<int>{44, 44, 44, 44}, {60, 40, 40, 60}, {60, 50, 60, 30}, {30, 44, 50, 44}}) {
            const Context context({Scheme::kBfv, 1024, primes(1024, bits), 65537, false}, *kernel);
            const Owner owner(context);
            const OwnedBlock key = relinearisation_key(owner);
            const seal::RelinKeys theirs = to_seal_relinearisation_key(context, *key);
            for (std::size_t limbs = context.data_limbs(); limbs > 0; --limbs) {
                const OwnedBlock three = random_block(random, context, 1, 3, limbs, Form::kCoefficient);
                const OwnedBlock actual(context, 1, 2, limbs, Form::kCoefficient);
                const OwnedBlock expected(context, 1, 2, limbs, Form::kCoefficient);
                BlockEvaluator(context, kNever).relinearise(*three, RelinearisationKey(context, *key), *actual);
                seal::Ciphertext ciphertext = context.load(*three, 0, 1);
                context.evaluator().relinearize_inplace(ciphertext, theirs);
                context.store(ciphertext, *expected, 0);
                CHECK_EQ(actual.words(), expected.words());
            }
        }
    }
}

TEST("a scale that the result's modulus cannot hold is refused with both") {
    const Context &context = sealed_profile();
    check::Random random;
    const OwnedBlock one = random_block(random, context, 1, 2, 1, Form::kNtt);
    const OwnedBlock two = random_block(random, context, 1, 2, 2, Form::kNtt);
    const OwnedBlock product(context, 1, 3, 1, Form::kNtt);
    const OwnedBlock left(context, 1, 2, 1, Form::kNtt);
    const BlockEvaluator evaluator(context, kNever);
    const char *message = "scale 1.20893e+24 does not fit its modulus of 60 bits";
    CHECK_THROWS(evaluator.square(*one, kScale, *product), ErrorKind::kInvalidArgument, message);
    CHECK_THROWS(evaluator.multiply(*one, *one, kScale, kScale, *product), ErrorKind::kInvalidArgument, message);
    CHECK_THROWS(evaluator.switch_modulus(*two, kScale * kScale, *left), ErrorKind::kInvalidArgument, message);
}
