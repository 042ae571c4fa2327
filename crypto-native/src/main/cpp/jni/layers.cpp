#include <memory>
#include <string>
#include <vector>

#include "bridge.h"
#include "io_nightjar_crypto_Native.h"
#include "nightjar/error.h"
#include "nightjar/kernel/dispatch.h"
#include "nightjar/linear.h"
#include "nightjar/naive.h"

using namespace nightjar;
using bridge::from_handle;
using bridge::guard;
using bridge::to_handle;

namespace {

/// The rows and gathers of a tile, copied out of Java arrays that hold a whole layer.
struct CopiedTile {
    std::vector<std::int32_t> weights;
    std::vector<std::int32_t> gathered;
    kernel::IntegerLayer layer;
    kernel::Tile tile;

    CopiedTile(JNIEnv *env, jint terms, jintArray all_weights, jintArray all_gathered, jint first_row, jint row_count,
               jint first_gather, jint gather_count)
        : tile{0, static_cast<std::size_t>(row_count), 0, static_cast<std::size_t>(gather_count)} {
        const auto width = static_cast<std::size_t>(terms);
        weights = bridge::ints(env, all_weights, static_cast<std::size_t>(first_row) * width, tile.row_count * width);
        gathered =
            bridge::ints(env, all_gathered, static_cast<std::size_t>(first_gather) * width, tile.gather_count * width);
        // -1, which Java uses for "no column", has the bits of kNoColumn.
        layer = {tile.row_count,  width, tile.gather_count, weights.data(),
                 reinterpret_cast<const std::uint32_t *>(gathered.data()), nullptr};
    }
};

template <typename Value>
void encode_biases(const Encoder &encoder, const std::vector<Value> &values, std::size_t first_row, std::size_t limbs,
                   std::vector<std::uint64_t> &residues) {
    for (std::size_t r = 0; r < values.size(); ++r) {
        try {
            encoder.encode_constant(values[r], residues.data() + r * limbs);
        } catch (const Error &error) {
            throw Error(error.kind(), "bias of row " + std::to_string(first_row + r) + ": " + error.what());
        }
    }
}

/// The naive program with everything it points to.
struct NaiveProgram {
    CopiedTile copied;
    NaiveLayer layer;

    NaiveProgram(CopiedTile &&tile, const Context &context, const Block &input, double scale)
        : copied(std::move(tile)), layer(context, copied.layer, input, scale) {}
};

}  // namespace

JNIEXPORT void JNICALL Java_io_nightjar_crypto_Native_applyLayer(
    JNIEnv *env, jclass, jlong context, jint kernel, jint terms, jintArray weights, jintArray gathered, jint first_row,
    jint row_count, jint first_gather, jint gather_count, jobject bias, jint packing, jdouble scale, jlong input,
    jlong output, jobject cancellation) {
    guard(env, [&] {
        const auto &c = from_handle<Context>(context);
        const Block &source = bridge::block(c, input);
        const Block &target = bridge::block(c, output);
        const CopiedTile copied(env, terms, weights, gathered, first_row, row_count, first_gather, gather_count);
        Bias encoded{std::vector<std::uint64_t>(copied.tile.row_count * source.limbs), Encoder::Pattern::kEverywhere};
        if (bias != nullptr) {
            const Encoder encoder(c, source.limbs, static_cast<Packing>(packing), source.form, scale);
            encoded.pattern = encoder.pattern();
            const auto first = static_cast<std::size_t>(first_row);
            if (c.parameters().scheme == Scheme::kBfv) {
                const auto values = bridge::longs(env, static_cast<jlongArray>(bias), first, copied.tile.row_count);
                encode_biases(encoder, values, first, source.limbs, encoded.residues);
            } else {
                const auto values =
                    bridge::doubles(env, static_cast<jdoubleArray>(bias), first, copied.tile.row_count);
                encode_biases(encoder, values, first, source.limbs, encoded.residues);
            }
        }
        apply_layer(c, *kernel::supported().at(static_cast<std::size_t>(kernel)), copied.layer, copied.tile,
                    bias == nullptr ? nullptr : &encoded, source, target, bridge::should_stop(env, cancellation));
    });
}

JNIEXPORT jlong JNICALL Java_io_nightjar_crypto_Native_createNaiveLayer(JNIEnv *env, jclass, jlong context, jint rows,
                                                                        jint terms, jint gathers, jintArray weights,
                                                                        jintArray gathered, jlong input,
                                                                        jdouble scale) {
    return guard(env, [&] {
        const auto &c = from_handle<Context>(context);
        return to_handle(std::make_unique<NaiveProgram>(
                             CopiedTile(env, terms, weights, gathered, 0, rows, 0, gathers), c, bridge::block(c, input),
                             scale)
                             .release());
    });
}

JNIEXPORT void JNICALL Java_io_nightjar_crypto_Native_naiveOutput(JNIEnv *env, jclass, jlong context, jlong naive,
                                                                  jint row, jint gather, jlong output, jint column) {
    guard(env, [&] {
        const auto &c = from_handle<Context>(context);
        const Block &target = bridge::block(c, output);
        c.store(from_handle<NaiveProgram>(naive).layer.output(static_cast<std::size_t>(row),
                                                              static_cast<std::size_t>(gather)),
                target, static_cast<std::size_t>(column));
    });
}

JNIEXPORT void JNICALL Java_io_nightjar_crypto_Native_destroyNaiveLayer(JNIEnv *env, jclass, jlong naive) {
    guard(env, [&] { delete &from_handle<NaiveProgram>(naive); });
}

JNIEXPORT jlong JNICALL Java_io_nightjar_crypto_Native_createNaiveCipher(JNIEnv *env, jclass, jlong context) {
    return guard(env,
                 [&] { return to_handle(std::make_unique<NaiveCipher>(from_handle<Context>(context)).release()); });
}

JNIEXPORT void JNICALL Java_io_nightjar_crypto_Native_naiveEncrypt(JNIEnv *env, jclass, jlong naive, jlongArray values,
                                                                   jint records) {
    guard(env, [&] {
        from_handle<NaiveCipher>(naive).encrypt(bridge::longs(env, values, 0, bridge::length(env, values)),
                                                static_cast<std::size_t>(records));
    });
}

JNIEXPORT void JNICALL Java_io_nightjar_crypto_Native_naiveDecrypt(JNIEnv *env, jclass, jlong naive, jlongArray values,
                                                                   jint records) {
    guard(env, [&] {
        const auto decrypted = from_handle<NaiveCipher>(naive).decrypt(static_cast<std::size_t>(records));
        env->SetLongArrayRegion(values, 0, static_cast<jsize>(decrypted.size()),
                                reinterpret_cast<const jlong *>(decrypted.data()));
    });
}

JNIEXPORT void JNICALL Java_io_nightjar_crypto_Native_destroyNaiveCipher(JNIEnv *env, jclass, jlong naive) {
    guard(env, [&] { delete &from_handle<NaiveCipher>(naive); });
}

JNIEXPORT void JNICALL Java_io_nightjar_crypto_Native_naiveCkks(JNIEnv *env, jclass, jlong context, jint limbs,
                                                                jdouble scale, jdoubleArray seconds) {
    guard(env, [&] {
        const NaiveCkksSeconds found =
            measure_naive_ckks(from_handle<Context>(context), static_cast<std::size_t>(limbs), scale);
        const jdouble all[] = {found.encrypt, found.square, found.rescale, found.decrypt};
        env->SetDoubleArrayRegion(seconds, 0, 4, all);
    });
}
