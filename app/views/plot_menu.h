// The menu of a plot, by a right click: save, copy, axes, series, fit. Made from the table of plots.
#pragma once

#include <string_view>

#include "app/figures/plots.h"
#include "app/frame.h"
#include "app/plot/canvas.h"

namespace bitloupe {

// Opens on a right click in `area` (what the plot takes on the screen), and draws it while it is open. To be
// called once a frame, after the plot's items. Names in the registry: "plot.menu", "plot.menu.KEY" with png1,
// png2, png4, svg, csv, copy, fit and the keys of the plot's switches.
void plot_menu(Frame& frame, std::string_view plot, Rect area);

// The list of all plots, each with its menu, for whoever has no pointer. Opens when the frame's requests say
// so.
void plot_chooser(Frame& frame, Rect area);

}  // namespace bitloupe
