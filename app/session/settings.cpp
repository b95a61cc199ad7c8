#include "app/session/settings.h"

#include <algorithm>
#include <utility>

#include "app/layout.h"
#include "core/json_fields.h"

namespace bitloupe {
namespace {

constexpr WindowSize kLeastWindow{320, 240}, kMostWindow{16384, 16384};

using Texts = std::map<std::string, std::string>;

struct AppearanceRow {
  std::string_view key;
  ui::Appearance value;
};
constexpr AppearanceRow kAppearances[] = {{"dark", ui::Appearance::Dark},
                                          {"light", ui::Appearance::Light},
                                          {"high-contrast", ui::Appearance::HighContrast}};

Json write_texts(const Texts& texts) {
  Json object = Json::object();
  for (const auto& [key, text] : texts) object[key] = text;
  return object;
}

Status read_texts(Texts& into, const Json& value, const JsonPlace& place) {
  if (!value.is_object()) return wrong_type(place.path, value, "an object");
  Texts texts;
  for (const auto& [key, item] : value.items())
    if (Status read = read_value(item, place.member(key), texts[key]); !read) return read;
  into = std::move(texts);
  return Ok{};
}

struct OrderRow {
  std::string_view key;
  BrowseOrder value;
};
constexpr OrderRow kOrders[] = {
    {"name", BrowseOrder::Name}, {"size", BrowseOrder::Size}, {"modified", BrowseOrder::Modified}};

const Fields<BrowsePreferences>& browse_fields() {
  static const Fields<BrowsePreferences> fields = {
      field("hidden", &BrowsePreferences::hidden),
      field("all_files", &BrowsePreferences::all_files),
      field_choice("order", &BrowsePreferences::order, std::span<const OrderRow>(kOrders)),
      field("descending", &BrowsePreferences::descending),
      field("bookmarks", &BrowsePreferences::bookmarks),
      field("recent", &BrowsePreferences::recent),
      field("native_dialog", &BrowsePreferences::native_dialog),
  };
  return fields;
}

// The projector mode is left with the window: who starts the program sits in front of it.
const Fields<Preferences>& preference_fields() {
  static const Fields<Preferences> fields = {
      field_choice("appearance", &Preferences::appearance, std::span<const AppearanceRow>(kAppearances)),
      field_between("zoom", &Preferences::zoom, kLeastZoom, kMostZoom),
      {"shortcuts", [](const Preferences& p) { return write_texts(p.shortcuts); },
       [](Preferences& p, const Json& value, const JsonPlace& place) {
         return read_texts(p.shortcuts, value, place);
       }},
      {"formats", [](const Preferences& p) { return write_texts(p.formats); },
       [](Preferences& p, const Json& value, const JsonPlace& place) {
         return read_texts(p.formats, value, place);
       }},
      field_object("browse", &Preferences::browse, browse_fields),
      field("reload_changed", &Preferences::reload_changed),
  };
  return fields;
}

const Fields<PanelSizes>& panel_fields() {
  constexpr float kLargestShare = 1 - 2 * kSmallestShare;
  static const Fields<PanelSizes> fields = {
      field_between("left_width", &PanelSizes::left_width, kNarrowestColumn, kWidestColumn),
      field_between("right_width", &PanelSizes::right_width, kNarrowestColumn, kWidestColumn),
      field_between("lesson_width", &PanelSizes::lesson_width, kNarrowestColumn, kWidestColumn),
      field_between("histogram_share", &PanelSizes::histogram_share, kSmallestShare, kLargestShare),
      field_between("curve_share", &PanelSizes::curve_share, kSmallestShare, kLargestShare),
      field("curve_folded", &PanelSizes::curve_folded),
      field("conventions_open", &PanelSizes::conventions_open),
      field("block_folded", &PanelSizes::block_folded),
  };
  return fields;
}

const Fields<WindowSize>& window_fields() {
  static const Fields<WindowSize> fields = {
      field_between("width", &WindowSize::width, kLeastWindow.width, kMostWindow.width),
      field_between("height", &WindowSize::height, kLeastWindow.height, kMostWindow.height),
  };
  return fields;
}

const Fields<RecentFile>& recent_fields() {
  static const Fields<RecentFile> fields = {
      field("path", &RecentFile::path),
      field("pinned", &RecentFile::pinned),
      field("opened", &RecentFile::opened),
      field("lenient", &RecentFile::lenient),
  };
  return fields;
}

Json write_recent(const Settings& settings) {
  Json list = Json::array();
  for (const RecentFile& file : settings.recent) list.push_back(write_fields(recent_fields(), file));
  return list;
}

Status read_recent(Settings& settings, const Json& value, const JsonPlace& place) {
  if (!value.is_array()) return wrong_type(place.path, value, "a list");
  RecentFiles files;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const JsonPlace here{place.path + "[" + std::to_string(i) + "]", place.rules};
    RecentFile file;
    if (Status read = read_fields(recent_fields(), value[i], here, file); !read)
      place.skip(read.error().message);
    else
      files.push_back(std::move(file));
  }
  settings.recent = ordered(std::move(files));
  return Ok{};
}

Json write_lessons(const Settings& settings) {
  return Json::parse(to_json(LessonProgress{"", settings.lessons}))["lessons"];
}

Status read_lessons(Settings& settings, const Json& value, const JsonPlace& place) {
  Json progress = Json::object();
  progress["lessons"] = value;
  Result<LessonProgress> read = parse_progress_json(json_text(progress), "settings", place.rules);
  if (!read) return read.error();
  settings.lessons = std::move(read->lessons);
  return Ok{};
}

const Fields<Settings>& settings_fields() {
  static const Fields<Settings> fields = {
      {"bitloupe_settings", [](const Settings&) { return Json(kSettingsVersion); },
       [](Settings&, const Json&, const JsonPlace&) -> Status { return Ok{}; }},  // read before the others
      field_object("preferences", &Settings::preferences, preference_fields),
      field_object("panels", &Settings::panels, panel_fields),
      field_object("window", &Settings::window, window_fields),
      {"recent", write_recent, read_recent},
      {"lessons", write_lessons, read_lessons},
  };
  return fields;
}

// What an entry of a list is known by: a recent file's path, or the entry itself.
Json identity(const Json& entry) {
  return entry.is_object() && entry.contains("path") ? entry["path"] : entry;
}
const Json* find_entry(const Json& list, const Json& wanted) {
  for (const Json& entry : list)
    if (identity(entry) == identity(wanted)) return &entry;
  return nullptr;
}

// Both windows' entries; what one of them took out is gone, what one of them changed is as that one has it.
Json merged_list(const Json& base, const Json& mine, const Json& theirs) {
  Json list = Json::array();
  for (const Json& entry : mine) {
    const Json *before = find_entry(base, entry), *other = find_entry(theirs, entry);
    const bool changed = before == nullptr || *before != entry;
    if (changed)
      list.push_back(entry);
    else if (other != nullptr)
      list.push_back(*other);
  }
  for (const Json& entry : theirs)
    if (find_entry(mine, entry) == nullptr && find_entry(base, entry) == nullptr) list.push_back(entry);
  return list;
}

Json merged_json(const Json& base, const Json& mine, const Json& theirs) {
  if (mine.is_array() && theirs.is_array())
    return merged_list(base.is_array() ? base : Json::array(), mine, theirs);
  if (!mine.is_object() || !theirs.is_object()) return mine == base ? theirs : mine;
  Json result = theirs;
  const Json nothing;
  const auto member = [&](const Json& object, const std::string& key) -> const Json& {
    return object.is_object() && object.contains(key) ? object[key] : nothing;
  };
  for (const auto& [key, value] : mine.items()) {
    const Json& before = member(base, key);
    const Json& other = member(theirs, key);
    if (theirs.contains(key))
      result[key] = merged_json(before, value, other);
    else if (before != value)  // else the other window took it out
      result[key] = value;
  }
  if (!base.is_object()) return result;
  for (const auto& [key, value] : base.items())
    if (!mine.contains(key)) result.erase(key);
  return result;
}

}  // namespace

