// The vectorised polynomial arithmetic against SEAL's transforms, the scalar code and __int128, for every kernel that this
// machine runs. Equal means equal bits: in residues, in plaintexts, in noise margins.

#include <seal/util/ntt.h>

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "check.h"
#include "nightjar/bit_packing.h"
#include "nightjar/kernel/dispatch.h"
#include "nightjar/ring.h"
#include "nightjar/sampling.h"
#include "support.h"

using namespace support;

namespace {

using Words = std::vector<std::uint64_t>;
using Wide = unsigned __int128;
using Sizes = std::vector<std::vector<int>>;  // of primes, in bits

int log2_of(std::size_t power) { return __builtin_ctzll(power); }

std::vector<const kernel::RingKernel *> ring_kernels() {
    std::vector<const kernel::RingKernel *> kernels;
    for (const kernel::Microkernel *microkernel : kernel::supported()) {
        if (microkernel->ring != nullptr) {
            kernels.push_back(microkernel->ring);
        }
    }
    return kernels;
}

/// The greatest and the least prime of so many bits that is 1 modulo twice the degree; none if there is none.
Words transform_primes(std::size_t degree, int bits) {
    const std::uint64_t step = 2 * degree;
    const std::uint64_t low = std::uint64_t{1} << (bits - 1);
    Words found;
    for (std::uint64_t q = 2 * low - step + 1; q > low && found.empty(); q -= step) {
        if (seal::Modulus(q).is_prime()) {
            found.push_back(q);
        }
    }
    for (std::uint64_t q = low + 1; q < 2 * low && found.size() == 1; q += step) {
        if (q % step == 1 && seal::Modulus(q).is_prime()) {
            found.push_back(q);
        }
    }
    return found;
}

/// Residues: random, random at the ends, all least and all greatest.
std::vector<Words> inputs(check::Random &random, std::size_t degree, std::uint64_t q) {
    Words any(degree);
    Words ends(degree);
    for (std::size_t j = 0; j < degree; ++j) {
        any[j] = random.below(q);
        ends[j] = random.below(2) * (q - 1);
    }
    return {any, ends, Words(degree, 0), Words(degree, q - 1)};
}

/// A prime of every size that the degree has transforms for.
template <typename Body>
void each_prime(std::size_t degree, int least_bits, int most_bits, Body body) {
    for (int bits = std::max(least_bits, log2_of(degree) + 3); bits <= most_bits; ++bits) {
        for (const std::uint64_t q : transform_primes(degree, bits)) {
            const check::Note note("degree " + std::to_string(degree) + ", prime " + std::to_string(q));
            body(q);
        }
    }
}

/// Reads memory at addresses that no vector likes.
Words shifted(const Words &words) {
    Words copy(words.size() + 1);
    std::copy(words.begin(), words.end(), copy.begin() + 1);
    return copy;
}

}  // namespace

TEST("transforms are SEAL's to the bit and undo each other, for degrees from 4 to 32768 and primes of 20 to 60 bits") {
    check::Random random;
    for (const kernel::RingKernel *wide : ring_kernels()) {
        for (std::size_t degree = 4; degree <= 32768; degree *= 2) {
            each_prime(degree, 20, 60, [&](std::uint64_t q) {
                const seal::util::NTTTables tables(log2_of(degree), seal::Modulus(q));
                const Ring ring(tables, wide);
                const bool narrow = log2_of(degree) >= wide->min_log_degree && q >> wide->max_prime_bits == 0;
                CHECK_EQ(ring.narrow() != nullptr, narrow);
                for (const Words &input : inputs(random, degree, q)) {
                    Words expected = input;
                    seal::util::ntt_negacyclic_harvey(seal::util::CoeffIter(expected.data()), tables);
                    Words actual = shifted(input);
                    ring.to_ntt(actual.data() + 1);
                    CHECK_EQ(Words(actual.begin() + 1, actual.end()), expected);
                    ring.from_ntt(actual.data() + 1);
                    CHECK_EQ(Words(actual.begin() + 1, actual.end()), input);

                    expected = input;
                    seal::util::inverse_ntt_negacyclic_harvey(seal::util::CoeffIter(expected.data()), tables);
                    actual = input;
                    ring.from_ntt(actual.data());
                    CHECK_EQ(actual, expected);
                }
            });
        }
    }
}

