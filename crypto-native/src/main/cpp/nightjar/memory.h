// Memory that the native core owns.
#pragma once

#include <cstddef>
#include <cstdint>

namespace nightjar {

/// Uninitialised, cache-line aligned words for a block of columns, in huge pages where the system offers them: the
/// kernel reads a few cache lines of every column at a time, which is hard on the TLB. Throws std::bad_alloc.
std::uint64_t *allocate_block(std::size_t words);

/// Takes back what allocate_block(words) returned. The memory of the last few large blocks is kept for the next ones of
/// the same size, kMaxIdleBytes at most: getting zeroed pages from the system costs as much as a small layer.
void free_block(std::uint64_t *block, std::size_t words);

inline constexpr std::size_t kMaxIdleBytes = std::size_t{64} << 20;

/// How long something secret is there.
enum class Lifetime {
    kCall,  // what is computed with a key: in ordinary memory
    kKey,   // a key itself: in pages of its own, which core dumps leave out, and swap too where the system allows it
};

/// Words that held something secret: overwritten before they are returned to the system.
class SecretWords {
public:
    explicit SecretWords(std::size_t count, Lifetime lifetime = Lifetime::kCall);
    ~SecretWords();
    SecretWords(SecretWords &&other) noexcept;
    SecretWords(const SecretWords &) = delete;
    SecretWords &operator=(const SecretWords &) = delete;
    SecretWords &operator=(SecretWords &&) = delete;

    std::uint64_t *get() { return words_; }
    const std::uint64_t *get() const { return words_; }
    std::size_t size() const { return count_; }

    /// Whether core dumps leave the words out, and whether they stay out of swap: of a key's words only.
    bool left_out_of_dumps() const { return left_out_of_dumps_; }
    bool locked() const { return locked_; }

    std::uint64_t &operator[](std::size_t i) { return words_[i]; }
    std::uint64_t operator[](std::size_t i) const { return words_[i]; }

private:
    std::uint64_t *words_;
    std::size_t count_;
    Lifetime lifetime_;
    bool left_out_of_dumps_ = false;
    bool locked_ = false;
};

/// Overwrites memory in a way that no compiler removes.
void wipe(void *memory, std::size_t bytes);

}  // namespace nightjar
