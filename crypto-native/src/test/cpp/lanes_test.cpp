// Arithmetic modulo large numbers: against double-and-add on bytes, and one instruction set against the other.
#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "check.h"
#include "nightjar/kernel/dispatch.h"
#include "nightjar/kernel/integer_product.h"
#include "nightjar/lanes.h"
#include "nightjar/multipower.h"

using namespace nightjar;

namespace {

/// Big-endian, as long as the modulus.
using Number = std::vector<std::uint8_t>;

bool below(const Number &a, const Number &b) { return a < b; }  // of the same length

/// 2 a + bit modulo the modulus, or a + b of numbers below it.
Number add(const Number &a, const Number &b, const Number &modulus) {
    Number sum(a.size());
    unsigned carry = 0;
    for (std::size_t i = a.size(); i-- > 0;) {
        const unsigned s = a[i] + b[i] + carry;
        sum[i] = static_cast<std::uint8_t>(s);
        carry = s >> 8;
    }
    if (carry != 0 || !below(sum, modulus)) {
        unsigned borrow = 0;
        for (std::size_t i = a.size(); i-- > 0;) {
            const unsigned d = 256U + sum[i] - modulus[i] - borrow;
            sum[i] = static_cast<std::uint8_t>(d);
            borrow = d < 256 ? 1 : 0;
        }
    }
    return sum;
}

std::uint64_t word(const Number &number) {
    std::uint64_t value = 0;
    for (const std::uint8_t byte : number) {
        value = value << 8 | byte;
    }
    return value;
}

Number multiply(const Number &a, const Number &b, const Number &modulus) {
    Number product(a.size());
    if (a.size() == sizeof(std::uint64_t)) {  // many at a time
        auto rest = static_cast<std::uint64_t>(static_cast<unsigned __int128>(word(a)) * word(b) % word(modulus));
        for (std::size_t i = product.size(); i-- > 0; rest >>= 8) {
            product[i] = static_cast<std::uint8_t>(rest);
        }
        return product;
    }
    for (const std::uint8_t byte : b) {
        for (int bit = 7; bit >= 0; --bit) {
            product = add(product, product, modulus);
            if ((byte >> bit & 1) == 1) {
                product = add(product, a, modulus);
            }
        }
    }
    return product;
}

Number one(const Number &modulus) {
    Number number(modulus.size());
    number.back() = 1;
    return number;
}

Number power(const Number &base, const Number &exponent, const Number &modulus) {
    Number result = one(modulus);
    for (const std::uint8_t byte : exponent) {
        for (int bit = 7; bit >= 0; --bit) {
            result = multiply(result, result, modulus);
            if ((byte >> bit & 1) == 1) {
                result = multiply(result, base, modulus);
            }
        }
    }
    return result;
}

Number random_bytes(check::Random &random, std::size_t count) {
    Number number(count);
    std::generate(number.begin(), number.end(), [&] { return static_cast<std::uint8_t>(random.below(256)); });
    return number;
}

Number random_modulus(check::Random &random, std::size_t bytes) {
    Number modulus = random_bytes(random, bytes);
    modulus.front() |= 0x80;
    modulus.back() |= 1;
    return modulus;
}

/// Below the modulus, because that has its highest bit.
Number random_number(check::Random &random, const Number &modulus) {
    Number number = random_bytes(random, modulus.size());
    number.front() &= 0x7f;
    return number;
}

std::vector<const kernel::LaneKernel *> kernels() {
    std::vector<const kernel::LaneKernel *> all = {&kernel::kLanesPortable};
    for (const kernel::Microkernel *microkernel : kernel::supported()) {
        if (microkernel->large_numbers != nullptr) {
            all.push_back(microkernel->large_numbers);
        }
    }
    return all;
}

Number join(const std::vector<Number> &numbers) {
    Number all;
    for (const Number &number : numbers) {
        all.insert(all.end(), number.begin(), number.end());
    }
    return all;
}

Number part(const Number &all, std::size_t index, std::size_t bytes) {
    const auto first = all.begin() + static_cast<std::ptrdiff_t>(index * bytes);
    return Number(first, first + static_cast<std::ptrdiff_t>(bytes));
}

}  // namespace

TEST("products are those of numbers, with every kernel, at every length") {
    check::Random random;
    for (const std::size_t bytes : {1, 6, 7, 26, 64, 192, 1024}) {
        const Number modulus = random_modulus(random, bytes);
        Number largest = modulus;  // modulus - 1
        largest.back() ^= 1;
        for (const kernel::LaneKernel *kernel : kernels()) {
            const LaneRing ring(modulus.data(), bytes, kernel);
            std::vector<Number> a = {largest, Number(bytes), one(modulus)};
            std::vector<Number> b = {largest, largest, largest};
            while (a.size() < kLanes) {
                a.push_back(random_number(random, modulus));
                b.push_back(random_number(random, modulus));
            }
            SecretWords left(ring.words());
            SecretWords right(ring.words());
            ring.load(join(a).data(), kLanes, left.get());
            ring.load(join(b).data(), kLanes, right.get());
            ring.multiply(left.get(), right.get(), left.get());
            Number products(kLanes * bytes);
            ring.store(left.get(), kLanes, products.data());
            for (std::size_t lane = 0; lane < kLanes; ++lane) {
                const check::Note note(std::to_string(bytes) + " bytes, lane " + std::to_string(lane));
                CHECK(part(products, lane, bytes) == multiply(a[lane], b[lane], modulus));
            }
            ring.load(join(a).data(), kLanes, left.get());
            ring.multiply(left.get(), left.get(), right.get());
            ring.store(right.get(), kLanes, products.data());
            for (std::size_t lane = 0; lane < kLanes; ++lane) {
                const check::Note note(std::to_string(bytes) + " bytes, square, lane " + std::to_string(lane));
                CHECK(part(products, lane, bytes) == multiply(a[lane], a[lane], modulus));
            }
        }
    }
}

