// The built-in picture: a landscape under a sky, drawn by formulas. It has what photographs have (smooth
// gradients, edges, texture, a few very bright pixels) and depends on nothing but the position.
#pragma once

namespace bitloupe {

// Brightness in [0, 1] at (x, y) in [0, 1] x [0, 1], y downwards.
double landscape(double x, double y);

}  // namespace bitloupe
