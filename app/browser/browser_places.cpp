// The folders above the listed one, and those one click away.
#include <algorithm>

#include "app/browser/browser_view.h"
#include "app/browser/path_text.h"
#include "app/plot/imgui_canvas.h"
#include "app/ui/flat_button.h"
#include "app/ui/guards.h"
#include "app/ui/registry.h"
#include "app/ui/text.h"
#include "app/ui/widgets.h"
#include "core/io/display_text.h"

namespace bitloupe {
namespace {

constexpr float kPlaceHeight = 24, kHeading = 22, kBetween = 7;  // kBetween: the sign between two crumbs
constexpr const char* kBookmark = "Bookmark";

const char* heading_of(BrowsePlace::Kind kind) {
  switch (kind) {
    case BrowsePlace::Kind::Bookmark:
      return "Bookmarks";
    case BrowsePlace::Kind::Recent:
      return "Recent";
    default:
      return "Places";
  }
}

// From which of `widths` on all fit into `room`, the last one always.
std::size_t first_that_fits(const std::vector<float>& widths, float room) {
  float used = 0;
  std::size_t first = widths.size();
  while (first > 0 && (first == widths.size() || used + widths[first - 1] <= room)) used += widths[--first];
  return first;
}

void heading(const char* text, Rect area) {
  const Theme& look = theme();
  const TextStyle style{TextFace::SansBold, look.px(kSmallSize), look.palette.text_dim};
  ImGuiCanvas(*ImGui::GetWindowDrawList()).text({area.x + look.px(7), area.y + look.px(5)}, text, style);
}

}  // namespace

std::vector<BrowsePlace> browse_places(const BrowsePreferences& preferences) {
  using Kind = BrowsePlace::Kind;
  std::vector<BrowsePlace> places;
  const auto add = [&](const std::string& path, const std::string& name, Kind kind) {
    for (const BrowsePlace& place : places)
      if (place.path == path) return;
    places.push_back({path, name, kind});
  };
  add(home_folder(), "Home", Kind::Home);
  if (const std::string current = current_folder(); current != "/")
    add(current, "Current folder", Kind::Current);
  for (const std::string& path : preferences.bookmarks)
    add(path, displayed_path(last_name(path)), Kind::Bookmark);
  for (const std::string& path : preferences.recent) add(path, displayed_path(last_name(path)), Kind::Recent);
  return places;
}

void draw_browser_crumbs(Browser& browser, Frame& frame, Rect area) {
  const Theme& look = theme();
  std::vector<std::string>& bookmarks = frame.preferences.browse.bookmarks;
  const std::string folder = browser.folder();
  const Rect mark{area.right() - ui::flat_width(kBookmark), area.y, ui::flat_width(kBookmark), area.height};
  const auto bookmark = std::find(bookmarks.begin(), bookmarks.end(), folder);
  const bool marked = bookmark != bookmarks.end();
  if (ui::flat_button("browse.bookmark", mark, kBookmark, marked,
                      marked ? "This folder is a bookmark; click to forget it (Ctrl+D)."
                             : "Keeps this folder among the places (Ctrl+D).")) {
    if (marked)
      bookmarks.erase(bookmark);
    else
      bookmarks.push_back(folder);
  }
  const std::vector<Crumb> crumbs = crumbs_of(folder);
  const float between = look.px(kBetween);
  std::vector<float> widths;
  for (const Crumb& crumb : crumbs)
    widths.push_back(std::min(ui::flat_width(displayed_path(crumb.name)), area.width * 0.4f) + between);
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  const TextStyle style{TextFace::Sans, look.px(kBodySize), look.palette.text_faint};
  area.x -= look.px(7);  // the text, not the face, stands on the line
  const float room = area.width - mark.width - look.px(16);
  float x = area.x;
  for (std::size_t i = first_that_fits(widths, room); i < crumbs.size(); ++i) {
    const float width = std::min(widths[i], std::max(area.x + room - x, 1.0f)) - between;
    const Rect face{x, area.y, std::max(width, 1.0f), area.height};
    const std::string id = "browse.crumb." + std::to_string(i);
    if (ui::flat_button(id, face, displayed_path(crumbs[i].name), false, displayed_path(crumbs[i].path)))
      browser.enter(crumbs[i].path);
    x = face.right() + between;
    if (i == 0 || i + 1 == crumbs.size()) continue;
    const Point size = canvas.measure("›", style);
    canvas.text({x - (between + size.x) / 2, area.y + (area.height - size.y) / 2}, "›", style);
  }
}

void draw_browser_places(Browser& browser, BrowserView& view, BrowsePreferences& preferences, Rect area) {
  const Theme& look = theme();
  const ui::ScopedChild child("places", area, look.palette.header, {0, 0}, ImGuiWindowFlags_NoNav);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float width = ImGui::GetContentRegionAvail().x;
  Rect line{at.x, at.y, width, look.px(kPlaceHeight)};
  const char* above = nullptr;
  for (std::size_t i = 0; i < view.places.size(); ++i) {
    const BrowsePlace& place = view.places[i];
    if (const char* text = heading_of(place.kind); text != above) {
      heading(text, line);
      line.y += look.px(kHeading);
      above = text;
    }
    const std::string number = std::to_string(i), keys = i < 9 ? "\nAlt+" + std::to_string(i + 1) : "";
    const bool own = place.kind == BrowsePlace::Kind::Bookmark;
    const float forget = own ? line.height : 0;
    if (ui::flat_button("browse.place." + number, {line.x, line.y, line.width - forget, line.height},
                        place.name, place.path == browser.folder(), displayed_path(place.path) + keys))
      browser.enter(place.path);
    if (own &&
        ui::flat_button("browse.forget." + number, {line.right() - forget, line.y, forget, line.height}, "×",
                        false, "Takes this folder out of the bookmarks.", ui::FlatAlign::Middle))
      std::erase(preferences.bookmarks, place.path);
    line.y += line.height;
  }
}

}  // namespace bitloupe
