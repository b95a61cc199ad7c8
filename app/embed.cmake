# embed_files(TARGET NAME1 FILE1 NAME2 FILE2 ...): a static library that holds the files as they are; app/embedded.h
# finds them by name. The assembler's .incbin is used because megabytes as C arrays take minutes to compile.
function(embed_files target)
  set(declarations "")
  set(blocks "")
  set(rows "")
  set(files "")
  set(index 0)
  set(arguments ${ARGN})
  while(arguments)
    list(POP_FRONT arguments name file)
    set(symbol "bitloupe_embedded_${index}")
    string(APPEND declarations "extern \"C\" const char ${symbol}[];\nextern \"C\" const char ${symbol}_end[];\n")
    string(APPEND blocks "asm(\".section .rodata\\n.balign 16\\n.hidden ${symbol}\\n.hidden ${symbol}_end\\n\"\n"
      "    \".global ${symbol}\\n.global ${symbol}_end\\n\"\n"
      "    \"${symbol}:\\n.incbin \\\"${file}\\\"\\n${symbol}_end:\\n.byte 0\\n.previous\\n\");\n")
    string(APPEND rows "      {\"${name}\", {${symbol}, static_cast<std::size_t>(${symbol}_end - ${symbol})}},\n")
    list(APPEND files "${file}")
    math(EXPR index "${index} + 1")
  endwhile()
  set(source "${CMAKE_CURRENT_BINARY_DIR}/${target}.cpp")
  file(CONFIGURE OUTPUT "${source}" CONTENT [[// Made by app/embed.cmake.
#include <cstddef>

#include "app/embedded.h"

@declarations@
@blocks@
namespace bitloupe {

std::span<const EmbeddedFile> embedded_files() {
  static const EmbeddedFile files[] = {
@rows@  };
  return files;
}

}  // namespace bitloupe
]] @ONLY)
  # The compiler does not see what the assembler reads.
  set_source_files_properties("${source}" PROPERTIES OBJECT_DEPENDS "${files}")
  add_library(${target} STATIC "${source}" embedded.cpp)
  target_link_libraries(${target} PUBLIC bitloupe_options)
endfunction()
