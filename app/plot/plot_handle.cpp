#include "app/plot/plot_handle.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace bitloupe {

TextStyle tag_style(const Theme& theme) {
  return {TextFace::Mono, theme.px(kMonoSize), theme.palette.handle_text};
}

PlotHandle make_handle(const Canvas& canvas, const Axis& axis, Rect plot, double value, std::string label,
                       const Theme& theme) {
  const float width = canvas.measure(label, tag_style(theme)).x + theme.px(14);
  const float most = std::max(plot.x, plot.right() - width);
  const float left = std::round(std::clamp(axis.pixel(value) - width / 2, plot.x, most));
  return {value, {left, plot.y, width, theme.px(kTagHeight)}, std::move(label)};
}

void draw_handle(Canvas& canvas, const PlotHandle& handle, const Axis& axis, Rect plot, const Theme& theme) {
  const Palette& palette = theme.palette;
  const Rect tag = handle.tag;
  const float x = axis.pixel(handle.value);
  if (x >= plot.x && x <= plot.right())
    canvas.dashed_line({x, tag.bottom()}, {x, plot.bottom()}, palette.handle,
                       theme.px(handle.hot ? 2.2f : 1.6f), theme.px(5));
  canvas.fill(tag, palette.handle, theme.px(4));
  if (handle.hot) canvas.stroke(tag, palette.accent, theme.px(2), theme.px(4));
  const TextStyle style = tag_style(theme);
  const Point size = canvas.measure(handle.label, style);
  canvas.text({tag.x + (tag.width - size.x) / 2, tag.y + (tag.height - size.y) / 2}, handle.label, style);
}

}  // namespace bitloupe
