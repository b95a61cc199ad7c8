// A plot as a page, an SVG text, a CSV file or text for the clipboard. It knows neither window nor OpenGL; a
// PNG is the same page on another canvas (gl/plot_picture.h).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "app/figures/plots.h"
#include "app/plot/grid_painter.h"
#include "app/plot/svg_canvas.h"

namespace bitloupe {

// A plot that is to be drawn into a file, as values.
struct PlotPage {
  const Plot* plot = nullptr;
  KeptSubject subject;
  int width = 0, height = 0;  // pixels
  float scale = 1;            // pixels a logical pixel
};

inline constexpr float kPageMargin = 10;    // logical pixels around the plot
inline constexpr int kLargestSide = 16384;  // pixels of a page

Status check_page_size(int width, int height);  // BadArgument outside 1 ... kLargestSide

// The page's background and the plot. False where the probes' answers will be replaced by exact ones.
bool draw_page(Canvas& canvas, const PlotPage& page, Probes& probes, const Theme& theme);

// The page drawn and, which may take longer than a frame has, encoded. `painter` may be null for plots
// without a grid. The probes' answers are taken as they are.
std::shared_ptr<SvgCanvas> draw_svg(const PlotPage& page, Probes& probes, const Theme& theme,
                                    GridPainter* painter);
Result<std::string> encode_svg(SvgCanvas& drawn, const PlotPage& page);

// Written in parts and whole or not at all; its size in bytes.
Result<std::uint64_t> write_plot_csv(const PlotPage& page, const std::string& path, const WorkContext& work);

// The same with tabs, for the clipboard; BadArgument that names the size where it is over kMostCopied.
Result<std::string> plot_table(const PlotPage& page, const WorkContext& work);

// "encoder.0.weight-histogram.png": of the tensor's name what every file system takes.
std::string proposed_name(const Plot& plot, const Tensor& tensor, std::string_view ending);

}  // namespace bitloupe
