// bitloupe: picks the subcommand, or opens the window.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <exception>
#include <filesystem>
#include <new>
#include <string>
#include <system_error>
#include <vector>

#include "app/cli/command.h"
#include "app/cli/console.h"
#include "app/lesson_command.h"
#include "app/render_command.h"
#include "app/window_command.h"
#include "core/text_distance.h"

namespace bitloupe {
namespace {

constexpr std::array<cli::Command, 10> kCommands = {{
    {"inspect", "List the tensors of a file with their statistics", cli::declare_inspect},
    {"formats", "List the number formats, or every code of one", cli::declare_formats},
    {"encode", "Round numbers to a format and show code, value and error", cli::declare_encode, true},
    {"quantize", "Quantize a tensor and report scales, errors and storage", cli::declare_quantize},
    {"curve", "The error against the clip threshold, and what calibration methods pick", cli::declare_curve},
    {"compare", "Two tensors, files or dialects against each other, worst first", cli::declare_compare},
    {"sweep", "Many tensors under many formats, a row each; in parts for many machines", cli::declare_sweep},
    {"sample", "Write a synthetic tensor to a .npy file", cli::declare_sample},
    {"render", "Draw the window's content into a picture, without a display", declare_render},
    {"lesson", "List the lessons, open one, or prove its claims", declare_lesson},
}};

cli::Action declare_program(CLI::App& app) {
  std::size_t width = 0;
  for (const cli::Command& command : kCommands) width = std::max(width, command.name.size());
  std::string footer = "Subcommands (bitloupe NAME --help tells more):\n";
  for (const cli::Command& command : kCommands)
    footer += "  " + std::string(command.name) + std::string(width - command.name.size() + 3, ' ') +
              std::string(command.help) + '\n';
  app.footer(footer);
  return declare_window(app);
}

constexpr cli::Command kWindow = {"", "Look into the quantization of tensors: bit by bit, live",
                                  declare_program};

// The first argument that is neither an option nor the value of one that every command takes.
std::vector<std::string>::iterator first_word(std::vector<std::string>& arguments) {
  for (auto argument = arguments.begin(); argument != arguments.end(); ++argument) {
    if (*argument == "--") break;
    if (!argument->starts_with('-')) return argument;
    const bool takes_value = *argument == "--threads" || *argument == "--max-header";
    if (takes_value && argument + 1 != arguments.end()) ++argument;
  }
  return arguments.end();
}

// A word that is no file and nearly a subcommand: what was meant is more use than that there is no such file.
std::optional<Error> nearly_a_command(const std::string& word) {
  constexpr std::size_t kMostLetters = 12, kNear = 2;
  std::error_code ignored;
  if (word.size() > kMostLetters || std::filesystem::exists(word, ignored)) return std::nullopt;
  for (const cli::Command& command : kCommands)
    if (const std::size_t distance = text_distance(word, command.name);
        distance <= kNear && distance < word.size() / 2)
      return bad_argument("no subcommand and no file '" + word +
                          "' (nearest subcommand: " + std::string(command.name) + "); see bitloupe --help");
  return std::nullopt;
}

cli::Outcome dispatch(std::vector<std::string> arguments) {
  const auto word = first_word(arguments);
  if (word == arguments.end()) return cli::run_command(kWindow, std::move(arguments));
  if (const std::optional<Error> error = cli::unbuilt_command(*word)) return {"", error};
  for (const cli::Command& command : kCommands) {
    if (command.name != *word) continue;
    arguments.erase(word);
    return cli::run_command(command, std::move(arguments));
  }
  if (const std::optional<Error> error = nearly_a_command(*word)) return {"", error};
  return cli::run_command(kWindow, std::move(arguments));
}

cli::Outcome guarded_dispatch(std::vector<std::string> arguments) {
  try {
    return dispatch(std::move(arguments));
  } catch (const std::bad_alloc&) {
    return {"", Error{ErrorCode::OutOfMemory, "out of memory"}};
  } catch (const std::exception& exception) {
    return {"", Error{ErrorCode::Io, exception.what()}};
  }
}

}  // namespace
}  // namespace bitloupe

int main(int count, char** arguments) {
  bitloupe::cli::prepare_console();
  return bitloupe::cli::finish(
      bitloupe::guarded_dispatch({arguments + std::min(count, 1), arguments + count}));
}
