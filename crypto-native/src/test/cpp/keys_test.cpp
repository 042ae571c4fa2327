// Our keys in SEAL's hands, beside SEAL's own.

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "check.h"
#include "support.h"

using namespace support;

namespace {

constexpr double kScale = 1099511627776.0;  // 2^40

std::vector<std::uint8_t> exported(const Context &context, const SecretKey &secret) {
    std::vector<std::uint8_t> bytes(SecretKey::exported_size(context.degree()));
    secret.export_bytes(bytes.data());
    return bytes;
}

/// b + a s modulo one prime, in NTT form.
std::vector<std::uint64_t> phase(const Owner &owner, const Block &key, std::size_t column, std::size_t limb) {
    std::vector<std::uint64_t> sum(key.plane(column, 1, limb), key.plane(column, 1, limb) + key.degree);
    multiply_by_secret(owner.context, owner.secret, sum.data(), limb);
    for (std::size_t j = 0; j < key.degree; ++j) {
        sum[j] = add_mod(sum[j], key.plane(column, 0, limb)[j], owner.context.prime(limb));
    }
    return sum;
}

/// The signed integers that NTT residues stand for.
std::vector<std::int64_t> small_integers(const Context &context, std::vector<std::uint64_t> residues,
                                         std::size_t limb) {
    context.from_ntt(residues.data(), limb);
    std::vector<std::int64_t> integers;
    for (const std::uint64_t residue : residues) {
        integers.push_back(centred(residue, context.prime(limb)));
    }
    return integers;
}

/// Noise of variance 10.5 and at most 21.
void check_noise(const std::vector<std::int64_t> &noise) {
    double squares = 0;
    for (const std::int64_t value : noise) {
        CHECK_BETWEEN(-21, static_cast<double>(value), 21);
        squares += static_cast<double>(value * value);
    }
    CHECK_BETWEEN(8, squares / static_cast<double>(noise.size()), 13);  // 2048 samples: standard deviation 0.33
}

/// A ciphertext of three polynomials that has hardly any noise, so that what relinearising adds can be seen:
/// (c0 - u s^2, c1, u) with u uniform.
OwnedBlock three_polynomials(check::Random &random, const Owner &owner, const OwnedBlock &two) {
    const Context &context = owner.context;
    OwnedBlock three = random_block(random, context, 1, 3, two->limbs, two->form);
    for (std::size_t limb = 0; limb < two->limbs; ++limb) {
        std::vector<std::uint64_t> square(three->plane(0, 2, limb), three->plane(0, 2, limb) + two->degree);
        multiply_by_secret(owner.context, owner.secret, square.data(), limb);
        multiply_by_secret(owner.context, owner.secret, square.data(), limb);
        for (std::size_t j = 0; j < two->degree; ++j) {
            three->plane(0, 0, limb)[j] = sub_mod(two->plane(0, 0, limb)[j], square[j], context.prime(limb));
            three->plane(0, 1, limb)[j] = two->plane(0, 1, limb)[j];
        }
    }
    return three;
}

double median_error(const std::vector<double> &actual, const std::vector<double> &expected) {
    std::vector<double> errors;
    for (std::size_t i = 0; i < actual.size(); ++i) {
        errors.push_back(std::abs(actual[i] - expected[i]));
    }
    std::nth_element(errors.begin(), errors.begin() + static_cast<std::ptrdiff_t>(errors.size() / 2), errors.end());
    return errors[errors.size() / 2];
}

}  // namespace

TEST("a secret key that is written and read again is the same key") {
    check::Random random;
    for (const Context *context : {&open_profile(), &shielded_profile(), &sealed_profile()}) {
        const SecretKey secret(*context);
        const std::vector<std::uint8_t> bytes = exported(*context, secret);
        const SecretKey again(*context, bytes.data(), bytes.size());
        CHECK_EQ(exported(*context, again), bytes);
        for (std::size_t limb = 0; limb < context->key_limbs(); ++limb) {
            std::vector<std::uint64_t> one(context->degree());
            for (auto &residue : one) {
                residue = random.below(context->prime(limb));
            }
            std::vector<std::uint64_t> other = one;
            multiply_by_secret(*context, secret, one.data(), limb);
            multiply_by_secret(*context, again, other.data(), limb);
            CHECK_EQ(one, other);
        }
    }
}

