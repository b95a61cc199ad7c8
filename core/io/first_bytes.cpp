#include "core/io/first_bytes.h"

#include <algorithm>
#include <cstdint>
#include <span>

namespace bitloupe {

std::string first_bytes(const ByteSource& source, std::size_t most) {
  std::string bytes(std::min<std::uint64_t>(most, source.size()), '\0');
  if (!source.read(0, std::as_writable_bytes(std::span(bytes)))) bytes.clear();
  return bytes;
}

bool is_json_text(std::string_view start) {
  if (start.substr(0, 8).find('\0') != std::string_view::npos) return false;
  if (start.starts_with("\xEF\xBB\xBF")) start.remove_prefix(3);
  const std::size_t first = start.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && (start[first] == '{' || start[first] == '[');
}

}  // namespace bitloupe
