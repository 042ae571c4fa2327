// The parts of the AVX-512 IFMA ring kernel that have files of their own; ring_kernel.h says what they do.
#pragma once

#include "nightjar/kernel/ring_kernel.h"

namespace nightjar::kernel {

void forward_avx512ifma(const TransformTables &tables, std::uint64_t *residues);
void inverse_avx512ifma(const TransformTables &tables, std::uint64_t *residues);

Remainders round_avx512ifma(std::uint64_t q, std::uint64_t t, std::size_t length, const std::uint64_t *phase,
                            std::uint64_t *output);
DoubleWord round_several_avx512ifma(const RoundedPrime *primes, std::size_t count, std::uint64_t t, std::size_t length,
                                    const std::uint64_t *phase, std::uint64_t *output);

}  // namespace nightjar::kernel
