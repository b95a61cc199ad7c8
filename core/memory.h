// How much of the machine's memory the values of one tensor may take.
#pragma once

#include <cstdint>

namespace bitloupe {

// Bytes: a quarter of the machine's memory, or what the environment variable BITLOUPE_MEMORY says (a whole
// number of bytes; anything else is ignored). A tensor whose values need more is read in chunks.
std::uint64_t resident_budget();

}  // namespace bitloupe
