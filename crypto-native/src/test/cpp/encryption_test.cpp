// Encoding, encryption and decryption, with SEAL's own decryptor as the judge.

#include <cmath>
#include <string>
#include <vector>

#include "check.h"
#include "nightjar/linear.h"
#include "support.h"

using namespace support;

namespace {

constexpr double kScale = 1099511627776.0;  // 2^40

struct Setting {
    const char *name;
    const Context &context;
    Packing packing;
    Form form;
};

std::vector<Setting> bfv_settings() {
    return {{"open, coefficients", open_profile(), Packing::kCoefficients, Form::kCoefficient},
            {"open, coefficients, NTT", open_profile(), Packing::kCoefficients, Form::kNtt},
            {"shielded, coefficients", shielded_profile(), Packing::kCoefficients, Form::kCoefficient},
            {"shielded, coefficients, NTT", shielded_profile(), Packing::kCoefficients, Form::kNtt},
            {"per-record, coefficients", per_record_profile(), Packing::kCoefficients, Form::kCoefficient},
            {"per-record, slots", per_record_profile(), Packing::kSlots, Form::kCoefficient},
            {"per-record, slots, NTT", per_record_profile(), Packing::kSlots, Form::kNtt}};
}

std::vector<const Context *> bfv_profiles() { return {&open_profile(), &shielded_profile(), &per_record_profile()}; }

/// The values that SEAL finds in a plaintext's coefficients.
std::vector<std::int64_t> decode_by_seal(const Context &context, const std::vector<std::uint64_t> &coefficients,
                                         Packing packing) {
    std::vector<std::int64_t> values;
    if (packing == Packing::kCoefficients) {
        for (const std::uint64_t coefficient : coefficients) {
            values.push_back(centred(coefficient, context.parameters().plain_modulus));
        }
    } else {
        seal::Plaintext plain(coefficients.size());
        std::copy(coefficients.begin(), coefficients.end(), plain.data());
        seal::BatchEncoder(context.seal()).decode(plain, values);
    }
    return values;
}

/// Both decryptors find the values, and agree on the noise that is left.
void check_column(Owner &owner, const Block &block, std::size_t column, Packing packing,
                  const std::vector<std::int64_t> &values) {
    const Decrypted ours = decrypt(owner, block, column, packing, owner.context.degree());
    const seal::Ciphertext ciphertext = to_seal_bfv(owner.context, block, column);
    const std::vector<std::uint64_t> theirs = seal_decrypt(owner, ciphertext);
    CHECK_EQ(ours.values, values);
    CHECK_EQ(ours.coefficients, theirs);
    CHECK_EQ(decode_by_seal(owner.context, theirs, packing), values);
    const int budget = owner.seal_decryptor.invariant_noise_budget(ciphertext);
    CHECK_BETWEEN(budget - 1, ours.margin, budget + 1);
}

/// The largest noise coefficient of an encryption of zero, from its margin log2(q / (2 t noise)).
double largest_noise(const Owner &owner, const Block &block, std::size_t column) {
    const double margin = decrypt(owner, block, column, Packing::kCoefficients, 1).margin;
    const double t = static_cast<double>(owner.context.parameters().plain_modulus);
    return std::exp2(modulus_bits(owner.context, block.limbs) - 1 - std::log2(t) - margin);
}

/// c0 + c1 s modulo x^N + 1 and one prime, multiplied out as at school.
std::vector<std::int64_t> phase_at_school(const Owner &owner, const Block &block, std::size_t column) {
    const std::vector<int> secret = coefficients(owner.context, owner.secret);
    const std::size_t degree = block.degree;
    std::vector<__int128> sums(block.plane(column, 0, 0), block.plane(column, 0, 0) + degree);
    for (std::size_t i = 0; i < degree; ++i) {
        for (std::size_t j = 0; j < degree && secret[i] != 0; ++j) {
            const auto product = static_cast<__int128>(block.plane(column, 1, 0)[j]) * secret[i];
            if (i + j < degree) {
                sums[i + j] += product;
            } else {
                sums[i + j - degree] -= product;
            }
        }
    }
    std::vector<std::int64_t> phase;
    for (const __int128 sum : sums) {
        phase.push_back(centred(sum, owner.context.prime(0)));
    }
    return phase;
}

}  // namespace

