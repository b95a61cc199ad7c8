#include <algorithm>
#include <cmath>
#include <string>

#include "app/panels/bit_boxes.h"
#include "app/panels/block_panel.h"
#include "app/panels/panels.h"
#include "app/plot/imgui_canvas.h"
#include "app/ui/guards.h"
#include "app/ui/registry.h"
#include "app/ui/text.h"
#include "app/ui/widgets.h"
#include "core/format/codec.h"

namespace bitloupe {
namespace {

std::string position_text(const Explanation& e) {
  std::string text = "index [";
  for (std::size_t i = 0; i < e.position.size(); ++i)
    text += (i == 0 ? "" : ", ") + std::to_string(e.position[i]);
  return text + "]";
}

std::string code_text(const Explanation& e) {
  return e.code_integer ? (*e.code_integer > 0 ? "+" : "") + std::to_string(*e.code_integer)
                        : "0x" + e.code_hex;
}

struct Kind {
  const char* name;
  Color color;
};

Kind kind_of(ErrorKind kind, const Palette& palette) {
  switch (kind) {
    case ErrorKind::Clipped:
      return {"clipping error", palette.clipping};
    case ErrorKind::Overflowed:
      return {"overflow", palette.clipping};
    case ErrorKind::Nan:
      return {"NaN", palette.text_dim};
    case ErrorKind::Inf:
      return {"infinity", palette.text_dim};
    case ErrorKind::Rounding:
      break;
  }
  return {"rounding error", palette.rounding};
}

void element(const Frame& frame, const Explanation& e) {
  const Palette& palette = theme().palette;
  const Kind kind = kind_of(e.quantized.kind, palette);
  ui::mono_line(position_text(e) + " of " + ui::count(frame.snapshot->tensor().count()), palette.text_dim);
  ui::value_row("inspector.original", "original x", ui::signed_number(static_cast<double>(e.original), 6),
                palette.original);
  ui::value_row("inspector.code", "code q", code_text(e), palette.text);
  ui::value_row("inspector.dequantized", "dequantized x^",
                ui::signed_number(static_cast<double>(e.quantized.dequantized), 6), palette.quantized);
  ui::value_row("inspector.error", std::string(kind.name) + " x − x^", ui::signed_number(e.error, 5),
                kind.color);
}

void bits(const Frame& frame, const Explanation& e) {
  const Theme& look = theme();
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  const ImVec2 from = ImGui::GetCursorScreenPos();
  const float width = ImGui::GetContentRegionAvail().x;
  const TextStyle label{TextFace::Sans, look.px(kBodySize), look.palette.text};
  const float indent = frame.snapshot->spec.format.bits <= 8 ? look.px(34) : 0;
  float y = from.y + look.px(4);
  canvas.text({from.x, y + look.px(3)}, "bits", label);
  if (indent == 0) y += look.px(22);
  y += draw_bit_boxes(canvas, {from.x + indent, y, width - indent, 0}, frame.snapshot->spec.format,
                      e.quantized.code, look);
  ImGui::Dummy({width, y - from.y});
}

// A line of numbers that is too long breaks before its bound, or before its last "=", rather than anywhere.
void numbers_line(const std::string& numbers, Color color) {
  const ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  const TextStyle style{TextFace::Mono, theme().px(kMonoSize), color};
  if (ui::rich_width(canvas, numbers, style) > ImGui::GetContentRegionAvail().x)
    for (const char* const before : {" (|", " = "})
      if (const std::size_t at = numbers.rfind(before); at != std::string::npos && at > 0) {
        ui::mono_line(numbers.substr(0, at), color);
        return ui::mono_line(numbers.substr(at + 1), color);
      }
  ui::mono_line(numbers, color);
}

void computation(const Explanation& e) {
  const Palette& palette = theme().palette;
  ui::section("HOW IT WAS COMPUTED");
  const ui::ScopedVar tight(ImGuiStyleVar_ItemSpacing, ImVec2{0, 0});
  for (const FormulaLine& line : e.lines) {
    ui::mono_line(line.formula, palette.text);
    if (!line.numbers.empty()) numbers_line(line.numbers, palette.text_dim);
    ImGui::Dummy({0, theme().px(3)});
  }
}

std::string range_text(double lo, double hi) {
  if (!(lo <= hi)) return "no finite value";
  return ui::number(lo) + " … " + ui::number(hi);
}

void scale_group(const Frame& frame, const Explanation& e) {
  const Palette& palette = theme().palette;
  ui::section("SCALE GROUP");
  if (e.groups > 1)
    ui::value_row("inspector.group", "group", ui::count(e.group) + " of " + ui::count(e.groups),
                  palette.text);
  ui::value_row("inspector.group_values", "values", ui::count(e.group_values), palette.text);
  if (frame.snapshot->spec.scheme != Scheme::Direct) {
    ui::value_row("inspector.scale", "scale s", ui::number(static_cast<double>(e.scale.scale), 6),
                  palette.text);
    if (frame.snapshot->quantizer->integer)
      ui::value_row("inspector.zero_point", "zero point z", std::to_string(e.scale.zero_point), palette.text);
    ui::value_row("inspector.clip_range", "clip range",
                  range_text(static_cast<double>(e.range.lo), static_cast<double>(e.range.hi)), palette.text);
  }
  if (fits_groups(frame.snapshot->spec))
    ui::value_row("inspector.scale", "magnitude a", ui::number(static_cast<double>(e.scale.scale), 6),
                  palette.text);
  ui::value_row("inspector.grid_range", "grid range",
                range_text(static_cast<double>(e.grid.lo), static_cast<double>(e.grid.hi)), palette.text);
  ui::value_row("inspector.own_range", "own range",
                range_text(static_cast<double>(e.own_range.lo), static_cast<double>(e.own_range.hi)),
                palette.text);
}

// Bars run from 0 to at least 40 dB, so that they do not jump while a handle is dragged.
constexpr double kBarDecibels = 40;

double bar_fraction(std::optional<double> db, double most) {
  if (!db) return 0;
  return std::isinf(*db) ? 1 : std::clamp(*db / most, 0.0, 1.0);
}

std::string ratio_text(std::optional<double> db, bool exact) {
  return (exact ? "" : "~ ") + ui::decibels(db);
}

// "INT8 · min-max" is "INT8" here: the heading says that all of them are min-max. A custom format's long name
// stands in the quantizer panel.
std::string short_label(const Comparison& row) {
  constexpr std::string_view kCommon = " · min-max";
  constexpr std::size_t kLongest = 16;
  const std::string label =
      row.label.ends_with(kCommon) ? row.label.substr(0, row.label.size() - kCommon.size()) : row.label;
  return label.size() > kLongest ? "this format" : label;
}

void comparisons(Frame& frame) {
  const Snapshot& snapshot = *frame.snapshot;
  if (!snapshot.report || !snapshot.comparisons) return;
  const Palette& palette = theme().palette;
  double most = kBarDecibels;
  for (const Comparison& row : *snapshot.comparisons)
    if (row.sqnr_db && std::isfinite(*row.sqnr_db)) most = std::max(most, *row.sqnr_db);
  ui::section("COMPARE WITH MIN-MAX");
  const std::optional<double> own = snapshot.report->sqnr_db();
  ui::bar_row("inspector.compare.this", "this setting", ratio_text(own, snapshot.exact),
              bar_fraction(own, most), palette.quantized, true);
  for (std::size_t i = 0; i < snapshot.comparisons->size(); ++i) {
    const Comparison& row = (*snapshot.comparisons)[i];
    ui::bar_row("inspector.compare." + std::to_string(i), short_label(row),
                ratio_text(row.sqnr_db, row.exact), bar_fraction(row.sqnr_db, most), palette.text_dim, false);
    if (ImGui::IsItemClicked()) frame.experiment.quant = row.spec;
    ui::tooltip("Signal to noise of " + row.label +
                (row.exact ? " on this tensor" : " on a sample of this tensor") + "; click to adopt it.");
  }
}

}  // namespace

void draw_inspector(Frame& frame, Rect area) {
  const Theme& look = theme();
  ui::register_widget("panel.inspector", area, ui::WidgetKind::Region);
  const ui::ScopedChild child("inspector", area, look.palette.panel, {look.px(14), look.px(2)});
  const ui::ScopedVar spacing(ImGuiStyleVar_ItemSpacing, ImVec2{look.px(8), look.px(4)});
  ui::section("INSPECTOR");
  const auto explanation = frame.element ? frame.probes.explain(*frame.element) : nullptr;
  if (!explanation) {
    ui::paragraph("Point at a cell to see how its code was computed. A click pins it.",
                  look.palette.text_dim);
    return;
  }
  element(frame, *explanation);
  bits(frame, *explanation);
  computation(*explanation);
  draw_block_panel(frame, explanation->index);
  comparisons(frame);
  scale_group(frame, *explanation);
  ImGui::Dummy({0, look.px(8)});
}

}  // namespace bitloupe
