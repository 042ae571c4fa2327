// Hiding: the values stay, the noise is what was meant, and the bits are those of SEAL's transforms and modulus switching.

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "check.h"
#include "nightjar/hiding.h"
#include "support.h"

using namespace support;

namespace {

/// As in protocols, but with a larger plain modulus.
const Context &profile() {
    static const Context context(
        {Scheme::kBfv, 8192, primes(8192, {44, 44, 44, 20}), seal::PlainModulus::Batching(8192, 30).value(), true});
    return context;
}

/// Rings of every arithmetic: primes that vectors take, that they do not, and of very different sizes.
std::vector<std::vector<int>> prime_sizes() { return {{44, 44, 44, 30}, {60, 44, 60, 30}, {60, 20, 50, 30}, {50, 30}}; }

Seed seed_of(std::uint8_t first) {
    Seed seed;
    for (std::size_t i = 0; i < seed.size(); ++i) {
        seed[i] = static_cast<std::uint8_t>(first + 3 * i);
    }
    return seed;
}

OwnedBlock hide(const Context &context, const Block &key, const Block &input, const Seed &seed, std::uint64_t first,
                int flood_bits, std::size_t limbs, Form form = Form::kCoefficient) {
    OwnedBlock output(context, input.columns, 2, limbs, form);
    Hider hider(context, key, seed, flood_bits, input.limbs);
    for (std::size_t column = 0; column < input.columns; ++column) {
        hider.hide(input, column, first + column, *output);
    }
    return output;
}

std::vector<double> noise(const Owner &owner, const Block &block, std::size_t column) {
    std::vector<double> found(block.degree);
    Decryptor(owner.context, owner.secret, block).noise(column, found.data());
    return found;
}

double mean_square(const std::vector<double> &numbers) {
    double sum = 0;
    for (const double number : numbers) {
        sum += number * number;
    }
    return sum / static_cast<double>(numbers.size());
}

/// The definition, with SEAL's arithmetic.
seal::Ciphertext hidden_by_seal(const Context &context, const Block &key, const Block &input, std::size_t column,
                                const Seed &seed, std::uint64_t number, int flood_bits, std::size_t limbs) {
    const std::size_t degree = context.degree();
    SecretSampler sampler(seed, Purpose::kHiding, number);
    SecretWords ephemeral(degree), noises(degree), low(degree), high(degree);
    seal::Ciphertext sum = to_seal_bfv(context, input, column);
    sampler.ternary(ephemeral);
    for (std::size_t poly = 0; poly < 2; ++poly) {
        sampler.noise(noises);
        if (poly == 0 && flood_bits > 0) {
            sampler.wide(flood_bits + 1, low, high);
        }
        for (std::size_t limb = 0; limb < input.limbs; ++limb) {
            const std::uint64_t q = context.prime(limb);
            const auto modulo = [q](__int128 x) {
                const auto modulus = static_cast<__int128>(q);
                return static_cast<std::uint64_t>((x % modulus + modulus) % modulus);
            };
            const auto &tables = context.seal().key_context_data()->small_ntt_tables()[limb];
            std::vector<std::uint64_t> product(degree);
            for (std::size_t j = 0; j < degree; ++j) {
                product[j] = modulo(static_cast<std::int64_t>(ephemeral[j]));
            }
            seal::util::ntt_negacyclic_harvey(seal::util::CoeffIter(product.data()), tables);
            for (std::size_t j = 0; j < degree; ++j) {
                product[j] = modulo(static_cast<__int128>(product[j]) * key.plane(0, poly, limb)[j]);
            }
            seal::util::inverse_ntt_negacyclic_harvey(seal::util::CoeffIter(product.data()), tables);
            for (std::size_t j = 0; j < degree; ++j) {
                __int128 total = static_cast<__int128>(product[j]) - static_cast<std::int64_t>(noises[j]);
                if (poly == 0 && flood_bits > 0) {
                    total += (static_cast<__int128>(high[j]) << 52) + static_cast<__int128>(low[j]) -
                             (static_cast<__int128>(1) << flood_bits);
                }
                std::uint64_t &residue = sum.data(poly)[limb * degree + j];
                residue = modulo(total + residue);
            }
        }
    }
    while (sum.coeff_modulus_size() > limbs) {
        context.evaluator().mod_switch_to_next_inplace(sum);
    }
    return sum;
}

}  // namespace

