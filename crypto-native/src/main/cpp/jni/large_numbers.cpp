// Arithmetic modulo large numbers, for Paillier: rings, powers, and layers in the exponents.
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "bridge.h"
#include "io_nightjar_crypto_natives_Native.h"
#include "nightjar/error.h"
#include "nightjar/kernel/dispatch.h"
#include "nightjar/lanes.h"
#include "nightjar/multipower.h"

using namespace nightjar;
using bridge::from_handle;
using bridge::guard;
using bridge::to_handle;

namespace {

using RingHandle = std::shared_ptr<const LaneRing>;

/// A Java array's bytes, copied, and overwritten in the end.
class SecretBytes {
public:
    SecretBytes(JNIEnv *env, jbyteArray array, Lifetime lifetime = Lifetime::kCall)
        : SecretBytes(bridge::length(env, array), lifetime) {
        env->GetByteArrayRegion(array, 0, static_cast<jsize>(size_), reinterpret_cast<jbyte *>(get()));
    }
    explicit SecretBytes(std::size_t size, Lifetime lifetime = Lifetime::kCall)
        : size_(size), words_(size / sizeof(std::uint64_t) + 1, lifetime) {}

    std::uint8_t *get() { return reinterpret_cast<std::uint8_t *>(words_.get()); }
    const std::uint8_t *get() const { return reinterpret_cast<const std::uint8_t *>(words_.get()); }
    std::size_t size() const { return size_; }

    const std::uint8_t *need(std::size_t bytes) const {
        if (size_ != bytes) {
            throw Error(ErrorKind::kInvalidArgument,
                        std::to_string(size_) + " bytes of numbers; " + std::to_string(bytes) + " are needed");
        }
        return get();
    }

    jbyteArray to_java(JNIEnv *env) const {
        const jbyteArray array = env->NewByteArray(static_cast<jsize>(size_));
        if (array == nullptr) {
            throw bridge::PendingJavaException();
        }
        env->SetByteArrayRegion(array, 0, static_cast<jsize>(size_), reinterpret_cast<const jbyte *>(get()));
        return array;
    }

private:
    std::size_t size_;
    SecretWords words_;
};

std::size_t numbers_in(const LaneRing &ring, const SecretBytes &bytes) {
    if (bytes.size() == 0 || bytes.size() % ring.bytes() != 0) {
        throw Error(ErrorKind::kInvalidArgument, std::to_string(bytes.size()) + " bytes are no numbers of " +
                                                     std::to_string(ring.bytes()) + " bytes each");
    }
    return bytes.size() / ring.bytes();
}

}  // namespace

JNIEXPORT jlong JNICALL Java_io_nightjar_crypto_natives_Native_createSecret(JNIEnv *env, jclass, jbyteArray bytes) {
    return guard(env, [&] { return to_handle(std::make_unique<SecretBytes>(env, bytes, Lifetime::kKey).release()); });
}

JNIEXPORT jbyteArray JNICALL Java_io_nightjar_crypto_natives_Native_readSecret(JNIEnv *env, jclass, jlong secret) {
    return guard(env, [&] { return from_handle<SecretBytes>(secret).to_java(env); });
}

JNIEXPORT void JNICALL Java_io_nightjar_crypto_natives_Native_destroySecret(JNIEnv *env, jclass, jlong secret) {
    guard(env, [&] { delete &from_handle<SecretBytes>(secret); });
}

JNIEXPORT jlong JNICALL Java_io_nightjar_crypto_natives_Native_createRing(JNIEnv *env, jclass, jbyteArray modulus,
                                                                          jint kernel) {
    return guard(env, [&] {
        const SecretBytes bytes(env, modulus);
        const kernel::Microkernel &chosen = *kernel::supported().at(static_cast<std::size_t>(kernel));
        const RingHandle ring = std::make_shared<LaneRing>(bytes.get(), bytes.size(), chosen.large_numbers);
        return to_handle(std::make_unique<RingHandle>(ring).release());
    });
}

JNIEXPORT void JNICALL Java_io_nightjar_crypto_natives_Native_destroyRing(JNIEnv *env, jclass, jlong ring) {
    guard(env, [&] { delete &from_handle<RingHandle>(ring); });
}

