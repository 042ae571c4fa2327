#include <algorithm>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "bridge.h"
#include "io_nightjar_crypto_natives_Native.h"
#include "nightjar/bit_packing.h"
#include "nightjar/decryption.h"
#include "nightjar/encoding.h"
#include "nightjar/encryption.h"
#include "nightjar/error.h"
#include "nightjar/evaluation.h"

using namespace nightjar;
using bridge::from_handle;
using bridge::guard;
using bridge::stop_if;
using bridge::to_handle;

namespace {

/// The values of the used slots of a batch: integers for BFV, real numbers for CKKS, column after column.
class Values {
public:
    Values(JNIEnv *env, jobject array, std::size_t slots, const Encoder &encoder)
        : env_(env), array_(array), slots_(slots), encoder_(encoder) {
        const jclass integers = env->FindClass("[J");
        if (integers == nullptr) {
            throw bridge::PendingJavaException();
        }
        integers_ = env->IsInstanceOf(array, integers) == JNI_TRUE;
    }

    Message encode(std::size_t column, std::uint64_t *residues) const {
        try {
            if (integers_) {
                const auto values = bridge::longs(env_, static_cast<jlongArray>(array_), column * slots_, slots_);
                return encoder_.encode(values.data(), slots_, residues);
            }
            const auto values = bridge::doubles(env_, static_cast<jdoubleArray>(array_), column * slots_, slots_);
            return encoder_.encode(values.data(), slots_, residues);
        } catch (const Error &error) {
            throw Error(error.kind(), "column " + std::to_string(column) + ": " + error.what());
        }
    }

private:
    JNIEnv *env_;
    jobject array_;
    std::size_t slots_;
    const Encoder &encoder_;
    bool integers_ = false;
};

template <typename Encrypt>
void encrypt_columns(JNIEnv *env, const Context &context, const Block &target, jint packing, jdouble scale,
                     jobject values, jint slots, jobject cancellation, Encrypt encrypt) {
    const Encoder encoder(context, target.limbs, static_cast<Packing>(packing), target.form, scale);
    const Values source(env, values, static_cast<std::size_t>(slots), encoder);
    const auto should_stop = bridge::should_stop(env, cancellation);
    SecretWords residues(target.limbs * target.degree);
    for (std::size_t column = 0; column < target.columns; ++column) {
        stop_if(should_stop);
        encrypt(column, source.encode(column, residues.get()));
    }
}

std::size_t packed_polynomial(const Context &context, const Block &block) {
    std::size_t bytes = 0;
    for (std::size_t limb = 0; limb < block.limbs; ++limb) {
        bytes += packed_size(block.degree, context.prime(limb));
    }
    return bytes;
}

void check_columns(const Block &block, jint first, jint count) {
    if (first < 0 || count < 0 || static_cast<std::size_t>(first) + static_cast<std::size_t>(count) > block.columns) {
        throw Error(ErrorKind::kInvalidArgument, "columns [" + std::to_string(first) + ", " +
                                                     std::to_string(first + count) + ") are not in a block of " +
                                                     std::to_string(block.columns));
    }
}

}  // namespace

JNIEXPORT jlong JNICALL Java_io_nightjar_crypto_natives_Native_createBlock(JNIEnv *env, jclass, jlong context,
                                                                           jint columns, jint polys, jint limbs,
                                                                           jint form) {
    return guard(env, [&] {
        auto created = std::make_unique<bridge::OwnedBlock>(
            from_handle<Context>(context), static_cast<std::size_t>(columns), static_cast<std::size_t>(polys),
            static_cast<std::size_t>(limbs), static_cast<Form>(form));
        from_handle<Context>(context).check(created->view());
        return to_handle(created.release());
    });
}

JNIEXPORT void JNICALL Java_io_nightjar_crypto_natives_Native_destroyBlock(JNIEnv *env, jclass, jlong block) {
    guard(env, [&] { delete &from_handle<bridge::OwnedBlock>(block); });
}

JNIEXPORT void JNICALL Java_io_nightjar_crypto_natives_Native_encryptSymmetric(
    JNIEnv *env, jclass, jlong context, jlong secret, jlong block, jint packing, jdouble scale, jobject values,
    jint slots, jbyteArray seed, jbyteArray public_seed_out, jobject cancellation) {
    guard(env, [&] {
        const auto &c = from_handle<Context>(context);
        const Block &target = bridge::block(c, block);
        const bridge::SecretSeed secret_seed(env, seed);
        SymmetricEncryptor encryptor(c, from_handle<SecretKey>(secret), secret_seed.get());
        encrypt_columns(
            env, c, target, packing, scale, values, slots, cancellation,
            [&](std::size_t column, const Message &message) { encryptor.encrypt(target, column, message); });
        bridge::copy_seed(env, encryptor.public_seed(), public_seed_out);
    });
}

