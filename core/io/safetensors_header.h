// The JSON header of a safetensors file as entries whose offsets count from the start of the data. It checks
// the grammar and each entry alone, not how the extents lie in the file.
#pragma once

#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/io/tensor_file.h"
#include "core/io/warning_list.h"
#include "core/result.h"

namespace bitloupe {

struct SafetensorsHeader {
  std::vector<std::pair<std::string, std::string>> metadata;
  std::vector<TensorEntry> tensors;  // as written; dtype is judged by the caller
  WarningList warnings;
};

// Messages have no path in front; offsets count from the start of the text.
Result<SafetensorsHeader> parse_safetensors_header(std::string_view text, const std::stop_token& stop = {});

}  // namespace bitloupe
