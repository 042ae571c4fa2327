// Real numbers in slots: the definition in long double, SEAL's encoder, and the integers in between.

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "check.h"
#include "nightjar/real_slots.h"
#include "support.h"

using namespace support;

namespace {

using Numbers = std::vector<double>;

Numbers random_numbers(check::Random &random, std::size_t count, double magnitude) {
    Numbers numbers(count);
    for (double &number : numbers) {
        number = magnitude * (static_cast<double>(random.below(std::uint64_t{1} << 53)) * 0x1p-52 - 1);
    }
    return numbers;
}

/// The values at the powers 3^0, 3^1, ... of the root, multiplied out.
Numbers values_of(const Numbers &coefficients) {
    const std::size_t degree = coefficients.size();
    const long double pi = std::acos(-1.0L);
    Numbers values;
    std::size_t power = 1;
    for (std::size_t slot = 0; slot < degree / 2; ++slot, power = power * 3 % (2 * degree)) {
        long double sum = 0;
        for (std::size_t k = 0; k < degree; ++k) {
            const long double turn =
                static_cast<long double>(power * k % (2 * degree)) / static_cast<long double>(degree);
            sum += static_cast<long double>(coefficients[k]) * std::cos(pi * turn);
        }
        values.push_back(static_cast<double>(sum));
    }
    return values;
}

/// A column that we encode, and SEAL: in NTT form.
struct Encoded {
    std::vector<std::uint64_t> ours;
    std::vector<std::uint64_t> theirs;
};

Encoded encode(const Context &context, std::size_t limbs, const Numbers &values, double scale) {
    const std::size_t degree = context.degree();
    Encoded encoded{std::vector<std::uint64_t>(limbs * degree), std::vector<std::uint64_t>(limbs * degree)};
    const Message message = Encoder(context, limbs, Packing::kSlots, Form::kNtt, scale)
                                .encode(values.data(), values.size(), encoded.ours.data());
    for (std::size_t limb = 0; message.form == Form::kCoefficient && limb < limbs; ++limb) {
        context.to_ntt(encoded.ours.data() + limb * degree, limb);
    }
    seal::Plaintext plain;
    context.ckks_encoder().encode(values, context.level(limbs).parms_id, scale, plain);
    std::copy_n(plain.data(), limbs * degree, encoded.theirs.begin());
    return encoded;
}

/// By how much the most different coefficients differ; it has to be the same integer modulo all primes.
double largest_gap(const Context &context, Encoded encoded) {
    const std::size_t degree = context.degree();
    std::vector<std::int64_t> gaps(degree);
    double largest = 0;
    for (std::size_t limb = 0; limb * degree < encoded.ours.size(); ++limb) {
        const std::uint64_t q = context.prime(limb);
        std::uint64_t *ours = encoded.ours.data() + limb * degree;
        std::uint64_t *theirs = encoded.theirs.data() + limb * degree;
        context.from_ntt(ours, limb);
        context.from_ntt(theirs, limb);
        for (std::size_t j = 0; j < degree; ++j) {
            const std::int64_t gap = centred(sub_mod(ours[j], theirs[j], q), q);
            gaps[j] = limb == 0 ? gap : gaps[j];
            CHECK_EQ(gap, gaps[j]);
            largest = std::max(largest, std::fabs(static_cast<double>(gap)));
        }
    }
    return largest;
}

Numbers decode(const Context &context, std::size_t limbs, const std::vector<std::uint64_t> &residues, double scale,
               std::size_t count) {
    Numbers values(count);
    Encoder(context, limbs, Packing::kSlots, Form::kNtt, scale).decode(residues.data(), values.data(), count);
    return values;
}

Numbers seal_decode(const Context &context, std::size_t limbs, const std::vector<std::uint64_t> &residues,
                    double scale) {
    seal::Plaintext plain;
    plain.resize(residues.size());
    std::copy(residues.begin(), residues.end(), plain.data());
    plain.parms_id() = context.level(limbs).parms_id;
    plain.scale() = scale;
    Numbers values;
    context.ckks_encoder().decode(plain, values);
    return values;
}

double mean_square_error(const Numbers &actual, const Numbers &expected) {
    double sum = 0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        sum += (actual[i] - expected[i]) * (actual[i] - expected[i]);
    }
    return sum / static_cast<double>(expected.size());
}

const std::vector<std::vector<int>> kPrimeSizes = {{44, 44, 44, 44}, {50, 44, 60, 44, 60}};

}  // namespace

TEST("a polynomial's slots are its values at the odd powers of a root, in the order of powers of three") {
    check::Random random;
    for (std::size_t degree = 2; degree <= 512; degree *= 2) {
        const check::Note note("degree " + std::to_string(degree));
        const RealSlots slots(degree);
        const Numbers coefficients = random_numbers(random, degree, 1);
        const Numbers expected = values_of(coefficients);
        Numbers copy = coefficients;
        Numbers values(degree / 2);
        slots.evaluate(copy.data(), values.size(), values.data());
        // Sums of as many as 512 numbers below 1.
        CHECK_BETWEEN(0, largest_error(values, expected), 1e-13);
        slots.interpolate(values.data(), values.size(), 8, copy.data());
        slots.evaluate(copy.data(), values.size(), values.data());
        for (double &value : values) {
            value /= 8;
        }
        CHECK_BETWEEN(0, largest_error(values, expected), 2e-13);
    }
}