TEST("what is encrypted under the secret key, SEAL and we decrypt to the same values") {
    check::Random random;
    for (const Setting &setting : bfv_settings()) {
        const check::Note note(setting.name);
        Owner owner(setting.context);
        const Values values = full_range_values(random, setting.context, 2);
        const OwnedBlock block = encrypt(owner, values, setting.packing, setting.form);
        for (std::size_t column = 0; column < values.size(); ++column) {
            check_column(owner, *block, column, setting.packing, values[column]);
        }
    }
}

TEST("what is encrypted under the public key, at any level, SEAL and we decrypt to the same values") {
    check::Random random;
    for (const Setting &setting : bfv_settings()) {
        Owner owner(setting.context);
        const OwnedBlock key = public_key(owner);
        const Values values = full_range_values(random, setting.context, 2);
        for (std::size_t limbs = 1; limbs <= setting.context.data_limbs(); ++limbs) {
            const check::Note note(std::string(setting.name) + ", " + std::to_string(limbs) + " primes");
            const OwnedBlock block =
                encrypt_public(setting.context, *key, values, limbs, setting.packing, setting.form);
            for (std::size_t column = 0; column < values.size(); ++column) {
                check_column(owner, *block, column, setting.packing, values[column]);
            }
        }
    }
}

TEST("what SEAL encrypts, we decrypt") {
    check::Random random;
    for (const Context *profile : bfv_profiles()) {
        const Context &context = *profile;
        Owner owner(context);
        const Values values = full_range_values(random, context, 1);
        seal::Plaintext plain(context.degree());
        for (std::size_t j = 0; j < context.degree(); ++j) {
            const auto t = static_cast<std::int64_t>(context.parameters().plain_modulus);
            plain[j] = static_cast<std::uint64_t>(values[0][j] < 0 ? values[0][j] + t : values[0][j]);
        }
        seal::PublicKey key;
        seal::KeyGenerator(context.seal(), owner.seal_secret).create_public_key(key);
        seal::Encryptor encryptor(context.seal(), key, owner.seal_secret);
        const OwnedBlock block(context, 2, Form::kCoefficient);
        seal::Ciphertext ciphertext;
        encryptor.encrypt(plain, ciphertext);
        context.store(ciphertext, *block, 0);
        encryptor.encrypt_symmetric(plain, ciphertext);
        context.store(ciphertext, *block, 1);
        check_column(owner, *block, 0, Packing::kCoefficients, values[0]);
        check_column(owner, *block, 1, Packing::kCoefficients, values[0]);
    }
}

