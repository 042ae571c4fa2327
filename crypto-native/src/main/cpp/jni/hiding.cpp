#include "nightjar/hiding.h"

#include <string>

#include "bridge.h"
#include "io_nightjar_crypto_natives_Native.h"
#include "nightjar/error.h"

using namespace nightjar;
using bridge::from_handle;
using bridge::guard;

JNIEXPORT void JNICALL Java_io_nightjar_crypto_natives_Native_hide(JNIEnv *env, jclass, jlong context, jlong key,
                                                                   jlong block, jbyteArray seed, jlong first_column,
                                                                   jint flood_bits, jint packing, jint records,
                                                                   jlong output, jobject cancellation) {
    guard(env, [&] {
        const auto &c = from_handle<Context>(context);
        const Block &source = bridge::block(c, block);
        const Block &target = bridge::block(c, output);
        const bool real_numbers = c.parameters().scheme == Scheme::kCkks;
        if (source.polys != 2 || source.form != Form::kNtt || target.columns != source.columns || target.polys != 2 ||
            target.form != (real_numbers ? Form::kNtt : Form::kCoefficient) ||
            (real_numbers ? target.limbs != source.limbs : target.limbs > source.limbs)) {
            throw Error(ErrorKind::kInvalidArgument, "the blocks do not have the shapes that hiding takes and gives");
        }
        const bridge::SecretSeed secret(env, seed);
        c.level(target.limbs);  // throws when SEAL has none
        Hider hider(c, bridge::block(c, key, 1, 2, c.key_limbs(), Form::kNtt), secret.get(), flood_bits, source.limbs);
        const Encoder encoder(c, target.limbs, static_cast<Packing>(packing), target.form, 1);
        const auto should_stop = bridge::should_stop(env, cancellation);
        for (std::size_t column = 0; column < source.columns; ++column) {
            bridge::stop_if(should_stop);
            const std::uint64_t number = static_cast<std::uint64_t>(first_column) + column;
            hider.hide(source, column, number, target);
            if (!real_numbers && static_cast<std::size_t>(records) < target.degree) {
                cover_free_places(c, encoder, secret.get(), number, static_cast<std::size_t>(records), target, column);
            }
        }
    });
}
