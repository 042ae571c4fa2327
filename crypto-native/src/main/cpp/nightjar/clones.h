// Functions that GCC compiles once for each instruction set, and picks when the library is loaded.
#pragma once

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define NIGHTJAR_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define NIGHTJAR_CLONES  // the sanitizers' run-time is not ready when clones are picked
#endif