PanelSizes panel_sizes(const ViewState& view) {
  return {view.left_width,   view.right_width,  view.histogram_share,  view.curve_share,
          view.curve_folded, view.lesson_width, view.conventions_open, view.block_folded};
}

void apply(const PanelSizes& sizes, ViewState& view) {
  view.left_width = sizes.left_width;
  view.right_width = sizes.right_width;
  view.lesson_width = sizes.lesson_width;
  view.histogram_share = sizes.histogram_share;
  view.curve_share = sizes.curve_share;
  view.curve_folded = sizes.curve_folded;
  view.conventions_open = sizes.conventions_open;
  view.block_folded = sizes.block_folded;
}

std::string to_json(const Settings& settings) {
  return json_text(write_fields(settings_fields(), settings), 1) + '\n';
}

Result<Settings> parse_settings(std::string_view text, const std::string& name,
                                std::vector<std::string>& skipped) {
  const Result<Json> document = parse_json(text, name);
  if (!document) return Error{ErrorCode::BadInput, document.error().message};
  int version = 0;
  const auto found = document->is_object() ? document->find("bitloupe_settings") : document->end();
  if (!document->is_object() || found == document->end() ||
      !read_value(*found, {"bitloupe_settings", {}}, version) || version < 1)
    return bad_input(name + ": not settings (it has no version in 'bitloupe_settings')");
  Settings settings;
  const JsonPlace place{"", {true, true, &skipped}};
  if (Status read = read_fields(settings_fields(), *document, place, settings); !read)
    return Error{ErrorCode::BadInput, name + ": " + read.error().message};
  return settings;
}

std::string merged(const Settings& base, const Settings& mine, std::string_view theirs) {
  const Json ours = write_fields(settings_fields(), mine);
  const Result<Json> there = parse_json(theirs, "settings");
  if (!there || !there->is_object()) return json_text(ours, 1) + '\n';
  Json both = merged_json(write_fields(settings_fields(), base), ours, *there);
  if (!both.contains("bitloupe_settings")) both["bitloupe_settings"] = kSettingsVersion;
  return json_text(both, 1) + '\n';
}

}  // namespace bitloupe
