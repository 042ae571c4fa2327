// Integers drawn from a table, one for each record of a column.
#pragma once

#include <cstdint>
#include <vector>

#include "nightjar/sampling.h"

namespace nightjar {

/// A distribution on the integers -m to m.
class RecordNoise {
public:
    static constexpr std::size_t kMaxEntries = 2 * 1024 + 1;

    /// Entry i is floor(2^63 P(X <= i - m)), and the last one 2^63 - 1. Throws Error(kInvalidArgument) for anything
    /// else.
    explicit RecordNoise(const std::vector<std::int64_t> &cumulative);

    /// Record j takes the eight bytes from 8 j on of the column's stream, as a little-endian integer without its
    /// highest bit. It gets the first i - m whose entry is above that integer, or m.
    void sample(const Seed &seed, std::uint64_t column, std::int64_t *values, std::size_t count) const;

private:
    static constexpr int kTopBits = 12;

    std::vector<std::uint64_t> cumulative_;
    std::vector<std::uint16_t> first_;  // the first entry above the least number with these top bits
};

}  // namespace nightjar
