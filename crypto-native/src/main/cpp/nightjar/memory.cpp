#include "nightjar/memory.h"

#include <sys/mman.h>

#include <cstdlib>
#include <cstring>
#include <new>

namespace nightjar {
namespace {

constexpr std::size_t kHugePage = std::size_t{2} << 20;

}  // namespace

std::uint64_t *allocate_block(std::size_t words) {
    if (words > SIZE_MAX / sizeof(std::uint64_t)) {
        throw std::bad_alloc();
    }
    const std::size_t bytes = words * sizeof(std::uint64_t);
    const std::size_t alignment = bytes >= kHugePage ? kHugePage : std::size_t{64};
    void *memory = nullptr;
    if (posix_memalign(&memory, alignment, bytes) != 0) {
        throw std::bad_alloc();
    }
#ifdef MADV_HUGEPAGE
    if (bytes >= kHugePage) {
        madvise(memory, bytes / kHugePage * kHugePage, MADV_HUGEPAGE);  // a wish: without huge pages it is only slower
    }
#endif
    return static_cast<std::uint64_t *>(memory);
}

void free_block(std::uint64_t *words) { std::free(words); }

SecretWords::SecretWords(std::size_t count) : words_(allocate_block(count)), count_(count) {}

SecretWords::~SecretWords() {
    if (words_ != nullptr) {
        wipe(words_, count_ * sizeof(std::uint64_t));
        free_block(words_);
    }
}

SecretWords::SecretWords(SecretWords &&other) noexcept : words_(other.words_), count_(other.count_) {
    other.words_ = nullptr;
    other.count_ = 0;
}

void wipe(void *memory, std::size_t bytes) {
    std::memset(memory, 0, bytes);
    __asm__ volatile("" : : "r"(memory) : "memory");
}

}  // namespace nightjar
