// The table of named formats, their aliases, and the text forms that name any other format.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/format/number_format.h"
#include "core/result.h"

namespace bitloupe {

struct FormatPreset {
  std::string_view key, label, help;
  std::vector<std::string_view> aliases;  // names in ml_dtypes, numpy ...
  NumberFormat format;
};

// Those that menus offer and lists show.
std::span<const FormatPreset> format_presets();
// The row of a name (key or alias, in lower case), or of a format; null if there is none.
const FormatPreset* find_preset(std::string_view lower);
const FormatPreset* find_preset(const NumberFormat& format);

// `int8 uint4 sm4 fixed:Q3.4 e4m3fn float:E3M2 float:E3M2:bias=4:specials=fn p3109_k8p4se pow2:4
// table:-1,0,0.5,2` (levels in code order), presets and their aliases, case ignored. A name of a documented
// format that is not built yet gives NotAvailable; an unknown one BadArgument that names the nearest known
// name.
Result<NumberFormat> parse_format(std::string_view name);

// A table from its levels in code order, with commas between and blanks allowed: "-1, 0, 0.5". The message
// names the code, what was found and what was expected.
Result<NumberFormat> parse_levels(std::string_view text);
// The levels of a table in code order, each as the shortest text that reads back to it: "-1,0,0.5".
std::string levels_text(const LevelTable& table, std::string_view between);

// The shortest name that parse_format reads back to the same format.
std::string format_name(const NumberFormat& format);
// For people: "INT4", "E4M3FN (FP8)"; falls back to format_name.
std::string format_label(const NumberFormat& format);

}  // namespace bitloupe