TEST("a ring without a kernel, and one of a degree below the kernel's, leave everything to the scalar code") {
    const seal::util::NTTTables small(5, seal::Modulus(transform_primes(32, 44)[0]));
    const seal::util::NTTTables large(11, seal::Modulus(transform_primes(2048, 44)[0]));
    CHECK(!Ring(large, nullptr).vectorised());
    for (const kernel::RingKernel *wide : ring_kernels()) {
        CHECK(!Ring(small, wide).vectorised());
        CHECK(Ring(large, wide).vectorised());
    }
    CHECK(Context({Scheme::kBfv, 2048, primes(2048, {44}), 256, true}, kernel::choose("portable")).ring_kernel() ==
          nullptr);
}

TEST("products, sums and differences are what they should be, also in place") {
    check::Random random;
    for (const kernel::RingKernel *wide :
         {ring_kernels().empty() ? nullptr : ring_kernels()[0], static_cast<const kernel::RingKernel *>(nullptr)}) {
        for (const std::size_t degree : {64, 256}) {
            each_prime(degree, 20, 60, [&](std::uint64_t q) {
                const seal::util::NTTTables tables(log2_of(degree), seal::Modulus(q));
                const Ring ring(tables, wide);
                const auto all = inputs(random, degree, q);
                for (std::size_t i = 0; i < all.size() * all.size() * all.size(); ++i) {
                    const Words &a = all[i % 4];
                    const Words &b = all[i / 4 % 4];
                    const Words &f = all[i / 16];
                    Words quotients(degree), sum(degree), difference(degree), plain(degree), plus(degree);
                    Words minus(degree), small(degree), noise(degree);
                    for (std::size_t j = 0; j < degree; ++j) {
                        quotients[j] = make_factor(f[j], q).quotient;
                        const auto product = static_cast<std::uint64_t>(Wide{a[j]} * f[j] % q);
                        sum[j] = (product + b[j]) % q;
                        difference[j] = (b[j] + q - product) % q;
                        plain[j] = product;
                        plus[j] = (a[j] + b[j]) % q;
                        minus[j] = (a[j] + q - b[j]) % q;
                        const std::int64_t e = random.between(-21, 21);
                        small[j] = static_cast<std::uint64_t>(e);
                        noise[j] = (a[j] + q - small_residue(small[j], q)) % q;
                    }
                    const kernel::Factors factors{f.data(), quotients.data()};
                    Words output(degree);
                    ring.multiply_add(a.data(), factors, b.data(), output.data());
                    CHECK_EQ(output, sum);
                    ring.multiply_add(a.data(), factors, nullptr, output.data());
                    CHECK_EQ(output, plain);
                    ring.multiply_subtract(a.data(), factors, b.data(), output.data());
                    CHECK_EQ(output, difference);
                    ring.add(a.data(), b.data(), output.data());
                    CHECK_EQ(output, plus);
                    ring.subtract(a.data(), b.data(), output.data());
                    CHECK_EQ(output, minus);
                    ring.subtract(a.data(), small.data(), output.data());
                    CHECK_EQ(output, noise);
                    ring.subtract(nullptr, a.data(), output.data());
                    ring.add(output.data(), a.data(), output.data());
                    CHECK_EQ(output, Words(degree, 0));
                    output = a;
                    ring.multiply_add(output.data(), factors, b.data(), output.data());
                    CHECK_EQ(output, sum);
                    output = b;
                    ring.multiply_subtract(a.data(), factors, output.data(), output.data());
                    CHECK_EQ(output, difference);
                }
            });
        }
    }
}

