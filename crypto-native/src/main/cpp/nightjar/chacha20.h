// The ChaCha20 key stream (RFC 8439): the generator behind seeds and secret polynomials.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace nightjar {

/// A stream of pseudo-random bytes, determined by a 32-byte key and a 96-bit nonce; wiped when destroyed.
class ChaCha20 {
public:
    using Key = std::array<std::uint8_t, 32>;
    using Nonce = std::array<std::uint32_t, 3>;

    ChaCha20(const Key &key, const Nonce &nonce);
    ~ChaCha20();
    ChaCha20(const ChaCha20 &) = delete;
    ChaCha20 &operator=(const ChaCha20 &) = delete;

    /// The next bytes of the stream. Throws std::length_error at its end, after 256 GiB.
    void generate(std::uint8_t *bytes, std::size_t count);

private:
    static constexpr std::size_t kBlocks = 16;  // computed side by side, one in each lane of a vector
    static constexpr std::size_t kBytes = kBlocks * 64;

    void next_blocks(std::uint8_t *bytes);

    std::uint32_t state_[16];
    alignas(64) std::uint8_t buffer_[kBytes];
    std::size_t used_ = kBytes;
};

}  // namespace nightjar
