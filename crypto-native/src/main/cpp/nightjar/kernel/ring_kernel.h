// The boundary between the arithmetic of single polynomials and the code compiled for one instruction set: transforms,
// products with the secret and with plaintexts, scaling and rounding, hiding, sampling, packing. All of it gives the
// bits that the portable code gives.
#pragma once

#include <cstddef>
#include <cstdint>

namespace nightjar::kernel {

/// Factors w modulo q with Shoup's quotients: floor(w 2^52 / q), or floor(w 2^64 / q) where it says so.
struct Factors {
    const std::uint64_t *values;
    const std::uint64_t *quotients;
};

/// The roots of a transform: those of the stage of m blocks are m, m + 1, ..., one for each block, in SEAL's order. The
/// stages within kTransformCore values have them again, in the order of memory: core c repeats the numbering for its own
/// blocks, with kTransformCore values and then as many quotients, beginning at 2 kTransformCore c.
struct Roots {
    Factors all;  // below degree / 16
    const std::uint64_t *cores;
};

inline constexpr std::size_t kTransformCore = 64;

/// What the transforms modulo one prime need.
struct TransformTables {
    std::uint64_t modulus;
    int log_degree;
    Roots forward;
    Roots inverse;
    Factors last;  // of the last inverse stage: 1 / degree, and its root / degree
};

/// SEAL's scaling of a plaintext m modulo t to one prime of q, with h = floor((t + 1) / 2):
/// floor((q m + h) / t) = floor(q / t) m + floor((q_mod_t m + h) / t).
struct Scaling {
    std::uint64_t plain_modulus;  // t <= 2^max_plain_bits, t <= modulus
    std::uint64_t q_mod_t;
    std::uint64_t modulus;
    std::uint64_t delta;  // floor(q / t) modulo it
};

/// One prime q_i of several, for rounding: y_i = phase (q / q_i)^-1 mod q_i.
struct RoundedPrime {
    std::uint64_t modulus;
    std::uint64_t inverse_punctured;
};

inline constexpr std::size_t kMaxRoundedPrimes = 16;

/// How many products of residues are added up before they are reduced.
inline constexpr std::size_t kMaxProducts = 16;

/// An integer of 128 bits.
struct DoubleWord {
    std::uint64_t high;
    std::uint64_t low;
};

/// The remainders R = phase t mod q of a column's coefficients that were nearest to being rounded the other way: the
/// largest that was rounded down (0 for none) and the least that was rounded up (q for none).
struct Remainders {
    std::uint64_t largest_down;
    std::uint64_t least_up;
};

/// Nothing here branches on, or looks anything up by, a residue or a coefficient, except where it says so. Residues are
/// reduced before and after; `length` is a multiple of kRingStep, `count` is any; outputs may be inputs.
struct RingKernel {
    int min_log_degree;  // of the transforms
    int max_prime_bits;  // of everything down to round()
    int max_plain_bits;  // of scale()

    /// SEAL's ntt_negacyclic_harvey and its inverse.
    void (*forward)(const TransformTables &tables, std::uint64_t *residues);
    void (*inverse)(const TransformTables &tables, std::uint64_t *residues);

    /// output = addend + a * factors, and addend - a * factors. The quotients are those of 64 bits. Only the first may
    /// have a null addend, for zero.
    void (*multiply_add)(std::uint64_t q, std::size_t length, const std::uint64_t *a, Factors factors,
                         const std::uint64_t *addend, std::uint64_t *output);
    void (*multiply_subtract)(std::uint64_t q, std::size_t length, const std::uint64_t *a, Factors factors,
                              const std::uint64_t *addend, std::uint64_t *output);

    /// output = addend + a * b for residues a and b; addend may be null, for zero.
    void (*multiply_residues)(std::uint64_t q, std::size_t length, const std::uint64_t *a, const std::uint64_t *b,
                              const std::uint64_t *addend, std::uint64_t *output);

    /// output = addend + sum of a[i] * b[i] for `count` <= kMaxProducts pairs of residues; addend may be null, for zero.
    void (*sum_products)(std::uint64_t q, std::size_t length, std::size_t count, const std::uint64_t *const *a,
                         const std::uint64_t *const *b, const std::uint64_t *addend, std::uint64_t *output);

