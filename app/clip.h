// The clip range as the hand sees it: where the two handles stand and what moving them writes into the spec.
// Shared by the histogram, the error curve and the quantizer panel.
#pragma once

#include <optional>

#include "core/experiment.h"

namespace bitloupe {

struct ClipHandles {
  double lo = 0, hi = 0;
  bool mirrored = false;        // symmetric: both move together
  bool cap = false;             // a finer granularity: the range caps every group's own one
  double below = 1, above = 1;  // mirrored: lo : hi = -below : above, 1 : 1 but for max-side
};

// Symmetric with the scale from the larger side (SymmetricScale::MaxSide): the ends of the range that the
// quantizer clips at lie on either side of 0 as far as the codes reach there, 128 to 127.
bool clips_by_side(const QuantSpec& spec);

// Empty where nothing is clipped by choice (direct cast) or nothing is known yet. A manual range comes from
// the experiment at once; any other from the newest result. Under a finer granularity a range that was not
// set by hand is no cap: the handles then stand at the tensor's extremes. By side the handles stand where the
// quantizer clips, which is beyond the range on one side; as a cap each end is what it says.
std::optional<ClipHandles> clip_handles(const QuantSpec& spec, const Snapshot* snapshot);

enum class ClipEnd { Lo, Hi };
// One end moved to `value`, the other (or its mirror image) kept; the calibration becomes manual. `smallest`
// > 0 is the least width that stays.
void move_clip(QuantSpec& spec, const ClipHandles& from, ClipEnd end, double value, double smallest);
void set_clip(QuantSpec& spec, double lo, double hi);

// Where the clip range stands on the axis of the error curve (error_curve.h): max(|lo|, |hi|), or under a
// finer granularity the fraction of every group's own range. Empty where it has no place there: a cap, a
// percentile of each group, a direct cast.
std::optional<double> clip_threshold(const QuantSpec& spec, const Snapshot& snapshot);
// The range that a threshold > 0 means, as the curve has it (threshold_range), set by hand; the ratio of
// every group's own range under a finer granularity.
void move_threshold(QuantSpec& spec, const Snapshot& snapshot, double threshold);

// Is this the spec's calibration, whatever other methods' parameters it carries along?
bool adopted(const QuantSpec& spec, const Calibration& calibration);

}  // namespace bitloupe
