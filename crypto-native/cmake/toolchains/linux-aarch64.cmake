# Builds for Linux on 64-bit ARM with Debian's cross-compiler (g++-aarch64-linux-gnu), on a machine of another kind. What
# CMake runs while it configures, and the tests, run under qemu (qemu-user-static).

set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
# Where Debian has the target's libraries: programs are not linked statically to be tried.
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64-static -L /usr/aarch64-linux-gnu)
