#include "nightjar/chacha20.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "nightjar/memory.h"
#include "nightjar/words.h"

namespace nightjar {
namespace {

constexpr std::size_t kSixteen = 16;

#define NIGHTJAR_QUARTER(a, b, c, d)         \
    a += b, d ^= a, words::rotate<16, N>(d); \
    c += d, b ^= c, words::rotate<20, N>(b); \
    a += b, d ^= a, words::rotate<24, N>(d); \
    c += d, b ^= c, words::rotate<25, N>(b)

/// N blocks, from a state that has the number of the first.
template <std::size_t N>
NIGHTJAR_INLINE void blocks_side_by_side(const std::uint32_t *state, std::uint32_t later, std::uint8_t *bytes) {
    using Lanes = words::Vector<N>;
    alignas(64) static constexpr std::uint32_t kCounters[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    Lanes counters;
    std::memcpy(&counters, kCounters, sizeof counters);
    counters += later;
    Lanes x[16] = {};
#pragma GCC unroll 16
    for (int i = 0; i < 16; ++i) {
        x[i] += state[i];
    }
    x[12] += counters;
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
#pragma GCC unroll 16
    for (int i = 0; i < 16; ++i) {
        x[i] += state[i];
    }
    x[12] += counters;
#pragma GCC unroll 4
    for (std::size_t first = 0; first < 16; first += N) {
        words::transpose<N>(x + first);
#pragma GCC unroll 16
        for (std::size_t block = 0; block < N; ++block) {
            std::memcpy(bytes + block * 64 + first * 4, &x[first + block], sizeof x[0]);
        }
    }
}

/// Sixteen blocks, N of them side by side.
template <std::size_t N>
NIGHTJAR_INLINE void all_blocks(const std::uint32_t *state, std::uint8_t *bytes) {
    for (std::size_t done = 0; done < kSixteen; done += N) {
        blocks_side_by_side<N>(state, static_cast<std::uint32_t>(done), bytes + done * 64);
    }
}

NIGHTJAR_WIDTHS(sixteen_blocks, (const std::uint32_t *state, std::uint8_t *bytes), all_blocks, (state, bytes))

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
