#include "nightjar/context.h"

#include <cstring>
#include <stdexcept>
#include <string>

#include "nightjar/error.h"

namespace nightjar {
namespace {

// Most of what SEAL refuses it reports from its context, but single values it refuses here already.
seal::EncryptionParameters to_seal(const Parameters &parameters) try {
    seal::EncryptionParameters converted(parameters.scheme == Scheme::kBfv ? seal::scheme_type::bfv
                                                                           : seal::scheme_type::ckks);
    converted.set_poly_modulus_degree(parameters.degree);
    std::vector<seal::Modulus> primes;
    for (const std::uint64_t prime : parameters.primes) {
        primes.emplace_back(prime);
    }
    converted.set_coeff_modulus(primes);
    if (parameters.scheme == Scheme::kBfv) {
        converted.set_plain_modulus(parameters.plain_modulus);
    }
    return converted;
} catch (const std::invalid_argument &error) {
    throw Error(ErrorKind::kInvalidParameters, std::string("SEAL refuses the encryption parameters: ") + error.what());
}

Level make_level(const seal::SEALContext::ContextData &data) {
    Level level;
    level.parms_id = data.parms_id();
    const auto &primes = data.parms().coeff_modulus();
    for (std::size_t i = 0; i < primes.size(); ++i) {
        const std::uint64_t q = primes[i].value();
        std::uint64_t punctured = 1 % q;
        for (std::size_t j = 0; j < primes.size(); ++j) {
            if (j != i) {
                punctured = mul_mod(primes[j].value() % q, make_factor(punctured, q), q);
            }
        }
        level.inverse_punctured.push_back(make_factor(pow_mod(punctured, q - 2, q), q));
        if (data.parms().scheme() == seal::scheme_type::bfv) {
            level.delta.push_back(make_factor(data.coeff_div_plain_modulus()[i].operand, q));
        }
    }
    if (data.parms().scheme() == seal::scheme_type::bfv) {
        level.q_mod_t = data.coeff_modulus_mod_plain_modulus();
    }
    return level;
}

}  // namespace

Context::Context(const Parameters &parameters, const kernel::Microkernel &kernel)
    : parameters_(parameters),
      seal_(to_seal(parameters), true,
            parameters.enforce_security ? seal::sec_level_type::tc128 : seal::sec_level_type::none) {
    if (!seal_.parameters_set()) {
        throw Error(ErrorKind::kInvalidParameters,
                    std::string("SEAL refuses the encryption parameters: ") + seal_.parameter_error_message());
    }
    for (const std::uint64_t prime : parameters_.primes) {
        moduli_.push_back(kernel::make_modulus(prime));
    }
    for (std::size_t limb = 0; limb < key_limbs(); ++limb) {
        rings_.emplace_back(seal_.key_context_data()->small_ntt_tables()[limb], kernel.ring);
    }
    ring_kernel_ = kernel.ring != nullptr && rings_[0].vectorised() ? kernel.ring : nullptr;
    levels_.resize(data_limbs());
    for (auto data = seal_.first_context_data(); data; data = data->next_context_data()) {
        levels_[data->parms().coeff_modulus().size() - 1] = make_level(*data);
    }
    evaluator_ = std::make_unique<seal::Evaluator>(seal_);
    if (parameters_.scheme == Scheme::kCkks) {
        ckks_encoder_ = std::make_unique<seal::CKKSEncoder>(seal_);
        real_slots_ = std::make_unique<RealSlots>(parameters_.degree);
    } else if (seal_.first_context_data()->qualifiers().using_batching) {
        slot_encoder_ = std::make_unique<SlotEncoder>(*seal_.first_context_data()->plain_ntt_tables(), kernel.ring);
    }
}

const SlotEncoder &Context::slot_encoder() const {
    if (slot_encoder_ == nullptr) {
        throw Error(ErrorKind::kInvalidArgument,
                    "slot packing needs a prime plain modulus that is 1 modulo twice the ring degree; it is " +
                        std::to_string(parameters_.plain_modulus));
    }
    return *slot_encoder_;
}

seal::CKKSEncoder &Context::ckks_encoder() const {
    if (ckks_encoder_ == nullptr) {
        throw Error(ErrorKind::kInvalidArgument, "real numbers need the CKKS scheme; the parameters are for BFV");
    }
    return *ckks_encoder_;
}

const Level &Context::level(std::size_t limbs) const {
    // SEAL stops its chain early when the remaining primes cannot hold the plaintext.
    if (limbs == 0 || limbs > levels_.size() || levels_[limbs - 1].inverse_punctured.empty()) {
        throw Error(ErrorKind::kInvalidArgument, "no level has " + std::to_string(limbs) +
                                                     " primes; the top level has " + std::to_string(levels_.size()));
    }
    return levels_[limbs - 1];
}

seal::Ciphertext Context::load(const Block &block, std::size_t column, double scale) const {
    seal::Ciphertext ciphertext;
    ciphertext.resize(seal_, level(block.limbs).parms_id, block.polys);
    ciphertext.is_ntt_form() = block.form == Form::kNtt;
    ciphertext.scale() = scale;
    std::memcpy(ciphertext.data(), block.column(column),
                block.polys * block.limbs * block.degree * sizeof(std::uint64_t));
    return ciphertext;
}

void Context::store(const seal::Ciphertext &ciphertext, const Block &block, std::size_t column) const {
    if (ciphertext.size() != block.polys || ciphertext.coeff_modulus_size() != block.limbs ||
        ciphertext.is_ntt_form() != (block.form == Form::kNtt)) {
        throw std::logic_error("a SEAL operation returned a ciphertext of an unexpected shape");
    }
    std::memcpy(block.column(column), ciphertext.data(),
                block.polys * block.limbs * block.degree * sizeof(std::uint64_t));
}

void Context::check(const Block &block) const {
    if (block.words == nullptr || block.columns == 0 || block.degree != degree() || block.polys < 2 ||
        block.polys > 3 || block.limbs == 0 || block.limbs > key_limbs()) {
        throw Error(ErrorKind::kInvalidArgument, "a block of " + std::to_string(block.columns) + " columns, " +
                                                     std::to_string(block.polys) + " polynomials, " +
                                                     std::to_string(block.limbs) + " primes and degree " +
                                                     std::to_string(block.degree) + " does not belong to this context");
    }
}

}  // namespace nightjar
