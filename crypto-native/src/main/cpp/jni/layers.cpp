// Linear layers: loading them, and applying what is loaded.
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
#include "nightjar/squares.h"

using namespace nightjar;
using bridge::from_handle;
using bridge::guard;
using bridge::to_handle;

namespace {

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

}  // namespace

JNIEXPORT jlong JNICALL Java_io_nightjar_crypto_natives_Native_loadLayer(JNIEnv *env, jclass, jlong context,
                                                                         jint kernel, jint rows, jint terms,
                                                                         jintArray weights, jintArray gathered,
                                                                         jobject bias) {
    return guard(env, [&] {
        const kernel::ProductBackend &backend = *kernel::backends().at(static_cast<std::size_t>(kernel));
        return to_handle(std::make_unique<LayerWithBias>(env, from_handle<Context>(context), backend,
                                                         bridge::layer(env, rows, terms, weights, gathered), bias)
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
