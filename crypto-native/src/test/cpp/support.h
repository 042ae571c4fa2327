// What the tests share: parameter profiles, blocks with memory of their own, and the way from our keys to SEAL's.
#pragma once

#include <seal/seal.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "check.h"
#include "nightjar/context.h"
#include "nightjar/decryption.h"
#include "nightjar/encoding.h"
#include "nightjar/encryption.h"
#include "nightjar/kernel/dispatch.h"
#include "nightjar/keys.h"

namespace support {

using namespace nightjar;

/// What every word of a block holds until something is written to it; no residue of a 60-bit prime has this value.
inline constexpr std::uint64_t kUnwritten = 0xdeadbeefdeadbeefU;

inline std::vector<std::uint64_t> primes(std::size_t degree, const std::vector<int> &bits) {
    std::vector<std::uint64_t> values;
    for (const seal::Modulus &modulus : seal::CoeffModulus::Create(degree, bits)) {
        values.push_back(modulus.value());
    }
    return values;
}

// The profiles of the design. Contexts are slow to make and safe to share.

inline const Context &open_profile() {
    static const Context context({Scheme::kBfv, 2048, primes(2048, {44}), std::uint64_t{1} << 22, true});
    return context;
}

inline const Context &shielded_profile() {
    static const Context context({Scheme::kBfv, 4096, primes(4096, {44, 44, 18}), std::uint64_t{1} << 26, true});
    return context;
}

inline const Context &per_record_profile() {
    static const Context context(
        {Scheme::kBfv, 8192, primes(8192, {44, 44, 44, 20}), seal::PlainModulus::Batching(8192, 26).value(), true});
    return context;
}

inline const Context &sealed_profile() {
    static const Context context({Scheme::kCkks, 8192, primes(8192, {60, 40, 40, 60}), 0, true});
    return context;
}

/// A block and the memory that its view points to.
class OwnedBlock {
public:
    OwnedBlock(const Context &context, std::size_t columns, std::size_t polys, std::size_t limbs, Form form)
        : words_(columns * column_stride(context.degree(), polys, limbs), kUnwritten),
          view_{words_.data(), context.degree(), columns, polys, limbs, form} {}

    /// A fresh block at the data level.
    OwnedBlock(const Context &context, std::size_t columns, Form form)
        : OwnedBlock(context, columns, 2, context.data_limbs(), form) {}

    OwnedBlock(OwnedBlock &&) = default;

    const Block &view() const { return view_; }
    const Block *operator->() const { return &view_; }
    const Block &operator*() const { return view_; }
    const std::vector<std::uint64_t> &words() const { return words_; }

    /// The residues of one polynomial of a column, [limb][coefficient].
    std::vector<std::uint64_t> poly(std::size_t column, std::size_t poly) const {
        const std::uint64_t *first = view_.plane(column, poly, 0);
        return {first, first + view_.limbs * view_.degree};
    }

private:
    std::vector<std::uint64_t> words_;
    Block view_;
};

/// The coefficients of a secret key: -1, 0 or 1.
inline std::vector<int> coefficients(const Context &context, const SecretKey &secret) {
    std::vector<std::uint8_t> bytes(SecretKey::exported_size(context.degree()));
    secret.export_bytes(bytes.data());
    std::vector<int> values(context.degree());
    for (std::size_t j = 0; j < values.size(); ++j) {
        values[j] = static_cast<int>((bytes[j / 4] >> (2 * (j % 4))) & 3U) - 1;
    }
    return values;
}

/// residues[j] *= s[j] modulo one prime, in NTT form.
inline void multiply_by_secret(const Context &context, const SecretKey &secret, std::uint64_t *residues,
                               std::size_t limb) {
    context.ring(limb).multiply_add(residues, secret.factors(limb), nullptr, residues);
}

inline seal::SecretKey to_seal_secret_key(const Context &context, const SecretKey &secret) {
    const std::vector<int> values = coefficients(context, secret);
    seal::SecretKey converted;
    converted.data().resize(context.degree() * context.key_limbs());
    for (std::size_t limb = 0; limb < context.key_limbs(); ++limb) {
        std::uint64_t *residues = converted.data().data() + limb * context.degree();
        for (std::size_t j = 0; j < values.size(); ++j) {
            residues[j] = values[j] < 0 ? context.prime(limb) - 1 : static_cast<std::uint64_t>(values[j]);
        }
        context.to_ntt(residues, limb);
    }
    converted.data().parms_id() = context.seal().key_parms_id();
    return converted;
}

inline seal::PublicKey to_seal_public_key(const Context &context, const Block &key) {
    seal::PublicKey converted;
    seal::Ciphertext &ciphertext = converted.data();
    ciphertext.resize(context.seal(), context.seal().key_parms_id(), 2);
    ciphertext.is_ntt_form() = true;
    std::copy_n(key.column(0), 2 * key.limbs * key.degree, ciphertext.data());
    return converted;
}

/// Our secret key, and the same one in SEAL's hands.
struct Owner {
    const Context &context;
    SecretKey secret;
    seal::SecretKey seal_secret;
    seal::Decryptor seal_decryptor;