TEST("slots without a value are zeros") {
    check::Random random;
    const RealSlots slots(256);
    const Numbers few = random_numbers(random, 5, 1);
    Numbers coefficients(256), values(128);
    slots.interpolate(few.data(), few.size(), 1, coefficients.data());
    slots.evaluate(coefficients.data(), values.size(), values.data());
    Numbers expected = few;
    expected.resize(128);
    CHECK_BETWEEN(0, largest_error(values, expected), 1e-14);
}

TEST("numbers are rounded to the nearest integers, however large, and one that is too large is noticed") {
    check::Random random;
    Numbers numbers = {0,      0.25,    -0.25,      0.75,   -0.75,   1.5,          2.5,          -1,
                       0x1p52, -0x1p52, 0x1p53 + 2, 0x1p63, -0x1p63, kMostRounded, -kMostRounded};
    while (numbers.size() < 1003) {
        numbers.push_back(std::ldexp(random_numbers(random, 1, 1)[0], static_cast<int>(random.below(103))));
    }
    std::vector<std::uint64_t> low(numbers.size()), high(numbers.size());
    CHECK(round_to_digits(numbers.data(), numbers.size(), kMostRounded, low.data(), high.data()));
    for (std::size_t j = 0; j < numbers.size(); ++j) {
        const auto offset = static_cast<__int128>(1) << kOffsetBits;
        const __int128 n = (static_cast<__int128>(high[j]) << 52) + low[j] - offset;
        CHECK(low[j] < std::uint64_t{1} << 52);
        CHECK(n == static_cast<__int128>(std::nearbyint(numbers[j])));
    }
    for (const double outside : {17.5, -17.5, std::nextafter(kMostRounded, 1e300), -1e200}) {
        numbers = Numbers(100, 17);
        numbers[random.below(100)] = outside;
        CHECK(!round_to_digits(numbers.data(), 100, std::fabs(outside) > 18 ? kMostRounded : 17, low.data(),
                               high.data()));
    }
}

TEST("columns are encoded to SEAL's integers, but for what doubles leave open, with every kernel") {
    // Before they are rounded, coefficients of 4096 slots below 1 are below 1 times the scale, and both encoders' errors
    // some units of 2^-53 of that: where it is much less than 1, only halves are rounded differently.
    check::Random random;
    for (const std::vector<int> &bits : kPrimeSizes) {
        for (const int scale_bits : {20, 40, 44, 70, 98}) {
            const double scale = std::ldexp(1, scale_bits);
            const Numbers values = random_numbers(random, random.one_of<std::size_t>({1, 100, 4096}), 1);
            std::vector<std::uint64_t> first;
            for (const kernel::Microkernel *kernel : kernel::supported()) {
                const check::Note note(std::string(kernel->name) + ", scale 2^" + std::to_string(scale_bits));
                const Context context({Scheme::kCkks, 8192, primes(8192, bits), 0, false}, *kernel);
                for (std::size_t limbs = context.data_limbs(); limbs * 44 > static_cast<std::size_t>(scale_bits) + 2;
                     --limbs) {
                    const Encoded encoded = encode(context, limbs, values, scale);
                    CHECK_BETWEEN(0, largest_gap(context, encoded), 1 + scale * 0x1p-50);
                    first = first.empty() ? encoded.ours : first;
                    CHECK(std::equal(encoded.ours.begin(), encoded.ours.end(), first.begin()));
                }
            }
        }
    }
}

TEST("numbers whose coefficients a double's integers cannot be split for are left to SEAL") {
    check::Random random;
    const Context context({Scheme::kCkks, 1024, primes(1024, {50, 50, 50, 50, 50}), 0, false});
    const Numbers values = random_numbers(random, 512, 1);
    const Encoded encoded = encode(context, 4, values, 0x1p150);
    CHECK_EQ(encoded.ours, encoded.theirs);
    CHECK_BETWEEN(0, largest_error(decode(context, 4, encoded.ours, 0x1p150, 512), values), 1e-14);
}

TEST("columns are decoded as accurately as SEAL decodes them, and what is encoded is decoded as accurately") {
    check::Random random;
    for (const kernel::Microkernel *kernel : kernel::supported()) {
        for (const std::vector<int> &bits : kPrimeSizes) {
            const Context context({Scheme::kCkks, 8192, primes(8192, bits), 0, false}, *kernel);
            for (const int scale_bits : {20, 40, 44, 70, 98}) {
                for (std::size_t limbs = context.data_limbs(); limbs * 44 > static_cast<std::size_t>(scale_bits) + 2;
                     --limbs) {
                    const check::Note note(std::string(kernel->name) + ", scale 2^" + std::to_string(scale_bits) +
                                           ", " + std::to_string(limbs) + " primes");
                    const double scale = std::ldexp(1, scale_bits);
                    const Numbers values = random_numbers(random, 4096, 1);
                    const Encoded encoded = encode(context, limbs, values, scale);
                    const Numbers ours = decode(context, limbs, encoded.ours, scale, 4096);
                    const Numbers both = decode(context, limbs, encoded.theirs, scale, 4096);
                    const Numbers theirs = seal_decode(context, limbs, encoded.theirs, scale);
                    // Rounding leaves errors of 4096 slots with a deviation of sqrt(8192 / 12) / scale, doubles some
                    // of 2^-52: the mean squares of both ways agree, up to what 4096 samples leave open.
                    const double expected = mean_square_error(theirs, values);
                    CHECK_BETWEEN(0, mean_square_error(ours, values), 1.5 * expected);
                    CHECK_BETWEEN(0, mean_square_error(both, values), 1.5 * expected);
                    CHECK_BETWEEN(0, largest_error(both, theirs), 1e-14);
                }
            }
        }
    }
}
