#include "app/views/plot_header.h"

#include <vector>

#include "app/plot/imgui_canvas.h"
#include "app/ui/guards.h"
#include "app/ui/registry.h"
#include "app/ui/theme.h"
#include "app/ui/widgets.h"

namespace bitloupe {
namespace {

constexpr float kBox = 9, kBoxGap = 6, kEntryGap = 18;  // logical pixels

TextStyle small(Color color) { return {TextFace::Sans, theme().px(kSmallSize), color}; }

// What may stand beside the switch, the first that fits.
std::vector<std::string> notes(const ScaleSwitch& scale) {
  if (scale.sampled) return {" · ~ from a sample", " ~", ""};
  return {scale.note.empty() ? "" : " · " + scale.note, ""};
}

}  // namespace

float legend_entry(Canvas& canvas, const SeriesToggle& entry, float x, Rect row) {
  const Theme& look = theme();
  const TextStyle style = small(*entry.on ? legible(entry.color) : look.palette.text_faint);
  const Point size = canvas.measure(entry.label, style);
  const float box = look.px(kBox), gap = look.px(kBoxGap);
  const Rect face{x, row.y, box + gap + size.x, row.height};
  ImGui::SetCursorScreenPos(ui::top_left(face));
  if (ui::invisible_button(entry.id, {face.width, face.height})) *entry.on = !*entry.on;
  canvas.fill({x, row.y + (row.height - box) / 2, box, box}, *entry.on ? entry.color : style.color,
              look.px(1));
  canvas.text({x + box + gap, row.y + (row.height - size.y) / 2}, entry.label, style);
  ui::register_widget(entry.id, face, ui::WidgetKind::Control);
  ui::tooltip(entry.help);
  return face.right() + look.px(kEntryGap);
}

float legend_width(const Canvas& canvas, const char* label) {
  return canvas.measure(label, small(0)).x + theme().px(kBox + kBoxGap + kEntryGap);
}

bool plot_switch(Canvas& canvas, const char* id, const std::string& text, Point top_left, Rect face,
                 const char* help) {
  const Palette& palette = theme().palette;
  ImGui::SetCursorScreenPos(ui::top_left(face));
  const bool clicked = ui::invisible_button(id, {face.width, face.height});
  const bool hovered = ui::hovered_first();
  ui::register_widget(id, face, ui::WidgetKind::Control);
  if (hovered) ui::tooltip(help);
  canvas.text(top_left, text, small(hovered ? palette.text : palette.accent));
  return clicked;
}

float scale_switch_width(const Canvas& canvas, const ScaleSwitch& scale) {
  return canvas.measure(scale.text + notes(scale).front(), small(0)).x;
}

bool scale_switch(Canvas& canvas, const ScaleSwitch& scale, Rect row, float from) {
  const Theme& look = theme();
  const TextStyle style = small(look.palette.text_dim);
  const float width = canvas.measure(scale.text, style).x;
  for (const std::string& note : notes(scale)) {
    const float beside = note.empty() ? 0 : canvas.measure(scale.text + note, style).x - width;
    const Rect face{row.right() - width - beside - look.px(2), row.y, width, row.height};
    if (face.x < from) continue;
    const float y = row.y + (row.height - style.size) / 2 - look.px(1);
    const bool clicked =
        plot_switch(canvas, scale.id.c_str(), scale.text, {face.x, y}, face, scale.help.c_str());
    if (note.empty()) return clicked;
    canvas.text({face.right(), y}, note, style);
    if (scale.sampled) ui::register_widget(scale.id + ".sampled", {face.right(), row.y, beside, row.height});
    return clicked;
  }
  return false;
}

}  // namespace bitloupe
