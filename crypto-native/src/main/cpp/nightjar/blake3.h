// The BLAKE3 hash (its default mode, 256 bits): what manifests say of the files of an exchange.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace nightjar {

/// The hash of bytes that come piece by piece. With zeros in its first two words it is a hash of nothing yet, whatever
/// the others are, so that its owner need not be C++.
class Blake3 {
public:
    using Digest = std::array<std::uint8_t, 32>;
    using Value = std::array<std::uint32_t, 8>;  // of a node of the tree

    void update(const std::uint8_t *bytes, std::size_t count);

    /// The hash of all bytes so far; more may follow.
    Digest digest() const;

private:
    static constexpr std::size_t kGroupLeaves = 64;  // hashed side by side, up to the root of their subtree
    static constexpr std::size_t kGroup = kGroupLeaves * 1024;
    static constexpr std::size_t kDepth = 48;  // of a tree of groups over 2^64 bytes

    void add_group(const std::uint8_t *bytes);
    std::size_t depth() const { return static_cast<std::size_t>(__builtin_popcountll(groups_)); }

    std::uint64_t groups_ = 0;    // hashed so far
    std::uint64_t buffered_ = 0;  // bytes that wait, because the last ones of all are hashed differently
    Value subtrees_[kDepth];      // complete ones, one for each bit of groups_, the largest first
    std::uint8_t buffer_[kGroup];
};

}  // namespace nightjar
