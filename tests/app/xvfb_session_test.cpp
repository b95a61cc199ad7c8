// The real window dies of an assertion (SIGABRT); the next one offers its work on the start page.
#include <doctest/doctest.h>
#include <signal.h>

#include <filesystem>
#include <string>

#include "tests/app/xvfb_server.h"
#include "tests/paths.h"

using namespace bitloupe::test;

namespace {

namespace fs = std::filesystem;

int files_named(const std::string& folder, const std::string& beginning) {
  std::error_code error;
  int count = 0;
  for (const auto& file : fs::directory_iterator(folder, error)) {
    const std::string name = file.path().filename().string();
    count += name.starts_with(beginning) && name.ends_with(".json") ? 1 : 0;
  }
  return count;
}

}  // namespace

TEST_CASE("U27: the real window's work survives SIGABRT, and SIGTERM is no crash") {
  if (!has_x_tools()) return;
  const XvfbServer server;
  const auto arguments = [&](const std::string& log) {
    return std::vector<std::string>{binary(), "--window-size", "1280x800", "--window-position",
                                    "0,0",           "--scale",       "1",        "--test-log",
                                    server.file(log)};
  };
  const auto log = [&](const std::string& name) { return read_file(server.file(name)); };
  {
    std::vector<std::string> with_source = arguments("first.log");
    with_source.insert(with_source.begin() + 1, "synthetic:gaussian?shape=64x64");
    BackgroundProcess window(with_source, server.file("output"), server.environment());
    REQUIRE(wait_until([&] { return widget_in(log("first.log"), "clip.hi").has_value(); }, kPatience));
    server.xdotool({"mousemove", "640", "400", "sleep", "0.2", "key", "comma"});
    CHECK(wait_until([&] { return files_named(server.settings_folder(), "run-") == 1; }, kPatience));
    window.send(SIGABRT);
    CHECK(wait_until([&] { return !window.running(); }, kPatience));
  }
  BackgroundProcess window(arguments("second.log"), server.file("output"), server.environment());
  const auto restore = [&] { return widget_in(log("second.log"), "start.restore."); };
  const bool offered = wait_until([&] { return restore().has_value(); }, kPatience);
  if (!offered) server.save_screen("xvfb_session_failure.xwd");
  REQUIRE(offered);
  const std::string x = std::to_string(restore()->x), y = std::to_string(restore()->y);
  server.xdotool({"mousemove", x, y, "sleep", "0.2", "click", "1"});
  CHECK(wait_until([&] { return widget_in(log("second.log"), "clip.hi").has_value(); }, kPatience));
  CHECK(wait_until([&] { return files_named(server.settings_folder(), "lost-") == 0; }, kPatience));
  CHECK(files_named(server.settings_folder(), "run-") == 1);
  // Told to end, it leaves in order: its work is offered again, and this was no crash.
  window.send(SIGTERM);
  CHECK(wait_until([&] { return !window.running(); }, kPatience));
  CHECK(files_named(server.settings_folder(), "lost-") == 1);
  CHECK_FALSE(fs::exists(server.settings_folder() + "/crashes"));
}
