// Plots without a window: a source run exactly, probes, and a view of all of it.
#pragma once

#include <string>

#include "app/lanes.h"
#include "app/plot_output.h"
#include "core/source.h"

namespace bitloupe::test {

struct SubjectBench {
  explicit SubjectBench(const std::string& source, const QuantSpec& spec = {});

  PlotSubject subject(bool live);
  PlotPage page(std::string_view plot, int width, int height, float scale = 1);
  // Draws until nothing changes any more.
  void draw_exactly(Canvas& canvas, const PlotPage& page, const Theme& theme);
  std::string csv(std::string_view plot, float width = 400);

  Experiment experiment;
  ViewState view;
  Hover hovered;
  Lanes lanes{[] {}};
  Probes probes{lanes};
  std::shared_ptr<const Snapshot> snapshot;
};

}  // namespace bitloupe::test