TEST("products of residues, wide sums and lifts are what they should be, also in place") {
    check::Random random;
    for (const kernel::RingKernel *wide :
         {ring_kernels().empty() ? nullptr : ring_kernels()[0], static_cast<const kernel::RingKernel *>(nullptr)}) {
        const std::size_t degree = 64;
        each_prime(degree, 20, 60, [&](std::uint64_t q) {
            const seal::util::NTTTables tables(log2_of(degree), seal::Modulus(q));
            const Ring ring(tables, wide);
            const auto all = inputs(random, degree, q);
            for (std::size_t i = 0; i < all.size() * all.size() * all.size(); ++i) {
                const Words &a = all[i % 4];
                const Words &b = all[i / 4 % 4];
                const Words &c = all[i / 16];
                Words product(degree), sum(degree), output(degree);
                for (std::size_t j = 0; j < degree; ++j) {
                    product[j] = static_cast<std::uint64_t>(Wide{a[j]} * b[j] % q);
                    sum[j] = (product[j] + c[j]) % q;
                }
                ring.multiply(a.data(), b.data(), nullptr, output.data());
                CHECK_EQ(output, product);
                output = c;
                ring.multiply(a.data(), b.data(), output.data(), output.data());
                CHECK_EQ(output, sum);
            }
            for (const std::size_t count : {1, 2, 15, 16, 17, 40}) {
                std::vector<const std::uint64_t *> a, b;
                Words sum = all[count % 4];
                Words output = sum;
                for (std::size_t i = 0; i < count; ++i) {
                    // All greatest: the largest sums there are.
                    const Words &x = all[count % 2 == 0 ? 3 : random.below(4)];
                    const Words &y = all[count % 2 == 0 ? 3 : random.below(4)];
                    a.push_back(x.data());
                    b.push_back(y.data());
                    for (std::size_t j = 0; j < degree; ++j) {
                        sum[j] = static_cast<std::uint64_t>((Wide{x[j]} * y[j] + sum[j]) % q);
                    }
                }
                Words without(degree);
                ring.sum_products(count, a.data(), b.data(), nullptr, without.data());
                ring.add(without.data(), output.data(), without.data());
                ring.sum_products(count, a.data(), b.data(), output.data(), output.data());
                CHECK_EQ(output, sum);
                CHECK_EQ(without, sum);
            }
            for (const Words &a : all) {
                for (const std::uint64_t constant : {std::uint64_t{0}, std::uint64_t{1}, q - 1, random.below(q)}) {
                    Words expected(degree);
                    for (std::size_t j = 0; j < degree; ++j) {
                        expected[j] = static_cast<std::uint64_t>((Wide{a[j]} * constant + all[1][j]) % q);
                    }
                    Words output = a;
                    ring.multiply_constant(output.data(), constant, all[1].data(), output.data());
                    CHECK_EQ(output, expected);
                }
            }
            for (const Words &a : all) {
                for (const int power : {0, 1, 51, 52, 63, 64, 104, 110, 127}) {
                    Words low(degree), high(degree), expected(degree);
                    for (std::size_t j = 0; j < degree; ++j) {
                        low[j] = j == 0 ? (std::uint64_t{1} << 52) - 1 : random.below(std::uint64_t{1} << 52);
                        high[j] = j == 0 ? UINT64_MAX : random.below(UINT64_MAX) >> random.below(64);
                        const Wide number = (Wide{high[j]} << 52) + low[j];
                        expected[j] = static_cast<std::uint64_t>((a[j] + number % q + q - (Wide{1} << power) % q) % q);
                    }
                    Words output = a;
                    ring.add_wide(low.data(), high.data(), power, output.data());
                    CHECK_EQ(output, expected);
                }
            }
            Words small(degree), lifted(degree);
            for (std::size_t j = 0; j < degree; ++j) {
                const auto end = static_cast<std::int64_t>(q - 1);
                const std::int64_t e = j == 0 ? end : j == 1 ? -end : j == 2 ? 0 : random.between(-end, end);
                small[j] = static_cast<std::uint64_t>(e);
                lifted[j] = e < 0 ? q - static_cast<std::uint64_t>(-e) : small[j];
            }
            ring.lift(small.data(), small.data());
            CHECK_EQ(small, lifted);
        });
    }
}