JNIEXPORT void JNICALL Java_io_nightjar_crypto_natives_Native_encryptPublic(JNIEnv *env, jclass, jlong context,
                                                                            jlong key, jlong block, jint packing,
                                                                            jdouble scale, jobject values, jint slots,
                                                                            jobject cancellation) {
    guard(env, [&] {
        const auto &c = from_handle<Context>(context);
        const Block &target = bridge::block(c, block);
        PublicEncryptor encryptor(c, bridge::block(c, key, 1, 2, c.key_limbs(), Form::kNtt));
        encrypt_columns(
            env, c, target, packing, scale, values, slots, cancellation,
            [&](std::size_t column, const Message &message) { encryptor.encrypt(target, column, message); });
    });
}

JNIEXPORT void JNICALL Java_io_nightjar_crypto_natives_Native_encryptZero(JNIEnv *env, jclass, jlong context, jlong key,
                                                                          jlong block, jobject cancellation) {
    guard(env, [&] {
        const auto &c = from_handle<Context>(context);
        const Block &target = bridge::block(c, block);
        PublicEncryptor encryptor(c, bridge::block(c, key, 1, 2, c.key_limbs(), Form::kNtt));
        const auto should_stop = bridge::should_stop(env, cancellation);
        for (std::size_t column = 0; column < target.columns; ++column) {
            stop_if(should_stop);
            encryptor.encrypt_zero(target, column);
        }
    });
}

JNIEXPORT void JNICALL Java_io_nightjar_crypto_natives_Native_addPlain(JNIEnv *env, jclass, jlong context, jlong block,
                                                                       jint packing, jdouble scale, jobject values,
                                                                       jint slots, jlong output, jobject cancellation) {
    guard(env, [&] {
        const auto &c = from_handle<Context>(context);
        const Block &source = bridge::block(c, block);
        const Block &target = bridge::block(c, output, source.columns, source.polys, source.limbs, source.form);
        encrypt_columns(env, c, target, packing, scale, values, slots, cancellation,
                        [&](std::size_t column, const Message &message) {
                            std::copy_n(source.column(column), source.polys * source.limbs * source.degree,
                                        target.column(column));
                            add_message(c, target, column, message);
                        });
    });
}

JNIEXPORT jdouble JNICALL Java_io_nightjar_crypto_natives_Native_decrypt(JNIEnv *env, jclass, jlong context,
                                                                         jlong secret, jlong block, jint packing,
                                                                         jint slots, jlongArray values, jint first,
                                                                         jobject cancellation) {
    return guard(env, [&] {
        const auto &c = from_handle<Context>(context);
        const Block &source = bridge::block(c, block);
        Decryptor decryptor(c, from_handle<SecretKey>(secret), source);
        const Encoder encoder(c, source.limbs, static_cast<Packing>(packing), source.form, 1);
        const auto should_stop = bridge::should_stop(env, cancellation);
        const auto count = static_cast<std::size_t>(slots);
        SecretWords plain(c.degree());
        SecretWords decoded(c.degree());
        auto *numbers = reinterpret_cast<std::int64_t *>(decoded.get());
        double margin = 127;
        for (std::size_t column = 0; column < source.columns; ++column) {
            stop_if(should_stop);
            margin = std::min(margin, decryptor.decrypt(column, plain.get()));
            encoder.decode(plain.get(), numbers, count);
            env->SetLongArrayRegion(values, first + static_cast<jsize>(column * count), slots,
                                    reinterpret_cast<const jlong *>(numbers));
        }
        return margin;
    });
}

JNIEXPORT jdouble JNICALL Java_io_nightjar_crypto_natives_Native_noiseMargin(JNIEnv *env, jclass, jlong context,
                                                                             jlong secret, jlong block,
                                                                             jobject cancellation) {
    return guard(env, [&] {
        const auto &c = from_handle<Context>(context);
        const Block &source = bridge::block(c, block);
        Decryptor decryptor(c, from_handle<SecretKey>(secret), source);
        const auto should_stop = bridge::should_stop(env, cancellation);
        SecretWords plain(c.degree());
        double margin = 127;
        for (std::size_t column = 0; column < source.columns; ++column) {
            stop_if(should_stop);
            margin = std::min(margin, decryptor.decrypt(column, plain.get()));
        }
        return margin;
    });
}

JNIEXPORT void JNICALL Java_io_nightjar_crypto_natives_Native_noise(JNIEnv *env, jclass, jlong context, jlong secret,
                                                                    jlong block, jdoubleArray noise,
                                                                    jobject cancellation) {
    guard(env, [&] {
        const auto &c = from_handle<Context>(context);
        const Block &source = bridge::block(c, block);
        Decryptor decryptor(c, from_handle<SecretKey>(secret), source);
        const auto should_stop = bridge::should_stop(env, cancellation);
        std::vector<double> numbers(source.degree);
        for (std::size_t column = 0; column < source.columns; ++column) {
            stop_if(should_stop);
            decryptor.noise(column, numbers.data());
            env->SetDoubleArrayRegion(noise, static_cast<jsize>(column * numbers.size()),
                                      static_cast<jsize>(numbers.size()), numbers.data());
        }
    });
}

