// Places for the labels of dots on a plot. It knows rectangles and points only.
#pragma once

#include <span>
#include <vector>

#include "app/plot/canvas.h"

namespace bitloupe {

// One label of the given size for every dot: inside `plot`, apart from each other, from every dot and from
// `taken`; where that is possible near its dot, off the line, not nearer to another dot, and not joined to
// its own across another dot or label. Up to four labels are placed in every order, and the best is taken;
// among equals, the one in which the first labels come first. A label for which there is no room has no
// width.
std::vector<Rect> place_labels(std::span<const Point> dots, std::span<const Point> sizes, Rect plot,
                               std::span<const Rect> taken, std::span<const Point> line, float gap);

// Where the line that joins a label to its dot begins.
Point leader_start(Rect label, Point dot);
float distance(Point a, Point b);

}  // namespace bitloupe
