// Errors about a file start with its path, once.
#pragma once

#include "core/io/byte_source.h"
#include "core/io/display_text.h"
#include "core/result.h"

namespace bitloupe {

// `error` with "<path>: " in front, unless the source itself has put it there.
inline Error about_file(const ByteSource& source, Error error) {
  const std::string front = displayed_path(source.name()) + ": ";
  if (!error.message.starts_with(front)) error.message = front + error.message;
  return error;
}

}  // namespace bitloupe
