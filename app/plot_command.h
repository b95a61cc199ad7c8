// bitloupe render --plot: one plot as PNG, SVG or CSV, without a display.
#pragma once

#include <cstdint>
#include <string>

#include "app/figures/plots.h"
#include "app/ui/host.h"
#include "core/experiment.h"
#include "core/result.h"

namespace bitloupe {

struct PlotCommand {
  Experiment experiment;
  std::string session;  // the file that says the experiment; empty: the command line
  ViewState view;       // as it starts: all of the tensor is shown
  const Plot* plot = nullptr;
  int width = 960, height = 480;  // pixels
  float scale = 1;
  ui::Appearance appearance = ui::Appearance::Dark;
  std::string out;  // ends in .png, .svg or .csv
};

// Loads, quantizes (exactly), draws and writes; the size of the file in bytes. Fails where the plot shows
// nothing, with the reason.
Result<std::uint64_t> write_plot(const PlotCommand& command);

}  // namespace bitloupe