TEST("dropping a prime divides by it and rounds to the nearest integer, whichever of two primes is larger") {
    check::Random random;
    const std::size_t degree = 64;
    for (const kernel::RingKernel *wide :
         {ring_kernels().empty() ? nullptr : ring_kernels()[0], static_cast<const kernel::RingKernel *>(nullptr)}) {
        for (const auto &[bits, dropped_bits] : std::vector<std::pair<int, int>>{
                 {44, 44}, {44, 43}, {43, 44}, {20, 44}, {44, 20}, {50, 50}, {60, 44}, {44, 60}, {50, 51}, {20, 21}}) {
            const std::uint64_t q = transform_primes(degree, bits)[0];
            const std::uint64_t p = transform_primes(degree, dropped_bits)[1];
            const check::Note note(std::to_string(p) + " dropped, " + std::to_string(q) + " left");
            const seal::util::NTTTables tables(log2_of(degree), seal::Modulus(q));
            const seal::util::NTTTables dropped_tables(log2_of(degree), seal::Modulus(p));
            const Ring ring(tables, wide);
            const Ring dropped(dropped_tables, wide);
            Words last(degree), residues(degree), expected(degree);
            for (std::size_t j = 0; j < degree; ++j) {
                // x = whole p + rest, and its nearest multiple of p; also next to half way, and at the ends.
                const std::uint64_t rest = j < 4 ? Words{0, p - 1, p / 2, p / 2 + 1}[j] : random.below(p);
                const std::uint64_t whole = random.below(q);
                last[j] = rest;
                residues[j] = static_cast<std::uint64_t>((Wide{whole} * p + rest) % q);
                expected[j] = (whole + (rest > p / 2 ? 1 : 0)) % q;
            }
            // The same in two steps: x / p less rest / p.
            Words quotient(degree);
            ring.drop_remainder(dropped, last.data(), quotient.data());
            ring.multiply_constant(residues.data(), ring.inverse_of(dropped), quotient.data(), quotient.data());
            CHECK_EQ(quotient, expected);
            ring.drop_prime(dropped, last.data(), residues.data());
            CHECK_EQ(residues, expected);
            ring.reduce(dropped, last.data(), residues.data());
            for (std::size_t j = 0; j < degree; ++j) {
                CHECK_EQ(residues[j], last[j] % q);
            }
        }
    }
}

TEST("a plaintext is rounded to the nearest, exactly half way included, and the extreme remainders are found") {
    check::Random random;
    for (const kernel::RingKernel *wide : ring_kernels()) {
        for (const std::uint64_t t : {std::uint64_t{2}, std::uint64_t{3}, std::uint64_t{257}, std::uint64_t{1} << 16,
                                      std::uint64_t{786433}, std::uint64_t{1} << 26, (std::uint64_t{1} << 40) - 87}) {
            each_prime(64, 20, wide->max_prime_bits, [&](std::uint64_t q) {
                if (t >= q) {
                    return;
                }
                Words phase(1024);
                for (std::size_t j = 0; j < phase.size(); ++j) {
                    // Around an integer, around a half, and anywhere.
                    const auto near = static_cast<std::uint64_t>((Wide{random.below(2 * t)} * q) / (2 * t));
                    phase[j] = j % 3 == 0 ? random.below(q) : (near + q + random.below(5) - 2) % q;
                }
                Words output(phase.size());
                const kernel::Remainders found = wide->round(q, t, phase.size(), phase.data(), output.data());
                std::uint64_t largest_down = 0;
                std::uint64_t least_up = q;
                Words expected;
                for (const std::uint64_t x : phase) {
                    const Wide product = Wide{x} * t;
                    const auto rest = static_cast<std::uint64_t>(product % q);
                    const bool up = 2 * rest > q;
                    expected.push_back(static_cast<std::uint64_t>((product / q + (up ? 1 : 0)) % t));
                    largest_down = up ? largest_down : std::max(largest_down, rest);
                    least_up = up ? std::min(least_up, rest) : least_up;
                }
                CHECK_EQ(output, expected);
                CHECK_EQ(found.largest_down, largest_down);
                CHECK_EQ(found.least_up, least_up);
            });
        }
    }
}

TEST("every kernel encodes to the same residues, whatever the plain modulus, the primes and the number of records") {
    check::Random random;
    const std::uint64_t least = 17;
    for (const std::vector<int> &bits : Sizes{{30}, {44}, {50}, {60}, {44, 44, 30}, {44, 60, 30}}) {
        for (const std::uint64_t t :
             {least, std::uint64_t{256}, std::uint64_t{786433}, std::uint64_t{1} << 22, (std::uint64_t{1} << 26) - 27,
              std::uint64_t{1} << 26, (std::uint64_t{1} << 26) + 1, (std::uint64_t{1} << 30) - 35,
              (std::uint64_t{1} << 40) - 87}) {
            if (t >> (bits[0] - 1) != 0) {
                continue;  // SEAL wants a plain modulus below the ciphertexts'
            }
            const std::size_t degree = 64;
            const Parameters parameters{Scheme::kBfv, degree, primes(degree, bits), t, false};
            const Context portable(parameters, kernel::choose("portable"));
            for (const kernel::Microkernel *microkernel : kernel::supported()) {
                const Context context(parameters, *microkernel);
                const check::Note note("t " + std::to_string(t) + ", first prime " + std::to_string(context.prime(0)) +
                                       ", " + microkernel->name);
                const Values values = full_range_values(random, context, 3);
                for (const std::size_t count : {std::size_t{0}, std::size_t{1}, std::size_t{13}, degree}) {
                    for (const auto &column : values) {
                        const std::size_t limbs = context.data_limbs();
                        Words actual(limbs * degree, kUnwritten);
                        Words expected = actual;
                        Encoder(context, limbs, Packing::kCoefficients, Form::kNtt, 1)
                            .encode(column.data(), count, actual.data());
                        Encoder(portable, limbs, Packing::kCoefficients, Form::kNtt, 1)
                            .encode(column.data(), count, expected.data());
                        CHECK_EQ(actual, expected);
                    }
                }
            }
        }
    }
}

