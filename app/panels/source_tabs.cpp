// The open sources as tabs, in place of the source panel's heading: they shrink, then scroll.
#include <algorithm>
#include <cmath>
#include <string>

#include "app/keymap.h"
#include "app/panels/panels.h"
#include "app/plot/imgui_canvas.h"
#include "app/ui/flat_button.h"
#include "app/ui/guards.h"
#include "app/ui/registry.h"
#include "app/ui/text.h"
#include "app/ui/widgets.h"
#include "core/io/display_text.h"

namespace bitloupe {
namespace {

constexpr float kHeight = 28, kNarrowest = 84, kWidest = 180, kClose = 18;  // logical pixels
constexpr float kAllHeight = 360, kAllWidth = 420;

std::string number(std::size_t tab) { return std::to_string(tab); }

std::string help_of(const Frame& frame, std::size_t tab) {
  const SourceSpec& source = frame.sources.tabs[tab].source;
  std::string help = source.synthetic ? to_text(source) : displayed_path(source.path);
  if (!source.tensor.empty()) help += "\n" + displayed(source.tensor);
  return frame.keymap.with_keys(help + "\nMiddle click closes it.", "file.next_source");
}

void draw_tab(Frame& frame, std::size_t tab, Rect rect) {
  const Theme& look = theme();
  const bool active = tab == frame.sources.active;
  const ui::ScopedId scope(frame.sources.tabs[tab].place);
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  const Rect face{rect.x, rect.y, rect.width - look.px(kClose), rect.height};
  const Rect close{face.right(), rect.y, look.px(kClose), rect.height};
  if (active) {
    canvas.fill(rect, look.palette.header, look.px(4));
    canvas.fill({rect.x, rect.bottom() - look.px(2), rect.width, look.px(2)}, look.palette.accent);
  }
  const bool pointed = ImGui::IsWindowHovered(ImGuiHoveredFlags_AllowWhenBlockedByActiveItem) &&
                       rect.contains(ui::point(ImGui::GetMousePos()));
  if (ui::flat_button("source.tab." + number(tab), face, tab_name(frame.sources, tab), false,
                      help_of(frame, tab)))
    frame.requests.select_tab = tab;
  if (ImGui::IsItemHovered() && ImGui::IsMouseClicked(2)) frame.requests.close_tab = tab;
  // The room for it is always kept, so that names do not jump.
  if ((active || pointed) &&
      ui::flat_button("source.close." + number(tab), close, "×", false,
                      frame.keymap.with_keys("Closes this source.", "file.close"), ui::FlatAlign::Middle))
    frame.requests.close_tab = tab;
}

// Every open source, for when the strip shows few of them.
void draw_all(Frame& frame, Rect face) {
  const Theme& look = theme();
  const std::size_t count = frame.sources.tabs.size();
  if (ui::flat_button("source.tabs.all", face, number(count), false, "Lists all open sources.",
                      ui::FlatAlign::Middle))
    ImGui::OpenPopup("all");
  ImGui::SetNextWindowPos({face.x, face.bottom()});
  const float height =
      std::min(look.px(kAllHeight), ui::list_row_height() * static_cast<float>(count) + look.px(20));
  ImGui::SetNextWindowSize({look.px(kAllWidth), height});
  if (!ImGui::BeginPopup("all", ImGuiWindowFlags_NoMove)) return;
  ImGuiListClipper clipper;
  clipper.Begin(static_cast<int>(count));
  while (clipper.Step())
    for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) {
      const auto tab = static_cast<std::size_t>(i);
      if (!ui::list_row("source.all." + number(tab), tab_name(frame.sources, tab), "",
                        tab == frame.sources.active, true, help_of(frame, tab)))
        continue;
      frame.requests.select_tab = tab;
      ImGui::CloseCurrentPopup();
    }
  ImGui::EndPopup();
}

// How far the strip is scrolled, in pixels; a tab that became the active one comes into sight.
float scrolled(const Frame& frame, Rect strip, float width) {
  ImGuiStorage& storage = *ImGui::GetStateStorage();
  const ImGuiID scroll_id = ImGui::GetID("tabs.scroll"), active_id = ImGui::GetID("tabs.active");
  const float most = std::max(width * static_cast<float>(frame.sources.tabs.size()) - strip.width, 0.0f);
  float scroll = storage.GetFloat(scroll_id, 0);
  const ImGuiID active = ImGui::GetID(frame.sources.tabs[frame.sources.active].place.c_str());
  if (static_cast<ImGuiID>(storage.GetInt(active_id, 0)) != active) {
    storage.SetInt(active_id, static_cast<int>(active));
    const float left = width * static_cast<float>(frame.sources.active);
    scroll = std::clamp(scroll, left + width - strip.width, left);
  }
  if (ImGui::IsWindowHovered() && strip.contains(ui::point(ImGui::GetMousePos())))
    scroll -= ImGui::GetIO().MouseWheel * width;
  scroll = std::clamp(std::round(scroll), 0.0f, most);
  storage.SetFloat(scroll_id, scroll);
  return scroll;
}

}  // namespace

void draw_source_tabs(Frame& frame) {
  const Theme& look = theme();
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const std::size_t count = frame.sources.tabs.size();
  const Rect whole{at.x, at.y, std::max(ImGui::GetContentRegionAvail().x, 1.0f),
                   std::round(look.px(kHeight))};
  Rect strip = whole;
  const float fair = strip.width / static_cast<float>(count);
  const bool scrolls = fair < look.px(kNarrowest);
  if (scrolls) {
    const float width = ui::flat_width(number(count));
    strip.width = std::max(strip.width - width - look.px(4), 1.0f);
    draw_all(frame, {whole.right() - width, whole.y, width, whole.height});
  }
  const float width = std::floor(scrolls ? look.px(kNarrowest) : std::min(fair, look.px(kWidest)));
  const float scroll = scrolls ? scrolled(frame, strip, width) : 0;
  {
    const ui::ScopedClip clip(strip);
    const auto first = static_cast<std::size_t>(scroll / width);
    for (std::size_t tab = first; tab < count; ++tab) {
      const float x = strip.x + width * static_cast<float>(tab) - scroll;
      if (x >= strip.right()) break;
      draw_tab(frame, tab, {x, strip.y, width, strip.height});
    }
  }
  ImGuiCanvas(*ImGui::GetWindowDrawList())
      .fill({whole.x, whole.bottom(), whole.width, std::max(1.0f, std::round(look.px(1)))},
            look.palette.border);
  ImGui::SetCursorScreenPos(at);
  ImGui::Dummy({whole.width, whole.height});
}

}  // namespace bitloupe
