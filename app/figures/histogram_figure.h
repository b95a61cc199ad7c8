// The histogram with all that belongs to it: header, card, handles, numbers of its axis.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "app/clip.h"
#include "app/figures/subject.h"
#include "app/plot/histogram_plot.h"
#include "app/plot/plot_header.h"

namespace bitloupe {

struct HistogramFigure {
  PlotHeader header;
  std::vector<const PlotToggle*> series;  // of the header's legend
  Rect card;
  HistogramScene scene;
  std::shared_ptr<const HistogramResult> counts;
  std::shared_ptr<const std::vector<LevelCount>> levels;
  std::optional<ClipHandles> clip;
  ClipTags handles;      // where there is a clip range
  std::string specials;  // "NaN 3  inf 0"; empty: none
  bool sampled = false;
};

std::span<const PlotToggle> histogram_toggles();  // the two series, then the axis of counts

// What a histogram of so many logical pixels' width asks the probe for.
HistogramRequest histogram_request(const Snapshot& snapshot, const QuantSpec& quant, const ViewState& view,
                                   float width);

HistogramFigure make_histogram(const PlotSubject& subject, const Canvas& canvas, Rect area,
                               const Theme& theme);
void draw(Canvas& canvas, const HistogramFigure& figure, const Theme& theme);

}  // namespace bitloupe
