// Linear layers: loading them, applying what is loaded, and the naive programs that they are compared with.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bridge.h"
#include "io_nightjar_crypto_natives_Native.h"
#include "nightjar/error.h"
#include "nightjar/kernel/product_backend.h"
#include "nightjar/linear.h"
#include "nightjar/memory.h"
#include "nightjar/naive.h"
#include "nightjar/squares.h"

using namespace nightjar;
using bridge::from_handle;
using bridge::guard;
using bridge::to_handle;

namespace {

/// The arrays of a whole layer, copied out of Java.
kernel::LayerArrays copy_layer(JNIEnv *env, jint rows, jint terms, jintArray weights, jintArray gathered) {
    const std::size_t count = bridge::length(env, gathered);
    kernel::LayerArrays layer{static_cast<std::size_t>(rows), static_cast<std::size_t>(terms),
                              bridge::ints(env, weights, 0, bridge::length(env, weights)),
                              std::vector<std::uint32_t>(count)};
    // -1, which Java uses for "no column", has the bits of kNoColumn.
    env->GetIntArrayRegion(gathered, 0, static_cast<jsize>(count), reinterpret_cast<jint *>(layer.gathered.data()));
    return layer;
}

/// A layer in a backend's hands, with its biases, whose encoding depends on the block that they are added to.
class LayerWithBias {
public:
    /// `bias` is a long[] for BFV, a double[] for CKKS, or null.
    LayerWithBias(JNIEnv *env, const Context &context, const kernel::ProductBackend &backend,
                  kernel::LayerArrays arrays, jobject bias)
        : layer_(load_layer(context, backend, std::move(arrays))), biased_(bias != nullptr) {
        if (!biased_) {
            return;
        }
        const bool real_numbers = context.parameters().scheme == Scheme::kCkks;
        const jclass type = env->FindClass(real_numbers ? "[D" : "[J");
        if (type == nullptr) {
            throw bridge::PendingJavaException();
        }
        if (env->IsInstanceOf(bias, type) != JNI_TRUE) {
            throw Error(ErrorKind::kInvalidArgument, "biases are integers for BFV and real numbers for CKKS");
        }
        if (real_numbers) {
            reals_ = bridge::doubles(env, static_cast<jdoubleArray>(bias), 0, layer_->rows());
        } else {
            integers_ = bridge::longs(env, static_cast<jlongArray>(bias), 0, layer_->rows());
        }
    }

    ~LayerWithBias() {
        wipe(integers_.data(), integers_.size() * sizeof(std::int64_t));
        wipe(reals_.data(), reals_.size() * sizeof(double));
    }
    LayerWithBias(const LayerWithBias &) = delete;
    LayerWithBias &operator=(const LayerWithBias &) = delete;

    const kernel::LoadedLayer &layer() const { return *layer_; }
    bool biased() const { return biased_; }

