#include "app/plot/imgui_canvas.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "app/plot/grid_painter.h"
#include "app/ui/compat.h"
#include "app/ui/theme.h"

namespace bitloupe {
namespace {

struct FontAtSize {
  ImFont* font;
  float size;  // in ImGui's sense: ascender minus descender
};

// The font made for the nearest size, so that text is not resampled, and its size for that many pixels an em.
FontAtSize choose_font(const TextStyle& style) {
  const Theme& t = theme();
  const bool mono = style.face == TextFace::Mono, bold = style.face == TextFace::SansBold;
  const float large_em = t.px(mono ? kMonoSize : kBodySize);
  const float small_em = t.px(mono ? kMonoSmallSize : kSmallSize);
  const bool small = style.size < (large_em + small_em) / 2;
  ImFont* large_font = mono ? t.fonts.mono : bold ? t.fonts.sans_bold : t.fonts.sans;
  ImFont* small_font = mono ? t.fonts.mono_small : bold ? t.fonts.small_bold : t.fonts.small;
  ImFont* font = small ? small_font : large_font;
  return {font, ui::baked_size(*font) * style.size / (small ? small_em : large_em)};
}

const char* end_of(std::string_view text) { return text.data() + text.size(); }

}  // namespace

void ImGuiCanvas::line(Point a, Point b, Color color, float thickness) {
  list_.AddLine(ui::vec(a), ui::vec(b), color, thickness);
}

void ImGuiCanvas::dashed_line(Point a, Point b, Color color, float thickness, float dash) {
  const float length = std::hypot(b.x - a.x, b.y - a.y);
  if (!(length > 0) || !(dash > 0)) return;
  const float dx = (b.x - a.x) / length, dy = (b.y - a.y) / length;
  for (float from = 0; from < length; from += 2 * dash) {
    const float to = std::min(from + dash, length);
    list_.AddLine({a.x + dx * from, a.y + dy * from}, {a.x + dx * to, a.y + dy * to}, color, thickness);
  }
}

void ImGuiCanvas::polyline(std::span<const Point> points, Color color, float thickness) {
  if (points.size() < 2) return;
  std::vector<ImVec2> converted(points.size());
  std::transform(points.begin(), points.end(), converted.begin(), ui::vec);
  ui::add_polyline(list_, converted, color, thickness);
}

void ImGuiCanvas::fill(Rect rect, Color color, float rounding) {
  list_.AddRectFilled(ui::top_left(rect), ui::bottom_right(rect), color, rounding);
}

void ImGuiCanvas::stroke(Rect rect, Color color, float thickness, float rounding) {
  ui::add_rect(list_, rect, color, rounding, thickness);
}

void ImGuiCanvas::circle(Point center, float radius, Color color) {
  list_.AddCircleFilled(ui::vec(center), radius, color);
}

void ImGuiCanvas::text(Point top_left, std::string_view text, const TextStyle& style) {
  if (text.empty()) return;
  const FontAtSize f = choose_font(style);
  // Whole pixels: glyphs are bitmaps.
  list_.AddText(f.font, f.size, {std::round(top_left.x), std::round(top_left.y)}, style.color, text.data(),
                end_of(text));
}

Point ImGuiCanvas::measure(std::string_view text, const TextStyle& style) const {
  const FontAtSize f = choose_font(style);
  const ImVec2 size = f.font->CalcTextSizeA(f.size, 1e9f, 0.0f, text.data(), end_of(text));
  return {size.x, f.size};
}

void ImGuiCanvas::cells(const GridPane& pane) {
  if (painter_) painter_->draw(list_, pane);
}

void ImGuiCanvas::push_clip(Rect rect) {
  list_.PushClipRect(ui::top_left(rect), ui::bottom_right(rect), true);
}

void ImGuiCanvas::pop_clip() { list_.PopClipRect(); }

}  // namespace bitloupe
