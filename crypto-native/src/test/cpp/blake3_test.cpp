// BLAKE3 against the published algorithm: digests are part of the exchange's format.
#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "check.h"
#include "nightjar/blake3.h"

using nightjar::Blake3;

namespace {

/// The published test input: 0, 1, ..., 250, 0, 1, ...
std::vector<std::uint8_t> counting(std::size_t count) {
    std::vector<std::uint8_t> bytes(count);
    for (std::size_t i = 0; i < count; ++i) {
        bytes[i] = static_cast<std::uint8_t>(i % 251);
    }
    return bytes;
}

std::string hex(const Blake3::Digest &digest) {
    std::string text;
    for (const std::uint8_t byte : digest) {
        text += "0123456789abcdef"[byte >> 4];
        text += "0123456789abcdef"[byte & 15];
    }
    return text;
}

std::string hash(const std::vector<std::uint8_t> &bytes) {
    Blake3 blake3{};
    blake3.update(bytes.data(), bytes.size());
    return hex(blake3.digest());
}

struct Expected {
    std::size_t count;
    const char *digest;
};

/// By the authors' implementation, at the edges of blocks, leaves, groups of leaves and subtrees.
constexpr Expected kExpected[] = {
    {0, "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"},
    {1, "2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213"},
    {63, "e9bc37a594daad83be9470df7f7b3798297c3d834ce80ba85d6e207627b7db7b"},
    {64, "4eed7141ea4a5cd4b788606bd23f46e212af9cacebacdc7d1f4c6dc7f2511b98"},
    {65, "de1e5fa0be70df6d2be8fffd0e99ceaa8eb6e8c93a63f2d8d1c30ecb6b263dee"},
    {1023, "10108970eeda3eb932baac1428c7a2163b0e924c9a9e25b35bba72b28f70bd11"},
    {1024, "42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7"},
    {1025, "d00278ae47eb27b34faecf67b4fe263f82d5412916c1ffd97c8cb7fb814b8444"},
    {2048, "e776b6028c7cd22a4d0ba182a8bf62205d2ef576467e838ed6f2529b85fba24a"},
    {2049, "5f4d72f40d7a5f82b15ca2b2e44b1de3c2ef86c426c95c1af0b6879522563030"},
    {3072, "b98cb0ff3623be03326b373de6b9095218513e64f1ee2edd2525c7ad1e5cffd2"},
    {3073, "7124b49501012f81cc7f11ca069ec9226cecb8a2c850cfe644e327d22d3e1cd3"},
    {16383, "7529418ecb789a30254899f229522ccde05234d2019c5ec5072bc4685a57658d"},
    {16384, "f875d6646de28985646f34ee13be9a576fd515f76b5b0a26bb324735041ddde4"},
    {16385, "1dabe216be2578830263b049de1639f39f05a4da616b9b78c7a5e4e41662fd1f"},
    {17408, "993924ff3dcbd868be9cf3fed98d4538fe579ffccf390a5aa1ddba0f6a20bfed"},
    {17409, "50bc54238ac9271c9f3471f5206a04eb25d2e26b3214ed971cc55230b0d22864"},
    {31744, "62b6960e1a44bcc1eb1a611a8d6235b6b4b78f32e7abc4fb4c6cdcce94895c47"},
    {32768, "162183d1f9184474f5a5c9e6224e66720cdb6523f822e52d9b1efa30893f48f9"},
    {32769, "da589428d9b32c97658a04a21c0c8a38aad2ac402120819d956fd6d62bbfa36e"},
    {49152, "88c8baf84eb0b231f985d2be3540430506a9280fd0ec4cec74524bbc33bbc5df"},
    {65536, "68d647e619a930e7b1082f74f334b0c65a315725569bdc123f0ee11881717bfe"},
    {65537, "7c99f9840a73dfcb6e5bfe4ff6d1558acab7e015640790c26411818bdbe17eca"},
    {102400, "bc3e3d41a1146b069abffad3c0d44860cf664390afce4d9661f7902e7943e085"},
    {1000000, "5e82c663d164c54e4fcdfcd70e3ca464662228bdbad45cce2e0c2bff999064ef"},
    {3145733, "a7bb55bed0c04f58879d1fc1cafb27e14e931f4411fe63baf5b2d5a60357bffb"},
};

}  // namespace

TEST("digests are those of the authors' implementation") {
    for (const Expected &expected : kExpected) {
        CHECK_EQ(hash(counting(expected.count)), std::string(expected.digest));
    }
}

TEST("a digest does not depend on the pieces that the bytes come in") {
    check::Random random;
    const auto bytes = counting(200'000);
    for (int attempt = 0; attempt < 50; ++attempt) {
        Blake3 blake3{};
        for (std::size_t done = 0; done < bytes.size();) {
            const std::size_t most = attempt % 2 == 0 ? 3000 : 60'000;
            const std::size_t count = std::min<std::size_t>(random.below(most), bytes.size() - done);
            blake3.update(bytes.data() + done, count);
            done += count;
        }
        CHECK_EQ(hex(blake3.digest()), hash(bytes));
    }
}

TEST("asking for a digest changes nothing") {
    const auto bytes = counting(40'000);
    Blake3 blake3{};
    blake3.update(bytes.data(), 17'000);
    CHECK_EQ(hex(blake3.digest()), hash(counting(17'000)));
    blake3.update(bytes.data() + 17'000, 23'000);
    CHECK_EQ(hex(blake3.digest()), hash(bytes));
}
