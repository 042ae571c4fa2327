#include <memory>
#include <string>
#include <vector>

#include "bridge.h"
#include "io_nightjar_crypto_natives_Native.h"
#include "nightjar/error.h"
#include "nightjar/kernel/dispatch.h"
#include "nightjar/linear.h"
#include "nightjar/naive.h"
#include "nightjar/squares.h"

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

/// Whole layers, copied out of Java arrays, with their biases encoded as numbers of CKKS slots.
class CopiedLayers {
public:
    /// `arrays` holds for each layer its weights, its gathered columns, and its biases or null.
    CopiedLayers(JNIEnv *env, const Context &context, jintArray terms, jobjectArray arrays, std::size_t limbs,
                 double scale) {
        const std::vector<std::int32_t> widths = bridge::ints(env, terms, 0, bridge::length(env, terms));
        const Encoder encoder(context, limbs, Packing::kSlots, Form::kNtt, scale);
        layers_.reserve(widths.size());
        for (std::size_t i = 0; i < widths.size(); ++i) {
            const auto get = [&](jint index) {
                return env->GetObjectArrayElement(arrays, static_cast<jsize>(3 * i) + index);
            };
            auto *const weights = static_cast<jintArray>(get(0));
            auto *const gathered = static_cast<jintArray>(get(1));
            auto *const biases = static_cast<jdoubleArray>(get(2));
            const auto width = static_cast<std::size_t>(widths[i]);
            const std::size_t rows = bridge::length(env, weights) / width;
            const std::size_t gathers = bridge::length(env, gathered) / width;
            CopiedTile tile(env, widths[i], weights, gathered, 0, static_cast<jint>(rows), 0,
                            static_cast<jint>(gathers));
            std::vector<std::uint64_t> residues;
            if (biases != nullptr) {
                residues.resize(rows * limbs);
                encode_biases(encoder, bridge::doubles(env, biases, 0, rows), 0, limbs, residues);
            }
            layers_.push_back({std::move(tile), std::move(residues)});
            env->DeleteLocalRef(weights);
            env->DeleteLocalRef(gathered);
            env->DeleteLocalRef(biases);
        }
    }

    Layers view() const {
        Layers layers;
        for (const Copied &copied : layers_) {
            kernel::IntegerLayer layer = copied.tile.layer;
            layer.addends = copied.residues.empty() ? nullptr : copied.residues.data();
            layers.push_back(layer);
        }
        return layers;
    }

private:
    struct Copied {
        CopiedTile tile;  // whose layer points into its vectors, which stay where they are when it moves
        std::vector<std::uint64_t> residues;
    };
    std::vector<Copied> layers_;
};

/// The naive program with everything it points to.
struct NaiveProgram {
    CopiedTile copied;
    NaiveLayer layer;

    NaiveProgram(CopiedTile &&tile, const Context &context, const Block &input, double scale)
        : copied(std::move(tile)), layer(context, copied.layer, input, scale) {}
};

}  // namespace