JNIEXPORT void JNICALL Java_io_nightjar_crypto_natives_Native_decryptReal(JNIEnv *env, jclass, jlong context,
                                                                          jlong secret, jlong block, jdouble scale,
                                                                          jint slots, jdoubleArray values, jint first,
                                                                          jobject cancellation) {
    guard(env, [&] {
        const auto &c = from_handle<Context>(context);
        const Block &source = bridge::block(c, block);
        Decryptor decryptor(c, from_handle<SecretKey>(secret), source);
        const Encoder encoder(c, source.limbs, Packing::kSlots, source.form, scale);
        const auto should_stop = bridge::should_stop(env, cancellation);
        const auto count = static_cast<std::size_t>(slots);
        SecretWords plain(source.limbs * source.degree);
        SecretWords decoded(c.degree());
        auto *numbers = reinterpret_cast<double *>(decoded.get());
        for (std::size_t column = 0; column < source.columns; ++column) {
            stop_if(should_stop);
            decryptor.decrypt_ntt(column, plain.get());
            encoder.decode(plain.get(), numbers, count);
            env->SetDoubleArrayRegion(values, first + static_cast<jsize>(column * count), slots, numbers);
        }
    });
}

JNIEXPORT void JNICALL Java_io_nightjar_crypto_natives_Native_add(JNIEnv *env, jclass, jlong context, jlong left,
                                                                  jlong right, jlong output, jobject cancellation) {
    guard(env, [&] {
        const auto &c = from_handle<Context>(context);
        const Block &a = bridge::block(c, left);
        const auto should_stop = bridge::should_stop(env, cancellation);
        BlockEvaluator(c, should_stop)
            .add(a, bridge::block(c, right, a.columns, a.polys, a.limbs, a.form),
                 bridge::block(c, output, a.columns, a.polys, a.limbs, a.form));
    });
}

JNIEXPORT void JNICALL Java_io_nightjar_crypto_natives_Native_multiply(JNIEnv *env, jclass, jlong context, jlong left,
                                                                       jlong right, jdouble left_scale,
                                                                       jdouble right_scale, jlong output,
                                                                       jobject cancellation) {
    guard(env, [&] {
        const auto &c = from_handle<Context>(context);
        const Block &a = bridge::block(c, left);
        const Block &b = bridge::block(c, right, a.columns, 2, a.limbs, a.form);
        const Block &product = bridge::block(c, output, a.columns, 3, a.limbs, a.form);
        const auto should_stop = bridge::should_stop(env, cancellation);
        const BlockEvaluator evaluator(c, should_stop);
        if (left == right) {
            evaluator.square(a, left_scale, product);
        } else {
            evaluator.multiply(a, b, left_scale, right_scale, product);
        }
    });
}

JNIEXPORT void JNICALL Java_io_nightjar_crypto_natives_Native_relinearise(JNIEnv *env, jclass, jlong context,
                                                                          jlong block, jlong key, jlong output,
                                                                          jobject cancellation) {
    guard(env, [&] {
        const auto &c = from_handle<Context>(context);
        const Block &source = bridge::block(c, block);
        const auto should_stop = bridge::should_stop(env, cancellation);
        BlockEvaluator(c, should_stop)
            .relinearise(source, from_handle<RelinearisationKey>(key),
                         bridge::block(c, output, source.columns, 2, source.limbs, source.form));
    });
}

JNIEXPORT void JNICALL Java_io_nightjar_crypto_natives_Native_relineariseAndRescale(JNIEnv *env, jclass, jlong context,
                                                                                    jlong block, jlong key,
                                                                                    jlong output,
                                                                                    jobject cancellation) {
    guard(env, [&] {
        const auto &c = from_handle<Context>(context);
        const Block &source = bridge::block(c, block);
        const Block &target = bridge::block(c, output);
        if (target.limbs > source.limbs) {
            throw Error(ErrorKind::kInvalidArgument, "dividing by primes does not make more of them");
        }
        const auto should_stop = bridge::should_stop(env, cancellation);
        BlockEvaluator(c, should_stop)
            .relinearise_and_rescale(source, from_handle<RelinearisationKey>(key),
                                     bridge::block(c, output, source.columns, 2, target.limbs, source.form));
    });
}