TEST("every doubling of a ciphertext costs one bit of margin, down to the last, and SEAL agrees even beyond it") {
    check::Random random;
    Owner owner(open_profile());
    const Context &context = owner.context;
    const std::uint64_t t = context.parameters().plain_modulus;
    const Values values = full_range_values(random, context, 1);
    const OwnedBlock input = encrypt(owner, values, Packing::kCoefficients, Form::kCoefficient);
    constexpr std::size_t kRows = 23;
    std::vector<std::int32_t> weights;
    for (std::size_t row = 0; row < kRows; ++row) {
        weights.push_back(std::int32_t{1} << row);
    }
    const OwnedBlock output(context, kRows, Form::kCoefficient);
    const auto layer = load_layer(context, *kernel::backends().front(), {kRows, 1, weights, {0}});
    apply_layer(context, *layer, {0, kRows, 0, 1}, nullptr, *input, *output, nullptr);

    const double fresh = decrypt(owner, *input, 0, Packing::kCoefficients, 1).margin;
    double least = fresh;
    for (std::size_t row = 0; row < kRows; ++row) {
        const check::Note note("weight 2^" + std::to_string(row));
        const Decrypted ours = decrypt(owner, *output, row, Packing::kCoefficients, context.degree());
        const seal::Ciphertext ciphertext = context.load(*output, row, 1);
        CHECK_EQ(ours.coefficients, seal_decrypt(owner, ciphertext));
        const int budget = owner.seal_decryptor.invariant_noise_budget(ciphertext);
        CHECK_BETWEEN(budget - 1, ours.margin, budget + 1);
        const double predicted = fresh - static_cast<double>(row);
        if (predicted > 0) {
            least = ours.margin;
            CHECK_BETWEEN(predicted - 1e-6, ours.margin, predicted + 1e-6);
            std::vector<std::int64_t> expected;
            for (const std::int64_t value : values[0]) {
                expected.push_back(centred(static_cast<__int128>(value) * weights[row], t));
            }
            CHECK_EQ(ours.values, expected);
        }
    }
    CHECK_BETWEEN(0, least, 1);  // the last bit was reached
}

TEST("a margin beyond what 128 binary places can show is reported too small, never too large") {
    check::Random random;
    const Context context({Scheme::kBfv, 16384, primes(16384, {60, 60, 60, 60, 60, 60}),
                           seal::PlainModulus::Batching(16384, 26).value(), true});
    Owner owner(context);
    const Values values = full_range_values(random, context, 1);
    const OwnedBlock block = encrypt(owner, values, Packing::kSlots, Form::kCoefficient);
    const Decrypted decrypted = decrypt(owner, *block, 0, Packing::kSlots, context.degree());
    CHECK_EQ(decrypted.values, values[0]);
    CHECK(owner.seal_decryptor.invariant_noise_budget(context.load(*block, 0, 1)) > 200);
    CHECK_BETWEEN(120, decrypted.margin, 127);
}

TEST("the noise of an encryption under the secret key is an integer of at most 21") {
    for (const Form form : {Form::kCoefficient, Form::kNtt}) {
        for (const Context *profile : bfv_profiles()) {
            Owner owner(*profile);
            const OwnedBlock block(owner.context, 1, form);
            SymmetricEncryptor(owner.context, owner.secret, fresh_seed()).encrypt_zero(*block, 0);
            check_column(owner, *block, 0, Packing::kCoefficients, std::vector<std::int64_t>(owner.context.degree()));
            const double noise = largest_noise(owner, *block, 0);
            CHECK_BETWEEN(8, noise, 21.01);  // thousands of samples of deviation 3.24 do not all stay below 8
            CHECK_BETWEEN(std::round(noise) - 1e-4, noise, std::round(noise) + 1e-4);
        }
    }
}

TEST("the noise of an encryption under the public key has the deviation that theory gives it") {
    for (const Form form : {Form::kCoefficient, Form::kNtt}) {
        for (const Context *profile : bfv_profiles()) {
            Owner owner(*profile);
            const OwnedBlock key = public_key(owner);
            const OwnedBlock block(owner.context, 1, form);
            PublicEncryptor(owner.context, *key).encrypt_zero(*block, 0);
            check_column(owner, *block, 0, Packing::kCoefficients, std::vector<std::int64_t>(owner.context.degree()));
            // e u + e0 + e1 s: u and s have variance 2/3, e, e0 and e1 variance 10.5.
            const double deviation = std::sqrt(10.5 * (4.0 / 3.0 * static_cast<double>(owner.context.degree()) + 1));
            CHECK_BETWEEN(2.5 * deviation, largest_noise(owner, *block, 0), 7.5 * deviation);
        }
    }
}