JNIEXPORT jbyteArray JNICALL Java_io_nightjar_crypto_natives_Native_ringPowers(JNIEnv *env, jclass, jlong handle,
                                                                               jbyteArray numbers, jbyteArray exponent,
                                                                               jobject cancellation) {
    return guard(env, [&] {
        const LaneRing &ring = *from_handle<RingHandle>(handle);
        SecretBytes values(env, numbers);
        const SecretBytes power(env, exponent);
        const std::size_t count = numbers_in(ring, values);
        SecretWords base(ring.words());
        SecretWords result(ring.words());
        const auto should_stop = bridge::should_stop(env, cancellation);
        for (std::size_t first = 0; first < count; first += kLanes) {
            bridge::stop_if(should_stop);
            const std::size_t lanes = std::min(kLanes, count - first);
            ring.load(values.get() + first * ring.bytes(), lanes, base.get());
            ring.power(base.get(), power.get(), power.size(), result.get());
            ring.store(result.get(), lanes, values.get() + first * ring.bytes());
        }
        return values.to_java(env);
    });
}

JNIEXPORT jbyteArray JNICALL Java_io_nightjar_crypto_natives_Native_ringProduct(JNIEnv *env, jclass, jlong handle,
                                                                                jbyteArray numbers) {
    return guard(env, [&] {
        const LaneRing &ring = *from_handle<RingHandle>(handle);
        const SecretBytes values(env, numbers);
        const std::size_t count = numbers_in(ring, values);
        SecretWords factor(ring.words());
        SecretWords product(ring.words());
        std::copy_n(ring.one(), ring.words(), product.get());
        for (std::size_t first = 0; first < count; first += kLanes) {
            ring.load(values.get() + first * ring.bytes(), std::min(kLanes, count - first), factor.get());
            ring.multiply(product.get(), factor.get(), product.get());
        }
        SecretBytes lanes(kLanes * ring.bytes());
        ring.store(product.get(), kLanes, lanes.get());
        return lanes.to_java(env);
    });
}

JNIEXPORT jlong JNICALL Java_io_nightjar_crypto_natives_Native_createFixedBase(JNIEnv *env, jclass, jlong ring,
                                                                               jbyteArray base, jint exponent_bytes) {
    return guard(env, [&] {
        const RingHandle &shared = from_handle<RingHandle>(ring);
        const SecretBytes number(env, base);
        return to_handle(
            std::make_unique<FixedBase>(shared, number.need(shared->bytes()), static_cast<std::size_t>(exponent_bytes))
                .release());
    });
}

JNIEXPORT void JNICALL Java_io_nightjar_crypto_natives_Native_destroyFixedBase(JNIEnv *env, jclass, jlong base) {
    guard(env, [&] { delete &from_handle<FixedBase>(base); });
}

JNIEXPORT jbyteArray JNICALL Java_io_nightjar_crypto_natives_Native_fixedBasePowers(JNIEnv *env, jclass, jlong handle,
                                                                                    jbyteArray exponents,
                                                                                    jobject cancellation) {
    return guard(env, [&] {
        const auto &base = from_handle<FixedBase>(handle);
        const LaneRing &ring = base.ring();
        const SecretBytes powers(env, exponents);
        const std::size_t count = powers.size() / base.exponent_bytes();
        powers.need(count * base.exponent_bytes());
        SecretBytes results(count * ring.bytes());
        SecretWords result(ring.words());
        const auto should_stop = bridge::should_stop(env, cancellation);
        for (std::size_t first = 0; first < count; first += kLanes) {
            bridge::stop_if(should_stop);
            const std::size_t lanes = std::min(kLanes, count - first);
            base.powers(powers.get() + first * base.exponent_bytes(), lanes, result.get());
            ring.store(result.get(), lanes, results.get() + first * ring.bytes());
        }
        return results.to_java(env);
    });
}

JNIEXPORT jlong JNICALL Java_io_nightjar_crypto_natives_Native_createLaneColumns(JNIEnv *env, jclass, jlong ring,
                                                                                 jbyteArray numbers, jint lanes) {
    return guard(env, [&] {
        const RingHandle &shared = from_handle<RingHandle>(ring);
        const SecretBytes values(env, numbers);
        const auto width = static_cast<std::size_t>(lanes);
        const std::size_t count = numbers_in(*shared, values);
        if (width < 1 || width > kLanes || count % width != 0) {
            throw Error(ErrorKind::kInvalidArgument, std::to_string(count) + " numbers are no columns of " +
                                                         std::to_string(width) + " of at most 8 lanes");
        }
        return to_handle(std::make_unique<LaneColumns>(shared, values.get(), count / width, width).release());
    });
}

