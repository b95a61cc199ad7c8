#include "app/figures/grid_figure.h"

#include <algorithm>
#include <cmath>

#include "app/figures/group_cells.h"
#include "app/ui/text.h"
#include "core/format/codec.h"

namespace bitloupe {
namespace {

constexpr float kTitleHeight = 24, kPaneGap = 10;  // logical pixels
// Colours end at so many root mean squares, so that one outlier does not darken all others; it has the end's
// colour.
constexpr double kColorDeviations = 4;

void set_range(GridPaneScene& pane, float low, float high, const std::string& low_text,
               const std::string& high_text) {
  pane.low = low;
  pane.high = high;
  pane.low_text = low_text;
  pane.high_text = high_text;
  pane.range = low_text + " … " + high_text;
}

void symmetric_range(GridPaneScene& pane, double amax) {
  // An all-zero tensor, or an exact result, still needs ends that differ.
  const float high = amax > 0 ? static_cast<float>(amax) : 1e-30f;
  const std::string text = ui::number(amax, 2);
  set_range(pane, -high, high, amax > 0 ? "-" + text : text, text);
  pane.range = "±" + text;
}

// From the smallest code to the largest, as the probe counts them.
void code_range(GridPaneScene& pane, const NumberFormat& format) {
  float low = 0, high = 0;
  if (is_integer_family(format)) {
    const IntegerLimits limits = integer_limits(format, false);
    low = static_cast<float>(limits.min);
    high = static_cast<float>(limits.max);
  } else if (format.family == Family::Table) {
    high = static_cast<float>(format.table.levels().size() - 1);
  } else {
    high = std::exp2(static_cast<float>(format.bits - (format.is_signed ? 1 : 0))) - 1;
    low = format.is_signed ? -high : 0;
  }
  const auto text = [](float value) {
    return std::abs(value) < 1e6f ? std::to_string(std::lround(value))
                                  : ui::number(static_cast<double>(value), 2);
  };
  pane.map = ColorMap::Sequential;
  set_range(pane, low, high, text(low), text(high));
}

double largest_magnitude(const Statistics& s) {
  return std::max(std::abs(static_cast<double>(s.min)), std::abs(static_cast<double>(s.max)));
}

void value_range(GridPaneScene& pane, const Statistics& s) {
  if (!s.has_finite() || s.min < 0 || s.max <= 0)
    return symmetric_range(pane,
                           std::min(largest_magnitude(s), kColorDeviations * std::hypot(s.mean, s.std)));
  pane.map = ColorMap::Sequential;
  const float high =
      static_cast<float>(std::min(static_cast<double>(s.max), s.mean + kColorDeviations * s.std));
  const float low = high <= s.min ? 0 : s.min;
  set_range(pane, low, high, ui::number(static_cast<double>(low), 2),
            ui::number(static_cast<double>(high), 2));
}

void error_range(GridPaneScene& pane, const Snapshot& snapshot) {
  if (!snapshot.report) return symmetric_range(pane, largest_magnitude(snapshot.prepared->statistics));
  const ErrorReport& report = *snapshot.report;
  symmetric_range(pane, std::min(report.max_abs, kColorDeviations * std::sqrt(report.mse())));
}

GridPaneScene make_pane(GridQuantity quantity, const Snapshot& snapshot, const Palette& palette) {
  GridPaneScene pane;
  pane.quantity = quantity;
  switch (quantity) {
    case GridQuantity::Original:
      pane.title = "Original x";
      pane.color = palette.original;
      value_range(pane, snapshot.prepared->statistics);
      break;
    case GridQuantity::Dequantized:
      pane.title = "Dequantized x^";
      pane.color = palette.quantized;
      value_range(pane, snapshot.prepared->statistics);
      break;
    case GridQuantity::Error:
      pane.title = "Error x − x^";
      pane.color = palette.rounding;
      error_range(pane, snapshot);
      break;
    case GridQuantity::Code:
      pane.title = "Code q";
      pane.color = palette.text;
      code_range(pane, snapshot.spec.format);
      break;
  }
  return pane;
}

void place_side_by_side(std::vector<GridPaneScene>& panes, Rect area, const Theme& theme) {
  const auto count = static_cast<float>(panes.size());
  const float gap = theme.px(kPaneGap), title = theme.px(kTitleHeight);
  const float width = (area.width - gap * (count - 1)) / count;
  for (std::size_t i = 0; i < panes.size(); ++i) {
    const float left = std::round(area.x + static_cast<float>(i) * (width + gap));
    const float right = std::round(area.x + static_cast<float>(i) * (width + gap) + width);
    panes[i].title_row = {left, area.y, right - left, title};
    panes[i].rect = {left, area.y + title, right - left, std::max(area.height - title, 1.0f)};
  }
}

// What to show in `panes`, which have their places.
void fill_in(GridFigure& figure, const PlotSubject& subject) {
  const std::shared_ptr<const Snapshot> snapshot = subject.snapshot;
  const Shape& shape = snapshot->tensor().shape;
  GridScene& scene = figure.scene;
  figure.slice = normalized(subject.view.slice, shape);
  scene.size = slice_size(figure.slice, shape);
  scene.viewport = resolved(subject.view.viewport, scene.size);
  scene.request = window_request(figure.slice, scene.size, scene.viewport, scene.panes.front().rect);
  scene.window = subject.probes.window(subject.slot + "grid", scene.request);
  if (snapshot->scales->layout.count > 1)
    scene.group_of = [snapshot, slice = figure.slice](Cell cell) {
      return snapshot->scales->layout.group_of(
          element_index(slice, snapshot->tensor().shape, cell.row, cell.column));
    };
  if (subject.view.selected) scene.selected = cell_of(*subject.view.selected, figure.slice, shape);
  if (subject.hovered.element) scene.hovered = cell_of(*subject.hovered.element, figure.slice, shape);
  if (subject.hovered.group) scene.group = cells_of_group(*snapshot, *subject.hovered.group, figure.slice);
  scene.level = subject.hovered.level;
}

}  // namespace

GridPaneScene dequantized_colors(const Snapshot& snapshot, const Palette& palette) {
  return make_pane(GridQuantity::Dequantized, snapshot, palette);
}

GridFigure make_grids(const PlotSubject& subject, Rect area, const Theme& theme) {
  const ViewState& view = subject.view;
  GridFigure figure;
  for (const GridQuantity quantity :
       {view.flip ? GridQuantity::Dequantized : GridQuantity::Original,
        view.grid_mode == GridMode::Codes ? GridQuantity::Code : GridQuantity::Dequantized,
        GridQuantity::Error})
    figure.scene.panes.push_back(make_pane(quantity, *subject.snapshot, theme.palette));
  place_side_by_side(figure.scene.panes, area, theme);
  fill_in(figure, subject);
  return figure;
}

GridFigure make_grid(const PlotSubject& subject, GridQuantity quantity, Rect area, const Theme& theme) {
  GridFigure figure;
  GridScene& scene = figure.scene;
  scene.panes.push_back(make_pane(quantity, *subject.snapshot, theme.palette));
  scene.axes = !subject.live;
  scene.caption = subject.live ? "" : subject.caption;
  const float left = scene.axes ? theme.px(kRowNumbers) : 0, title = theme.px(kTitleHeight);
  const float below = scene.axes ? theme.px(kColumnNumbers) : 0;
  GridPaneScene& pane = scene.panes.front();
  pane.rect = {std::round(area.x + left), std::round(area.y + title),
               std::max(std::round(area.width - left), 1.0f),
               std::max(std::round(area.height - title - below), 1.0f)};
  pane.title_row = {pane.rect.x, area.y, pane.rect.width, title};
  fill_in(figure, subject);
  return figure;
}

void draw(Canvas& canvas, const GridFigure& figure, const Theme& theme) {
  draw_grid(canvas, figure.scene, theme);
}

WindowRequest visible_cells(const Shape& shape, const ViewState& view) {
  const SliceView slice = normalized(view.slice, shape);
  const SliceSize size = slice_size(slice, shape);
  const Viewport viewport = resolved(view.viewport, size);
  // More pixels than cells: nothing is reduced.
  return window_request(
      slice, size, viewport,
      {0, 0, static_cast<float>(viewport.columns) * 2 + 1, static_cast<float>(viewport.rows) * 2 + 1});
}

std::optional<Cell> cell_of(std::uint64_t element, const SliceView& slice, const Shape& shape) {
  std::vector<std::uint64_t> position(shape.size());
  for (std::size_t axis = shape.size(); axis > 0; --axis) {
    position[axis - 1] = element % shape[axis - 1];
    element /= shape[axis - 1];
  }
  Cell cell;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    if (static_cast<int>(axis) == slice.row_axis)
      cell.row = position[axis];
    else if (static_cast<int>(axis) == slice.column_axis)
      cell.column = position[axis];
    else if (position[axis] != slice.fixed[axis])
      return std::nullopt;
  }
  return cell;
}

}  // namespace bitloupe
