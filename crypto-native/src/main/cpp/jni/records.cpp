// Numbers of single records: products with plain integers, and integers drawn from a table.
#include <cstdint>
#include <string>
#include <vector>

#include "bridge.h"
#include "io_nightjar_crypto_natives_Native.h"
#include "nightjar/error.h"
#include "nightjar/record_noise.h"
#include "nightjar/slot_product.h"

using namespace nightjar;
using bridge::from_handle;
using bridge::guard;
using bridge::stop_if;

namespace {

RecordNoise record_noise(JNIEnv *env, jlongArray cumulative) {
    return RecordNoise(bridge::longs(env, cumulative, 0, bridge::length(env, cumulative)));
}

/// Integers that are overwritten in the end.
class SecretIntegers {
public:
    explicit SecretIntegers(std::size_t count) : words_(count) {}
    std::int64_t *get() { return reinterpret_cast<std::int64_t *>(words_.get()); }

private:
    SecretWords words_;
};

}  // namespace

JNIEXPORT void JNICALL Java_io_nightjar_crypto_natives_Native_multiplyPlain(JNIEnv *env, jclass, jlong context,
                                                                            jlong block, jlongArray factors,
                                                                            jint records, jlong output,
                                                                            jobject cancellation) {
    guard(env, [&] {
        const auto &c = from_handle<Context>(context);
        const Block &source = bridge::block(c, block);
        const Block &target = bridge::block(c, output, source.columns, source.polys, source.limbs, Form::kNtt);
        SlotProduct product(c, source.limbs);
        const auto count = static_cast<std::size_t>(records);
        const auto should_stop = bridge::should_stop(env, cancellation);
        for (std::size_t column = 0; column < source.columns; ++column) {
            stop_if(should_stop);
            const auto values = bridge::longs(env, factors, column * count, count);
            try {
                product.multiply(source, column, values.data(), count, target, column);
            } catch (const Error &error) {
                throw Error(error.kind(), "column " + std::to_string(column) + ": " + error.what());
            }
        }
    });
}

JNIEXPORT void JNICALL Java_io_nightjar_crypto_natives_Native_sampleRecords(JNIEnv *env, jclass, jlongArray cumulative,
                                                                            jbyteArray seed, jlong column,
                                                                            jlongArray values) {
    guard(env, [&] {
        const RecordNoise noise = record_noise(env, cumulative);
        const bridge::SecretSeed secret(env, seed);
        const std::size_t count = bridge::length(env, values);
        SecretIntegers drawn(count);
        noise.sample(secret.get(), static_cast<std::uint64_t>(column), drawn.get(), count);
        env->SetLongArrayRegion(values, 0, static_cast<jsize>(count), reinterpret_cast<const jlong *>(drawn.get()));
    });
}

JNIEXPORT void JNICALL Java_io_nightjar_crypto_natives_Native_perturb(JNIEnv *env, jclass, jlong context, jlong block,
                                                                      jintArray columns, jlongArray cumulative,
                                                                      jbyteArray seed, jlong one, jlong constant_column,
                                                                      jlong output, jobject cancellation) {
    guard(env, [&] {
        const auto &c = from_handle<Context>(context);
        const Block &source = bridge::block(c, block);
        const auto chosen = bridge::ints(env, columns, 0, bridge::length(env, columns));
        const Block &target = bridge::block(c, output, chosen.size(), 2, source.limbs, Form::kNtt);
        const RecordNoise noise = record_noise(env, cumulative);
        const bridge::SecretSeed secret(env, seed);
        SlotProduct product(c, source.limbs);
        SecretIntegers drawn(c.degree());
        const auto should_stop = bridge::should_stop(env, cancellation);
        for (std::size_t i = 0; i < chosen.size(); ++i) {
            stop_if(should_stop);
            if (chosen[i] == -1) {
                noise.sample(secret.get(), static_cast<std::uint64_t>(constant_column), drawn.get(), c.degree());
                for (std::size_t j = 0; j < c.degree(); ++j) {
                    drawn.get()[j] *= one;
                }
                product.constant(drawn.get(), c.degree(), target, i);
                continue;
            }
            const auto column = static_cast<std::size_t>(chosen[i]);
            if (source.polys != 2 || source.form != Form::kNtt || column >= source.columns) {
                throw Error(ErrorKind::kInvalidArgument,
                            "the block has no column " + std::to_string(chosen[i]) + " of two polynomials in NTT form");
            }
            noise.sample(secret.get(), column, drawn.get(), c.degree());
            product.multiply(source, column, drawn.get(), c.degree(), target, i);
        }
    });
}