JNIEXPORT jbyteArray JNICALL Java_io_nightjar_crypto_natives_Native_laneColumnsProduct(JNIEnv *env, jclass,
                                                                                       jlong handle) {
    return guard(env, [&] {
        const auto &columns = from_handle<LaneColumns>(handle);
        SecretBytes product(columns.lanes() * columns.ring().bytes());
        columns.product(product.get());
        return product.to_java(env);
    });
}

JNIEXPORT void JNICALL Java_io_nightjar_crypto_natives_Native_laneColumnsInvert(JNIEnv *env, jclass, jlong handle,
                                                                                jbyteArray inverse) {
    guard(env, [&] {
        auto &columns = from_handle<LaneColumns>(handle);
        const SecretBytes numbers(env, inverse);
        columns.invert(numbers.need(columns.lanes() * columns.ring().bytes()));
    });
}

JNIEXPORT void JNICALL Java_io_nightjar_crypto_natives_Native_destroyLaneColumns(JNIEnv *env, jclass, jlong columns) {
    guard(env, [&] { delete &from_handle<LaneColumns>(columns); });
}

JNIEXPORT jbyteArray JNICALL Java_io_nightjar_crypto_natives_Native_multipower(
    JNIEnv *env, jclass, jlong handle, jint terms, jintArray weights, jintArray gathered, jbyteArray row_factors,
    jlong mask_base, jbyteArray mask_exponents, jobject cancellation) {
    return guard(env, [&] {
        const auto &columns = from_handle<LaneColumns>(handle);
        const auto &masks = from_handle<FixedBase>(mask_base);
        const LaneRing &ring = columns.ring();
        const auto width = static_cast<std::size_t>(terms);
        const auto all_weights = bridge::ints(env, weights, 0, bridge::length(env, weights));
        const auto all_gathered = bridge::ints(env, gathered, 0, bridge::length(env, gathered));
        if (width < 1 || all_weights.size() % width != 0 || all_gathered.size() % width != 0) {
            throw Error(ErrorKind::kInvalidArgument, "weights and gathers of another number of terms");
        }
        for (const std::int32_t column : all_gathered) {
            if (column < -1 || column >= static_cast<std::int64_t>(columns.columns())) {
                throw Error(ErrorKind::kInvalidArgument, "the layer reads column " + std::to_string(column) + " of " +
                                                             std::to_string(columns.columns()));
            }
        }
        const std::size_t rows = all_weights.size() / width;
        const std::size_t gathers = all_gathered.size() / width;
        const std::size_t lanes = columns.lanes();
        const SecretBytes factors(env, row_factors);
        const SecretBytes exponents(env, mask_exponents);
        factors.need(rows * ring.bytes());
        exponents.need(rows * gathers * lanes * masks.exponent_bytes());
        SecretBytes results(rows * gathers * lanes * ring.bytes());
        Multipower powers(columns, width, all_weights.data(), rows);
        SecretWords output(ring.words());
        SecretWords factor(ring.words());
        SecretWords mask(ring.words());
        const auto should_stop = bridge::should_stop(env, cancellation);
        for (std::size_t row = 0; row < rows; ++row) {
            ring.load_everywhere(factors.get() + row * ring.bytes(), factor.get());
            for (std::size_t gather = 0; gather < gathers; ++gather) {
                bridge::stop_if(should_stop);
                const std::size_t place = (row * gathers + gather) * lanes;
                // -1, which Java uses for "no column", has the bits of kNoColumn.
                powers.evaluate(row, reinterpret_cast<const std::uint32_t *>(all_gathered.data()) + gather * width,
                                output.get());
                ring.multiply(output.get(), factor.get(), output.get());
                masks.powers(exponents.get() + place * masks.exponent_bytes(), lanes, mask.get());
                ring.multiply(output.get(), mask.get(), output.get());
                ring.store(output.get(), lanes, results.get() + place * ring.bytes());
            }
        }
        return results.to_java(env);
    });
}
