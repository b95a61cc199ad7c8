#include "app/layout.h"

#include <algorithm>
#include <cmath>

namespace bitloupe {
namespace {

constexpr float kTop = 36, kTabs = 34, kStatus = 28, kSplitter = 6;
constexpr float kReadable = 132;  // height of a plot with title and axis, logical pixels

// The source panel's share of the left column: enough for a handful of tensors, the rest is the quantizer's.
float source_height(float column, float scale) {
  return std::floor(std::clamp(column * 0.33f, 204 * scale, 372 * scale));
}

}  // namespace

Layout make_layout(float width, float height, float scale, const ViewState& view) {
  const auto px = [scale](float logical) { return std::round(logical * scale); };
  Layout layout;
  const float top = std::min(px(kTop), height);
  const float tabs = std::min(px(kTabs), height - top);
  const float status = std::min(px(kStatus), height - top - tabs);
  layout.top = {0, 0, width, top};
  layout.tabs = {0, top, width, tabs};
  layout.status = {0, height - status, width, status};

  const float y = top + tabs, column = std::max(height - y - status, 0.0f);
  const float logical = width / scale;
  float x = 0, right = width;
  if (!view.panels_hidden && logical >= kLeftFolds) {
    const float left = px(std::clamp(view.left_width, kNarrowestColumn, kWidestColumn));
    const float source = std::min(source_height(column, scale), column);
    layout.source = {0, y, left, source};
    layout.quantizer = {0, y + source, left, column - source};
    layout.left_splitter = {left, y, px(kSplitter), column};
    x = left;
  }
  if (!view.panels_hidden && logical >= kInspectorFolds) {
    right = width - px(std::clamp(view.right_width, kNarrowestColumn, kWidestColumn));
    layout.inspector = {right, y, width - right, column};
    layout.right_splitter = {right - px(kSplitter), y, px(kSplitter), column};
  }
  layout.center = {x, y, right - x, column};
  return layout;
}

namespace {

// What grids and histogram share: all, or what the curve leaves.
float upper_share(const ViewState& view) { return 1 - view.curve_share; }

}  // namespace

ExploreHeights explore_heights(float room, float folded, float scale, const ViewState& view) {
  room = std::max(room, 0.0f);
  const float least = std::min(kReadable * scale, room / 3);
  ExploreHeights heights;
  heights.curve =
      std::round(view.curve_folded ? std::min(folded, room) : std::max(room * view.curve_share, least));
  const float upper = room - heights.curve;
  heights.histogram =
      std::round(std::min(std::max(upper * view.histogram_share / upper_share(view), least), upper));
  heights.grids = upper - heights.histogram;
  return heights;
}

void drag_histogram_top(ViewState& view, float pixels, float room) {
  if (!(room > 0)) return;
  // A folded curve gives its height to both: the same move is a smaller share.
  const float share = pixels / room * (view.curve_folded ? upper_share(view) : 1);
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
