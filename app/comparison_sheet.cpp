#include "app/comparison_sheet.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>

#include "app/actions.h"
#include "app/card.h"
#include "app/plot/imgui_canvas.h"
#include "app/ui/flat_button.h"
#include "app/ui/guards.h"
#include "app/ui/input.h"
#include "app/ui/registry.h"
#include "app/ui/text.h"
#include "app/ui/widgets.h"

namespace bitloupe {
namespace {

using Column = ComparisonColumn;

constexpr float kWidth = 1120, kWidthOfOneName = 860, kHeight = 640, kRow = 24, kHeadRow = 28, kGap = 14,
                kFoot = 40;
constexpr float kNarrowestName = 170;  // below this the other file's name gives way to the first

// Logical pixels; 0: shares what is left.
float width_of(Column column) {
  switch (column) {
    case Column::Stored:
      return 128;
    case Column::Rmse:
      return 112;
    case Column::Sqnr:
      return 86;
    case Column::MaxAbs:
      return 96;
    case Column::Different:
      return 92;
    default:
      return 0;
  }
}

bool is_number(Column column) { return column >= Column::Rmse; }

// The place of every column in a row, in the order of the heads; no width: not shown.
using Columns = std::array<Rect, 7>;

Columns columns_of(Rect row, bool renamed) {
  const Theme& look = theme();
  const float gap = look.px(kGap);
  float fixed = 0;
  for (const ComparisonHead& head : comparison_heads())
    if (const float width = width_of(head.column); width > 0) fixed += look.px(width) + gap;
  const float names = std::max(row.width - fixed, look.px(40));
  const bool both = renamed && names >= look.px(2 * kNarrowestName) + gap;
  Columns columns{};
  float x = row.x;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const Column column = comparison_heads()[i].column;
    float width = look.px(width_of(column));
    if (column == Column::Tensor) width = both ? std::floor((names - gap) / 2) : names;
    if (column == Column::Other) width = both ? std::floor((names - gap) / 2) : 0;
    columns[i] = {x, row.y, width, row.height};
    if (width > 0) x += width + gap;
  }
  return columns;
}

bool has_other_names(const ComparedFiles& compared) {
  return std::any_of(compared.pairs.begin(), compared.pairs.end(),
                     [](const TensorPair& pair) { return pair.both() && *pair.in_a != *pair.in_b; });
}

void draw_heads(ComparisonSheetState& state, const Columns& columns) {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].width <= 0) continue;
    const ComparisonHead& head = comparison_heads()[i];
    const bool current = state.order.column == head.column;
    const std::string text = std::string(head.label) + (!current ? "" : state.order.descending ? " ↓" : " ↑");
    // The face of the button keeps a margin of its own.
    const float out = theme().px(7);
    const Rect face{columns[i].x - out, columns[i].y, columns[i].width + 2 * out, columns[i].height};
    if (!ui::flat_button("comparison.sort." + std::string(head.key), face, text, false,
                         std::string(head.help) + "\nClick: sort by this; again: the other way round.",
                         is_number(head.column) ? ui::FlatAlign::Right : ui::FlatAlign::Left))
      continue;
    const ComparisonOrder first = first_order(head.column);
    state.order = current ? ComparisonOrder{head.column, !state.order.descending} : first;
  }
}

// In the middle of its height, at its left or right end, shortened in its middle.
void draw_cell(Canvas& canvas, Rect cell, const std::string& text, const TextStyle& style, bool right) {
  const std::string shown = ui::elide_middle(canvas, text, style, cell.width);
  const Point size = canvas.measure(shown, style);
  canvas.text({right ? cell.right() - size.x : cell.x, cell.y + (cell.height - size.y) / 2}, shown, style);
}

void draw_cells(Canvas& canvas, const ComparedFiles& compared, const TensorPair& pair,
                const Columns& columns) {
  const Theme& look = theme();
  const Color bright = pair.difference ? look.palette.text : look.palette.text_dim;
  const TextStyle name{TextFace::Sans, look.px(kBodySize), bright};
  const TextStyle number{TextFace::Mono, look.px(kMonoSmallSize), bright};
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const Column column = comparison_heads()[i].column;
    if (columns[i].width <= 0) continue;
    if (!pair.difference && is_number(column)) {
      const Rect rest{columns[i].x, columns[i].y, columns.back().right() - columns[i].x, columns[i].height};
      return draw_cell(canvas, rest, why_not(pair, compared), name, true);
    }
    const bool is_name = column == Column::Tensor || column == Column::Other;
    draw_cell(canvas, columns[i], cell_text(pair, column), is_name ? name : number, is_number(column));
  }
}

// The open file's tensor of a row, if it can be loaded.
const std::string* opens(const Frame& frame, const TensorPair& pair) {
  if (!pair.in_a || !frame.source.file) return nullptr;
  const TensorEntry* entry = frame.source.file->find(*pair.in_a);
  return entry && !entry->error ? &*pair.in_a : nullptr;
}

