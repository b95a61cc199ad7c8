// One value of GGUF metadata as text: numbers and short texts whole, of long arrays the type, the length and
// the first few elements. The others are walked over and not kept.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/io/header_cursor.h"
#include "core/io/warning_list.h"

namespace bitloupe {

struct GgufValue {
  std::string_view type;                 // "u32", "string", "array"
  std::string text;                      // well-formed UTF-8
  std::optional<std::uint64_t> natural;  // of an integer that is not negative
};

// Reads type and value; failures are the cursor's. `key` names it in messages.
GgufValue read_gguf_value(HeaderCursor& cursor, const std::string& key, WarningList& warnings);

}  // namespace bitloupe
