// Hashing of bytes on their way to and from files.
#include <type_traits>

#include "bridge.h"
#include "io_nightjar_crypto_natives_Native.h"
#include "nightjar/blake3.h"

using namespace nightjar;
using bridge::Critical;
using bridge::guard;

namespace {

// A hash lives in a Java array, which costs nothing to make and needs nobody to free it.
static_assert(std::is_trivially_copyable_v<Blake3> && alignof(Blake3) <= alignof(jlong));
constexpr std::size_t kWords = (sizeof(Blake3) + sizeof(jlong) - 1) / sizeof(jlong);

}  // namespace

JNIEXPORT jint JNICALL Java_io_nightjar_crypto_natives_Native_blake3Words(JNIEnv *, jclass) {
    return static_cast<jint>(kWords);
}

JNIEXPORT void JNICALL Java_io_nightjar_crypto_natives_Native_blake3Update(JNIEnv *env, jclass, jlongArray state,
                                                                           jbyteArray bytes, jint offset, jint count) {
    guard(env, [&] {
        if (offset < 0 || count < 0) {
            throw Error(ErrorKind::kInvalidArgument, "a negative range of bytes");
        }
        const auto first = static_cast<std::size_t>(offset);
        const auto length = static_cast<std::size_t>(count);
        const Critical<std::uint8_t> source(env, bytes, first + length, JNI_ABORT);
        const Critical<Blake3> blake3(env, state, kWords, 0);
        blake3.get()->update(source.get() + first, length);
    });
}

JNIEXPORT void JNICALL Java_io_nightjar_crypto_natives_Native_blake3Digest(JNIEnv *env, jclass, jlongArray state,
                                                                           jbyteArray digest) {
    guard(env, [&] {
        const Critical<Blake3> blake3(env, state, kWords, JNI_ABORT);
        const Blake3::Digest value = blake3.get()->digest();
        const Critical<std::uint8_t> target(env, digest, value.size(), 0);
        std::copy(value.begin(), value.end(), target.get());
    });
}

JNIEXPORT void JNICALL Java_io_nightjar_crypto_natives_Native_blake3(JNIEnv *env, jclass, jbyteArray bytes, jint count,
                                                                     jbyteArray digest) {
    guard(env, [&] {
        if (count < 0) {
            throw Error(ErrorKind::kInvalidArgument, "a negative number of bytes");
        }
        const auto length = static_cast<std::size_t>(count);
        Blake3 blake3;
        {
            const Critical<std::uint8_t> source(env, bytes, length, JNI_ABORT);
            blake3.update(source.get(), length);
        }
        const Blake3::Digest value = blake3.digest();
        const Critical<std::uint8_t> target(env, digest, value.size(), 0);
        std::copy(value.begin(), value.end(), target.get());
    });
}
