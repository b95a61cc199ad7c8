#include "app/plot/picture.h"

#include <stb/stb_image_write.h>

namespace bitloupe {
namespace {

void append_bytes(void* text, void* data, int size) {
  static_cast<std::string*>(text)->append(static_cast<const char*>(data), static_cast<std::size_t>(size));
}

}  // namespace

Result<std::string> encode_png(const Picture& picture) {
  std::string png;
  if (!stbi_write_png_to_func(append_bytes, &png, picture.width, picture.height, 4, picture.rgba.data(),
                              picture.width * 4))
    return Error{ErrorCode::OutOfMemory, "the picture could not be encoded as PNG"};
  return png;
}

}  // namespace bitloupe
