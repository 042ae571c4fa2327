// Which microkernels this processor can run, and which one is used.
#pragma once

#include <string>
#include <vector>

#include "nightjar/kernel/microkernel.h"

namespace nightjar::kernel {

/// Those that this processor and its operating system support, fastest first; never empty.
const std::vector<const Microkernel *> &supported();

/// The supported microkernel of that name, or the fastest one for an empty name. Throws Error(kInvalidArgument) that
/// names the supported ones.
const Microkernel &choose(const std::string &name);

}  // namespace nightjar::kernel
