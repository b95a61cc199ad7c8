#include "app/plot/plot_header.h"

#include <algorithm>

namespace bitloupe {
namespace {

// Logical pixels.
constexpr float kInset = 2, kBox = 9, kBoxGap = 6, kEntryGap = 18, kTitleGap = 24, kArrow = 14;

TextStyle small(const Theme& theme, Color color) { return {TextFace::Sans, theme.px(kSmallSize), color}; }
TextStyle bold(const Theme& theme) { return {TextFace::SansBold, theme.px(kBodySize), theme.palette.text}; }

float legend_width(const Canvas& canvas, const LegendEntry& entry, const Theme& theme) {
  return canvas.measure(entry.label, small(theme, 0)).x + theme.px(kBox + kBoxGap + kEntryGap);
}

float title_width(const Canvas& canvas, const PlotHeader& header, const std::string& title,
                  const Theme& theme) {
  return canvas.measure(title, bold(theme)).x + theme.px(kInset + (header.foldable ? kArrow : 0));
}

void choose_title(PlotHeader& header, const Canvas& canvas, const Theme& theme) {
  if (header.short_title.empty()) return;
  float wanted = title_width(canvas, header, header.title, theme) + theme.px(kTitleGap);
  for (const LegendEntry& entry : header.legend) wanted += legend_width(canvas, entry, theme);
  const std::string beside = header.scale + (header.notes.empty() ? "" : header.notes.front());
  if (wanted + canvas.measure(beside, small(theme, 0)).x > header.row.width)
    header.title = header.short_title;
}

void place_scale(PlotHeader& header, const Canvas& canvas, const Theme& theme, float from) {
  const Rect row = header.row;
  const TextStyle style = small(theme, 0);
  const float width = canvas.measure(header.scale, style).x;
  std::vector<std::string> notes = header.notes;
  notes.emplace_back();
  for (const std::string& note : notes) {
    const float beside = note.empty() ? 0 : canvas.measure(header.scale + note, style).x - width;
    const float x = row.right() - width - beside - theme.px(kInset);
    if (x < from) continue;
    header.scale_face = {x, row.y, width, row.height};
    header.note_face = {x + width, row.y, beside, row.height};
    header.note = note;
    return;
  }
}

void draw_arrow(Canvas& canvas, const PlotHeader& header, const Theme& theme) {
  const Rect row = header.row;
  const float x = header.title_face.right() - theme.px(9), y = row.y + row.height / 2 + theme.px(1);
  const float half = theme.px(3.5f);
  const Point down[3] = {{x - half, y - half / 2}, {x, y + half / 2}, {x + half, y - half / 2}};
  const Point right[3] = {{x - half / 2, y - half}, {x + half / 2, y}, {x - half / 2, y + half}};
  canvas.polyline(header.folded ? right : down,
                  header.title_hot ? theme.palette.text : theme.palette.text_dim,
                  std::max(1.0f, theme.px(1.5f)));
}

void draw_entry(Canvas& canvas, const LegendEntry& entry, const Theme& theme) {
  const TextStyle style = small(theme, entry.on ? legible(entry.color, theme) : theme.palette.text_faint);
  const float box = theme.px(kBox), height = canvas.measure(entry.label, style).y;
  const Rect face = entry.face;
  canvas.fill({face.x, face.y + (face.height - box) / 2, box, box}, entry.on ? entry.color : style.color,
              theme.px(1));
  canvas.text({face.x + box + theme.px(kBoxGap), face.y + (face.height - height) / 2}, entry.label, style);
}

}  // namespace

void lay_out(PlotHeader& header, const Canvas& canvas, const Theme& theme) {
  const Rect row = header.row;
  if (header.folded) {
    header.legend.clear();
    header.scale.clear();
  }
  choose_title(header, canvas, theme);
  const float title = title_width(canvas, header, header.title, theme);
  header.title_face = {row.x, row.y, title + (header.foldable ? theme.px(4) : 0), row.height};
  float x = row.x + title + theme.px(kTitleGap);
  for (LegendEntry& entry : header.legend) {
    const float width = legend_width(canvas, entry, theme);
    if (x + width > row.right()) return;
    entry.face = {x, row.y, width - theme.px(kEntryGap), row.height};
    x += width;
  }
  if (!header.scale.empty()) place_scale(header, canvas, theme, x);
}

void draw_header(Canvas& canvas, const PlotHeader& header, const Theme& theme) {
  const Rect row = header.row;
  const float title = canvas.measure(header.title, bold(theme)).y;
  canvas.text({row.x + theme.px(kInset), row.y + (row.height - title) / 2}, header.title, bold(theme));
  if (header.foldable) draw_arrow(canvas, header, theme);
  for (const LegendEntry& entry : header.legend)
    if (entry.face.width > 0) draw_entry(canvas, entry, theme);
  if (header.scale_face.width <= 0) return;
  const Palette& palette = theme.palette;
  const Color link = header.scale_hot ? palette.text : palette.accent;
  const TextStyle style = small(theme, palette.text_dim);
  const float y = row.y + (row.height - canvas.measure(header.scale, style).y) / 2;
  canvas.text({header.scale_face.x, y}, header.scale, small(theme, header.live ? link : palette.text_dim));
  if (!header.note.empty()) canvas.text({header.note_face.x, y}, header.note, style);
}

}  // namespace bitloupe