TEST("hiding keeps the values and the margin says what noise is left, with any number of primes") {
    check::Random random;
    Owner owner(profile());
    const OwnedBlock key = public_key(owner);
    const Values values = full_range_values(random, profile(), 2);
    const OwnedBlock block = encrypt(owner, values, Packing::kSlots, Form::kNtt);
    const double bits_left[] = {0, 11, 55, 99};
    for (std::size_t limbs = 1; limbs <= 3; ++limbs) {
        for (const int flood_bits : {0, 99}) {
            const check::Note note(std::to_string(limbs) + " primes, flood of " + std::to_string(flood_bits));
            const OwnedBlock hidden = hide(profile(), *key, *block, seed_of(1), 7, flood_bits, limbs);
            for (std::size_t column = 0; column < 2; ++column) {
                const Decrypted found = decrypt(owner, *hidden, column, Packing::kSlots, profile().degree());
                CHECK_EQ(found.values, values[column]);
                const seal::Ciphertext ciphertext = to_seal_bfv(profile(), *hidden, column);
                CHECK_EQ(found.coefficients, seal_decrypt(owner, ciphertext));
                const int budget = owner.seal_decryptor.invariant_noise_budget(ciphertext);
                CHECK_BETWEEN(budget - 1, found.margin, budget + 1);
                if (flood_bits > 0) {
                    // Of 8192 uniform numbers the largest is above half of the range but for a chance of 2^-8192; the
                    // rounding adds less than 2^9 but for a chance below 2^-100.
                    const double t = static_cast<double>(profile().parameters().plain_modulus);
                    const double room = modulus_bits(profile(), limbs) - 1 - std::log2(t);
                    CHECK_BETWEEN(room - bits_left[limbs] - 0.2, found.margin, room - bits_left[limbs] + 1.1);
                }
            }
        }
    }
}

TEST("slots that are not kept are covered with numbers that are spread over the plaintexts") {
    check::Random random;
    Owner owner(profile());
    const OwnedBlock key = public_key(owner);
    const std::size_t degree = profile().degree();
    std::vector<bool> kept(degree);
    for (std::size_t j = 0; j < degree; ++j) {
        kept[j] = j % 5 == 3 || j < 100;
    }
    const Values values = full_range_values(random, profile(), 2);
    const OwnedBlock block = encrypt(owner, values, Packing::kSlots, Form::kNtt);
    const OwnedBlock hidden = hide(profile(), *key, *block, seed_of(1), 7, 90, 1);
    const Encoder encoder(profile(), 1, Packing::kSlots, Form::kCoefficient, 1);
    const double t = static_cast<double>(profile().parameters().plain_modulus);
    std::vector<std::vector<std::int64_t>> masks;
    for (std::size_t column = 0; column < 2; ++column) {
        cover_other_slots(profile(), encoder, seed_of(1), 7 + column, kept, *hidden, column);
        const Decrypted found = decrypt(owner, *hidden, column, Packing::kSlots, degree);
        masks.emplace_back();
        double sum = 0;
        for (std::size_t j = 0; j < degree; ++j) {
            double mask = static_cast<double>(found.values[j] - values[column][j]);
            mask -= t * std::round(mask / t);
            masks.back().push_back(static_cast<std::int64_t>(mask));
            if (kept[j]) {
                CHECK_EQ(mask, 0.0);
            }
            sum += mask * mask;
        }
        // Uniform on an interval of length t; 7 standard deviations of the mean square.
        const double count = static_cast<double>(std::count(kept.begin(), kept.end(), false));
        CHECK_BETWEEN(1 - 7 * 0.9 / std::sqrt(count), 12 * sum / count / (t * t), 1 + 7 * 0.9 / std::sqrt(count));
        CHECK_BETWEEN(5.0, found.margin, 9.0);
    }
    CHECK(masks[0] != masks[1]);
}

TEST("hiding is SEAL's transforms and modulus switching, to the bit, in every kernel") {
    check::Random random;
    for (const std::vector<int> &bits : prime_sizes()) {
        const Parameters parameters{Scheme::kBfv, 64, primes(64, bits), 65537, false};
        const Context portable(parameters, kernel::choose("portable"));
        const Owner owner(portable);
        const OwnedBlock key = public_key(owner);
        const OwnedBlock input = random_block(random, portable, 3, 2, portable.data_limbs(), Form::kNtt);
        const int modulus = static_cast<int>(modulus_bits(portable, portable.data_limbs()));
        for (const kernel::Microkernel *microkernel : kernel::supported()) {
            const Context context(parameters, *microkernel);
            for (std::size_t limbs = 1; limbs <= context.data_limbs(); ++limbs) {
                for (const int flood_bits : {0, 1, 7, 51, 52, 63, 64, 103, 104, 110, 111}) {
                    if (flood_bits >= modulus - 1) {
                        continue;
                    }
                    const check::Note note(std::string(microkernel->name) + ", " + std::to_string(limbs) + " of " +
                                           std::to_string(context.data_limbs()) + " primes, the first of " +
                                           std::to_string(bits[0]) + " bits, flood of " + std::to_string(flood_bits));
                    const std::uint64_t first = (std::uint64_t{5} << 32) + 1;
                    const OwnedBlock actual = hide(context, *key, *input, seed_of(2), first, flood_bits, limbs);
                    for (std::size_t column = 0; column < 3; ++column) {
                        const seal::Ciphertext expected = hidden_by_seal(portable, *key, *input, column, seed_of(2),
                                                                         first + column, flood_bits, limbs);
                        for (std::size_t poly = 0; poly < 2; ++poly) {
                            const std::uint64_t *residues = expected.data(poly);
                            CHECK_EQ(actual.poly(column, poly),
                                     std::vector<std::uint64_t>(residues, residues + limbs * context.degree()));
                        }
                    }
                }
            }
        }
    }
}

