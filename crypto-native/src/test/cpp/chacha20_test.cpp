// The key stream against RFC 8439: blocks are regenerated from seeds on other machines, so its bytes are wire format.

#include <numeric>
#include <string>
#include <vector>

#include "check.h"
#include "nightjar/chacha20.h"

using nightjar::ChaCha20;

namespace {

std::vector<std::uint8_t> stream(const ChaCha20::Key &key, const ChaCha20::Nonce &nonce, std::size_t count) {
    std::vector<std::uint8_t> bytes(count);
    ChaCha20(key, nonce).generate(bytes.data(), count);
    return bytes;
}

std::string hex(const std::vector<std::uint8_t> &bytes, std::size_t first, std::size_t count) {
    std::string text;
    for (std::size_t i = first; i < first + count; ++i) {
        text += "0123456789abcdef"[bytes[i] >> 4];
        text += "0123456789abcdef"[bytes[i] & 15];
    }
    return text;
}

/// Key and nonce of RFC 8439, section 2.3.2.
ChaCha20::Key counting_key() {
    ChaCha20::Key key;
    std::iota(key.begin(), key.end(), std::uint8_t{0});
    return key;
}
constexpr ChaCha20::Nonce kNonce = {0x09000000, 0x4a000000, 0};

}  // namespace

TEST("the stream begins with block 0 of RFC 8439 and goes on with block 1") {
    const auto zero = stream({}, {}, 128);  // test vectors 1 and 2 of appendix A.1
    CHECK_EQ(hex(zero, 0, 64), std::string("76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7"
                                           "da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586"));
    CHECK_EQ(hex(zero, 64, 64), std::string("9f07e7be5551387a98ba977c732d080dcb0f29a048e3656912c6533e32ee7aed"
                                            "29b721769ce64e43d57133b074d839d531ed1f28510afb45ace10a1f4b794d6f"));
    const auto counting = stream(counting_key(), kNonce, 128);
    CHECK_EQ(hex(counting, 64, 64), std::string("10f1e7e4d13b5915500fdd1fa32071c4c7d1f4c733c068030422aa9ac3d46c4e"
                                                "d2826446079faa0914c2d705d98b02a2b5129cd1de164eb9cbd083e8a2503c4e"));
}

TEST("the stream is right beyond the blocks that are computed together") {
    const auto bytes = stream(counting_key(), kNonce, 8192);  // expected bytes by OpenSSL
    CHECK_EQ(hex(bytes, 1016, 16), std::string("884f26ad8a5ac54bbe76d45ca31f6aaf"));
    CHECK_EQ(hex(bytes, 4092, 8), std::string("81effdc19ac4aa49"));
    CHECK_EQ(hex(bytes, 8184, 8), std::string("6e95d89f02f0f94a"));
}

TEST("the stream does not depend on the pieces that it is asked for in") {
    check::Random random;
    const auto whole = stream(counting_key(), kNonce, 10'000);
    std::vector<std::uint8_t> pieces(whole.size());
    ChaCha20 generator(counting_key(), kNonce);
    for (std::size_t i = 0; i < pieces.size();) {
        const std::size_t count = std::min<std::size_t>(random.below(1500), pieces.size() - i);
        generator.generate(pieces.data() + i, count);
        i += count;
    }
    CHECK_EQ(pieces, whole);
}

TEST("every word of the nonce and every byte of the key changes the stream") {
    const auto base = stream(counting_key(), kNonce, 32);
    for (std::size_t i = 0; i < kNonce.size(); ++i) {
        ChaCha20::Nonce nonce = kNonce;
        nonce[i] ^= 1;
        CHECK(stream(counting_key(), nonce, 32) != base);
    }
    for (std::size_t i = 0; i < base.size(); ++i) {
        ChaCha20::Key key = counting_key();
        key[i] ^= 1;
        CHECK(stream(key, kNonce, 32) != base);
    }
}
