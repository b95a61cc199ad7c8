// The whole workbench driven headless: real panels, views and lanes, a painter that only records.
#pragma once

#include <string>

#include "app/workbench.h"
#include "tests/app/headless.h"

namespace bitloupe::test {

class Bench {
 public:
  explicit Bench(const std::string& source = "synthetic:gaussian?shape=32x48&seed=3", int width = 1600,
                 int height = 1000, float scale = 1);

  // Frames until all that was asked for is computed and drawn.
  void settle();
  const Snapshot& snapshot();  // settled
  QuantSpec& spec() { return workbench.experiment().quant; }
  bool painted(GridQuantity quantity) const;

  RecordingPainter painter;
  Workbench workbench;
  Headless headless;
};

// Two tensors "first" [4, 6] and "second" [3, 5, 7] in a safetensors file of the temporary folder, which is
// removed at the end.
struct TensorFileOnDisk {
  TensorFileOnDisk();
  ~TensorFileOnDisk();
  std::string path;
};

}  // namespace bitloupe::test