TEST("a secret key's bytes are two bits for each coefficient, first coefficient lowest: 0, 1, 2 for -1, 0, 1") {
    const Context &context = open_profile();
    std::vector<std::uint8_t> bytes(SecretKey::exported_size(context.degree()), 0x55);  // zeros
    bytes[0] = 0b01'10'01'00;                                                           // -1, 0, 1, 0: s = x^2 - 1
    const SecretKey secret(context, bytes.data(), bytes.size());
    std::vector<std::uint64_t> product(context.degree());
    product[0] = 5;
    context.to_ntt(product.data(), 0);
    multiply_by_secret(context, secret, product.data(), 0);
    std::vector<std::int64_t> expected(context.degree());
    expected[0] = -5;
    expected[2] = 5;
    CHECK_EQ(small_integers(context, product, 0), expected);
}

TEST("bytes that are no secret key are refused") {
    const Context &context = open_profile();
    const std::size_t size = SecretKey::exported_size(context.degree());
    CHECK_EQ(size, std::size_t{512});
    const std::vector<std::uint8_t> zeros(2 * size, 0x55);
    for (const std::size_t wrong : {std::size_t{0}, size - 1, size + 1, 2 * size}) {
        CHECK_THROWS(SecretKey(context, zeros.data(), wrong), ErrorKind::kInvalidArgument,
                     "has 512 bytes, not " + std::to_string(wrong));
    }
    for (const std::size_t j : {std::size_t{0}, std::size_t{1}, context.degree() / 2, context.degree() - 1}) {
        std::vector<std::uint8_t> bytes(zeros.begin(), zeros.begin() + static_cast<std::ptrdiff_t>(size));
        bytes[j / 4] = static_cast<std::uint8_t>(bytes[j / 4] | 3U << (2 * (j % 4)));
        CHECK_THROWS(SecretKey(context, bytes.data(), size), ErrorKind::kInvalidArgument, "not -1, 0 or 1");
    }
}

TEST("every secret key is another one") {
    const Context &context = open_profile();
    CHECK(exported(context, SecretKey(context)) != exported(context, SecretKey(context)));
}

TEST("the square of the secret is what two multiplications make") {
    check::Random random;
    const Owner owner(shielded_profile());
    for (std::size_t limb = 0; limb < owner.context.key_limbs(); ++limb) {
        const std::uint64_t q = owner.context.prime(limb);
        for (const std::uint64_t factor : {std::uint64_t{1}, q - 1, (std::uint64_t{1} << 60) - 93}) {
            std::vector<std::uint64_t> expected(owner.context.degree());
            std::vector<std::uint64_t> actual(owner.context.degree());
            for (std::size_t j = 0; j < actual.size(); ++j) {
                actual[j] = random.below(q);
            }
            std::vector<std::uint64_t> square(owner.context.degree(), factor % q);
            multiply_by_secret(owner.context, owner.secret, square.data(), limb);
            multiply_by_secret(owner.context, owner.secret, square.data(), limb);
            for (std::size_t j = 0; j < actual.size(); ++j) {
                expected[j] = add_mod(actual[j], square[j], q);
            }
            owner.secret.add_square_times(factor, actual.data(), limb);
            CHECK_EQ(actual, expected);
        }
    }
}

