// The canvas on the screen: strokes go to a Dear ImGui draw list, text is set in the theme's fonts.
#pragma once

#include "app/plot/canvas.h"

struct ImDrawList;

namespace bitloupe {

class GridPainter;

class ImGuiCanvas final : public Canvas {
 public:
  // `painter` (may be null: no cells are drawn) paints value grids.
  explicit ImGuiCanvas(ImDrawList& list, GridPainter* painter = nullptr) : list_(list), painter_(painter) {}

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
  ImDrawList& list_;
  GridPainter* painter_;
};

}  // namespace bitloupe
