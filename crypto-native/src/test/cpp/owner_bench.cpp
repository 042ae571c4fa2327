// What a column costs the data owner, and the executors that perturb, multiply and hide: processor time in microseconds, the median
// and the least of many rounds over a block, on one thread. Not a test, though it looks like one: an argument picks the
// cases whose name contains it, and NIGHTJAR_BENCH_KERNEL a kernel.

#include <time.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "nightjar/bit_packing.h"
#include "nightjar/evaluation.h"
#include "nightjar/hiding.h"
#include "nightjar/lanes.h"
#include "nightjar/linear.h"
#include "nightjar/record_noise.h"
#include "nightjar/sampling.h"
#include "nightjar/slot_product.h"
#include "nightjar/squares.h"
#include "support.h"

using namespace support;

namespace {

constexpr std::size_t kColumns = 64;
constexpr std::size_t kRounds = 101;
constexpr std::size_t kFewRounds = 11;  // where a column takes milliseconds

double processor_microseconds() {
    timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

void report(const char *what, const std::function<void(std::size_t)> &column, std::size_t rounds = kRounds) {
    std::vector<double> times;
    for (std::size_t round = 0; round < rounds; ++round) {
        const double start = processor_microseconds();
        for (std::size_t i = 0; i < kColumns; ++i) {
            column(i);
        }
        times.push_back((processor_microseconds() - start) / static_cast<double>(kColumns));
    }
    std::sort(times.begin(), times.end());
    std::printf("  %-36s %8.2f us, least %8.2f us\n", what, times[times.size() / 2], times[0]);
}

void measure(std::size_t degree, const std::vector<int> &bits, std::uint64_t plain_modulus) {
    const char *kernel = std::getenv("NIGHTJAR_BENCH_KERNEL");
    const Context context({Scheme::kBfv, degree, primes(degree, bits), plain_modulus, false},
                          kernel::choose(kernel == nullptr ? "" : kernel));
    const Owner owner(context);
    const std::size_t limbs = context.data_limbs();
    check::Random random;
    const Values values = full_range_values(random, context, kColumns);
    const OwnedBlock block(context, kColumns, 2, limbs, Form::kNtt);
    const Seed seed = fresh_seed();
    SecretWords message(limbs * degree);
    const Encoder encoder(context, limbs, Packing::kCoefficients, Form::kNtt, 1);
    SymmetricEncryptor encryptor(context, owner.secret, seed);
    report("encrypt a column, seeded", [&](std::size_t i) {
        encryptor.encrypt(*block, i, encoder.encode(values[i].data(), degree, message.get()));
    });
    SecretWords plain(degree);
    std::vector<std::int64_t> decoded(degree);
    Decryptor decryptor(context, owner.secret, *block);
    report("decrypt a column, with its margin", [&](std::size_t i) {
        decryptor.decrypt(i, plain.get());
        encoder.decode(plain.get(), decoded.data(), degree);
    });

    std::vector<std::uint8_t> bytes(limbs * degree * sizeof(std::uint64_t));
    const auto pack = [&](std::size_t i) {
        for (std::size_t limb = 0; limb < limbs; ++limb) {
            pack_residues(block->plane(i, 0, limb), degree, context.prime(limb), bytes.data() + limb * degree * 8,
                          context.ring_kernel());
        }
    };
    const auto unpack = [&](std::size_t i) {
        for (std::size_t limb = 0; limb < limbs; ++limb) {
            unpack_residues(bytes.data() + limb * degree * 8, degree, context.prime(limb), block->plane(i, 0, limb),
                            context.ring_kernel());
        }
    };
    const auto expand = [&](std::size_t i) {
        Block one = *block;
        one.words = block->column(i);
        one.columns = 1;
        expand_seed(context, seed, one);
    };
    report("write a seeded column", pack);
    report("read a seeded column", [&](std::size_t i) {
        unpack(i);
        expand(i);
    });
    report("  unpack", unpack);
    report("  expand the seed", expand);
    report("encode", [&](std::size_t i) { encoder.encode(values[i].data(), degree, message.get()); });
    ChaCha20 stream(seed, {7, 7, 7});
    report("key stream, 6 bytes a coefficient", [&](std::size_t) { stream.generate(bytes.data(), degree * 6); });
    SecretSampler sampler(context.ring_kernel());
    SecretWords noise(degree);
    report("noise", [&](std::size_t) { sampler.noise(noise); });
    report("forward transform, one prime", [&](std::size_t i) { context.to_ntt(block->plane(i, 0, 0), 0); });
    report("inverse transform, one prime", [&](std::size_t i) { context.from_ntt(block->plane(i, 0, 0), 0); });
}

/// What results in slots cost, on both sides: the owner encrypts and decrypts, the executors perturb and hide.
void measure_slots(std::size_t degree, const std::vector<int> &bits, int plain_bits, int flood_bits) {
    const char *kernel = std::getenv("NIGHTJAR_BENCH_KERNEL");
    const Context context(
        {Scheme::kBfv, degree, primes(degree, bits), seal::PlainModulus::Batching(degree, plain_bits).value(), true},
        kernel::choose(kernel == nullptr ? "" : kernel));
    const Owner owner(context);
    const OwnedBlock key = public_key(owner);
    const std::size_t limbs = context.data_limbs();
    check::Random random;
    const Values values = full_range_values(random, context, kColumns);
    const Seed seed = fresh_seed();

    const OwnedBlock block(context, kColumns, 2, limbs, Form::kNtt);
    SecretWords message(limbs * degree);
    const Encoder encoder(context, limbs, Packing::kSlots, Form::kNtt, 1);
    SymmetricEncryptor encryptor(context, owner.secret, seed);
    report("encrypt a column, seeded", [&](std::size_t i) {
        encryptor.encrypt(*block, i, encoder.encode(values[i].data(), degree, message.get()));
    });
    report("  encode", [&](std::size_t i) { encoder.encode(values[i].data(), degree, message.get()); });

    std::vector<std::int64_t> table;  // a normal distribution with a standard deviation of 32, cut at 4 of them
    for (int i = -128; i <= 128; ++i) {
        const double below = std::erfc(-(i + 0.5) / 32 / std::sqrt(2.0)) / 2;
        table.push_back(i == 128 ? INT64_MAX : static_cast<std::int64_t>(std::ldexp(below, 63)));
    }
    const RecordNoise noise(table);
    std::vector<std::int64_t> factors(degree);
    SlotProduct product(context, limbs);
    const OwnedBlock products(context, kColumns, 2, limbs, Form::kNtt);
    report("perturb a column", [&](std::size_t i) {
        noise.sample(seed, i, factors.data(), degree);
        product.multiply(*block, i, factors.data(), degree, *products, i);
    });
    report("  draw its integers", [&](std::size_t i) { noise.sample(seed, i, factors.data(), degree); });
    report("  multiply by integers",
           [&](std::size_t i) { product.multiply(*block, i, factors.data(), degree, *products, i); });

    const OwnedBlock hidden(context, kColumns, 2, 1, Form::kCoefficient);
    Hider flooding(context, *key, seed, flood_bits, limbs);
    report("hide a column, to one prime", [&](std::size_t i) { flooding.hide(*block, i, i, *hidden); });
    Hider masking(context, *key, seed, 0, limbs);
    report("  the same without a flood", [&](std::size_t i) { masking.hide(*block, i, i, *hidden); });

    SecretWords plain(degree);
    std::vector<std::int64_t> decoded(degree);
    Decryptor decryptor(context, owner.secret, *hidden);
    report("decrypt a hidden column, one prime", [&](std::size_t i) {
        decryptor.decrypt(i, plain.get());
        encoder.decode(plain.get(), decoded.data(), degree);
    });
    report("  decode", [&](std::size_t) { encoder.decode(plain.get(), decoded.data(), degree); });
    Decryptor fresh(context, owner.secret, *block);
    report("decrypt a column, three primes", [&](std::size_t i) {
        fresh.decrypt(i, plain.get());
        encoder.decode(plain.get(), decoded.data(), degree);
    });
    SecretSampler sampler(seed, Purpose::kHiding, 0, context.ring_kernel());
    SecretWords low(degree), high(degree);
    report("ternary", [&](std::size_t) { sampler.ternary(low); });
    report("flood", [&](std::size_t) { sampler.wide(flood_bits + 1, low, high); });
    report("forward transform, one prime", [&](std::size_t i) { context.to_ntt(block->plane(i, 0, 0), 0); });
    report("inverse transform, one prime", [&](std::size_t i) { context.from_ntt(block->plane(i, 0, 0), 0); });
}

/// What multiplying real numbers costs, on both sides, and what SEAL takes for the same.
void measure_ckks(std::size_t degree, const std::vector<int> &bits) {
    const char *kernel = std::getenv("NIGHTJAR_BENCH_KERNEL");
    const Context context({Scheme::kCkks, degree, primes(degree, bits), 0, true},
                          kernel::choose(kernel == nullptr ? "" : kernel));
    Owner owner(context);
    const OwnedBlock public_block = public_key(owner);
    const OwnedBlock key_block = relinearisation_key(owner);
    const RelinearisationKey key(context, *key_block);
    const seal::RelinKeys seal_key = to_seal_relinearisation_key(context, *key_block);
    const std::size_t limbs = context.data_limbs();
    const double scale = 0x1p40;
    check::Random random;
    const Reals values = random_reals(random, kColumns, degree / 2);
    const Seed seed = fresh_seed();
    const kernel::ShouldStop never;
    const BlockEvaluator evaluator(context, never);
    const auto column_of = [](const OwnedBlock &block, std::size_t i) {
        Block one = *block;
        one.words = block->column(i);
        one.columns = 1;
        return one;
    };
    const auto by_block = [&](const char *what, auto operation, const OwnedBlock &input, const OwnedBlock &output) {
        report(what, [&](std::size_t i) { operation(column_of(input, i), column_of(output, i)); }, kFewRounds);
    };
    const auto by_seal = [&](const char *what, auto operation, const OwnedBlock &input) {
        std::vector<seal::Ciphertext> columns;
        for (std::size_t i = 0; i < kColumns; ++i) {
            columns.push_back(context.load(*input, i, scale));
        }
        seal::Ciphertext result;
        report(what, [&](std::size_t i) { operation(columns[i], result); }, kFewRounds);
    };
    const seal::Evaluator &seal = context.evaluator();

    const OwnedBlock fresh(context, kColumns, Form::kNtt);
    SecretWords message(limbs * degree);
    const Encoder encoder(context, limbs, Packing::kSlots, Form::kNtt, scale);
    SymmetricEncryptor encryptor(context, owner.secret, seed);
    const auto encode = [&](std::size_t i) {
        return encoder.encode(values[i].data(), values[i].size(), message.get());
    };
    report("encode and encrypt, seeded", [&](std::size_t i) { encryptor.encrypt(*fresh, i, encode(i)); }, kFewRounds);
    report("  encode", encode, kFewRounds);
    seal::Plaintext plain;
    seal::Encryptor seal_encryptor(context.seal(), owner.seal_secret);
    const auto seal_encode = [&](std::size_t i) { context.ckks_encoder().encode(values[i], scale, plain); };
    seal::Ciphertext encrypted;
    report(
        "SEAL: encode and encrypt, symmetric",
        [&](std::size_t i) {
            seal_encode(i);
            seal_encryptor.encrypt_symmetric(plain, encrypted);
        },
        kFewRounds);
    report("SEAL:   encode", seal_encode, kFewRounds);

    const OwnedBlock squares(context, kColumns, 3, limbs, Form::kNtt);
    by_block("square", [&](const Block &a, const Block &b) { evaluator.square(a, scale, b); }, fresh, squares);
    by_seal("SEAL: square", [&](const auto &a, auto &b) { seal.square(a, b); }, fresh);

    const OwnedBlock relinearised(context, kColumns, Form::kNtt);
    const Block &all = *squares;
    report(
        "relinearise",
        [&](std::size_t i) {  // a block at a time, as the key's scratch memory is the block's
            if (i == 0) {
                evaluator.relinearise(all, key, *relinearised);
            }
        },
        kFewRounds);
    by_seal("SEAL: relinearise", [&](const auto &a, auto &b) { seal.relinearize(a, seal_key, b); }, squares);

    const OwnedBlock rescaled(context, kColumns, 2, limbs - 1, Form::kNtt);
    by_block("rescale", [&](const Block &a, const Block &b) { evaluator.rescale(a, b); }, relinearised, rescaled);
    by_seal("SEAL: rescale", [&](const auto &a, auto &b) { seal.rescale_to_next(a, b); }, relinearised);
    by_block(
        "switch the modulus", [&](const Block &a, const Block &b) { evaluator.switch_modulus(a, scale, b); },
        relinearised, rescaled);

    const auto decode = [&](const char *what, const char *seal_what, const OwnedBlock &block) {
        SecretWords residues(block->limbs * degree);
        std::vector<double> decoded(degree / 2);
        Decryptor decryptor(context, owner.secret, *block);
        const Encoder reader(context, block->limbs, Packing::kSlots, Form::kNtt, scale);
        report(
            what,
            [&](std::size_t i) {
                decryptor.decrypt_ntt(i, residues.get());
                reader.decode(residues.get(), decoded.data(), decoded.size());
            },
            kFewRounds);
        by_seal(
            seal_what,
            [&](const auto &a, auto &) {
                owner.seal_decryptor.decrypt(a, plain);
                context.ckks_encoder().decode(plain, decoded);
            },
            block);
    };
    decode("decrypt and decode, all primes", "SEAL: decrypt and decode, all primes", fresh);
    const OwnedBlock one(context, kColumns, 2, 1, Form::kNtt);
    for (std::size_t i = 0; i < kColumns; ++i) {
        for (std::size_t poly = 0; poly < 2; ++poly) {
            std::copy_n(fresh->plane(i, poly, 0), degree, one->plane(i, poly, 0));
        }
    }
    decode("decrypt and decode, one prime", "SEAL: decrypt and decode, one prime", one);
    const OwnedBlock hidden(context, kColumns, 2, limbs, Form::kNtt);
    Hider hider(context, *public_block, seed, 60, limbs);
    report("hide, with a flood of 60 bits", [&](std::size_t i) { hider.hide(*fresh, i, i, *hidden); }, kFewRounds);
    report("forward transform, one prime", [&](std::size_t i) { context.to_ntt(hidden->plane(i, 0, 0), 0); });
}

/// The first two levels of Crypto-Nets' network, at once and one after the other; a column is one of 784 inputs.
void measure_squares(const std::vector<int> &bits) {
    constexpr std::size_t kDegree = 8192, kInputs = 784, kMaps = 5, kSide = 13, kOutputs = 100;
    const Context context({Scheme::kCkks, kDegree, primes(kDegree, bits), 0, true});
    const std::size_t limbs = context.data_limbs();
    check::Random random;
    const auto weights = [&](std::size_t count) {
        std::vector<std::int32_t> all;
        for (std::size_t i = 0; i < count; ++i) {
            all.push_back(static_cast<std::int32_t>(random.between(-2047, 2047)));
        }
        return all;
    };
    std::vector<std::uint32_t> windows;  // of 5 x 5, with padding on the left and on top
    for (std::size_t i = 0; i < kSide * kSide * 25; ++i) {
        const std::size_t y = i / 25 / kSide * 2 + i % 25 / 5, x = i / 25 % kSide * 2 + i % 5;
        windows.push_back(x == 0 || y == 0 ? kernel::IntegerLayer::kNoColumn
                                           : static_cast<std::uint32_t>((y - 1) * 28 + x - 1));
    }
    std::vector<std::uint32_t> all;
    for (std::uint32_t i = 0; i < kMaps * kSide * kSide; ++i) {
        all.push_back(i);
    }
    const kernel::ProductBackend &backend = *kernel::backends().front();
    const auto first_layer = load_layer(context, backend, {kMaps, 25, weights(kMaps * 25), windows});
    const auto last_layer = load_layer(context, backend, {kOutputs, all.size(), weights(kOutputs * all.size()), all});
    const Layers first = {{first_layer.get(), {}}};
    const Layers last = {{last_layer.get(), {}}};
    const OwnedBlock input = random_block(random, context, kInputs, 2, limbs, Form::kNtt);
    const OwnedBlock output(context, kOutputs, 3, limbs, Form::kNtt);
    const auto time = [&](const char *what, const std::function<void()> &operation) {
        report(
            what,
            [&](std::size_t i) {
                if (i == 0) {
                    operation();
                }
            },
            kFewRounds);
    };
    std::printf("  (of the whole block, a %zuth)\n", kColumns);
    time("layer, square and layer at once", [&] { apply_to_squares(context, first, last, *input, *output, nullptr); });
    const OwnedBlock made(context, all.size(), 2, limbs, Form::kNtt);
    const OwnedBlock squares(context, all.size(), 3, limbs, Form::kNtt);
    time("  the first layer", [&] { apply_layers(context, first, *input, *made, nullptr); });
    time("  the squares", [&] { BlockEvaluator(context, nullptr).square(*made, 2, *squares); });
    time("  the second layer", [&] { apply_layers(context, last, *squares, *output, nullptr); });
}

/// What eight numbers modulo the square of a modulus, or of one of its two primes, cost at once.
void measure_large_numbers(std::size_t bytes, std::size_t exponent_bytes) {
    const char *kernel = std::getenv("NIGHTJAR_BENCH_KERNEL");
    std::vector<std::uint8_t> modulus(bytes, 0xff);  // whether it is a square makes no difference
    const auto ring = std::make_shared<LaneRing>(modulus.data(), bytes,
                                                 kernel::choose(kernel == nullptr ? "" : kernel).large_numbers);
    const std::vector<std::uint8_t> numbers(kLanes * bytes, 0x5a);
    const std::vector<std::uint8_t> exponents(kLanes * exponent_bytes, 0xa5);
    SecretWords a(ring->words());
    SecretWords b(ring->words());
    ring->load(numbers.data(), kLanes, a.get());
    ring->load(numbers.data(), kLanes, b.get());
    report("products", [&](std::size_t) { ring->multiply(a.get(), b.get(), a.get()); });
    report("squares", [&](std::size_t) { ring->multiply(a.get(), a.get(), a.get()); });
    report("powers", [&](std::size_t) { ring->power(a.get(), exponents.data(), exponent_bytes, b.get()); }, 1);
    const FixedBase base(ring, numbers.data(), exponent_bytes);
    report("powers of one base", [&](std::size_t) { base.powers(exponents.data(), kLanes, b.get()); }, 1);
}

}  // namespace

TEST("degree 2048, one prime of 44 bits, t = 2^22") { measure(2048, {44}, std::uint64_t{1} << 22); }

TEST("degree 4096, two primes of 44 bits, t = 2^26") { measure(4096, {44, 44, 18}, std::uint64_t{1} << 26); }

TEST("degree 4096, one prime of 60 bits, t = 2^22") { measure(4096, {60}, std::uint64_t{1} << 22); }

TEST("slots: degree 8192, three primes of 44 bits, t of 30 bits") { measure_slots(8192, {44, 44, 44, 20}, 30, 95); }

TEST("ckks: degree 8192, {44, 44, 44, 44}") { measure_ckks(8192, {44, 44, 44, 44}); }

TEST("squares: degree 8192, {40, 40, 28, 28, 40}") { measure_squares({40, 40, 28, 28, 40}); }

TEST("squares: degree 8192, {43 x 5}") { measure_squares({43, 43, 43, 43, 43}); }

TEST("paillier: modulo 3072 bits, exponents of 1536") { measure_large_numbers(384, 192); }

TEST("paillier: modulo 6144 bits, exponents of 256") { measure_large_numbers(768, 32); }

TEST("ckks: degree 16384, {44 x 6}") { measure_ckks(16384, {44, 44, 44, 44, 44, 44}); }
