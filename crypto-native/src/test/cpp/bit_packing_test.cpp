// Residues on the wire.

#include <seal/modulus.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "check.h"
#include "nightjar/bit_packing.h"

using namespace nightjar;

namespace {

using Bytes = std::vector<std::uint8_t>;

/// The greatest prime below 2^bits, and the least one above 2^(bits - 1).
std::vector<std::uint64_t> primes_of(int bits) {
    std::uint64_t greatest = (std::uint64_t{1} << bits) - 1;
    std::uint64_t least = (std::uint64_t{1} << (bits - 1)) + 1;
    for (; !seal::Modulus(greatest).is_prime(); greatest -= 2) {
    }
    for (; !seal::Modulus(least).is_prime(); least += 2) {
    }
    return {greatest, least};
}

/// Bits that hold every residue.
std::size_t width(std::uint64_t prime) {
    std::size_t bits = 1;
    while ((prime - 1) >> bits != 0) {
        ++bits;
    }
    return bits;
}

std::vector<std::uint64_t> random_residues(check::Random &random, std::size_t count, std::uint64_t prime) {
    std::vector<std::uint64_t> residues(count);
    for (auto &residue : residues) {
        const std::uint64_t choice = random.below(6);
        residue = choice == 0 ? prime - 1 : choice == 1 ? 0 : random.below(prime);
    }
    return residues;
}

/// The format read straight from its definition: bit i of residue j is bit j * width + i, least significant first.
Bytes pack_bit_by_bit(const std::vector<std::uint64_t> &residues, std::size_t bits) {
    Bytes bytes((residues.size() * bits + 7) / 8);
    for (std::size_t j = 0; j < residues.size() * bits; ++j) {
        const std::uint64_t bit = residues[j / bits] >> (j % bits) & 1;
        bytes[j / 8] = static_cast<std::uint8_t>(bytes[j / 8] | bit << (j % 8));
    }
    return bytes;
}

Bytes pack(const std::vector<std::uint64_t> &residues, std::uint64_t prime) {
    Bytes bytes(packed_size(residues.size(), prime), 0xa5);
    pack_residues(residues.data(), residues.size(), prime, bytes.data());
    return bytes;
}

struct Unpacked {
    std::size_t valid;
    std::vector<std::uint64_t> residues;
};

/// Unpacks from memory that ends where the packed bytes do, so that reading on is an error under the sanitizers.
Unpacked unpack(const Bytes &bytes, std::size_t count, std::uint64_t prime) {
    const std::unique_ptr<std::uint8_t[]> exact(new std::uint8_t[bytes.size()]);
    std::copy(bytes.begin(), bytes.end(), exact.get());
    Unpacked result{0, std::vector<std::uint64_t>(count)};
    result.valid = unpack_residues(exact.get(), count, prime, result.residues.data());
    return result;
}

}  // namespace

TEST("residues are packed as the format defines, in so many bytes, and come back") {
    check::Random random;
    for (int bits = 10; bits <= 60; ++bits) {
        for (const std::uint64_t prime : primes_of(bits)) {
            for (const std::size_t count : {1, 2, 3, 7, 8, 9, 15, 63, 64, 65, 1001, 2048}) {
                const check::Note note("prime " + std::to_string(prime) + ", " + std::to_string(count) + " residues");
                const auto residues = random_residues(random, count, prime);
                CHECK_EQ(packed_size(count, prime), (count * width(prime) + 7) / 8);
                const Bytes bytes = pack(residues, prime);
                CHECK_EQ(bytes, pack_bit_by_bit(residues, width(prime)));
                const Unpacked unpacked = unpack(bytes, count, prime);
                CHECK_EQ(unpacked.valid, count);
                CHECK_EQ(unpacked.residues, residues);
            }
        }
    }
}

TEST("a 44-bit prime costs 44 bits, and a prime just above a power of two needs no wider residues than its own") {
    CHECK_EQ(packed_size(2048, 17592185896961), std::size_t{2048 * 44 / 8});
    CHECK_EQ(packed_size(8, 65537), std::size_t{17});  // 65536 = 2^16 is a residue
    CHECK_EQ(packed_size(0, 65537), std::size_t{0});
}

TEST("known residues have known bytes") {
    // 1 + 2 * 2^10 + 3 * 2^20 + 1020 * 2^30, little endian.
    CHECK_EQ(pack({1, 2, 3, 1020}, 1021), (Bytes{0x01, 0x08, 0x30, 0x00, 0xff}));
    // The last byte is filled up with zeros.
    CHECK_EQ(pack({1020}, 1021), (Bytes{0xfc, 0x03}));
    // 60 bits: the second residue begins in the middle of a byte.
    CHECK_EQ(pack({0x0fedcba987654321, 0x0123456789abcdef}, (std::uint64_t{1} << 60) - 93),
             (Bytes{0x21, 0x43, 0x65, 0x87, 0xa9, 0xcb, 0xed, 0xff, 0xde, 0xbc, 0x9a, 0x78, 0x56, 0x34, 0x12}));
}

TEST("packing writes nothing behind the packed bytes") {
    for (const std::size_t count : {1, 5, 8, 13}) {
        const std::uint64_t prime = 1021;
        Bytes bytes(packed_size(count, prime) + 16, 0xa5);
        pack_residues(std::vector<std::uint64_t>(count, 1020).data(), count, prime, bytes.data());
        CHECK(std::all_of(bytes.end() - 16, bytes.end(), [](std::uint8_t byte) { return byte == 0xa5; }));
    }
}

TEST("unpacking names the first residue that is not below the prime") {
    check::Random random;
    for (int bits = 10; bits <= 60; ++bits) {
        for (const std::uint64_t prime : primes_of(bits)) {
            const std::uint64_t greatest = (std::uint64_t{1} << width(prime)) - 1;  // what the bits can say
            if (greatest < prime) {
                continue;
            }
            for (const std::size_t count : {1, 8, 65, 1001}) {
                const auto residues = random_residues(random, count, prime);
                for (const std::size_t wrong : {std::size_t{0}, count / 2, count - 1}) {
                    const check::Note note("prime " + std::to_string(prime) + ", residue " + std::to_string(wrong) +
                                           " of " + std::to_string(count));
                    auto changed = residues;
                    changed[wrong] = random.below(2) == 0 ? prime : greatest;
                    changed[count - 1] = greatest;  // a later one must not hide the first
                    CHECK_EQ(unpack(pack_bit_by_bit(changed, width(prime)), count, prime).valid, wrong);
                }
            }
        }
    }
}
