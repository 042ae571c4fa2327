// The library itself: version, processor, benchmarks' ceiling.
#include <seal/version.h>

#include <string>

#include "bridge.h"
#include "io_nightjar_crypto_natives_Native.h"
#include "nightjar/kernel/dispatch.h"
#include "nightjar/memory.h"

using namespace nightjar;
using bridge::guard;

extern "C" JNIEXPORT jint JNICALL JNI_OnLoad(JavaVM *, void *) { return JNI_VERSION_10; }

JNIEXPORT jstring JNICALL Java_io_nightjar_crypto_natives_Native_sealVersion(JNIEnv *env, jclass) {
    return guard(env, [&] {
        const std::string version = std::to_string(SEAL_VERSION_MAJOR) + "." + std::to_string(SEAL_VERSION_MINOR) +
                                    "." + std::to_string(SEAL_VERSION_PATCH);
        return env->NewStringUTF(version.c_str());
    });
}

JNIEXPORT jobjectArray JNICALL Java_io_nightjar_crypto_natives_Native_kernels(JNIEnv *env, jclass) {
    return guard(env, [&]() -> jobjectArray {
        const auto &supported = kernel::supported();
        const jclass strings = env->FindClass("java/lang/String");
        if (strings == nullptr) {
            throw bridge::PendingJavaException();
        }
        const jobjectArray names = env->NewObjectArray(static_cast<jsize>(supported.size()), strings, nullptr);
        for (std::size_t i = 0; names != nullptr && i < supported.size(); ++i) {
            const jstring name = env->NewStringUTF(supported[i]->name);
            if (name == nullptr) {
                throw bridge::PendingJavaException();
            }
            env->SetObjectArrayElement(names, static_cast<jsize>(i), name);
        }
        return names;
    });
}

// The first bit: core dumps leave keys out. The second: keys of so many bytes stay out of swap.
JNIEXPORT jint JNICALL Java_io_nightjar_crypto_natives_Native_keyMemory(JNIEnv *env, jclass, jlong bytes) {
    return guard(env, [&] {
        const SecretWords probe(static_cast<std::size_t>(bytes) / sizeof(std::uint64_t), Lifetime::kKey);
        return static_cast<jint>((probe.left_out_of_dumps() ? 1 : 0) | (probe.locked() ? 2 : 0));
    });
}

JNIEXPORT jlong JNICALL Java_io_nightjar_crypto_natives_Native_spin(JNIEnv *env, jclass, jint kernel,
                                                                    jlong iterations) {
    return guard(env, [&] {
        const auto &supported = kernel::supported();
        return static_cast<jlong>(
            supported.at(static_cast<std::size_t>(kernel))->spin(static_cast<std::uint64_t>(iterations)));
    });
}
