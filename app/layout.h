// Layout: where the parts of the window lie, from its size and the widths that the person chose. Pure
// geometry in framebuffer pixels.
#pragma once

#include <optional>

#include "app/plot/canvas.h"
#include "app/state.h"

namespace bitloupe {

struct Layout {
  Rect top, tabs, status;
  Rect source, quantizer;  // the left column; empty when folded
  Rect inspector;          // empty when folded
  Rect lesson;             // the open lesson's column or its strip; empty without one
  Rect center;
  // Thin strips to drag, in the centre's margin or the lesson's; empty when their column is folded.
  Rect left_splitter, right_splitter, lesson_splitter;
  // All between the tabs and the status bar.
  Rect below_tabs() const { return {0, tabs.bottom(), tabs.width, status.y - tabs.bottom()}; }
  bool left() const { return source.width > 0; }
  bool right() const { return inspector.width > 0; }
};

inline constexpr float kInspectorFolds = 1100, kLeftFolds = 760;     // window width, logical pixels
inline constexpr float kNarrowestColumn = 240, kWidestColumn = 460;  // side columns, logical pixels
inline constexpr float kLessonStrip = 34;                            // a folded lesson, logical pixels
inline constexpr float kSmallestShare = 0.15f;                       // of each part of Explore

// `lesson`: one is open. It stays where panels are hidden; beside it the inspector folds earlier.
Layout make_layout(float width, float height, float scale, const ViewState& view, bool lesson = false);

// Where Explore's error curve goes: a window too low for three parts has it beside the histogram, and one
// that is too narrow too shows its title only.
enum class CurvePlace { Below, Beside, Title };
CurvePlace curve_place(float width, float room, float scale, const ViewState& view);

// How Explore's parts, one below the other, share `room`. Histogram and curve keep a height that can be read
// where there is room for it. `curve`: its height where it has no share of its own.
struct ExploreHeights {
  float grids = 0, histogram = 0, curve = 0;
};
ExploreHeights explore_heights(float room, std::optional<float> curve, float scale, const ViewState& view);
// What dragging the strip above the histogram, or above the curve, by so many pixels does to the shares.
void drag_histogram_top(ViewState& view, float pixels, float room, CurvePlace place);
void drag_curve_top(ViewState& view, float pixels, float room);

}  // namespace bitloupe
