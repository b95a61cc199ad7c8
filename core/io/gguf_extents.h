// Where the tensors of a GGUF file lie: one behind the other in the order of the header, each aligned.
#pragma once

#include <cstdint>

#include "core/io/gguf_header.h"

namespace bitloupe {

// Checks the extents and makes offsets count from the start of the file, which has `file_bytes`. Lenient:
// other orders and holes are accepted, and what is not all there is marked. Offsets in messages count from
// the start of the file.
Status place_gguf_tensors(GgufHeader& header, std::uint64_t file_bytes, bool lenient);

}  // namespace bitloupe
