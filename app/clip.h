// The clip range as the hand sees it: where the two handles stand and what moving them writes into the spec.
// Shared by the histogram and the quantizer panel.
#pragma once

#include <optional>

#include "core/experiment.h"

namespace bitloupe {

struct ClipHandles {
  double lo = 0, hi = 0;
  bool mirrored = false;  // symmetric: both move together
  bool cap = false;       // a finer granularity: the range caps every group's own one
};

// Empty where nothing is clipped by choice (direct cast) or nothing is known yet. A manual range comes from
// the experiment at once; any other from the newest result. Under a finer granularity a range that was not
// set by hand is no cap: the handles then stand at the tensor's extremes.
std::optional<ClipHandles> clip_handles(const QuantSpec& spec, const Snapshot* snapshot);

enum class ClipEnd { Lo, Hi };
// One end moved to `value`, the other (or its mirror image) kept; the calibration becomes manual. `smallest`
// > 0 is the least width that stays.
void move_clip(QuantSpec& spec, const ClipHandles& from, ClipEnd end, double value, double smallest);
void set_clip(QuantSpec& spec, double lo, double hi);

}  // namespace bitloupe
