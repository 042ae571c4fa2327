// The memory of blocks, which is kept for the next ones, and of secrets, which is not left lying about.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <thread>
#include <utility>
#include <vector>

#include "check.h"
#include "nightjar/memory.h"

using namespace nightjar;

namespace {

constexpr std::size_t kHugePageWords = (std::size_t{2} << 20) / sizeof(std::uint64_t);

bool aligned(const std::uint64_t *words, std::size_t alignment) {
    return reinterpret_cast<std::uintptr_t>(words) % alignment == 0;
}

/// Closes a block that is as large as all that may be kept, and so pushes everything else out; then takes it back.
void keep_nothing() {
    const std::size_t words = kMaxIdleBytes / sizeof(std::uint64_t);
    std::uint64_t *block = allocate_block(words);
    free_block(block, words);
    CHECK(allocate_block(words) == block);
    std::free(block);
}

}  // namespace

TEST("every word of a block can be written, and blocks start on a cache line, large ones on a huge page") {
    for (const std::size_t words : {std::size_t{1}, std::size_t{7}, kHugePageWords - 1, kHugePageWords,
                                    kHugePageWords + 1, 3 * kHugePageWords + 5}) {
        std::uint64_t *block = allocate_block(words);
        CHECK(aligned(block, words < kHugePageWords ? 64 : std::size_t{2} << 20));
        std::fill_n(block, words, ~std::uint64_t{0});
        free_block(block, words);
    }
}

TEST("the memory of a closed large block serves the next of its size, and no two at once") {
    keep_nothing();
    const std::size_t words = 3 * kHugePageWords;
    std::uint64_t *first = allocate_block(words);
    free_block(first, words);
    std::uint64_t *again = allocate_block(words);
    CHECK(again == first);
    std::uint64_t *other = allocate_block(words);
    CHECK(other != again);
    free_block(again, words);
    free_block(other, words);
}

TEST("memory of another size is not mistaken for a block's own") {
    keep_nothing();
    std::uint64_t *small = allocate_block(kHugePageWords);
    free_block(small, kHugePageWords);
    std::uint64_t *large = allocate_block(2 * kHugePageWords);
    CHECK(large != small);
    free_block(large, 2 * kHugePageWords);
}

TEST("more words than there can be are refused") {
    for (const std::size_t words : {SIZE_MAX, SIZE_MAX / 8, SIZE_MAX / 8 + 1}) {
        bool refused = false;
        try {
            free_block(allocate_block(words), words);
        } catch (const std::bad_alloc &) {
            refused = true;
        }
        CHECK(refused);
    }
}

TEST("secrets are overwritten before their memory serves another block") {
    keep_nothing();
    const std::size_t words = 2 * kHugePageWords;
    const std::uint64_t *held = nullptr;
    {
        SecretWords secret(words);
        held = secret.get();
        std::fill_n(secret.get(), words, 0x5ec4e75ec4e75ec4);
    }
    std::uint64_t *next = allocate_block(words);
    CHECK(next == held);  // otherwise this test sees nothing
    CHECK(std::all_of(next, next + words, [](std::uint64_t word) { return word == 0; }));
    free_block(next, words);
}

TEST("wiping leaves nothing but zeros, and nothing beyond is touched") {
    std::vector<std::uint8_t> bytes(100, 0xa5);
    wipe(bytes.data() + 10, 80);
    CHECK(std::all_of(bytes.begin() + 10, bytes.begin() + 90, [](std::uint8_t byte) { return byte == 0; }));
    CHECK_EQ(std::count(bytes.begin(), bytes.end(), 0xa5), 20);
}

TEST("secrets that are moved live on in one place") {
    SecretWords first(4);
    std::fill_n(first.get(), 4, 7);
    const std::uint64_t *words = first.get();
    const SecretWords second(std::move(first));
    CHECK(second.get() == words);
    CHECK_EQ(second.size(), std::size_t{4});
    CHECK_EQ(second[3], std::uint64_t{7});
    CHECK(first.get() == nullptr);
    CHECK_EQ(first.size(), std::size_t{0});
}

TEST("threads that open and close blocks never hold the same memory") {
    std::vector<std::thread> threads;
    std::vector<int> wrong(4);
    for (std::size_t thread = 0; thread < wrong.size(); ++thread) {
        threads.emplace_back([&wrong, thread] {
            for (int i = 0; i < 50; ++i) {
                const std::size_t words = (1 + static_cast<std::size_t>(i) % 3) * kHugePageWords;
                std::uint64_t *block = allocate_block(words);
                for (std::size_t word = 0; word < words; word += 512) {
                    block[word] = thread;
                }
                std::this_thread::yield();
                for (std::size_t word = 0; word < words; word += 512) {
                    wrong[thread] += block[word] == thread ? 0 : 1;
                }
                free_block(block, words);
            }
        });
    }
    for (std::thread &thread : threads) {
        thread.join();
    }
    CHECK_EQ(wrong, std::vector<int>(4));
}
