// The library itself: version, processor, benchmarks' ceiling.
#include <seal/version.h>

#include <string>
#include <vector>

#include "bridge.h"
#include "io_nightjar_crypto_natives_Native.h"
#include "nightjar/kernel/dispatch.h"
#include "nightjar/memory.h"

using namespace nightjar;
using bridge::guard;

namespace {

jobjectArray to_java(JNIEnv *env, const std::vector<const char *> &strings) {
    const jclass type = env->FindClass("java/lang/String");
    if (type == nullptr) {
        throw bridge::PendingJavaException();
    }
    const jobjectArray array = env->NewObjectArray(static_cast<jsize>(strings.size()), type, nullptr);
    for (std::size_t i = 0; array != nullptr && i < strings.size(); ++i) {
        const jstring string = env->NewStringUTF(strings[i]);
        if (string == nullptr) {
            throw bridge::PendingJavaException();
        }
        env->SetObjectArrayElement(array, static_cast<jsize>(i), string);
    }
    return array;
}

}  // namespace

extern "C" JNIEXPORT jint JNICALL JNI_OnLoad(JavaVM *, void *) { return JNI_VERSION_10; }

JNIEXPORT jstring JNICALL Java_io_nightjar_crypto_natives_Native_sealVersion(JNIEnv *env, jclass) {
    return guard(env, [&] {
        const std::string version = std::to_string(SEAL_VERSION_MAJOR) + "." + std::to_string(SEAL_VERSION_MINOR) +
                                    "." + std::to_string(SEAL_VERSION_PATCH);
        return env->NewStringUTF(version.c_str());
    });
}

// The build writes down what it took.
JNIEXPORT jobjectArray JNICALL Java_io_nightjar_crypto_natives_Native_sealProvenance(JNIEnv *env, jclass) {
    return guard(env, [&] { return to_java(env, {NIGHTJAR_SEAL_KIND, NIGHTJAR_SEAL_ORIGIN, NIGHTJAR_SEAL_DIGEST}); });
}

JNIEXPORT jobjectArray JNICALL Java_io_nightjar_crypto_natives_Native_kernels(JNIEnv *env, jclass) {
    return guard(env, [&] {
        std::vector<const char *> names;
        for (const auto *kernel : kernel::supported()) {
            names.push_back(kernel->name);
        }
        return to_java(env, names);
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
