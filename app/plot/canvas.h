// Canvas: the few strokes that plots are made of, so that the same plot goes to the screen and to an SVG
// file. Pixels, y down. Colours are 0xAABBGGRR as in Dear ImGui.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace bitloupe {

struct GridPane;

using Color = std::uint32_t;

struct Point {
  float x = 0, y = 0;
};
struct Rect {
  float x = 0, y = 0, width = 0, height = 0;
  float right() const { return x + width; }
  float bottom() const { return y + height; }
  bool contains(Point p) const { return p.x >= x && p.x < right() && p.y >= y && p.y < bottom(); }
};

enum class TextFace { Sans, SansBold, Mono };
struct TextStyle {
  TextFace face = TextFace::Sans;
  float size = 13;  // pixels
  Color color = 0xFFFFFFFF;
};

class Canvas {
 public:
  virtual ~Canvas() = default;
  virtual void line(Point a, Point b, Color color, float thickness) = 0;
  virtual void dashed_line(Point a, Point b, Color color, float thickness, float dash) = 0;
  virtual void polyline(std::span<const Point> points, Color color, float thickness) = 0;
  virtual void fill(Rect rect, Color color, float rounding = 0) = 0;
  virtual void stroke(Rect rect, Color color, float thickness, float rounding = 0) = 0;
  virtual void circle(Point center, float radius, Color color) = 0;
  virtual void text(Point top_left, std::string_view text, const TextStyle& style) = 0;
  virtual Point measure(std::string_view text, const TextStyle& style) const = 0;  // width, height
  virtual void cells(const GridPane& pane) = 0;                                    // of a value grid
  virtual void push_clip(Rect rect) = 0;
  virtual void pop_clip() = 0;
};

}  // namespace bitloupe