// True when it goes to its tensor.
bool draw_row(Frame& frame, const ComparedFiles& compared, const TensorPair& pair, Rect rect, bool renamed) {
  const Theme& look = theme();
  const std::string id = pair.in_a ? "comparison.row." + *pair.in_a : "comparison.only." + *pair.in_b;
  ImGui::SetCursorScreenPos(ui::top_left(rect));
  const std::string* tensor = opens(frame, pair);
  const bool clicked = ui::invisible_button(id.c_str(), {rect.width, rect.height}) && tensor;
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  const bool shown = pair.in_a && *pair.in_a == frame.source.tensor;
  if (shown || (tensor && ImGui::IsItemHovered()))
    canvas.fill(rect, shown ? look.palette.selection : look.palette.track, look.px(4));
  const float inset = look.px(10);
  draw_cells(canvas, compared, pair,
             columns_of({rect.x + inset, rect.y, rect.width - 2 * inset, rect.height}, renamed));
  const ImVec2 low = ImGui::GetWindowPos(), size = ImGui::GetWindowSize();
  const float top = std::max(rect.y, low.y), bottom = std::min(rect.bottom(), low.y + size.y);
  if (bottom > top) ui::register_widget(id, {rect.x, top, rect.width, bottom - top}, ui::WidgetKind::Handle);
  ui::tooltip(row_help(pair, compared) + (tensor ? "\nClick: show this tensor." : ""));
  if (clicked) {
    frame.experiment.source.tensor = *tensor;
    frame.requests.session.leave_start_page = true;
  }
  return clicked;
}

// True when a row was taken.
bool draw_table(ComparisonSheetState& state, Frame& frame, const ComparedFiles& compared, Rect area) {
  const Theme& look = theme();
  const bool renamed = has_other_names(compared);
  const float scroll_bar = ImGui::GetStyle().ScrollbarSize, inset = look.px(10), head = look.px(kHeadRow);
  const float width = std::max(area.width - scroll_bar, 1.0f), row = std::round(look.px(kRow));
  draw_heads(state, columns_of({area.x + inset, area.y, width - 2 * inset, head}, renamed));
  const Rect list{area.x, area.y + head, area.width, std::max(area.height - head, 1.0f)};
  ui::register_widget("comparison.list", list, ui::WidgetKind::Handle);
  const ui::ScopedChild child("rows", list, look.palette.header, {0, 0});
  const ui::ScopedVar tight(ImGuiStyleVar_ItemSpacing, ImVec2{0, 0});
  bool taken = false;
  ImGuiListClipper clipper;
  clipper.Begin(static_cast<int>(state.rows.size()), row);
  while (clipper.Step())
    for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) {
      const ImVec2 at = ImGui::GetCursorScreenPos();
      const TensorPair& pair = compared.pairs[state.rows[static_cast<std::size_t>(i)]];
      taken |= draw_row(frame, compared, pair, {at.x, at.y, width, row}, renamed);
    }
  return taken;
}

void copy_table(const ComparisonSheetState& state, Frame& frame, const ComparedFiles& compared) {
  frame.requests.clipboard = comparison_text(compared, state.rows);
  frame.requests.copied =
      "Copied the table: a head and " + ui::count(state.rows.size()) + " lines, tabs between.";
}

// True when it closes.
bool draw_foot(const ComparisonSheetState& state, Frame& frame, const ComparedFiles& compared) {
  const float gap = theme().px(10);
  if (ui::button("comparison.copy", "Copy table",
                 "Tabs between, numbers in full, for a spreadsheet (Ctrl+C).") ||
      ui::shortcut(ui::Key::C, {.ctrl = true}))
    copy_table(state, frame, compared);
  ImGui::SameLine(0, gap);
  const Action& compare = *find_action("file.compare");
  const bool again = compare.is_enabled(frame) && ui::button("comparison.again", compare.label, compare.help);
  if (again) compare.run(frame);
  ImGui::SameLine(0, gap);
  return ui::button("comparison.close", "Close", "File → Show the comparison brings it back (Escape).") ||
         again;
}

}  // namespace

bool draw_comparison_sheet(ComparisonSheetState& state, Frame& frame, Rect window) {
  const std::shared_ptr<const ComparedFiles> compared = frame.comparison;
  if (!compared) return false;
  const Theme& look = theme();
  const float width = has_other_names(*compared) ? kWidth : kWidthOfOneName;
  const Card card("comparison", card_rect(window, width, kHeight));
  if (std::exchange(state.sorted, compared) != compared) {
    state.order = {};
    state.rows.clear();
  }
  if (state.rows.empty() || state.sorted_by != state.order) {
    state.sorted_by = state.order;
    state.rows = sorted_rows(*compared, state.order);
  }
  ui::section("COMPARISON");
  ui::paragraph("a: " + short_name(compared->a) + "    b: " + short_name(compared->b), look.palette.text);
  ui::paragraph(summary(*compared), look.palette.text_dim);
  const ImVec2 at = ImGui::GetCursorScreenPos(), room = ImGui::GetContentRegionAvail();
  const float out = look.px(10);
  const bool taken = draw_table(
      state, frame, *compared,
      {at.x - out, at.y, room.x + 2 * out, std::max(room.y - look.px(kFoot), look.px(kHeadRow + kRow))});
  ImGui::SetCursorScreenPos({at.x, at.y + room.y - look.px(kFoot - 8)});
  const bool closed = draw_foot(state, frame, *compared);
  return !taken && !closed && !card.left();
}

}  // namespace bitloupe
