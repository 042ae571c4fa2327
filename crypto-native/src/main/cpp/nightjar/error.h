// The one exception of the native core; the JNI layer turns its kind into a typed Java exception.
#pragma once

#include <stdexcept>
#include <string>

namespace nightjar {

enum class ErrorKind {
    kInvalidArgument,    // a value that the caller should not have passed
    kInvalidParameters,  // encryption parameters that SEAL or its security tables refuse
    kInvalidBlock,       // bytes or residues from elsewhere that are not what they claim
    kCancelled,          // the caller asked to stop
};

class Error : public std::runtime_error {
public:
    Error(ErrorKind kind, const std::string &message) : std::runtime_error(message), kind_(kind) {}
    ErrorKind kind() const { return kind_; }

private:
    ErrorKind kind_;
};

}  // namespace nightjar
