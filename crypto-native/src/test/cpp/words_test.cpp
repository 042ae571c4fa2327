// Vectors of every width, on any machine: only what the processor does for them differs.
#include "nightjar/words.h"
#include "check.h"

namespace {

namespace words = nightjar::words;

template <std::size_t N>
void check_transpose() {
    words::Vector<N> rows[N];
    for (std::uint32_t row = 0; row < N; ++row) {
        for (std::uint32_t column = 0; column < N; ++column) {
            rows[row][column] = 100 * row + column;
        }
    }
    words::transpose<N>(rows);
    for (std::uint32_t row = 0; row < N; ++row) {
        for (std::uint32_t column = 0; column < N; ++column) {
            const std::uint32_t found = rows[row][column];
            CHECK_EQ(found, 100 * column + row);
        }
    }
}

template <std::size_t N, unsigned kBits>
void check_rotation() {
    words::Vector<N> x;
    for (std::uint32_t i = 0; i < N; ++i) {
        x[i] = 0x9e3779b9u * (i + 1);
    }
    words::rotate<kBits, N>(x);
    for (std::uint32_t i = 0; i < N; ++i) {
        const std::uint32_t before = 0x9e3779b9u * (i + 1);
        const std::uint32_t found = x[i];
        CHECK_EQ(found, before >> kBits | before << (32 - kBits));
    }
}

template <std::size_t N>
void check_rotations() {
    check_rotation<N, 7>();
    check_rotation<N, 8>();
    check_rotation<N, 12>();
    check_rotation<N, 16>();
    check_rotation<N, 20>();
    check_rotation<N, 24>();
    check_rotation<N, 25>();
}

}  // namespace

TEST("rows and columns change places") {
    check_transpose<4>();
    check_transpose<8>();
    check_transpose<16>();
}

TEST("words are rotated to the right") {
    check_rotations<4>();
    check_rotations<8>();
    check_rotations<16>();
}
