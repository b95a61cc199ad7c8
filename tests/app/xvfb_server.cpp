#include "tests/app/xvfb_server.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <sstream>

namespace bitloupe::test {

bool has_x_tools() {
  for (const char* tool : {"Xvfb", "xdotool"})
    if (run_process({"sh", "-c", std::string("command -v ") + tool}).status != 0) {
      MESSAGE("skipped: no ", tool);
      return false;
    }
  return true;
}

XvfbServer::XvfbServer()
    : server_({"Xvfb", "-displayfd", "1", "-screen", "0", "1280x800x24", "-nolisten", "tcp", "-fbdir",
               folder_.path()},
              folder_.path("display")) {
  const std::string number = folder_.path("display");
  REQUIRE(wait_until([&] { return read_file(number).ends_with('\n'); }, kPatience));
  std::string display = ":" + read_file(number);
  display.pop_back();
  environment_ = {{"DISPLAY", display}, {"BITLOUPE_CONFIG_DIR", settings_folder()}};
}

void XvfbServer::xdotool(std::vector<std::string> words) const {
  ProcessOptions options;
  options.environment = environment_;
  words.insert(words.begin(), "xdotool");
  const ProcessResult result = run_process(words, options);
  REQUIRE_MESSAGE(result.status == 0, result.err);
}

void XvfbServer::save_screen(const std::string& name) const {
  std::filesystem::copy_file(folder_.path("Xvfb_screen0"), name,
                             std::filesystem::copy_options::overwrite_existing);
  MESSAGE("screen saved as ", std::filesystem::absolute(name).string());
}

std::optional<Place> widget_in(const std::string& log, const std::string& name) {
  std::optional<Place> found;
  std::istringstream lines(log);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string kind, id;
    words >> kind >> id;
    if (kind == "widgets") found.reset();
    if (kind != "widget" || !id.starts_with(name)) continue;
    int x = 0, y = 0, width = 0, height = 0;
    words >> x >> y >> width >> height;
    found = Place{x + width / 2, y + height / 2};
  }
  return found;
}

}  // namespace bitloupe::test
