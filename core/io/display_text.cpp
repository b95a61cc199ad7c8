#include "core/io/display_text.h"

#include <cstdint>
#include <cstring>
#include <limits>

#include "core/utf8.h"

namespace bitloupe {

namespace {

// Controls (C0, DEL, C1), line separators, and the marks that change the writing direction.
bool must_escape(std::uint32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x200E || c == 0x200F || c == 0x061C ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

std::string hex(std::uint32_t value, int digits) {
  std::string text;
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) text += "0123456789abcdef"[value >> shift & 15];
  return text;
}

std::string escaped(std::uint32_t c) {
  switch (c) {
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    default:
      return c < 0x80 ? "\\x" + hex(c, 2) : "\\u" + hex(c, 4);
  }
}

}  // namespace

std::optional<std::size_t> ill_formed_utf8(std::string_view text) {
  std::size_t i = 0;
  while (i < text.size()) {
    if (text.size() - i >= 8) {  // eight ASCII bytes at once
      std::uint64_t word = 0;
      std::memcpy(&word, text.data() + i, 8);
      if ((word & 0x8080808080808080u) == 0) {
        i += 8;
        continue;
      }
    }
    const CodePoint c = decode_utf8(text.substr(i, 4));
    if (c.length == 0) return i;
    i += c.length;
  }
  return std::nullopt;
}

std::string displayed(std::string_view text, std::size_t limit) {
  std::string shown;
  for (std::size_t i = 0; i < text.size();) {
    if (i >= limit) return shown + "...";
    const CodePoint c = decode_utf8(text.substr(i, 4));
    if (c.length == 0) {
      shown += "\\x" + hex(static_cast<std::uint8_t>(text[i]), 2);
    } else if (must_escape(c.value)) {
      shown += escaped(c.value);
    } else {
      shown += text.substr(i, c.length);
    }
    i += c.length == 0 ? 1 : c.length;
  }
  return shown;
}

std::string displayed_path(std::string_view path) {
  return displayed(path, std::numeric_limits<std::size_t>::max());
}

}  // namespace bitloupe
