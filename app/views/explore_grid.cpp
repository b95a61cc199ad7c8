#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "app/plot/color_map.h"
#include "app/plot/imgui_canvas.h"
#include "app/plot/viewport.h"
#include "app/ui/guards.h"
#include "app/ui/registry.h"
#include "app/ui/text.h"
#include "app/views/explore.h"
#include "app/views/pointer.h"
#include "core/format/codec.h"

namespace bitloupe {
namespace {

constexpr float kTitleHeight = 24, kPaneGap = 10;
constexpr float kNumbersFrom = 28, kBordersFrom = 6;  // logical pixels a cell

struct Pane {
  const char* id;
  const char* title;  // "x^" is drawn hatted
  Color color;
  GridQuantity quantity;
  ColorMap map = ColorMap::Diverging;
  float low = -1, high = 1;
  std::string range;  // "±0.22"
  Rect title_rect, rect;
};

// Everything that the panes share in one frame.
struct Grid {
  SliceView slice;
  SliceSize size;
  Viewport viewport;
  WindowRequest request;
  std::shared_ptr<const WindowResult> window;
};

std::string fixed_text(double value, int decimals) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}

void symmetric_range(Pane& pane, double amax) {
  // An all-zero tensor, or an exact result, still needs ends that differ.
  pane.high = amax > 0 ? static_cast<float>(amax) : 1e-30f;
  pane.low = -pane.high;
  pane.range = "±" + ui::number(amax, 2);
}

// From the smallest code to the largest, as the probe counts them.
void code_range(Pane& pane, const NumberFormat& format) {
  if (is_integer_family(format)) {
    const IntegerLimits limits = integer_limits(format, false);
    pane.low = static_cast<float>(limits.min);
    pane.high = static_cast<float>(limits.max);
  } else {
    pane.high = std::exp2(static_cast<float>(format.bits - (format.is_signed ? 1 : 0))) - 1;
    pane.low = format.is_signed ? -pane.high : 0;
  }
  pane.map = ColorMap::Sequential;
  pane.range =
      fixed_text(static_cast<double>(pane.low), 0) + " … " + fixed_text(static_cast<double>(pane.high), 0);
}

double largest_magnitude(const Statistics& s) {
  return std::max(std::abs(static_cast<double>(s.min)), std::abs(static_cast<double>(s.max)));
}

// Colours end at so many root mean squares, so that one outlier does not darken all others; it has the end's
// colour.
constexpr double kColorDeviations = 4;

void value_range(Pane& pane, const Statistics& s) {
  if (s.has_finite() && s.min >= 0 && s.max > 0) {
    pane.map = ColorMap::Sequential;
    pane.low = s.min;
    pane.high = static_cast<float>(std::min(static_cast<double>(s.max), s.mean + kColorDeviations * s.std));
    if (pane.high <= pane.low) pane.low = 0;
    pane.range =
        ui::number(static_cast<double>(pane.low), 2) + " … " + ui::number(static_cast<double>(pane.high), 2);
    return;
  }
  symmetric_range(pane, std::min(largest_magnitude(s), kColorDeviations * std::hypot(s.mean, s.std)));
}

void error_range(Pane& pane, const Snapshot& snapshot) {
  if (!snapshot.report) return symmetric_range(pane, largest_magnitude(snapshot.prepared->statistics));
  const ErrorReport& report = *snapshot.report;
  symmetric_range(pane, std::min(report.max_abs, kColorDeviations * std::sqrt(report.mse())));
}

std::vector<Pane> panes_of(const Frame& frame) {
  const Palette& palette = theme().palette;
  const Snapshot& snapshot = *frame.snapshot;
  const Statistics& statistics = snapshot.prepared->statistics;
  const Pane original{
      "pane.original", "Original x", palette.original, GridQuantity::Original, {}, 0, 0, {}, {}, {}};
  const Pane dequantized{"pane.dequantized",
                         "Dequantized x^",
                         palette.quantized,
                         GridQuantity::Dequantized,
                         {},
                         0,
                         0,
                         {},
                         {},
                         {}};
  const Pane error{"pane.error", "Error x − x^", palette.rounding, GridQuantity::Error, {}, 0, 0, {}, {}, {}};
  const Pane code{"pane.code", "Code q", palette.text, GridQuantity::Code, {}, 0, 0, {}, {}, {}};
  std::vector<Pane> panes = {original, frame.view.grid_mode == GridMode::Codes ? code : dequantized, error};
  if (frame.view.flip) {
    panes[0] = dequantized;
    panes[0].id = original.id;
  }
  for (Pane& pane : panes) {
    if (pane.quantity == GridQuantity::Code)
      code_range(pane, snapshot.spec.format);
    else if (pane.quantity == GridQuantity::Error)
      error_range(pane, snapshot);
    else
      value_range(pane, statistics);
  }
  return panes;
}

void place(std::vector<Pane>& panes, Rect area) {
  const Theme& look = theme();
  const auto count = static_cast<float>(panes.size());
  const float gap = look.px(kPaneGap), title = look.px(kTitleHeight);
  const float width = (area.width - gap * (count - 1)) / count;
  for (std::size_t i = 0; i < panes.size(); ++i) {
    const float left = std::round(area.x + static_cast<float>(i) * (width + gap));
    const float right = std::round(area.x + static_cast<float>(i) * (width + gap) + width);
    panes[i].title_rect = {left, area.y, right - left, title};
    panes[i].rect = {left, area.y + title, right - left, std::max(area.height - title, 1.0f)};
  }
}

void draw_title(Canvas& canvas, const Pane& pane) {
  const Theme& look = theme();
  const TextStyle title{TextFace::SansBold, look.px(kBodySize), legible(pane.color)};
  const TextStyle range{TextFace::Mono, look.px(kMonoSmallSize), look.palette.text_dim};
  const Point size = canvas.measure(pane.range, range);
  const float y = pane.title_rect.y + (pane.title_rect.height - size.y) / 2;
  const float room = pane.title_rect.width - look.px(8);
  const bool fits = ui::rich_width(canvas, pane.title, title) + size.x <= room;
  ui::rich_text(canvas, {pane.title_rect.x + look.px(2), y - look.px(1)},
                ui::elide_end(canvas, pane.title, title, room), title);
  if (fits) canvas.text({pane.title_rect.right() - size.x - look.px(2), y}, pane.range, range);
}

const std::vector<WindowResult::Extremes>& values_of(const WindowResult& window, GridQuantity quantity) {
  switch (quantity) {
    case GridQuantity::Dequantized:
      return window.dequantized;
    case GridQuantity::Error:
      return window.error;
    case GridQuantity::Code:
      return window.code;
    case GridQuantity::Original:
      break;
  }
  return window.original;
}

// "-0.14" as "-.14": in a cell every character counts.
std::string without_zero(std::string text) {
  const std::size_t zero = text.find("0.");
  if (zero == 0 || (zero == 1 && text[0] == '-')) text.erase(zero, 1);
  return text;
}

// The text with the most digits that is at most `room` wide: "-0.1374", "-.14", "-.0"; nothing where even
// that is too long.
std::string fitted_number(const Canvas& canvas, double value, const TextStyle& style, float room) {
  const auto fits = [&](const std::string& text) { return canvas.measure(text, style).x <= room; };
  for (int digits = 4; digits > 1; --digits) {
    const std::string text = ui::number(value, digits);
    if (fits(text)) return text;
    if (fits(without_zero(text))) return without_zero(text);
  }
  for (int decimals = std::abs(value) < 1e6 ? 3 : -1; decimals >= 0; --decimals)
    if (const std::string text = without_zero(fixed_text(value, decimals)); fits(text)) return text;
  return "";
}

// Codes are whole numbers; one that does not fit is left out rather than rounded.
std::string fitted_code(const Canvas& canvas, double value, const TextStyle& style, float room) {
  std::string text = fixed_text(value, 0);
  return canvas.measure(text, style).x <= room ? text : "";
}

// Calls visit(cell, texel) for the visible cells; texels must be single cells.
template <class Visit>
void for_cells(const Grid& grid, Visit visit) {
  if (!grid.window || grid.request.row_step != 1 || grid.request.column_step != 1) return;
  if (grid.window->height * grid.window->width > grid.window->original.size()) return;
  for (std::uint64_t r = 0; r < grid.window->height; ++r)
    for (std::uint64_t c = 0; c < grid.window->width; ++c)
      visit(Cell{grid.request.row + r, grid.request.column + c},
            static_cast<std::size_t>(r * grid.window->width + c));
}

void draw_numbers(Canvas& canvas, const Pane& pane, const Grid& grid) {
  const Theme& look = theme();
  const Point cell = cell_size(grid.viewport, pane.rect);
  if (std::min(cell.x, cell.y) < look.px(kNumbersFrom)) return;
  const auto& values = values_of(*grid.window, pane.quantity);
  TextStyle style{TextFace::Mono, look.px(kMonoSmallSize), look.palette.text};
  for_cells(grid, [&](Cell at, std::size_t texel) {
    if ((grid.window->marks[texel] & (kMarkNan | kMarkInf)) != 0) return;  // the painter's marks say it
    const float value = values[texel].min;
    const bool integer = pane.quantity == GridQuantity::Code;
    const std::string text = (integer ? fitted_code : fitted_number)(canvas, static_cast<double>(value),
                                                                     style, cell.x - look.px(4));
    style.color = readable_on(color_at(pane.map, look.dark, value, pane.low, pane.high));
    const Rect rect = cell_rect(grid.viewport, pane.rect, at);
    const Point size = canvas.measure(text, style);
    canvas.text({rect.x + (rect.width - size.x) / 2, rect.y + (rect.height - size.y) / 2}, text, style);
  });
}

// A line wherever two neighbours belong to different scale groups.
void draw_group_borders(Canvas& canvas, const Pane& pane, const Grid& grid, const Snapshot& snapshot) {
  const Theme& look = theme();
  const Point cell = cell_size(grid.viewport, pane.rect);
  const GroupLayout& layout = snapshot.scales->layout;
  if (layout.count < 2 || std::min(cell.x, cell.y) < look.px(kBordersFrom)) return;
  const Shape& shape = snapshot.tensor().shape;
  const auto group = [&](Cell at) {
    return layout.group_of(element_index(grid.slice, shape, at.row, at.column));
  };
  // Quiet while cells are small, or borders along every row would hide what is in them.
  const float strength = std::clamp(std::min(cell.x, cell.y) / look.px(kNumbersFrom), 0.35f, 1.0f);
  const Color color = (look.palette.text_dim & 0x00FFFFFFu) | static_cast<Color>(strength * 200) << 24;
  for_cells(grid, [&](Cell at, std::size_t) {
    const Rect rect = cell_rect(grid.viewport, pane.rect, at);
    const std::uint64_t own = group(at);
    if (at.column + 1 < grid.size.columns && group({at.row, at.column + 1}) != own)
      canvas.line({rect.right(), rect.y}, {rect.right(), rect.bottom()}, color, look.px(1));
    if (at.row + 1 < grid.size.rows && group({at.row + 1, at.column}) != own)
      canvas.line({rect.x, rect.bottom()}, {rect.right(), rect.bottom()}, color, look.px(1));
  });
}

// The cell of an element if the slice shows it.
std::optional<Cell> cell_of(std::uint64_t element, const Grid& grid, const Shape& shape) {
  std::vector<std::uint64_t> position(shape.size());
  for (std::size_t axis = shape.size(); axis > 0; --axis) {
    position[axis - 1] = element % shape[axis - 1];
    element /= shape[axis - 1];
  }
  Cell cell;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    if (static_cast<int>(axis) == grid.slice.row_axis)
      cell.row = position[axis];
    else if (static_cast<int>(axis) == grid.slice.column_axis)
      cell.column = position[axis];
    else if (position[axis] != grid.slice.fixed[axis])
      return std::nullopt;
  }
  return cell;
}