TEST("c0 + c1 s is the message less small noise of variance 10.5, multiplied out as at school") {
    check::Random random;
    const Owner owner(open_profile());
    const Context &context = owner.context;
    constexpr std::size_t kColumns = 8;
    const Values values = full_range_values(random, context, kColumns);
    const OwnedBlock block = encrypt(owner, values, Packing::kCoefficients, Form::kCoefficient);
    const Encoder encoder(context, 1, Packing::kCoefficients, Form::kCoefficient, 1);
    std::vector<std::uint64_t> message(context.degree());
    double sum = 0;
    double squares = 0;
    for (std::size_t column = 0; column < kColumns; ++column) {
        encoder.encode(values[column].data(), context.degree(), message.data());
        const std::vector<std::int64_t> phase = phase_at_school(owner, *block, column);
        for (std::size_t j = 0; j < context.degree(); ++j) {
            const auto noise = static_cast<double>(
                centred(static_cast<__int128>(phase[j]) - static_cast<__int128>(message[j]), context.prime(0)));
            CHECK_BETWEEN(-21, noise, 21);
            sum += noise;
            squares += noise * noise;
        }
    }
    const double count = static_cast<double>(kColumns * context.degree());
    CHECK_BETWEEN(-0.2, sum / count, 0.2);      // standard deviation 0.025
    CHECK_BETWEEN(9.7, squares / count, 11.3);  // standard deviation 0.115
}

TEST("a message is scaled up to the nearest multiple of q / t, as SEAL does it") {
    check::Random random;
    for (const Context *context : bfv_profiles()) {
        const Values values = full_range_values(random, *context, 1);
        const auto t = static_cast<std::int64_t>(context->parameters().plain_modulus);
        std::vector<std::uint64_t> residues(context->data_limbs() * context->degree());
        Encoder(*context, context->data_limbs(), Packing::kCoefficients, Form::kCoefficient, 1)
            .encode(values[0].data(), context->degree(), residues.data());
        seal::Plaintext plain(context->degree());
        for (std::size_t j = 0; j < context->degree(); ++j) {
            plain[j] = static_cast<std::uint64_t>(values[0][j] < 0 ? values[0][j] + t : values[0][j]);
        }
        const OwnedBlock block(*context, 1, Form::kCoefficient);
        std::fill_n(block->column(0), 2 * residues.size(), 0);
        seal::Ciphertext zero = context->load(*block, 0, 1);
        context->evaluator().add_plain_inplace(zero, plain);
        context->store(zero, *block, 0);
        CHECK_EQ(residues, block.poly(0, 0));
    }
}

TEST("the seed brings the second polynomials back") {
    check::Random random;
    for (const Setting &setting : bfv_settings()) {
        const Owner owner(setting.context);
        const OwnedBlock block(setting.context, 3, setting.form);
        SymmetricEncryptor encryptor(setting.context, owner.secret, fresh_seed());
        for (std::size_t column = 0; column < 3; ++column) {
            encryptor.encrypt_zero(*block, column);
        }
        const OwnedBlock expanded(setting.context, 3, setting.form);
        expand_seed(setting.context, encryptor.public_seed(), *expanded);
        for (std::size_t column = 0; column < 3; ++column) {
            CHECK_EQ(expanded.poly(column, 1), block.poly(column, 1));
            CHECK_EQ(expanded->column(column)[0], kUnwritten);  // and touches nothing else
        }
    }
}

TEST("an encryption can be made again from its secret seed, column by column") {
    for (const Setting &setting : bfv_settings()) {
        const Owner owner(setting.context);
        const Seed seed = fresh_seed();
        const OwnedBlock first(setting.context, 2, setting.form);
        SymmetricEncryptor encryptor(setting.context, owner.secret, seed);
        encryptor.encrypt_zero(*first, 0);
        encryptor.encrypt_zero(*first, 1);
        const OwnedBlock again(setting.context, 2, setting.form);
        SymmetricEncryptor repeated(setting.context, owner.secret, seed);
        repeated.encrypt_zero(*again, 1);  // in another order
        repeated.encrypt_zero(*again, 0);
        CHECK(encryptor.public_seed() == repeated.public_seed());
        CHECK(encryptor.public_seed() != seed);
        for (std::size_t column = 0; column < 2; ++column) {
            CHECK_EQ(first.poly(column, 0), again.poly(column, 0));
            CHECK_EQ(first.poly(column, 1), again.poly(column, 1));
        }
        CHECK(first.poly(0, 0) != first.poly(1, 0));  // columns share no noise
    }
}

