// How much of the machine's memory the values of one tensor may take.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bitloupe {

// Bytes: a quarter of the machine's memory, or what the environment variable BITLOUPE_MEMORY says (a whole
// number of bytes; anything else counts as not set, and command lines refuse it), but never more than half of
// what is available now. A tensor whose values need more is read in chunks.
std::uint64_t resident_budget();
// What BITLOUPE_MEMORY says where that is no number of bytes; empty where it is one, or not set.
std::string unreadable_memory_limit();

// Bytes that programs may still take without others being swapped out, from the text of /proc/meminfo;
// nothing where it does not say.
std::optional<std::uint64_t> available_memory(std::string_view meminfo);

}  // namespace bitloupe
