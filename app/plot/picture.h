// Picture: pixels in memory, and as a PNG file. It knows nothing of what they show.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/result.h"

namespace bitloupe {

// RGBA, 8 bits each, rows from the top.
struct Picture {
  int width = 0, height = 0;
  std::vector<std::uint8_t> rgba;
};

Result<std::string> encode_png(const Picture& picture);

}  // namespace bitloupe
