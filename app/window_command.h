// bitloupe [FILE[::TENSOR]]: the window.
#pragma once

#include <memory>
#include <string>

#include "app/cli/command.h"
#include "app/cli/start_options.h"

namespace bitloupe {

struct LessonPlace;

cli::Action declare_window(CLI::App& app);

// What every command that opens the window takes.
struct WindowFlags {
  cli::LookOptions look;
  std::string position, test_log, frame_log;
};
std::shared_ptr<WindowFlags> add_window_flags(CLI::App& app);

cli::Outcome open_window_at(const LessonPlace& place, const WindowFlags& flags);

}  // namespace bitloupe