TEST("two encryptions of the same values differ, in both polynomials") {
    check::Random random;
    const Owner owner(open_profile());
    const Values values(2, full_range_values(random, owner.context, 1)[0]);
    const OwnedBlock key = public_key(owner);
    const std::vector<OwnedBlock> blocks = [&] {
        std::vector<OwnedBlock> made;
        made.push_back(encrypt(owner, values, Packing::kCoefficients, Form::kCoefficient));
        made.push_back(encrypt(owner, values, Packing::kCoefficients, Form::kCoefficient));
        made.push_back(encrypt_public(owner.context, *key, values, 1, Packing::kCoefficients, Form::kCoefficient));
        made.push_back(encrypt_public(owner.context, *key, values, 1, Packing::kCoefficients, Form::kCoefficient));
        return made;
    }();
    for (std::size_t a = 0; a < 8; ++a) {
        for (std::size_t b = 0; b < a; ++b) {
            for (std::size_t poly = 0; poly < 2; ++poly) {
                CHECK(blocks[a / 2].poly(a % 2, poly) != blocks[b / 2].poly(b % 2, poly));
            }
        }
    }
}

TEST("records that are not there decrypt to zero") {
    Owner owner(per_record_profile());
    for (const Packing packing : {Packing::kCoefficients, Packing::kSlots}) {
        const OwnedBlock block = encrypt(owner, Values{{5, -6, 7}}, packing, Form::kNtt);
        std::vector<std::int64_t> expected(owner.context.degree());
        expected[0] = 5;
        expected[1] = -6;
        expected[2] = 7;
        check_column(owner, *block, 0, packing, expected);
    }
}

TEST("a column of no records is a column of zeros") {
    const Owner bfv(per_record_profile());
    for (const Packing packing : {Packing::kCoefficients, Packing::kSlots}) {
        const OwnedBlock block = encrypt(bfv, Values(1), packing, Form::kNtt);
        CHECK_EQ(decrypt(bfv, *block, 0, packing, 8192).values, std::vector<std::int64_t>(8192));
    }
    const Owner ckks(sealed_profile());
    const OwnedBlock block = encrypt(ckks, Reals(1), Packing::kSlots, Form::kNtt, kScale);
    const std::vector<double> zeros(4096);
    CHECK_BETWEEN(0, largest_error(decrypt_reals(ckks, *block, 0, kScale, zeros.size()), zeros), 3e-8);
}

TEST("a real number that the modulus cannot hold at its scale is refused with its place and the scale") {
    std::vector<std::uint64_t> residues(3 * 8192);
    for (const std::size_t limbs : {std::size_t{1}, std::size_t{3}}) {
        const Encoder encoder(sealed_profile(), limbs, Packing::kSlots, Form::kNtt, kScale);
        for (const double value : {1e40, -1e40, 1e308, -1e308}) {
            const std::vector<double> values = {0, 1, value, 2};
            CHECK_THROWS(encoder.encode(values.data(), values.size(), residues.data()), ErrorKind::kInvalidArgument,
                         "value 2 is too large");
            CHECK_THROWS(encoder.encode_constant(value, residues.data()), ErrorKind::kInvalidArgument,
                         "the scale 1.09951e+12 does not fit " + std::to_string(limbs) + " primes");
        }
        const double fits = 1000;
        encoder.encode(&fits, 1, residues.data());
        encoder.encode_constant(fits, residues.data());
    }
}

