#include "nightjar/memory.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <deque>
#include <iterator>
#include <mutex>
#include <new>

namespace nightjar {
namespace {

constexpr std::size_t kHugePage = std::size_t{2} << 20;

/// What is really allocated for so many words: whole huge pages for large blocks.
std::size_t allocated_bytes(std::size_t words) {
    if (words > SIZE_MAX / sizeof(std::uint64_t) - kHugePage) {
        throw std::bad_alloc();
    }
    const std::size_t bytes = words * sizeof(std::uint64_t);
    return bytes < kHugePage ? bytes : (bytes + kHugePage - 1) / kHugePage * kHugePage;
}

/// Memory of closed blocks, the longest idle first.
class IdleBlocks {
public:
    void *take(std::size_t bytes) {
        const std::lock_guard<std::mutex> lock(mutex_);
        for (auto idle = idle_.rbegin(); idle != idle_.rend(); ++idle) {
            if (idle->bytes == bytes) {
                void *memory = idle->memory;
                total_ -= bytes;
                idle_.erase(std::next(idle).base());
                return memory;
            }
        }
        return nullptr;
    }

    void put(void *memory, std::size_t bytes) noexcept {
        const std::lock_guard<std::mutex> lock(mutex_);
        while (!idle_.empty() && total_ + bytes > kMaxIdleBytes) {
            total_ -= idle_.front().bytes;
            std::free(idle_.front().memory);
            idle_.pop_front();
        }
        try {
            idle_.push_back({memory, bytes});
            total_ += bytes;
        } catch (const std::bad_alloc &) {
            std::free(memory);
        }
    }

private:
    struct Idle {
        void *memory;
        std::size_t bytes;
    };
    std::mutex mutex_;
    std::deque<Idle> idle_;
    std::size_t total_ = 0;
};

/// Whole pages for so many words.
std::size_t page_bytes(std::size_t words) {
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    if (words > SIZE_MAX / sizeof(std::uint64_t) - page) {
        throw std::bad_alloc();
    }
    return (words * sizeof(std::uint64_t) + page - 1) / page * page;
}

std::uint64_t *map_pages(std::size_t bytes) {
    void *memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        throw std::bad_alloc();
    }
    return static_cast<std::uint64_t *>(memory);
}

IdleBlocks &idle_blocks() {
    static auto *const blocks = new IdleBlocks;  // never destroyed: threads of the JVM outlive static destructors
    return *blocks;
}

}  // namespace

std::uint64_t *allocate_block(std::size_t words) {
    const std::size_t bytes = allocated_bytes(words);
    const bool large = bytes >= kHugePage;
    void *memory = large ? idle_blocks().take(bytes) : nullptr;
    if (memory != nullptr) {
        return static_cast<std::uint64_t *>(memory);
    }
    if (posix_memalign(&memory, large ? kHugePage : 64, bytes) != 0) {
        throw std::bad_alloc();
    }
#ifdef MADV_HUGEPAGE
    if (large) {
        madvise(memory, bytes, MADV_HUGEPAGE);  // a wish: without huge pages it is only slower
    }
#endif
    return static_cast<std::uint64_t *>(memory);
}

void free_block(std::uint64_t *block, std::size_t words) {
    const std::size_t bytes = allocated_bytes(words);
    if (bytes >= kHugePage && bytes <= kMaxIdleBytes) {
        idle_blocks().put(block, bytes);
    } else {
        std::free(block);
    }
}

SecretWords::SecretWords(std::size_t count, Lifetime lifetime)
    : words_(lifetime == Lifetime::kCall ? allocate_block(count) : map_pages(page_bytes(count))),
      count_(count),
      lifetime_(lifetime) {
    if (lifetime == Lifetime::kKey) {
        const std::size_t bytes = page_bytes(count);
#ifdef MADV_DONTDUMP
        left_out_of_dumps_ = madvise(words_, bytes, MADV_DONTDUMP) == 0;
#endif
        locked_ = mlock(words_, bytes) == 0;  // a wish: RLIMIT_MEMLOCK says how much a process may
    }
}

SecretWords::~SecretWords() {
    if (words_ == nullptr) {
        return;
    }
    wipe(words_, count_ * sizeof(std::uint64_t));
    if (lifetime_ == Lifetime::kCall) {
        free_block(words_, count_);
    } else {
        munmap(words_, page_bytes(count_));
    }
}

SecretWords::SecretWords(SecretWords &&other) noexcept
    : words_(other.words_),
      count_(other.count_),
      lifetime_(other.lifetime_),
      left_out_of_dumps_(other.left_out_of_dumps_),
      locked_(other.locked_) {
    other.words_ = nullptr;
    other.count_ = 0;
}

void wipe(void *memory, std::size_t bytes) {
    if (bytes == 0) {
        return;  // there may be no memory at all
    }
    std::memset(memory, 0, bytes);
    __asm__ volatile("" : : "r"(memory) : "memory");
}

}  // namespace nightjar