void draw_outline(Canvas& canvas, const Pane& pane, const Grid& grid, std::optional<std::uint64_t> element,
                  const Shape& shape, Color color) {
  const auto cell = element ? cell_of(*element, grid, shape) : std::nullopt;
  if (!cell) return;
  const Theme& look = theme();
  Rect rect = cell_rect(grid.viewport, pane.rect, *cell);
  const float least = look.px(7);  // a cell of one pixel is still found
  if (rect.width < least) rect = {rect.x - (least - rect.width) / 2, rect.y, least, rect.height};
  if (rect.height < least) rect = {rect.x, rect.y - (least - rect.height) / 2, rect.width, least};
  canvas.stroke(rect, color, look.px(1.6f));
}

// The cells that hold the level under the pointer, in the histogram.
void mark_level(Canvas& canvas, const Pane& pane, const Grid& grid, float level) {
  const Theme& look = theme();
  const Point cell = cell_size(grid.viewport, pane.rect);
  if (std::min(cell.x, cell.y) < look.px(kBordersFrom)) return;
  for_cells(grid, [&](Cell at, std::size_t texel) {
    if (grid.window->dequantized[texel].min == level)
      canvas.stroke(cell_rect(grid.viewport, pane.rect, at), look.palette.quantized, look.px(1));
  });
}

