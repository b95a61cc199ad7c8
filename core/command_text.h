// An experiment as the shell command that prints the same numbers: "bitloupe quantize SOURCE --option ...".
#pragma once

#include <string>
#include <string_view>

#include "core/experiment.h"
#include "core/result.h"

namespace bitloupe {

// One word for a POSIX shell: as it is where nothing needs quoting, else in '...'; bytes that are no text
// (control characters, ill-formed UTF-8) make it $'...', which bash, zsh and POSIX.1-2024 know.
std::string shell_quoted(std::string_view word);

// `tensor`: the name of the tensor that the experiment was run on, where the source names none and its file
// holds several; else empty. Paths come out absolute. The error: too long for a command line (overrides of
// thousands of groups).
Result<std::string> quantize_command(const Experiment& experiment, const std::string& tensor);

}  // namespace bitloupe
