#include "app/figures/signal_figure.h"

#include <algorithm>
#include <cmath>

#include "app/ui/text.h"

namespace bitloupe {
namespace {

constexpr float kTitleHeight = 24, kLabelWidth = 62, kAxisHeight = 20, kErrorShare = 0.32f;

constexpr PlotToggle kToggles[] = {
    {"signal.series.original", "original", "Show or hide the original values.", &ViewState::show_original,
     &Palette::original},
    {"signal.series.dequantized", "dequantized", "Show or hide the dequantized values.",
     &ViewState::show_dequantized, &Palette::quantized},
};

void place(SignalFigure& figure, Rect area, const Theme& theme) {
  const float title = theme.px(kTitleHeight), left = theme.px(kLabelWidth), axis = theme.px(kAxisHeight);
  const float room = std::max(area.height - 2 * title - axis, 2.0f);
  const float errors = std::round(room * kErrorShare), values = room - errors;
  const float x = area.x + left, width = std::max(area.width - left - theme.px(8), 1.0f);
  figure.title = {area.x, area.y, area.width, title};
  figure.scene.values = {x, area.y + title, width, values};
  figure.error_title = {area.x, figure.scene.values.bottom(), area.width, title};
  figure.scene.errors = {x, figure.error_title.bottom(), width, errors};
  figure.axis = {x, figure.scene.errors.bottom(), width, axis};
}

// The columns of the shared viewport, as a slice of one row.
Viewport columns_of(const Viewport& viewport, SliceSize size) {
  const Viewport all = resolved(viewport, size);
  return resolved({false, 0, all.column, 1, all.columns}, {1, size.columns});
}

void draw_titles(Canvas& canvas, const SignalFigure& figure, const Theme& theme) {
  const Palette& palette = theme.palette;
  const TextStyle bold{TextFace::SansBold, theme.px(kBodySize), legible(palette.original, theme)};
  const TextStyle dim{TextFace::Sans, bold.size, palette.text_dim};
  float x = figure.title.x + theme.px(2);
  const float y = figure.title.y + theme.px(4);
  if (figure.scene.original) x += ui::rich_text(canvas, {x, y}, "Original x", bold) + theme.px(20);
  if (figure.scene.dequantized)
    x += ui::rich_text(canvas, {x, y}, "Dequantized x^",
                       {bold.face, bold.size, legible(palette.quantized, theme)}) +
         theme.px(20);
  if (!figure.single) {
    const std::string row = "row " + std::to_string(figure.request.row);
    canvas.text({x, y}, row, dim);
    x += canvas.measure(row, dim).x + theme.px(20);
  }
  const TextStyle small{TextFace::Sans, theme.px(kSmallSize), palette.text_dim};
  const std::string caption =
      ui::elide_end(canvas, figure.caption, small, figure.title.right() - theme.px(8) - x);
  canvas.text({figure.title.right() - theme.px(8) - canvas.measure(caption, small).x, y + theme.px(1)},
              caption, small);
  ui::rich_text(canvas, {figure.error_title.x + theme.px(2), figure.error_title.y + theme.px(4)},
                "Error x − x^", {bold.face, bold.size, legible(palette.rounding, theme)});
}

// The numbers of columns are whole.
void draw_columns(Canvas& canvas, const Axis& columns, float top, const TextStyle& style) {
  for (const Tick& tick : fitting_ticks(canvas, columns, style, style.size)) {
    const float width = canvas.measure(tick.label, style).x, x = columns.pixel(tick.value) - width / 2;
    if (tick.value != std::round(tick.value)) continue;
    if (x < columns.start - style.size / 2 || x + width > columns.start + columns.length + style.size / 2)
      continue;
    canvas.text({x, top}, tick.label, style);
  }
}

}  // namespace

Rect SignalFigure::reach() const {
  return {scene.values.x, scene.values.y, scene.values.width, scene.errors.bottom() - scene.values.y};
}

std::span<const PlotToggle> signal_toggles() { return kToggles; }

WindowRequest signal_request(const Shape& shape, const ViewState& view, float pixels) {
  const SliceView slice = normalized(view.slice, shape);
  const SliceSize size = slice_size(slice, shape);
  WindowRequest request =
      window_request(slice, {1, size.columns}, columns_of(view.viewport, size), {0, 0, pixels, 1});
  request.row = std::min(view.signal_row, size.rows - 1);
  return request;
}

SignalFigure make_signal(const PlotSubject& subject, Rect area, const Theme& theme) {
  const Shape& shape = subject.snapshot->tensor().shape;
  const SliceView slice = normalized(subject.view.slice, shape);
  const SliceSize size = slice_size(slice, shape);
  SignalFigure figure;
  place(figure, area, theme);
  SignalScene& scene = figure.scene;
  figure.strip_size = {1, size.columns};
  figure.strip = columns_of(subject.view.viewport, size);
  figure.request = signal_request(shape, subject.view, scene.values.width);
  figure.window = subject.probes.window(subject.slot + "signal", figure.request);
  figure.single = size.rows < 2;
  if (!subject.live) figure.caption = subject.caption;

  scene.columns = {figure.strip.column, figure.strip.column + figure.strip.columns, scene.values.x,
                   scene.values.width};
  scene.window = figure.window.get();
  scene.first = figure.request.column;
  scene.step = figure.request.column_step;
  scene.original = subject.view.show_original;
  scene.dequantized = subject.view.show_dequantized;
  return figure;
}

void draw(Canvas& canvas, const SignalFigure& figure, const Theme& theme) {
  const SignalScene& scene = figure.scene;
  draw_titles(canvas, figure, theme);
  canvas.fill(scene.values, theme.palette.card);
  canvas.fill(scene.errors, theme.palette.card);
  draw_signal(canvas, scene, theme);
  draw_columns(canvas, scene.columns, figure.axis.y + theme.px(4),
               {TextFace::Mono, theme.px(kMonoSmallSize), theme.palette.text_dim});
}

}  // namespace bitloupe
