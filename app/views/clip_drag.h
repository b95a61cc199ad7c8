// The clip handles on the histogram: drawn, dragged, reset.
#pragma once

#include "app/clip.h"
#include "app/frame.h"
#include "app/plot/histogram_plot.h"

namespace bitloupe {

// A drag sets a manual range at once; Shift moves a tenth as far; a double-click returns to min-max. Must be
// called before the plot's own item, so that the handles win where both lie.
void drag_clip_handles(Frame& frame, const ClipHandles& handles, const HistogramScene& scene);

}  // namespace bitloupe
