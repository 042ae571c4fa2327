#include "nightjar/lanes.h"

#include <algorithm>
#include <string>
#include <utility>

#include "nightjar/error.h"

namespace nightjar {
namespace {

constexpr int kDigitBits = kernel::kLaneDigitBits;
constexpr std::uint64_t kDigitMask = kernel::kLaneDigitMask;
constexpr int kWindow = 5;
constexpr std::size_t kMostBytes = 1024;
constexpr std::size_t kEntries = std::size_t{1} << kWindow;

std::size_t digits_for(std::size_t bytes) {
    const std::size_t bits = bytes * 8 + 2;  // R >= 4 N
    const std::size_t digits = (bits + kDigitBits - 1) / kDigitBits;
    return (digits + kernel::kLaneDigitStep - 1) / kernel::kLaneDigitStep * kernel::kLaneDigitStep;
}

static_assert((kMostBytes * 8 + 2 + kDigitBits - 1) / kDigitBits <= kernel::kMaxLaneDigits);

std::size_t checked_bytes(const std::uint8_t *modulus, std::size_t bytes) {
    const bool odd = bytes > 0 && (modulus[bytes - 1] & 1) == 1;
    const bool above_one = odd && (modulus[bytes - 1] > 1 ||
                                   std::any_of(modulus, modulus + bytes - 1, [](std::uint8_t b) { return b != 0; }));
    if (!above_one || bytes > kMostBytes) {
        throw Error(ErrorKind::kInvalidArgument, "a modulus of " + std::to_string(bytes) +
                                                     " bytes: it must be odd, at least 3, and have at most " +
                                                     std::to_string(kMostBytes));
    }
    return bytes;
}

/// The bits first, ..., first + count - 1 of a big-endian number, count <= 52; beyond its end they are zero.
std::uint64_t bits_at(const std::uint8_t *number, std::size_t bytes, std::size_t first, int count) {
    std::uint64_t bits = 0;
    const std::size_t byte = first / 8;
    for (std::size_t k = 0; k < 8 && byte + k < bytes; ++k) {
        bits |= static_cast<std::uint64_t>(number[bytes - 1 - byte - k]) << (8 * k);
    }
    return bits >> (first % 8) & ((std::uint64_t{1} << count) - 1);
}

}  // namespace

LaneRing::LaneRing(const std::uint8_t *modulus, std::size_t bytes, const kernel::LaneKernel *kernel)
    : kernel_(kernel == nullptr ? kernel::kLanesPortable : *kernel),
      bytes_(checked_bytes(modulus, bytes)),
      digits_(digits_for(bytes)),
      digits_of_modulus_(digits_, Lifetime::kKey),
      inverse_(1),
      square_(words(), Lifetime::kKey),
      one_(words(), Lifetime::kKey) {
    read(modulus, digits_of_modulus_.get());
    const std::uint64_t lowest = digits_of_modulus_[0] | digits_of_modulus_[1] << kDigitBits;
    for (int i = 0; i < 6; ++i) {  // Newton: each step doubles the digits that are right
        inverse_ *= 2 - lowest * inverse_;
    }
    inverse_ = 0 - inverse_;
    SecretWords number(digits_);  // 1, doubled until it is R and R^2
    std::fill_n(number.get(), digits_, 0);
    number[0] = 1;
    const std::size_t limb = kernel_.limb_bits;
    const std::size_t r_bits = (digits_ * kDigitBits + limb - 1) / limb * limb;
    for (std::size_t i = 0; i < 2 * r_bits; ++i) {
        std::uint64_t carry = 0;
        for (std::size_t d = 0; d < digits_; ++d) {
            const std::uint64_t doubled = 2 * number[d] + carry;
            number[d] = doubled & kDigitMask;
            carry = doubled >> kDigitBits;
        }
        reduce_once(number.get());
        if (i + 1 == r_bits || i + 1 == 2 * r_bits) {
            SecretWords &target = i + 1 == r_bits ? one_ : square_;
            for (std::size_t d = 0; d < digits_; ++d) {
                std::fill_n(target.get() + d * kLanes, kLanes, number[d]);
            }
        }
    }
}

void LaneRing::read(const std::uint8_t *number, std::uint64_t *digits) const {
    for (std::size_t d = 0; d < digits_; ++d) {
        digits[d] = bits_at(number, bytes_, d * kDigitBits, kDigitBits);
    }
}

/// Subtracts the modulus unless the number is below it, without a branch.
void LaneRing::reduce_once(std::uint64_t *number) const {
    std::uint64_t borrow = 0;
    for (std::size_t d = 0; d < digits_; ++d) {
        borrow = (number[d] - digits_of_modulus_[d] - borrow) >> 63;
    }
    const std::uint64_t mask = borrow - 1;
    borrow = 0;
    for (std::size_t d = 0; d < digits_; ++d) {
        const std::uint64_t difference = number[d] - (digits_of_modulus_[d] & mask) - borrow;
        number[d] = difference & kDigitMask;
        borrow = difference >> 63;
    }
}

void LaneRing::load(const std::uint8_t *numbers, std::size_t count, std::uint64_t *lanes) const {
    SecretWords digits(digits_);
    std::fill_n(lanes, words(), 0);
    std::fill_n(lanes, kLanes, 1);
    for (std::size_t lane = 0; lane < count; ++lane) {
        read(numbers + lane * bytes_, digits.get());
        for (std::size_t d = 0; d < digits_; ++d) {
            lanes[d * kLanes + lane] = digits[d];
        }
    }
    multiply(lanes, square_.get(), lanes);
}

void LaneRing::load_everywhere(const std::uint8_t *number, std::uint64_t *lanes) const {
    SecretWords digits(digits_);
    read(number, digits.get());
    for (std::size_t d = 0; d < digits_; ++d) {
        std::fill_n(lanes + d * kLanes, kLanes, digits[d]);
    }
    multiply(lanes, square_.get(), lanes);
}

void LaneRing::store(const std::uint64_t *lanes, std::size_t count, std::uint8_t *numbers) const {
    SecretWords plain(words());
    std::fill_n(plain.get(), words(), 0);
    std::fill_n(plain.get(), kLanes, 1);
    multiply(lanes, plain.get(), plain.get());  // at most N, and N only for 0
    SecretWords digits(digits_);
    for (std::size_t lane = 0; lane < count; ++lane) {
        for (std::size_t d = 0; d < digits_; ++d) {
            digits[d] = plain[d * kLanes + lane];
        }
        reduce_once(digits.get());
        std::uint8_t *number = numbers + lane * bytes_;
        for (std::size_t i = 0; i < bytes_; ++i) {
            const std::size_t bit = 8 * i;
            const std::size_t d = bit / kDigitBits;
            const std::size_t shift = bit % kDigitBits;
            std::uint64_t byte = digits[d] >> shift;
            if (shift > kDigitBits - 8 && d + 1 < digits_) {
                byte |= digits[d + 1] << (kDigitBits - shift);
            }
            number[bytes_ - 1 - i] = static_cast<std::uint8_t>(byte);
        }
    }
}

void LaneRing::power(const std::uint64_t *base, const std::uint8_t *exponent, std::size_t exponent_bytes,
                     std::uint64_t *output) const {
    SecretWords table(kEntries * words());
    std::copy_n(one(), words(), table.get());
    for (std::size_t entry = 1; entry < kEntries; ++entry) {
        multiply(table.get() + (entry - 1) * words(), base, table.get() + entry * words());
    }
    SecretWords factor(words());
    std::copy_n(one(), words(), output);
    const std::size_t windows = (exponent_bytes * 8 + kWindow - 1) / kWindow;
    for (std::size_t window = windows; window-- > 0;) {
        for (int i = 0; i < kWindow; ++i) {
            multiply(output, output, output);
        }
        kernel_.select(table.get(), kEntries, digits_, bits_at(exponent, exponent_bytes, window * kWindow, kWindow),
                       factor.get());
        multiply(output, factor.get(), output);
    }
}

FixedBase::FixedBase(std::shared_ptr<const LaneRing> ring, const std::uint8_t *base, std::size_t exponent_bytes)
    : ring_(std::move(ring)),
      exponent_bytes_(exponent_bytes),
      windows_((exponent_bytes * 8 + kWindow - 1) / kWindow),
      table_(windows_ * kEntries * ring_->digits(), Lifetime::kKey) {
    const LaneRing &r = *ring_;
    SecretWords first(r.words());  // the base to 2^(5 window)
    SecretWords entry(r.words());
    r.load_everywhere(base, first.get());
    for (std::size_t window = 0; window < windows_; ++window) {
        std::copy_n(r.one(), r.words(), entry.get());
        for (std::size_t e = 0; e < kEntries; ++e) {
            std::uint64_t *target = table_.get() + (window * kEntries + e) * r.digits();
            for (std::size_t d = 0; d < r.digits(); ++d) {
                target[d] = entry[d * kLanes];
            }
            r.multiply(entry.get(), first.get(), entry.get());
        }
        std::swap_ranges(first.get(), first.get() + r.words(), entry.get());
    }
}

void FixedBase::powers(const std::uint8_t *exponents, std::size_t count, std::uint64_t *output) const {
    SecretWords factor(ring_->words());
    SecretWords choices(kLanes);
    std::copy_n(ring_->one(), ring_->words(), output);
    std::fill_n(choices.get(), kLanes, 0);
    for (std::size_t window = 0; window < windows_; ++window) {
        for (std::size_t lane = 0; lane < count; ++lane) {
            choices[lane] = bits_at(exponents + lane * exponent_bytes_, exponent_bytes_, window * kWindow, kWindow);
        }
        ring_->kernel().select_each(table_.get() + window * kEntries * ring_->digits(), kEntries, ring_->digits(),
                                    choices.get(), factor.get());
        ring_->multiply(output, factor.get(), output);
    }
}

}  // namespace nightjar
