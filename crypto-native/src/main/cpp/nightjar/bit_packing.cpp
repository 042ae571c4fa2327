#include "nightjar/bit_packing.h"

#include <algorithm>
#include <cstring>

#include "nightjar/kernel/microkernel.h"

namespace nightjar {
namespace {

unsigned width(std::uint64_t prime) { return static_cast<unsigned>(kernel::bit_length(prime - 1)); }

// Eight residues of `bits` bits are exactly `bits` bytes, so groups of eight start on a byte. A residue spans at most
// nine bytes; its first eight come with one unaligned load as long as bits + 7 <= 64.
static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the loads below assume a little-endian machine");

/// How many residues from the first on can be taken in groups that touch kReadAhead bytes from their beginning.
std::size_t in_whole_groups(std::size_t count, unsigned bits, std::size_t size) {
    if (size < kernel::kReadAhead) {
        return 0;
    }
    return std::min(count / kernel::kRingStep, (size - kernel::kReadAhead) / bits + 1) * kernel::kRingStep;
}

std::uint64_t load_bytes(const std::uint8_t *bytes, std::size_t available) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes, available < sizeof word ? available : sizeof word);
    return word;
}

}  // namespace

std::size_t packed_size(std::size_t residues, std::uint64_t prime) { return (residues * width(prime) + 7) / 8; }

void pack_residues(const std::uint64_t *residues, std::size_t count, std::uint64_t prime, std::uint8_t *bytes,
                   const kernel::RingKernel *wide) {
    const unsigned bits = width(prime);
    if (wide != nullptr && bits >= kernel::kMinPackedBits) {
        const std::size_t done = in_whole_groups(count, bits, packed_size(count, prime));
        wide->pack(residues, done, bits, bytes);
        residues += done;
        count -= done;
        bytes += done / kernel::kRingStep * bits;
    }
    unsigned __int128 pending = 0;
    unsigned filled = 0;
    for (std::size_t i = 0; i < count; ++i) {
        pending |= static_cast<unsigned __int128>(residues[i]) << filled;
        filled += bits;
        if (filled >= 64) {
            const auto word = static_cast<std::uint64_t>(pending);
            std::memcpy(bytes, &word, sizeof word);
            bytes += sizeof word;
            pending >>= 64;
            filled -= 64;
        }
    }
    const auto word = static_cast<std::uint64_t>(pending);
    std::memcpy(bytes, &word, (filled + 7) / 8);
}

std::size_t unpack_residues(const std::uint8_t *bytes, std::size_t count, std::uint64_t prime, std::uint64_t *residues,
                            const kernel::RingKernel *wide) {
    const unsigned bits = width(prime);
    const std::uint64_t mask = (std::uint64_t{1} << bits) - 1;
    const std::size_t size = packed_size(count, prime);
    std::size_t done = wide != nullptr ? in_whole_groups(count, bits, size) : 0;
    if (done != 0 && wide->unpack_below(bytes, done, bits, bits, prime, residues) != done) {
        done = 0;  // to find out which was wrong
    }
    std::size_t position = done * bits;
    std::uint64_t all_valid = 1;
    for (std::size_t i = done; i < count; ++i, position += bits) {
        const std::size_t byte = position / 8;
        const unsigned shift = static_cast<unsigned>(position % 8);
        std::uint64_t residue = byte + sizeof(std::uint64_t) <= size ? load_bytes(bytes + byte, sizeof(std::uint64_t))
                                                                     : load_bytes(bytes + byte, size - byte);
        residue >>= shift;
        if (shift + bits > 64) {
            residue |= std::uint64_t{bytes[byte + 8]} << (64 - shift);
        }
        residue &= mask;
        all_valid &= residue < prime ? 1 : 0;
        residues[i] = residue;
    }
    if (all_valid != 0) {
        return count;
    }
    std::size_t first = 0;
    while (residues[first] < prime) {
        ++first;
    }
    return first;
}

}  // namespace nightjar
