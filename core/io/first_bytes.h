// What the first bytes of a source say about its format.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/io/byte_source.h"

namespace bitloupe {

// At most `most` bytes; empty where they cannot be read.
std::string first_bytes(const ByteSource& source, std::size_t most);

// Whether a file that starts so is JSON text and no safetensors file: the high bytes of the length that one
// starts with are 0.
bool is_json_text(std::string_view start);

}  // namespace bitloupe
