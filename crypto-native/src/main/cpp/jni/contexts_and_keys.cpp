#include <memory>
#include <vector>

#include "bridge.h"
#include "io_nightjar_crypto_natives_Native.h"
#include "nightjar/error.h"
#include "nightjar/keys.h"
#include "nightjar/relinearisation.h"

using namespace nightjar;
using bridge::from_handle;
using bridge::guard;
using bridge::to_handle;

namespace {

/// Bytes of a secret on their way between Java and C++.
class SecretBytes {
public:
    explicit SecretBytes(std::size_t size) : bytes_(size) {}
    ~SecretBytes() { wipe(bytes_.data(), bytes_.size()); }
    SecretBytes(const SecretBytes &) = delete;
    SecretBytes &operator=(const SecretBytes &) = delete;
    std::uint8_t *data() { return bytes_.data(); }
    jbyte *jbytes() { return reinterpret_cast<jbyte *>(bytes_.data()); }
    std::size_t size() const { return bytes_.size(); }

private:
    std::vector<std::uint8_t> bytes_;
};

}  // namespace

JNIEXPORT jlong JNICALL Java_io_nightjar_crypto_natives_Native_createContext(JNIEnv *env, jclass, jint scheme,
                                                                             jint degree, jlongArray primes,
                                                                             jlong plain_modulus,
                                                                             jboolean enforce_security, jint kernel) {
    return guard(env, [&] {
        const auto values = bridge::longs(env, primes, 0, bridge::length(env, primes));
        const Parameters parameters{scheme == 0 ? Scheme::kBfv : Scheme::kCkks, static_cast<std::size_t>(degree),
                                    std::vector<std::uint64_t>(values.begin(), values.end()),
                                    static_cast<std::uint64_t>(plain_modulus), enforce_security == JNI_TRUE};
        const kernel::Microkernel &chosen = *kernel::supported().at(static_cast<std::size_t>(kernel));
        return to_handle(std::make_unique<Context>(parameters, chosen).release());
    });
}

JNIEXPORT void JNICALL Java_io_nightjar_crypto_natives_Native_destroyContext(JNIEnv *env, jclass, jlong context) {
    guard(env, [&] { delete &from_handle<Context>(context); });
}

JNIEXPORT jlong JNICALL Java_io_nightjar_crypto_natives_Native_createSecretKey(JNIEnv *env, jclass, jlong context) {
    return guard(env, [&] { return to_handle(std::make_unique<SecretKey>(from_handle<Context>(context)).release()); });
}

JNIEXPORT jlong JNICALL Java_io_nightjar_crypto_natives_Native_importSecretKey(JNIEnv *env, jclass, jlong context,
                                                                               jbyteArray bytes) {
    return guard(env, [&] {
        SecretBytes copy(bridge::length(env, bytes));
        env->GetByteArrayRegion(bytes, 0, static_cast<jsize>(copy.size()), copy.jbytes());
        return to_handle(
            std::make_unique<SecretKey>(from_handle<Context>(context), copy.data(), copy.size()).release());
    });
}

JNIEXPORT jbyteArray JNICALL Java_io_nightjar_crypto_natives_Native_exportSecretKey(JNIEnv *env, jclass, jlong context,
                                                                                    jlong secret) {
    return guard(env, [&] {
        SecretBytes copy(SecretKey::exported_size(from_handle<Context>(context).degree()));
        from_handle<SecretKey>(secret).export_bytes(copy.data());
        const jbyteArray bytes = env->NewByteArray(static_cast<jsize>(copy.size()));
        if (bytes == nullptr) {
            throw bridge::PendingJavaException();
        }
        env->SetByteArrayRegion(bytes, 0, static_cast<jsize>(copy.size()), copy.jbytes());
        return bytes;
    });
}

JNIEXPORT void JNICALL Java_io_nightjar_crypto_natives_Native_destroySecretKey(JNIEnv *env, jclass, jlong secret) {
    guard(env, [&] { delete &from_handle<SecretKey>(secret); });
}

JNIEXPORT void JNICALL Java_io_nightjar_crypto_natives_Native_makePublicKey(JNIEnv *env, jclass, jlong context,
                                                                            jlong secret, jlong key, jbyteArray seed) {
    guard(env, [&] {
        const auto &c = from_handle<Context>(context);
        const Block &target = bridge::block(c, key, 1, 2, c.key_limbs(), Form::kNtt);
        bridge::copy_seed(env, make_public_key(c, from_handle<SecretKey>(secret), target), seed);
    });
}

JNIEXPORT void JNICALL Java_io_nightjar_crypto_natives_Native_makeRelinearisationKey(JNIEnv *env, jclass, jlong context,
                                                                                     jlong secret, jlong key,
                                                                                     jbyteArray seed) {
    guard(env, [&] {
        const auto &c = from_handle<Context>(context);
        const Block &target = bridge::block(c, key, c.data_limbs(), 2, c.key_limbs(), Form::kNtt);
        bridge::copy_seed(env, make_relinearisation_key(c, from_handle<SecretKey>(secret), target), seed);
    });
}

JNIEXPORT jlong JNICALL Java_io_nightjar_crypto_natives_Native_createRelinearisationKey(JNIEnv *env, jclass,
                                                                                        jlong context, jlong key) {
    return guard(env, [&] {
        const auto &c = from_handle<Context>(context);
        const Block &source = bridge::block(c, key, c.data_limbs(), 2, c.key_limbs(), Form::kNtt);
        return to_handle(std::make_unique<RelinearisationKey>(c, source).release());
    });
}

JNIEXPORT void JNICALL Java_io_nightjar_crypto_natives_Native_destroyRelinearisationKey(JNIEnv *env, jclass,
                                                                                        jlong key) {
    guard(env, [&] { delete &from_handle<RelinearisationKey>(key); });
}
