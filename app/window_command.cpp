#include "app/window_command.h"

#include <CLI/CLI.hpp>
#include <utility>

#include "app/preferences.h"
#include "app/start_command.h"
#include "app/window/window.h"

namespace bitloupe {

namespace {

struct Options {
  std::shared_ptr<cli::StartOptions> start;
  std::shared_ptr<WindowFlags> flags;
};

Status fill(const WindowFlags& flags, WindowOptions& window) {
  if (const Status size = cli::parse_size("--window-size", flags.look.size, window.width, window.height);
      !size)
    return size.error();
  if (!flags.position.empty()) {
    const auto position = cli::parse_pair("--window-position", flags.position, ',');
    if (!position) return position.error();
    window.position = WindowOptions::Position{position->first, position->second};
  }
  window.scale = flags.look.scale;
  if (!flags.look.appearance.empty()) {
    const auto appearance = parse_appearance(flags.look.appearance);
    if (!appearance) return appearance.error();
    window.appearance = *appearance;
  }
  window.test_log = flags.test_log;
  window.frame_log = flags.frame_log;
  return Ok{};
}

cli::Outcome open_window(WindowOptions window, const WindowFlags& flags) {
  if (const Status filled = fill(flags, window); !filled) return {"", filled.error()};
  if (const Status closed = run_window(window); !closed) return {"", closed.error()};
  return {};
}

}  // namespace

std::shared_ptr<WindowFlags> add_window_flags(CLI::App& app) {
  const auto flags = std::make_shared<WindowFlags>();
  cli::add_look_options(app, flags->look, "--window-size");
  app.add_option("--window-position", flags->position, "Place of the window on the screen")->type_name("X,Y");
  app.add_option("--test-log", flags->test_log, "Write what is on screen as lines, for tests")
      ->type_name("FILE");
  app.add_option("--frame-log", flags->frame_log, "Write event, submit, publish and swap times as CSV")
      ->type_name("FILE");
  return flags;
}

cli::Outcome open_window_at(const LessonPlace& place, const WindowFlags& flags) {
  WindowOptions window;
  window.start.given = true;
  window.start.session.experiment = place.lesson->steps[place.step].experiment;
  window.lesson = place;
  return open_window(std::move(window), flags);
}

cli::Action declare_window(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  options->start = cli::add_start_options(app);
  options->flags = add_window_flags(app);
  return [options](const cli::Globals& globals) -> cli::Outcome {
    Result<Start> start = start_from(*options->start, "", globals);
    if (!start) return {"", start.error()};
    WindowOptions window;
    window.start = std::move(*start);
    return open_window(std::move(window), *options->flags);
  };
}

}  // namespace bitloupe
