// Text from a file (names, keys, paths) made fit for a one-line message, and the check that it is UTF-8.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace bitloupe {

// Offset of the first byte that does not belong to well-formed UTF-8 (overlong forms, surrogates and code
// points above U+10FFFF are ill-formed: Unicode 15, table 3-7); nothing where all is well.
std::optional<std::size_t> ill_formed_utf8(std::string_view text);

// `text` with control characters, direction overrides and ill-formed bytes written as \n, \x1b, \u202e; cut
// after about `limit` bytes with "...".
std::string displayed(std::string_view text, std::size_t limit = 120);

// A file's path: escaped likewise, never cut.
std::string displayed_path(std::string_view path);

}  // namespace bitloupe
