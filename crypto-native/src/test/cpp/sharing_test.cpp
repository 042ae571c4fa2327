// One context and one set of keys for all threads of a process, as executors have them. Under the thread sanitizer
// (-DNIGHTJAR_SANITIZE=thread) this is the test that looks for races.

#include <atomic>
#include <thread>
#include <vector>

#include "check.h"
#include "nightjar/evaluation.h"
#include "nightjar/linear.h"
#include "support.h"

using namespace support;

namespace {

/// Runs the body on several threads at once; it returns how many of its results were wrong.
template <typename Body>
void on_threads(Body body) {
    std::atomic<int> wrong{0};
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 4; ++thread) {
        threads.emplace_back([&, thread] {
            for (int i = 0; i < 3; ++i) {
                wrong += body(thread * 3 + i);
            }
        });
    }
    for (std::thread &thread : threads) {
        thread.join();
    }
    CHECK_EQ(wrong.load(), 0);
}

}  // namespace

TEST("threads that share a BFV context and its keys compute what one thread would") {
    const Owner owner(per_record_profile());
    const Context &context = owner.context;
    const OwnedBlock key = public_key(owner);
    const RelinearisationKey relinearisation(owner.context, *relinearisation_key(owner));
    const auto layer = load_layer(context, *kernel::backends().front(), {1, 2, {3, -4}, {0, 1}});
    on_threads([&](int number) {
        const Values values(2, std::vector<std::int64_t>(context.degree(), number));
        const OwnedBlock block = number % 2 == 0
                                     ? encrypt(owner, values, Packing::kSlots, Form::kCoefficient)
                                     : encrypt_public(context, *key, values, 3, Packing::kSlots, Form::kCoefficient);
        const kernel::ShouldStop never;
        const BlockEvaluator evaluator(context, never);
        const OwnedBlock squares(context, 2, 3, 3, Form::kCoefficient);
        const OwnedBlock sum(context, 1, 3, 3, Form::kCoefficient);
        const OwnedBlock result(context, 1, Form::kCoefficient);
        evaluator.square(*block, 1, *squares);
        apply_layer(context, *layer, {0, 1, 0, 1}, nullptr, *squares, *sum, never);
        evaluator.relinearise(*sum, relinearisation, *result);
        const std::vector<std::int64_t> expected(context.degree(), -number * number);
        return decrypt(owner, *result, 0, Packing::kSlots, context.degree()).values == expected ? 0 : 1;
    });
}

TEST("threads that share a CKKS context and its keys compute what one thread would") {
    constexpr double kScale = 1099511627776.0;  // 2^40
    const Owner owner(sealed_profile());
    const Context &context = owner.context;
    const std::size_t records = context.degree() / 2;
    const RelinearisationKey relinearisation(owner.context, *relinearisation_key(owner));
    on_threads([&](int number) {
        const OwnedBlock block =
            encrypt(owner, Reals{std::vector<double>(records, number / 10.0)}, Packing::kSlots, Form::kNtt, kScale);
        const kernel::ShouldStop never;
        const BlockEvaluator evaluator(context, never);
        const OwnedBlock squares(context, 1, 3, 3, Form::kNtt);
        const OwnedBlock result(context, 1, Form::kNtt);
        evaluator.square(*block, kScale, *squares);
        evaluator.relinearise(*squares, relinearisation, *result);
        const std::vector<double> expected(records, number * number / 100.0);
        const auto actual = decrypt_reals(owner, *result, 0, kScale * kScale, records);
        return largest_error(actual, expected) < 1e-6 ? 0 : 1;
    });
}
