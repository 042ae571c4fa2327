// The memory of blocks, which is kept for the next ones, and of secrets, which is not left lying about.

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <new>
#include <sstream>
#include <string>
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

/// What /proc/self/smaps says of the mapping that has an address, between spaces.
std::string flags_of(const void *address) {
    std::ifstream smaps("/proc/self/smaps");
    const auto wanted = reinterpret_cast<std::uintptr_t>(address);
    bool inside = false;
    for (std::string line; std::getline(smaps, line);) {
        std::uintptr_t first = 0;
        std::uintptr_t end = 0;
        char dash = 0;
        std::istringstream range(line);
        if (range >> std::hex >> first >> dash >> end && dash == '-') {
            inside = first <= wanted && wanted < end;
        } else if (inside && line.rfind("VmFlags:", 0) == 0) {
            return line.substr(8) + " ";
        }
    }
    return "";
}

bool has_flag(const void *address, const std::string &flag) {
    return flags_of(address).find(" " + flag + " ") != std::string::npos;
}

/// Words that stand nowhere in a program: each is computed when it is needed.
std::uint64_t pattern(std::uint64_t seed, std::size_t i) {
    std::uint64_t word = ((seed << 32) + i) * 0x9e3779b97f4a7c15;
    word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9;
    return word ^ (word >> 27);
}

void fill(SecretWords &words, std::uint64_t seed) {
    for (std::size_t i = 0; i < words.size(); ++i) {
        words[i] = pattern(seed, i);
    }
}

/// Whether the middle of filled words is in a file.
bool holds(const std::string &content, std::size_t count, std::uint64_t seed) {
    std::vector<std::uint64_t> middle;
    for (std::size_t i = count / 2; i < count / 2 + 8; ++i) {
        middle.push_back(pattern(seed, i));
    }
    return content.find(std::string(reinterpret_cast<const char *>(middle.data()),
                                    middle.size() * sizeof(std::uint64_t))) != std::string::npos;
}

/// The core dump of a process that ends while it holds words of either lifetime; empty if the system makes none here.
std::string core_dump(std::size_t count, std::uint64_t of_call, std::uint64_t of_key) {
    char directory[] = "/tmp/nightjar-memory-test-XXXXXX";
    if (mkdtemp(directory) == nullptr) {
        return "";
    }
    const std::string place = directory;
    const pid_t child = fork();
    if (child == 0) {
        const rlimit unlimited{RLIM_INFINITY, RLIM_INFINITY};
        setrlimit(RLIMIT_CORE, &unlimited);
        SecretWords ordinary(count);
        SecretWords key(count, Lifetime::kKey);
        fill(ordinary, of_call);
        fill(key, of_key);
        if (chdir(directory) == 0) {
            std::abort();
        }
        _exit(1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    std::string content;
    for (const std::string &name : {place + "/core", place + "/core." + std::to_string(child)}) {
        std::ifstream core(name, std::ios::binary);
        if (core) {
            content.assign(std::istreambuf_iterator<char>(core), {});
            unlink(name.c_str());
        }
    }
    rmdir(directory);
    return content;
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

TEST("a key's words are in pages of their own, which core dumps leave out") {
    for (const std::size_t count : {std::size_t{1}, std::size_t{512}, std::size_t{100000}}) {
        SecretWords key(count, Lifetime::kKey);
        CHECK(aligned(key.get(), static_cast<std::size_t>(sysconf(_SC_PAGESIZE))));
        fill(key, 1);
        CHECK(key.left_out_of_dumps());
        CHECK(has_flag(key.get(), "dd"));
        CHECK(has_flag(key.get() + count - 1, "dd"));
    }
    SecretWords ordinary(100000);
    CHECK(!has_flag(ordinary.get(), "dd"));  // otherwise this test sees nothing
}

#ifndef __SANITIZE_ADDRESS__  // which leaves out the locking
TEST("a key's words are locked where the system lets a process lock so much, and are there all the same where not") {
    rlimit before{};
    CHECK_EQ(getrlimit(RLIMIT_MEMLOCK, &before), 0);
    {
        const SecretWords key(512, Lifetime::kKey);
        CHECK_EQ(has_flag(key.get(), "lo"), key.locked());
        CHECK(key.locked() || before.rlim_cur < 8192);
    }
    const rlimit none{0, before.rlim_max};
    setrlimit(RLIMIT_MEMLOCK, &none);
    {
        SecretWords key(512, Lifetime::kKey);
        fill(key, 2);
        CHECK_EQ(has_flag(key.get(), "lo"), key.locked());
        CHECK(key.left_out_of_dumps());
        CHECK_EQ(key[511], pattern(2, 511));
    }
    setrlimit(RLIMIT_MEMLOCK, &before);
}
#endif

TEST("a real core dump has what a call computes with, and no key") {
    const std::size_t words = 4096;
    const std::string core = core_dump(words, 3, 4);
    if (core.empty()) {
        std::printf("       no core dump is written here: the flags above have to do\n");
        return;
    }
    CHECK(holds(core, words, 3));  // otherwise this test sees nothing
    CHECK(!holds(core, words, 4));
}

TEST("wiping leaves nothing but zeros, and nothing beyond is touched") {
    std::vector<std::uint8_t> bytes(100, 0xa5);
    wipe(bytes.data() + 10, 80);
    CHECK(std::all_of(bytes.begin() + 10, bytes.begin() + 90, [](std::uint8_t byte) { return byte == 0; }));
    CHECK_EQ(std::count(bytes.begin(), bytes.end(), 0xa5), 20);
}

TEST("secrets that are moved live on in one place") {
    SecretWords first(4, Lifetime::kKey);
    std::fill_n(first.get(), 4, 7);
    const std::uint64_t *words = first.get();
    const SecretWords second(std::move(first));
    CHECK(second.get() == words);
    CHECK_EQ(second.size(), std::size_t{4});
    CHECK_EQ(second[3], std::uint64_t{7});
    CHECK(second.left_out_of_dumps());
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
