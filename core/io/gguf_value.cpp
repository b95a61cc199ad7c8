#include "core/io/gguf_value.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "core/io/display_text.h"
#include "core/io/limits.h"

namespace bitloupe {

namespace {

using enum FaultCode;

// docs/gguf.md, gguf_metadata_value_type: the row's place is its number.
struct ValueType {
  std::string_view name;
  std::uint8_t bytes;  // 0: of variable length
};
constexpr std::array kTypes = std::to_array<ValueType>({
    {"u8", 1},
    {"i8", 1},
    {"u16", 2},
    {"i16", 2},
    {"u32", 4},
    {"i32", 4},
    {"f32", 4},
    {"bool", 1},
    {"string", 0},
    {"array", 0},
    {"u64", 8},
    {"i64", 8},
    {"f64", 8},
});
constexpr std::uint32_t kBool = 7, kString = 8, kArray = 9;

// Of an element of an array.
constexpr std::size_t kKeptElementText = 40;

template <class Real>
std::string real_text(Real value) {
  char buffer[40];
  return {buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr};
}

template <class Integer>
GgufValue integer(HeaderCursor& cursor) {
  const auto value = cursor.number<Integer>();
  GgufValue made{"", std::to_string(value), std::nullopt};
  if (value >= 0) made.natural = static_cast<std::uint64_t>(value);
  return made;
}

// A number of one of the fixed sizes.
GgufValue number(HeaderCursor& cursor, std::uint32_t type, std::uint64_t& odd_bools) {
  switch (type) {
    case 0:
      return integer<std::uint8_t>(cursor);
    case 1:
      return integer<std::int8_t>(cursor);
    case 2:
      return integer<std::uint16_t>(cursor);
    case 3:
      return integer<std::int16_t>(cursor);
    case 4:
      return integer<std::uint32_t>(cursor);
    case 5:
      return integer<std::int32_t>(cursor);
    case 6:
      return {"", real_text(cursor.number<float>()), std::nullopt};
    case kBool: {
      const auto byte = cursor.number<std::uint8_t>();
      odd_bools += byte > 1;
      return {"", byte != 0 ? "true" : "false", std::nullopt};
    }
    case 10:
      return integer<std::uint64_t>(cursor);
    case 11:
      return integer<std::int64_t>(cursor);
    default:
      return {"", real_text(cursor.number<double>()), std::nullopt};
  }
}

// Where the text may be cut so that no character is.
std::size_t whole_characters(std::string_view text, std::size_t size) {
  while (size > 0 && size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
  return size;
}

// The text of that length, of which `most` bytes are kept.
std::string kept_text(HeaderCursor& cursor, std::uint64_t length, std::size_t most, bool& well_formed) {
  constexpr std::uint64_t kLongestCharacter = 4;
  const std::uint64_t read = std::min<std::uint64_t>(length, most + kLongestCharacter);
  std::string text = cursor.text(read);
  cursor.skip(length - read);
  if (length > most) text.resize(whole_characters(text, std::min(most, text.size())));
  well_formed = !ill_formed_utf8(text);
  if (!well_formed) text = displayed(text, text.size());
  return length > most ? text + "..." : text;
}

GgufValue text(HeaderCursor& cursor, const std::string& key, WarningList& warnings) {
  const std::uint64_t length = cursor.text_length(kMaxGgufText, "metadata '" + displayed(key) + "'");
  bool well_formed = true;
  GgufValue value{"", kept_text(cursor, length, kKeptGgufText, well_formed), std::nullopt};
  if (!well_formed) warnings.add("metadata '" + displayed(key) + "' is not UTF-8 and is shown escaped");
  return value;
}

std::string unknown_type(std::uint32_t type, const std::string& key) {
  return "metadata '" + displayed(key) + "': unknown value type " + std::to_string(type) +
         " (expected 0 to " + std::to_string(kTypes.size() - 1) + ")";
}

void warn_of_bools(std::uint64_t odd, const std::string& key, WarningList& warnings) {
  if (odd == 0) return;
  warnings.add("metadata '" + displayed(key) + "': " + std::to_string(odd) +
               (odd == 1 ? " boolean is" : " booleans are") + " stored as neither 0 nor 1; non-zero is true");
}

// Elements are walked over one by one only where their sizes differ.
GgufValue array(HeaderCursor& cursor, const std::string& key, WarningList& warnings) {
  const std::uint64_t at = cursor.position();
  const auto type = cursor.number<std::uint32_t>();
  const auto count = cursor.number<std::uint64_t>();
  if (!cursor.ok()) return {};
  const std::string named = "metadata '" + displayed(key) + "'";
  if (type >= kTypes.size()) {
    cursor.fail(file_error(GgufValueType, unknown_type(type, key), at));
  } else if (type == kArray) {
    cursor.fail(file_error(GgufArray, named + " is an array of arrays", at));
  } else if (count >
             cursor.remaining() / std::max<std::uint64_t>(kTypes[type].bytes, type == kString ? 8 : 1)) {
    cursor.fail(file_error(GgufArray,
                           named + ": array is longer than the file (" + std::to_string(count) +
                               " elements, only " + std::to_string(cursor.remaining()) + " bytes follow)",
                           at));
  } else if (count > kMaxGgufArray) {
    cursor.fail(file_error(GgufArray,
                           named + ": array is too long (" + std::to_string(count) +
                               " elements, expected at most " + std::to_string(kMaxGgufArray) + ")",
                           at));
  }
  if (!cursor.ok()) return {};
  GgufValue value{"", std::string(kTypes[type].name) + "[" + std::to_string(count) + "]", std::nullopt};
  std::uint64_t odd_bools = 0;
  for (std::uint64_t i = 0; i < count && cursor.ok(); ++i) {
    const bool kept = i < kKeptGgufElements;
    if (!kept && type != kString && type != kBool) {
      cursor.skip((count - i) * kTypes[type].bytes);
      break;
    }
    std::string element;
    if (type == kString) {
      const std::uint64_t length = cursor.text_length(kMaxGgufText, named);
      bool well_formed = true;  // tokens may be pieces of characters
      if (kept) element = '"' + kept_text(cursor, length, kKeptElementText, well_formed) + '"';
      if (!kept) cursor.skip(length);
    } else {
      element = number(cursor, type, odd_bools).text;
    }
    if (kept) value.text += (i == 0 ? ": " : ", ") + element;
  }
  if (count > kKeptGgufElements) value.text += ", ...";
  warn_of_bools(odd_bools, key, warnings);
  return value;
}

}  // namespace

GgufValue read_gguf_value(HeaderCursor& cursor, const std::string& key, WarningList& warnings) {
  const std::uint64_t at = cursor.position();
  const auto type = cursor.number<std::uint32_t>();
  if (!cursor.ok()) return {};
  if (type >= kTypes.size()) {
    cursor.fail(file_error(GgufValueType, unknown_type(type, key), at));
    return {};
  }
  GgufValue value;
  std::uint64_t odd_bools = 0;
  if (type == kString) {
    value = text(cursor, key, warnings);
  } else if (type == kArray) {
    value = array(cursor, key, warnings);
  } else {
    value = number(cursor, type, odd_bools);
  }
  warn_of_bools(odd_bools, key, warnings);
  value.type = kTypes[type].name;
  return value;
}

}  // namespace bitloupe
