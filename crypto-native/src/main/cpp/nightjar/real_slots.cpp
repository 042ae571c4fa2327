#include "nightjar/real_slots.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "nightjar/clones.h"

// A real polynomial m of degree below N = 2 M is evaluated at the powers of z, a primitive 2 N-th root of unity. As
// z^M = i for the M powers that are 1 modulo 4, there m is the polynomial with the complex coefficients
// m_k + i m_(k + M), of half the degree: the two halves of m are its real and its imaginary parts where they are. The
// other odd powers are the conjugates, with the conjugate values. A real value is its own.
//
// x^(2 k) - c = (x^k - r)(x^k + r) for r^2 = c, from x^M - i down to the powers of z: one stage of butterflies for each
// halving, on halves that are done one after the other, so that most of them stay in the cache.

namespace nightjar {
namespace {

struct Complex {
    double *real;
    double *imaginary;

    Complex operator+(std::size_t offset) const { return {real + offset, imaginary + offset}; }
};

/// The roots of the stages: block b of the stage of B blocks has the root B + b.
struct Roots {
    const double *cosines;
    const double *sines;
};

/// From a remainder modulo x^2 - r^2 to those modulo x - r and x + r.
inline void split(double &x_real, double &x_imaginary, double &y_real, double &y_imaginary, double cosine,
                  double sine) {
    const double real = y_real * cosine - y_imaginary * sine;
    const double imaginary = y_real * sine + y_imaginary * cosine;
    y_real = x_real - real;
    y_imaginary = x_imaginary - imaginary;
    x_real += real;
    x_imaginary += imaginary;
}

/// Undoes split(), but for a factor of two.
inline void join(double &x_real, double &x_imaginary, double &y_real, double &y_imaginary, double cosine, double sine) {
    const double real = x_real - y_real;
    const double imaginary = x_imaginary - y_imaginary;
    x_real += y_real;
    x_imaginary += y_imaginary;
    y_real = real * cosine + imaginary * sine;
    y_imaginary = imaginary * cosine - real * sine;
}

/// One stage of one block: value j of the first half meets value j of the second.
inline void split_halves(Complex x, std::size_t gap, double cosine, double sine) {
    double *__restrict a = x.real;
    double *__restrict b = x.imaginary;
    double *__restrict c = x.real + gap;
    double *__restrict d = x.imaginary + gap;
    for (std::size_t j = 0; j < gap; ++j) {
        split(a[j], b[j], c[j], d[j], cosine, sine);
    }
}

inline void join_halves(Complex x, std::size_t gap, double cosine, double sine) {
    double *__restrict a = x.real;
    double *__restrict b = x.imaginary;
    double *__restrict c = x.real + gap;
    double *__restrict d = x.imaginary + gap;
    for (std::size_t j = 0; j < gap; ++j) {
        join(a[j], b[j], c[j], d[j], cosine, sine);
    }
}

NIGHTJAR_CLONES void split_block(Complex x, std::size_t gap, Roots roots, std::size_t block) {
    split_halves(x, gap, roots.cosines[block], roots.sines[block]);
}

NIGHTJAR_CLONES void join_block(Complex x, std::size_t gap, Roots roots, std::size_t block) {
    join_halves(x, gap, roots.cosines[block], roots.sines[block]);
}

// The last stages have small blocks: kWidth blocks of kWidth values are transposed, and done side by side.
constexpr std::size_t kWidth = 8;
constexpr std::size_t kCore = kWidth * kWidth;

struct Square {
    double real[kWidth][kWidth];
    double imaginary[kWidth][kWidth];
};

/// One stage of the kWidth blocks, of which each is a column.
template <std::size_t Gap>
inline void split_columns(Square &square, Roots roots, std::size_t first) {
    constexpr std::size_t kBlocks = kWidth / (2 * Gap);
    for (std::size_t block = 0; block < kBlocks; ++block) {
        for (std::size_t row = 2 * Gap * block; row < (2 * block + 1) * Gap; ++row) {
            for (std::size_t i = 0; i < kWidth; ++i) {
                const std::size_t root = first + kBlocks * i + block;
                split(square.real[row][i], square.imaginary[row][i], square.real[row + Gap][i],
                      square.imaginary[row + Gap][i], roots.cosines[root], roots.sines[root]);
            }
        }
    }
}

template <std::size_t Gap>
inline void join_columns(Square &square, Roots roots, std::size_t first) {
    constexpr std::size_t kBlocks = kWidth / (2 * Gap);
    for (std::size_t block = 0; block < kBlocks; ++block) {
        for (std::size_t row = 2 * Gap * block; row < (2 * block + 1) * Gap; ++row) {
            for (std::size_t i = 0; i < kWidth; ++i) {
                const std::size_t root = first + kBlocks * i + block;
                join(square.real[row][i], square.imaginary[row][i], square.real[row + Gap][i],
                     square.imaginary[row + Gap][i], roots.cosines[root], roots.sines[root]);
            }
        }
    }
}

/// All stages of a block of kCore values, which leave it transposed.
NIGHTJAR_CLONES void split_core(Complex x, Roots roots, std::size_t block) {
    for (std::size_t gap = kCore / 2, count = 1; gap >= kWidth; gap /= 2, count *= 2) {
        for (std::size_t i = 0; i < count; ++i) {
            split_halves(x + 2 * gap * i, gap, roots.cosines[block * count + i], roots.sines[block * count + i]);
        }
    }
    Square square;
    for (std::size_t i = 0; i < kWidth; ++i) {
        for (std::size_t j = 0; j < kWidth; ++j) {
            square.real[i][j] = x.real[j * kWidth + i];
            square.imaginary[i][j] = x.imaginary[j * kWidth + i];
        }
    }
    split_columns<4>(square, roots, block * kWidth);
    split_columns<2>(square, roots, block * 2 * kWidth);
    split_columns<1>(square, roots, block * 4 * kWidth);
    std::copy_n(square.real[0], kCore, x.real);
    std::copy_n(square.imaginary[0], kCore, x.imaginary);
}

NIGHTJAR_CLONES void join_core(Complex x, Roots roots, std::size_t block) {
    Square square;
    std::copy_n(x.real, kCore, square.real[0]);
    std::copy_n(x.imaginary, kCore, square.imaginary[0]);
    join_columns<1>(square, roots, block * 4 * kWidth);
    join_columns<2>(square, roots, block * 2 * kWidth);
    join_columns<4>(square, roots, block * kWidth);
    for (std::size_t i = 0; i < kWidth; ++i) {
        for (std::size_t j = 0; j < kWidth; ++j) {
            x.real[j * kWidth + i] = square.real[i][j];
            x.imaginary[j * kWidth + i] = square.imaginary[i][j];
        }
    }
    for (std::size_t gap = kWidth, count = kCore / (2 * kWidth); gap < kCore; gap *= 2, count /= 2) {
        for (std::size_t i = 0; i < count; ++i) {
            join_halves(x + 2 * gap * i, gap, roots.cosines[block * count + i], roots.sines[block * count + i]);
        }
    }
}

void split_all(Complex x, std::size_t count, Roots roots, std::size_t block) {
    if (count == kCore) {
        split_core(x, roots, block);
    } else if (count > 1) {
        split_block(x, count / 2, roots, block);
        split_all(x, count / 2, roots, 2 * block);
        split_all(x + count / 2, count / 2, roots, 2 * block + 1);
    }
}

void join_all(Complex x, std::size_t count, Roots roots, std::size_t block) {
    if (count == kCore) {
        join_core(x, roots, block);
    } else if (count > 1) {
        join_all(x, count / 2, roots, 2 * block);
        join_all(x + count / 2, count / 2, roots, 2 * block + 1);
        join_block(x, count / 2, roots, block);
    }
}

/// Where the value of a block of one coefficient is.
std::size_t place(std::size_t block, std::size_t blocks) {
    if (blocks < kCore) {
        return block;
    }
    return block / kCore * kCore + block % kWidth * kWidth + block / kWidth % kWidth;
}

}  // namespace

// The root of block b is exp(2 pi i e_b / 4 N) with e_1 = N / 2; its halves are e_2b = e_b / 2 and e_2b+1 = e_b / 2 + N.
RealSlots::RealSlots(std::size_t degree) : cosines_(degree / 2), sines_(degree / 2), places_(degree / 2) {
    const std::size_t half = degree / 2;
    const long double pi = std::acos(-1.0L);
    std::vector<std::size_t> exponents(degree);
    std::vector<std::uint32_t> place_of(2 * degree);  // of a power of z
    for (std::size_t block = 1; block < degree; ++block) {
        exponents[block] = block == 1 ? degree / 2 : exponents[block / 2] / 2 + block % 2 * degree;
        if (block < half) {
            const long double turn = static_cast<long double>(exponents[block]) / static_cast<long double>(2 * degree);
            cosines_[block] = static_cast<double>(std::cos(pi * turn));
            sines_[block] = static_cast<double>(std::sin(pi * turn));
        } else {
            place_of[exponents[block]] = static_cast<std::uint32_t>(place(block - half, half));
            place_of[2 * degree - exponents[block]] = place_of[exponents[block]];
        }
    }
    std::size_t power = 1;
    for (std::uint32_t &place : places_) {
        place = place_of[power];
        power = power * 3 % (2 * degree);
    }
}

void RealSlots::interpolate(const double *values, std::size_t count, double scale, double *coefficients) const {
    const std::size_t half = places_.size();
    const double factor = scale / static_cast<double>(half);
    std::fill_n(coefficients, 2 * half, 0.0);
    for (std::size_t j = 0; j < count; ++j) {
        coefficients[places_[j]] = values[j] * factor;
    }
    join_all({coefficients, coefficients + half}, half, {cosines_.data(), sines_.data()}, 1);
}

void RealSlots::evaluate(double *coefficients, std::size_t count, double *values) const {
    const std::size_t half = places_.size();
    split_all({coefficients, coefficients + half}, half, {cosines_.data(), sines_.data()}, 1);
    for (std::size_t j = 0; j < count; ++j) {
        values[j] = coefficients[places_[j]];
    }
}

NIGHTJAR_CLONES bool round_to_digits(const double *numbers, std::size_t count, double limit, std::uint64_t *low,
                                     std::uint64_t *high) {
    // A double from 2^52 on, and below 2^53, ends with the bits of its integer.
    constexpr double kDigit = 0x1p52;
    constexpr double kHighOffset = 0x1p51;
    static_assert(kOffsetBits == 52 + 51, "the upper digit's offset is 2^51");
    constexpr std::uint64_t kDigitBits = (std::uint64_t{1} << 52) - 1;
    std::uint64_t over = 0;
    for (std::size_t j = 0; j < count; ++j) {
        const double n = std::nearbyint(numbers[j]);
        const double upper = std::floor(n / kDigit);
        const double lower_digit = n - upper * kDigit + kDigit;
        const double upper_digit = upper + kHighOffset + kDigit;
        std::uint64_t bits;
        std::memcpy(&bits, &lower_digit, sizeof bits);
        low[j] = bits & kDigitBits;
        std::memcpy(&bits, &upper_digit, sizeof bits);
        high[j] = bits & kDigitBits;
        over |= std::fabs(numbers[j]) > limit ? 1 : 0;
    }
    return over == 0;
}

NIGHTJAR_CLONES void append_digit(const std::uint64_t *residues, std::size_t count, std::uint64_t q, double *numbers) {
    for (std::size_t j = 0; j < count; ++j) {
        const auto digit = static_cast<std::int64_t>(residues[j] > q / 2 ? residues[j] - q : residues[j]);
        numbers[j] = numbers[j] * static_cast<double>(q) + static_cast<double>(digit);
    }
}

}  // namespace nightjar
