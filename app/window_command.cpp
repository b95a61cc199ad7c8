#include "app/window_command.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "app/cli/start_options.h"
#include "app/preferences.h"
#include "app/start_command.h"
#include "app/window/window.h"

namespace bitloupe {

namespace {

struct Options {
  std::shared_ptr<cli::StartOptions> start;
  std::string position, test_log, frame_log;
};

Status fill(const Options& options, const cli::Globals& globals, WindowOptions& window) {
  Result<Start> start = start_from(*options.start, "", globals);
  if (!start) return start.error();
  window.start = std::move(*start);
  if (const Status size = cli::parse_size("--window-size", options.start->size, window.width, window.height);
      !size)
    return size.error();
  if (!options.position.empty()) {
    const auto position = cli::parse_pair("--window-position", options.position, ',');
    if (!position) return position.error();
    window.position = WindowOptions::Position{position->first, position->second};
  }
  window.scale = options.start->scale;
  if (!options.start->appearance.empty()) {
    const auto appearance = parse_appearance(options.start->appearance);
    if (!appearance) return appearance.error();
    window.appearance = *appearance;
  }
  window.test_log = options.test_log;
  window.frame_log = options.frame_log;
  return Ok{};
}

cli::Outcome open_window(const Options& options, const cli::Globals& globals) {
  WindowOptions window;
  if (const Status filled = fill(options, globals, window); !filled) return {"", filled.error()};
  if (const Status closed = run_window(window); !closed) return {"", closed.error()};
  return {};
}

}  // namespace

cli::Action declare_window(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  options->start = cli::add_start_options(app, "--window-size");
  app.add_option("--window-position", options->position, "Place of the window on the screen")
      ->type_name("X,Y");
  app.add_option("--test-log", options->test_log, "Write what is on screen as lines, for tests")
      ->type_name("FILE");
  app.add_option("--frame-log", options->frame_log, "Write event, submit, publish and swap times as CSV")
      ->type_name("FILE");
  return [options](const cli::Globals& globals) { return open_window(*options, globals); };
}

}  // namespace bitloupe
