// The list of a folder: name, size and date of what is shown of it, only as much as is in sight.
#include <algorithm>
#include <array>
#include <cmath>
#include <ctime>
#include <string>

#include "app/browser/browser_view.h"
#include "app/browser/path_text.h"
#include "app/plot/imgui_canvas.h"
#include "app/ui/flat_button.h"
#include "app/ui/guards.h"
#include "app/ui/registry.h"
#include "app/ui/text.h"
#include "app/ui/widgets.h"

namespace bitloupe {
namespace {

constexpr float kRow = 24, kSize = 84, kDate = 134, kDateFrom = 420, kIcon = 22;  // logical pixels

struct Columns {
  Rect name, size, date;  // date: empty where there is no room
};

Columns columns_of(Rect row) {
  const Theme& look = theme();
  const float date = row.width >= look.px(kDateFrom) ? look.px(kDate) : 0, size = look.px(kSize);
  const float name = std::max(row.width - size - date, 1.0f);
  return {{row.x, row.y, name, row.height},
          {row.x + name, row.y, size, row.height},
          {row.x + name + size, row.y, date, row.height}};
}

// Local time; "–" for what no calendar has.
std::string date_text(const std::optional<std::int64_t>& seconds) {
  if (!seconds) return "–";
  const std::time_t time = *seconds;
  struct tm parts {};
  if (!localtime_r(&time, &parts) || parts.tm_year > 9999 - 1900 || parts.tm_year < -1900) return "–";
  std::array<char, 64> text{};
  const std::size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M", &parts);
  return length > 0 ? std::string(text.data(), length) : "–";
}

std::string size_text(const FolderEntry& entry) {
  if (entry.kind == EntryKind::Folder) return "";
  return entry.bytes ? ui::bytes(*entry.bytes) : "–";
}

// A folder with its flap, or a sheet.
void draw_icon(Canvas& canvas, EntryKind kind, Point center) {
  const Theme& look = theme();
  const float w = look.px(12), h = look.px(9), x = center.x - w / 2, y = center.y - h / 2;
  if (kind == EntryKind::Folder) {
    canvas.fill({x, y - look.px(2), w * 0.45f, look.px(4)}, look.palette.accent, look.px(1));
    canvas.fill({x, y, w, h}, look.palette.accent, look.px(1.5f));
    return;
  }
  const float width = look.px(9), height = look.px(11);
  canvas.stroke({std::round(center.x - width / 2), std::round(center.y - height / 2), width, height},
                kind == EntryKind::File ? look.palette.text_dim : look.palette.text_faint,
                std::max(1.0f, look.px(1)), look.px(1.5f));
}

// True where the name did fit.
bool draw_cells(Canvas& canvas, const FolderEntry& entry, Rect row, bool chosen) {
  const Theme& look = theme();
  const Columns columns = columns_of(row);
  draw_icon(canvas, entry.kind, {row.x + look.px(kIcon) / 2 + look.px(2), row.y + row.height / 2});
  const Color color = entry.kind == EntryKind::Other ? look.palette.text_faint : look.palette.text;
  const TextStyle name{TextFace::Sans, look.px(kBodySize), color};
  const TextStyle fact{TextFace::Mono, look.px(kMonoSmallSize),
                       chosen ? look.palette.text : look.palette.text_dim};
  const float x = row.x + look.px(kIcon) + look.px(4), room = columns.name.right() - look.px(10) - x;
  const std::string shown = ui::elide_middle(canvas, entry.text(), name, room);
  const auto top = [&](const std::string& text, const TextStyle& style) {
    return row.y + (row.height - canvas.measure(text, style).y) / 2;
  };
  canvas.text({x, top(shown, name)}, shown, name);
  const std::string size = size_text(entry);
  canvas.text({columns.size.right() - look.px(12) - canvas.measure(size, fact).x, top(size, fact)}, size,
              fact);
  const bool whole = shown == entry.text();
  if (columns.date.width <= 0) return whole;
  const std::string date = date_text(entry.modified);
  canvas.text({columns.date.x + look.px(7), top(date, fact)}, date, fact);
  return whole;
}

void draw_row(Browser& browser, const FolderEntry& entry, int row, Rect rect) {
  const Theme& look = theme();
  const std::string id = "browse.row." + std::to_string(row);
  ImGui::SetCursorScreenPos(ui::top_left(rect));
  const bool pressed = ui::invisible_button(id.c_str(), {rect.width, rect.height});
  const bool hovered = ImGui::IsItemHovered(), chosen = row == browser.chosen() && browser.enter_takes_row();
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  if (chosen || hovered) canvas.fill(rect, chosen ? look.palette.selection : look.palette.track, look.px(4));
  const bool whole = draw_cells(canvas, entry, rect, chosen);
  const ImVec2 low = ImGui::GetWindowPos(), size = ImGui::GetWindowSize();
  if (rect.bottom() > low.y && rect.y < low.y + size.y) ui::register_widget(id, rect, ui::WidgetKind::Handle);
  if (entry.kind == EntryKind::File && entry.bytes)
    ui::tooltip(entry.text() + "\n" + ui::count(*entry.bytes) + " bytes, " + date_text(entry.modified));
  else if (!whole)
    ui::tooltip(entry.text());
  if (pressed) browser.choose(row);
  if (hovered && ImGui::IsMouseDoubleClicked(0)) {
    browser.choose(row);
    browser.accept();
  }
}

struct Head {
  const char *key, *text;
  BrowseOrder order;
  ui::FlatAlign align;
};

// A click sorts by the column, another one the other way round.
void draw_heads(BrowsePreferences& preferences, Rect area) {
  using ui::FlatAlign;
  const Columns columns = columns_of(area);
  const std::array<std::pair<Head, Rect>, 3> heads = {
      {{{"name", "Name", BrowseOrder::Name, FlatAlign::Left}, columns.name},
       {{"size", "Size", BrowseOrder::Size, FlatAlign::Right}, columns.size},
       {{"modified", "Modified", BrowseOrder::Modified, FlatAlign::Left}, columns.date}}};
  for (const auto& [head, rect] : heads) {
    if (rect.width <= 0) continue;
    const bool current = preferences.order == head.order;
    const std::string text = std::string(head.text) + (!current ? "" : preferences.descending ? " ↓" : " ↑");
    if (!ui::flat_button("browse.sort." + std::string(head.key), rect, text, false,
                         "Sorts by this; again: the other way round.", head.align))
      continue;
    preferences.descending = current && !preferences.descending;
    preferences.order = head.order;
  }
}

void draw_nothing(const Browser& browser) {
  const Theme& look = theme();
  const FolderListing* listing = browser.listing();
  std::string text;
  if (!listing)
    text = browser.reading() ? "Reading…" : "";
  else if (listing->entries.empty())
    text = "This folder is empty.";
  else if (!split_typed(browser.typed()).name.empty())
    text = "Nothing here has these letters.";
  else
    text = browser.request().extensions.empty()
               ? "Nothing to show; the folder holds hidden files only."
               : "No " + browser.request().file_kind + " here; “All files” shows the others.";
  if (!text.empty()) ui::paragraph(text, look.palette.text_dim);
}

void scroll_to(const Browser& browser, float row, float room) {
  const float top = row * static_cast<float>(browser.chosen());
  if (top < ImGui::GetScrollY())
    ImGui::SetScrollY(top);
  else if (top + row > ImGui::GetScrollY() + room)
    ImGui::SetScrollY(top + row - room);
}

}  // namespace

void draw_browser_list(Browser& browser, BrowserView& view, BrowsePreferences& preferences, Rect area) {
  const Theme& look = theme();
  const float row = std::round(look.px(kRow)), scroll_bar = ImGui::GetStyle().ScrollbarSize;
  draw_heads(preferences, {area.x, area.y, std::max(area.width - scroll_bar, 1.0f), row});
  area.y += row + look.px(2);
  area.height = std::max(area.height - row - look.px(2), 1.0f);
  ui::register_widget("browse.list", area, ui::WidgetKind::Handle);
  const ui::ScopedChild child("list", area, look.palette.panel, {0, 0}, ImGuiWindowFlags_NoNav);
  const FolderListing* listing = browser.listing();
  if (!listing || browser.rows().empty()) return draw_nothing(browser);
  const ui::ScopedId scope(listing->folder);
  const ui::ScopedVar tight(ImGuiStyleVar_ItemSpacing, ImVec2{0, 0});
  if (std::exchange(view.scroll_to_chosen, false)) scroll_to(browser, row, area.height);
  const float width = std::max(area.width - scroll_bar, 1.0f);
  ImGuiListClipper clipper;
  clipper.Begin(static_cast<int>(browser.rows().size()), row);
  while (clipper.Step())
    for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) {
      // A click may have changed the list.
      if (browser.listing() != listing || i >= static_cast<int>(browser.rows().size())) continue;
      const ImVec2 at = ImGui::GetCursorScreenPos();
      draw_row(browser, listing->entries[browser.rows()[static_cast<std::size_t>(i)]], i,
               {at.x, at.y, width, row});
    }
}

}  // namespace bitloupe
