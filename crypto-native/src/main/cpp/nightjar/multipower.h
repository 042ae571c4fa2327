// A linear layer in the exponents: products of powers of columns, with small signed exponents.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "nightjar/kernel/integer_product.h"
#include "nightjar/lanes.h"

namespace nightjar {

/// Columns of up to eight numbers each, and their inverses, in the ring.
class LaneColumns {
public:
    /// Column k begins at numbers + k * lanes * ring.bytes().
    LaneColumns(std::shared_ptr<const LaneRing> ring, const std::uint8_t *numbers, std::size_t columns,
                std::size_t lanes);

    /// The products of all columns, lane by lane.
    void product(std::uint8_t *numbers) const;

    /// Takes the inverses of what product() gave, and makes those of every column of them: three products a column.
    void invert(const std::uint8_t *inverse_product);

    const LaneRing &ring() const { return *ring_; }
    std::size_t columns() const { return columns_; }
    std::size_t lanes() const { return lanes_; }
    const std::uint64_t *column(std::size_t k) const { return forward_.get() + k * ring_->words(); }
    const std::uint64_t *inverse(std::size_t k) const { return inverse_.get() + k * ring_->words(); }

private:
    std::shared_ptr<const LaneRing> ring_;
    std::size_t columns_;
    std::size_t lanes_;
    SecretWords forward_;
    SecretWords inverse_;  // before invert(): the products of the columns up to each
};

/// Products of powers, one output after the other.
class Multipower {
public:
    /// A digit of a weight is from -2^(bits - 1) to 2^(bits - 1).
    Multipower(const LaneColumns &input, std::size_t terms, const std::int32_t *weights, std::size_t rows);

    /// output = product over k of column(gathered[k])^weights[row][k]; a gathered kNoColumn is left out.
    void evaluate(std::size_t row, const std::uint32_t *gathered, std::uint64_t *output);

private:
    struct Term {
        std::uint32_t k;
        std::int32_t digit;
    };

    void sum_digits(const std::vector<Term> &terms, const std::uint32_t *gathered);

    const LaneColumns &input_;
    std::size_t terms_;
    int digit_bits_;
    std::size_t digits_;
    std::vector<std::vector<Term>> by_digit_;  // row after row: the terms whose digit is not zero
    SecretWords buckets_;                      // the product of what has a digit of that size
    std::vector<bool> used_;
    SecretWords running_;
    SecretWords total_;
    bool empty_ = true;  // whether total_ stands for 1
};

}  // namespace nightjar
