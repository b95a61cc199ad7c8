#include "app/key_sheet.h"

#include <algorithm>
#include <string>

#include "app/card.h"
#include "app/keymap.h"
#include "app/plot/imgui_canvas.h"
#include "app/ui/guards.h"
#include "app/ui/input.h"
#include "app/ui/registry.h"
#include "app/ui/text.h"
#include "app/ui/widgets.h"

namespace bitloupe {
namespace {

constexpr float kLine = 21, kHeading = 34, kColumn = 344, kKeys = 108, kHeight = 680;  // logical pixels
constexpr int kMostColumns = 3;

struct Gesture {
  const char *how, *does;
};
constexpr Gesture kGestures[] = {
    {"drag", "pan; a handle: move it"},
    {"Shift + drag", "finer"},
    {"wheel", "zoom at the pointer"},
    {"right drag", "zoom into a box or a range"},
    {"right click", "a plot: save, copy, axes"},
    {"double-click", "fit; on a handle: back to min-max"},
    {"click", "pin the element for the inspector"},
    {"drop", "open the files that are dropped"},
    {"arrows", "go over the controls; Enter: use"},
};

// Lines of one heading with what belongs under it.
int lines_of(const Menu& menu) {
  return static_cast<int>(std::count_if(actions().begin(), actions().end(),
                                        [&](const Action& action) { return action.menu() == menu.key; }));
}

// Does it fit?
bool draw_line(std::string_view keys, std::string_view does, Rect line, Color keys_color) {
  const Theme& look = theme();
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  canvas.text({line.x, line.y}, keys, {TextFace::Mono, look.px(kMonoSize), keys_color});
  const TextStyle style{TextFace::Sans, look.px(kBodySize), look.palette.text};
  const std::string shown = ui::elide_end(canvas, does, style, line.width - look.px(kKeys));
  canvas.text({line.x + look.px(kKeys), line.y}, shown, style);
  return shown == does;
}

void draw_action(KeySheetState& state, const Frame& frame, const Action& action, Rect line) {
  const Theme& look = theme();
  const std::string id = "keys." + std::string(action.key);
  ImGui::SetCursorScreenPos(ui::top_left(line));
  if (ui::invisible_button(id.c_str(), {line.width, line.height})) state.asking = &action;
  const bool asking = state.asking == &action;
  const Rect band{line.x - look.px(6), line.y - look.px(3), line.width + look.px(6), line.height};
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  if (asking || ImGui::IsItemHovered())
    canvas.fill(band, asking ? look.palette.selection : look.palette.track, look.px(4));
  const std::string keys = asking ? "press keys" : frame.keymap.text(action);
  const bool fits = draw_line(keys, action.label, line, asking ? look.palette.text : look.palette.accent);
  ui::register_widget(id, line, ui::WidgetKind::Handle, !fits);
  std::string help = std::string(action.label) + ": " + std::string(action.help);
  for (const Chord& chord : frame.keymap.chords(action)) help += "\n" + to_text(chord);
  ui::tooltip(help + "\nClick to choose other keys.");
}

// Headings flow into columns of about the same height.
class Columns {
 public:
  Columns(Rect area, int count, float total)
      : area_(area),
        left_(count - 1),
        width_(area.width / static_cast<float>(count)),
        height_(total / static_cast<float>(count)) {}
  // The place of the next heading with its lines.
  Rect take(float height) {
    if (left_ > 0 && y_ > 0 && y_ + height / 2 > height_) {
      --left_;
      x_ += width_;
      y_ = 0;
    }
    const Rect place{area_.x + x_, area_.y + y_, width_ - theme().px(14), height};
    y_ += height;
    lowest_ = std::max(lowest_, y_);
    return place;
  }
  float lowest() const { return lowest_; }

