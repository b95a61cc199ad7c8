#include "app/figures/series.h"

namespace bitloupe {

std::vector<const PlotToggle*> add_legend(PlotHeader& header, std::span<const PlotToggle> toggles,
                                          const PlotSubject& subject, const Theme& theme) {
  std::vector<const PlotToggle*> shown;
  for (const PlotToggle& toggle : toggles) {
    const bool on = subject.view.*toggle.on;
    if (!toggle.color || (toggle.offered && !toggle.offered(*subject.snapshot))) continue;
    if (!on && !subject.live) continue;
    header.legend.push_back({std::string(toggle.label), theme.palette.*toggle.color, on, {}});
    shown.push_back(&toggle);
  }
  return shown;
}

}  // namespace bitloupe
