// Arithmetic modulo one prime (or the plain modulus), beyond the reductions inside the kernel.
#pragma once

#include <cstdint>

#include "nightjar/kernel/microkernel.h"

namespace nightjar {

inline std::uint64_t add_mod(std::uint64_t a, std::uint64_t b, std::uint64_t q) {
    const std::uint64_t sum = a + b;
    return sum >= q ? sum - q : sum;
}

inline std::uint64_t sub_mod(std::uint64_t a, std::uint64_t b, std::uint64_t q) { return a >= b ? a - b : a + q - b; }

/// A factor that many values are multiplied by, with Shoup's quotient floor(value * 2^64 / q).
struct Factor {
    std::uint64_t value;
    std::uint64_t quotient;
};

inline Factor make_factor(std::uint64_t value, std::uint64_t q) {
    return {value, static_cast<std::uint64_t>((static_cast<unsigned __int128>(value) << 64) / q)};
}

/// a * factor mod q for any 64-bit a.
inline std::uint64_t mul_mod(std::uint64_t a, Factor factor, std::uint64_t q) {
    const auto estimate = static_cast<std::uint64_t>((static_cast<unsigned __int128>(a) * factor.quotient) >> 64);
    const std::uint64_t product = a * factor.value - estimate * q;
    return product >= q ? product - q : product;
}

inline std::uint64_t pow_mod(std::uint64_t base, std::uint64_t exponent, std::uint64_t q) {
    std::uint64_t result = 1;
    for (; exponent != 0; exponent >>= 1) {
        if (exponent & 1) {
            result = mul_mod(result, make_factor(base, q), q);
        }
        base = mul_mod(base, make_factor(base, q), q);
    }
    return result;
}

/// The inverse of a modulo a prime, for 0 < a < q, by Euclid's steps: only for public numbers.
inline std::uint64_t inverse_mod(std::uint64_t a, std::uint64_t q) {
    std::uint64_t large = q;
    std::uint64_t small = a;
    std::int64_t large_factor = 0;  // large = large_factor a, and small = small_factor a, modulo q
    std::int64_t small_factor = 1;
    while (small != 1) {
        const auto quotient = static_cast<std::int64_t>(large / small);
        const std::uint64_t rest = large % small;
        const std::int64_t rest_factor = large_factor - quotient * small_factor;
        large = small;
        small = rest;
        large_factor = small_factor;
        small_factor = rest_factor;
    }
    return small_factor < 0 ? static_cast<std::uint64_t>(small_factor) + q : static_cast<std::uint64_t>(small_factor);
}

/// The residue of a small signed integer, in two's complement, of magnitude below q; no branch depends on it.
inline std::uint64_t small_residue(std::uint64_t value, std::uint64_t q) { return value + (q & (~(value >> 63) + 1)); }

struct Division {
    std::uint64_t quotient;
    std::uint64_t remainder;
};

/// Divides an integer whose quotient fits 64 bits.
inline Division divide(unsigned __int128 x, const kernel::Modulus &modulus) {
    using Wide = unsigned __int128;
    const auto low = static_cast<std::uint64_t>(x);
    const auto high = static_cast<std::uint64_t>(x >> 64);
    const Wide first =
        Wide{low} * modulus.ratio_high + static_cast<std::uint64_t>((Wide{low} * modulus.ratio_low) >> 64);
    const Wide second = Wide{high} * modulus.ratio_low + static_cast<std::uint64_t>(first);
    std::uint64_t quotient =
        high * modulus.ratio_high + static_cast<std::uint64_t>(first >> 64) + static_cast<std::uint64_t>(second >> 64);
    std::uint64_t remainder = low - quotient * modulus.value;
    while (remainder >= modulus.value) {  // the estimate is low by two at the most
        remainder -= modulus.value;
        ++quotient;
    }
    return {quotient, remainder};
}

}  // namespace nightjar