TEST("every kernel decrypts to the same coefficients with the same margin, to the last bit of it") {
    check::Random random;
    for (const std::vector<int> &bits :
         Sizes{{30}, {44}, {50}, {60}, {44, 44, 30}, {20, 44, 50, 30}, {50, 60, 50, 30}, {50, 50, 50, 50, 50, 30}}) {
        for (const std::uint64_t t :
             {std::uint64_t{2}, std::uint64_t{786433}, std::uint64_t{1} << 22, (std::uint64_t{1} << 30) - 35}) {
            if (t >> (bits[0] - 1) != 0) {
                continue;  // SEAL wants a plain modulus below the ciphertexts'
            }
            const std::size_t degree = 128;
            const Parameters parameters{Scheme::kBfv, degree, primes(degree, bits), t, false};
            const Context portable(parameters, kernel::choose("portable"));
            const SecretKey secret(portable);
            std::vector<std::uint8_t> bytes(SecretKey::exported_size(degree));
            secret.export_bytes(bytes.data());
            for (const Form form : {Form::kCoefficient, Form::kNtt}) {
                for (const std::size_t polys : {2, 3}) {
                    const std::size_t limbs = portable.data_limbs();
                    OwnedBlock block = random_block(random, portable, 3, polys, limbs, form);
                    std::fill_n(block->column(1), polys * limbs * degree, 0);
                    SymmetricEncryptor(portable, secret, fresh_seed()).encrypt_zero(*block, 2);
                    std::fill_n(block->plane(2, 2 % polys, 0), polys == 3 ? limbs * degree : 0, 0);
                    for (const kernel::Microkernel *microkernel : kernel::supported()) {
                        const Context context(parameters, *microkernel);
                        const SecretKey same(context, bytes.data(), bytes.size());
                        for (std::size_t column = 0; column < 3; ++column) {
                            const check::Note note("t " + std::to_string(t) + ", " + std::to_string(limbs) +
                                                   " primes, the first of " + std::to_string(bits[0]) +
                                                   " bits, column " + std::to_string(column) + ", " +
                                                   microkernel->name);
                            Words actual(degree), expected(degree);
                            const double margin = Decryptor(context, same, *block).decrypt(column, actual.data());
                            CHECK_EQ(margin, Decryptor(portable, secret, *block).decrypt(column, expected.data()));
                            CHECK_EQ(actual, expected);
                        }
                    }
                }
            }
        }
    }
}

TEST("every kernel reads the same values out of coefficients") {
    check::Random random;
    for (const std::uint64_t t : {std::uint64_t{2}, std::uint64_t{3}, std::uint64_t{786433}, std::uint64_t{1} << 22}) {
        const std::size_t degree = 64;
        const Context context({Scheme::kBfv, degree, primes(degree, {44}), t, false});
        Words coefficients(degree);
        std::generate(coefficients.begin(), coefficients.end(), [&] { return random.below(t); });
        coefficients[0] = t - 1;
        coefficients[1] = t / 2;
        for (const std::size_t count : {std::size_t{3}, degree}) {
            std::vector<std::int64_t> values(degree, 77);
            Encoder(context, 1, Packing::kCoefficients, Form::kNtt, 1)
                .decode(coefficients.data(), values.data(), count);
            std::vector<std::int64_t> expected(degree, 77);
            for (std::size_t j = 0; j < count; ++j) {
                expected[j] = centred(coefficients[j], t);
            }
            CHECK_EQ(values, expected);
        }
    }
}

