#include "nightjar/sampling.h"

#include <algorithm>
#include <cstring>

#include "nightjar/error.h"

namespace nightjar {
namespace {

constexpr std::size_t kChunk = 512;  // candidates drawn at once

std::shared_ptr<seal::UniformRandomGenerator> generator(const seal::prng_seed_type &seed) {
    return seal::Blake2xbPRNGFactory().create(seed);
}

std::shared_ptr<seal::UniformRandomGenerator> system_generator() {
    seal::prng_seed_type seed;
    seal::random_bytes(reinterpret_cast<seal::seal_byte *>(seed.data()), seal::prng_seed_byte_count);
    auto created = generator(seed);
    wipe(seed.data(), seal::prng_seed_byte_count);
    return created;
}

}  // namespace

Seed fresh_seed() {
    Seed seed;
    seal::random_bytes(reinterpret_cast<seal::seal_byte *>(seed.data()), seed.size());
    return seed;
}

UniformStream::UniformStream(const Seed &seed, std::uint64_t column) {
    // 32 bytes of seed, the column, and a label that keeps this use of the generator apart from any other.
    seal::prng_seed_type full{};
    std::memcpy(full.data(), seed.data(), seed.size());
    full[4] = column;
    std::memcpy(&full[5], "nightjar uniform 1", 18);
    generator_ = generator(full);
}

void UniformStream::fill(std::uint64_t *residues, std::size_t degree, std::uint64_t prime) {
    const int bits = kernel::bit_length(prime);
    const std::size_t bytes = static_cast<std::size_t>(bits + 7) / 8;
    const std::uint64_t mask = (std::uint64_t{1} << bits) - 1;
    std::uint8_t buffer[kChunk * 8 + 8];
    std::size_t filled = 0;
    while (filled < degree) {
        const std::size_t candidates = std::min(kChunk, degree - filled);
        generator_->generate(candidates * bytes, reinterpret_cast<seal::seal_byte *>(buffer));
        for (std::size_t i = 0; i < candidates; ++i) {
            std::uint64_t candidate;
            std::memcpy(&candidate, buffer + i * bytes, sizeof candidate);  // reads past the candidate, into the buffer
            candidate &= mask;
            residues[filled] = candidate;
            filled += candidate < prime ? 1 : 0;
        }
    }
}

SecretSampler::SecretSampler() : generator_(system_generator()) {}

void SecretSampler::noise(SecretWords &coefficients) {
    constexpr std::uint64_t kBits = (1U << 21) - 1;
    constexpr std::size_t kBytes = 6;
    std::uint8_t buffer[kChunk * kBytes + 8];
    for (std::size_t first = 0; first < coefficients.size(); first += kChunk) {
        const std::size_t count = std::min(kChunk, coefficients.size() - first);
        generator_->generate(count * kBytes, reinterpret_cast<seal::seal_byte *>(buffer));
        for (std::size_t i = 0; i < count; ++i) {
            std::uint64_t bits;
            std::memcpy(&bits, buffer + i * kBytes, sizeof bits);
            coefficients[first + i] = static_cast<std::uint64_t>(__builtin_popcountll(bits & kBits)) -
                                      static_cast<std::uint64_t>(__builtin_popcountll((bits >> 21) & kBits));
        }
    }
    wipe(buffer, sizeof buffer);
}

void SecretSampler::ternary(SecretWords &coefficients) {
    std::uint8_t buffer[kChunk];
    std::size_t filled = 0;
    while (filled < coefficients.size()) {
        generator_->generate(kChunk, reinterpret_cast<seal::seal_byte *>(buffer));
        for (std::size_t i = 0; i < kChunk && filled < coefficients.size(); ++i) {
            // 255 = 3 * 85: the one rejected byte says nothing about the accepted ones.
            coefficients[filled] = static_cast<std::uint64_t>(buffer[i] % 3) - 1;
            filled += buffer[i] < 255 ? 1 : 0;
        }
    }
    wipe(buffer, sizeof buffer);
}

}  // namespace nightjar
