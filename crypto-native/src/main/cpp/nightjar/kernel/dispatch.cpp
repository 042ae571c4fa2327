#include "nightjar/kernel/dispatch.h"

#include "nightjar/error.h"

namespace nightjar::kernel {

const std::vector<const Microkernel *> &supported() {
    static const std::vector<const Microkernel *> found = [] {
        std::vector<const Microkernel *> list;
#if defined(__x86_64__)
        __builtin_cpu_init();  // also checks that the operating system saves the wide registers
        if (__builtin_cpu_supports("avx512ifma") && __builtin_cpu_supports("avx512f") &&
            __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")) {
            list.push_back(&kAvx512Ifma);
        }
        if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
            list.push_back(&kAvx2);
        }
#endif
        list.push_back(&kPortable);
        return list;
    }();
    return found;
}

const Microkernel &choose(const std::string &name) {
    std::string names;
    for (const Microkernel *microkernel : supported()) {
        if (name.empty() || name == microkernel->name) {
            return *microkernel;
        }
        names += names.empty() ? "" : ", ";
        names += microkernel->name;
    }
    throw Error(ErrorKind::kInvalidArgument,
                "kernel '" + name + "' is not available on this processor; it supports: " + names);
}

}  // namespace nightjar::kernel
