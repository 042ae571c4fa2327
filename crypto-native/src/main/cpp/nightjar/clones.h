// Functions that GCC compiles for each instruction set, of which one is picked when the library is loaded.
#pragma once

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
/// One function, compiled three times.
#define NIGHTJAR_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
/// A function that calls the template of another for vectors of 16, 8 or 4 words.
#define NIGHTJAR_WIDTHS(name, parameters, body, arguments)                          \
    __attribute__((target("avx512f"))) void name parameters { body<16> arguments; } \
    __attribute__((target("avx2"))) void name parameters { body<8> arguments; }     \
    __attribute__((target("default"))) void name parameters { body<4> arguments; }
#else  // the sanitizers' run-time is not ready when one is picked
#define NIGHTJAR_CLONES
#define NIGHTJAR_WIDTHS(name, parameters, body, arguments) \
    void name parameters { body<4> arguments; }
#endif
