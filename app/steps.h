// Small steps by keyboard of what the mouse does by dragging: bits, clip range, pinned element.
#pragma once

#include "app/frame.h"

namespace bitloupe {

// One bit more or fewer: of an integer, of a float's mantissa, of the fraction of a fixed point number. The
// format stays where it has no such neighbour.
void step_bits(QuantSpec& spec, int bits);

// The clip range times `factor` > 0; under a finer granularity the share of every group's own range. Nothing
// under a direct cast and before anything is known.
void scale_clip(QuantSpec& spec, const Snapshot* snapshot, double factor);

// Pins the element so many rows and columns away from the one that the inspector explains, inside the slice
// that is shown.
void step_pinned(Frame& frame, int rows, int columns);

// The readable tensor so many rows further in the file's list, as the filter shows it.
void step_tensor(Frame& frame, int rows);

}  // namespace bitloupe