TEST("hiding real numbers is the same with SEAL's transforms, to the bit, in every kernel, and stays in NTT form") {
    check::Random random;
    for (const std::vector<int> &bits : prime_sizes()) {
        const Parameters parameters{Scheme::kCkks, 64, primes(64, bits), 0, false};
        const Context portable(parameters, kernel::choose("portable"));
        const Owner owner(portable);
        const OwnedBlock key = public_key(owner);
        for (std::size_t limbs = 1; limbs <= portable.data_limbs(); ++limbs) {
            const OwnedBlock input = random_block(random, portable, 2, 2, limbs, Form::kNtt);
            for (const int flood_bits : {0, 1, 40, 60, 100}) {
                if (flood_bits >= static_cast<int>(modulus_bits(portable, limbs)) - 1) {
                    continue;
                }
                for (const kernel::Microkernel *microkernel : kernel::supported()) {
                    const check::Note note(std::string(microkernel->name) + ", " + std::to_string(limbs) +
                                           " primes, the first of " + std::to_string(bits[0]) + " bits, flood of " +
                                           std::to_string(flood_bits));
                    const Context context(parameters, *microkernel);
                    const OwnedBlock hidden = hide(context, *key, *input, seed_of(8), 9, flood_bits, limbs, Form::kNtt);
                    for (std::size_t column = 0; column < 2; ++column) {
                        const seal::Ciphertext actual = to_seal_bfv(portable, *hidden, column);
                        const seal::Ciphertext expected =
                            hidden_by_seal(portable, *key, *input, column, seed_of(8), 9 + column, flood_bits, limbs);
                        const std::size_t words = 2 * limbs * context.degree();
                        CHECK_EQ(std::vector<std::uint64_t>(actual.data(), actual.data() + words),
                                 std::vector<std::uint64_t>(expected.data(), expected.data() + words));
                    }
                }
            }
        }
    }
}

TEST("the same seed and number hide alike, and another seed or number does not") {
    check::Random random;
    const Context context({Scheme::kBfv, 1024, primes(1024, {44, 44, 30}), 65537, false});
    const Owner owner(context);
    const OwnedBlock key = public_key(owner);
    OwnedBlock input = random_block(random, context, 2, 2, 2, Form::kNtt);
    std::memcpy(input->column(1), input->column(0), 4 * context.degree() * sizeof(std::uint64_t));
    for (const int flood_bits : {0, 60}) {
        const OwnedBlock hidden = hide(context, *key, *input, seed_of(3), 10, flood_bits, 1);
        CHECK_EQ(hide(context, *key, *input, seed_of(3), 10, flood_bits, 1).words(), hidden.words());
        const OwnedBlock shifted = hide(context, *key, *input, seed_of(3), 11, flood_bits, 1);
        const OwnedBlock other = hide(context, *key, *input, seed_of(4), 10, flood_bits, 1);
        for (std::size_t poly = 0; poly < 2; ++poly) {
            CHECK_EQ(shifted.poly(0, poly), hidden.poly(1, poly));
            CHECK(hidden.poly(1, poly) != hidden.poly(0, poly));
            CHECK(other.poly(0, poly) != hidden.poly(0, poly));
        }
    }
}

