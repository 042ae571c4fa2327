// Residues on the wire: a 44-bit prime costs 44 bits. The bits of one polynomial modulo one prime follow each other,
// least significant first, and end on a byte.
#pragma once

#include <cstddef>
#include <cstdint>

#include "nightjar/kernel/ring_kernel.h"

namespace nightjar {

std::size_t packed_size(std::size_t residues, std::uint64_t prime);

/// The bytes do not depend on the kernel; null stands for scalar code.
void pack_residues(const std::uint64_t *residues, std::size_t count, std::uint64_t prime, std::uint8_t *bytes,
                   const kernel::RingKernel *wide = nullptr);

/// Reads packed_size() bytes. Returns the index of the first residue that is not below the prime, or `count`.
std::size_t unpack_residues(const std::uint8_t *bytes, std::size_t count, std::uint64_t prime, std::uint64_t *residues,
                            const kernel::RingKernel *wide = nullptr);

}  // namespace nightjar
