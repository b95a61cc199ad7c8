#include "app/palette.h"

#include <algorithm>
#include <cctype>
#include <memory>
#include <optional>
#include <utility>

#include "app/card.h"
#include "app/keymap.h"
#include "app/lessons/tutor.h"
#include "app/ui/guards.h"
#include "app/ui/input.h"
#include "app/ui/theme.h"
#include "app/ui/widgets.h"

namespace bitloupe {
namespace {

char lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

// How far `text` is from holding `letters`: 0 where it starts with them; nothing where it lacks one. A letter
// costs nothing next to the one before it, little at the start of a word, more elsewhere.
std::optional<int> distance(std::string_view letters, std::string_view text) {
  constexpr int kWordStart = 2, kElsewhere = 9;
  int cost = 0;
  std::size_t from = 0;
  bool follows = true;  // the start of the text is as good as the next letter
  for (const char letter : letters) {
    if (letter == ' ') {
      follows = false;
      continue;
    }
    std::optional<std::size_t> found;
    int least = 0;
    for (std::size_t i = from; i < text.size(); ++i) {
      if (lower(text[i]) != lower(letter)) continue;
      const bool starts = i == 0 || text[i - 1] == ' ' || text[i - 1] == '(';
      const int step = follows && i == from ? 0 : starts ? kWordStart : kElsewhere;
      if (!found || step < least) {
        found = i;
        least = step;
      }
    }
    if (!found) return std::nullopt;
    cost += least;
    from = *found + 1;
    follows = true;
  }
  return cost;
}

std::string label_with_menu(const Action& action) {
  for (const Menu& menu : menus())
    if (menu.key == action.menu()) return std::string(menu.label) + ": " + std::string(action.label);
  return std::string(action.label);
}

// What a row of the list stands for: an action, or a lesson to start.
struct Found {
  const Action* action = nullptr;
  std::shared_ptr<const Lesson> lesson;
  int cost = 0;
};

using Lessons = std::vector<std::shared_ptr<const Lesson>>;

std::string label_of(const Found& found) {
  return found.action ? label_with_menu(*found.action) : "Lesson: " + found.lesson->title;
}

// The best first; actions before lessons where they are as good.
std::vector<Found> found_by(std::string_view typed, const Lessons& lessons) {
  std::vector<Found> all;
  for (const Action& action : actions()) all.push_back({&action, nullptr});
  for (const auto& lesson : lessons) all.push_back({nullptr, lesson});
  std::vector<Found> found;
  for (Found& row : all) {
    const auto own = distance(typed, row.action ? row.action->label : row.lesson->title);
    const auto whole = distance(typed, label_of(row));
    if (!own && !whole) continue;
    row.cost = std::min(own.value_or(1 << 20), whole.value_or(1 << 20));
    found.push_back(std::move(row));
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const Found& a, const Found& b) { return a.cost < b.cost; });
  return found;
}

int step_of_keys() {
  int step = 0;
  if (ui::key_pressed(ui::Key::Down, true)) step += 1;
  if (ui::key_pressed(ui::Key::Up, true)) step -= 1;
  if (ui::key_pressed(ui::Key::PageDown, true)) step += 8;
  if (ui::key_pressed(ui::Key::PageUp, true)) step -= 8;
  return step;
}

bool draw_row(const Frame& frame, const Found& row, bool chosen) {
  if (!row.action)
    return ui::list_row("palette.lesson." + row.lesson->key, label_of(row), "", chosen, true,
                        row.lesson->summary);
  const Action& action = *row.action;
  const std::string detail =
      (action.checked && action.checked(frame) ? "on  " : "") + frame.keymap.text(action);
  return ui::list_row("palette." + std::string(action.key), label_of(row), detail, chosen,
                      action.is_enabled(frame), action.help);
}

// The row that was clicked, if any.
std::optional<int> draw_rows(PaletteState& state, const Frame& frame, const std::vector<Found>& found) {
  const ImVec2 at = ImGui::GetCursorScreenPos(), room = ImGui::GetContentRegionAvail();
  const float out = theme().px(7);
  const ui::ScopedChild child("rows", {at.x - out, at.y, room.x + 2 * out, std::max(room.y, 1.0f)},
                              theme().palette.header, {out, 0}, ImGuiWindowFlags_NoNav);
  if (found.empty()) ui::paragraph("No action has these letters.", theme().palette.text_dim);
  std::optional<int> clicked;
  for (int i = 0; i < static_cast<int>(found.size()); ++i) {
    if (draw_row(frame, found[static_cast<std::size_t>(i)], i == state.chosen)) clicked = i;
    if (i == state.chosen && state.moved) ImGui::SetScrollHereY();
  }
  state.moved = false;
  return clicked;
}

}  // namespace

std::vector<const Action*> matching_actions(std::string_view typed) {
  std::vector<const Action*> matching;
  for (const Found& row : found_by(typed, {})) matching.push_back(row.action);
  return matching;
}

bool draw_palette(PaletteState& state, Frame& frame, Rect window) {
  const Card card("palette", card_rect(window, 520, 420), false);
  ui::section("FIND AN ACTION");
  if (state.appearing) ImGui::SetKeyboardFocusHere();
  state.appearing = false;
  if (ui::text_field("palette.text", "a few letters: bits, mse, dark…", state.typed)) state.chosen = 0;
  const std::vector<Found> found = found_by(state.typed, frame.tutor->library().lessons);
  const int last = static_cast<int>(found.size()) - 1;
  if (const int step = step_of_keys(); step != 0 && last >= 0) {
    state.chosen = std::clamp(state.chosen + step, 0, last);
    state.moved = true;
  }
  std::optional<int> picked = draw_rows(state, frame, found);
  if (ui::key_pressed(ui::Key::Enter) || ui::key_pressed(ui::Key::KeypadEnter))
    if (state.chosen <= last) picked = state.chosen;
  if (!picked) return !card.left();
  const Found& row = found[static_cast<std::size_t>(*picked)];
  if (row.action && !row.action->is_enabled(frame)) return true;
  if (row.action)
    row.action->run(frame);
  else
    frame.tutor->start(row.lesson);
  return false;
}

}  // namespace bitloupe
