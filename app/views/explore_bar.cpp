#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "app/plot/imgui_canvas.h"
#include "app/plot/viewport.h"
#include "app/ui/guards.h"
#include "app/ui/registry.h"
#include "app/ui/widgets.h"
#include "app/views/explore.h"

namespace bitloupe {
namespace {

struct Mode {
  GridMode mode;
  const char *key, *label, *help;
};
constexpr std::array<Mode, 3> kModes = {{
    {GridMode::Values, "values", "Values", "Grids of the original, the dequantized values and the error."},
    {GridMode::Codes, "codes", "Codes", "The stored codes instead of the dequantized values."},
    {GridMode::Signal, "signal", "Signal", "One row as a line, the dequantized values as a staircase on it."},
}};

float mode_switch(ViewState& view, Rect area) {
  const Theme& look = theme();
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  float x = area.x;
  for (const Mode& mode : kModes) {
    const bool active = view.grid_mode == mode.mode;
    const TextStyle style{TextFace::Sans, look.px(kSmallSize),
                          active ? look.palette.text : look.palette.text_dim};
    const Point size = canvas.measure(mode.label, style);
    const Rect face{x, area.y + look.px(2), std::round(size.x + look.px(20)), area.height - look.px(6)};
    const std::string id = std::string("explore.mode.") + mode.key;
    ImGui::SetCursorScreenPos(ui::top_left(face));
    if (ui::invisible_button(id.c_str(), {face.width, face.height})) view.grid_mode = mode.mode;
    const bool hovered = ImGui::IsItemHovered();
    if (active || hovered)
      canvas.fill(face, active ? look.palette.selection : look.palette.header, look.px(4));
    canvas.text({face.x + (face.width - size.x) / 2, face.y + (face.height - size.y) / 2}, mode.label, style);
    ui::register_widget(id, face, ui::WidgetKind::Control);
    ui::tooltip(mode.help);
    x = face.right() + look.px(2);
  }
  return x;
}

// Places controls of a given width one after the other, in as many lines as they need.
class Flow {
 public:
  Flow(Rect area, float from) : area_(area), x_(from) {}

  Rect next(float width) {
    if (x_ + width > area_.right() && x_ > area_.x) {
      x_ = area_.x;
      y_ += area_.height;
    }
    const Rect place{x_, area_.y + y_, std::min(width, area_.right() - x_), area_.height};
    x_ += width + theme().px(10);
    return place;
  }
  float height() const { return y_ + area_.height; }

 private:
  Rect area_;
  float x_, y_ = 0;
};

std::string axis_name(int axis, const Shape& shape) {
  return std::to_string(axis) + " (" + std::to_string(shape[static_cast<std::size_t>(axis)]) + ")";
}

// Choosing the axis that the other one shows swaps the two.
void axis_choice(const char* id, const char* label, int& axis, int& other, const Shape& shape, Rect area) {
  const ui::ScopedChild child(id, area, 0, {0, 0}, ImGuiWindowFlags_NoScrollbar);
  std::vector<ui::Option> options;
  for (int i = 0; i < static_cast<int>(shape.size()); ++i)
    options.push_back({axis_name(i, shape), "Show axis " + std::to_string(i) + " here."});
  const auto chosen = ui::combo_row(id, label, options, axis, "");
  if (!chosen) return;
  if (*chosen == other) other = axis;
  axis = *chosen;
}

void position_slider(const std::string& id, const std::string& label, std::uint64_t& position,
                     std::uint64_t length, Rect area) {
  constexpr std::uint64_t kMost = 1'000'000'000;
  const ui::ScopedChild child(id.c_str(), area, 0, {0, 0}, ImGuiWindowFlags_NoScrollbar);
  int value = static_cast<int>(std::min(position, kMost));
  if (ui::slider_row(id, label, value, 0, static_cast<int>(std::min(length - 1, kMost)), ""))
    position = static_cast<std::uint64_t>(std::max(value, 0));
}

}  // namespace

float draw_explore_bar(Frame& frame, Rect area) {
  const Theme& look = theme();
  ViewState& view = frame.view;
  const Shape& shape = frame.snapshot->tensor().shape;
  Flow flow(area, mode_switch(view, area) + look.px(16));
  SliceView slice = normalized(view.slice, shape);
  if (shape.size() > 2) {
    axis_choice("explore.rows", "rows", slice.row_axis, slice.column_axis, shape, flow.next(look.px(138)));
    axis_choice("explore.columns", "columns", slice.column_axis, slice.row_axis, shape,
                flow.next(look.px(158)));
  }
  const float slider = look.px(160);
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    const bool row = static_cast<int>(axis) == slice.row_axis;
    if (static_cast<int>(axis) == slice.column_axis || (row && view.grid_mode != GridMode::Signal)) continue;
    if (shape[axis] < 2) continue;
    std::uint64_t& position = row ? view.signal_row : slice.fixed[axis];
    position_slider("explore.index." + std::to_string(axis), "axis " + std::to_string(axis), position,
                    shape[axis], flow.next(slider));
  }
  if (slice != normalized(view.slice, shape)) {
    const bool other_axes =
        slice.row_axis != view.slice.row_axis || slice.column_axis != view.slice.column_axis;
    if (other_axes) view.viewport.fit = true;
    view.slice = normalized(slice, shape);
  }
  return flow.height();
}

}  // namespace bitloupe
