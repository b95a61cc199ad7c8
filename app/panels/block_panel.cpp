#include "app/panels/block_panel.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "app/figures/grid_figure.h"
#include "app/panels/block_bits.h"
#include "app/panels/block_values.h"
#include "app/plot/imgui_canvas.h"
#include "app/ui/compat.h"
#include "app/ui/registry.h"
#include "app/ui/text.h"
#include "app/ui/widgets.h"
#include "core/probe_words.h"

namespace bitloupe {
namespace {

struct ClipRows {
  float top, bottom;
};
ClipRows clip_rows() {
  const ImDrawList& list = *ImGui::GetWindowDrawList();
  return {list.GetClipRectMin().y, list.GetClipRectMax().y};
}

// Registers what of `rect` is in sight.
void register_part(std::string_view id, Rect rect) {
  const ClipRows rows = clip_rows();
  const float top = std::max(rect.y, rows.top), bottom = std::min(rect.bottom(), rows.bottom);
  if (bottom > top) ui::register_widget(id, {rect.x, top, rect.width, bottom - top});
}

// The element of the block that the pointer is on, wherever that is; else the one that is explained.
std::size_t marked_element(const Frame& frame, const BlockView& view) {
  if (!frame.hovered.element) return view.current;
  const auto found = std::find_if(view.elements.begin(), view.elements.end(),
                                  [&](const BlockElement& e) { return e.index == *frame.hovered.element; });
  return found == view.elements.end() ? view.current
                                      : static_cast<std::size_t>(found - view.elements.begin());
}

void hover(Frame& frame, const BlockView& view, std::optional<std::size_t> element, std::string hint) {
  frame.hover.in_inspector = true;
  frame.hover.copy = hex_of(view);
  const std::uint64_t index = view.elements[element.value_or(view.current)].index;
  frame.hover.group = frame.snapshot->scales->layout.group_of(index);
  frame.hover.hint = std::move(hint);
  if (!element) return;
  frame.hover.element = index;
  std::optional<std::uint64_t>& selected = frame.view.selected;
  if (ImGui::IsItemClicked()) selected = selected == index ? std::nullopt : std::optional(index);
}

// Of formats whose codes are no integers both forms: the other one stands with the element above.
std::string code_text(const BlockElement& e, const BlockView& view, bool integer) {
  return std::to_string(e.q) + (integer ? "" : " = " + hex_text(e.code, view.code_bits));
}

// What the marked element's value is made of.
void numbers(const BlockView& view, std::size_t marked, bool integer) {
  const Theme& look = theme();
  const BlockElement& e = view.elements[marked];
  for (const BlockEntry& number : view.numbers)
    if (shares(view, number, e))
      ui::value_row("inspector.block." + number.letter, number.letter + "  " + number.name,
                    stored_text(number),
                    number.bits > 0 ? part_color(number.part, look.palette) : look.palette.text);
  ui::value_row("inspector.block.q", "q  value " + std::to_string(marked), code_text(e, view, integer),
                part_color(BlockPart::Code, look.palette));
}

// "■ scale ■ code", in as many lines as it takes; parts in the order in which they are stored.
void legend(const BlockView& view) {
  const Theme& look = theme();
  std::vector<std::pair<BlockPart, std::string>> entries;
  for (const BitUse& use : view.bits) {
    const auto same = [&](const auto& entry) { return entry.first == use.part; };
    if (std::any_of(entries.begin(), entries.end(), same)) continue;
    std::string name(block_part_name(use.part));
    for (const BlockEntry& number : view.numbers)
      if (number.part == use.part && number.bits > 0 && !view.from_ggml) name = number.name;
    entries.emplace_back(use.part, use.part == BlockPart::Code ? "codes" : name);
  }
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  const ImVec2 from = ImGui::GetCursorScreenPos();
  const float width = ImGui::GetContentRegionAvail().x, line = std::round(look.px(17)), side = look.px(8);
  const TextStyle style{TextFace::Sans, look.px(kSmallSize), look.palette.text_dim};
  float x = from.x, y = from.y;
  for (const auto& [part, name] : entries) {
    const float needed = side + look.px(5) + canvas.measure(name, style).x;
    if (x > from.x && x + needed > from.x + width) {
      x = from.x;
      y += line;
    }
    canvas.fill({x, y + (line - side) / 2, side, side}, part_color(part, look.palette), look.px(2));
    canvas.text({x + side + look.px(5), y + (line - canvas.measure("x", style).y) / 2}, name, style);
    x += needed + look.px(12);
  }
  ImGui::Dummy({width, y + line - from.y});
}

std::string bit_text(const BlockView& view, std::size_t bit) {
  const BitUse& use = view.bits[bit];
  std::string text = "byte " + std::to_string(bit / 8) + ", bit " + std::to_string(bit % 8) + ": ";
  if (use.part == BlockPart::Unused) return text + "unused";
  text += "bit " + std::to_string(use.bit) + " of ";
  if (use.part == BlockPart::Code) return text + "the code of value " + std::to_string(use.index);
  for (const BlockEntry& number : view.numbers)
    if (number.part == use.part && number.index == use.index && number.bits > 0) return text + number.name;
  return text + std::string(block_part_name(use.part));
}

// A value of the group that the number belongs to.
std::size_t value_under(const BlockView& view, const BitUse& use) {
  const bool of_group = use.part == BlockPart::GroupScale || use.part == BlockPart::GroupMinimum;
  const std::size_t first = of_group ? std::size_t{use.index} * view.group_values : view.current;
  return std::min(first, view.elements.size() - 1);
}

void bits(Frame& frame, const BlockView& view, std::size_t marked) {
  const Theme& look = theme();
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  const Point from = ui::point(ImGui::GetCursorScreenPos());
  const float width = ImGui::GetContentRegionAvail().x;
  const BitGrid grid = bit_grid(canvas, view, from, width, look);
  const ClipRows rows = clip_rows();
  draw_bit_grid(canvas, grid, view, marked, rows.top, rows.bottom, look);
  ui::invisible_button("inspector.block.bits", {width, grid.height()});
  register_part("inspector.block.bits", {from.x, from.y, width, grid.height()});
  if (!ImGui::IsItemHovered()) return;
  const auto bit = grid.bit_at(ui::point(ImGui::GetIO().MousePos));
  if (!bit) return hover(frame, view, std::nullopt, "Ctrl+C: copy the bytes");
  const BitUse& use = view.bits[*bit];
  const std::string text = bit_text(view, *bit);
  const bool of_value = use.part == BlockPart::Code;
  hover(frame, view, of_value ? std::optional<std::size_t>(use.index) : std::nullopt,
        text + (of_value ? " · Click: pin · Ctrl+C: copy the bytes" : " · Ctrl+C: copy the bytes"));
  if (!of_value && use.part != BlockPart::Unused)
    frame.hover.group = frame.snapshot->scales->layout.group_of(view.elements[value_under(view, use)].index);
  ui::tooltip(text);
}

std::string element_text(const BlockView& view, std::size_t i) {
  const BlockElement& e = view.elements[i];
  return "value " + std::to_string(i) + ": q = " + std::to_string(e.q) +
         ", x^ = " + ui::signed_number(static_cast<double>(e.dequantized), 5);
}

void values(Frame& frame, const BlockView& view, std::size_t marked) {
  const Theme& look = theme();
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  const Point from = ui::point(ImGui::GetCursorScreenPos());
  const float width = ImGui::GetContentRegionAvail().x;
  const ValueGrid grid = value_grid(view, from, width, look);
  const ClipRows rows = clip_rows();
  draw_value_grid(canvas, grid, view, dequantized_colors(*frame.snapshot, look.palette), marked, rows.top,
                  rows.bottom, look);
  ui::invisible_button("inspector.block.values", {width, grid.total_height()});
  register_part("inspector.block.values", {from.x, from.y, width, grid.total_height()});
  if (!ImGui::IsItemHovered()) return;
  const auto element = grid.element_at(ui::point(ImGui::GetIO().MousePos));
  const std::string text = element ? element_text(view, *element) + " · Click: pin · " : std::string();
  hover(frame, view, element, text + "Ctrl+C: copy the bytes");
  if (element) ui::tooltip(element_text(view, *element));
}

// As high as two lines at least, so that nothing moves under the pointer from element to element.
void formula(const BlockView& view, std::size_t marked) {
  const Palette& palette = theme().palette;
  ui::mono_line(view.formula, palette.text);
  const float top = ImGui::GetCursorScreenPos().y, two = 2 * std::round(theme().px(19));
  ui::mono_line(numbers_of(view, marked), palette.text_dim);
  const float left = top + two - ImGui::GetCursorScreenPos().y;
  if (left > 0) ImGui::Dummy({0, left});
}

std::string place_text(const BlockView& view) {
  const double bits =
      8.0 * static_cast<double>(view.bytes.size()) / static_cast<double>(view.elements.size());
  return "Block " + ui::count(view.block) + " of " + ui::count(view.blocks) + ": " +
         std::to_string(view.elements.size()) + " values in " + std::to_string(view.bytes.size()) +
         " bytes, " + number(bits) + " bits each" + (view.from_file ? ", as in the file." : ".");
}

std::string order_text(const BlockView& view) {
  return (view.from_ggml ? std::string() : "Scale first, then codes. ") + "Bit 7 of each byte is left. " +
         (view.from_ggml ? "ggml's order: " : "Codes: ") + view.order + ".";
}

}  // namespace

void draw_block_panel(Frame& frame, std::uint64_t element) {
  const std::shared_ptr<const BlockView> view = frame.probes.block(element);
  if (!view) return;
  const Palette& palette = theme().palette;
  if (ui::fold_section(
          "inspector.block", "Block microscope", !frame.view.block_folded, view->name,
          "The stored block that holds the value, bit by bit in the order of storage, with every "
          "value in it. What the pointer is on is marked in the grids too; Ctrl+C copies the "
          "bytes in hex."))
    frame.view.block_folded = !frame.view.block_folded;
  if (frame.view.block_folded) return;
  const std::size_t marked = marked_element(frame, *view);
  ui::paragraph(place_text(*view), palette.text_dim);
  legend(*view);
  bits(frame, *view, marked);
  ui::paragraph(order_text(*view), palette.text_dim);
  values(frame, *view, marked);
  numbers(*view, marked, frame.snapshot->quantizer->integer);
  formula(*view, marked);
}

}  // namespace bitloupe
