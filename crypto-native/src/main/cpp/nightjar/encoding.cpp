#include "nightjar/encoding.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <sstream>
#include <stdexcept>

#include "nightjar/memory.h"

namespace nightjar {

Encoder::Encoder(const Context &context, std::size_t limbs, Packing packing, Form form, double scale)
    : context_(context),
      limbs_(limbs),
      level_(context.level(limbs)),
      packing_(packing),
      form_(form),
      scale_(scale),
      plain_modulus_(kernel::make_modulus(std::max<std::uint64_t>(2, context.parameters().plain_modulus))) {
    if (context.parameters().scheme == Scheme::kCkks) {
        if (packing != Packing::kSlots || form != Form::kNtt) {
            throw Error(ErrorKind::kInvalidArgument, "CKKS packs slots, in NTT form only");
        }
        if (!std::isnormal(scale) || scale < 0) {
            throw Error(ErrorKind::kInvalidArgument,
                        "a CKKS scale must be finite and above 0; it is " + std::to_string(scale));
        }
    } else if (packing == Packing::kSlots) {
        context.slot_encoder();  // throws when the plain modulus has no slots
    }
    const std::uint64_t t = plain_modulus_.value;
    const kernel::RingKernel *wide = context.ring_kernel();
    bool scaled = wide != nullptr && kernel::bit_length(t - 1) <= wide->max_plain_bits;
    for (std::size_t limb = 0; limb < limbs; ++limb) {
        scaled = scaled && context.ring(limb).narrow() != nullptr && t <= context.prime(limb);
    }
    scaling_kernel_ = scaled ? wide : nullptr;
}

Message Encoder::encode(const std::int64_t *values, std::size_t count, std::uint64_t *residues) const {
    require(Scheme::kBfv);
    const std::size_t degree = context_.degree();
    check_fit(values, count);
    if (packing_ == Packing::kCoefficients && scaling_kernel_ != nullptr) {
        scale_up_wide(values, count, residues);
        return {residues, Form::kCoefficient};
    }
    SecretWords plain(degree);
    to_plaintext(values, count, plain.get());
    count = packing_ == Packing::kSlots ? degree : count;
    if (scaling_kernel_ != nullptr) {
        scale_up_wide(reinterpret_cast<const std::int64_t *>(plain.get()), count, residues);
    } else {
        std::fill_n(residues, limbs_ * degree, 0);
        scale_up(plain.get(), count, residues, degree);
    }
    return {residues, Form::kCoefficient};
}

void Encoder::plaintext(const std::int64_t *values, std::size_t count, std::uint64_t *coefficients) const {
    require(Scheme::kBfv);
    check_fit(values, count);
    to_plaintext(values, count, coefficients);
}

Message Encoder::encode(const double *values, std::size_t count, std::uint64_t *residues) const {
    require(Scheme::kCkks);
    const std::size_t slots = context_.degree() / 2;
    if (count > slots) {
        throw Error(ErrorKind::kInvalidArgument,
                    std::to_string(count) + " values do not fit " + std::to_string(slots) + " slots");
    }
    for (std::size_t j = 0; j < count; ++j) {
        if (!std::isfinite(values[j])) {
            throw Error(ErrorKind::kInvalidArgument, "value " + std::to_string(j) + " is not a finite number");
        }
    }
    const double *largest =
        std::max_element(values, values + count, [](double a, double b) { return std::fabs(a) < std::fabs(b); });
    Form form = Form::kCoefficient;
    encode_scaled(count == 0 ? 0 : *largest, "value " + std::to_string(largest - values), [&] {
        if (!encode_narrow(values, count, residues)) {
            seal::Plaintext encoded;
            context_.ckks_encoder().encode(std::vector<double>(values, values + count), level_.parms_id, scale_,
                                           encoded);
            std::memcpy(residues, encoded.data(), limbs_ * context_.degree() * sizeof(std::uint64_t));
            form = Form::kNtt;
        }
    });
    return {residues, form};
}

bool Encoder::encode_narrow(const double *values, std::size_t count, std::uint64_t *residues) const {
    const std::size_t degree = context_.degree();
    const auto data = context_.seal().get_context_data(level_.parms_id);
    const int modulus_bits = data->total_coeff_modulus_bit_count();
    if (static_cast<int>(std::log2(scale_)) + 1 >= modulus_bits) {
        return false;
    }
    SecretWords coefficients(degree);
    SecretWords low(degree);
    SecretWords high(degree);
    auto *numbers = reinterpret_cast<double *>(coefficients.get());
    context_.real_slots().interpolate(values, count, scale_, numbers);
    const double limit = std::min(std::ldexp(1, modulus_bits - 2), kMostRounded);
    if (!round_to_digits(numbers, degree, limit, low.get(), high.get())) {
        return false;
    }
    for (std::size_t limb = 0; limb < limbs_; ++limb) {
        std::uint64_t *target = residues + limb * degree;
        std::fill_n(target, degree, 0);
        context_.ring(limb).add_wide(low.get(), high.get(), kOffsetBits, target);
    }
    return true;
}

void Encoder::encode_constant(std::int64_t value, std::uint64_t *residues) const {
    require(Scheme::kBfv);
    if (!fits(value)) {
        throw misfit("value " + std::to_string(value));
    }
    const std::uint64_t plain = to_plain(value);
    scale_up(&plain, 1, residues, 1);
}

void Encoder::encode_constant(double value, std::uint64_t *residues) const {
    require(Scheme::kCkks);
    if (!std::isfinite(value)) {
        throw Error(ErrorKind::kInvalidArgument, "the value is not a finite number");
    }
    seal::Plaintext encoded;
    encode_scaled(value, "the value", [&] { context_.ckks_encoder().encode(value, level_.parms_id, scale_, encoded); });
    for (std::size_t limb = 0; limb < limbs_; ++limb) {
        residues[limb] = encoded[limb * context_.degree()];
    }
}

Encoder::Pattern Encoder::pattern() const {
    if (packing_ == Packing::kCoefficients) {
        return form_ == Form::kCoefficient ? Pattern::kEverywhere : Pattern::kOnes;
    }
    return form_ == Form::kNtt ? Pattern::kEverywhere : Pattern::kFirst;
}

void Encoder::decode(const std::uint64_t *coefficients, std::int64_t *values, std::size_t count) const {
    require(Scheme::kBfv);
    if (packing_ == Packing::kCoefficients) {
        centre(coefficients, values, count);
        return;
    }
    SecretWords plain(context_.degree());
    std::copy_n(coefficients, context_.degree(), plain.get());
    auto *slots = reinterpret_cast<std::uint64_t *>(values);
    context_.slot_encoder().decode(plain.get(), count, slots);
    centre(slots, values, count);
}

void Encoder::decode(const std::uint64_t *residues, double *values, std::size_t count) const {
    require(Scheme::kCkks);
    const std::size_t degree = context_.degree();
    SecretWords rests(limbs_ * degree);
    std::copy_n(residues, rests.size(), rests.get());
    for (std::size_t limb = 0; limb < limbs_; ++limb) {
        context_.from_ntt(rests.get() + limb * degree, limb);
    }
    // The digits of the mixed radix q_0, q_1, ... that are nearest to zero: what is left when they are dropped in turn.
    for (std::size_t digit = 0; digit < limbs_; ++digit) {
        for (std::size_t limb = digit + 1; limb < limbs_; ++limb) {
            context_.ring(limb).drop_prime(context_.ring(digit), rests.get() + digit * degree,
                                           rests.get() + limb * degree);
        }
    }
    SecretWords coefficients(degree);
    auto *numbers = reinterpret_cast<double *>(coefficients.get());
    std::fill_n(numbers, degree, 0.0);
    for (std::size_t limb = limbs_; limb-- > 0;) {
        append_digit(rests.get() + limb * degree, degree, context_.prime(limb), numbers);
    }
    context_.real_slots().evaluate(numbers, count, values);
    std::transform(values, values + count, values, [this](double value) { return value / scale_; });
}

// SEAL's encoder looks at the coefficients that come out; numbers whose sums overflow a double it does not notice.
template <typename Encode>
void Encoder::encode_scaled(double largest, const std::string &what, Encode encode) const {
    constexpr double kOverflowing = 0x1p1000;
    try {
        if (std::fabs(largest) * scale_ < kOverflowing) {
            return encode();
        }
    } catch (const std::invalid_argument &) {
    }
    std::ostringstream message;
    message << what << " is too large: " << largest << " times the scale " << scale_ << " does not fit " << limbs_
            << " primes";
    throw Error(ErrorKind::kInvalidArgument, message.str());
}

bool Encoder::fits(std::int64_t value) const { return value >= least() && value <= greatest(); }

void Encoder::check_fit(const std::int64_t *values, std::size_t count) const {
    const kernel::RingKernel *wide = context_.ring_kernel();
    if (wide != nullptr && wide->all_between(values, count, least(), greatest())) {
        return;
    }
    for (std::size_t j = 0; j < count; ++j) {
        if (!fits(values[j])) {
            throw misfit("value " + std::to_string(values[j]) + " of record " + std::to_string(j));
        }
    }
}

Error Encoder::misfit(const std::string &what) const {
    return Error(ErrorKind::kInvalidArgument, what + " does not fit the plain modulus " +
                                                  std::to_string(plain_modulus_.value) + ": it must be between " +
                                                  std::to_string(least()) + " and " + std::to_string(greatest()));
}

std::uint64_t Encoder::to_plain(std::int64_t value) const {
    return static_cast<std::uint64_t>(value) + (value < 0 ? plain_modulus_.value : 0);
}

void Encoder::to_plaintext(const std::int64_t *values, std::size_t count, std::uint64_t *coefficients) const {
    if (packing_ == Packing::kSlots) {
        return context_.slot_encoder().encode(values, count, coefficients);
    }
    std::transform(values, values + count, coefficients, [this](std::int64_t value) { return to_plain(value); });
    std::fill(coefficients + count, coefficients + context_.degree(), 0);
}

void Encoder::centre(const std::uint64_t *residues, std::int64_t *values, std::size_t count) const {
    const std::uint64_t t = plain_modulus_.value;
    if (context_.ring_kernel() != nullptr) {
        return context_.ring_kernel()->centre(t, residues, count, values);
    }
    std::transform(residues, residues + count, values, [t](std::uint64_t c) {
        return c > (t - 1) / 2 ? -static_cast<std::int64_t>(t - c) : static_cast<std::int64_t>(c);
    });
}

// SEAL's scaling variant: m becomes floor((q m + floor((t + 1) / 2)) / t) = floor(q / t) m + floor((r m + ...) / t) with
// r = q mod t.
void Encoder::scale_up(const std::uint64_t *plain, std::size_t count, std::uint64_t *residues,
                       std::size_t stride) const {
    const std::uint64_t t = plain_modulus_.value;
    for (std::size_t j = 0; j < count; ++j) {
        const std::uint64_t m = plain[j];
        const auto numerator = static_cast<unsigned __int128>(level_.q_mod_t) * m + (t + 1) / 2;
        const std::uint64_t fix = divide(numerator, plain_modulus_).quotient;
        for (std::size_t limb = 0; limb < limbs_; ++limb) {
            const std::uint64_t q = context_.prime(limb);
            residues[limb * stride + j] = add_mod(mul_mod(m, level_.delta[limb], q), fix >= q ? fix % q : fix, q);
        }
    }
}

void Encoder::scale_up_wide(const std::int64_t *values, std::size_t count, std::uint64_t *residues) const {
    for (std::size_t limb = 0; limb < limbs_; ++limb, residues += context_.degree()) {
        const kernel::Scaling scaling{plain_modulus_.value, level_.q_mod_t, context_.prime(limb),
                                      level_.delta[limb].value};
        scaling_kernel_->scale(scaling, values, count, residues);
        std::fill(residues + count, residues + context_.degree(), 0);
    }
}

void Encoder::require(Scheme scheme) const {
    if (context_.parameters().scheme != scheme) {
        throw Error(ErrorKind::kInvalidArgument, scheme == Scheme::kBfv
                                                     ? "integers need the BFV scheme; the parameters are for CKKS"
                                                     : "real numbers need the CKKS scheme; the parameters are for BFV");
    }
}

}  // namespace nightjar