TEST("a value that does not fit is refused with its number, its record and the limits") {
    std::vector<std::uint64_t> residues(3 * 8192);
    const auto refused = [&](const Context &context, std::int64_t value, const std::string &limits) {
        const std::vector<std::int64_t> values = {0, 1, value};
        const Encoder encoder(context, 1, Packing::kCoefficients, Form::kCoefficient, 1);
        CHECK_THROWS(encoder.encode(values.data(), 3, residues.data()), ErrorKind::kInvalidArgument,
                     "value " + std::to_string(value) + " of record 2");
        CHECK_THROWS(encoder.encode(values.data(), 3, residues.data()), ErrorKind::kInvalidArgument, limits);
        CHECK_THROWS(encoder.encode_constant(value, residues.data()), ErrorKind::kInvalidArgument,
                     "value " + std::to_string(value));
    };
    for (const std::int64_t value : {std::int64_t{2097152}, std::int64_t{-2097153}, INT64_MAX, INT64_MIN}) {
        refused(open_profile(), value, "between -2097152 and 2097151");
    }
    const auto half = static_cast<std::int64_t>(per_record_profile().parameters().plain_modulus / 2);
    for (const std::int64_t value : {half + 1, -half - 1}) {
        refused(per_record_profile(), value, "between " + std::to_string(-half) + " and " + std::to_string(half));
    }
}

TEST("encodings that the parameters do not have are refused") {
    std::vector<std::uint64_t> residues(3 * 8192);
    const std::int64_t integer = 1;
    const double real = 1;
    const double infinite = INFINITY;
    CHECK_THROWS(Encoder(open_profile(), 1, Packing::kSlots, Form::kNtt, 1), ErrorKind::kInvalidArgument, "4194304");
    CHECK_THROWS(Encoder(open_profile(), 2, Packing::kCoefficients, Form::kNtt, 1), ErrorKind::kInvalidArgument,
                 "2 primes");
    CHECK_THROWS(Encoder(sealed_profile(), 3, Packing::kCoefficients, Form::kNtt, kScale), ErrorKind::kInvalidArgument,
                 "slots");
    CHECK_THROWS(Encoder(sealed_profile(), 3, Packing::kSlots, Form::kCoefficient, kScale), ErrorKind::kInvalidArgument,
                 "NTT");
    for (const double scale : {0.0, -1.0, static_cast<double>(NAN), infinite}) {
        CHECK_THROWS(Encoder(sealed_profile(), 3, Packing::kSlots, Form::kNtt, scale), ErrorKind::kInvalidArgument,
                     "it is " + std::to_string(scale));
    }
    const Encoder integers(open_profile(), 1, Packing::kCoefficients, Form::kCoefficient, 1);
    CHECK_THROWS(integers.encode(&real, 1, residues.data()), ErrorKind::kInvalidArgument, "CKKS");
    CHECK_THROWS(integers.encode_constant(real, residues.data()), ErrorKind::kInvalidArgument, "CKKS");
    const Encoder reals(sealed_profile(), 3, Packing::kSlots, Form::kNtt, kScale);
    CHECK_THROWS(reals.encode(&integer, 1, residues.data()), ErrorKind::kInvalidArgument, "BFV");
    CHECK_THROWS(reals.encode_constant(integer, residues.data()), ErrorKind::kInvalidArgument, "BFV");
    const std::vector<double> many(sealed_profile().degree() / 2 + 1);
    CHECK_THROWS(reals.encode(many.data(), many.size(), residues.data()), ErrorKind::kInvalidArgument,
                 "4097 values do not fit 4096 slots");
    CHECK_THROWS(reals.encode(&infinite, 1, residues.data()), ErrorKind::kInvalidArgument, "value 0 is not a finite");
    CHECK_THROWS(reals.encode_constant(infinite, residues.data()), ErrorKind::kInvalidArgument, "not a finite");
}

