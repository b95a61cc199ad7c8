// JSON text and documents: strict reading (no key twice, no deep nesting, no NUL), numbers bit for bit, and
// the words of an error about one member. Included in .cpp files only; core/json_fields.h reads whole
// structs.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace bitloupe {

using Json = nlohmann::ordered_json;

// Nesting, and members of one object: more are refused. The library looks for a member one by one.
inline constexpr int kDeepestJson = 16;
inline constexpr std::size_t kMostJsonMembers = 1024;

// The document; the error is a BadArgument that says where the text stops being JSON, after `name`: the file.
Result<Json> parse_json(std::string_view text, const std::string& name);

// Ill-formed UTF-8 is replaced; `indent` < 0 writes one line.
std::string json_text(const Json& document, int indent = -1);

// A number as JSON that reads back to the same bits: a JSON number, or the text "nan", "inf", "-inf" (and
// "nan:fff8000000000001" for every other NaN).
Json number_json(double value);
// A number or one of those texts; nothing for anything else.
std::optional<double> number_from(const Json& value);

// Bytes that need not be UTF-8 (paths, tensor names): a text, or {"hex":"2f746d70ff"}.
Json bytes_json(std::string_view bytes);
std::optional<std::string> bytes_from(const Json& value);

// "KEY: expected EXPECTED (found ...)".
Error wrong_type(std::string_view key, const Json& found, std::string_view expected);
// "WHERE: unknown key 'KEY'; the nearest known one is ...".
Error unknown_key(std::string_view where, std::string_view key, const std::vector<std::string_view>& names);

}  // namespace bitloupe
