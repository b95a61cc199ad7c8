#include "app/figures/plots.h"

#include "app/figures/curve_figure.h"
#include "app/figures/grid_figure.h"
#include "app/figures/histogram_figure.h"
#include "app/figures/plot_csv.h"
#include "app/figures/signal_figure.h"

namespace bitloupe {
namespace {

bool draw_histogram_plot(Canvas& canvas, const PlotSubject& subject, Rect area, const Theme& theme) {
  const HistogramFigure figure = make_histogram(subject, canvas, area, theme);
  draw(canvas, figure, theme);
  return !figure.sampled;
}

bool draw_curve_plot(Canvas& canvas, const PlotSubject& subject, Rect area, const Theme& theme) {
  const CurveFigure figure = make_curve(subject, canvas, area, theme);
  draw(canvas, figure, theme);
  return !figure.sampled;
}

bool draw_signal_plot(Canvas& canvas, const PlotSubject& subject, Rect area, const Theme& theme) {
  const SignalFigure figure = make_signal(subject, area, theme);
  draw(canvas, figure, theme);
  return !figure.sampled();
}

template <GridQuantity quantity>
bool draw_grid_plot(Canvas& canvas, const PlotSubject& subject, Rect area, const Theme& theme) {
  const GridFigure figure = make_grid(subject, quantity, area, theme);
  draw(canvas, figure, theme);
  return !figure.sampled();
}

void fit_grid(ViewState& view) { view.viewport.fit = true; }
void fit_histogram(ViewState& view) { view.histogram_range.fit = true; }
void fit_curve(ViewState& view) { view.curve_range.fit = true; }

constexpr Plot kPlots[] = {
    {"histogram", "Histogram", "Counts of the original and the dequantized values over the clip range.",
     draw_histogram_plot, write_histogram_csv, fit_histogram, histogram_toggles},
    {"curve", "Error curve", "MSE and its rounding and clipping parts against the clip threshold.",
     draw_curve_plot, write_curve_csv, fit_curve, curve_toggles, no_curve},
    {"signal", "Signal", "One row as a line, its dequantized values as a staircase, the error below.",
     draw_signal_plot, write_signal_csv, fit_grid, signal_toggles},
    {"grid.original", "Grid of the original", "The original values as a coloured grid.",
     draw_grid_plot<GridQuantity::Original>, write_grid_csv<GridQuantity::Original>, fit_grid, nullptr,
     nullptr, kRowNumbers, kColumnNumbers},
    {"grid.dequantized", "Grid of the dequantized values", "The dequantized values as a coloured grid.",
     draw_grid_plot<GridQuantity::Dequantized>, write_grid_csv<GridQuantity::Dequantized>, fit_grid, nullptr,
     nullptr, kRowNumbers, kColumnNumbers},
    {"grid.error", "Grid of the error", "The error x − x^ as a coloured grid.",
     draw_grid_plot<GridQuantity::Error>, write_grid_csv<GridQuantity::Error>, fit_grid, nullptr, nullptr,
     kRowNumbers, kColumnNumbers},
    {"grid.codes", "Grid of the codes", "The stored codes as a coloured grid.",
     draw_grid_plot<GridQuantity::Code>, write_grid_csv<GridQuantity::Code>, fit_grid, nullptr, nullptr,
     kRowNumbers, kColumnNumbers},
};

}  // namespace

std::span<const Plot> plots() { return kPlots; }

const Plot* find_plot(std::string_view key) {
  for (const Plot& plot : kPlots)
    if (plot.key == key) return &plot;
  return nullptr;
}

std::string plot_keys() {
  std::string keys;
  for (const Plot& plot : kPlots) keys += (keys.empty() ? "" : ", ") + std::string(plot.key);
  return keys;
}

std::string why_missing(const Plot& plot, const Snapshot* snapshot) {
  if (!snapshot || !snapshot->prepared) return "There is no tensor yet.";
  if (snapshot->tensor().count() == 0)
    return "This tensor has no values: its shape is " + to_text(snapshot->tensor().shape) + ".";
  if (!snapshot->scales) return snapshot->error ? snapshot->error->message : "There is no result yet.";
  return plot.missing ? plot.missing(*snapshot) : "";
}

}  // namespace bitloupe
