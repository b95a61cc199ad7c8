// What the browser says of a file before it is opened. Reads its header: workers call it.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "core/result.h"

namespace bitloupe {

struct FilePreview {
  std::string text;      // "safetensors · 291 tensors · F16 · 1.2 GB", or why it cannot be opened
  bool readable = true;  // as a file of tensors
};

FilePreview preview_file(const std::string& path, const std::stop_token& stop);

// ".npy", ".safetensors", …: what files of tensors are called.
std::vector<std::string> tensor_extensions();

}  // namespace bitloupe
