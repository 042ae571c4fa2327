#include "nightjar/hiding.h"

#include <string>
#include <vector>

#include "bridge.h"
#include "io_nightjar_crypto_natives_Native.h"
#include "nightjar/error.h"

using namespace nightjar;
using bridge::from_handle;
using bridge::guard;

namespace {

/// The bits of one column, of words that have a bit for each slot of each column.
std::vector<bool> kept_slots(const std::vector<std::int64_t> &words, std::size_t column, std::size_t degree) {
    std::vector<bool> kept(degree);
    for (std::size_t j = 0; j < degree; ++j) {
        const std::size_t bit = column * degree + j;
        kept[j] = (static_cast<std::uint64_t>(words.at(bit / 64)) >> (bit % 64) & 1) != 0;
    }
    return kept;
}

}  // namespace

JNIEXPORT void JNICALL Java_io_nightjar_crypto_natives_Native_hide(JNIEnv *env, jclass, jlong context, jlong key,
                                                                   jlong block, jbyteArray seed, jlong first_column,
                                                                   jint flood_bits, jint packing, jlongArray kept,
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
        const auto words = bridge::longs(env, kept, 0, bridge::length(env, kept));
        const auto should_stop = bridge::should_stop(env, cancellation);
        for (std::size_t column = 0; column < source.columns; ++column) {
            bridge::stop_if(should_stop);
            const std::uint64_t number = static_cast<std::uint64_t>(first_column) + column;
            hider.hide(source, column, number, target);
            if (!real_numbers) {
                cover_other_slots(c, encoder, secret.get(), number, kept_slots(words, column, target.degree), target,
                                  column);
            }
        }
    });
}
