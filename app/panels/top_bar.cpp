#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <string>

#include "app/actions.h"
#include "app/keymap.h"
#include "app/panels/panels.h"
#include "app/plot/imgui_canvas.h"
#include "app/ui/guards.h"
#include "app/ui/registry.h"
#include "app/ui/text.h"
#include "app/ui/widgets.h"
#include "core/io/display_text.h"

namespace bitloupe {
namespace {

// The files that were opened last, as a list beside the File menu.
void draw_recent(Frame& frame) {
  const RecentFiles& recent = frame.session.recent;
  const bool open = ImGui::BeginMenu("Open recent", !recent.empty());
  ui::register_widget("menu.file.recent", ui::item_rect(), ui::WidgetKind::Handle);
  if (!open) return;
  for (std::size_t i = 0; i < recent.size(); ++i) {
    const ui::ScopedId scope(recent[i].path);
    const std::string& path = recent[i].path;
    const std::string name = displayed(path.substr(path.find_last_of('/') + 1));
    if (i > 0 && recent[i - 1].pinned && !recent[i].pinned) ImGui::Separator();
    if (ImGui::MenuItem(name.c_str(), nullptr, recent[i].pinned))
      frame.requests.sources = {source_of(recent[i])};
    ui::register_widget("menu.file.recent." + std::to_string(i), ui::item_rect(), ui::WidgetKind::Handle);
    ui::entry_tooltip(displayed_path(path));
  }
  ImGui::EndMenu();
}

void draw_items(Frame& frame, const Menu& menu) {
  for (const Action& action : actions()) {
    if (action.menu() != menu.key) continue;
    if (action.opens_group) ImGui::Separator();
    const std::string label(action.label), keys = frame.keymap.text(action);
    const bool checked = action.checked && action.checked(frame);
    if (ImGui::MenuItem(label.c_str(), keys.c_str(), checked, action.is_enabled(frame))) action.run(frame);
    ui::register_widget("menu." + std::string(action.key), ui::item_rect(), ui::WidgetKind::Handle);
    ui::entry_tooltip(action.help);
    if (action.key == "file.open_session") draw_recent(frame);
  }
}

// A flat face that opens its list below; pointing at another face while one is open moves on to it.
float draw_menu(Frame& frame, const Menu& menu, float x, Rect bar) {
  const Theme& look = theme();
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  const TextStyle style{TextFace::Sans, look.px(kBodySize), look.palette.text_dim};
  const Point size = canvas.measure(menu.label, style);
  const Rect face{x, bar.y + look.px(4), size.x + look.px(24), bar.height - look.px(8)};
  const ui::ScopedId scope(menu.key);
  ImGui::SetCursorScreenPos(ui::top_left(face));
  const bool clicked = ui::invisible_button("face", {face.width, face.height});
  const bool hovered = ImGui::IsItemHovered(ImGuiHoveredFlags_AllowWhenBlockedByPopup);
  const bool another = ImGui::IsPopupOpen("", ImGuiPopupFlags_AnyPopupId) && !ImGui::IsPopupOpen("list");
  if (clicked || (hovered && another)) ImGui::OpenPopup("list");
  const bool open = ImGui::IsPopupOpen("list");
  if (hovered || open) canvas.fill(face, look.palette.header, look.px(4));
  const Color color = hovered || open ? look.palette.text : look.palette.text_dim;
  canvas.text({face.x + look.px(12), face.y + (face.height - size.y) / 2}, menu.label,
              {style.face, style.size, color});
  ui::register_widget("menu." + std::string(menu.key), face, ui::WidgetKind::Control);
  ImGui::SetNextWindowPos({face.x, bar.bottom()});
  const ui::ScopedVar padding(ImGuiStyleVar_WindowPadding, ImVec2{look.px(10), look.px(8)});
  if (ImGui::BeginPopup("list", ImGuiWindowFlags_NoMove)) {
    draw_items(frame, menu);
    ImGui::EndPopup();
  }
  return face.right();
}

constexpr int kArcPoints = 12;

// A circular arrow, to the left (undo) or to the right (redo).
void draw_turn(Canvas& canvas, Point center, float radius, bool left, Color color, float thickness) {
  std::array<Point, kArcPoints> arc;
  const float mirror = left ? 1.0f : -1.0f;
  for (int i = 0; i < kArcPoints; ++i) {
    const float angle = std::numbers::pi_v<float> *
                        (-0.85f + 1.25f * static_cast<float>(i) / static_cast<float>(kArcPoints - 1));
    arc[static_cast<std::size_t>(i)] = {center.x + mirror * radius * std::cos(angle),
                                        center.y + radius * std::sin(angle)};
  }
  canvas.polyline(arc, color, thickness);
  const Point tip = arc.front();
  const float head = radius * 0.75f;
  const std::array<Point, 3> arrow = {{{tip.x - mirror * head * 0.15f, tip.y - head},
                                       {tip.x - mirror * head * 0.1f, tip.y + head * 0.15f},
                                       {tip.x + mirror * head, tip.y + head * 0.05f}}};
  canvas.polyline(arrow, color, thickness);
}

bool turn_button(const char* id, Rect face, bool left, bool enabled, const std::string& help) {
  const Theme& look = theme();
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  ImGui::SetCursorScreenPos(ui::top_left(face));
  const bool clicked = ui::invisible_button(id, {face.width, face.height}) && enabled;
  const bool hovered = ImGui::IsItemHovered() && enabled;
  if (hovered) canvas.fill(face, look.palette.header, look.px(4));
  const Color color = !enabled  ? look.palette.text_faint
                      : hovered ? look.palette.text
                                : look.palette.text_dim;
  draw_turn(canvas, {face.x + face.width / 2, face.y + face.height / 2 + look.px(1)}, look.px(5.5f), left,
            color, look.px(1.5f));
  ui::register_widget(id, face, ui::WidgetKind::Control);
  ui::tooltip(help);
  return clicked;
}

struct Crumbs {
  std::string place, name,
      facts;  // "vad.safetensors", "encoder.0.weight", "F32 [128, 129, 3]  49,536 values"
};

Crumbs crumbs_of(const Frame& frame) {
  if (!frame.snapshot || !frame.snapshot->prepared || frame.session.start_page) return {};
  const SourceSpec& source = frame.snapshot->experiment.source;
  const Tensor& tensor = frame.snapshot->tensor();
  Crumbs crumbs;
  crumbs.place =
      source.synthetic ? "synthetic" : displayed_path(source.path.substr(source.path.find_last_of('/') + 1));
  crumbs.name = tensor.name;
  crumbs.facts = std::string(tensor.stored_name()) + " " + to_text(tensor.shape) + "  " +
                 ui::count(tensor.count()) + (tensor.count() == 1 ? " value" : " values");
  return crumbs;
}

// Facts are left out first, then the name is shortened in its middle.
void draw_crumbs(const Frame& frame, Rect room) {
  const Theme& look = theme();
  const Crumbs crumbs = crumbs_of(frame);
  if (crumbs.name.empty() || room.width < look.px(60)) return;
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  const TextStyle bright{TextFace::Sans, look.px(kBodySize), look.palette.text};
  const TextStyle dim{TextFace::Sans, look.px(kBodySize), look.palette.text_dim};
  const std::string path = crumbs.place + " › " + crumbs.name, facts = "   " + crumbs.facts;
  const float facts_width = canvas.measure(facts, dim).x;
  const bool with_facts = canvas.measure(path, bright).x + facts_width <= room.width;
  const std::string shown = ui::elide_middle(canvas, path, bright, room.width);
  const Point size = canvas.measure(shown, bright);
  const float total = size.x + (with_facts ? facts_width : 0);
  const float x = room.x + (room.width - total) / 2, y = room.y + (room.height - size.y) / 2;
  canvas.text({x, y}, shown, bright);
  if (with_facts) canvas.text({x + size.x, y}, facts, dim);
  ImGui::SetCursorScreenPos({x, room.y});
  ImGui::Dummy({total, room.height});
  ui::tooltip(path + "\n" + crumbs.facts);
}

}  // namespace

void draw_top_bar(Frame& frame, Rect area) {
  const Theme& look = theme();
  ui::register_widget("top", area, ui::WidgetKind::Region);
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  canvas.fill(area, look.palette.panel);
  const TextStyle bold{TextFace::SansBold, look.px(kBodySize), look.palette.text};
  const Point name = canvas.measure("Bitloupe", bold);
  canvas.text({area.x + look.px(14), area.y + (area.height - name.y) / 2}, "Bitloupe", bold);
  float x = area.x + look.px(14) + name.x + look.px(20);
  for (const Menu& menu : menus()) x = draw_menu(frame, menu, x, area);

  const float side = area.height - look.px(8), right = area.right() - look.px(10);
  const Rect redo{right - side, area.y + look.px(4), side, side};
  const Rect undo{redo.x - side - look.px(4), redo.y, side, side};
  if (turn_button("top.undo", undo, true, frame.history.can_undo(),
                  frame.keymap.with_keys("Undo the last change.", "edit.undo")))
    frame.requests.undo = true;
  if (turn_button("top.redo", redo, false, frame.history.can_redo(),
                  frame.keymap.with_keys("Redo.", "edit.redo")))
    frame.requests.redo = true;

  // Centred in the window where there is room, else in what is left.
  const float from = x + look.px(16), to = undo.x - look.px(16);
  const float half = std::min(area.x + area.width / 2 - from, to - (area.x + area.width / 2));
  const bool centred = half > look.px(220);
  draw_crumbs(frame, centred ? Rect{area.x + area.width / 2 - half, area.y, 2 * half, area.height}
                             : Rect{from, area.y, std::max(to - from, 0.0f), area.height});
}

}  // namespace bitloupe