TEST("the flood is uniform on its interval, and division makes it smaller by the primes") {
    // Fixed seeds for what is tested; the keys' noise is far below it. A mean square of 8192 numbers has a relative
    // standard deviation of 1 %, and a mean one of 1.1 % of the root mean square.
    Owner owner(profile());
    const OwnedBlock key = public_key(owner);
    const OwnedBlock block = encrypt(owner, Values{{1, 2, 3}}, Packing::kSlots, Form::kNtt);
    struct Case {
        int flood_bits;
        std::size_t limbs;
    };
    for (const Case &c : {Case{45, 3}, Case{60, 3}, Case{99, 3}, Case{80, 2}, Case{99, 2}, Case{99, 1}}) {
        const check::Note note("flood of " + std::to_string(c.flood_bits) + ", " + std::to_string(c.limbs) + " primes");
        const OwnedBlock hidden = hide(profile(), *key, *block, seed_of(5), 1, c.flood_bits, c.limbs);
        const std::vector<double> found = noise(owner, *hidden, 0);
        double bound = std::exp2(c.flood_bits);
        for (std::size_t limb = c.limbs; limb < 3; ++limb) {
            bound /= static_cast<double>(profile().prime(limb));
        }
        const double room = bound + (c.limbs < 3 ? 400 : std::exp2(25));
        double sum = 0;
        for (const double number : found) {
            CHECK_BETWEEN(-room, number, room);
            sum += number;
        }
        CHECK_BETWEEN(0.93, mean_square(found) / (bound * bound / 3), 1.07);
        CHECK_BETWEEN(-0.08, sum / static_cast<double>(found.size()) / bound * std::sqrt(3.0), 0.08);
    }
}

TEST("without a flood the noise is that of an encryption of zero under the public key") {
    // A trivial encryption of zero has no noise of its own. Of e u + e0 + e1 s, with ternary u and s, a coefficient has
    // the variance 10.5 (2 (2 N / 3) + 1); sums over one u and one s vary by less than a tenth.
    Owner owner(profile());
    const OwnedBlock key = public_key(owner);
    const std::size_t degree = profile().degree();
    OwnedBlock block(profile(), 1, 2, 3, Form::kNtt);
    std::fill_n(block->column(0), 6 * degree, 0);
    CHECK_EQ(mean_square(noise(owner, *block, 0)), 0.0);
    const OwnedBlock hidden = hide(profile(), *key, *block, seed_of(6), 0, 0, 3);
    const double expected = 10.5 * (4.0 * static_cast<double>(degree) / 3 + 1);
    CHECK_BETWEEN(0.8, mean_square(noise(owner, *hidden, 0)) / expected, 1.2);
}

TEST("noise is what the definition says, exactly, for one prime and for several") {
    check::Random random;
    const std::uint64_t t = 65537;
    for (const std::vector<int> &bits : prime_sizes()) {
        const Context context({Scheme::kBfv, 64, primes(64, bits), t, false});
        const Owner owner(context);
        for (std::size_t limbs = 1; limbs <= context.data_limbs(); ++limbs) {
            // A ciphertext (message + noise, 0) with a noise that is known.
            const check::Note note(std::to_string(limbs) + " primes, first " + std::to_string(context.prime(0)));
            OwnedBlock block(context, 1, 2, limbs, Form::kCoefficient);
            std::fill_n(block->column(0), 2 * limbs * 64, 0);
            const Values values = full_range_values(random, context, 1);
            std::vector<std::uint64_t> message(limbs * 64);
            Encoder(context, limbs, Packing::kCoefficients, Form::kCoefficient, 1)
                .encode(values[0].data(), 64, message.data());
            const double room = modulus_bits(context, limbs) - 18;  // up to q / 4t
            const auto limit = static_cast<std::int64_t>(std::exp2(std::min(52.0, room)));
            std::vector<double> expected;
            for (std::size_t j = 0; j < 64; ++j) {
                const std::int64_t e = j == 0 ? limit : j == 1 ? -limit : random.between(-limit, limit);
                expected.push_back(static_cast<double>(e));
                for (std::size_t limb = 0; limb < limbs; ++limb) {
                    const auto q = static_cast<__int128>(context.prime(limb));
                    const __int128 sum = static_cast<__int128>(message[limb * 64 + j]) + e;
                    block->plane(0, 0, limb)[j] = static_cast<std::uint64_t>((sum % q + q) % q);
                }
            }
            CHECK_EQ(noise(owner, *block, 0), expected);
        }
    }
}

TEST("a flood that does not fit the modulus is refused") {
    const Context context({Scheme::kBfv, 1024, primes(1024, {44, 44, 30}), 65537, false});
    const Owner owner(context);
    const OwnedBlock key = public_key(owner);
    CHECK_THROWS(Hider(context, *key, seed_of(7), 87, 2), ErrorKind::kInvalidArgument,
                 "a flood of 2^87 does not fit: with a modulus of 88 bits the exponent is from 0 to 86");
    CHECK_THROWS(Hider(context, *key, seed_of(7), -1, 2), ErrorKind::kInvalidArgument, "from 0 to 86");
    CHECK_THROWS(Hider(context, *key, seed_of(7), 43, 1), ErrorKind::kInvalidArgument, "a modulus of 44 bits");
    CHECK_THROWS(Hider(profile(), *key, seed_of(7), 112, 3), ErrorKind::kInvalidArgument, "from 0 to 111");
    Hider(context, *key, seed_of(7), 86, 2);
}
