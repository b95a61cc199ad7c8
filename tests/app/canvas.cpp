#include "tests/app/canvas.h"

#include <algorithm>
#include <iterator>

namespace bitloupe::test {

std::vector<Stroke> RecordingCanvas::all(StrokeKind kind) const {
  std::vector<Stroke> found;
  std::copy_if(strokes.begin(), strokes.end(), std::back_inserter(found),
               [&](const Stroke& stroke) { return stroke.kind == kind; });
  return found;
}

std::vector<Stroke> RecordingCanvas::all(StrokeKind kind, Color color) const {
  std::vector<Stroke> found = all(kind);
  std::erase_if(found, [&](const Stroke& stroke) { return stroke.color != color; });
  return found;
}

std::vector<std::string> RecordingCanvas::texts() const {
  std::vector<std::string> found;
  for (const Stroke& stroke : all(StrokeKind::Text)) found.push_back(stroke.text);
  return found;
}

bool RecordingCanvas::says(std::string_view part) const {
  const std::vector<std::string> found = texts();
  return std::any_of(found.begin(), found.end(),
                     [&](const std::string& text) { return text.find(part) != std::string::npos; });
}

void RecordingCanvas::line(Point a, Point b, Color color, float thickness) {
  strokes.push_back({StrokeKind::Line, {a, b}, {}, color, "", thickness});
}
void RecordingCanvas::dashed_line(Point a, Point b, Color color, float thickness, float) {
  strokes.push_back({StrokeKind::Dashed, {a, b}, {}, color, "", thickness});
}
void RecordingCanvas::polyline(std::span<const Point> points, Color color, float thickness) {
  strokes.push_back({StrokeKind::Polyline, {points.begin(), points.end()}, {}, color, "", thickness});
}
void RecordingCanvas::fill(Rect rect, Color color, float) {
  strokes.push_back({StrokeKind::Fill, {}, rect, color, "", 0});
}
void RecordingCanvas::stroke(Rect rect, Color color, float thickness, float) {
  strokes.push_back({StrokeKind::Frame, {}, rect, color, "", thickness});
}
void RecordingCanvas::circle(Point center, float radius, Color color) {
  strokes.push_back({StrokeKind::Circle, {center}, {}, color, "", radius});
}
void RecordingCanvas::text(Point top_left, std::string_view text, const TextStyle& style) {
  const Point size = measure(text, style);
  strokes.push_back({StrokeKind::Text,
                     {top_left},
                     {top_left.x, top_left.y, size.x, size.y},
                     style.color,
                     std::string(text),
                     style.size});
}
Point RecordingCanvas::measure(std::string_view text, const TextStyle& style) const {
  if (metrics_) return metrics_->measure(text, style);
  return {7 * static_cast<float>(text.size()), style.size};
}
void RecordingCanvas::cells(const GridPane& pane) {
  panes.push_back(pane);
  strokes.push_back({StrokeKind::Cells, {}, {pane.x, pane.y, pane.width, pane.height}, 0, "", 0});
}
void RecordingCanvas::push_clip(Rect rect) { strokes.push_back({StrokeKind::PushClip, {}, rect, 0, "", 0}); }
void RecordingCanvas::pop_clip() { strokes.push_back({StrokeKind::PopClip, {}, {}, 0, "", 0}); }

Theme plain_theme() {
  Theme theme;
  theme.palette = dark_palette();
  return theme;
}

bool overlap(Rect a, Rect b) {
  return a.x < b.right() && b.x < a.right() && a.y < b.bottom() && b.y < a.bottom();
}

bool inside(Rect a, Rect b) {
  return a.x >= b.x && a.y >= b.y && a.right() <= b.right() && a.bottom() <= b.bottom();
}

}  // namespace bitloupe::test
