// Axis: a range of values laid along a row or column of pixels, and the round numbers that label it. It knows
// nothing of what is plotted.
#pragma once

#include <string>
#include <vector>

#include "app/plot/canvas.h"

namespace bitloupe {

// `lo` lies at pixel `start`, `hi` at `start + length` (a negative length runs upwards).
struct Axis {
  double lo = 0, hi = 1;
  float start = 0, length = 1;
  bool logarithmic = false;         // powers of ten lie evenly; wants lo > 0
  float pixel(double value) const;  // logarithmic: a value that has no logarithm lies a length before `start`
  double value(float pixel) const;
  double per_pixel() const;  // values a pixel, positive; linear axes
};

struct Tick {
  double value = 0;
  std::string label;
};

// The multiples of 1, 2 or 5 times a power of ten in [lo, hi], at most `most` of them, with just the digits
// that tell neighbours apart. Empty for a range that is empty, not finite or too narrow for double.
std::vector<Tick> ticks(double lo, double hi, int most);
// For a logarithmic axis: multiples of powers of ten, or powers of ten only, or every n-th one; where these
// are too few, the ticks above. 0 < lo < hi.
std::vector<Tick> log_ticks(double lo, double hi, int most);

// The densest ticks whose labels stay `gap` pixels apart.
std::vector<Tick> fitting_ticks(const Canvas& canvas, const Axis& axis, const TextStyle& style, float gap);

// Labels centred under their values; one that would stick out of the axis by more than half a line is left
// out. `top` is the labels' upper edge.
void draw_tick_labels(Canvas& canvas, const Axis& axis, float top, const TextStyle& style);

struct ValueRange {
  double lo = 0, hi = 1;
};
// Zoomed by `factor` (< 1 magnifies) with the value at `pixel` staying there; and moved with the hand.
ValueRange zoomed(const Axis& axis, float pixel, double factor);
ValueRange panned(const Axis& axis, float pixels);

}  // namespace bitloupe
