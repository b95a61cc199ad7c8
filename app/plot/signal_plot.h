// One row of values as a signal: the original as a line, the dequantized values as a staircase on it, the
// error below. It draws what it is given and knows nothing of snapshots or the pointer.
#pragma once

#include <optional>

#include "app/plot/axis.h"
#include "app/ui/theme.h"
#include "core/probe.h"

namespace bitloupe {

struct SignalScene {
  Rect values, errors;                   // the two plots, one above the other
  Axis columns;                          // element numbers along x
  const WindowResult* window = nullptr;  // one row of texels
  std::uint64_t first = 0, step = 1;     // column of the first texel, columns a texel
  std::optional<std::uint64_t> hovered;  // column
  bool original = true, dequantized = true;
};

// The value axis of either plot: the finite extremes with a little air, 0 always inside the error's.
Axis value_axis(const SignalScene& scene);
Axis error_axis(const SignalScene& scene);

void draw_signal(Canvas& canvas, const SignalScene& scene, const Theme& theme);

}  // namespace bitloupe
