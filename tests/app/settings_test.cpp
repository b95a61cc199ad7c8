#include "app/session/settings.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <thread>

#include "app/session/folders.h"
#include "app/session/settings_file.h"
#include "app/session/time_text.h"
#include "core/io/file_lock.h"
#include "core/json.h"
#include "tests/core/faulty_calls.h"
#include "tests/core/field_count.h"
#include "tests/core/io_support.h"

namespace bitloupe {
namespace {

namespace fs = std::filesystem;
using test::read_file;
using test::TemporaryFolder;
using test::write_file;

Settings example() {
  Settings settings;
  settings.preferences.appearance = ui::Appearance::HighContrast;
  settings.preferences.zoom = 1.3f;
  settings.preferences.shortcuts = {{"file.open", "Ctrl+K"}, {"view.fit", ""}};
  settings.preferences.formats = {{"my FP6", "float:E3M2:bias=4"}};
  settings.preferences.browse = {true, true, BrowseOrder::Size, true, {"/data", "/x\xff"}, {"/r\n"}, true};
  settings.preferences.reload_changed = true;
  settings.panels = {300, 250, 0.2f, 0.4f, true, 350, true};
  settings.lessons = {{"a", {2, {0, 1, 2}, {1}}}, {"b", {}}};
  settings.window = {1111, 777};
  settings.recent = {{"/pinned", true, 5}, {"/b\xff", false, 9}, {"/a", false, 7}};
  return settings;
}

Settings parsed(std::string_view text) {
  std::vector<std::string> skipped;
  const Result<Settings> settings = parse_settings(text, "settings.json", skipped);
  REQUIRE_MESSAGE(settings.ok(), (settings ? "" : settings.error().message));
  return *settings;
}

Settings both(const Settings& base, const Settings& mine, const Settings& theirs) {
  return parsed(merged(base, mine, to_json(theirs)));
}

}  // namespace

TEST_CASE("settings read back equal, and every member is kept") {
  CHECK(parsed(to_json(Settings{})) == Settings{});
  CHECK(parsed(to_json(example())) == example());
  const Json json = Json::parse(to_json(example()));
  CHECK(json.size() == test::field_count<Settings>() + 1);                    // and the version
  CHECK(json["preferences"].size() == test::field_count<Preferences>() - 1);  // but not the projector mode
  CHECK(json["window"].size() == test::field_count<WindowSize>());
  CHECK(json["panels"].size() == test::field_count<PanelSizes>());
  CHECK(json["recent"][0].size() == test::field_count<RecentFile>());
}

TEST_CASE("F18: single settings that cannot be read keep their default and say so") {
  std::vector<std::string> skipped;
  const auto settings = parse_settings(
      R"({"bitloupe_settings":1,"preferences":{"appearance":"pink","zoom":1e308,"future":[]},"panels":{"left_width":"nan"},)"
      R"("recent":[{"path":"/a"},{"path":3}],"moon":"full"})",
      "settings.json", skipped);
  REQUIRE(settings.ok());
  CHECK(settings->preferences.appearance == ui::Appearance::Dark);
  CHECK(settings->preferences.zoom == kMostZoom);
  CHECK(settings->panels == PanelSizes{});
  CHECK(settings->recent == RecentFiles{{"/a", false, 0}});
  CHECK(skipped.size() == 4);
  for (const char* text :
       {"", "[]", "{}", "{\"bitloupe_settings\":0}", "{\"bitloupe_settings\":\"1\"}", "nul"})
    CHECK_FALSE(parse_settings(text, "settings.json", skipped).ok());
}

TEST_CASE("U17: two windows' settings are merged member by member, the last writer wins") {
  const Settings base = example();
  Settings mine = base, theirs = base;
  mine.preferences.zoom = 2;
  mine.preferences.shortcuts["view.flip"] = "X";
  mine.recent.insert(mine.recent.begin() + 1, {"/mine", false, 20});
  theirs.preferences.appearance = ui::Appearance::Light;
  theirs.preferences.zoom = 3;
  theirs.panels.left_width = 400;
  theirs.preferences.shortcuts.erase("view.fit");
  theirs.recent.push_back({"/theirs", false, 1});
  set_pinned(theirs.recent, "/a", true);
  const Settings together = both(base, mine, theirs);
  CHECK(together.preferences.zoom == 2);
  CHECK(together.preferences.appearance == ui::Appearance::Light);
  CHECK(together.panels.left_width == 400);
  CHECK(together.preferences.shortcuts ==
        std::map<std::string, std::string>{{"file.open", "Ctrl+K"}, {"view.flip", "X"}});
  CHECK(together.recent == RecentFiles{{"/a", true, 7},
                                       {"/pinned", true, 5},
                                       {"/mine", false, 20},
                                       {"/b\xff", false, 9},
                                       {"/theirs", false, 1}});
  // What one window took out does not come back from the other.
  mine = base;
  forget(mine.recent, "/a");
  mine.preferences.browse.bookmarks.clear();
  CHECK(both(base, mine, base).recent.size() == 2);
  CHECK(both(base, mine, base).preferences.browse.bookmarks.empty());
  CHECK(both(base, base, mine).recent.size() == 2);
  CHECK(both(base, base, theirs) == parsed(to_json(theirs)));
  CHECK(parsed(merged(base, mine, "")) == parsed(to_json(mine)));
}

TEST_CASE("settings of a newer version keep what this one does not know") {
  const std::string theirs =
      R"({"bitloupe_settings":3,"preferences":{"zoom":1.5,"ink":"blue"},"lamp":{"on":true}})";
  Settings mine;
  mine.preferences.appearance = ui::Appearance::Light;
  const Json text = Json::parse(merged(Settings{}, mine, theirs));
  CHECK(text["bitloupe_settings"] == 3);
  CHECK(text["preferences"]["ink"] == "blue");
  CHECK(text["preferences"]["appearance"] == "light");
  CHECK(text["preferences"]["zoom"] == 1.5);
  CHECK(text["lamp"]["on"] == true);
}

TEST_CASE("settings are written and read again") {
  const TemporaryFolder folder;
  const std::string config = folder.path("a/b/bitloupe");
  CHECK(load_settings(config).settings == Settings{});
  REQUIRE(save_settings(config, Settings{}, example()));
  const LoadedSettings loaded = load_settings(config);
  CHECK(loaded.settings == example());
  CHECK(loaded.notices.empty());
  struct stat status {};
  REQUIRE(::stat(config.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0700);
}

TEST_CASE("F18: a settings file that is none is put aside, and the defaults are used") {
  for (const char* text : {"", "{\"bitloupe_settings\": 1, \"pref", "[1]", "\xff\xfe"}) {
    const TemporaryFolder folder;
    write_file(folder.path("settings.json"), text);
    const LoadedSettings loaded = load_settings(folder.path(""));
    CHECK(loaded.settings == Settings{});
    REQUIRE(loaded.notices.size() == 1);
    CHECK(loaded.notices[0].find("settings.json.bad") != std::string::npos);
    CHECK(read_file(folder.path("settings.json.bad")) == text);
    CHECK_FALSE(fs::exists(folder.path("settings.json")));
    CHECK(load_settings(folder.path("")).notices.empty());
  }
  const TemporaryFolder folder;
  write_file(folder.path("settings.json"), "{");
  fs::resize_file(folder.path("settings.json"), std::uintmax_t{1} << 30);
  CHECK(load_settings(folder.path("")).notices[0].find("1073741824") != std::string::npos);
  CHECK(fs::exists(folder.path("settings.json.bad")));
  fs::create_directory(folder.path("settings.json"));  // and there is a .bad file already
  CHECK(load_settings(folder.path("")).settings == Settings{});
  REQUIRE(save_settings(folder.path(""), Settings{}, example()));  // the folder was put aside
  CHECK(load_settings(folder.path("")).settings == example());
}

TEST_CASE("F17: folders that cannot be made say so") {
  const TemporaryFolder folder;
  write_file(folder.path("file"), "");
  CHECK_FALSE(save_settings(folder.path("file/config"), {}, example()).ok());
  CHECK_FALSE(save_settings("", {}, example()).ok());
  CHECK(load_settings("").notices.empty());
  CHECK(load_settings(folder.path("file/config")).settings == Settings{});
}

TEST_CASE("U12: settings whose writing fails are the old ones") {
  const TemporaryFolder folder;
  REQUIRE(save_settings(folder.path(""), Settings{}, example()));
  Settings mine = example();
  mine.preferences.zoom = 3;
  test::FaultyCalls calls;
  calls.room = 10;
  CHECK_FALSE(save_settings(folder.path(""), example(), mine, {.calls = &calls}).ok());
  CHECK(load_settings(folder.path("")).settings == example());
}

TEST_CASE("U17: settings are written although another window holds the lock, after a second at most") {
  const TemporaryFolder folder;
  const auto lock = FileLock::take(folder.path("settings.lock"));
  REQUIRE(lock.ok());
  CHECK(save_settings(folder.path(""), Settings{}, example()));
  CHECK(load_settings(folder.path("")).settings == example());
}

TEST_CASE("U17: ten windows that write at once lose nothing") {
  const TemporaryFolder folder;
  std::vector<std::thread> windows;
  for (int number = 0; number < 10; ++number)
    windows.emplace_back([&folder, number] {
      Settings mine;
      note_opened(mine.recent, "/file" + std::to_string(number), number);
      (void)save_settings(folder.path(""), Settings{}, mine);
    });
  for (std::thread& window : windows) window.join();
  CHECK(load_settings(folder.path("")).settings.recent.size() == 10);
}

TEST_CASE("recent files: pinned first, then the newest, no path twice") {
  RecentFiles files;
  for (int i = 0; i < 20; ++i) note_opened(files, "/f" + std::to_string(i), i);
  CHECK(files.size() == kMostRecent);
  CHECK(files.front().path == "/f19");
  set_pinned(files, "/f10", true);
  CHECK(files.front() == RecentFile{"/f10", true, 10});
  note_opened(files, "/f15", 99);
  CHECK(files[1].path == "/f15");
  CHECK(files.size() == kMostRecent);
  for (int i = 30; i < 60; ++i) note_opened(files, "/g" + std::to_string(i), i + 100);
  CHECK(files.front().path == "/f10");  // a pin outlives any number of files
  CHECK(files.size() == kMostRecent + 1);
  forget(files, "/f10");
  CHECK(files.size() == kMostRecent);
}

TEST_CASE("folders follow the XDG specification, and one variable takes all") {
  const auto folders = [](std::map<std::string, std::string> variables) {
    return folders_from([variables](const char* name) -> std::optional<std::string> {
      const auto found = variables.find(name);
      return found == variables.end() ? std::nullopt : std::optional(found->second);
    });
  };
  CHECK(folders({{"HOME", "/h"}}).config == "/h/.config/bitloupe");
  CHECK(folders({{"HOME", "/h"}}).state == "/h/.local/state/bitloupe");
  CHECK(folders({{"HOME", "/h"}, {"XDG_CONFIG_HOME", "/c"}, {"XDG_STATE_HOME", "/s"}}).config ==
        "/c/bitloupe");
  CHECK(folders({{"XDG_STATE_HOME", "/s"}}).state == "/s/bitloupe");
  CHECK(folders({{"HOME", "/h"}, {"XDG_CONFIG_HOME", "relative"}}).config == "/h/.config/bitloupe");
  CHECK(folders({{"HOME", "/h"}, {"BITLOUPE_CONFIG_DIR", "/t"}}).config == "/t");
  CHECK(folders({{"BITLOUPE_CONFIG_DIR", "/t"}}).state == "/t");
  CHECK(folders({}).config.empty());
  CHECK(folders({{"HOME", ""}}).state.empty());
}

TEST_CASE("moments are told as people say them; F16: also those of the future") {
  const std::int64_t now = 1'700'000'000;
  CHECK(time_text(now, now).starts_with("today "));
  CHECK(time_text(now - 24 * 60 * 60, now).starts_with("yesterday "));
  CHECK(time_text(now - 10 * 24 * 60 * 60, now).starts_with("2023-11-0"));
  CHECK(time_text(now + 40 * 24 * 60 * 60, now).starts_with("2023-12-2"));
  CHECK_FALSE(time_text(INT64_MAX, now).empty());
  CHECK_FALSE(time_text(INT64_MIN, now).empty());
}

}  // namespace bitloupe
