#include "bridge.h"

#include <new>
#include <string>

#include "nightjar/error.h"

namespace nightjar::bridge {
namespace {

void throw_java(JNIEnv *env, const char *class_name, const std::string &message) noexcept {
    if (env->ExceptionCheck()) {
        return;
    }
    const jclass type = env->FindClass(class_name);
    if (type != nullptr) {  // otherwise NoClassDefFoundError is pending
        env->ThrowNew(type, message.c_str());
        env->DeleteLocalRef(type);
    }
}

const char *class_of(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::kInvalidArgument: return "java/lang/IllegalArgumentException";
        case ErrorKind::kInvalidParameters: return "io/nightjar/crypto/InvalidParametersException";
        case ErrorKind::kInvalidBlock: return "io/nightjar/crypto/InvalidBlockException";
        case ErrorKind::kCancelled: return "io/nightjar/crypto/CancelledException";
    }
    return "io/nightjar/crypto/NativeFailureException";
}

template <typename Element, typename Array, typename Region>
std::vector<Element> copy(JNIEnv *env, Array array, std::size_t first, std::size_t count, Region region) {
    if (first + count > length(env, array)) {
        throw Error(ErrorKind::kInvalidArgument, "an array of length " + std::to_string(length(env, array)) +
                                                     " is too short: " + std::to_string(first + count) +
                                                     " elements are needed");
    }
    std::vector<Element> copied(count);
    region(array, static_cast<jsize>(first), static_cast<jsize>(count), copied.data());
    return copied;
}

}  // namespace

void rethrow_as_java(JNIEnv *env) noexcept {
    constexpr const char *kFailure = "io/nightjar/crypto/NativeFailureException";
    try {
        throw;
    } catch (const PendingJavaException &) {
    } catch (const Error &error) {
        throw_java(env, class_of(error.kind()), error.what());
    } catch (const std::bad_alloc &) {
        throw_java(env, kFailure, "native memory ran out; give the process more memory outside the Java heap");
    } catch (const std::exception &error) {
        throw_java(env, kFailure, error.what());
    } catch (...) {
        throw_java(env, kFailure, "unknown native failure");
    }
}

OwnedBlock::OwnedBlock(const Context &context, std::size_t columns, std::size_t polys, std::size_t limbs, Form form)
    : view_{nullptr, context.degree(), columns, polys, limbs, form} {
    view_.words = allocate_block(columns * view_.stride());
}

const Block &block(const Context &context, jlong handle) {
    const Block &view = from_handle<OwnedBlock>(handle).view();
    context.check(view);
    return view;
}

const Block &block(const Context &context, jlong handle, std::size_t columns, std::size_t polys, std::size_t limbs,
                   Form form) {
    const Block &view = block(context, handle);
    if (view.columns != columns || view.polys != polys || view.limbs != limbs || view.form != form) {
        throw Error(ErrorKind::kInvalidArgument, "the block does not have the shape that the operation produces");
    }
    return view;
}

std::size_t length(JNIEnv *env, jarray array) { return static_cast<std::size_t>(env->GetArrayLength(array)); }

std::vector<std::int32_t> ints(JNIEnv *env, jintArray array, std::size_t first, std::size_t count) {
    return copy<std::int32_t>(env, array, first, count,
                              [env](jintArray a, jsize f, jsize n, jint *to) { env->GetIntArrayRegion(a, f, n, to); });
}

std::vector<std::int64_t> longs(JNIEnv *env, jlongArray array, std::size_t first, std::size_t count) {
    return copy<std::int64_t>(env, array, first, count, [env](jlongArray a, jsize f, jsize n, std::int64_t *to) {
        env->GetLongArrayRegion(a, f, n, reinterpret_cast<jlong *>(to));
    });
}

std::vector<double> doubles(JNIEnv *env, jdoubleArray array, std::size_t first, std::size_t count) {
    return copy<double>(env, array, first, count, [env](jdoubleArray a, jsize f, jsize n, double *to) {
        env->GetDoubleArrayRegion(a, f, n, to);
    });
}

kernel::LayerArrays layer(JNIEnv *env, jint rows, jint terms, jintArray weights, jintArray gathered) {
    const std::size_t count = length(env, gathered);
    kernel::LayerArrays layer{static_cast<std::size_t>(rows), static_cast<std::size_t>(terms),
                              ints(env, weights, 0, length(env, weights)), std::vector<std::uint32_t>(count)};
    // -1, which Java uses for "no column", has the bits of kNoColumn.
    env->GetIntArrayRegion(gathered, 0, static_cast<jsize>(count), reinterpret_cast<jint *>(layer.gathered.data()));
    return layer;
}

SecretSeed::SecretSeed(JNIEnv *env, jbyteArray bytes) {
    if (length(env, bytes) != seed_.size()) {
        throw Error(ErrorKind::kInvalidArgument,
                    "a seed has " + std::to_string(seed_.size()) + " bytes, not " + std::to_string(length(env, bytes)));
    }
    env->GetByteArrayRegion(bytes, 0, static_cast<jsize>(seed_.size()), reinterpret_cast<jbyte *>(seed_.data()));
}

void copy_seed(JNIEnv *env, const Seed &seed, jbyteArray target) {
    env->SetByteArrayRegion(target, 0, static_cast<jsize>(seed.size()), reinterpret_cast<const jbyte *>(seed.data()));
}

void stop_if(const kernel::ShouldStop &should_stop) {
    if (should_stop()) {
        throw Error(ErrorKind::kCancelled, "the operation was cancelled");
    }
}

kernel::ShouldStop should_stop(JNIEnv *env, jobject cancellation) {
    const jclass type = env->GetObjectClass(cancellation);
    const jmethodID method = env->GetMethodID(type, "isCancelled", "()Z");
    if (method == nullptr) {
        throw PendingJavaException();
    }
    return [env, cancellation, method] {
        const bool stop = env->CallBooleanMethod(cancellation, method) == JNI_TRUE;
        if (env->ExceptionCheck()) {
            throw PendingJavaException();
        }
        return stop;
    };
}

}  // namespace nightjar::bridge
