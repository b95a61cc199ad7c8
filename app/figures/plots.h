// The table of the plots: what the menu of a plot, `render --plot`, saved files and tests know of each.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "app/figures/subject.h"
#include "app/plot/canvas.h"
#include "core/csv_writer.h"
#include "core/parallel.h"

namespace bitloupe {

struct Plot {
  std::string_view key, label, help;
  // Draws all of it into `area`. False where what is shown is that of a sample and will be replaced.
  bool (*draw)(Canvas& canvas, const PlotSubject& subject, Rect area, const Theme& theme);
  // Writes the numbers that a plot of so many logical pixels' width shows, of all values (never of a sample).
  Status (*csv)(const KeptSubject& subject, float width, CsvWriter& out, const WorkContext& work);
  void (*fit)(ViewState& view);
  std::span<const PlotToggle> (*toggles)() = nullptr;          // null: none
  std::string (*missing)(const Snapshot& snapshot) = nullptr;  // why there is nothing to draw; null: never
  // Logical pixels that a file adds to what the plot takes on the screen.
  float more_width = 0, more_height = 0;
};

std::span<const Plot> plots();
const Plot* find_plot(std::string_view key);
std::string plot_keys();  // "histogram, curve, ..."

// Why this plot of this snapshot cannot be drawn, whatever the plot; empty where it can.
std::string why_missing(const Plot& plot, const Snapshot* snapshot);

}  // namespace bitloupe
