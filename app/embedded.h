// Files that are part of the program: fonts, shaders, icon. The table is made at build time by embed.cmake.
#pragma once

#include <span>
#include <string_view>

namespace bitloupe {

struct EmbeddedFile {
  std::string_view name;  // "fonts/sans", "shaders/grid.frag"
  std::string_view bytes;
};

std::span<const EmbeddedFile> embedded_files();
// Empty where there is no such file.
std::string_view embedded_file(std::string_view name);

}  // namespace bitloupe