JNIEXPORT void JNICALL Java_io_nightjar_crypto_natives_Native_rescale(JNIEnv *env, jclass, jlong context, jlong block,
                                                                      jlong output, jobject cancellation) {
    guard(env, [&] {
        const auto &c = from_handle<Context>(context);
        const Block &source = bridge::block(c, block);
        const auto should_stop = bridge::should_stop(env, cancellation);
        BlockEvaluator(c, should_stop)
            .rescale(source, bridge::block(c, output, source.columns, source.polys, source.limbs - 1, source.form));
    });
}

JNIEXPORT void JNICALL Java_io_nightjar_crypto_natives_Native_switchModulus(JNIEnv *env, jclass, jlong context,
                                                                            jlong block, jdouble scale, jlong output,
                                                                            jobject cancellation) {
    guard(env, [&] {
        const auto &c = from_handle<Context>(context);
        const Block &source = bridge::block(c, block);
        const auto should_stop = bridge::should_stop(env, cancellation);
        BlockEvaluator(c, should_stop)
            .switch_modulus(source, scale,
                            bridge::block(c, output, source.columns, source.polys, source.limbs - 1, source.form));
    });
}

JNIEXPORT void JNICALL Java_io_nightjar_crypto_natives_Native_changeForm(JNIEnv *env, jclass, jlong context,
                                                                         jlong block, jlong output,
                                                                         jobject cancellation) {
    guard(env, [&] {
        const auto &c = from_handle<Context>(context);
        const Block &source = bridge::block(c, block);
        const Block &target = bridge::block(c, output);
        const auto should_stop = bridge::should_stop(env, cancellation);
        BlockEvaluator(c, should_stop)
            .change_form(source, bridge::block(c, output, source.columns, source.polys, source.limbs, target.form));
    });
}

JNIEXPORT void JNICALL Java_io_nightjar_crypto_natives_Native_packColumns(JNIEnv *env, jclass, jlong context,
                                                                          jlong block, jint polys, jint first,
                                                                          jint count, jbyteArray packed) {
    guard(env, [&] {
        const auto &c = from_handle<Context>(context);
        const Block &source = bridge::block(c, block);
        check_columns(source, first, count);
        const auto written = std::min(static_cast<std::size_t>(polys), source.polys);
        const bridge::Critical<std::uint8_t> held(
            env, packed, static_cast<std::size_t>(count) * written * packed_polynomial(c, source), 0);
        std::uint8_t *bytes = held.get();
        for (jint column = first; column < first + count; ++column) {
            for (std::size_t poly = 0; poly < written; ++poly) {
                for (std::size_t limb = 0; limb < source.limbs; ++limb) {
                    pack_residues(source.plane(static_cast<std::size_t>(column), poly, limb), source.degree,
                                  c.prime(limb), bytes, c.ring_kernel());
                    bytes += packed_size(source.degree, c.prime(limb));
                }
            }
        }
    });
}

JNIEXPORT void JNICALL Java_io_nightjar_crypto_natives_Native_unpackColumns(JNIEnv *env, jclass, jlong context,
                                                                            jlong block, jint polys, jint first,
                                                                            jint count, jbyteArray packed) {
    guard(env, [&] {
        const auto &c = from_handle<Context>(context);
        const Block &target = bridge::block(c, block);
        check_columns(target, first, count);
        const auto read = std::min(static_cast<std::size_t>(polys), target.polys);
        const bridge::Critical<std::uint8_t> held(
            env, packed, static_cast<std::size_t>(count) * read * packed_polynomial(c, target), JNI_ABORT);
        const std::uint8_t *bytes = held.get();
        for (jint column = first; column < first + count; ++column) {
            for (std::size_t poly = 0; poly < read; ++poly) {
                for (std::size_t limb = 0; limb < target.limbs; ++limb) {
                    const std::uint64_t prime = c.prime(limb);
                    std::uint64_t *residues = target.plane(static_cast<std::size_t>(column), poly, limb);
                    const std::size_t valid = unpack_residues(bytes, target.degree, prime, residues, c.ring_kernel());
                    if (valid != target.degree) {
                        throw Error(ErrorKind::kInvalidBlock, "residue " + std::to_string(residues[valid]) +
                                                                  " (column " + std::to_string(column) +
                                                                  ", polynomial " + std::to_string(poly) +
                                                                  ", coefficient " + std::to_string(valid) +
                                                                  ") is not below its prime " + std::to_string(prime));
                    }
                    bytes += packed_size(target.degree, prime);
                }
            }
        }
    });
}

JNIEXPORT void JNICALL Java_io_nightjar_crypto_natives_Native_expandSeed(JNIEnv *env, jclass, jlong context,
                                                                         jlong block, jbyteArray seed) {
    guard(env, [&] {
        const auto &c = from_handle<Context>(context);
        Seed copied;
        env->GetByteArrayRegion(seed, 0, static_cast<jsize>(copied.size()), reinterpret_cast<jbyte *>(copied.data()));
        expand_seed(c, copied, bridge::block(c, block));
    });
}
