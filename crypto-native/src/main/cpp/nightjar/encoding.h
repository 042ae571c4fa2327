// From numbers to the polynomials that are added to a ciphertext, and back.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "nightjar/context.h"
#include "nightjar/error.h"

namespace nightjar {

/// Where the value of record j goes.
enum class Packing {
    kCoefficients = 0,  // coefficient j of the plaintext polynomial (BFV)
    kSlots = 1,         // slot j: products act on records one by one (BFV with a prime plain modulus, CKKS)
};

/// A column's values as a polynomial scaled up to a level's modulus, which is what the first polynomial of a ciphertext
/// takes in: [limb][coefficient], in whichever form encoding produces.
struct Message {
    const std::uint64_t *residues;
    Form form;
};

/// Turns the values of a column into a message, and back.
class Encoder {
public:
    /// For ciphertexts in `form`; `scale` multiplies real numbers before they are rounded (CKKS), BFV ignores it.
    Encoder(const Context &context, std::size_t limbs, Packing packing, Form form, double scale);

    /// BFV: at most `degree` integers in [-t/2, t/2); throws Error(kInvalidArgument) naming the first that is not.
    Message encode(const std::int64_t *values, std::size_t count, std::uint64_t *residues) const;

    /// BFV: the same integers as a plaintext, by its coefficients modulo t.
    void plaintext(const std::int64_t *values, std::size_t count, std::uint64_t *coefficients) const;

    /// CKKS: at most degree / 2 real numbers.
    Message encode(const double *values, std::size_t count, std::uint64_t *residues) const;

    /// The residues, one for each limb, of a value that every record has; what polynomial they stand for is in pattern().
    void encode_constant(std::int64_t value, std::uint64_t *residues) const;
    void encode_constant(double value, std::uint64_t *residues) const;

    /// How a constant's residue r fills the polynomial of one prime.
    enum class Pattern {
        kEverywhere,  // r, r, r, ...
        kFirst,       // r, 0, 0, ...
        kOnes,        // r times the NTT of 1 + x + x^2 + ...
    };
    Pattern pattern() const;

    /// BFV: integers in [-t/2, t/2) from the coefficients modulo t of a plaintext.
    void decode(const std::uint64_t *coefficients, std::int64_t *values, std::size_t count) const;

    /// BFV: residues modulo t as integers in [-t/2, t/2).
    void centre(const std::uint64_t *residues, std::int64_t *values, std::size_t count) const;

    /// CKKS: real numbers from a plaintext in NTT form.
    void decode(const std::uint64_t *residues, double *values, std::size_t count) const;

private:
    /// CKKS, for coefficients that fit the modulus and kMostRounded; otherwise returns false.
    bool encode_narrow(const double *values, std::size_t count, std::uint64_t *residues) const;

    template <typename Encode>
    void encode_scaled(double largest, const std::string &what, Encode encode) const;
    bool fits(std::int64_t value) const;
    std::int64_t least() const { return -static_cast<std::int64_t>(plain_modulus_.value / 2); }
    std::int64_t greatest() const { return static_cast<std::int64_t>((plain_modulus_.value - 1) / 2); }
    void check_fit(const std::int64_t *values, std::size_t count) const;
    Error misfit(const std::string &what) const;
    std::uint64_t to_plain(std::int64_t value) const;
    void to_plaintext(const std::int64_t *values, std::size_t count, std::uint64_t *coefficients) const;
    void scale_up(const std::uint64_t *plain, std::size_t count, std::uint64_t *residues, std::size_t stride) const;
    void scale_up_wide(const std::int64_t *values, std::size_t count, std::uint64_t *residues) const;
    void require(Scheme scheme) const;

    const Context &context_;
    std::size_t limbs_;
    const Level &level_;
    Packing packing_;
    Form form_;
    double scale_;
    kernel::Modulus plain_modulus_;
    const kernel::RingKernel *scaling_kernel_ = nullptr;  // if it takes the plain modulus and all the primes
};

}  // namespace nightjar
