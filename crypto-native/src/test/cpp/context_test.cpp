// Parameters that are refused, levels, and the way of a column to SEAL and back.

#include <algorithm>
#include <vector>

#include "check.h"
#include "support.h"

using namespace support;

TEST("parameters that are not secure are refused, unless a test asks for them") {
    const Parameters weak{Scheme::kBfv, 2048, primes(4096, {55}), 1 << 20, true};  // 54 bits is SEAL's limit
    CHECK_THROWS(Context(weak), ErrorKind::kInvalidParameters, "security standard");
    Parameters unchecked = weak;
    unchecked.enforce_security = false;
    CHECK_EQ(Context(unchecked).data_limbs(), std::size_t{1});
}

TEST("parameters that SEAL cannot use are refused") {
    const auto refused = [](std::size_t degree, const std::vector<std::uint64_t> &primes, std::uint64_t plain_modulus) {
        CHECK_THROWS(Context({Scheme::kBfv, degree, primes, plain_modulus, true}), ErrorKind::kInvalidParameters,
                     "SEAL refuses the encryption parameters");
    };
    const std::vector<std::uint64_t> good = primes(2048, {44});
    refused(3000, good, 1 << 20);
    refused(2048, {}, 1 << 20);
    refused(2048, {17592186044399}, 1 << 20);  // a prime, but not 1 modulo 4096
    refused(2048, {std::uint64_t{1} << 62 | 1}, 1 << 20);
    refused(2048, {good[0], good[0]}, 1 << 20);
    refused(2048, good, 1);
    refused(2048, good, good[0] + 1);
}

TEST("the last of several primes belongs to keys alone") {
    CHECK_EQ(open_profile().data_limbs(), std::size_t{1});
    CHECK_EQ(open_profile().key_limbs(), std::size_t{1});
    CHECK_EQ(shielded_profile().data_limbs(), std::size_t{2});
    CHECK_EQ(per_record_profile().data_limbs(), std::size_t{3});
    CHECK_EQ(sealed_profile().data_limbs(), std::size_t{3});
}

TEST("a level is known by its number of primes, and there are no others") {
    for (const Context *context : {&open_profile(), &shielded_profile(), &per_record_profile(), &sealed_profile()}) {
        for (std::size_t limbs = 1; limbs <= context->data_limbs(); ++limbs) {
            const auto data = context->seal().get_context_data(context->level(limbs).parms_id);
            CHECK_EQ(data->parms().coeff_modulus().size(), limbs);
        }
        CHECK_THROWS(context->level(0), ErrorKind::kInvalidArgument, "no level has 0 primes");
        const std::size_t beyond = context->data_limbs() + 1;
        CHECK_THROWS(context->level(beyond), ErrorKind::kInvalidArgument, std::to_string(beyond) + " primes");
    }
}

TEST("slots and real numbers are refused where the parameters have none") {
    CHECK(!open_profile().slots());
    CHECK(per_record_profile().slots());
    CHECK(sealed_profile().slots());
    CHECK_THROWS(open_profile().slot_encoder(), ErrorKind::kInvalidArgument, "4194304");
    CHECK_THROWS(open_profile().ckks_encoder(), ErrorKind::kInvalidArgument, "CKKS");
}

TEST("a column goes to SEAL and back without a change, beside columns that keep theirs") {
    check::Random random;
    const auto unwritten = [](std::uint64_t word) { return word == kUnwritten; };
    for (const Form form : {Form::kCoefficient, Form::kNtt}) {
        const Context &context = shielded_profile();
        const OwnedBlock block = random_block(random, context, 3, 3, 2, form);
        const OwnedBlock copy(context, 3, 3, 2, form);
        context.store(context.load(*block, 1, 1), *copy, 1);
        for (std::size_t poly = 0; poly < 3; ++poly) {
            CHECK_EQ(copy.poly(1, poly), block.poly(1, poly));
        }
        CHECK(std::all_of(copy->column(0), copy->column(1), unwritten));
        CHECK(std::all_of(copy->column(2), copy->column(3), unwritten));
    }
}

TEST("a block that cannot be this context's is refused") {
    const Context &context = shielded_profile();
    const OwnedBlock block(context, 1, Form::kNtt);
    context.check(*block);
    const auto refused = [&](auto change) {
        Block changed = *block;
        change(changed);
        CHECK_THROWS(context.check(changed), ErrorKind::kInvalidArgument, "does not belong to this context");
    };
    refused([](Block &b) { b.words = nullptr; });
    refused([](Block &b) { b.degree = 2048; });
    refused([](Block &b) { b.columns = 0; });
    refused([](Block &b) { b.polys = 1; });
    refused([](Block &b) { b.polys = 4; });
    refused([](Block &b) { b.limbs = 0; });
    refused([](Block &b) { b.limbs = 4; });
}
