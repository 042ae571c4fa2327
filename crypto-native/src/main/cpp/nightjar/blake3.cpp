#include "nightjar/blake3.h"

#include <algorithm>
#include <cstring>

#include "nightjar/clones.h"

namespace nightjar {
namespace {

constexpr std::size_t kBlock = 64;
constexpr std::size_t kLaneCount = 16;

constexpr std::uint32_t kInitial[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                       0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

constexpr std::uint32_t kChunkStart = 1;
constexpr std::uint32_t kChunkEnd = 2;
constexpr std::uint32_t kParent = 4;
constexpr std::uint32_t kRoot = 8;

/// Which word of the message goes where, round by round.
constexpr std::uint8_t kSchedule[7][16] = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, {2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8},
    {3, 4, 10, 12, 13, 2, 7, 14, 6, 5, 9, 0, 11, 15, 8, 1}, {10, 7, 12, 9, 14, 3, 13, 15, 4, 0, 11, 2, 5, 8, 1, 6},
    {12, 13, 9, 11, 15, 10, 14, 8, 7, 2, 5, 3, 0, 1, 6, 4}, {9, 14, 11, 5, 8, 12, 15, 1, 13, 3, 0, 10, 2, 6, 4, 7},
    {11, 15, 5, 0, 1, 9, 8, 6, 14, 10, 2, 12, 3, 4, 7, 13}};

typedef std::uint32_t Lanes __attribute__((vector_size(64)));  // one word of sixteen compressions
typedef std::uint32_t Four __attribute__((vector_size(16)));

#define NIGHTJAR_ROTATE(x, n) (((x) >> (n)) | ((x) << (32 - (n))))
#define NIGHTJAR_MIX(a, b, c, d, x, y)                \
    a += b + (x), d ^= a, d = NIGHTJAR_ROTATE(d, 16); \
    c += d, b ^= c, b = NIGHTJAR_ROTATE(b, 12);       \
    a += b + (y), d ^= a, d = NIGHTJAR_ROTATE(d, 8);  \
    c += d, b ^= c, b = NIGHTJAR_ROTATE(b, 7)

/// Seven rounds over the sixteen words of a state, whatever a word is.
template <typename Word>
inline __attribute__((always_inline)) void rounds(Word *v, const Word *m) {
#pragma GCC unroll 7
    for (int round = 0; round < 7; ++round) {
        const std::uint8_t *s = kSchedule[round];
        NIGHTJAR_MIX(v[0], v[4], v[8], v[12], m[s[0]], m[s[1]]);
        NIGHTJAR_MIX(v[1], v[5], v[9], v[13], m[s[2]], m[s[3]]);
        NIGHTJAR_MIX(v[2], v[6], v[10], v[14], m[s[4]], m[s[5]]);
        NIGHTJAR_MIX(v[3], v[7], v[11], v[15], m[s[6]], m[s[7]]);
        NIGHTJAR_MIX(v[0], v[5], v[10], v[15], m[s[8]], m[s[9]]);
        NIGHTJAR_MIX(v[1], v[6], v[11], v[12], m[s[10]], m[s[11]]);
        NIGHTJAR_MIX(v[2], v[7], v[8], v[13], m[s[12]], m[s[13]]);
        NIGHTJAR_MIX(v[3], v[4], v[9], v[14], m[s[14]], m[s[15]]);
    }
}

/// The next 64 bytes of sixteen inputs, from [input][word] to [word][input].
inline __attribute__((always_inline)) void load(const std::uint8_t *bytes, std::size_t stride, Lanes *words) {
    alignas(64) std::uint32_t turned[16][16];
#pragma GCC unroll 4
    for (std::size_t lane = 0; lane < kLaneCount; lane += 4) {
#pragma GCC unroll 4
        for (std::size_t word = 0; word < 16; word += 4) {
            Four w[4];
            for (std::size_t i = 0; i < 4; ++i) {
                std::memcpy(&w[i], bytes + (lane + i) * stride + word * 4, sizeof w[i]);
            }
            const Four low01 = __builtin_shuffle(w[0], w[1], Four{0, 4, 1, 5});
            const Four low23 = __builtin_shuffle(w[2], w[3], Four{0, 4, 1, 5});
            const Four high01 = __builtin_shuffle(w[0], w[1], Four{2, 6, 3, 7});
            const Four high23 = __builtin_shuffle(w[2], w[3], Four{2, 6, 3, 7});
            const Four columns[4] = {__builtin_shuffle(low01, low23, Four{0, 1, 4, 5}),
                                     __builtin_shuffle(low01, low23, Four{2, 3, 6, 7}),
                                     __builtin_shuffle(high01, high23, Four{0, 1, 4, 5}),
                                     __builtin_shuffle(high01, high23, Four{2, 3, 6, 7})};
            for (std::size_t i = 0; i < 4; ++i) {
                std::memcpy(&turned[word + i][lane], &columns[i], sizeof columns[i]);
            }
        }
    }
    std::memcpy(words, turned, sizeof turned);
}

/// The chaining values of sixteen inputs of whole blocks that lie `stride` bytes apart; value i has `values[i]`.
NIGHTJAR_CLONES void sixteen(const std::uint8_t *bytes, std::size_t stride, std::size_t blocks, std::uint64_t counter,
                             std::uint64_t step, std::uint32_t first, std::uint32_t last, std::uint32_t always,
                             std::uint32_t (*values)[8]) {
    Lanes h[8];
#pragma GCC unroll 8
    for (int i = 0; i < 8; ++i) {
        h[i] = Lanes{} + kInitial[i];
    }
    alignas(64) std::uint32_t low[16];
    alignas(64) std::uint32_t high[16];
    for (std::uint64_t lane = 0; lane < kLaneCount; ++lane) {
        low[lane] = static_cast<std::uint32_t>(counter + lane * step);
        high[lane] = static_cast<std::uint32_t>((counter + lane * step) >> 32);
    }
    for (std::size_t block = 0; block < blocks; ++block) {
        Lanes m[16];
        load(bytes + block * kBlock, stride, m);
        const std::uint32_t flags = always | (block == 0 ? first : 0) | (block + 1 == blocks ? last : 0);
        Lanes v[16] = {h[0], h[1], h[2], h[3], h[4], h[5], h[6], h[7]};
#pragma GCC unroll 4
        for (int i = 0; i < 4; ++i) {
            v[8 + i] = Lanes{} + kInitial[i];
        }
        std::memcpy(&v[12], low, sizeof low);
        std::memcpy(&v[13], high, sizeof high);
        v[14] = Lanes{} + static_cast<std::uint32_t>(kBlock);
        v[15] = Lanes{} + flags;
        rounds(v, m);
#pragma GCC unroll 8
        for (int i = 0; i < 8; ++i) {
            h[i] = v[i] ^ v[i + 8];
        }
    }
    for (std::size_t i = 0; i < 8; ++i) {
        std::uint32_t lanes[16];
        std::memcpy(lanes, &h[i], sizeof lanes);
        for (std::size_t lane = 0; lane < kLaneCount; ++lane) {
            values[lane][i] = lanes[lane];
        }
    }
}

/// One compression, of a block that may be short.
void compress(std::uint32_t *value, const std::uint8_t *block, std::size_t length, std::uint64_t counter,
              std::uint32_t flags) {
    std::uint8_t padded[kBlock] = {};
    std::memcpy(padded, block, length);
    std::uint32_t m[16];
    std::memcpy(m, padded, sizeof m);  // a little-endian machine, as everywhere in this library
    std::uint32_t v[16];
    std::copy(value, value + 8, v);
    std::copy(kInitial, kInitial + 4, v + 8);
    v[12] = static_cast<std::uint32_t>(counter);
    v[13] = static_cast<std::uint32_t>(counter >> 32);
    v[14] = static_cast<std::uint32_t>(length);
    v[15] = flags;
    rounds(v, m);
    for (int i = 0; i < 8; ++i) {
        value[i] = v[i] ^ v[i + 8];
    }
}

using Value = std::array<std::uint32_t, 8>;

Value parent(const Value &left, const Value &right, std::uint32_t flags) {
    std::uint8_t block[kBlock];
    std::memcpy(block, left.data(), 32);
    std::memcpy(block + 32, right.data(), 32);
    Value value;
    std::copy(kInitial, kInitial + 8, value.begin());
    compress(value.data(), block, kBlock, 0, kParent | flags);
    return value;
}

/// The value of a leaf, or the digest when it is all there is.
Value leaf(const std::uint8_t *bytes, std::size_t count, std::uint64_t counter, std::uint32_t flags) {
    Value value;
    std::copy(kInitial, kInitial + 8, value.begin());
    std::uint32_t start = kChunkStart;
    for (; count > kBlock; bytes += kBlock, count -= kBlock) {
        compress(value.data(), bytes, kBlock, counter, start);
        start = 0;
    }
    compress(value.data(), bytes, count, counter, start | kChunkEnd | flags);
    return value;
}

}  // namespace

void Blake3::add_group(const std::uint8_t *bytes) {
    std::uint32_t values[kLanes][8];
    sixteen(bytes, kChunk, kChunk / kBlock, groups_ * kLanes, 1, kChunkStart, kChunkEnd, 0, values);
    // Two neighbours are one block. Only the first half of the lanes has any, and the results may take their place.
    for (std::size_t count = kLanes; count > 1; count /= 2) {
        std::uint8_t blocks[kLanes * kBlock] = {};
        std::memcpy(blocks, values, count * sizeof values[0]);
        sixteen(blocks, kBlock, 1, 0, 0, 0, 0, kParent, values);
    }
    Value subtree;
    std::copy(values[0], values[0] + 8, subtree.begin());
    // A group completes as many larger subtrees as its number ends in ones, like carries in binary counting.
    std::size_t depth = static_cast<std::size_t>(__builtin_popcountll(groups_));
    for (std::uint64_t number = groups_; (number & 1) != 0; number >>= 1) {
        subtree = parent(subtrees_[--depth], subtree, 0);
    }
    subtrees_[depth] = subtree;
    ++groups_;
}

void Blake3::update(const std::uint8_t *bytes, std::size_t count) {
    while (count > 0) {
        if (buffered_ == kGroup) {
            add_group(buffer_);
            buffered_ = 0;
        }
        if (buffered_ == 0) {
            for (; count > kGroup; bytes += kGroup, count -= kGroup) {
                add_group(bytes);
            }
        }
        const std::size_t taken = std::min<std::size_t>(count, kGroup - buffered_);
        std::memcpy(buffer_ + buffered_, bytes, taken);
        buffered_ += taken;
        bytes += taken;
        count -= taken;
    }
}

Blake3::Digest Blake3::digest() const {
    // What is buffered is a tree of its own: its leaves and their subtrees, smallest last.
    Value stack[kDepth + 5];
    std::size_t depth = static_cast<std::size_t>(__builtin_popcountll(groups_));
    std::copy(subtrees_, subtrees_ + depth, stack);
    const std::uint64_t before = groups_ * kLanes;
    std::uint64_t leaves = 0;
    std::size_t done = 0;
    for (; buffered_ - done > kChunk; done += kChunk) {
        Value value = leaf(buffer_ + done, kChunk, before + leaves, 0);
        for (std::uint64_t number = leaves; (number & 1) != 0; number >>= 1) {
            value = parent(stack[--depth], value, 0);
        }
        stack[depth++] = value;
        ++leaves;
    }
    Value value = leaf(buffer_ + done, buffered_ - done, before + leaves, depth == 0 ? kRoot : 0);
    while (depth > 0) {
        --depth;
        value = parent(stack[depth], value, depth == 0 ? kRoot : 0);
    }
    Digest digest;
    std::memcpy(digest.data(), value.data(), digest.size());
    return digest;
}

}  // namespace nightjar
