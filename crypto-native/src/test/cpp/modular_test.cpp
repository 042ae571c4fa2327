// Arithmetic modulo a prime, against __int128.

#include <vector>

#include "check.h"
#include "nightjar/kernel/integer_product.h"
#include "nightjar/modular.h"

using namespace nightjar;

namespace {

using Wide = unsigned __int128;

constexpr std::uint64_t kMost = ~std::uint64_t{0};

/// Primes, powers of two (plain moduli) and numbers next to them.
const std::vector<std::uint64_t> kModuli = {2,
                                            3,
                                            786433,
                                            std::uint64_t{1} << 22,
                                            17592186028033,
                                            std::uint64_t{1} << 59,
                                            (std::uint64_t{1} << 59) + 1,
                                            (std::uint64_t{1} << 60) - 93};

/// Random, but often at an end of [0, limit).
std::uint64_t sample(check::Random &random, std::uint64_t limit) {
    const std::uint64_t choice = random.below(8);
    return choice == 0 ? 0 : choice == 1 ? limit - 1 : random.below(limit);
}

}  // namespace

TEST("sums, differences and products of residues are reduced") {
    check::Random random;
    for (const std::uint64_t q : kModuli) {
        for (int i = 0; i < 2000; ++i) {
            const std::uint64_t a = sample(random, q);
            const std::uint64_t b = sample(random, q);
            const std::uint64_t any = sample(random, kMost) + random.below(2);  // mul_mod takes unreduced words
            const check::Note note("q " + std::to_string(q) + ", a " + std::to_string(a) + ", b " + std::to_string(b) +
                                   ", any " + std::to_string(any));
            CHECK_EQ(add_mod(a, b, q), static_cast<std::uint64_t>((Wide{a} + b) % q));
            CHECK_EQ(sub_mod(a, b, q), static_cast<std::uint64_t>((Wide{a} + q - b) % q));
            CHECK_EQ(mul_mod(any, make_factor(b, q), q), static_cast<std::uint64_t>(Wide{any} * b % q));
        }
    }
}

TEST("small signed integers have the residues that they should") {
    for (const std::uint64_t q : {std::uint64_t{786433}, std::uint64_t{17592186028033}}) {
        for (std::int64_t value = -21; value <= 21; ++value) {
            const auto expected = static_cast<std::uint64_t>(value < 0 ? static_cast<std::int64_t>(q) + value : value);
            CHECK_EQ(small_residue(static_cast<std::uint64_t>(value), q), expected);
        }
    }
}

TEST("integers up to modulus * 2^64 are divided with remainder") {
    check::Random random;
    for (const std::uint64_t q : kModuli) {
        const kernel::Modulus modulus = kernel::make_modulus(q);
        for (int i = 0; i < 2000; ++i) {
            const std::uint64_t quotient = sample(random, kMost) + random.below(2);
            const std::uint64_t remainder = sample(random, q);
            const check::Note note("q " + std::to_string(q) + ", quotient " + std::to_string(quotient));
            const Division division = divide(Wide{quotient} * q + remainder, modulus);
            CHECK_EQ(division.quotient, quotient);
            CHECK_EQ(division.remainder, remainder);
        }
    }
}

TEST("a product with the inverse modulo a prime is one") {
    check::Random random;
    for (const std::uint64_t q :
         {std::uint64_t{3}, std::uint64_t{786433}, std::uint64_t{17592186028033}, (std::uint64_t{1} << 60) - 93}) {
        for (int i = 0; i < 2000; ++i) {
            const std::uint64_t a = 1 + sample(random, q - 1);
            const std::uint64_t inverse = inverse_mod(a, q);
            CHECK(inverse < q);
            CHECK_EQ(static_cast<std::uint64_t>(Wide{a} * inverse % q), std::uint64_t{1});
        }
    }
}
