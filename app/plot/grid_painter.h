// GridPainter: draws the cells of one pane of a value grid, into a rectangle of the window or into a picture.
// The interface knows nothing of OpenGL; app/gl implements it, tests record it.
#pragma once

#include <cstdint>
#include <memory>

#include "app/plot/canvas.h"
#include "app/plot/picture.h"
#include "app/state.h"
#include "core/probe.h"
#include "core/result.h"

struct ImDrawList;

namespace bitloupe {

enum class GridQuantity { Original, Dequantized, Error, Code };
enum class ColorMap { Diverging, Sequential };  // blue-grey-red around 0 | viridis

// One pane. Pixels are those of the draw list; the picture is `texels` mapped so that the viewport fills the
// rectangle.
struct GridPane {
  std::shared_ptr<const WindowResult> texels;
  WindowRequest request;  // which cells the texels are
  Viewport viewport;
  GridQuantity quantity = GridQuantity::Original;
  ColorMap map = ColorMap::Diverging;
  float low = -1, high = 1;                   // values at the ends of the colour map
  float x = 0, y = 0, width = 0, height = 0;  // rectangle in window pixels
  // The theme's: pixels of gaps and patterns, which diverging map, what cells are parted and marked with.
  float scale = 1;
  bool dark = true;
  Color gap = 0xFF000000, clipped = 0xFFFFFFFF;
};

class GridPainter {
 public:
  virtual ~GridPainter() = default;
  virtual void draw(ImDrawList& list, const GridPane& pane) = 0;
  // The same as pixels, `factor` times as many each way as the pane has; what shows no cell is transparent.
  virtual Result<Picture> picture(const GridPane& pane, float factor) = 0;
};

}  // namespace bitloupe