    explicit Owner(const Context &c)
        : context(c), secret(c), seal_secret(to_seal_secret_key(c, secret)), seal_decryptor(c.seal(), seal_secret) {}
};

using Values = std::vector<std::vector<std::int64_t>>;  // [column][record]
using Reals = std::vector<std::vector<double>>;

inline Values random_values(check::Random &random, std::size_t columns, std::size_t records, std::int64_t low,
                            std::int64_t high) {
    Values values(columns, std::vector<std::int64_t>(records));
    for (auto &column : values) {
        std::generate(column.begin(), column.end(), [&] { return random.between(low, high); });
    }
    return values;
}

/// All of what the plain modulus can hold, its ends included.
inline Values full_range_values(check::Random &random, const Context &context, std::size_t columns) {
    const auto t = static_cast<std::int64_t>(context.parameters().plain_modulus);
    Values values = random_values(random, columns, context.degree(), -(t / 2), (t - 1) / 2);
    for (auto &column : values) {
        column[0] = -(t / 2);
        column[1] = (t - 1) / 2;
        column[2] = 0;
        column[3] = -1;
    }
    return values;
}

inline Reals random_reals(check::Random &random, std::size_t columns, std::size_t records) {
    Reals values(columns, std::vector<double>(records));
    for (auto &column : values) {
        std::generate(column.begin(), column.end(),
                      [&] { return static_cast<double>(random.between(-1'000'000, 1'000'000)) / 1e6; });
    }
    return values;
}

/// x modulo t, in [-t/2, t/2).
inline std::int64_t centred(__int128 x, std::uint64_t t) {
    const auto modulus = static_cast<__int128>(t);
    const __int128 residue = (x % modulus + modulus) % modulus;
    return static_cast<std::int64_t>(residue > (modulus - 1) / 2 ? residue - modulus : residue);
}

/// Fresh ciphertexts under the secret key, one column for each list of values.
template <typename Columns>
OwnedBlock encrypt(const Owner &owner, const Columns &values, Packing packing, Form form, double scale = 1) {
    const Context &context = owner.context;
    OwnedBlock block(context, values.size(), form);
    const Encoder encoder(context, context.data_limbs(), packing, form, scale);
    SymmetricEncryptor encryptor(context, owner.secret, fresh_seed());
    std::vector<std::uint64_t> residues(context.data_limbs() * context.degree());
    for (std::size_t column = 0; column < values.size(); ++column) {
        const Message message = encoder.encode(values[column].data(), values[column].size(), residues.data());
        encryptor.encrypt(*block, column, message);
    }
    return block;
}

/// The same under a public key, directly at the block's level.
template <typename Columns>
OwnedBlock encrypt_public(const Context &context, const Block &key, const Columns &values, std::size_t limbs,
                          Packing packing, Form form, double scale = 1) {
    OwnedBlock block(context, values.size(), 2, limbs, form);
    const Encoder encoder(context, limbs, packing, form, scale);
    PublicEncryptor encryptor(context, key);
    std::vector<std::uint64_t> residues(limbs * context.degree());
    for (std::size_t column = 0; column < values.size(); ++column) {
        const Message message = encoder.encode(values[column].data(), values[column].size(), residues.data());
        encryptor.encrypt(*block, column, message);
    }
    return block;
}

inline OwnedBlock public_key(const Owner &owner) {
    OwnedBlock key(owner.context, 1, 2, owner.context.key_limbs(), Form::kNtt);
    make_public_key(owner.context, owner.secret, *key);
    return key;
}

inline OwnedBlock relinearisation_key(const Owner &owner) {
    OwnedBlock key(owner.context, owner.context.data_limbs(), 2, owner.context.key_limbs(), Form::kNtt);
    make_relinearisation_key(owner.context, owner.secret, *key);
    return key;
}

/// A relinearisation key in the form that SEAL's evaluator takes.
inline seal::RelinKeys to_seal_relinearisation_key(const Context &context, const Block &key) {
    seal::RelinKeys converted;
    converted.parms_id() = context.seal().key_parms_id();
    converted.data().resize(1);
    converted.data()[0].resize(key.columns);
    for (std::size_t i = 0; i < key.columns; ++i) {
        seal::Ciphertext &ciphertext = converted.data()[0][i].data();
        ciphertext.resize(context.seal(), context.seal().key_parms_id(), 2);
        ciphertext.is_ntt_form() = true;
        std::copy_n(key.column(i), key.polys * key.limbs * key.degree, ciphertext.data());
    }
    return converted;
}

/// What our decryptor makes of a column.
struct Decrypted {
    std::vector<std::uint64_t> coefficients;  // modulo t
    std::vector<std::int64_t> values;
    double margin;
};

inline Decrypted decrypt(const Owner &owner, const Block &block, std::size_t column, Packing packing,
                         std::size_t records) {
    const Context &context = owner.context;
    Decrypted result{std::vector<std::uint64_t>(context.degree()), std::vector<std::int64_t>(records), 0};
    result.margin = Decryptor(context, owner.secret, block).decrypt(column, result.coefficients.data());
    Encoder(context, block.limbs, packing, block.form, 1)
        .decode(result.coefficients.data(), result.values.data(), records);
    return result;
}

inline std::vector<double> decrypt_reals(const Owner &owner, const Block &block, std::size_t column, double scale,
                                         std::size_t records) {
    std::vector<std::uint64_t> residues(block.limbs * block.degree);
    std::vector<double> values(records);
    Decryptor(owner.context, owner.secret, block).decrypt_ntt(column, residues.data());
    Encoder(owner.context, block.limbs, Packing::kSlots, Form::kNtt, scale)
        .decode(residues.data(), values.data(), records);
    return values;
}

/// A column as SEAL's BFV decryptor takes it: in coefficient form.
inline seal::Ciphertext to_seal_bfv(const Context &context, const Block &block, std::size_t column) {
    seal::Ciphertext ciphertext = context.load(block, column, 1);
    if (ciphertext.is_ntt_form()) {
        context.evaluator().transform_from_ntt_inplace(ciphertext);
    }
    return ciphertext;
}

/// The plaintext's coefficients modulo t, by SEAL.
inline std::vector<std::uint64_t> seal_decrypt(Owner &owner, const seal::Ciphertext &ciphertext) {
    seal::Plaintext plain;
    owner.seal_decryptor.decrypt(ciphertext, plain);
    std::vector<std::uint64_t> coefficients(owner.context.degree());
    std::copy_n(plain.data(), plain.coeff_count(), coefficients.begin());
    return coefficients;
}

/// Uniform residues in every polynomial: to the operations that are linear in a ciphertext, as good as a real one.
inline OwnedBlock random_block(check::Random &random, const Context &context, std::size_t columns, std::size_t polys,
                               std::size_t limbs, Form form) {
    OwnedBlock block(context, columns, polys, limbs, form);
    for (std::size_t column = 0; column < columns; ++column) {
        for (std::size_t word = 0; word < polys * limbs * context.degree(); ++word) {
            block->column(column)[word] = random.below(context.prime(word / context.degree() % limbs));
        }
    }
    return block;
}

inline double largest_error(const std::vector<double> &actual, const std::vector<double> &expected) {
    double largest = 0;
    for (std::size_t i = 0; i < actual.size(); ++i) {
        largest = std::max(largest, std::abs(actual[i] - expected[i]));
    }
    return largest;
}

/// log2 of the product of the first `limbs` primes.
inline double modulus_bits(const Context &context, std::size_t limbs) {
    double bits = 0;
    for (std::size_t limb = 0; limb < limbs; ++limb) {
        bits += std::log2(static_cast<double>(context.prime(limb)));
    }
    return bits;
}

}  // namespace support
