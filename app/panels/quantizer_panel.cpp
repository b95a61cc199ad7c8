#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "app/clip.h"
#include "app/panels/conform.h"
#include "app/panels/convention_rows.h"
#include "app/panels/format_rows.h"
#include "app/panels/options.h"
#include "app/panels/panels.h"
#include "app/panels/recipe_rows.h"
#include "app/panels/rule_rows.h"
#include "app/plot/imgui_canvas.h"
#include "app/ui/guards.h"
#include "app/ui/registry.h"
#include "app/ui/text.h"
#include "app/ui/widgets.h"
#include "core/format/codec.h"
#include "core/quant/conventions.h"

namespace bitloupe {
namespace {

bool has_zero_point(const QuantSpec& clean) {
  return clean.format.family == Family::Integer &&
         (clean.scheme == Scheme::Affine || (clean.scheme == Scheme::Symmetric && !clean.format.is_signed));
}

const Shape* shape_of(const Frame& frame) {
  return frame.snapshot && frame.snapshot->prepared ? &frame.snapshot->tensor().shape : nullptr;
}

void scheme_row(QuantSpec& spec, const QuantSpec& clean) {
  const auto valid = [&](Scheme scheme) {
    if (clean.format.fit != Fit::None) return scheme == Scheme::Direct;
    return scheme != Scheme::Affine || clean.format.family == Family::Integer;
  };
  if (automatic_choice_row("quantizer.scheme", "Scheme", scheme_choices(), spec.scheme,
                           default_scheme(spec.format), "How codes are laid over the values.", valid))
    spec = conformed(spec);
}

void zero_point_rows(const Frame& frame, QuantSpec& spec) {
  const std::array<ui::Option, 2> options = {{
      {"auto", "From the clip range: z = round(q_min - lo / s); symmetric: the middle code."},
      {"by hand", "The code of zero, as typed below: 0 with unsigned codes suits one-sided values."},
  }};
  const int current = spec.zero_point ? 1 : 0;
  const auto chosen = ui::combo_row("quantizer.zero_point", "Zero point", options, current,
                                    "The code z that stands for 0: value = s * (q - z).");
  if (chosen && *chosen != current) {
    const bool known = frame.snapshot && frame.snapshot->scales && !frame.snapshot->scales->groups.empty();
    if (*chosen == 0)
      spec.zero_point.reset();
    else
      spec.zero_point = known ? frame.snapshot->scales->groups.front().zero_point : 0;
  }
  if (!spec.zero_point) return;
  const IntegerLimits limits = integer_limits(spec.format, false);
  int value = *spec.zero_point;
  if (ui::slider_row("quantizer.zero_point_value", "z", value, limits.min, limits.max, "The code of zero."))
    spec.zero_point = value;
}

void scale_rows(const Frame& frame, QuantSpec& spec) {
  const bool fitted = spec.format.fit != Fit::None;
  if (choice_row(
          "quantizer.scale_type", "Scale type", scale_type_choices(), spec.scale_type,
          fitted
              ? "The number format in which each group's magnitude a is kept."
              : "The number format in which each scale is kept; it is rounded to it before codes are made.",
          [&](ScaleType type) { return type == spec.scale_type || !fitted || type != ScaleType::Nested; })) {
    if (spec.scale_type != ScaleType::E4M3) spec.tensor_scale = false;
    if (spec.scale_type != ScaleType::E8M0) spec.scale_exponent_bits = QuantSpec().scale_exponent_bits;
  }
  if (spec.scale_type == ScaleType::E4M3 && !fitted)
    ui::check_row("quantizer.tensor_scale", "Two levels", spec.tensor_scale,
                  "A float32 scale of the whole tensor above the groups' E4M3 ones, as NVFP4 has it: "
                  "t = max|X| / (max|grid| * 448), each group stores its scale divided by t.");
  if (spec.scale_type == ScaleType::E8M0)
    ui::slider_row(
        "quantizer.scale_exponent_bits", "Exponent bits", spec.scale_exponent_bits, 2, 8,
        "Bits of the stored exponent b: scales are 2^-(2^(b-1) - 1) to 2^(2^(b-1) - 1). OCP MX has "
        "8, block floating point often 5.");
  if (!has_only_powers(spec.scale_type)) return;
  mark_convention(spec, "scale_rule");
  choice_row("quantizer.scale_rule", "Scale rule", scale_rule_choices(), spec.scale_rule,
             convention_help(spec, "scale_rule"));
  draw_rule_rows(frame, spec);
}

void code_range_row(QuantSpec& spec) {
  QuantSpec automatic = spec;
  automatic.code_range.reset();
  mark_convention(spec, "code_range");
  automatic_choice_row("quantizer.code_range", "Code range", code_range_choices(), spec.code_range,
                       *canonical(automatic).code_range, convention_help(spec, "code_range"),
                       [](CodeRange) { return true; });
}

void scaling_section(const Frame& frame, QuantSpec& spec) {
  ui::section("SCALING");
  scheme_row(spec, canonical(spec));
  const QuantSpec clean = canonical(spec);
  if (clean.scheme != Scheme::Direct || fits_groups(clean)) scale_rows(frame, spec);
  if (has_zero_point(clean)) zero_point_rows(frame, spec);
  if (clean.scheme == Scheme::Affine)
    ui::check_row("quantizer.include_zero", "Include zero", spec.include_zero,
                  "Widen the range to contain 0, so that zero is kept exactly: ReLU and padding rely on it.");
  if (matters(*find_convention("code_range"), spec)) code_range_row(spec);
}

void axis_row(QuantSpec& spec, const Shape& shape) {
  const auto rank = static_cast<std::int64_t>(shape.size());
  if (rank == 0) return;
  std::vector<ui::Option> options;
  for (std::int64_t axis = 0; axis < rank; ++axis)
    options.push_back(
        {"axis " + std::to_string(axis) + " (" + std::to_string(shape[static_cast<std::size_t>(axis)]) + ")",
         "Axis " + std::to_string(axis) + ", counted from 0."});
  const bool group = spec.granularity.kind == GranularityKind::Group;
  if (group)
    options.push_back(
        {"flat", "Runs of neighbours in row-major order, across the ends of lines, as NF4 has them."});
  std::int64_t& axis = spec.granularity.axis;
  const std::int64_t current = group && spec.granularity.flat ? rank : axis < 0 ? axis + rank : axis;
  const auto chosen = ui::combo_row("quantizer.axis", "Axis", options, static_cast<int>(current),
                                    group ? "Groups are runs of neighbours along this axis."
                                          : "Each index along this axis has a scale of its own.");
  if (!chosen || *chosen == current) return;
  spec.granularity.flat = *chosen == rank;
  if (*chosen < rank) axis = *chosen;
}

// Powers of two: what hardware and formats use.
void size_rows(QuantSpec& spec) {
  static constexpr std::uint64_t kSizes[] = {16, 32, 64, 128};
  std::vector<ui::Option> chips;
  int active = -1;
  for (const std::uint64_t size : kSizes) {
    if (size == spec.granularity.size) active = static_cast<int>(chips.size());
    chips.push_back({std::to_string(size), "Groups of " + std::to_string(size) + " values."});
  }
  auto size = static_cast<double>(spec.granularity.size);
  if (ui::number_row("quantizer.size", "Group size", size, 1, 1e9,
                     "Values along the axis that share one scale: fewer fit tighter and cost more bits."))
    spec.granularity.size = static_cast<std::uint64_t>(std::llround(size));
  if (const auto chosen = ui::chip_row("quantizer.sizes", "Usual", chips, active))
    spec.granularity.size = kSizes[static_cast<std::size_t>(*chosen)];
}

void tile_rows(QuantSpec& spec) {
  const auto side = [](const char* id, const char* label, std::uint64_t& length, const char* help) {
    auto value = static_cast<double>(length);
    if (ui::number_row(id, label, value, 1, 1e9, help))
      length = static_cast<std::uint64_t>(std::llround(value));
  };
  side("quantizer.tile_rows", "Tile rows", spec.granularity.size,
       "Indices of the last axis but one that share a scale.");
  side("quantizer.tile_columns", "Tile columns", spec.granularity.columns,
       "Indices of the last axis that share a scale.");
}

void granularity_section(const Frame& frame, QuantSpec& spec) {
  ui::section("GRANULARITY");
  const bool fitted = spec.format.fit != Fit::None;
  if (!fitted && canonical(spec).scheme == Scheme::Direct)
    return ui::paragraph("A direct cast has no scale to share.", theme().palette.text_dim);
  const bool chosen = choice_row(
      "quantizer.granularity", fitted ? "Levels" : "Scale", granularity_choices(), spec.granularity.kind,
      fitted ? "Which values share the fitted levels -a and a." : "Which values share a scale.");
  if (chosen && fitted) spec = conformed(spec);  // a whole tensor's levels have no scale type
  if (spec.granularity.kind == GranularityKind::Tensor) return;
  if (spec.granularity.kind == GranularityKind::Tile) return tile_rows(spec);
  if (const Shape* shape = shape_of(frame)) axis_row(spec, *shape);
  if (spec.granularity.kind == GranularityKind::Group) size_rows(spec);
}

// Choosing "manual" starts from the range in force, so that nothing jumps.
void method_row(QuantSpec& spec, const std::optional<ClipHandles>& handles) {
  const CalibrationMethod before = spec.calibration.method;
  if (!choice_row("quantizer.method", "Method", calibration_choices(), spec.calibration.method,
                  "How the clip range is chosen; values outside of it are clipped to its ends."))
    return;
  if (spec.calibration.method == CalibrationMethod::Manual && before != CalibrationMethod::Manual && handles)
    set_clip(spec, handles->lo, handles->hi);
}

void range_row(QuantSpec& spec, const ClipHandles& handles) {
  double lo = handles.lo, hi = handles.hi;
  const char* help = handles.cap ? "A cap on every group's own range; typing makes the method manual."
                     : handles.mirrored && handles.below == handles.above
                         ? "The clip range, the same on both sides; typing makes the method manual."
                     : handles.mirrored
                         ? "Where the codes end on either side; typing makes the method manual."
                         : "The clip range; typing makes the method manual.";
  if (!ui::number_pair_row("quantizer.range", handles.cap ? "cap" : "min / max", lo, hi, help)) return;
  if (handles.mirrored) {
    const bool low = lo != handles.lo;
    move_clip(spec, handles, low ? ClipEnd::Lo : ClipEnd::Hi, low ? -std::abs(lo) : std::abs(hi), 0);
  } else {
    set_clip(spec, lo, hi);
  }
}

void snap_row(QuantSpec& spec) {
  constexpr double kUsualPercentile = 99.9;
  const std::array<ui::Option, 3> chips = {{
      {"min-max", "Nothing is clipped."},
      {"99.9 %", "The rarest 0.1 % of the values is clipped."},
      {"MSE", "The range of least squared error."},
  }};
  const Calibration& now = spec.calibration;
  const int active = now.method == CalibrationMethod::MinMax                                             ? 0
                     : now.method == CalibrationMethod::Percentile && now.percentile == kUsualPercentile ? 1
                     : now.method == CalibrationMethod::Mse                                              ? 2
                                                                                                         : -1;
  const auto chosen = ui::chip_row("quantizer.snap", "Snap to", chips, active);
  if (!chosen) return;
  constexpr std::array kMethods = {CalibrationMethod::MinMax, CalibrationMethod::Percentile,
                                   CalibrationMethod::Mse};
  spec.calibration.method = kMethods[static_cast<std::size_t>(*chosen)];
  if (*chosen == 1) spec.calibration.percentile = kUsualPercentile;
}

void clip_section(const Frame& frame, QuantSpec& spec) {
  ui::section("CLIPPING RANGE");
  if (spec.format.fit != Fit::None)
    return ui::paragraph("Fitted levels have no range to choose: nothing is clipped.",
                         theme().palette.text_dim);
  if (canonical(spec).scheme == Scheme::Direct)
    return ui::paragraph("A direct cast has no range to choose: the format's own ends clip.",
                         theme().palette.text_dim);
  const auto handles = clip_handles(spec, frame.snapshot.get());
  method_row(spec, handles);
  Calibration& calibration = spec.calibration;
  if (calibration.method == CalibrationMethod::Percentile)
    ui::number_row("quantizer.percentile", "Percentile", calibration.percentile, 1e-3, 100,
                   "Share of the values inside the range, in percent.");
  if (calibration.method == CalibrationMethod::Ratio)
    ui::number_row("quantizer.ratio", "Ratio", calibration.ratio, 1e-3, 1e3,
                   "The range is this many times each group's own range.");
  if (handles) range_row(spec, *handles);
  snap_row(spec);
}

void rounding_section(QuantSpec& spec) {
  ui::section("ROUNDING");
  mark_convention(spec, "rounding");
  choice_row("quantizer.rounding", "Mode", rounding_choices(), spec.rounding,
             convention_help(spec, "rounding"), [&](Rounding rounding) {
               return rounding == spec.rounding || validate_rounding(spec.format, rounding).ok();
             });
  if (has_inf(spec.format) || nan_code(spec.format))
    choice_row("quantizer.overflow", "Overflow", overflow_choices(), spec.overflow,
               "What becomes of values beyond the largest level.");
  if (spec.rounding != Rounding::Stochastic) return;
  auto seed = static_cast<double>(spec.seed);
  if (ui::number_row("quantizer.seed", "Seed", seed, 0, 1e9, "The same seed draws the same roundings."))
    spec.seed = static_cast<std::uint64_t>(std::llround(seed));
}

// The spec's own mistake at once; what only the run can know from the newest snapshot.
std::optional<std::string> complaint(const Frame& frame, const QuantSpec& spec) {
  const Shape* shape = shape_of(frame);
  const Status status = shape ? validate(spec, *shape) : validate(spec);
  if (!status) return status.error().message;
  if (frame.snapshot && frame.snapshot->error && frame.snapshot->experiment.quant == spec)
    return frame.snapshot->error->message;
  return std::nullopt;
}

// At the panel's foot, where it is seen however far the rows are scrolled; returns its height.
float draw_complaint(const std::string& message, Rect area) {
  const Theme& look = theme();
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  const TextStyle style{TextFace::Sans, look.px(kBodySize), look.palette.error_text};
  const float inset = look.px(14), line = look.px(18), margin = look.px(8);
  const std::vector<std::string> lines = ui::wrap(canvas, message, style, area.width - 2 * inset);
  const float height = std::min(static_cast<float>(lines.size()) * line + 2 * margin, area.height / 2);
  const Rect foot{area.x, area.bottom() - height, area.width, height};
  canvas.fill(foot, look.palette.header);
  const ui::ScopedClip clip(foot);
  for (std::size_t i = 0; i < lines.size(); ++i)
    canvas.text({foot.x + inset, foot.y + margin + static_cast<float>(i) * line}, lines[i], style);
  ImGui::SetCursorScreenPos(ui::top_left(foot));
  ImGui::Dummy({foot.width, foot.height});
  ui::tooltip(message);
  ui::register_widget("quantizer.complaint", foot, ui::WidgetKind::Control);
  return height;
}

}  // namespace

void draw_quantizer_panel(Frame& frame, Rect area) {
  const Theme& look = theme();
  ui::register_widget("panel.quantizer", area, ui::WidgetKind::Region);
  if (const auto message = complaint(frame, frame.experiment.quant))
    area.height -= draw_complaint(*message, area);
  const ui::ScopedChild child("quantizer", area, look.palette.panel, {look.px(14), look.px(2)});
  const ui::ScopedVar spacing(ImGuiStyleVar_ItemSpacing, ImVec2{look.px(8), look.px(4)});
  QuantSpec& spec = frame.experiment.quant;
  draw_recipe_rows(spec);
  ui::section("FORMAT");
  if (draw_format_rows(spec.format, frame.preferences.formats)) spec = conformed(spec);
  scaling_section(frame, spec);
  granularity_section(frame, spec);
  clip_section(frame, spec);
  rounding_section(spec);
  draw_convention_rows(spec, frame.view);
  ImGui::Dummy({0, look.px(8)});
}

}  // namespace bitloupe
