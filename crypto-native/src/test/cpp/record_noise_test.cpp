// Integers drawn from a table. What is drawn from fixed seeds either always passes or always fails.

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "check.h"
#include "nightjar/chacha20.h"
#include "nightjar/record_noise.h"
#include "support.h"

using namespace support;

namespace {

using Integers = std::vector<std::int64_t>;

Seed fixed_seed() {
    Seed seed;
    for (std::size_t i = 0; i < seed.size(); ++i) {
        seed[i] = static_cast<std::uint8_t>(7 * i + 1);
    }
    return seed;
}

/// A normal distribution, rounded and cut off.
Integers normal_table(int magnitude, double deviation) {
    Integers table;
    for (int i = -magnitude; i < magnitude; ++i) {
        const double entry = std::ldexp(std::erfc(-(i + 0.5) / deviation / std::sqrt(2.0)) / 2, 63);
        table.push_back(entry < 0x1p63 ? static_cast<std::int64_t>(entry) : INT64_MAX);
    }
    table.push_back(INT64_MAX);
    return table;
}

Integers sample(const Integers &table, std::uint64_t column, std::size_t count) {
    Integers values(count);
    RecordNoise(table).sample(fixed_seed(), column, values.data(), count);
    return values;
}

/// The definition, one number after the other.
Integers by_definition(const Integers &table, std::uint64_t column, std::size_t count) {
    ChaCha20 stream(fixed_seed(), {4, static_cast<std::uint32_t>(column), static_cast<std::uint32_t>(column >> 32)});
    Integers values;
    for (std::size_t j = 0; j < count; ++j) {
        std::uint8_t bytes[8];
        stream.generate(bytes, 8);
        std::uint64_t number = 0;
        for (int i = 7; i >= 0; --i) {
            number = number << 8 | bytes[i];
        }
        number &= INT64_MAX;
        std::size_t entry = 0;
        while (entry + 1 < table.size() && number >= static_cast<std::uint64_t>(table[entry])) {
            ++entry;
        }
        values.push_back(static_cast<std::int64_t>(entry) - static_cast<std::int64_t>(table.size() / 2));
    }
    return values;
}

}  // namespace

TEST("what is drawn is the definition's, for tables of every shape and any number of records") {
    check::Random random;
    Integers steps(101, 0);  // nothing below, one certain step, nothing in between
    for (std::size_t i = 0; i < steps.size(); ++i) {
        steps[i] = i < 30 ? 0 : i < 60 ? std::int64_t{1} << 62 : i < 100 ? (std::int64_t{1} << 62) + 5 : INT64_MAX;
    }
    Integers anything(2049);
    for (std::int64_t &entry : anything) {
        entry = random.between(0, INT64_MAX - 1);
    }
    std::sort(anything.begin(), anything.end());
    anything.back() = INT64_MAX;
    const std::vector<Integers> tables = {{INT64_MAX},
                                          {0, 0, INT64_MAX},
                                          {INT64_MAX, INT64_MAX, INT64_MAX},
                                          normal_table(3, 1),
                                          normal_table(128, 32),
                                          normal_table(1024, 250),
                                          normal_table(1024, 3),
                                          steps,
                                          anything};
    for (std::size_t i = 0; i < tables.size(); ++i) {
        for (const std::uint64_t column :
             {std::uint64_t{0}, std::uint64_t{3}, std::uint64_t{0xffffffff}, (std::uint64_t{9} << 32) + 3}) {
            for (const std::size_t count : std::vector<std::size_t>{0, 1, 511, 512, 513, 8192}) {
                const check::Note note("table " + std::to_string(i) + ", column " + std::to_string(column));
                CHECK_EQ(sample(tables[i], column, count), by_definition(tables[i], column, count));
            }
        }
    }
}

TEST("what is drawn has the distribution of the table") {
    // The sum of squares has the chi-square distribution with as many degrees of freedom as there are cells less one. For
    // the 50 cells and more here, fewer than 1 seed in 100,000 would be more than 6 standard deviations off.
    using Normal = std::pair<int, double>;
    for (const auto &[magnitude, deviation] : std::vector<Normal>{{128, 32.0}, {40, 10.0}, {1024, 250.0}}) {
        const Integers table = normal_table(magnitude, deviation);
        const std::size_t count = std::size_t{1} << 20;
        std::vector<double> seen(table.size());
        for (const std::int64_t value : sample(table, 17, count)) {
            ++seen[static_cast<std::size_t>(value + magnitude)];
        }
        double sum = 0;
        double cells = -1;
        double before = 0;
        double waiting_seen = 0;
        double waiting_expected = 0;
        for (std::size_t i = 0; i < table.size(); ++i) {  // neighbours share a cell until it expects twenty
            const double below = static_cast<double>(table[i]);
            waiting_seen += seen[i];
            waiting_expected += std::ldexp(below - before, -63) * static_cast<double>(count);
            before = below;
            if (waiting_expected >= 20) {
                sum += (waiting_seen - waiting_expected) * (waiting_seen - waiting_expected) / waiting_expected;
                cells += 1;
                waiting_seen = 0;
                waiting_expected = 0;
            }
        }
        CHECK(cells > 50);
        CHECK_BETWEEN(cells - 6 * std::sqrt(2 * cells), sum, cells + 6 * std::sqrt(2 * cells));
    }
}

TEST("another column or another seed draws other integers") {
    const Integers table = normal_table(128, 32);
    CHECK(sample(table, 1, 100) != sample(table, 2, 100));
    CHECK(sample(table, 1, 100) != sample(table, (std::uint64_t{1} << 32) + 1, 100));
    Integers values(100);
    RecordNoise(table).sample(fresh_seed(), 1, values.data(), 100);
    CHECK(sample(table, 1, 100) != values);
}

TEST("what is no cumulative table is refused") {
    for (const Integers &table : std::vector<Integers>{
             {}, {1, INT64_MAX}, {-1, 0, INT64_MAX}, {5, 4, INT64_MAX}, {1, 2, 3}, Integers(2051, INT64_MAX)}) {
        CHECK_THROWS(RecordNoise{table}, ErrorKind::kInvalidArgument, "is not a cumulative distribution");
    }
}
