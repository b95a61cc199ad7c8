#include "app/plot/histogram_plot.h"

#include <algorithm>
#include <cmath>

namespace bitloupe {
namespace {

// Bar and stem heights. Logarithmic counts share one scale (log(1 + n), so that a single value shows); linear
// ones are scaled to each series' own largest count, as a level gathers many bins' worth of values.
struct Heights {
  double most = 1;
  bool logarithmic = true;
  float pixels = 0;

  float of(double count) const {
    if (!(count > 0)) return 0;
    const double share = logarithmic ? std::log1p(count) / std::log1p(most) : count / most;
    return std::max(static_cast<float>(std::min(share, 1.0)) * pixels, 1.0f);
  }
};

double largest(const Histogram& histogram) {
  std::uint64_t most = 0;
  for (const std::uint64_t count : histogram.counts) most = std::max(most, count);
  return static_cast<double>(most);
}

double largest(std::span<const LevelCount> levels) {
  double most = 0;
  for (const LevelCount& level : levels) most = std::max(most, level.count);
  return most;
}

float rounded_pixel(const Axis& axis, double value) { return std::round(axis.pixel(value)); }

// A bin that an end of the clip range crosses counts as inside: a min-max range clips nothing.
bool all_clipped(const HistogramScene& scene, double lo, double hi) {
  return scene.clip && (hi <= scene.clip->lo || lo >= scene.clip->hi);
}

void draw_bars(Canvas& canvas, const HistogramScene& scene, const Heights& heights, const Theme& theme) {
  const Histogram& histogram = scene.counts->original;
  for (std::size_t i = 0; i < histogram.counts.size(); ++i) {
    if (histogram.counts[i] == 0) continue;
    const float x0 = rounded_pixel(scene.axis, bin_edge(histogram, i));
    const float x1 = rounded_pixel(scene.axis, bin_edge(histogram, i + 1));
    const float gap = x1 - x0 >= 3 ? std::max(1.0f, std::floor(theme.scale)) : 0;
    const float height =
        std::round(heights.of(static_cast<double>(histogram.counts[i]) * scene.counts->weight));
    const bool clipped = all_clipped(scene, bin_edge(histogram, i), bin_edge(histogram, i + 1));
    canvas.fill({x0, scene.plot.bottom() - height, std::max(x1 - gap - x0, 1.0f), height},
                clipped ? theme.palette.clipping : theme.palette.original);
  }
}

void draw_outline(Canvas& canvas, const HistogramScene& scene, const Heights& heights, const Theme& theme) {
  const Histogram& histogram = scene.counts->dequantized;
  const float bottom = scene.plot.bottom();
  std::vector<Point> line;
  const auto flush = [&] {
    if (line.empty()) return;
    line.push_back({line.back().x, bottom});
    canvas.polyline(line, theme.palette.quantized, theme.px(1.5f));
    line.clear();
  };
  for (std::size_t i = 0; i < histogram.counts.size(); ++i) {
    if (histogram.counts[i] == 0) {
      flush();
      continue;
    }
    const float x = scene.axis.pixel(bin_edge(histogram, i));
    const float y = bottom - heights.of(static_cast<double>(histogram.counts[i]) * scene.counts->weight);
    if (line.empty()) line.push_back({x, bottom});
    line.push_back({x, y});
    line.push_back({scene.axis.pixel(bin_edge(histogram, i + 1)), y});
  }
  flush();
}

// Logical pixels: stems closer than this on average become a line; closer to a neighbour than that lose their
// dots.
constexpr float kStemSpacing = 5.5f, kDotSpacing = 6;

void draw_stem(Canvas& canvas, const HistogramScene& scene, const LevelCount& level, float height, float room,
               const Theme& theme) {
  const float x = scene.axis.pixel(static_cast<double>(level.value)), bottom = scene.plot.bottom();
  const bool hovered = scene.hovered_level == level.value;
  const Color color = hovered ? theme.palette.handle : theme.palette.quantized;
  const bool narrow = room < theme.px(kDotSpacing);
  if (height > 0) {
    canvas.line({x, bottom}, {x, bottom - height}, color, theme.px(hovered ? 2.5f : narrow ? 1.0f : 1.6f));
    if (!narrow || hovered) canvas.circle({x, bottom - height}, theme.px(hovered ? 4.0f : 2.8f), color);
  }
  if (room >= theme.px(3))
    canvas.line({x, bottom}, {x, bottom + theme.px(7)}, color, theme.px(narrow ? 1.0f : 1.6f));
}

void draw_stems(Canvas& canvas, const HistogramScene& scene, const Heights& heights, const Theme& theme) {
  for (std::size_t i = 0; i < scene.levels.size(); ++i) {
    const float x = scene.axis.pixel(static_cast<double>(scene.levels[i].value));
    if (x < scene.plot.x || x > scene.plot.right()) continue;
    float room = scene.plot.width;
    if (i > 0) room = x - scene.axis.pixel(static_cast<double>(scene.levels[i - 1].value));
    if (i + 1 < scene.levels.size())
      room = std::min(room, scene.axis.pixel(static_cast<double>(scene.levels[i + 1].value)) - x);
    draw_stem(canvas, scene, scene.levels[i], heights.of(scene.levels[i].count), room, theme);
  }
}

// Broken at levels that nothing took; a level alone between two of these is a stem.
void draw_level_line(Canvas& canvas, const HistogramScene& scene, const Heights& heights,
                     const Theme& theme) {
  const float bottom = scene.plot.bottom();
  std::vector<Point> line;
  const auto flush = [&] {
    if (line.size() == 1) line.push_back({line.front().x, bottom});
    canvas.polyline(line, theme.palette.quantized, theme.px(1.5f));
    line.clear();
  };
  for (const LevelCount& level : scene.levels) {
    const float x = scene.axis.pixel(static_cast<double>(level.value));
    if (x < scene.plot.x - scene.plot.width || x > scene.plot.right() + scene.plot.width) continue;
    if (level.count > 0)
      line.push_back({x, bottom - heights.of(level.count)});
    else
      flush();
  }
  flush();
}

}  // namespace

double bin_edge(const Histogram& histogram, std::size_t i) {
  return histogram.lo + (histogram.hi - histogram.lo) * static_cast<double>(i) /
                            static_cast<double>(histogram.counts.size());
}

int bins_for(float width, float scale) { return std::clamp(static_cast<int>(width / (4 * scale)), 8, 2000); }

LevelStyle level_style(std::span<const LevelCount> levels, const Axis& axis, float scale) {
  const auto visible = std::count_if(levels.begin(), levels.end(), [&](const LevelCount& level) {
    const auto value = static_cast<double>(level.value);
    return value >= axis.lo && value <= axis.hi;
  });
  const float length = std::abs(axis.length) / scale, count = static_cast<float>(visible);
  if (levels.empty() || count > length) return LevelStyle::Outline;
  return count * kStemSpacing > length ? LevelStyle::Line : LevelStyle::Stems;
}

void draw_histogram(Canvas& canvas, const HistogramScene& scene, const Theme& theme) {
  const Rect plot = scene.plot;
  canvas.line({plot.x, plot.bottom()}, {plot.right(), plot.bottom()}, theme.palette.border, theme.px(1));
  const LevelStyle style = level_style(scene.levels, scene.axis, theme.scale);
  const bool outline = style == LevelStyle::Outline;
  const double bars = scene.counts ? largest(scene.counts->original) * scene.counts->weight : 0;
  const double second = !scene.dequantized ? 0
                        : !outline         ? largest(scene.levels)
                        : scene.counts     ? largest(scene.counts->dequantized) * scene.counts->weight
                                           : 0;
  const float pixels = plot.height - theme.px(kTagSpace);
  const double shared = std::max({bars, second, 1.0});
  const auto heights = [&](double own) {
    return Heights{scene.log_count ? shared : std::max(own, 1.0), scene.log_count, pixels};
  };
  canvas.push_clip({plot.x, plot.y, plot.width, plot.height + theme.px(8)});
  if (scene.counts && scene.original) draw_bars(canvas, scene, heights(bars), theme);
  if (scene.dequantized) {
    if (style == LevelStyle::Stems) draw_stems(canvas, scene, heights(second), theme);
    if (style == LevelStyle::Line) draw_level_line(canvas, scene, heights(second), theme);
    if (outline && scene.counts) draw_outline(canvas, scene, heights(second), theme);
  }
  canvas.pop_clip();
}

const LevelCount* level_at(std::span<const LevelCount> levels, const Axis& axis, float pixel, float scale) {
  const LevelCount* nearest = nullptr;
  float least = 6 * scale;
  for (const LevelCount& level : levels) {
    const float distance = std::abs(axis.pixel(static_cast<double>(level.value)) - pixel);
    if (distance >= least) continue;
    least = distance;
    nearest = &level;
  }
  return nearest;
}

ClipTags place_tags(const Canvas& canvas, const HistogramScene& scene, const std::string& lo,
                    const std::string& hi, const Theme& theme) {
  ClipTags tags{make_handle(canvas, scene.axis, scene.plot, scene.clip->lo, lo, theme),
                make_handle(canvas, scene.axis, scene.plot, scene.clip->hi, hi, theme)};
  const float overlap = tags.lo.tag.right() + theme.px(4) - tags.hi.tag.x;
  if (overlap <= 0) return tags;
  tags.lo.tag.x = std::max(scene.plot.x, tags.lo.tag.x - overlap / 2);
  tags.hi.tag.x = tags.lo.tag.right() + theme.px(4);
  const float outside = std::max(tags.hi.tag.right() - scene.plot.right(), 0.0f);
  tags.lo.tag.x -= outside;
  tags.hi.tag.x -= outside;
  return tags;
}

}  // namespace bitloupe
