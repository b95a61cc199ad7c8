// The real window on a server of its own: a clip handle is dragged with the mouse, the range must follow.
#include <doctest/doctest.h>

#include <optional>
#include <sstream>
#include <string>

#include "tests/app/xvfb_server.h"
#include "tests/paths.h"

using namespace bitloupe::test;

namespace {

// What the last lines of the test log say.
struct Seen {
  std::optional<Place> handle;  // centre of the upper clip handle
  std::optional<double> hi;
  bool exact = false;
};

Seen read_log(const std::string& path) {
  Seen seen;
  std::istringstream lines(read_file(path));
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string kind, id;
    words >> kind >> id;
    if (kind == "widget" && id == "clip.hi") {
      int x = 0, y = 0, width = 0, height = 0;
      words >> x >> y >> width >> height;
      seen.handle = Place{x + width / 2, y + height / 2};
    } else if (kind == "range") {
      double hi = 0;
      if (words >> hi) seen.hi = hi;
    } else if (kind == "snapshot") {
      std::string stage;
      words >> stage;
      seen.exact = stage == "exact";
    }
  }
  return seen;
}

// Presses at `from`, moves left in steps and lets go.
std::vector<std::string> drag_left(Place from, int distance) {
  const auto move = [&](int x) {
    return std::vector<std::string>{"mousemove", std::to_string(x), std::to_string(from.y), "sleep", "0.05"};
  };
  std::vector<std::string> words;
  const auto add = [&](const std::vector<std::string>& more) {
    words.insert(words.end(), more.begin(), more.end());
  };
  add(move(from.x - 1));
  add(move(from.x));
  add({"mousedown", "1", "sleep", "0.05"});
  for (int step = 1; step <= 10; ++step) add(move(from.x - distance * step / 10));
  add({"mouseup", "1"});
  return words;
}

}  // namespace

TEST_CASE("a clip handle follows the mouse in the real window") {
  if (!has_x_tools()) return;
  const XvfbServer server;
  const std::string log = server.file("test.log");
  BackgroundProcess window({binary(), "synthetic:gaussian?shape=256x256&seed=1", "--window-size",
                            "1280x800", "--window-position", "0,0", "--scale", "1", "--test-log", log},
                           server.file("output"), server.environment());
  Seen before;
  const bool drawn = wait_until(
      [&] {
        before = read_log(log);
        return (before.handle && before.hi && before.exact) || !window.running();
      },
      kPatience);
  REQUIRE(drawn);
  REQUIRE(window.running());

  server.xdotool(drag_left(*before.handle, 80));
  const bool followed = wait_until([&] { return *read_log(log).hi < *before.hi; }, kPatience);
  if (!followed) {
    server.save_screen("xvfb_drag_failure.xwd");
    MESSAGE("log: ", read_file(log));
  }
  CHECK(followed);
  CHECK(window.running());
}
