// The integer product against __int128 arithmetic, for every microkernel that this machine runs.

#include <seal/modulus.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "check.h"
#include "nightjar/kernel/dispatch.h"
#include "nightjar/kernel/integer_product.h"

using namespace nightjar;
using namespace nightjar::kernel;

namespace {

using Words = std::vector<std::uint64_t>;
using Weights = std::vector<std::int32_t>;

constexpr std::uint64_t kUntouched = 0xfeedfacefeedfaceU;  // no residue of a 60-bit prime

/// A layer, its input and the tile of it that is asked for. The defaults make the smallest dense layer.
struct Problem {
    std::size_t degree = 64;
    std::size_t polys = 2;
    std::size_t padding = 24;  // words between two columns
    std::vector<std::uint64_t> primes;
    std::size_t rows = 1;
    std::size_t terms = 1;
    std::size_t gathers = 1;
    std::size_t input_columns = 1;
    Weights weights;
    std::vector<std::uint32_t> gathered;
    Words addends;  // empty for none
    Words input;
    Tile tile = {};

    std::size_t column_words() const { return degree * polys * primes.size(); }
    std::size_t stride() const { return column_words() + padding; }
    ColumnLayout layout() const { return {degree, polys, primes.size(), stride()}; }
    std::uint64_t prime_of(std::size_t word) const { return primes[word / degree % primes.size()]; }
    IntegerLayer layer() const { return {rows, terms, gathers, weights.data(), gathered.data()}; }
    const std::uint64_t *tile_addends() const {
        return addends.empty() ? nullptr : addends.data() + tile.first_row * primes.size();
    }
    std::vector<Modulus> moduli() const {
        std::vector<Modulus> moduli;
        for (const std::uint64_t prime : primes) {
            moduli.push_back(make_modulus(prime));
        }
        return moduli;
    }
    std::string text() const {
        std::string text = show("degree", degree) + show("polys", polys) + show("rows", rows) + show("terms", terms) +
                           show("gathers", gathers) + show("input columns", input_columns) +
                           show("first row", tile.first_row) + show("row count", tile.row_count) +
                           show("first gather", tile.first_gather) + show("gather count", tile.gather_count);
        for (const std::uint64_t prime : primes) {
            text += show("prime", prime);
        }
        const auto [least, most] = std::minmax_element(weights.begin(), weights.end());
        return text + show("least weight", *least) + show("greatest weight", *most);
    }

private:
    template <typename T>
    static std::string show(const char *name, T value) {
        return std::string(name) + " " + std::to_string(value) + ", ";
    }
};

std::int32_t least_weight(int bits) { return -(std::int32_t{1} << (bits - 1)); }
std::int32_t greatest_weight(int bits) { return (std::int32_t{1} << (bits - 1)) - 1; }

Weights random_weights(check::Random &random, std::size_t count, int bits) {
    Weights weights(count);
    for (auto &weight : weights) {
        weight = static_cast<std::int32_t>(random.between(least_weight(bits), greatest_weight(bits)));
    }
    return weights;
}

/// A prime of exactly so many bits; the least and the greatest of them come up often.
std::uint64_t random_prime(check::Random &random, int bits) {
    const std::uint64_t low = std::uint64_t{1} << (bits - 1);
    const std::uint64_t choice = random.below(4);
    std::uint64_t candidate = choice == 0 ? low + 1 : choice == 1 ? 2 * low - 1 : low + (random.below(low) | 1);
    while (!seal::Modulus(candidate).is_prime()) {
        candidate = choice == 0 ? candidate + 2 : candidate - 2;
        if (candidate < low) {
            candidate = 2 * low - 1;
        }
    }
    return candidate;
}

/// Residues in which 0 and q - 1 are frequent.
void fill_input(Problem &problem, check::Random &random) {
    // Exactly what the columns take up: one word read beyond them is a memory error.
    problem.input.assign((problem.input_columns - 1) * problem.stride() + problem.column_words(), kUntouched);
    for (std::size_t column = 0; column < problem.input_columns; ++column) {
        for (std::size_t word = 0; word < problem.column_words(); ++word) {
            const std::uint64_t q = problem.prime_of(word);
            const std::uint64_t choice = random.below(8);
            problem.input[column * problem.stride() + word] = choice == 0 ? 0 : choice == 1 ? q - 1 : random.below(q);
        }
    }
}

void gather_all(Problem &problem) {
    problem.input_columns = problem.terms;
    problem.gathered.resize(problem.terms);
    for (std::size_t k = 0; k < problem.terms; ++k) {
        problem.gathered[k] = static_cast<std::uint32_t>(k);
    }
}

void gather_randomly(Problem &problem, check::Random &random, std::uint64_t one_in_padding) {
    problem.gathered.resize(problem.gathers * problem.terms);
    for (auto &column : problem.gathered) {
        column = random.below(one_in_padding) == 0 ? IntegerLayer::kNoColumn
                                                   : static_cast<std::uint32_t>(random.below(problem.input_columns));
    }
}

void add_addends(Problem &problem, check::Random &random) {
    for (std::size_t row = 0; row < problem.rows; ++row) {
        for (const std::uint64_t q : problem.primes) {
            problem.addends.push_back(random.below(4) == 0 ? q - 1 : random.below(q));
        }
    }
}

Problem dense(check::Random &random, std::size_t rows, std::size_t terms, const std::vector<int> &prime_bits,
              int weight_bits) {
    Problem problem;
    for (const int bits : prime_bits) {
        problem.primes.push_back(random_prime(random, bits));
    }
    problem.rows = rows;
    problem.terms = terms;
    problem.tile = {0, rows, 0, 1};
    problem.weights = random_weights(random, rows * terms, weight_bits);
    gather_all(problem);
    fill_input(problem, random);
    return problem;
}

/// The output buffer: a column in front of the tile's own, and one behind them, that nobody may write to.
Words empty_output(const Problem &problem) {
    return Words((problem.tile.row_count * problem.tile.gather_count + 2) * problem.stride(), kUntouched);
}

bool run(const Microkernel &microkernel, const Problem &problem, Words &output, const ShouldStop &should_stop) {
    return integer_product(microkernel, problem.layer(), problem.tile, problem.moduli(), problem.layout(),
                           problem.input.data(), problem.input_columns, problem.tile_addends(),
                           output.data() + problem.stride(), should_stop);
}

/// What the output buffer must hold afterwards, untouched words included.
Words reference(const Problem &problem) {
    Words output = empty_output(problem);
    std::vector<__int128> sums(problem.column_words());
    for (std::size_t r = 0; r < problem.tile.row_count; ++r) {
        const std::size_t row = problem.tile.first_row + r;
        for (std::size_t g = 0; g < problem.tile.gather_count; ++g) {
            const std::size_t gather = problem.tile.first_gather + g;
            std::fill(sums.begin(), sums.end(), 0);
            for (std::size_t k = 0; k < problem.terms; ++k) {
                const std::uint32_t column = problem.gathered[gather * problem.terms + k];
                if (column == IntegerLayer::kNoColumn) {
                    continue;
                }
                const std::int64_t weight = problem.weights[row * problem.terms + k];
                const std::uint64_t *residues = problem.input.data() + column * problem.stride();
                for (std::size_t word = 0; word < sums.size(); ++word) {
                    sums[word] += static_cast<__int128>(weight) * static_cast<std::int64_t>(residues[word]);
                }
            }
            std::uint64_t *target = output.data() + (1 + r * problem.tile.gather_count + g) * problem.stride();
            for (std::size_t word = 0; word < sums.size(); ++word) {
                const __int128 q = problem.prime_of(word);
                const std::size_t limb = word / problem.degree % problem.primes.size();
                const bool biased = !problem.addends.empty() && word < problem.degree * problem.primes.size();
                const __int128 addend = biased ? problem.addends[row * problem.primes.size() + limb] : 0;
                target[word] = static_cast<std::uint64_t>(((sums[word] + addend) % q + q) % q);
            }
        }
    }
    return output;
}

/// Every microkernel writes exactly the expected words, so all of them write the same.
void check_output(const Problem &problem, const Words &expected) {
    for (const Microkernel *microkernel : supported()) {
        const check::Note note(microkernel->name + (": " + problem.text()));
        Words output = empty_output(problem);
        CHECK(run(*microkernel, problem, output, [] { return false; }));
        CHECK_EQ(output, expected);
    }
}

void check_against_reference(const Problem &problem) { check_output(problem, reference(problem)); }

/// Between 1 and `limit`, small numbers as likely as large ones.
std::size_t some_size(check::Random &random, std::size_t limit) {
    const double exponent = static_cast<double>(random.below(10'000)) / 10'000 * std::log(static_cast<double>(limit));
    return static_cast<std::size_t>(std::exp(exponent));
}

Problem random_problem(check::Random &random) {
    constexpr std::size_t kMostProducts = 15'000'000;  // keeps one problem well below a second
    Problem problem;
    std::size_t limbs = 0;
    do {
        problem.degree = std::size_t{64} << random.below(6);
        problem.polys = 2 + random.below(2);
        limbs = 1 + random.below(4);
        problem.terms = some_size(random, 5000);
        problem.rows = some_size(random, 300);
        problem.gathers = random.below(2) == 0 ? 1 : 1 + random.below(30);
    } while (problem.degree * problem.polys * limbs * problem.terms * problem.rows * problem.gathers > kMostProducts);
    problem.padding = random.below(40);
    for (std::size_t limb = 0; limb < limbs; ++limb) {
        problem.primes.push_back(random_prime(random, static_cast<int>(random.between(20, 60))));
    }
    problem.input_columns = 1 + random.below(std::min<std::size_t>(problem.terms * 2, 200));
    problem.weights =
        random_weights(random, problem.rows * problem.terms, static_cast<int>(random.between(1, kMaxWeightBits)));
    gather_randomly(problem, random, 1 + some_size(random, 100));
    if (random.below(2) == 0) {
        add_addends(problem, random);
    }
    fill_input(problem, random);
    problem.tile.first_row = random.below(problem.rows);
    problem.tile.row_count = 1 + random.below(problem.rows - problem.tile.first_row);
    problem.tile.first_gather = random.below(problem.gathers);
    problem.tile.gather_count = 1 + random.below(problem.gathers - problem.tile.first_gather);
    return problem;
}

/// One column of equal residues for all terms: the sum is known without adding anything up.
Problem uniform(std::uint64_t prime, std::size_t terms, const Weights &weight_of_row, std::uint64_t residue) {
    Problem problem;
    problem.primes = {prime};
    problem.rows = weight_of_row.size();
    problem.terms = terms;
    problem.tile = {0, problem.rows, 0, 1};
    for (const std::int32_t weight : weight_of_row) {
        problem.weights.insert(problem.weights.end(), terms, weight);
    }
    problem.gathered.assign(terms, 0);
    problem.input.assign(problem.column_words(), residue);
    return problem;
}

Words uniform_result(const Problem &problem) {
    Words output = empty_output(problem);
    for (std::size_t row = 0; row < problem.rows; ++row) {
        const __int128 q = problem.primes[0];
        const __int128 sum = static_cast<__int128>(problem.weights[row * problem.terms]) * problem.input[0] *
                             static_cast<__int128>(problem.terms);
        std::fill_n(output.data() + (1 + row) * problem.stride(), problem.column_words(),
                    static_cast<std::uint64_t>((sum % q + q) % q));
    }
    return output;
}

}  // namespace

TEST("every kernel computes what __int128 arithmetic does, for random layers") {
    check::Random random;
    for (int i = 0; i < 300; ++i) {
        check_against_reference(random_problem(random));
    }
}

TEST("every kernel computes every width of weights with every size of prime") {
    check::Random random;
    for (int prime_bits = 20; prime_bits <= kMaxPrimeBits; ++prime_bits) {
        for (int weight_bits = 1; weight_bits <= kMaxWeightBits; ++weight_bits) {
            Problem problem = dense(random, 3, 33, {prime_bits}, weight_bits);
            std::fill_n(problem.weights.begin(), 33, least_weight(weight_bits));
            std::fill_n(problem.weights.begin() + 33, 33, greatest_weight(weight_bits));
            check_against_reference(problem);
        }
    }
}

TEST("sums that end just before, at and just after the ends of panels and folds are exact") {
    check::Random random;
    for (const std::size_t terms : {2, 1023, 1024, 1025, 2048, 4095, 4096, 4097, 5000}) {
        for (const int weight_bits : {8, 24}) {
            check_against_reference(dense(random, 3, terms, {44, 60}, weight_bits));
            Problem gathered = dense(random, 3, terms, {44, 60}, weight_bits);
            gathered.gathers = 3;
            gathered.tile.gather_count = 3;
            gather_randomly(gathered, random, 10);
            add_addends(gathered, random);
            check_against_reference(gathered);
        }
    }
}

TEST("any number of rows is computed, also beyond the rows that are expanded at once") {
    check::Random random;
    for (const std::size_t rows : {1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 255, 256, 257, 300}) {
        Problem problem = dense(random, rows, 5, {44, 30}, 8);
        add_addends(problem, random);
        check_against_reference(problem);
    }
}

TEST("the largest sums are exact: equal extreme weights over equal extreme residues") {
    check::Random random;
    for (int prime_bits = 20; prime_bits <= kMaxPrimeBits; ++prime_bits) {
        for (const int weight_bits : {1, 2, 7, 8, 9, 13, 16, 19, 20, 23, 24}) {
            const std::uint64_t prime = random_prime(random, prime_bits);
            const Weights ends = {least_weight(weight_bits), greatest_weight(weight_bits)};
            // 4096 terms fill a lane to its last bit; the second residue has the largest digits that there are.
            for (const std::uint64_t residue : {prime - 1, (std::uint64_t{1} << (prime_bits - 1)) - 1}) {
                const Problem problem = uniform(prime, kMaxTerms, ends, residue);
                check_output(problem, uniform_result(problem));
            }
        }
    }
}

TEST("the largest sums stay exact beyond a fold, at the limit of 52 bits and at the widest operands") {
    check::Random random;
    for (const auto &[prime_bits, weight_bits] : {std::pair{44, 8}, std::pair{60, 24}}) {
        for (const std::size_t terms : {4095, 4096, 4097, 8192, 12289}) {
            const std::uint64_t prime = random_prime(random, prime_bits);
            const Weights weights(9, least_weight(weight_bits));
            const Problem problem = uniform(prime, terms, weights, prime - 1);
            check_output(problem, uniform_result(problem));
        }
    }
}

TEST("weights that are all of one sign, or all zero, need no other sign to be right") {
    check::Random random;
    for (const std::int32_t weight : {0, 1, -1, 2, 127, -128, 8388607, -8388608}) {
        for (const int prime_bits : {20, 44, 60}) {
            const std::uint64_t prime = random_prime(random, prime_bits);
            const Problem problem = uniform(prime, 50, {weight, weight}, prime - 2);
            check_output(problem, uniform_result(problem));
        }
    }
}

TEST("zero columns give zero, and columns of q - 1 give minus the sum of the weights") {
    check::Random random;
    for (const bool zero : {true, false}) {
        Problem problem = dense(random, 20, 300, {44, 44, 20}, 8);
        for (std::size_t column = 0; column < problem.input_columns; ++column) {
            for (std::size_t word = 0; word < problem.column_words(); ++word) {
                problem.input[column * problem.stride() + word] = zero ? 0 : problem.prime_of(word) - 1;
            }
        }
        Words expected = empty_output(problem);
        for (std::size_t row = 0; row < problem.rows; ++row) {
            std::int64_t sum = 0;
            for (std::size_t k = 0; k < problem.terms; ++k) {
                sum += zero ? 0 : problem.weights[row * problem.terms + k];
            }
            for (std::size_t word = 0; word < problem.column_words(); ++word) {
                const auto q = static_cast<std::int64_t>(problem.prime_of(word));
                expected[(1 + row) * problem.stride() + word] = static_cast<std::uint64_t>((-sum % q + q) % q);
            }
        }
        check_output(problem, expected);
    }
}

TEST("a sum of nothing but padding is the addend") {
    check::Random random;
    for (const std::size_t gathers : {1, 4}) {
        Problem problem = dense(random, 10, 40, {44, 60}, 8);
        add_addends(problem, random);
        problem.gathers = gathers;
        problem.tile.gather_count = gathers;
        problem.gathered.assign(gathers * problem.terms, IntegerLayer::kNoColumn);
        Words expected = empty_output(problem);
        for (std::size_t output = 0; output < problem.rows * gathers; ++output) {
            std::uint64_t *target = expected.data() + (1 + output) * problem.stride();
            std::fill_n(target, problem.column_words(), 0);
            for (std::size_t limb = 0; limb < 2; ++limb) {
                const std::uint64_t addend = problem.addends[output / gathers * 2 + limb];
                std::fill_n(target + limb * problem.degree, problem.degree, addend);
            }
        }
        check_output(problem, expected);
    }
}

TEST("the tiles of a layer, one after the other, are the layer") {
    check::Random random;
    Problem whole = dense(random, 21, 30, {44}, 8);
    whole.gathers = 7;
    whole.tile = {0, 21, 0, 7};
    gather_randomly(whole, random, 5);
    add_addends(whole, random);
    const Words expected = reference(whole);
    for (const Microkernel *microkernel : supported()) {
        const check::Note note(microkernel->name);
        for (std::size_t first_row = 0; first_row < 21; first_row += 8) {
            for (std::size_t first_gather = 0; first_gather < 7; first_gather += 3) {
                Problem part = whole;
                part.tile = {first_row, std::min<std::size_t>(8, 21 - first_row), first_gather,
                             std::min<std::size_t>(3, 7 - first_gather)};
                Words output = empty_output(part);
                CHECK(run(*microkernel, part, output, nullptr));
                for (std::size_t r = 0; r < part.tile.row_count; ++r) {
                    for (std::size_t g = 0; g < part.tile.gather_count; ++g) {
                        const auto actual = output.begin() + static_cast<std::ptrdiff_t>(
                                                                 (1 + r * part.tile.gather_count + g) * part.stride());
                        const auto wanted =
                            expected.begin() +
                            static_cast<std::ptrdiff_t>((1 + (first_row + r) * 7 + first_gather + g) * whole.stride());
                        CHECK(std::equal(actual, actual + static_cast<std::ptrdiff_t>(part.stride()), wanted));
                    }
                }
            }
        }
    }
}

TEST("a product that is told to stop asks no further and says that it did not finish") {
    check::Random random;
    const Problem problem = dense(random, 300, 10, {44, 44}, 8);
    for (const Microkernel *microkernel : supported()) {
        const check::Note note(microkernel->name);
        int panels = 0;
        Words output = empty_output(problem);
        CHECK(run(*microkernel, problem, output, [&] { return ++panels, false; }));
        CHECK_EQ(output, reference(problem));
        CHECK(panels > 1);
        for (const int stop_at : {1, 2, panels}) {
            int asked = 0;
            CHECK(!run(*microkernel, problem, output, [&] { return ++asked == stop_at; }));
            CHECK_EQ(asked, stop_at);
        }
    }
}

TEST("a kernel is chosen by name, and an unknown name is answered with the known ones") {
    CHECK_EQ(std::string(supported().back()->name), "portable");
    CHECK(&choose("") == supported().front());
    for (const Microkernel *microkernel : supported()) {
        CHECK(&choose(microkernel->name) == microkernel);
        CHECK_THROWS(choose("mmx"), ErrorKind::kInvalidArgument, microkernel->name);
    }
    CHECK_THROWS(choose("mmx"), ErrorKind::kInvalidArgument, "'mmx'");
}
