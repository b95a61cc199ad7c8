// What the lanes say about their work: which source is loaded or loading, which tasks run. Panels draw it
// without knowing the lanes.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/io/tensor_file.h"
#include "core/result.h"
#include "core/source.h"

namespace bitloupe {

// What the prepare lane knows of the source that the experiment asks for.
struct SourceStatus {
  SourceSpec wanted;
  std::shared_ptr<const TensorFile> file;  // header of wanted.path once read; null for synthetic sources
  std::string tensor;                      // name of the tensor that is loading or loaded
  bool loading = false;
  double progress = 0;         // [0, 1]
  std::optional<Error> error;  // the last load failed; the previous tensor stays on screen
};

struct LaneTask {
  std::string label;    // "loading encoder.0.weight", "sorting encoder.0.weight"
  double progress = 0;  // [0, 1]
  bool is_job = false;  // begun by a named action, and can be cancelled
};

}  // namespace bitloupe
