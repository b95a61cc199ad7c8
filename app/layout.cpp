#include "app/layout.h"

#include <algorithm>
#include <cmath>

namespace bitloupe {
namespace {

constexpr float kTop = 36, kTabs = 34, kStatus = 28, kSplitter = 6;
constexpr float kLeastBesideLesson = 420;  // of the centre, before the left column folds; logical pixels
constexpr float kReadable = 132;           // height of a plot with title and axis, logical pixels
constexpr float kRoomForThree = 330, kWidthForTwo = 520;  // of plots below each other, beside each other

// The source panel's share of the left column: enough for a handful of tensors, the rest is the quantizer's.
float source_height(float column, float scale) {
  return std::floor(std::clamp(column * 0.4f, 204 * scale, 400 * scale));
}

// Widths of the columns beside the centre, logical pixels; 0 where one is folded.
struct Columns {
  float left = 0, inspector = 0, lesson = 0;
};

float chosen(float width) { return std::clamp(width, kNarrowestColumn, kWidestColumn); }

// Takes away from a column what is missing, down to its least width.
void shrink(float& column, float& missing) {
  const float taken = std::clamp(missing, 0.0f, std::max(column - kNarrowestColumn, 0.0f));
  column -= taken;
  missing -= taken;
}

Columns columns_of(float width, const ViewState& view, bool lesson) {
  Columns columns;
  const bool open = lesson && !view.lesson_folded;
  if (lesson)
    columns.lesson = open ? std::min(chosen(view.lesson_width), width / 2) : std::min(kLessonStrip, width);
  if (view.panels_hidden) return columns;
  if (width >= kInspectorFolds + columns.lesson) columns.inspector = chosen(view.right_width);
  const float folds = open ? 2 * kNarrowestColumn + kLeastBesideLesson : kLeftFolds;
  if (width < folds) return columns;
  columns.left = chosen(view.left_width);
  if (!open || columns.inspector > 0) return columns;
  float missing = columns.left + columns.lesson + kLeastBesideLesson - width;
  shrink(columns.lesson, missing);
  shrink(columns.left, missing);
  return columns;
}

}  // namespace

Layout make_layout(float width, float height, float scale, const ViewState& view, bool lesson) {
  const auto px = [scale](float logical) { return std::round(logical * scale); };
  Layout layout;
  const float top = std::min(px(kTop), height);
  const float tabs = std::min(px(kTabs), height - top);
  const float status = std::min(px(kStatus), height - top - tabs);
  layout.top = {0, 0, width, top};
  layout.tabs = {0, top, width, tabs};
  layout.status = {0, height - status, width, status};

  const float y = top + tabs, column = std::max(height - y - status, 0.0f);
  const Columns columns = columns_of(width / scale, view, lesson);
  float x = 0, right = width;
  if (columns.left > 0) {
    const float left = px(columns.left);
    const float source = std::min(source_height(column, scale), column);
    layout.source = {0, y, left, source};
    layout.quantizer = {0, y + source, left, column - source};
    layout.left_splitter = {left, y, px(kSplitter), column};
    x = left;
  }
  // A column at the right end of what is left, with the strip to drag before it.
  const auto take = [&](float logical, Rect& rect, Rect& splitter) {
    const float end = right;
    right = end - px(logical);
    rect = {right, y, end - right, column};
    splitter = {right - px(kSplitter), y, px(kSplitter), column};
  };
  if (columns.lesson > 0) take(columns.lesson, layout.lesson, layout.lesson_splitter);
  // Inside its own column: before it the inspector may stand.
  layout.lesson_splitter.x = layout.lesson.x;
  if (view.lesson_folded) layout.lesson_splitter = {};
  if (columns.inspector > 0) take(columns.inspector, layout.inspector, layout.right_splitter);
  layout.center = {x, y, right - x, column};
  return layout;
}

namespace {

// What grids and histogram share: all, or what the curve leaves.
float upper_share(const ViewState& view) { return 1 - view.curve_share; }

}  // namespace

CurvePlace curve_place(float width, float room, float scale, const ViewState& view) {
  if (view.curve_folded) return CurvePlace::Title;
  if (room >= kRoomForThree * scale) return CurvePlace::Below;
  return width >= kWidthForTwo * scale ? CurvePlace::Beside : CurvePlace::Title;
}

ExploreHeights explore_heights(float room, std::optional<float> curve, float scale, const ViewState& view) {
  room = std::max(room, 0.0f);
  const float least = std::min(kReadable * scale, room / (curve ? 2 : 3));
  ExploreHeights heights;
  heights.curve = std::round(curve ? std::min(*curve, room) : std::max(room * view.curve_share, least));
  const float upper = room - heights.curve;
  heights.histogram =
      std::round(std::min(std::max(upper * view.histogram_share / upper_share(view), least), upper));
  heights.grids = upper - heights.histogram;
  return heights;
}

void drag_histogram_top(ViewState& view, float pixels, float room, CurvePlace place) {
  if (!(room > 0)) return;
  // A curve that is not below gives its height to both: the same move is a smaller share.
  const float share = pixels / room * (place == CurvePlace::Below ? 1 : upper_share(view));
  view.histogram_share =
      std::clamp(view.histogram_share - share, kSmallestShare, upper_share(view) - kSmallestShare);
}

void drag_curve_top(ViewState& view, float pixels, float room) {
  if (!(room > 0)) return;
  const float both = view.histogram_share + view.curve_share;
  view.curve_share = std::clamp(view.curve_share - pixels / room, kSmallestShare, both - kSmallestShare);
  view.histogram_share = both - view.curve_share;
}

}  // namespace bitloupe
