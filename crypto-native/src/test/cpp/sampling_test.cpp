// Uniform polynomials from public seeds, and small secret ones. Secret ones come from the operating system's
// randomness, so what is said about them leaves room for more than six standard deviations.

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "check.h"
#include "nightjar/kernel/dispatch.h"
#include "nightjar/sampling.h"

using namespace nightjar;

namespace {

using Residues = std::vector<std::uint64_t>;

const Residues kPrimes = {786433, 1073692673, 17592186028033, 1152921504606830593};  // 20, 30, 44 and 60 bits

Seed counting_seed() {
    Seed seed;
    std::iota(seed.begin(), seed.end(), std::uint8_t{0});
    return seed;
}

Residues uniform(const Seed &seed, std::uint64_t column, std::size_t count, std::uint64_t prime) {
    Residues residues(count);
    UniformStream(seed, column).fill(residues.data(), count, prime);
    return residues;
}

/// Sum of (observed - expected)^2 / expected.
double chi_square(const std::vector<double> &observed, const std::vector<double> &expected) {
    double sum = 0;
    for (std::size_t i = 0; i < observed.size(); ++i) {
        sum += (observed[i] - expected[i]) * (observed[i] - expected[i]) / expected[i];
    }
    return sum;
}

constexpr std::size_t kSamples = std::size_t{1} << 20;

}  // namespace

TEST("a seed and a column stand for these residues, limb after limb, on every machine") {
    // The expected residues were computed from OpenSSL's ChaCha20 and the definition of the format. One in four
    // candidates for the first prime is rejected.
    struct Known {
        std::uint64_t column;
        std::vector<Residues> first_three;
        Residues last;
    };
    const std::vector<Known> known = {{0,
                                       {{735448, 14894, 221768},
                                        {51683199, 987288890, 47376408},
                                        {93181674200, 15594711459009, 9150472200447},
                                        {587100360094794508, 1141662975915220173, 386193703605350810}},
                                       {434224, 363721109, 1115128016206, 847080305175561078}},
                                      {(std::uint64_t{3} << 32) + 7,
                                       {{342942, 3152, 25407},
                                        {86810745, 888535017, 711189215},
                                        {7776401977839, 1189835040695, 5536294710835},
                                        {1006129184434438930, 893906329738166811, 534369767956182186}},
                                       {477776, 935582094, 16594663384522, 675370347091534312}}};
    for (const Known &expected : known) {
        for (const kernel::Microkernel *microkernel : kernel::supported()) {
            const check::Note note(microkernel->name);
            UniformStream stream(counting_seed(), expected.column, microkernel->ring);
            for (std::size_t limb = 0; limb < kPrimes.size(); ++limb) {
                Residues residues(1024);
                stream.fill(residues.data(), residues.size(), kPrimes[limb]);
                CHECK_EQ(Residues(residues.begin(), residues.begin() + 3), expected.first_three[limb]);
                CHECK_EQ(residues.back(), expected.last[limb]);
            }
        }
    }
}

TEST("other columns and other seeds give other residues") {
    const Residues base = uniform(counting_seed(), 0, 64, kPrimes[2]);
    for (const std::uint64_t column : {std::uint64_t{1}, std::uint64_t{1} << 31, std::uint64_t{1} << 32}) {
        CHECK(uniform(counting_seed(), column, 64, kPrimes[2]) != base);
    }
    for (std::size_t i = 0; i < counting_seed().size(); ++i) {
        Seed seed = counting_seed();
        seed[i] ^= 0x80;
        CHECK(uniform(seed, 0, 64, kPrimes[2]) != base);
    }
    CHECK(fresh_seed() != fresh_seed());
}

TEST("uniform residues are below the prime and fill its range evenly") {
    constexpr std::size_t kBins = 64;
    for (const std::uint64_t prime : kPrimes) {
        const Residues residues = uniform(counting_seed(), 1, kBins * 2048, prime);
        CHECK(*std::max_element(residues.begin(), residues.end()) < prime);
        std::vector<double> observed(kBins);
        for (const std::uint64_t residue : residues) {
            ++observed[static_cast<std::size_t>(static_cast<unsigned __int128>(residue) * kBins / prime)];
        }
        // 63 degrees of freedom: 63 with a standard deviation of 11.2. The seed is fixed, so is the outcome.
        CHECK_BETWEEN(25, chi_square(observed, std::vector<double>(kBins, 2048)), 115);
    }
}

TEST("noise is the centred binomial distribution of 42 coins") {
    SecretSampler sampler(kernel::choose("").ring);
    SecretWords noise(kSamples);
    sampler.noise(noise);
    std::vector<double> observed(43);
    double sum = 0;
    double squares = 0;
    bool bounded = true;
    for (std::size_t i = 0; i < kSamples; ++i) {
        const auto value = static_cast<std::int64_t>(noise[i]);
        bounded &= -21 <= value && value <= 21;
        ++observed[static_cast<std::size_t>(std::clamp<std::int64_t>(value, -21, 21) + 21)];
        sum += static_cast<double>(value);
        squares += static_cast<double>(value) * static_cast<double>(value);
    }
    CHECK(bounded);
    CHECK_BETWEEN(-0.025, sum / kSamples, 0.025);   // standard deviation 0.0032
    CHECK_BETWEEN(10.4, squares / kSamples, 10.6);  // standard deviation 0.0143
    std::vector<double> expected(43);
    for (int k = 0; k <= 42; ++k) {
        expected[static_cast<std::size_t>(k)] =
            kSamples * std::exp(std::lgamma(43) - std::lgamma(k + 1) - std::lgamma(43 - k) - 42 * std::log(2));
    }
    // The common values only: chi-square says nothing about bins that expect less than a few samples.
    const std::vector<double> common(expected.begin() + 7, expected.end() - 7);
    CHECK_BETWEEN(0, chi_square({observed.begin() + 7, observed.end() - 7}, common), 28 + 8 * std::sqrt(2 * 28));
}

TEST("secrets are -1, 0 and 1, each as often as the others") {
    constexpr std::size_t kCount = 4 * kSamples;  // enough to see what 256 mod 3 = 1 would do without the rejection
    SecretSampler sampler;
    SecretWords secret(kCount);
    sampler.ternary(secret);
    double counts[3] = {};
    bool ternary = true;
    for (std::size_t i = 0; i < kCount; ++i) {
        const std::uint64_t code = secret[i] + 1;
        ternary &= code < 3;
        ++counts[code % 3];
    }
    CHECK(ternary);
    for (const double count : counts) {
        CHECK_BETWEEN(kCount / 3.0 - 6800, count, kCount / 3.0 + 6800);  // standard deviation 965
    }
}

TEST("successive polynomials of one sampler, and those of two samplers, differ") {
    SecretSampler one;
    SecretSampler other;
    SecretWords polynomials[3] = {SecretWords(256), SecretWords(256), SecretWords(256)};
    one.noise(polynomials[0]);
    one.noise(polynomials[1]);
    other.noise(polynomials[2]);
    for (int i = 0; i < 3; ++i) {
        const SecretWords &a = polynomials[i];
        const SecretWords &b = polynomials[(i + 1) % 3];
        CHECK(!std::equal(a.get(), a.get() + a.size(), b.get()));
    }
}