TEST("a public key hides zero: the same noise modulo every prime, and a second polynomial that its seed brings back") {
    for (const Context *context : {&open_profile(), &shielded_profile(), &sealed_profile()}) {
        const Owner owner(*context);
        const OwnedBlock key(*context, 1, 2, context->key_limbs(), Form::kNtt);
        const Seed seed = make_public_key(*context, owner.secret, *key);
        const std::vector<std::int64_t> noise = small_integers(*context, phase(owner, *key, 0, 0), 0);
        check_noise(noise);
        for (std::size_t limb = 1; limb < context->key_limbs(); ++limb) {
            CHECK_EQ(small_integers(*context, phase(owner, *key, 0, limb), limb), noise);
        }
        const OwnedBlock expanded(*context, 1, 2, context->key_limbs(), Form::kNtt);
        expand_seed(*context, seed, *expanded);
        CHECK_EQ(expanded.poly(0, 1), key.poly(0, 1));
    }
}

TEST("column i of a relinearisation key hides P s^2 modulo prime i, and zero modulo the others") {
    for (const Context *context : {&shielded_profile(), &per_record_profile(), &sealed_profile()}) {
        const Owner owner(*context);
        const OwnedBlock key(*context, context->data_limbs(), 2, context->key_limbs(), Form::kNtt);
        const Seed seed = make_relinearisation_key(*context, owner.secret, *key);
        const std::uint64_t special = context->parameters().primes.back();
        for (std::size_t i = 0; i < context->data_limbs(); ++i) {
            std::vector<std::vector<std::int64_t>> noise;
            for (std::size_t limb = 0; limb < context->key_limbs(); ++limb) {
                const std::uint64_t q = context->prime(limb);
                std::vector<std::uint64_t> residues = phase(owner, *key, i, limb);
                std::vector<std::uint64_t> hidden(context->degree(), i == limb ? special % q : 0);
                multiply_by_secret(owner.context, owner.secret, hidden.data(), limb);
                multiply_by_secret(owner.context, owner.secret, hidden.data(), limb);
                for (std::size_t j = 0; j < residues.size(); ++j) {
                    residues[j] = sub_mod(residues[j], hidden[j], q);
                }
                noise.push_back(small_integers(*context, residues, limb));
                CHECK_EQ(noise.back(), noise.front());
            }
            check_noise(noise.front());
        }
        const OwnedBlock expanded(*context, key->columns, 2, context->key_limbs(), Form::kNtt);
        expand_seed(*context, seed, *expanded);
        for (std::size_t i = 0; i < key->columns; ++i) {
            CHECK_EQ(expanded.poly(i, 1), key.poly(i, 1));
        }
    }
}

TEST("SEAL encrypts under our public key as well as under its own") {
    check::Random random;
    for (const Context *context : {&open_profile(), &shielded_profile(), &per_record_profile()}) {
        Owner owner(*context);
        const Values values = random_values(random, 1, context->degree(), 0, 1000);
        seal::Plaintext plain(context->degree());
        std::copy(values[0].begin(), values[0].end(), plain.data());
        seal::PublicKey own;
        seal::KeyGenerator(context->seal(), owner.seal_secret).create_public_key(own);
        const OwnedBlock block(*context, 2, Form::kCoefficient);
        seal::Ciphertext ciphertext;
        seal::Encryptor(context->seal(), to_seal_public_key(*context, *public_key(owner))).encrypt(plain, ciphertext);
        context->store(ciphertext, *block, 0);
        seal::Encryptor(context->seal(), own).encrypt(plain, ciphertext);
        context->store(ciphertext, *block, 1);
        const Decrypted ours = decrypt(owner, *block, 0, Packing::kCoefficients, context->degree());
        CHECK_EQ(ours.values, values[0]);
        CHECK_EQ(ours.coefficients, seal_decrypt(owner, context->load(*block, 0, 1)));
        const double theirs = decrypt(owner, *block, 1, Packing::kCoefficients, 1).margin;
        CHECK_BETWEEN(theirs - 1, ours.margin, theirs + 1);
    }
}

