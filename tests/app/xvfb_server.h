// One X server of its own for the tests with a real window, and the lines of --test-log.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/app/process.h"

namespace bitloupe::test {

inline constexpr int kPatience = 60;  // seconds, for a software renderer on a busy machine

// False, with a message that ctest knows, where a tool is missing.
bool has_x_tools();

class XvfbServer {
 public:
  XvfbServer();  // a screen of 1280x800; waits until it is there

  using Environment = std::vector<std::pair<std::string, std::string>>;
  const Environment& environment() const { return environment_; }  // DISPLAY, settings in a folder of its own
  std::string settings_folder() const { return folder_.path("settings"); }
  std::string file(const std::string& name) const { return folder_.path(name); }
  void xdotool(std::vector<std::string> words) const;
  void save_screen(const std::string& name) const;  // into the working folder, with a message

 private:
  TemporaryFolder folder_;
  BackgroundProcess server_;
  Environment environment_;
};

struct Place {
  int x = 0, y = 0;
};
// The middle of a widget that the last frame drew, whose name begins like this.
std::optional<Place> widget_in(const std::string& log, const std::string& name);

}  // namespace bitloupe::test
