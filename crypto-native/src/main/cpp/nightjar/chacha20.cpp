#include "nightjar/chacha20.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "nightjar/clones.h"
#include "nightjar/memory.h"

namespace nightjar {
namespace {

typedef std::uint32_t Lanes __attribute__((vector_size(64)));  // word i of sixteen blocks
typedef std::uint32_t Four __attribute__((vector_size(16)));

/// Four words of four blocks each, from [word][block] to [block][word].
inline __attribute__((always_inline)) void turn(const std::uint32_t (*words)[16], std::uint8_t *bytes) {
    Four w[4];
    for (int i = 0; i < 4; ++i) {
        std::memcpy(&w[i], words[i], sizeof w[i]);
    }
    const Four low01 = __builtin_shuffle(w[0], w[1], Four{0, 4, 1, 5});
    const Four low23 = __builtin_shuffle(w[2], w[3], Four{0, 4, 1, 5});
    const Four high01 = __builtin_shuffle(w[0], w[1], Four{2, 6, 3, 7});
    const Four high23 = __builtin_shuffle(w[2], w[3], Four{2, 6, 3, 7});
    const Four blocks[4] = {
        __builtin_shuffle(low01, low23, Four{0, 1, 4, 5}), __builtin_shuffle(low01, low23, Four{2, 3, 6, 7}),
        __builtin_shuffle(high01, high23, Four{0, 1, 4, 5}), __builtin_shuffle(high01, high23, Four{2, 3, 6, 7})};
    for (int block = 0; block < 4; ++block) {
        std::memcpy(bytes + block * 64, &blocks[block], sizeof blocks[block]);
    }
}

#define NIGHTJAR_ROTATE(x, n) (((x) << (n)) | ((x) >> (32 - (n))))
#define NIGHTJAR_QUARTER(a, b, c, d)            \
    a += b, d ^= a, d = NIGHTJAR_ROTATE(d, 16); \
    c += d, b ^= c, b = NIGHTJAR_ROTATE(b, 12); \
    a += b, d ^= a, d = NIGHTJAR_ROTATE(d, 8);  \
    c += d, b ^= c, b = NIGHTJAR_ROTATE(b, 7)

NIGHTJAR_CLONES void sixteen_blocks(const std::uint32_t *state, std::uint8_t *bytes) {
    const Lanes counters = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    Lanes start[16];
    Lanes x[16];
#pragma GCC unroll 16
    for (int i = 0; i < 16; ++i) {
        start[i] = Lanes{} + state[i];
    }
    start[12] += counters;
#pragma GCC unroll 16
    for (int i = 0; i < 16; ++i) {
        x[i] = start[i];
    }
    for (int round = 0; round < 10; ++round) {
        NIGHTJAR_QUARTER(x[0], x[4], x[8], x[12]);
        NIGHTJAR_QUARTER(x[1], x[5], x[9], x[13]);
        NIGHTJAR_QUARTER(x[2], x[6], x[10], x[14]);
        NIGHTJAR_QUARTER(x[3], x[7], x[11], x[15]);
        NIGHTJAR_QUARTER(x[0], x[5], x[10], x[15]);
        NIGHTJAR_QUARTER(x[1], x[6], x[11], x[12]);
        NIGHTJAR_QUARTER(x[2], x[7], x[8], x[13]);
        NIGHTJAR_QUARTER(x[3], x[4], x[9], x[14]);
    }
    std::uint32_t words[16][16];  // [word][block]
#pragma GCC unroll 16
    for (int i = 0; i < 16; ++i) {
        x[i] += start[i];
        std::memcpy(words[i], &x[i], sizeof x[i]);
    }
    for (int block = 0; block < 16; block += 4) {
        for (int i = 0; i < 16; i += 4) {
            turn(reinterpret_cast<const std::uint32_t (*)[16]>(&words[i][block]), bytes + block * 64 + i * 4);
        }
    }
}

}  // namespace

ChaCha20::ChaCha20(const Key &key, const Nonce &nonce) {
    constexpr std::uint32_t kConstants[4] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};  // "expand 32-byte k"
    std::memcpy(state_, kConstants, sizeof kConstants);
    std::memcpy(state_ + 4, key.data(), key.size());
    state_[12] = 0;
    std::copy(nonce.begin(), nonce.end(), state_ + 13);
}

ChaCha20::~ChaCha20() {
    wipe(state_, sizeof state_);
    wipe(buffer_, sizeof buffer_);
}

void ChaCha20::generate(std::uint8_t *bytes, std::size_t count) {
    while (count > 0) {
        if (used_ == kBytes && count >= kBytes) {
            next_blocks(bytes);
            bytes += kBytes;
            count -= kBytes;
            continue;
        }
        if (used_ == kBytes) {
            next_blocks(buffer_);
            used_ = 0;
        }
        const std::size_t taken = std::min(count, kBytes - used_);
        std::memcpy(bytes, buffer_ + used_, taken);
        bytes += taken;
        count -= taken;
        used_ += taken;
    }
}

void ChaCha20::next_blocks(std::uint8_t *bytes) {
    if (state_[12] > UINT32_MAX - kBlocks) {
        throw std::length_error("a ChaCha20 stream ends after 256 GiB");
    }
    sixteen_blocks(state_, bytes);
    state_[12] += kBlocks;
}

}  // namespace nightjar