 private:
  Rect area_;
  int left_;  // columns that may still be begun
  float width_, height_, x_ = 0, y_ = 0, lowest_ = 0;
};

Rect heading(std::string_view title, Rect place) {
  const Theme& look = theme();
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  canvas.text({place.x, place.y + look.px(10)}, title,
              {TextFace::SansBold, look.px(kSmallSize), look.palette.text_dim});
  return {place.x, place.y + look.px(kHeading), place.width, look.px(kLine)};
}

float height_of(int lines) { return theme().px(kHeading + kLine * static_cast<float>(lines)); }

void draw_columns(KeySheetState& state, const Frame& frame, Rect area, int count) {
  const int gestures = static_cast<int>(std::size(kGestures));
  float total = height_of(gestures);
  for (const Menu& menu : menus()) total += height_of(lines_of(menu));
  Columns columns(area, count, total);
  for (const Menu& menu : menus()) {
    Rect line = heading(menu.label, columns.take(height_of(lines_of(menu))));
    for (const Action& action : actions()) {
      if (action.menu() != menu.key) continue;
      draw_action(state, frame, action, line);
      line.y += line.height;
    }
  }
  Rect line = heading("Mouse", columns.take(height_of(gestures)));
  for (const Gesture& gesture : kGestures) {
    draw_line(gesture.how, gesture.does, line, theme().palette.accent);
    line.y += line.height;
  }
  ImGui::SetCursorScreenPos({area.x, area.y});
  ImGui::Dummy({area.width, columns.lowest()});
}

// The keys pressed while an action waits for them.
void take_keys(KeySheetState& state, Frame& frame) {
  const std::optional<Chord> chord = struck_chord();
  if (!chord) return;
  auto& chosen = frame.preferences.shortcuts;
  if (chord->key == ui::Key::Backspace)
    chosen.erase(std::string(state.asking->key));
  else if (chord->key == ui::Key::Delete)
    choose_chord(chosen, *state.asking, {});
  else if (chord->key != ui::Key::Escape)
    choose_chord(chosen, *state.asking, *chord);
  state.asking = nullptr;
}

void draw_foot(KeySheetState& state, Frame& frame) {
  const Theme& look = theme();
  if (state.asking)
    return ui::paragraph("New keys for “" + std::string(state.asking->label) +
                             "”.  Escape: leave them.  Delete: none.  Backspace: the usual ones.",
                         look.palette.text);
  if (frame.preferences.shortcuts.empty())
    return ui::paragraph("Click a line to choose other keys for it.", look.palette.text_dim);
  if (ui::link("keys.reset", "All keys as they were", "Forgets every shortcut that was chosen by hand."))
    frame.preferences.shortcuts.clear();
}

}  // namespace

bool draw_key_sheet(KeySheetState& state, Frame& frame, Rect window) {
  const Theme& look = theme();
  const int count = std::clamp(static_cast<int>((window.width / look.scale - 60) / kColumn), 1, kMostColumns);
  const Card card("keys", card_rect(window, 36 + kColumn * static_cast<float>(count), kHeight), false);
  const bool was_asking = state.asking != nullptr;
  if (was_asking) take_keys(state, frame);
  ui::section("KEYS AND GESTURES");
  const ImVec2 at = ImGui::GetCursorScreenPos(), room = ImGui::GetContentRegionAvail();
  {
    const float foot = look.px(28);
    const Rect list{at.x - look.px(7), at.y, room.x + look.px(14), std::max(room.y - foot, 1.0f)};
    const ui::ScopedChild child("list", list, look.palette.header, {look.px(7), 0}, ImGuiWindowFlags_NoNav);
    const ImVec2 inner = ImGui::GetCursorScreenPos();
    draw_columns(state, frame, {inner.x, inner.y, ImGui::GetContentRegionAvail().x, 0}, count);
  }
  ImGui::SetCursorScreenPos({at.x, at.y + room.y - look.px(22)});
  draw_foot(state, frame);
  return was_asking || !card.left();
}

}  // namespace bitloupe