void draw_pane(Frame& frame, const Pane& pane, const Grid& grid) {
  const Theme& look = theme();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  ImGuiCanvas canvas(list);
  ui::register_widget(pane.id, pane.rect, ui::WidgetKind::Region);
  draw_title(canvas, pane);
  canvas.fill(pane.rect, look.palette.card);
  if (!grid.window) return;
  const ui::ScopedClip clip(pane.rect);
  frame.painter.draw(list, {grid.window, grid.request, grid.viewport, pane.quantity, pane.map, pane.low,
                            pane.high, pane.rect.x, pane.rect.y, pane.rect.width, pane.rect.height});
  draw_group_borders(canvas, pane, grid, *frame.snapshot);
  draw_numbers(canvas, pane, grid);
  if (frame.hovered.level) mark_level(canvas, pane, grid, *frame.hovered.level);
  const Shape& shape = frame.snapshot->tensor().shape;
  if (frame.view.selected) draw_outline(canvas, pane, grid, frame.view.selected, shape, look.palette.accent);
  draw_outline(canvas, pane, grid, frame.hovered.element, shape, look.palette.handle);
}

void handle_pointer(Frame& frame, const Pane& pane, const Grid& grid) {
  const PaneGesture gesture = pane_gesture(pane.id, pane.rect, grid.size, grid.viewport);
  ViewState& view = frame.view;
  if (gesture.viewport) view.viewport = *gesture.viewport;
  if (gesture.fit) {
    view.viewport.fit = true;
    view.selected.reset();  // the double-click's first half pinned it
  }
  if (!gesture.hovered) return;
  const std::uint64_t element = element_index(grid.slice, frame.snapshot->tensor().shape,
                                              gesture.hovered->row, gesture.hovered->column);
  frame.hover.element = element;
  frame.hover.group = frame.snapshot->scales->layout.group_of(element);
  frame.hover.hint = "Click: pin · drag: pan · wheel: zoom · right drag: zoom into a box · double-click: fit";
  if (gesture.clicked) view.selected = view.selected == element ? std::nullopt : std::optional(element);
}

}  // namespace

void draw_grids(Frame& frame, Rect area) {
  std::vector<Pane> panes = panes_of(frame);
  place(panes, area);
  const Shape& shape = frame.snapshot->tensor().shape;
  Grid grid;
  grid.slice = normalized(frame.view.slice, shape);
  grid.size = slice_size(grid.slice, shape);
  grid.viewport = resolved(frame.view.viewport, grid.size);
  grid.request = window_request(grid.slice, grid.size, grid.viewport, panes.front().rect);
  grid.window = frame.probes.window("grid", grid.request);
  for (const Pane& pane : panes) {
    draw_pane(frame, pane, grid);
    handle_pointer(frame, pane, grid);
  }
}

}  // namespace bitloupe
