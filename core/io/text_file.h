// A whole text file of bounded size.
#pragma once

#include <cstdint>
#include <string>

#include "core/result.h"

namespace bitloupe {

// Refuses files of more than `most` bytes, with both numbers: "too large for a spec (...)". `what` is the
// word for such a file.
Result<std::string> read_text_file(const std::string& path, std::uint64_t most, const std::string& what);

}  // namespace bitloupe
