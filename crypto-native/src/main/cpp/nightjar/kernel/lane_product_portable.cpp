#include <algorithm>

#include "nightjar/kernel/lane_product.h"

namespace nightjar::kernel {
namespace {

constexpr std::size_t kLimbBits = 64;
constexpr std::size_t kMaxLimbs = (kMaxLaneDigits * kLaneDigitBits + kLimbBits - 1) / kLimbBits;

/// Digits of 52 bits, `stride` apart, as limbs of 64.
void pack(const std::uint64_t *digits, std::size_t stride, std::size_t count, std::size_t limbs,
          std::uint64_t *packed) {
    std::fill_n(packed, limbs, 0);
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t limb = i * kLaneDigitBits / kLimbBits;
        const std::size_t shift = i * kLaneDigitBits % kLimbBits;
        const std::uint64_t digit = digits[i * stride];
        packed[limb] |= digit << shift;
        if (shift > kLimbBits - kLaneDigitBits) {
            packed[limb + 1] |= digit >> (kLimbBits - shift);
        }
    }
}

void unpack(const std::uint64_t *packed, std::size_t stride, std::size_t count, std::uint64_t *digits) {
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t limb = i * kLaneDigitBits / kLimbBits;
        const std::size_t shift = i * kLaneDigitBits % kLimbBits;
        std::uint64_t digit = packed[limb] >> shift;
        if (shift > kLimbBits - kLaneDigitBits) {
            digit |= packed[limb + 1] << (kLimbBits - shift);
        }
        digits[i * stride] = digit & kLaneDigitMask;
    }
}

/// sum += a factor, for limbs of a; returns what goes beyond.
std::uint64_t multiply_add(const std::uint64_t *a, std::size_t limbs, std::uint64_t factor, std::uint64_t *sum) {
    std::uint64_t carry = 0;
    for (std::size_t j = 0; j < limbs; ++j) {
        const unsigned __int128 term = static_cast<unsigned __int128>(a[j]) * factor + sum[j] + carry;
        sum[j] = static_cast<std::uint64_t>(term);
        carry = static_cast<std::uint64_t>(term >> kLimbBits);
    }
    return carry;
}

void multiply(const LaneModulus &modulus, const std::uint64_t *a, const std::uint64_t *b, std::uint64_t *output) {
    const std::size_t digits = modulus.digits;
    const std::size_t limbs = (digits * kLaneDigitBits + kLimbBits - 1) / kLimbBits;
    std::uint64_t n[kMaxLimbs];
    std::uint64_t x[kMaxLimbs];
    std::uint64_t y[kMaxLimbs];
    pack(modulus.modulus, 1, digits, limbs, n);
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
        pack(a + lane, kLanes, digits, limbs, x);
        pack(b + lane, kLanes, digits, limbs, y);
        std::uint64_t sum[2 * kMaxLimbs + 1] = {};
        for (std::size_t i = 0; i < limbs; ++i) {  // sum + i is a multiple of the limb then, and below 4 N
            std::uint64_t *const at = sum + i;
            const unsigned __int128 upper =
                static_cast<unsigned __int128>(at[limbs]) + multiply_add(x, limbs, y[i], at);
            const std::uint64_t carry = multiply_add(n, limbs, at[0] * modulus.inverse, at);
            const unsigned __int128 all = upper + carry;
            at[limbs] = static_cast<std::uint64_t>(all);
            at[limbs + 1] += static_cast<std::uint64_t>(all >> kLimbBits);
        }
        unpack(sum + limbs, kLanes, digits, output + lane);
    }
}

/// All ones if the two are the same, zero otherwise, without a branch.
std::uint64_t equal_mask(std::uint64_t a, std::uint64_t b) {
    const std::uint64_t difference = a ^ b;
    return ((difference | (0 - difference)) >> 63) - 1;
}

void select(const std::uint64_t *table, std::size_t count, std::size_t digits, std::uint64_t choice,
            std::uint64_t *output) {
    const std::size_t words = digits * kLanes;
    std::fill_n(output, words, 0);
    for (std::size_t entry = 0; entry < count; ++entry) {
        const std::uint64_t mask = equal_mask(entry, choice);
        for (std::size_t i = 0; i < words; ++i) {
            output[i] |= table[entry * words + i] & mask;
        }
    }
}

void select_each(const std::uint64_t *table, std::size_t count, std::size_t digits, const std::uint64_t *choices,
                 std::uint64_t *output) {
    std::fill_n(output, digits * kLanes, 0);
    for (std::size_t entry = 0; entry < count; ++entry) {
        for (std::size_t lane = 0; lane < kLanes; ++lane) {
            const std::uint64_t mask = equal_mask(entry, choices[lane]);
            for (std::size_t i = 0; i < digits; ++i) {
                output[i * kLanes + lane] |= table[entry * digits + i] & mask;
            }
        }
    }
}

}  // namespace

const LaneKernel kLanesPortable = {kLimbBits, multiply, select, select_each};

}  // namespace nightjar::kernel
