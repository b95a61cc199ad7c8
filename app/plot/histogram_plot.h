// The histogram as a drawing: bars of the original, stems or outline of the dequantized values.
// It draws what it is given and knows nothing of snapshots, probes or the pointer.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "app/plot/axis.h"
#include "app/plot/plot_handle.h"
#include "app/ui/theme.h"
#include "core/probe.h"

namespace bitloupe {

struct HistogramScene {
  Rect plot;  // bars grow from its lower edge; tags of the handles take its upper `kTagSpace`
  Axis axis;
  const HistogramResult* counts = nullptr;  // null: not known yet
  std::span<const LevelCount> levels;       // all levels of the one scale group; empty: none are drawn
  std::optional<ValueRange> clip;           // bars outside are drawn in the clipping colour
  std::optional<float> hovered_level;
  bool log_count = true;
  bool original = true, dequantized = true;
};

// One bin is four logical pixels.
int bins_for(float width, float scale);

// Where bin i begins; the end of the last bin at i = bins.
double bin_edge(const Histogram& histogram, std::size_t i);

// How the dequantized values are drawn: a stem a level; where these would run together, a line over the
// levels' counts; where even levels are closer than pixels (or none are given), the outline of the binned
// counts.
enum class LevelStyle { Stems, Line, Outline };
LevelStyle level_style(std::span<const LevelCount> levels, const Axis& axis, float scale);

void draw_histogram(Canvas& canvas, const HistogramScene& scene, const Theme& theme);

// The level whose stem is nearest to a pixel, within six logical pixels.
const LevelCount* level_at(std::span<const LevelCount> levels, const Axis& axis, float pixel, float scale);

// The lower and the upper handle, their tags kept apart from each other and inside the plot.
struct ClipTags {
  PlotHandle lo, hi;
};
ClipTags place_tags(const Canvas& canvas, const HistogramScene& scene, const std::string& lo,
                    const std::string& hi, const Theme& theme);

}  // namespace bitloupe
