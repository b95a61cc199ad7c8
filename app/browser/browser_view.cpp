#include "app/browser/browser_view.h"

#include <algorithm>
#include <utility>

#include "app/browser/path_text.h"
#include "app/card.h"
#include "app/plot/imgui_canvas.h"
#include "app/ui/flat_button.h"
#include "app/ui/guards.h"
#include "app/ui/input.h"
#include "app/ui/registry.h"
#include "app/ui/text.h"
#include "app/ui/widgets.h"
#include "core/io/display_text.h"

namespace bitloupe {
namespace {

using ui::Key;

constexpr float kWidth = 860, kHeight = 580;                     // logical pixels
constexpr float kCrumbs = 26, kFoot = 28, kInfo = 26, kGap = 6;  // heights
constexpr float kPlaces = 168, kPlacesFrom = 560;                // width, and the card's from which they show

constexpr ui::Modifiers kPlain{}, kCtrl{.ctrl = true}, kAlt{.alt = true};

bool struck(Key key, ui::Modifiers modifiers, bool repeat = false) {
  return ui::modifiers() == modifiers && ui::key_pressed(key, repeat);
}

void read_list_keys(Browser& browser, BrowserView& view) {
  constexpr int kPage = 10;
  int step = 0;
  if (struck(Key::Down, kPlain, true)) step += 1;
  if (struck(Key::Up, kPlain, true)) step -= 1;
  if (struck(Key::PageDown, kPlain, true)) step += kPage;
  if (struck(Key::PageUp, kPlain, true)) step -= kPage;
  if (step == 0) return;
  browser.move(step);
  view.scroll_to_chosen = true;
}

void toggle_bookmark(BrowsePreferences& preferences, const std::string& folder) {
  if (std::erase(preferences.bookmarks, folder) == 0) preferences.bookmarks.push_back(folder);
}

// Before the field is drawn: it would take Backspace.
void read_keys(Browser& browser, BrowserView& view, BrowsePreferences& preferences) {
  read_list_keys(browser, view);
  if (struck(Key::Up, kAlt, true) || (struck(Key::Backspace, kPlain, true) && browser.typed().empty()))
    browser.up();
  if (struck(Key::Right, kPlain) && view.field.at_end) browser.complete();
  if (struck(Key::F5, kPlain)) browser.refresh();
  if (struck(Key::H, kCtrl)) preferences.hidden = !preferences.hidden;
  if (struck(Key::D, kCtrl)) toggle_bookmark(preferences, browser.folder());
  for (int i = 0; i < static_cast<int>(view.places.size()) && i < 9; ++i)
    if (struck(ui::nth_key(Key::Digit1, i), kAlt))
      browser.enter(view.places[static_cast<std::size_t>(i)].path);
  if (struck(Key::Enter, kCtrl) || struck(Key::KeypadEnter, kCtrl)) browser.replace();
}

void draw_field(Browser& browser, BrowserView& view) {
  ui::CommandField& field = view.field;
  if (view.text_version != browser.text_version()) {
    view.text_version = browser.text_version();
    field.text = browser.typed();
    field.replaced = true;
  }
  // Whatever was clicked, what is typed goes here.
  if (!field.active && !ImGui::IsAnyItemActive() && !ImGui::IsMouseDown(0)) field.take_focus = true;
  const bool enter = struck(Key::Enter, kPlain) || struck(Key::KeypadEnter, kPlain);
  ui::command_field("browse.path",
                    browser.saves() ? "the name of the file"
                                    : (browser.request().sources ? "a few letters, a path, path::tensor or "
                                                                   "synthetic:gaussian?shape=256x256"
                                                                 : "a few letters or a path"),
                    field);
  if (field.replaced) return;
  field.selected = -1;
  if (ui::key_pressed(Key::Escape)) {  // Dear ImGui takes back what was typed; here Escape closes
    field.text = browser.typed();
    field.replaced = true;
  } else if (field.changed) {
    browser.type(field.text);
    view.scroll_to_chosen = true;
  }
  if (field.tab) browser.complete();
  if (enter) browser.accept();
}

// What the chosen file is, what went wrong, or what would be replaced.
void draw_info(Browser& browser, Rect area) {
  const Theme& look = theme();
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  std::string text;
  Color color = look.palette.text_dim;
  if (const std::string* path = browser.replacing()) {
    constexpr const char* kReplace = "Replace (Ctrl+Enter)";
    const float gap = look.px(8), width = ui::button_width(kReplace) + gap + ui::button_width("Keep");
    ImGui::SetCursorScreenPos({area.right() - width, area.y});
    if (ui::button("browse.replace", kReplace, "Writes over the file that is there.")) browser.replace();
    ImGui::SameLine(0, gap);
    if (ui::button("browse.keep", "Keep", "Leaves the file as it is; type another name.")) browser.keep();
    area.width = std::max(area.width - width - gap, 1.0f);
    text = displayed_path(last_name(*path)) + " is there already. Replace it?";
    color = look.palette.text;
  } else if (!browser.message().empty()) {
    text = browser.message();
    color = look.palette.error_text;
  } else if (browser.saves()) {
    const TypedPath path = split_typed(browser.typed());
    const auto& extensions = browser.request().extensions;
    const bool whole = extensions.empty() || has_extension(path.name, extensions);
    if (!path.name.empty())
      text = "Saves as " + join_path(displayed_path(browser.folder()), path.name) +
             (whole ? "" : extensions.front());
  } else if (const FilePreview* preview = browser.preview()) {
    text = preview->text;
    if (!preview->readable) color = look.palette.error_text;
  }
  const TextStyle style{TextFace::Sans, look.px(kBodySize), color};
  const std::string shown = ui::elide_middle(canvas, text, style, area.width);
  const Point size = canvas.measure(shown, style);
  canvas.text({area.x, area.y + (area.height - size.y) / 2}, shown, style);
  ImGui::SetCursorScreenPos(ui::top_left(area));
  ImGui::Dummy({area.width, area.height});
  if (shown != text) ui::tooltip(text);
}

// Buttons at the right end of the foot. True when it is to close.
bool draw_buttons(Browser& browser, Rect area) {
  const Theme& look = theme();
  const char* take = browser.saves() ? "Save" : "Open";
  const float gap = look.px(8), width = ui::button_width("Cancel") + gap + ui::button_width(take);
  ImGui::SetCursorScreenPos({area.right() - width, area.y});
  const bool cancel = ui::button("browse.cancel", "Cancel", "Closes this without an answer (Escape).");
  ImGui::SameLine(0, gap);
  if (ui::button("browse.ok", take,
                 browser.saves() ? "Takes this name (Enter)." : "Takes what is typed or chosen (Enter)."))
    browser.accept();
  return cancel;
}

}  // namespace

void begin_view(BrowserView& view, const Browser& browser) {
  const bool was_active = view.field.active;
  view = {};
  view.field.active = was_active;
  view.field.take_focus = true;
  view.field.text = browser.typed();
  view.field.replaced = true;
  view.text_version = browser.text_version();
  const std::size_t dot = browser.saves() ? browser.typed().rfind('.') : 0;
  if (browser.saves())
    view.field.selected =
        static_cast<int>(dot == std::string::npos || dot == 0 ? browser.typed().size() : dot);
  view.scroll_to_chosen = true;
}

bool draw_browser(Browser& browser, BrowserView& view, Frame& frame, Rect window) {
  const Theme& look = theme();
  BrowsePreferences& preferences = frame.preferences.browse;
  view.places = browse_places(preferences);
  browser.update(preferences);
  const bool asked = browser.replacing() != nullptr;
  const Card card("browse", card_rect(window, kWidth, kHeight), false);
  read_keys(browser, view, preferences);
  ui::section(browser.request().title);

  const ImVec2 at = ImGui::GetCursorScreenPos(), room = ImGui::GetContentRegionAvail();
  const float gap = look.px(kGap), bottom = at.y + room.y;
  const Rect crumbs{at.x, at.y, room.x, look.px(kCrumbs)};
  draw_browser_crumbs(browser, frame, crumbs);
  ImGui::SetCursorScreenPos({at.x, crumbs.bottom() + gap});
  draw_field(browser, view);
  const float top = crumbs.bottom() + gap + look.px(kRowHeight) + gap;
  const Rect foot{at.x, bottom - look.px(kFoot), room.x, look.px(kFoot)};
  const Rect info{at.x, foot.y - look.px(kInfo) - gap, room.x, look.px(kInfo)};
  const float height = std::max(info.y - gap - top, 1.0f);
  float x = at.x;
  if (room.x >= look.px(kPlacesFrom)) {
    draw_browser_places(browser, view, preferences, {x, top, look.px(kPlaces), height});
    x += look.px(kPlaces) + look.px(10);
  }
  draw_browser_list(browser, view, preferences, {x, top, at.x + room.x - x, height});
  draw_info(browser, info);
  draw_browser_foot(browser, preferences, foot);
  const bool cancel = draw_buttons(browser, foot);

  if (const std::optional<BrowseChoice> choice = browser.take_choice()) {
    if (!choice->path.empty()) remember_folder(preferences, parent_folder(choice->path));
    if (browser.request().chosen) browser.request().chosen(frame, *choice);
    return false;
  }
  const bool left = card.left();
  if (left && asked && ui::key_pressed(Key::Escape)) {
    browser.keep();
    return true;
  }
  return !cancel && !left;
}

void draw_browser_foot(const Browser& browser, BrowsePreferences& preferences, Rect area) {
  const Theme& look = theme();
  float x = area.x - look.px(7);  // the text, not the face, stands on the line
  const auto toggle = [&](const char* id, const std::string& text, bool& on, const char* help) {
    const Rect face{x, area.y, ui::flat_width(text), area.height};
    if (ui::flat_button(id, face, text, on, help)) on = !on;
    x = face.right() + look.px(4);
  };
  toggle("browse.hidden", "Hidden files", preferences.hidden,
         "Lists names with a dot in front too (Ctrl+H).");
  if (!browser.request().extensions.empty())
    toggle("browse.all", "All files", preferences.all_files,
           "Lists every file, not only those with the endings that are asked for.");
}

}  // namespace bitloupe
