// Portable C++: 32-bit digits and weights with 64-bit products, in a shape that compilers vectorise with the baseline
// instruction set of any 64-bit machine.
#include "nightjar/kernel/microkernel.h"

namespace nightjar::kernel {
namespace {

constexpr int kStep = 4;

std::uint64_t encode_weight(std::uint64_t weight) { return weight; }

void pack(const std::uint64_t *residues, std::size_t column_stride, const std::uint32_t *indices, std::size_t count,
          int width, Digits digits, std::uint64_t *panel, std::size_t digit_stride) {
    const std::uint64_t mask = (std::uint64_t{1} << digits.bits) - 1;
    for (std::size_t k = 0; k < count; ++k) {
        const std::uint64_t *column = residues + indices[k] * column_stride;
        for (int lane = 0; lane < width; ++lane) {
            std::uint64_t rest = column[lane];
            std::uint64_t *target = panel + k * static_cast<std::size_t>(width) + lane;
            for (int d = 0; d < digits.count; ++d) {
                *target = rest & mask;
                rest >>= digits.bits;
                target += digit_stride;
            }
        }
    }
}

void multiply(const std::uint64_t *weights, int rows, const std::uint64_t *panel, const std::uint32_t *offsets,
              std::size_t terms, int width, std::uint64_t *accumulators, bool accumulate, Prefetch) {
    for (int r = 0; r < rows; ++r) {
        for (int first = 0; first < width; first += kStep) {
            std::uint64_t sums[kStep] = {};
            for (std::size_t k = 0; k < terms; ++k) {
                const auto weight = static_cast<std::uint32_t>(weights[k * static_cast<std::size_t>(rows) + r]);
                const std::uint64_t *lane = panel + offsets[k] + first;
                for (int l = 0; l < kStep; ++l) {
                    sums[l] += std::uint64_t{static_cast<std::uint32_t>(lane[l])} * weight;
                }
            }
            std::uint64_t *target = accumulators + r * width + first;
            for (int l = 0; l < kStep; ++l) {
                target[l] = accumulate ? target[l] + sums[l] : sums[l];
            }
        }
    }
}

void sum(const std::uint64_t *panel, const std::uint32_t *offsets, std::size_t terms, int width, std::uint64_t *sums,
         bool accumulate) {
    for (int lane = 0; lane < width; ++lane) {
        std::uint64_t total = accumulate ? sums[lane] : 0;
        for (std::size_t k = 0; k < terms; ++k) {
            total += panel[offsets[k] + lane];
        }
        sums[lane] = total;
    }
}

// Barrett reduction of a 128-bit integer below 2^128 with floor(2^128 / q).
std::uint64_t reduce(unsigned __int128 x, const Modulus &q) {
    using Wide = unsigned __int128;
    const auto low = static_cast<std::uint64_t>(x);
    const auto high = static_cast<std::uint64_t>(x >> 64);
    const Wide first = Wide{low} * q.ratio_high + static_cast<std::uint64_t>((Wide{low} * q.ratio_low) >> 64);
    const Wide second = Wide{high} * q.ratio_low + static_cast<std::uint64_t>(first);
    const std::uint64_t quotient =
        high * q.ratio_high + static_cast<std::uint64_t>(first >> 64) + static_cast<std::uint64_t>(second >> 64);
    const std::uint64_t remainder = low - quotient * q.value;
    return remainder >= q.value ? remainder - q.value : remainder;
}

std::uint64_t spin(std::uint64_t iterations) {
    constexpr int kChains = 16;
    std::uint64_t sums[kChains] = {};
    std::uint32_t digits[kChains];
    for (int c = 0; c < kChains; ++c) {
        digits[c] = static_cast<std::uint32_t>(c + 12345);
    }
    for (std::uint64_t i = 0; i < iterations; ++i) {
        const auto weight = static_cast<std::uint32_t>(i & 255);
        for (int c = 0; c < kChains; ++c) {
            sums[c] += std::uint64_t{digits[c]} * weight;
        }
    }
    volatile std::uint64_t keep = 0;
    for (int c = 0; c < kChains; ++c) {
        keep = keep + sums[c];
    }
    return iterations * kChains;
}

}  // namespace

// The sum of digit d is |x_d| < 2^63, its place is worth 2^(bits * d) <= q, so all of them together stay within
// (-2^64 q, 2^64 q): adding 2^64 q makes the total non-negative and leaves its residue alone.
void finish_portable(const FinishArguments &a) {
    const auto lift = static_cast<unsigned __int128>(a.modulus->value) << 64;
    for (int r = 0; r < a.rows; ++r) {
        for (int lane = 0; lane < a.width; ++lane) {
            unsigned __int128 total = lift;
            for (int d = 0; d < a.digits.count; ++d) {
                const auto x = static_cast<std::int64_t>(a.accumulators[static_cast<std::size_t>(d) * a.digit_stride +
                                                                        static_cast<std::size_t>(r * a.width + lane)] -
                                                         (a.column_sums[d * kMaxLanes + lane] << a.weight_offset_bits));
                total += static_cast<unsigned __int128>(static_cast<__int128>(x)) << (d * a.digits.bits);
            }
            std::uint64_t y = reduce(total, *a.modulus);
            if (a.addends != nullptr) {
                y += a.addends[r];
                y = y >= a.modulus->value ? y - a.modulus->value : y;
            }
            std::uint64_t &output = a.outputs[r][lane];
            if (a.accumulate) {
                y += output;
                y = y >= a.modulus->value ? y - a.modulus->value : y;
            }
            output = y;
        }
    }
}

const Microkernel kPortable = {"portable", 2 * kStep, kStep,           52,   32,      encode_weight, pack,
                               multiply,   sum,       finish_portable, spin, nullptr, nullptr};

}  // namespace nightjar::kernel
