#include "nightjar/blake3.h"

#include <algorithm>
#include <cstring>

#include "nightjar/words.h"

namespace nightjar {
namespace {

constexpr std::size_t kBlock = 64;
constexpr std::size_t kSixteen = 16;
constexpr std::size_t kLeaf = 1024;
constexpr std::size_t kLeafBlocks = kLeaf / kBlock;

constexpr std::uint32_t kInitial[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                       0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

constexpr std::uint32_t kLeafStart = 1;
constexpr std::uint32_t kLeafEnd = 2;
constexpr std::uint32_t kParent = 4;
constexpr std::uint32_t kRoot = 8;

/// Which word of the message goes where, round by round.
constexpr std::uint8_t kSchedule[7][16] = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, {2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8},
    {3, 4, 10, 12, 13, 2, 7, 14, 6, 5, 9, 0, 11, 15, 8, 1}, {10, 7, 12, 9, 14, 3, 13, 15, 4, 0, 11, 2, 5, 8, 1, 6},
    {12, 13, 9, 11, 15, 10, 14, 8, 7, 2, 5, 3, 0, 1, 6, 4}, {9, 14, 11, 5, 8, 12, 15, 1, 13, 3, 0, 10, 2, 6, 4, 7},
    {11, 15, 5, 0, 1, 9, 8, 6, 14, 10, 2, 12, 3, 4, 7, 13}};

#define NIGHTJAR_MIX(a, b, c, d, x, y)                 \
    a += (x), a += b, d ^= a, words::rotate<16, N>(d); \
    c += d, b ^= c, words::rotate<12, N>(b);           \
    a += (y), a += b, d ^= a, words::rotate<8, N>(d);  \
    c += d, b ^= c, words::rotate<7, N>(b)

/// Seven rounds over the sixteen words of N states.
template <std::size_t N>
NIGHTJAR_INLINE void rounds(words::Vector<N> *v, const words::Vector<N> *m) {
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

/// What a number of inputs have in common, of which each is whole blocks. The i-th begins `stride` bytes after the one
/// before it, and is the leaf `leaf + i`, or no leaf at all.
struct Inputs {
    std::size_t stride;
    std::size_t blocks;
    const std::uint32_t *flags;  // of each block
    std::uint64_t leaf;
    bool leaves;
};

constexpr std::uint32_t kLeafFlags[kLeafBlocks] = {kLeafStart, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, kLeafEnd};

constexpr Inputs leaves_from(std::uint64_t leaf) { return {kLeaf, kLeafBlocks, kLeafFlags, leaf, true}; }
constexpr Inputs kParents = {kBlock, 1, &kParent, 0, false};

/// The chaining values of N inputs.
template <std::size_t N>
NIGHTJAR_INLINE void chain_side_by_side(const std::uint8_t *bytes, const Inputs &inputs, Blake3::Value *values) {
    using Lanes = words::Vector<N>;
    Lanes h[8] = {};
#pragma GCC unroll 8
    for (int i = 0; i < 8; ++i) {
        h[i] += kInitial[i];
    }
    alignas(64) std::uint32_t low[N] = {};
    alignas(64) std::uint32_t high[N] = {};
    for (std::size_t lane = 0; inputs.leaves && lane < N; ++lane) {
        low[lane] = static_cast<std::uint32_t>(inputs.leaf + lane);
        high[lane] = static_cast<std::uint32_t>((inputs.leaf + lane) >> 32);
    }
    for (std::size_t block = 0; block < inputs.blocks; ++block) {
        Lanes m[16];
#pragma GCC unroll 4
        for (std::size_t first = 0; first < 16; first += N) {
#pragma GCC unroll 16
            for (std::size_t lane = 0; lane < N; ++lane) {
                std::memcpy(&m[first + lane], bytes + lane * inputs.stride + block * kBlock + first * 4, sizeof m[0]);
            }
            words::transpose<N>(m + first);
        }
        Lanes v[16] = {h[0], h[1], h[2], h[3], h[4], h[5], h[6], h[7]};
#pragma GCC unroll 4
        for (int i = 0; i < 4; ++i) {
            v[8 + i] = Lanes{} + kInitial[i];
        }
        std::memcpy(&v[12], low, sizeof low);
        std::memcpy(&v[13], high, sizeof high);
        v[14] = Lanes{} + static_cast<std::uint32_t>(kBlock);
        v[15] = Lanes{} + inputs.flags[block];
        rounds<N>(v, m);
#pragma GCC unroll 8
        for (int i = 0; i < 8; ++i) {
            h[i] = v[i] ^ v[i + 8];
        }
    }
    Lanes turned[16] = {h[0], h[1], h[2], h[3], h[4], h[5], h[6], h[7]};  // half of sixteen rows is empty
#pragma GCC unroll 2
    for (std::size_t first = 0; first < 8; first += N) {
        words::transpose<N>(turned + first);
#pragma GCC unroll 16
        for (std::size_t lane = 0; lane < N; ++lane) {
            std::memcpy(values[lane].data() + first, &turned[first + lane], std::min<std::size_t>(N, 8) * 4);
        }
    }
}

/// The chaining values of sixteen inputs, N of them side by side. They may take the place of the inputs.
template <std::size_t N>
NIGHTJAR_INLINE void chain_all(const std::uint8_t *bytes, const Inputs &inputs, Blake3::Value *values) {
    for (std::size_t done = 0; done < kSixteen; done += N) {
        Inputs next = inputs;
        next.leaf += done;
        chain_side_by_side<N>(bytes + done * inputs.stride, next, values + done);
    }
}

NIGHTJAR_WIDTHS(chain, (const std::uint8_t *bytes, const Inputs &inputs, Blake3::Value *values), chain_all,
                (bytes, inputs, values))

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
    rounds<1>(v, m);
    for (int i = 0; i < 8; ++i) {
        value[i] = v[i] ^ v[i + 8];
    }
}

using Value = Blake3::Value;

Value parent(const Value &left, const Value &right, std::uint32_t flags) {
    std::uint8_t block[kBlock];
    std::memcpy(block, left.data(), 32);
    std::memcpy(block + 32, right.data(), 32);
    Value value;
    std::copy(kInitial, kInitial + 8, value.begin());
    compress(value.data(), block, kBlock, 0, kParent | flags);
    return value;
}

/// The value of the last leaf of all, or the digest when it is all there is.
Value last_leaf(const std::uint8_t *bytes, std::size_t count, std::uint64_t leaf, std::uint32_t flags) {
    Value value;
    std::copy(kInitial, kInitial + 8, value.begin());
    std::uint32_t start = kLeafStart;
    for (; count > kBlock; bytes += kBlock, count -= kBlock) {
        compress(value.data(), bytes, kBlock, leaf, start);
        start = 0;
    }
    compress(value.data(), bytes, count, leaf, start | kLeafEnd | flags);
    return value;
}

/// A subtree joins those before it. It completes as many larger ones as its number ends in ones, like carries in
/// binary counting; `depth` is how many ones that number has, and so how many subtrees there are.
std::size_t join(Value subtree, std::uint64_t number, Value *subtrees, std::size_t depth) {
    for (; (number & 1) != 0; number >>= 1) {
        subtree = parent(subtrees[--depth], subtree, 0);
    }
    subtrees[depth] = subtree;
    return depth + 1;
}

}  // namespace

void Blake3::add_group(const std::uint8_t *bytes) {
    Value values[kGroupLeaves];
    for (std::size_t done = 0; done < kGroupLeaves; done += kSixteen) {
        chain(bytes + done * kLeaf, leaves_from(groups_ * kGroupLeaves + done), values + done);
    }
    // Two neighbours are one block, until one is left. A few fill only the first of sixteen blocks.
    static_assert(sizeof(Value) * 2 == kBlock && kGroupLeaves >= 2 * kSixteen);
    for (std::size_t count = kGroupLeaves / 2; count > 0; count /= 2) {
        for (std::size_t done = 0; done < count; done += kSixteen) {
            chain(reinterpret_cast<const std::uint8_t *>(values + 2 * done), kParents, values + done);
        }
    }
    join(values[0], groups_, subtrees_, depth());
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
    Value stack[kDepth + 7];
    std::size_t depth = this->depth();
    std::copy(subtrees_, subtrees_ + depth, stack);
    const std::uint64_t before = groups_ * kGroupLeaves;
    const std::uint64_t whole = buffered_ == 0 ? 0 : (buffered_ - 1) / kLeaf;  // leaves but for the last one
    for (std::uint64_t first = 0; first < whole; first += kSixteen) {
        Value values[kSixteen];
        chain(buffer_ + first * kLeaf, leaves_from(before + first), values);  // some beyond, which count for nothing
        for (std::uint64_t leaf = first; leaf < std::min<std::uint64_t>(whole, first + kSixteen); ++leaf) {
            depth = join(values[leaf - first], leaf, stack, depth);
        }
    }
    const std::size_t done = whole * kLeaf;
    Value value = last_leaf(buffer_ + done, buffered_ - done, before + whole, depth == 0 ? kRoot : 0);
    while (depth > 0) {
        --depth;
        value = parent(stack[depth], value, depth == 0 ? kRoot : 0);
    }
    Digest digest;
    std::memcpy(digest.data(), value.data(), digest.size());
    return digest;
}

}  // namespace nightjar