JNIEXPORT void JNICALL Java_io_nightjar_crypto_natives_Native_applyLayer( JNIEnv *env, jclass, jlong context,
                                                                         jint kernel, jint terms, jintArray weights,
                                                                         jintArray gathered, jint first_row,
                                                                         jint row_count, jint first_gather,
                                                                         jint gather_count, jobject bias, jint packing,
                                                                         jdouble scale, jlong input, jlong output,
                                                                         jobject cancellation) {
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

JNIEXPORT void JNICALL Java_io_nightjar_crypto_natives_Native_applyLayers(JNIEnv *env, jclass, jlong context,
                                                                          jint kernel, jintArray terms,
                                                                          jobjectArray layers, jdouble scale,
                                                                          jlong input, jlong output,
                                                                          jobject cancellation) {
    guard(env, [&] {
        const auto &c = from_handle<Context>(context);
        const Block &source = bridge::block(c, input);
        const CopiedLayers copied(env, c, terms, layers, source.limbs, scale);
        apply_layers(c, *kernel::supported().at(static_cast<std::size_t>(kernel)), copied.view(), source,
                     bridge::block(c, output), bridge::should_stop(env, cancellation));
    });
}

JNIEXPORT void JNICALL Java_io_nightjar_crypto_natives_Native_applyToSquares(JNIEnv *env, jclass, jlong context,
                                                                             jint kernel, jintArray first_terms,
                                                                             jobjectArray first, jintArray terms,
                                                                             jobjectArray layers, jdouble scale,
                                                                             jlong input, jlong output,
                                                                             jobject cancellation) {
    guard(env, [&] {
        const auto &c = from_handle<Context>(context);
        const Block &source = bridge::block(c, input);
        const CopiedLayers before(env, c, first_terms, first, source.limbs, scale);
        const CopiedLayers after(env, c, terms, layers, source.limbs, scale * scale);
        apply_to_squares(c, *kernel::supported().at(static_cast<std::size_t>(kernel)), before.view(), after.view(),
                         source, bridge::block(c, output), bridge::should_stop(env, cancellation));
    });
}

JNIEXPORT jlong JNICALL Java_io_nightjar_crypto_natives_Native_createNaiveLayer(JNIEnv *env, jclass, jlong context,
                                                                                jint rows, jint terms, jint gathers,
                                                                                jintArray weights, jintArray gathered,
                                                                                jlong input, jdouble scale) {
    return guard(env, [&] {
        const auto &c = from_handle<Context>(context);
        return to_handle(std::make_unique<NaiveProgram>(
                             CopiedTile(env, terms, weights, gathered, 0, rows, 0, gathers), c, bridge::block(c, input),
                             scale)
                             .release());
    });
}

JNIEXPORT void JNICALL Java_io_nightjar_crypto_natives_Native_naiveOutput(JNIEnv *env, jclass, jlong context,
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

JNIEXPORT void JNICALL Java_io_nightjar_crypto_natives_Native_destroyNaiveLayer(JNIEnv *env, jclass, jlong naive) {
    guard(env, [&] { delete &from_handle<NaiveProgram>(naive); });
}

JNIEXPORT jlong JNICALL Java_io_nightjar_crypto_natives_Native_createNaiveCipher(JNIEnv *env, jclass, jlong context) {
    return guard(env,
                 [&] { return to_handle(std::make_unique<NaiveCipher>(from_handle<Context>(context)).release()); });
}

JNIEXPORT void JNICALL Java_io_nightjar_crypto_natives_Native_naiveEncrypt(JNIEnv *env, jclass, jlong naive,
                                                                           jlongArray values, jint records) {
    guard(env, [&] {
        from_handle<NaiveCipher>(naive).encrypt(bridge::longs(env, values, 0, bridge::length(env, values)),
                                                static_cast<std::size_t>(records));
    });
}

JNIEXPORT void JNICALL Java_io_nightjar_crypto_natives_Native_naiveDecrypt(JNIEnv *env, jclass, jlong naive,
                                                                           jlongArray values, jint records) {
    guard(env, [&] {
        const auto decrypted = from_handle<NaiveCipher>(naive).decrypt(static_cast<std::size_t>(records));
        env->SetLongArrayRegion(values, 0, static_cast<jsize>(decrypted.size()),
                                reinterpret_cast<const jlong *>(decrypted.data()));
    });
}

JNIEXPORT void JNICALL Java_io_nightjar_crypto_natives_Native_destroyNaiveCipher(JNIEnv *env, jclass, jlong naive) {
    guard(env, [&] { delete &from_handle<NaiveCipher>(naive); });
}

JNIEXPORT void JNICALL Java_io_nightjar_crypto_natives_Native_naiveCkks(JNIEnv *env, jclass, jlong context, jint limbs,
                                                                        jdouble scale, jdoubleArray seconds) {
    guard(env, [&] {
        const NaiveCkksSeconds found =
            measure_naive_ckks(from_handle<Context>(context), static_cast<std::size_t>(limbs), scale);
        const jdouble all[] = {found.encrypt, found.square, found.rescale, found.decrypt};
        env->SetDoubleArrayRegion(seconds, 0, 4, all);
    });
}