TEST("SEAL encrypts real numbers under our public key") {
    check::Random random;
    const Owner owner(sealed_profile());
    const Context &context = owner.context;
    const std::size_t records = context.degree() / 2;
    const Reals values = random_reals(random, 1, records);
    seal::Plaintext plain;
    context.ckks_encoder().encode(values[0], kScale, plain);
    seal::Ciphertext ciphertext;
    seal::Encryptor(context.seal(), to_seal_public_key(context, *public_key(owner))).encrypt(plain, ciphertext);
    const OwnedBlock block(context, 1, Form::kNtt);
    context.store(ciphertext, *block, 0);
    CHECK_BETWEEN(0, largest_error(decrypt_reals(owner, *block, 0, kScale, records), values[0]), 3e-7);
}

TEST("SEAL relinearises BFV with our key, and adds as little noise as with its own") {
    check::Random random;
    for (const Context *context : {&shielded_profile(), &per_record_profile()}) {
        const Owner owner(*context);
        seal::KeyGenerator generator(context->seal(), owner.seal_secret);
        const Values values = full_range_values(random, *context, 1);
        const OwnedBlock three =
            three_polynomials(random, owner, encrypt(owner, values, Packing::kCoefficients, Form::kNtt));
        const double before = decrypt(owner, *three, 0, Packing::kCoefficients, 1).margin;
        const OwnedBlock result(*context, 1, Form::kCoefficient);
        const auto margin_with = [&](const seal::RelinKeys &key) {
            seal::Ciphertext ciphertext = to_seal_bfv(*context, *three, 0);
            context->evaluator().relinearize_inplace(ciphertext, key);
            context->store(ciphertext, *result, 0);
            const Decrypted decrypted = decrypt(owner, *result, 0, Packing::kCoefficients, context->degree());
            CHECK_EQ(decrypted.values, values[0]);
            return decrypted.margin;
        };
        // SEAL's digits are not centred, so that the largest noise follows the sum of a key's own, and keys differ.
        constexpr int kKeys = 8;
        double ours = 0;
        double theirs = 0;
        for (int i = 0; i < kKeys; ++i) {
            seal::RelinKeys own;
            generator.create_relin_keys(own);
            ours += margin_with(to_seal_relinearisation_key(*context, *relinearisation_key(owner))) / kKeys;
            theirs += margin_with(own) / kKeys;
        }
        CHECK(ours < before - 4);  // there is something to compare
        CHECK_BETWEEN(theirs - 2, ours, theirs + 2);
    }
}

TEST("SEAL relinearises CKKS with our key, and adds as little noise as with its own") {
    check::Random random;
    const Owner owner(sealed_profile());
    const Context &context = owner.context;
    const std::size_t records = context.degree() / 2;
    const Reals values = random_reals(random, 1, records);
    const OwnedBlock three =
        three_polynomials(random, owner, encrypt(owner, values, Packing::kSlots, Form::kNtt, kScale));
    seal::RelinKeys own;
    seal::KeyGenerator(context.seal(), owner.seal_secret).create_relin_keys(own);
    const OwnedBlock results(context, 2, Form::kNtt);
    const seal::RelinKeys ours = to_seal_relinearisation_key(context, *relinearisation_key(owner));
    double errors[2];
    for (const std::size_t i : {0, 1}) {
        seal::Ciphertext ciphertext = context.load(*three, 0, kScale);
        context.evaluator().relinearize_inplace(ciphertext, i == 0 ? ours : own);
        context.store(ciphertext, *results, i);
        const std::vector<double> decrypted = decrypt_reals(owner, *results, i, kScale, records);
        // SEAL's digits are not centred, so the noise of a key weighs heavily in the slots whose root is near 1: a
        // deviation of 5e-7 in the first. The median slot tells the keys apart, were they different.
        CHECK_BETWEEN(0, largest_error(decrypted, values[0]), 5e-6);
        errors[i] = median_error(decrypted, values[0]);
    }
    CHECK_BETWEEN(-1, std::log2(errors[0] / errors[1]), 1);
}
