// The file browser's picture: path field, folders above, places beside, the list, and what is known of the
// chosen file.
//
// Names in the registry: browse.path, browse.crumb.N, browse.bookmark, browse.place.N, browse.row.N (N-th
// row of the list, not of the screen), browse.sort.KEY (name, size, modified), browse.hidden, browse.all,
// browse.ok, browse.cancel, browse.replace, browse.keep.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/browser/browser.h"
#include "app/frame.h"
#include "app/ui/command_field.h"

namespace bitloupe {

// A folder one click away.
struct BrowsePlace {
  std::string path, name;
  enum class Kind { Home, Current, Bookmark, Recent } kind = Kind::Home;
};

struct BrowserView {
  ui::CommandField field;
  std::uint64_t text_version = 0;
  std::vector<BrowsePlace> places;
  bool scroll_to_chosen = false;
};

// Home, the folder that the program was started in, bookmarks, recent folders: each once.
std::vector<BrowsePlace> browse_places(const BrowsePreferences& preferences);

// Before the first frame of a request.
void begin_view(BrowserView& view, const Browser& browser);

// What is chosen goes to the request's `chosen`. False when it closes.
bool draw_browser(Browser& browser, BrowserView& view, Frame& frame, Rect window);

// The parts, in this order from the top; each draws into `area`.
void draw_browser_crumbs(Browser& browser, Frame& frame, Rect area);
void draw_browser_places(Browser& browser, BrowserView& view, BrowsePreferences& preferences, Rect area);
void draw_browser_list(Browser& browser, BrowserView& view, BrowsePreferences& preferences, Rect area);
void draw_browser_foot(const Browser& browser, BrowsePreferences& preferences, Rect area);

}  // namespace bitloupe
