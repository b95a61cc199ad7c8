// What is copied: names and numbers as one line with tabs between, which a spreadsheet takes apart again; and
// how much at most.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/result.h"

namespace bitloupe {

// Numbers read back to the same numbers.
void add_copy(std::string& line, std::string_view name, std::string_view value);
void add_copy(std::string& line, std::string_view name, double value);
void add_copy(std::string& line, std::string_view name, float value);

inline constexpr std::uint64_t kMostCopied = 50'000'000;  // bytes; other programs would stall on more (U20)
// The refusal, with the size and what to do instead: "save it as CSV".
Error too_much_to_copy(std::uint64_t bytes, std::string_view instead);

}  // namespace bitloupe
