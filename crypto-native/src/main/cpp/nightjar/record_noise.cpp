#include "nightjar/record_noise.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "nightjar/error.h"

namespace nightjar {

RecordNoise::RecordNoise(const std::vector<std::int64_t> &cumulative)
    : cumulative_(cumulative.begin(), cumulative.end()), first_(std::size_t{1} << kTopBits) {
    if (cumulative.size() % 2 == 0 || cumulative.size() > kMaxEntries || cumulative.front() < 0 ||
        !std::is_sorted(cumulative.begin(), cumulative.end()) || cumulative.back() != INT64_MAX) {
        throw Error(ErrorKind::kInvalidArgument,
                    "a table of " + std::to_string(cumulative.size()) + " entries is not a cumulative distribution");
    }
    cumulative_.back() = UINT64_MAX;  // above whatever is drawn
    std::uint16_t entry = 0;
    for (std::size_t top = 0; top < first_.size(); ++top) {
        while (static_cast<std::uint64_t>(top) << (63 - kTopBits) >= cumulative_[entry]) {
            ++entry;
        }
        first_[top] = entry;
    }
}

// Looks up what the top bits already decide and goes on from there: the time, and the lines of the table in the cache,
// depend on what is drawn. That is no channel here: the process is the model owner's own, and a column's thousands of
// draws are only seen together.
void RecordNoise::sample(const Seed &seed, std::uint64_t column, std::int64_t *values, std::size_t count) const {
    constexpr std::size_t kChunk = 512;
    const auto most = static_cast<std::int64_t>(cumulative_.size() / 2);
    ChaCha20 stream(seed, nonce(Purpose::kRecords, column));
    std::uint64_t numbers[kChunk];
    for (std::size_t done = 0; done < count; done += kChunk) {
        const std::size_t drawn = std::min(kChunk, count - done);
        stream.generate(reinterpret_cast<std::uint8_t *>(numbers), drawn * sizeof numbers[0]);
        for (std::size_t j = 0; j < drawn; ++j) {
            const std::uint64_t number = numbers[j] & INT64_MAX;
            std::size_t entry = first_[number >> (63 - kTopBits)];
            entry += number >= cumulative_[entry] ? 1 : 0;  // without a branch that is often guessed wrongly
            while (number >= cumulative_[entry]) {
                ++entry;
            }
            values[done + j] = static_cast<std::int64_t>(entry) - most;
        }
    }
    wipe(numbers, sizeof numbers);
}

}  // namespace nightjar
