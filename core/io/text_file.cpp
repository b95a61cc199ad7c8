#include "core/io/text_file.h"

#include <span>

#include "core/io/byte_source.h"
#include "core/io/display_text.h"

namespace bitloupe {

Result<std::string> read_text_file(const std::string& path, std::uint64_t most, const std::string& what) {
  const auto file = open_file(path);
  if (!file) return file.error();
  const std::uint64_t size = (*file)->size();
  if (size > most)
    return bad_input(displayed_path(path) + ": too large for a " + what + " (" + std::to_string(size) +
                     " bytes, at most " + std::to_string(most) + ")");
  std::string text(size, '\0');
  if (const Status read = (*file)->read(0, std::as_writable_bytes(std::span(text))); !read)
    return read.error();
  return text;
}

}  // namespace bitloupe
