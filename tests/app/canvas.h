// A canvas that records the strokes of a drawing.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/plot/canvas.h"
#include "app/plot/grid_painter.h"
#include "app/ui/theme.h"

namespace bitloupe::test {

enum class StrokeKind { Line, Dashed, Polyline, Fill, Frame, Circle, Text, Cells, PushClip, PopClip };

struct Stroke {
  StrokeKind kind;
  std::vector<Point> points;  // of lines and polylines; a circle's centre; a text's top left
  Rect rect;                  // of fills, frames, clips and cells; a text's box
  Color color = 0;
  std::string text;
  float size = 0;  // thickness, radius, or height of the text
};

class RecordingCanvas final : public Canvas {
 public:
  // Text is as wide as on `metrics`; without one, seven pixels a byte.
  explicit RecordingCanvas(const Canvas* metrics = nullptr) : metrics_(metrics) {}

  std::vector<Stroke> strokes;
  std::vector<GridPane> panes;
  std::vector<Stroke> all(StrokeKind kind) const;
  std::vector<Stroke> all(StrokeKind kind, Color color) const;
  std::vector<std::string> texts() const;
  bool says(std::string_view part) const;  // in one of the texts

  void line(Point a, Point b, Color color, float thickness) override;
  void dashed_line(Point a, Point b, Color color, float thickness, float dash) override;
  void polyline(std::span<const Point> points, Color color, float thickness) override;
  void fill(Rect rect, Color color, float rounding = 0) override;
  void stroke(Rect rect, Color color, float thickness, float rounding = 0) override;
  void circle(Point center, float radius, Color color) override;
  void text(Point top_left, std::string_view text, const TextStyle& style) override;
  Point measure(std::string_view text, const TextStyle& style) const override;
  void cells(const GridPane& pane) override;
  void push_clip(Rect rect) override;
  void pop_clip() override;

 private:
  const Canvas* metrics_;
};

// The dark theme at scale 1, without fonts.
Theme plain_theme();

bool overlap(Rect a, Rect b);
bool inside(Rect a, Rect b);  // a in b

}  // namespace bitloupe::test
