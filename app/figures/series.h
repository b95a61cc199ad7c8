// The legend of a plot, from its table of switches.
#pragma once

#include <span>
#include <vector>

#include "app/figures/subject.h"
#include "app/plot/plot_header.h"

namespace bitloupe {

// Adds an entry for every series that is offered; a file has no use for those that are off. Returns the
// switches of the entries.
std::vector<const PlotToggle*> add_legend(PlotHeader& header, std::span<const PlotToggle> toggles,
                                          const PlotSubject& subject, const Theme& theme);

}  // namespace bitloupe
