// What every native method does: turn handles into objects, arrays into vectors, and C++ exceptions into Java ones.
#pragma once

#include <jni.h>

#include <cstdint>
#include <new>
#include <string>
#include <type_traits>
#include <vector>

#include "nightjar/block.h"
#include "nightjar/context.h"
#include "nightjar/error.h"
#include "nightjar/kernel/integer_product.h"
#include "nightjar/kernel/product_backend.h"
#include "nightjar/memory.h"
#include "nightjar/sampling.h"

namespace nightjar::bridge {

/// A Java exception is pending: unwind to the native method and return.
struct PendingJavaException {};

/// Turns the C++ exception in flight into a pending Java exception.
void rethrow_as_java(JNIEnv *env) noexcept;

/// Runs a native method's body; nothing thrown inside it leaves it.
template <typename Body>
auto guard(JNIEnv *env, Body body) noexcept -> decltype(body()) {
    try {
        return body();
    } catch (...) {
        rethrow_as_java(env);
    }
    if constexpr (!std::is_void_v<decltype(body())>) {
        return {};
    }
}

/// A block with the memory behind it.
class OwnedBlock {
public:
    OwnedBlock(const Context &context, std::size_t columns, std::size_t polys, std::size_t limbs, Form form);
    ~OwnedBlock() { free_block(view_.words, view_.columns * view_.stride()); }
    OwnedBlock(const OwnedBlock &) = delete;
    OwnedBlock &operator=(const OwnedBlock &) = delete;
    const Block &view() const { return view_; }

private:
    Block view_;
};

template <typename T>
T &from_handle(jlong handle) {
    return *reinterpret_cast<T *>(static_cast<std::intptr_t>(handle));
}

template <typename T>
jlong to_handle(T *object) {
    return static_cast<jlong>(reinterpret_cast<std::intptr_t>(object));
}

/// The block behind a handle, checked to fit the context.
const Block &block(const Context &context, jlong handle);

/// As block(), and of exactly this shape; throws Error(kInvalidArgument) otherwise.
const Block &block(const Context &context, jlong handle, std::size_t columns, std::size_t polys, std::size_t limbs,
                   Form form);

std::size_t length(JNIEnv *env, jarray array);
std::vector<std::int32_t> ints(JNIEnv *env, jintArray array, std::size_t first, std::size_t count);
std::vector<std::int64_t> longs(JNIEnv *env, jlongArray array, std::size_t first, std::size_t count);
std::vector<double> doubles(JNIEnv *env, jdoubleArray array, std::size_t first, std::size_t count);

/// The arrays of a whole layer, copied out of Java.
kernel::LayerArrays layer(JNIEnv *env, jint rows, jint terms, jintArray weights, jintArray gathered);

/// The elements of a Java array, held without a copy: nothing may call into Java meanwhile.
template <typename Element>
class Critical {
public:
    /// Throws Error(kInvalidArgument) if the array has fewer than `needed` elements.
    Critical(JNIEnv *env, jarray array, std::size_t needed, jint release_mode)
        : env_(env), array_(array), release_mode_(release_mode) {
        if (length(env, array) < needed) {
            throw Error(ErrorKind::kInvalidArgument, "an array of " + std::to_string(length(env, array)) +
                                                         " elements is too short: " + std::to_string(needed) +
                                                         " are needed");
        }
        elements_ = env->GetPrimitiveArrayCritical(array, nullptr);
        if (elements_ == nullptr) {
            throw std::bad_alloc();
        }
    }
    ~Critical() { env_->ReleasePrimitiveArrayCritical(array_, elements_, release_mode_); }
    Critical(const Critical &) = delete;
    Critical &operator=(const Critical &) = delete;
    Element *get() const { return static_cast<Element *>(elements_); }

private:
    JNIEnv *env_;
    jarray array_;
    jint release_mode_;
    void *elements_ = nullptr;
};

/// A secret seed, copied from a Java array and overwritten in the end.
class SecretSeed {
public:
    /// Throws Error(kInvalidArgument) for an array of another length.
    SecretSeed(JNIEnv *env, jbyteArray bytes);
    ~SecretSeed() { wipe(seed_.data(), seed_.size()); }
    SecretSeed(const SecretSeed &) = delete;
    SecretSeed &operator=(const SecretSeed &) = delete;
    const Seed &get() const { return seed_; }

private:
    Seed seed_;
};

/// Copies a public seed to a Java array.
void copy_seed(JNIEnv *env, const Seed &seed, jbyteArray target);

/// Throws Error(kCancelled) when should_stop says so.
void stop_if(const kernel::ShouldStop &should_stop);

/// A check that calls back into Java; throws PendingJavaException when the callback does.
kernel::ShouldStop should_stop(JNIEnv *env, jobject cancellation);

}  // namespace nightjar::bridge
