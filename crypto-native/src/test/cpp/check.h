// The C++ tests' whole framework: named cases, checks that report and go on, and one seed for all random inputs.
//
//   TEST("a sentence about behaviour") {
//       CHECK_EQ(actual, expected);
//   }
//
// Every *_test.cpp is a program that runs its cases and fails if a check did. An argument runs only the cases whose
// name contains it; NIGHTJAR_TEST_SEED repeats the random inputs of an earlier run.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iomanip>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "nightjar/error.h"

namespace check {

struct Case {
    const char *name;
    void (*run)();
};

struct State {
    std::vector<Case> cases;
    std::vector<std::string> notes;
    std::uint64_t seed = 0;
    bool random = false;  // whether the running case has drawn anything
    int failures = 0;     // of the running case
};

inline State &state() {
    static State state;
    return state;
}

inline bool add(const char *name, void (*run)()) {
    state().cases.push_back({name, run});
    return true;
}

/// What a failure inside a loop needs to say about its iteration.
class Note {
public:
    explicit Note(std::string text) { state().notes.push_back(std::move(text)); }
    ~Note() { state().notes.pop_back(); }
    Note(const Note &) = delete;
    Note &operator=(const Note &) = delete;
};

/// Random inputs; every case starts from the seed of the run.
class Random {
public:
    Random() : engine_(state().seed) { state().random = true; }
    std::uint64_t below(std::uint64_t limit) { return engine_() % limit; }
    std::int64_t between(std::int64_t low, std::int64_t high) {
        return low + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(high - low) + 1));
    }
    template <typename T>
    const T &one_of(const std::vector<T> &choices) {
        return choices[below(choices.size())];
    }

private:
    std::mt19937_64 engine_;
};

inline void fail(const char *file, int line, const std::string &what) {
    constexpr int kMostShown = 10;  // a broken loop says enough in its first failures
    if (++state().failures > kMostShown) {
        return;
    }
    std::printf("%s:%d: %s\n", file, line, what.c_str());
    for (const std::string &note : state().notes) {
        std::printf("    with %s\n", note.c_str());
    }
}

template <typename T>
std::string show(const T &value) {
    std::ostringstream text;
    text << std::setprecision(17) << value;
    return text.str();
}

template <typename A, typename B>
std::string difference(const A &actual, const B &expected) {
    return show(actual) + ", expected " + show(expected);
}

template <typename T>
std::string difference(const std::vector<T> &actual, const std::vector<T> &expected) {
    if (actual.size() != expected.size()) {
        return show(actual.size()) + " elements, expected " + show(expected.size());
    }
    std::size_t i = 0;
    while (actual[i] == expected[i]) {
        ++i;
    }
    return "[" + show(i) + "] is " + show(+actual[i]) + ", expected " + show(+expected[i]);
}

template <typename A, typename B>
void equal(const A &actual, const B &expected, const char *text, const char *file, int line) {
    if (!(actual == expected)) {
        fail(file, line, std::string(text) + ": " + difference(actual, expected));
    }
}

inline void between(double low, double value, double high, const char *text, const char *file, int line) {
    if (!(low <= value && value <= high)) {
        fail(file, line, std::string(text) + ": " + show(value) + ", expected " + show(low) + " to " + show(high));
    }
}

template <typename Body>
void throws(Body body, nightjar::ErrorKind kind, const std::string &part, const char *text, const char *file,
            int line) {
    try {
        body();
    } catch (const nightjar::Error &error) {
        const std::string message = error.what();
        if (error.kind() != kind || message.find(part) == std::string::npos) {
            fail(file, line,
                 std::string(text) + " threw kind " + show(static_cast<int>(error.kind())) + ", \"" + message +
                     "\"; expected kind " + show(static_cast<int>(kind)) + ", \"..." + part + "...\"");
        }
        return;
    }
    fail(file, line, std::string(text) + " threw nothing");
}

inline std::uint64_t choose_seed() {
    const char *given = std::getenv("NIGHTJAR_TEST_SEED");
    return given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device()();
}

/// Returns whether the case passed.
inline bool run(const Case &one) {
    state().failures = 0;
    state().random = false;
    const auto start = std::chrono::steady_clock::now();
    try {
        one.run();
    } catch (const std::exception &error) {
        fail(one.name, 0, std::string("threw ") + error.what());
    }
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    const std::string seed = state().random ? ", NIGHTJAR_TEST_SEED=" + show(state().seed) : "";
    std::printf("%-6s %s (%.2f s%s)\n", state().failures == 0 ? "ok" : "FAILED", one.name, seconds.count(),
                seed.c_str());
    std::fflush(stdout);
    return state().failures == 0;
}

}  // namespace check

#define CHECK_JOIN_(a, b) a##b
#define CHECK_JOIN(a, b) CHECK_JOIN_(a, b)

#define TEST(name)                                                                                  \
    static void CHECK_JOIN(case_, __LINE__)();                                                      \
    static const bool CHECK_JOIN(added_, __LINE__) = check::add(name, CHECK_JOIN(case_, __LINE__)); \
    static void CHECK_JOIN(case_, __LINE__)()

#define CHECK(condition) ((condition) ? (void)0 : check::fail(__FILE__, __LINE__, #condition " is false"))
#define CHECK_EQ(actual, expected) check::equal(actual, expected, #actual, __FILE__, __LINE__)
#define CHECK_BETWEEN(low, value, high) check::between(low, value, high, #value, __FILE__, __LINE__)

/// The expression throws a nightjar::Error of this kind whose message contains `part`.
#define CHECK_THROWS(expression, kind, part) \
    check::throws([&] { (void)(expression); }, kind, part, #expression, __FILE__, __LINE__)

int main(int argc, char **argv) {
    check::state().seed = check::choose_seed();
    const std::string wanted = argc > 1 ? argv[1] : "";
    int ran = 0;
    int failed = 0;
    for (const check::Case &one : check::state().cases) {
        if (std::string(one.name).find(wanted) != std::string::npos) {
            ++ran;
            failed += check::run(one) ? 0 : 1;
        }
    }
    std::printf("%d of %d cases failed\n", failed, ran);
    return failed == 0 && ran > 0 ? 0 : 1;
}
