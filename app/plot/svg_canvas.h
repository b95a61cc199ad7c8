// The canvas that is a file: strokes become SVG 1.1 elements, text stays text in the program's faces by name,
// and the cells of a value grid are an embedded PNG. The same strokes give the same bytes. Nothing is
// written.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/plot/canvas.h"
#include "app/plot/font_metrics.h"
#include "app/plot/grid_painter.h"

namespace bitloupe {

// Text measured as an SVG sets it; strokes go nowhere. For layouts without a screen.
class MeasuringCanvas : public Canvas {
 public:
  void line(Point, Point, Color, float) override {}
  void dashed_line(Point, Point, Color, float, float) override {}
  void polyline(std::span<const Point>, Color, float) override {}
  void fill(Rect, Color, float) override {}
  void stroke(Rect, Color, float, float) override {}
  void circle(Point, float, Color) override {}
  void text(Point, std::string_view, const TextStyle&) override {}
  Point measure(std::string_view text, const TextStyle& style) const override {
    return metrics_.measure(text, style);
  }
  void cells(const GridPane&) override {}
  void push_clip(Rect) override {}
  void pop_clip() override {}

 protected:
  const FontMetrics& metrics() const { return metrics_; }

 private:
  FontMetrics metrics_;
};

class SvgCanvas final : public MeasuringCanvas {
 public:
  // `painter` (may be null: no cells are drawn) makes the pictures of value grids.
  SvgCanvas(float width, float height, GridPainter* painter);

  void line(Point a, Point b, Color color, float thickness) override;
  void dashed_line(Point a, Point b, Color color, float thickness, float dash) override;
  void polyline(std::span<const Point> points, Color color, float thickness) override;
  void fill(Rect rect, Color color, float rounding = 0) override;
  void stroke(Rect rect, Color color, float thickness, float rounding = 0) override;
  void circle(Point center, float radius, Color color) override;
  void text(Point top_left, std::string_view text, const TextStyle& style) override;
  void cells(const GridPane& pane) override;
  void push_clip(Rect rect) override;
  void pop_clip() override;

  // The whole file with a title and a description for readers that do not see it; the canvas is empty after.
  // The error is that of a grid that could not be painted. Encodes the pictures: no thing for a frame.
  Result<std::string> finish(std::string_view title, std::string_view description);

 private:
  float width_, height_;
  GridPainter* painter_;
  struct Embedded {
    std::size_t at = 0;  // in the body
    Rect rect;
    Picture picture;
  };
  std::string body_, clips_;
  std::vector<Embedded> pictures_;
  int clip_count_ = 0, open_groups_ = 0;
  std::optional<Error> error_;
};

// Text inside of XML: markup is escaped, what XML forbids (control characters, broken UTF-8) is U+FFFD.
std::string xml_text(std::string_view text);
// At most three decimals, no exponent: "12.5", "-0.125", "0" (never "-0"); held within +-100,000.
std::string svg_number(float value);
std::string base64(std::string_view bytes);

}  // namespace bitloupe