    /// The biases of some rows, which the layer has.
    std::vector<std::uint64_t> encode(const Encoder &encoder, std::size_t first_row, std::size_t rows,
                                      std::size_t limbs) const {
        std::vector<std::uint64_t> residues(rows * limbs);
        for (std::size_t r = 0; r < rows; ++r) {
            const std::size_t row = first_row + r;
            std::uint64_t *const target = residues.data() + r * limbs;
            try {
                if (reals_.empty()) {
                    encoder.encode_constant(integers_.at(row), target);
                } else {
                    encoder.encode_constant(reals_.at(row), target);
                }
            } catch (const Error &error) {
                throw Error(error.kind(), "bias of row " + std::to_string(row) + ": " + error.what());
            }
        }
        return residues;
    }

private:
    std::unique_ptr<kernel::LoadedLayer> layer_;
    bool biased_;
    std::vector<std::int64_t> integers_;
    std::vector<double> reals_;
};

/// The layers behind an array of handles, with their biases encoded as numbers of CKKS slots.
Layers layers_behind(JNIEnv *env, const Context &context, jlongArray handles, std::size_t limbs, double scale) {
    const Encoder encoder(context, limbs, Packing::kSlots, Form::kNtt, scale);
    Layers layers;
    for (const std::int64_t handle : bridge::longs(env, handles, 0, bridge::length(env, handles))) {
        const auto &loaded = from_handle<LayerWithBias>(handle);
        layers.push_back({&loaded.layer(), {}});
        if (loaded.biased()) {
            layers.back().addends = loaded.encode(encoder, 0, loaded.layer().rows(), limbs);
        }
    }
    return layers;
}

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

JNIEXPORT jlong JNICALL Java_io_nightjar_crypto_natives_Native_loadLayer(JNIEnv *env, jclass, jlong context,
                                                                         jint kernel, jint rows, jint terms,
                                                                         jintArray weights, jintArray gathered,
                                                                         jobject bias) {
    return guard(env, [&] {
        const kernel::ProductBackend &backend = *kernel::backends().at(static_cast<std::size_t>(kernel));
        return to_handle(std::make_unique<LayerWithBias>(env, from_handle<Context>(context), backend,
                                                         copy_layer(env, rows, terms, weights, gathered), bias)
                             .release());
    });
}

JNIEXPORT void JNICALL Java_io_nightjar_crypto_natives_Native_destroyLayer(JNIEnv *env, jclass, jlong layer) {
    guard(env, [&] { delete &from_handle<LayerWithBias>(layer); });
}

JNIEXPORT void JNICALL Java_io_nightjar_crypto_natives_Native_applyLayer(JNIEnv *env, jclass, jlong context,
                                                                         jlong layer, jint first_row, jint row_count,
                                                                         jint first_gather, jint gather_count,
                                                                         jint packing, jdouble scale, jlong input,
                                                                         jlong output, jobject cancellation) {
    guard(env, [&] {
        const auto &c = from_handle<Context>(context);
        const auto &loaded = from_handle<LayerWithBias>(layer);
        const Block &source = bridge::block(c, input);
        const Block &target = bridge::block(c, output);
        const kernel::Tile tile{static_cast<std::size_t>(first_row), static_cast<std::size_t>(row_count),
                                static_cast<std::size_t>(first_gather), static_cast<std::size_t>(gather_count)};
        Bias bias{{}, Encoder::Pattern::kEverywhere};
        if (loaded.biased()) {
            const Encoder encoder(c, source.limbs, static_cast<Packing>(packing), source.form, scale);
            bias = {loaded.encode(encoder, tile.first_row, tile.row_count, source.limbs), encoder.pattern()};
        }
        apply_layer(c, loaded.layer(), tile, loaded.biased() ? &bias : nullptr, source, target,
                    bridge::should_stop(env, cancellation));
    });
}

JNIEXPORT void JNICALL Java_io_nightjar_crypto_natives_Native_applyLayers(JNIEnv *env, jclass, jlong context,
                                                                          jlongArray layers, jdouble scale, jlong input,
                                                                          jlong output, jobject cancellation) {
    guard(env, [&] {
        const auto &c = from_handle<Context>(context);
        const Block &source = bridge::block(c, input);
        apply_layers(c, layers_behind(env, c, layers, source.limbs, scale), source, bridge::block(c, output),
                     bridge::should_stop(env, cancellation));
    });
}

JNIEXPORT void JNICALL Java_io_nightjar_crypto_natives_Native_applyToSquares(JNIEnv *env, jclass, jlong context,
                                                                             jlongArray first, jlongArray layers,
                                                                             jdouble scale, jlong input, jlong output,
                                                                             jobject cancellation) {
    guard(env, [&] {
        const auto &c = from_handle<Context>(context);
        const Block &source = bridge::block(c, input);
        apply_to_squares(c, layers_behind(env, c, first, source.limbs, scale),
                         layers_behind(env, c, layers, source.limbs, scale * scale), source, bridge::block(c, output),
                         bridge::should_stop(env, cancellation));
    });
}

JNIEXPORT jlong JNICALL Java_io_nightjar_crypto_natives_Native_createNaiveLayer(JNIEnv *env, jclass, jlong context,
                                                                                jint rows, jint terms,
                                                                                jintArray weights, jintArray gathered,
                                                                                jlong input, jdouble scale) {
    return guard(env, [&] {
        const auto &c = from_handle<Context>(context);
        return to_handle(std::make_unique<NaiveProgram>(copy_layer(env, rows, terms, weights, gathered), c,
                                                        bridge::block(c, input), scale)
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
