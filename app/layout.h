// Layout: where the parts of the window lie, from its size and the widths that the person chose. Pure
// geometry in framebuffer pixels.
#pragma once

#include "app/plot/canvas.h"
#include "app/state.h"

namespace bitloupe {

struct Layout {
  Rect top, tabs, status;
  Rect source, quantizer;  // the left column; empty when folded
  Rect inspector;          // empty when folded
  Rect center;
  // Thin strips to drag, in the centre's margin; empty when their column is folded.
  Rect left_splitter, right_splitter;
  bool left() const { return source.width > 0; }
  bool right() const { return inspector.width > 0; }
};

inline constexpr float kInspectorFolds = 1100, kLeftFolds = 760;      // window width, logical pixels
inline constexpr float kNarrowestColumn = 240, kWidestColumn = 460;   // side columns, logical pixels
inline constexpr float kSmallestShare = 0.2f, kLargestShare = 0.75f;  // of the histogram

Layout make_layout(float width, float height, float scale, const ViewState& view);

}  // namespace bitloupe
