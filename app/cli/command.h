// What a subcommand is, and how one is parsed and run. Nothing here prints: an Outcome says what goes to
// which stream. The table of subcommands is main.cpp's.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace CLI {
class App;
}

namespace bitloupe::cli {

// What every subcommand takes, before or after its name.
struct Globals {
  bool json = false;
  bool force = false;
  bool lenient = false;
  int threads = 0;                     // 0: one a hardware thread
  std::uint64_t max_header_bytes = 0;  // 0: the readers' own limits
};

// What a command leaves: text for standard output, and one line for standard error where it failed. Both only
// where part of the input was readable (inspect).
struct Outcome {
  std::string output;
  std::optional<Error> error;
  // Of commands that print as they go: the error's line stands there already; the errno of the write to
  // standard output that failed, 0 where none did.
  bool reported = false;
  int output_errno = 0;
};
// 0 done; 1 the input is bad or an operation failed; 2 the command line is wrong.
int exit_status(const Outcome& outcome);

using Action = std::function<Outcome(const Globals&)>;

struct Command {
  std::string_view name, help;  // the window itself has no name
  // Adds the command's options; what it returns runs once they are parsed.
  Action (*declare)(CLI::App& app);
  bool takes_numbers = false;  // "-inf" and "-.5" are positional arguments, not options
};

Action declare_compare(CLI::App& app);
Action declare_curve(CLI::App& app);
Action declare_encode(CLI::App& app);
Action declare_formats(CLI::App& app);
Action declare_inspect(CLI::App& app);
Action declare_quantize(CLI::App& app);
Action declare_sample(CLI::App& app);
Action declare_sweep(CLI::App& app);

// Parses the arguments after the command's name and runs it.
Outcome run_command(const Command& command, std::vector<std::string> arguments);

// Adds --json, --force, --lenient, --threads, --max-header, --help and --version.
void add_globals(CLI::App& app, Globals& globals);

// The error of a documented subcommand or option that is not built yet; nothing for any other.
std::optional<Error> unbuilt_command(std::string_view name);
std::optional<Error> unbuilt_option(const std::vector<std::string>& arguments);

// Parses `arguments` into what was declared on `app`. Nothing: go on. Else the error, or the text that --help
// or --version asks for.
std::optional<Outcome> parse_arguments(CLI::App& app, std::vector<std::string> arguments);

}  // namespace bitloupe::cli