TEST("powers, and powers of one base, are those of numbers") {
    check::Random random;
    const Number modulus = random_modulus(random, 24);
    const Number exponent = random_bytes(random, 11);
    for (const kernel::LaneKernel *kernel : kernels()) {
        const auto ring = std::make_shared<LaneRing>(modulus.data(), modulus.size(), kernel);
        std::vector<Number> bases;
        std::vector<Number> exponents;
        for (std::size_t lane = 0; lane < 5; ++lane) {
            bases.push_back(random_number(random, modulus));
            exponents.push_back(random_bytes(random, exponent.size()));
        }
        exponents[0].assign(exponent.size(), 0);
        exponents[1].assign(exponent.size(), 255);
        SecretWords lanes(ring->words());
        SecretWords result(ring->words());
        Number numbers(5 * modulus.size());
        ring->load(join(bases).data(), 5, lanes.get());
        ring->power(lanes.get(), exponent.data(), exponent.size(), result.get());
        ring->store(result.get(), 5, numbers.data());
        for (std::size_t lane = 0; lane < 5; ++lane) {
            CHECK(part(numbers, lane, modulus.size()) == power(bases[lane], exponent, modulus));
        }
        const FixedBase base(ring, bases[4].data(), exponent.size());
        base.powers(join(exponents).data(), 5, result.get());
        ring->store(result.get(), 5, numbers.data());
        for (std::size_t lane = 0; lane < 5; ++lane) {
            CHECK(part(numbers, lane, modulus.size()) == power(bases[4], exponents[lane], modulus));
        }
    }
}

TEST("a layer in the exponents is the product of powers, whatever its weights and gaps") {
    check::Random random;
    // A prime, so that every number has an inverse: 2^61 - 1.
    const Number modulus = {0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    Number minus_two = modulus;  // exponent of inverses
    minus_two.back() -= 2;
    for (const std::int64_t largest : {0, 1, 2, 127, 128, 5000, (1 << 23) - 1}) {
        for (const std::size_t terms : {std::size_t{1}, std::size_t{9}, std::size_t{300}}) {
            const check::Note note(std::to_string(largest) + ", " + std::to_string(terms) + " terms");
            const auto ring = std::make_shared<LaneRing>(modulus.data(), modulus.size(), kernels().back());
            const std::size_t lanes = 3;
            std::vector<Number> numbers;
            std::vector<Number> inverses;
            Number product = one(modulus);
            for (std::size_t i = 0; i < terms * lanes; ++i) {
                Number number = random_number(random, modulus);
                number.front() &= 0x0f;
                number.back() |= 1;
                inverses.push_back(power(number, minus_two, modulus));
                numbers.push_back(number);
            }
            LaneColumns columns(ring, join(numbers).data(), terms, lanes);
            Number products(lanes * modulus.size());
            columns.product(products.data());
            std::vector<Number> inverse_products;
            for (std::size_t lane = 0; lane < lanes; ++lane) {
                inverse_products.push_back(power(part(products, lane, modulus.size()), minus_two, modulus));
            }
            columns.invert(join(inverse_products).data());
            std::vector<std::int32_t> weights(2 * terms);
            std::vector<std::uint32_t> gathered(terms);
            for (auto &weight : weights) {
                weight = static_cast<std::int32_t>(random.between(-largest, largest));
            }
            weights.front() = static_cast<std::int32_t>(-largest);
            for (auto &column : gathered) {
                column = random.below(5) == 0 ? kernel::IntegerLayer::kNoColumn
                                              : static_cast<std::uint32_t>(random.below(terms));
            }
            Multipower layer(columns, terms, weights.data(), 2);
            SecretWords output(ring->words());
            Number results(lanes * modulus.size());
            for (std::size_t row = 0; row < 2; ++row) {
                layer.evaluate(row, gathered.data(), output.get());
                ring->store(output.get(), lanes, results.data());
                for (std::size_t lane = 0; lane < lanes; ++lane) {
                    Number expected = one(modulus);
                    for (std::size_t k = 0; k < terms; ++k) {
                        if (gathered[k] == kernel::IntegerLayer::kNoColumn) {
                            continue;
                        }
                        const std::int32_t weight = weights[row * terms + k];
                        const auto size = static_cast<std::uint32_t>(weight < 0 ? -weight : weight);
                        const Number exponent = {static_cast<std::uint8_t>(size >> 16),
                                                 static_cast<std::uint8_t>(size >> 8), static_cast<std::uint8_t>(size)};
                        const std::size_t place = gathered[k] * lanes + lane;
                        const Number &base = weight < 0 ? inverses[place] : numbers[place];
                        expected = multiply(expected, power(base, exponent, modulus), modulus);
                    }
                    CHECK(part(results, lane, modulus.size()) == expected);
                }
            }
        }
    }
}

TEST("a modulus that is even, 1 or too large is refused") {
    for (const Number &modulus : {Number{4}, Number{1}, Number{}, Number(1025, 255)}) {
        CHECK_THROWS(LaneRing(modulus.data(), modulus.size(), nullptr), ErrorKind::kInvalidArgument, "it must be odd");
    }
}
