#include "app/banner.h"

#include <algorithm>
#include <cmath>

#include "app/frame.h"
#include "app/plot/imgui_canvas.h"
#include "app/ui/guards.h"
#include "app/ui/registry.h"
#include "app/ui/text.h"
#include "app/ui/widgets.h"

namespace bitloupe {
namespace {

constexpr float kHeight = 30, kGap = 8, kBetweenLinks = 18;  // logical pixels

void draw_banner(Frame& frame, const Banner& banner, Rect area) {
  const Theme& look = theme();
  const std::string id = "banner." + std::string(banner.key);
  ui::register_widget(id, area, ui::WidgetKind::Region);
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  canvas.fill(area, look.palette.card, look.px(4));
  canvas.fill({area.x, area.y, look.px(3), area.height}, look.palette.accent, look.px(1));
  const TextStyle style{TextFace::Sans, look.px(kBodySize), look.palette.text};
  float links = look.px(12);
  for (const BannerLink& link : banner.links)
    links += std::ceil(canvas.measure(link.text, style).x) + look.px(kBetweenLinks);
  const float x = area.x + look.px(14), room = std::max(area.right() - links - x, 1.0f);
  const std::string shown = ui::elide_middle(canvas, banner.text, style, room);
  const Point size = canvas.measure(shown, style);
  canvas.text({x, area.y + (area.height - size.y) / 2}, shown, style);
  ImGui::SetCursorScreenPos({x, area.y});
  ImGui::Dummy({room, area.height});
  if (shown != banner.text) ui::tooltip(banner.text);
  ImGui::SetCursorScreenPos({x + size.x + look.px(kBetweenLinks), area.y + (area.height - look.px(20)) / 2});
  for (const BannerLink& link : banner.links) {
    if (ui::link(id + "." + std::string(link.key), link.text, link.help)) link.run(frame);
    ImGui::SameLine(0, look.px(kBetweenLinks));
  }
}

}  // namespace

float draw_banners(Frame& frame, Rect area) {
  const float height = theme().px(kHeight), gap = theme().px(kGap);
  float used = 0;
  for (const Banner& banner : frame.banners) {
    draw_banner(frame, banner, {area.x, area.y + used, area.width, height});
    used += height + gap;
  }
  return used;
}

}  // namespace bitloupe
