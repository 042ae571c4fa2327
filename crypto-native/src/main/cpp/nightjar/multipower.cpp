#include "nightjar/multipower.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace nightjar {
namespace {

constexpr int kMaxDigitBits = 9;

int weight_bits(const std::int32_t *weights, std::size_t count) {
    std::uint32_t largest = 0;
    for (std::size_t i = 0; i < count; ++i) {
        largest = std::max(largest, static_cast<std::uint32_t>(std::abs(static_cast<std::int64_t>(weights[i]))));
    }
    int bits = 1;
    while (largest >> (bits - 1) != 0) {
        ++bits;
    }
    return bits;  // with the sign
}

std::size_t digits_of(int weight_bits, int digit_bits) {
    return static_cast<std::size_t>((weight_bits + digit_bits - 1) / digit_bits);
}

/// About how many products one output takes: a digit other than zero for each term, the sums over buckets, and the
/// squarings between digits.
double products(std::size_t terms, int weight_bits, int digit_bits) {
    const auto digits = static_cast<double>(digits_of(weight_bits, digit_bits));
    const double buckets = static_cast<double>(1 << (digit_bits - 1));
    const double zero = 1.0 / (1 << digit_bits);
    return digits * (static_cast<double>(terms) * (1 - zero) + buckets) + (digits - 1) * digit_bits;
}

int best_digit_bits(std::size_t terms, int weight_bits) {
    int best = 1;
    for (int bits = 2; bits <= kMaxDigitBits; ++bits) {
        if (products(terms, weight_bits, bits) < products(terms, weight_bits, best)) {
            best = bits;
        }
    }
    return best;
}

}  // namespace

LaneColumns::LaneColumns(std::shared_ptr<const LaneRing> ring, const std::uint8_t *numbers, std::size_t columns,
                         std::size_t lanes)
    : ring_(std::move(ring)),
      columns_(columns),
      lanes_(lanes),
      forward_(columns * ring_->words()),
      inverse_(columns * ring_->words()) {
    const LaneRing &r = *ring_;
    for (std::size_t k = 0; k < columns; ++k) {
        std::uint64_t *const column = forward_.get() + k * r.words();
        std::uint64_t *const product = inverse_.get() + k * r.words();
        r.load(numbers + k * lanes * r.bytes(), lanes, column);
        if (k == 0) {
            std::copy_n(column, r.words(), product);
        } else {
            r.multiply(product - r.words(), column, product);
        }
    }
}

void LaneColumns::product(std::uint8_t *numbers) const { ring_->store(inverse(columns_ - 1), lanes_, numbers); }

void LaneColumns::invert(const std::uint8_t *inverse_product) {
    SecretWords rest(ring_->words());  // the inverse of the product of the columns up to k
    ring_->load(inverse_product, lanes_, rest.get());
    for (std::size_t k = columns_; k-- > 1;) {
        std::uint64_t *const target = inverse_.get() + k * ring_->words();
        ring_->multiply(rest.get(), target - ring_->words(), target);
        ring_->multiply(rest.get(), column(k), rest.get());
    }
    std::copy_n(rest.get(), ring_->words(), inverse_.get());
}

Multipower::Multipower(const LaneColumns &input, std::size_t terms, const std::int32_t *weights, std::size_t rows)
    : input_(input),
      terms_(terms),
      digit_bits_(best_digit_bits(terms, weight_bits(weights, rows * terms))),
      digits_(digits_of(weight_bits(weights, rows * terms), digit_bits_) + 1),  // a carry
      by_digit_(rows * digits_),
      buckets_(((std::size_t{1} << (digit_bits_ - 1)) + 1) * input.ring().words()),
      used_((std::size_t{1} << (digit_bits_ - 1)) + 1),
      running_(input.ring().words()),
      total_(input.ring().words()) {
    const std::int32_t base = 1 << digit_bits_;
    for (std::size_t i = 0; i < rows * terms; ++i) {
        std::int32_t rest = weights[i];
        for (std::size_t d = 0; rest != 0; ++d) {
            std::int32_t digit = rest % base;  // of the sign of the rest
            digit -= digit > base / 2 ? base : 0;
            digit += digit < -base / 2 ? base : 0;
            rest = (rest - digit) / base;
            if (digit != 0) {
                by_digit_.at(i / terms * digits_ + d).push_back({static_cast<std::uint32_t>(i % terms), digit});
            }
        }
    }
}

/// total *= the product of what the terms stand for: every one goes to the bucket of its digit's size, and bucket b is
/// then multiplied in b times, by running products from the largest bucket down (Yao).
void Multipower::sum_digits(const std::vector<Term> &terms, const std::uint32_t *gathered) {
    const LaneRing &ring = input_.ring();
    const std::size_t words = ring.words();
    std::fill(used_.begin(), used_.end(), false);
    for (const Term &term : terms) {
        const std::uint32_t column = gathered[term.k];
        if (column == kernel::IntegerLayer::kNoColumn) {
            continue;
        }
        const auto bucket = static_cast<std::size_t>(std::abs(term.digit));
        const std::uint64_t *factor = term.digit > 0 ? input_.column(column) : input_.inverse(column);
        std::uint64_t *product = buckets_.get() + bucket * words;
        if (used_[bucket]) {
            ring.multiply(product, factor, product);
        } else {
            std::copy_n(factor, words, product);
            used_[bucket] = true;
        }
    }
    bool running = false;
    for (std::size_t bucket = used_.size() - 1; bucket > 0; --bucket) {
        const std::uint64_t *product = buckets_.get() + bucket * words;
        if (used_[bucket] && running) {
            ring.multiply(running_.get(), product, running_.get());
        } else if (used_[bucket]) {
            std::copy_n(product, words, running_.get());
            running = true;
        }
        if (running && empty_) {
            std::copy_n(running_.get(), words, total_.get());
            empty_ = false;
        } else if (running) {
            ring.multiply(total_.get(), running_.get(), total_.get());
        }
    }
}

void Multipower::evaluate(std::size_t row, const std::uint32_t *gathered, std::uint64_t *output) {
    const LaneRing &ring = input_.ring();
    empty_ = true;
    for (std::size_t digit = digits_; digit-- > 0;) {
        for (int i = 0; i < digit_bits_ && !empty_; ++i) {
            ring.multiply(total_.get(), total_.get(), total_.get());
        }
        sum_digits(by_digit_[row * digits_ + digit], gathered);
    }
    std::copy_n(empty_ ? ring.one() : total_.get(), ring.words(), output);
}

}  // namespace nightjar
