#include "nightjar/sampling.h"

#include <seal/randomgen.h>

#include <algorithm>
#include <cstring>

#include "nightjar/kernel/microkernel.h"

namespace nightjar {
namespace {

constexpr std::size_t kChunk = 512;  // candidates drawn at once

/// The number of ones among the lower 21 bits less that among the next 21, counted in both halves of a word at once; no
/// table and no branch depends on the bits.
std::uint64_t centred_binomial(std::uint64_t bits) {
    constexpr std::uint64_t kMask = (1U << 21) - 1;
    std::uint64_t x = (bits & kMask) | ((bits >> 21 & kMask) << 32);
    x -= (x >> 1) & 0x5555555555555555;
    x = (x & 0x3333333333333333) + ((x >> 2) & 0x3333333333333333);
    x = (x + (x >> 4)) & 0x0f0f0f0f0f0f0f0f;
    x += x >> 8;
    x += x >> 16;
    return (x & 0xff) - (x >> 32 & 0xff);
}

}  // namespace

Seed fresh_seed() {
    Seed seed;
    seal::random_bytes(reinterpret_cast<seal::seal_byte *>(seed.data()), seed.size());
    return seed;
}

Seed public_seed(const Seed &secret_seed) {
    Seed seed;
    ChaCha20(secret_seed, nonce(Purpose::kPublic, 0)).generate(seed.data(), seed.size());
    return seed;
}

ChaCha20::Nonce nonce(Purpose purpose, std::uint64_t column) {
    return {static_cast<std::uint32_t>(purpose), static_cast<std::uint32_t>(column),
            static_cast<std::uint32_t>(column >> 32)};
}

UniformStream::UniformStream(const Seed &seed, std::uint64_t column, const kernel::RingKernel *wide)
    : wide_(wide), stream_(seed, nonce(Purpose::kUniform, column)) {}

void UniformStream::fill(std::uint64_t *residues, std::size_t degree, std::uint64_t prime) {
    const int bits = kernel::bit_length(prime);
    const std::size_t bytes = static_cast<std::size_t>(bits + 7) / 8;
    const std::uint64_t mask = (std::uint64_t{1} << bits) - 1;
    std::uint8_t buffer[kChunk * 8 + kernel::kReadAhead];
    std::size_t filled = 0;
    while (filled < degree) {
        const std::size_t candidates = std::min(kChunk, degree - filled);
        stream_.generate(buffer, candidates * bytes);
        std::size_t done = 0;
        if (wide_ != nullptr) {
            done = candidates - candidates % kernel::kRingStep;
            filled += wide_->unpack_below(buffer, done, static_cast<unsigned>(bits), static_cast<unsigned>(8 * bytes),
                                          prime, residues + filled);
        }
        for (std::size_t i = done; i < candidates; ++i) {
            std::uint64_t candidate;
            std::memcpy(&candidate, buffer + i * bytes, sizeof candidate);  // reads past the candidate, into the buffer
            candidate &= mask;
            residues[filled] = candidate;
            filled += candidate < prime ? 1 : 0;
        }
    }
}

SecretSampler::SecretSampler(const kernel::RingKernel *wide) : SecretSampler(fresh_seed(), wide) {}

SecretSampler::SecretSampler(Seed &&seed, const kernel::RingKernel *wide)
    : wide_(wide), stream_(seed, nonce(Purpose::kSecret, 0)) {
    wipe(seed.data(), seed.size());
}

SecretSampler::SecretSampler(const Seed &seed, Purpose purpose, std::uint64_t column, const kernel::RingKernel *wide)
    : wide_(wide), stream_(seed, nonce(purpose, column)) {}

void SecretSampler::noise(SecretWords &coefficients) {
    constexpr std::size_t kBytes = 6;
    std::uint8_t buffer[kChunk * kBytes + kernel::kReadAhead];
    for (std::size_t first = 0; first < coefficients.size(); first += kChunk) {
        const std::size_t count = std::min(kChunk, coefficients.size() - first);
        stream_.generate(buffer, count * kBytes);
        std::size_t done = 0;
        if (wide_ != nullptr) {
            done = count - count % kernel::kRingStep;
            wide_->noise(buffer, done, coefficients.get() + first);
        }
        for (std::size_t i = done; i < count; ++i) {
            std::uint64_t bits;
            std::memcpy(&bits, buffer + i * kBytes, sizeof bits);
            coefficients[first + i] = centred_binomial(bits);
        }
    }
    wipe(buffer, sizeof buffer);
}

void SecretSampler::ternary(SecretWords &coefficients) {
    std::uint8_t buffer[kChunk];
    std::size_t filled = 0;
    while (filled < coefficients.size()) {
        stream_.generate(buffer, kChunk);
        for (std::size_t i = 0; i < kChunk && filled < coefficients.size(); ++i) {
            // 255 = 3 * 85: the one rejected byte says nothing about the accepted ones.
            coefficients[filled] = static_cast<std::uint64_t>(buffer[i] % 3) - 1;
            filled += buffer[i] < 255 ? 1 : 0;
        }
    }
    wipe(buffer, sizeof buffer);
}

void SecretSampler::wide(int bits, SecretWords &low, SecretWords &high) {
    constexpr int kLowBits = 52;
    const auto mask = [](int ones) { return (std::uint64_t{1} << ones) - 1; };
    const std::uint64_t low_mask = mask(std::min(bits, kLowBits));
    const std::uint64_t high_mask = mask(std::max(bits - kLowBits, 0));
    const std::size_t bytes = static_cast<std::size_t>(bits + 7) / 8;
    std::uint8_t buffer[kChunk * kMaxWideBits / 8 + kernel::kReadAhead] = {};
    for (std::size_t first = 0; first < low.size(); first += kChunk) {
        const std::size_t count = std::min(kChunk, low.size() - first);
        stream_.generate(buffer, count * bytes);
        for (std::size_t i = 0; i < count; ++i) {
            std::uint64_t words[2];  // from bit 0 and from bit 48 on; may reach into the next number
            std::memcpy(&words[0], buffer + i * bytes, sizeof words[0]);
            std::memcpy(&words[1], buffer + i * bytes + 6, sizeof words[1]);
            low[first + i] = words[0] & low_mask;
            high[first + i] = words[1] >> (kLowBits - 48) & high_mask;
        }
    }
    wipe(buffer, sizeof buffer);
}

}  // namespace nightjar
