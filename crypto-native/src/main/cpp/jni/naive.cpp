// The naive programs that benchmarks and tests compare with, in a library of their own: they need more of SEAL than what
// scores does. Contexts and blocks are the other library's, which was built with this one.
#include "nightjar/naive.h"

#include <memory>
#include <utility>

#include "bridge.h"
#include "io_nightjar_crypto_natives_NaiveNative.h"

using namespace nightjar;
using bridge::from_handle;
using bridge::guard;
using bridge::to_handle;

namespace {

/// The naive program with everything it points to.
struct NaiveProgram {
    kernel::LayerArrays arrays;
    kernel::IntegerLayer view;
    NaiveLayer layer;

    NaiveProgram(kernel::LayerArrays &&copied, const Context &context, const Block &input, double scale)
        : arrays(std::move(copied)),
          view{arrays.rows, arrays.terms, arrays.gathered.size() / arrays.terms, arrays.weights.data(),
               arrays.gathered.data()},
          layer(context, view, input, scale) {}
};

}  // namespace

JNIEXPORT jlong JNICALL Java_io_nightjar_crypto_natives_NaiveNative_createLayer(JNIEnv *env, jclass, jlong context,
                                                                                jint rows, jint terms,
                                                                                jintArray weights, jintArray gathered,
                                                                                jlong input, jdouble scale) {
    return guard(env, [&] {
        const auto &c = from_handle<Context>(context);
        return to_handle(std::make_unique<NaiveProgram>(bridge::layer(env, rows, terms, weights, gathered), c,
                                                        bridge::block(c, input), scale)
                             .release());
    });
}

JNIEXPORT void JNICALL Java_io_nightjar_crypto_natives_NaiveNative_output(JNIEnv *env, jclass, jlong context,
                                                                          jlong naive, jint row, jint gather,
                                                                          jlong output, jint column) {
    guard(env, [&] {
        const auto &c = from_handle<Context>(context);
        const Block &target = bridge::block(c, output);
        c.store(from_handle<NaiveProgram>(naive).layer.output(static_cast<std::size_t>(row),
                                                              static_cast<std::size_t>(gather)),
                target, static_cast<std::size_t>(column));
    });
}

JNIEXPORT void JNICALL Java_io_nightjar_crypto_natives_NaiveNative_destroyLayer(JNIEnv *env, jclass, jlong naive) {
    guard(env, [&] { delete &from_handle<NaiveProgram>(naive); });
}

JNIEXPORT jlong JNICALL Java_io_nightjar_crypto_natives_NaiveNative_createCipher(JNIEnv *env, jclass, jlong context) {
    return guard(env,
                 [&] { return to_handle(std::make_unique<NaiveCipher>(from_handle<Context>(context)).release()); });
}

JNIEXPORT void JNICALL Java_io_nightjar_crypto_natives_NaiveNative_encrypt(JNIEnv *env, jclass, jlong naive,
                                                                           jlongArray values, jint records) {
    guard(env, [&] {
        from_handle<NaiveCipher>(naive).encrypt(bridge::longs(env, values, 0, bridge::length(env, values)),
                                                static_cast<std::size_t>(records));
    });
}

JNIEXPORT void JNICALL Java_io_nightjar_crypto_natives_NaiveNative_decrypt(JNIEnv *env, jclass, jlong naive,
                                                                           jlongArray values, jint records) {
    guard(env, [&] {
        const auto decrypted = from_handle<NaiveCipher>(naive).decrypt(static_cast<std::size_t>(records));
        env->SetLongArrayRegion(values, 0, static_cast<jsize>(decrypted.size()),
                                reinterpret_cast<const jlong *>(decrypted.data()));
    });
}

JNIEXPORT void JNICALL Java_io_nightjar_crypto_natives_NaiveNative_destroyCipher(JNIEnv *env, jclass, jlong naive) {
    guard(env, [&] { delete &from_handle<NaiveCipher>(naive); });
}

JNIEXPORT void JNICALL Java_io_nightjar_crypto_natives_NaiveNative_measureCkks(JNIEnv *env, jclass, jlong context,
                                                                               jint limbs, jdouble scale,
                                                                               jdoubleArray seconds) {
    guard(env, [&] {
        const NaiveCkksSeconds found =
            measure_naive_ckks(from_handle<Context>(context), static_cast<std::size_t>(limbs), scale);
        const jdouble all[] = {found.encrypt, found.square, found.rescale, found.decrypt};
        env->SetDoubleArrayRegion(seconds, 0, 4, all);
    });
}
