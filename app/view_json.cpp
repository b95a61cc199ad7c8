#include "app/view_json.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "app/layout.h"
#include "app/views/views.h"
#include "core/json_fields.h"

namespace bitloupe {
namespace {

constexpr std::size_t kMostAxes = 64, kLongestFilter = 4096;
constexpr double kMostCells = 1e19;  // above 2^63, the largest tensor by far
// Axes show float32 values, and a range of one float's neighbours at the finest.
constexpr double kMostAxis = static_cast<double>(std::numeric_limits<float>::max());
constexpr double kFinestAxis = 1e-12;  // of the larger end

struct ModeName {
  std::string_view key;
  GridMode value;
};
constexpr ModeName kModes[] = {
    {"values", GridMode::Values}, {"codes", GridMode::Codes}, {"signal", GridMode::Signal}};

const Fields<Viewport>& viewport_fields() {
  static const Fields<Viewport> fields = {
      field("fit", &Viewport::fit),
      field_between("row", &Viewport::row, 0.0, kMostCells),
      field_between("column", &Viewport::column, 0.0, kMostCells),
      field_between("rows", &Viewport::rows, 1.0, kMostCells),
      field_between("columns", &Viewport::columns, 1.0, kMostCells),
  };
  return fields;
}

const Fields<AxisRange>& axis_fields() {
  static const Fields<AxisRange> fields = {
      field("fit", &AxisRange::fit),
      field("lo", &AxisRange::lo),
      field("hi", &AxisRange::hi),
  };
  return fields;
}

const Fields<SliceView>& slice_fields() {
  static const Fields<SliceView> fields = {
      field("row_axis", &SliceView::row_axis),
      field("column_axis", &SliceView::column_axis),
      field("fixed", &SliceView::fixed),
  };
  return fields;
}

Status read_workspace(ViewState& view, const Json& value, const JsonPlace& place) {
  std::string name;
  if (Status status = read_value(value, place, name); !status) return status;
  std::vector<std::string_view> names;
  for (const View& row : views()) names.push_back(row.key);
  if (std::find(names.begin(), names.end(), name) == names.end()) return unknown_key(place.path, name, names);
  view.workspace = std::move(name);
  return Ok{};
}

const Fields<ViewState>& view_fields() {
  constexpr float kLargestShare = 1 - 2 * kSmallestShare;
  static const Fields<ViewState> fields = {
      {"workspace", [](const ViewState& view) { return to_value(view.workspace); }, read_workspace},
      field_choice("grid_mode", &ViewState::grid_mode, std::span<const ModeName>(kModes)),
      field_object("slice", &ViewState::slice, slice_fields),
      field("signal_row", &ViewState::signal_row),
      field_object("viewport", &ViewState::viewport, viewport_fields),
      field("selected", &ViewState::selected),
      field_object("histogram_range", &ViewState::histogram_range, axis_fields),
      field("log_count", &ViewState::log_count),
      field("show_original", &ViewState::show_original),
      field("show_dequantized", &ViewState::show_dequantized),
      field("flip", &ViewState::flip),
      field("tensor_filter", &ViewState::tensor_filter),
      field("panels_hidden", &ViewState::panels_hidden),
      field_between("left_width", &ViewState::left_width, kNarrowestColumn, kWidestColumn),
      field_between("right_width", &ViewState::right_width, kNarrowestColumn, kWidestColumn),
      field_between("lesson_width", &ViewState::lesson_width, kNarrowestColumn, kWidestColumn),
      field("lesson_folded", &ViewState::lesson_folded),
      field_between("histogram_share", &ViewState::histogram_share, kSmallestShare, kLargestShare),
      field_between("curve_share", &ViewState::curve_share, kSmallestShare, kLargestShare),
      field("curve_folded", &ViewState::curve_folded),
      field_object("curve_range", &ViewState::curve_range, axis_fields),
      field("curve_log", &ViewState::curve_log),
      field("curve_log_threshold", &ViewState::curve_log_threshold),
      field("show_total", &ViewState::show_total),
      field("show_rounding", &ViewState::show_rounding),
      field("show_clipping", &ViewState::show_clipping),
      field("show_group", &ViewState::show_group),
      field("conventions_open", &ViewState::conventions_open),
      field("block_folded", &ViewState::block_folded),
  };
  return fields;
}

AxisRange drawable(const AxisRange& range) {
  const double largest = std::max(std::abs(range.lo), std::abs(range.hi));
  const bool usable = std::isfinite(range.lo) && std::isfinite(range.hi) && largest <= kMostAxis &&
                      range.hi - range.lo > largest * kFinestAxis;
  return usable ? range : AxisRange{};
}

float drawable(float width, float otherwise, float lo, float hi) {
  return std::isnan(width) ? otherwise : std::clamp(width, lo, hi);
}

}  // namespace

ViewState drawable(ViewState view) {
  const ViewState usual;
  for (AxisRange* range : {&view.histogram_range, &view.curve_range}) *range = drawable(*range);
  view.left_width = drawable(view.left_width, usual.left_width, kNarrowestColumn, kWidestColumn);
  view.right_width = drawable(view.right_width, usual.right_width, kNarrowestColumn, kWidestColumn);
  view.lesson_width = drawable(view.lesson_width, usual.lesson_width, kNarrowestColumn, kWidestColumn);
  // Both shares have a least size, and so has what they leave to the grids.
  if (!(view.histogram_share >= kSmallestShare && view.curve_share >= kSmallestShare &&
        view.histogram_share + view.curve_share <= 1 - kSmallestShare)) {
    view.histogram_share = usual.histogram_share;
    view.curve_share = usual.curve_share;
  }
  if (view.slice.fixed.size() > kMostAxes) view.slice = {};
  if (view.tensor_filter.size() > kLongestFilter) view.tensor_filter.clear();
  return view;
}

std::string to_json(const ViewState& view, int indent) {
  return json_text(write_fields(view_fields(), view), indent);
}

Result<ViewState> parse_view_json(std::string_view text, const std::string& name, const JsonRules& rules,
                                  ViewState base) {
  const Result<Json> document = parse_json(text, name);
  if (!document) return document.error();
  if (Status status = read_fields(view_fields(), *document, {"", rules}, base); !status)
    return Error{status.error().code, name + ": " + status.error().message};
  return drawable(std::move(base));
}

}  // namespace bitloupe