TEST("six bytes make one centred binomial, in every kernel") {
    check::Random random;
    for (const kernel::RingKernel *wide : ring_kernels()) {
        const std::size_t count = 4096;
        std::vector<std::uint8_t> bytes(count * 6 + kernel::kReadAhead);
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            const std::uint64_t choice = i < 96 ? i / 48 : 2;  // all zeros, all ones, anything
            bytes[i] = choice == 0 ? 0 : choice == 1 ? 0xff : static_cast<std::uint8_t>(random.below(256));
        }
        Words actual(count);
        wide->noise(bytes.data(), count, actual.data());
        Words expected;
        for (std::size_t i = 0; i < count; ++i) {
            int sum = 0;
            for (std::size_t bit = 0; bit < 42; ++bit) {
                const int one = bytes[6 * i + bit / 8] >> (bit % 8) & 1;
                sum += bit < 21 ? one : -one;
            }
            expected.push_back(static_cast<std::uint64_t>(static_cast<std::int64_t>(sum)));
        }
        CHECK_EQ(actual, expected);
    }
}

TEST(
    "uniform residues do not depend on the kernel, however many candidates are rejected, and the stream goes on alike") {
    for (const kernel::RingKernel *wide : ring_kernels()) {
        const Seed seed = fresh_seed();
        for (int bits = 2; bits <= 60; ++bits) {
            const std::uint64_t low = std::uint64_t{1} << (bits - 1);
            for (const std::uint64_t limit : {low + 1, 2 * low - 1}) {
                const check::Note note("limit " + std::to_string(limit));
                UniformStream vectors(seed, 3, wide);
                UniformStream scalar(seed, 3);
                for (const std::size_t degree : {64, 1000, 2048, 5}) {
                    Words actual(degree), expected(degree);
                    vectors.fill(actual.data(), degree, limit);
                    scalar.fill(expected.data(), degree, limit);
                    CHECK_EQ(actual, expected);
                }
            }
        }
    }
}

TEST(
    "every kernel packs to the same bytes, no more of them, and unpacks the same residues and the same first wrong one") {
    check::Random random;
    for (const kernel::RingKernel *wide : ring_kernels()) {
        for (int bits = 2; bits <= 60; ++bits) {
            const std::uint64_t limit = (std::uint64_t{1} << bits) - 1;  // as if prime
            for (const std::size_t count : {1, 8, 13, 64, 100, 2048}) {
                const check::Note note(std::to_string(bits) + " bits, " + std::to_string(count) + " residues");
                Words residues(count);
                std::generate(residues.begin(), residues.end(), [&] { return random.below(limit); });
                residues[0] = limit - 1;
                const std::size_t size = packed_size(count, limit);
                std::vector<std::uint8_t> actual(size + 1, 0xa5);
                std::vector<std::uint8_t> expected(size + 1, 0xa5);
                pack_residues(residues.data(), count, limit, actual.data(), wide);
                pack_residues(residues.data(), count, limit, expected.data());
                CHECK_EQ(actual, expected);
                actual.pop_back();  // so that a sanitizer sees reading too far
                actual.shrink_to_fit();
                Words unpacked(count);
                CHECK_EQ(unpack_residues(actual.data(), count, limit, unpacked.data(), wide), count);
                CHECK_EQ(unpacked, residues);

                const std::size_t wrong = random.below(count);
                residues[wrong] = limit;
                residues[count - 1] = limit;
                pack_residues(residues.data(), count, limit, actual.data());
                CHECK_EQ(unpack_residues(actual.data(), count, limit, unpacked.data(), wide), wrong);
                CHECK_EQ(unpacked, residues);
            }
        }
    }
}

TEST("a value that does not fit is found wherever it is") {
    for (const kernel::RingKernel *wide : ring_kernels()) {
        for (std::size_t count = 0; count < 40; ++count) {
            std::vector<std::int64_t> values(count, 7);
            CHECK(wide->all_between(values.data(), count, -7, 7));
            for (std::size_t j = 0; j < count; ++j) {
                for (const std::int64_t wrong : {std::int64_t{8}, std::int64_t{-8}, INT64_MIN, INT64_MAX}) {
                    values[j] = wrong;
                    CHECK(!wide->all_between(values.data(), count, -7, 7));
                }
                values[j] = -7;
            }
        }
    }
}