TEST("a constant's pattern is the polynomial of equal values") {
    for (const Setting &setting : bfv_settings()) {
        const check::Note note(setting.name);
        const Context &context = setting.context;
        const std::size_t limbs = context.data_limbs();
        const auto t = static_cast<std::int64_t>(context.parameters().plain_modulus);
        const Encoder encoder(context, limbs, setting.packing, setting.form, 1);
        for (const std::int64_t value : {std::int64_t{0}, std::int64_t{1}, std::int64_t{-1}, -(t / 2), (t - 1) / 2}) {
            const std::vector<std::int64_t> values(context.degree(), value);
            std::vector<std::uint64_t> equal(limbs * context.degree());
            const Message message = encoder.encode(values.data(), values.size(), equal.data());
            std::vector<std::uint64_t> constant(limbs);
            encoder.encode_constant(value, constant.data());
            std::vector<std::uint64_t> pattern(limbs * context.degree());
            for (std::size_t limb = 0; limb < limbs; ++limb) {
                std::uint64_t *residues = pattern.data() + limb * context.degree();
                if (setting.form != message.form) {
                    context.to_ntt(equal.data() + limb * context.degree(), limb);
                }
                if (encoder.pattern() == Encoder::Pattern::kFirst) {
                    residues[0] = constant[limb];
                } else {
                    std::fill_n(residues, context.degree(), constant[limb]);
                }
                if (encoder.pattern() == Encoder::Pattern::kOnes) {
                    context.to_ntt(residues, limb);  // r (1 + x + x^2 + ...): the transform is linear
                }
            }
            CHECK_EQ(pattern, equal);
        }
    }
}

TEST("real numbers survive CKKS under either key, and SEAL finds the same plaintext bit for bit") {
    check::Random random;
    Owner owner(sealed_profile());
    const Context &context = owner.context;
    const std::size_t records = context.degree() / 2;
    const Reals values = random_reals(random, 1, records);
    const OwnedBlock key = public_key(owner);
    for (std::size_t limbs = 1; limbs <= context.data_limbs(); ++limbs) {
        std::vector<OwnedBlock> blocks;
        blocks.push_back(encrypt_public(context, *key, values, limbs, Packing::kSlots, Form::kNtt, kScale));
        if (limbs == context.data_limbs()) {
            blocks.push_back(encrypt(owner, values, Packing::kSlots, Form::kNtt, kScale));
        }
        for (const OwnedBlock &block : blocks) {
            // A slot is a sum of N noise coefficients of deviation 340 (public key), over the scale: 3e-8.
            CHECK_BETWEEN(0, largest_error(decrypt_reals(owner, *block, 0, kScale, records), values[0]), 3e-7);
            seal::Plaintext plain;
            owner.seal_decryptor.decrypt(context.load(*block, 0, kScale), plain);
            std::vector<std::uint64_t> residues(limbs * context.degree());
            Decryptor(context, owner.secret, *block).decrypt_ntt(0, residues.data());
            CHECK_EQ(residues, std::vector<std::uint64_t>(plain.data(), plain.data() + plain.coeff_count()));
        }
    }
}

TEST("the constant of CKKS is the real number in every slot") {
    check::Random random;
    const Owner owner(sealed_profile());
    const Context &context = owner.context;
    const std::size_t records = context.degree() / 2;
    const Encoder encoder(context, context.data_limbs(), Packing::kSlots, Form::kNtt, kScale);
    CHECK(encoder.pattern() == Encoder::Pattern::kEverywhere);
    for (const double value : {0.0, 1.0, -1.0, 0.1, -123456.789}) {
        std::vector<std::uint64_t> constant(context.data_limbs());
        encoder.encode_constant(value, constant.data());
        std::vector<std::uint64_t> residues;
        for (const std::uint64_t residue : constant) {
            residues.insert(residues.end(), context.degree(), residue);
        }
        std::vector<double> decoded(records);
        encoder.decode(residues.data(), decoded.data(), records);
        CHECK_BETWEEN(0, largest_error(decoded, std::vector<double>(records, value)), 1e-9);
    }
}