    /// output = addend + a * constant, for a constant residue.
    void (*multiply_constant)(std::uint64_t q, std::size_t length, const std::uint64_t *a, std::uint64_t constant,
                              const std::uint64_t *addend, std::uint64_t *output);

    /// output = a mod q, for a < 2^52.
    void (*reduce)(std::uint64_t q, std::size_t length, const std::uint64_t *a, std::uint64_t *output);

    /// sum = sum + low + 2^52 high + offset, for low < 2^52, any high and offset < q.
    void (*add_wide)(std::uint64_t q, std::size_t length, const std::uint64_t *low, const std::uint64_t *high,
                     std::uint64_t offset, std::uint64_t *sum);

    /// residues = (residues - last) * inverse, where the residues `last` of another prime below 2q stand for integers
    /// in (-dropped/2, dropped/2).
    void (*drop_prime)(std::uint64_t q, std::size_t length, std::uint64_t dropped, const std::uint64_t *last,
                       std::uint64_t inverse, std::uint64_t *residues);

    /// Scales values in [-t, t), which stand for their residues modulo t.
    void (*scale)(const Scaling &scaling, const std::int64_t *values, std::size_t count, std::uint64_t *residues);

    /// output = round(phase t / q) mod t, for one prime q > t.
    Remainders (*round)(std::uint64_t q, std::uint64_t t, std::size_t length, const std::uint64_t *phase,
                        std::uint64_t *output);

    /// The same for up to kMaxRoundedPrimes primes, all of them above t, and t (primes + 1) <= 2^52; [prime][coefficient].
    /// With phase t / q = sum of floor(y_i t / q_i) + sum of fractions cut to 128 binary places, returns the longest way
    /// from such a sum of fractions to the integer that it was rounded to, in units of 2^-128.
    DoubleWord (*round_several)(const RoundedPrime *primes, std::size_t count, std::uint64_t t, std::size_t length,
                                const std::uint64_t *phase, std::uint64_t *output);

    /// output = a + b, for any prime from here on.
    void (*add)(std::uint64_t q, std::size_t length, const std::uint64_t *a, const std::uint64_t *b,
                std::uint64_t *output);

    /// output = a - b for signed b of magnitude below q, in two's complement; a = 0 when it is null.
    void (*subtract)(std::uint64_t q, std::size_t length, const std::uint64_t *a, const std::uint64_t *b,
                     std::uint64_t *output);

    /// output = b for signed b of magnitude below q, in two's complement.
    void (*lift)(std::uint64_t q, std::size_t length, const std::uint64_t *b, std::uint64_t *output);

    /// Whether low <= value <= high for all values.
    bool (*all_between)(const std::int64_t *values, std::size_t count, std::int64_t low, std::int64_t high);

    /// Residues modulo t as integers in [-t/2, t/2).
    void (*centre)(std::uint64_t t, const std::uint64_t *residues, std::size_t count, std::int64_t *output);

    /// Six bytes to one centred binomial, in two's complement: the ones among their lower 21 bits less those among the
    /// next 21. Reads up to kReadAhead bytes after the last.
    void (*noise)(const std::uint8_t *bytes, std::size_t length, std::uint64_t *output);

    /// Takes `length` numbers of `bits` <= 60 bits that begin every `stride` <= 64 bits, and stores those below `limit`
    /// one after the other; returns how many. Reads up to kReadAhead bytes after the last and may write to all `length`
    /// words. Branches on what it rejects: only for public numbers.
    std::size_t (*unpack_below)(const std::uint8_t *bytes, std::size_t length, unsigned bits, unsigned stride,
                                std::uint64_t limit, std::uint64_t *output);

    /// Writes the lower `bits` bits, kMinPackedBits to 60, of `length` words below 2^bits, without gaps. Writes up to
    /// kReadAhead bytes after the last.
    void (*pack)(const std::uint64_t *words, std::size_t length, unsigned bits, std::uint8_t *bytes);
};

inline constexpr std::size_t kRingStep = 8;
inline constexpr std::size_t kReadAhead = 64;
inline constexpr unsigned kMinPackedBits = 32;

#if defined(__x86_64__)
extern const RingKernel kAvx512IfmaRing;
#endif

}  // namespace nightjar::kernel
