// A block of columns in memory: one ciphertext for each feature of a batch.
#pragma once

#include <cstddef>
#include <cstdint>

#include "nightjar/kernel/integer_product.h"

namespace nightjar {

enum class Form { kCoefficient = 0, kNtt = 1 };

/// Words between two columns beyond their residues: without them, columns of a power-of-two size would all fall into the
/// same few cache sets.
inline constexpr std::size_t kColumnPadding = 24;

inline constexpr std::size_t column_stride(std::size_t degree, std::size_t polys, std::size_t limbs) {
    return degree * polys * limbs + kColumnPadding;
}

/// A view of words that somebody else owns (see the module's README for who).
struct Block {
    std::uint64_t *words;
    std::size_t degree;
    std::size_t columns;
    std::size_t polys;
    std::size_t limbs;
    Form form;

    std::size_t stride() const { return column_stride(degree, polys, limbs); }
    std::uint64_t *column(std::size_t index) const { return words + index * stride(); }
    std::uint64_t *plane(std::size_t column_index, std::size_t poly, std::size_t limb) const {
        return column(column_index) + (poly * limbs + limb) * degree;
    }
    kernel::ColumnLayout layout() const { return {degree, polys, limbs, stride()}; }
};

}  // namespace nightjar
