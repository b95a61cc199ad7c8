#include "app/cli/command.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>

#include "app/cli/text.h"
#include "core/memory.h"
#include "core/parallel.h"
#include "core/simd.h"
#include "core/text.h"
#include "core/text_distance.h"

namespace bitloupe::cli {

namespace {

constexpr std::array<std::string_view, 2> kUnbuiltCommands = {"gemm", "convert"};
constexpr std::array<std::string_view, 1> kUnbuiltOptions = {"--export"};

// CLI11 would take "-inf" and "-.5" for short options; a blank before them makes them arguments.
bool is_negative_number(const std::string& argument) {
  return argument.starts_with('-') && parse_double(argument).has_value();
}

// A value that is empty was meant to be one: "--codes $UNSET" asks for a file, not for none.
std::optional<Error> empty_value(const CLI::App& app) {
  for (const CLI::Option* option : app.get_options())
    for (const std::string& value : option->results())
      if (value.empty())
        return bad_argument(option->get_name() + ": expected a value (found ''); see " + app.get_name() +
                            " --help");
  return std::nullopt;
}

Error wrong_line(const CLI::App& app, const CLI::ParseError& error) {
  std::string message = error.what();
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr && message.find(": ") < message.size())
    message = message.substr(0, message.find(": ")) + ": expected a value (found none)";
  const auto* extras = dynamic_cast<const CLI::ExtrasError*>(&error);
  const std::vector<std::string> remaining = app.remaining();
  if (extras != nullptr && !remaining.empty()) {
    const std::string& first = remaining.front();
    message = "unexpected argument " + first;
    if (first.starts_with("--")) {
      std::vector<std::string> names;
      for (const CLI::Option* option : app.get_options())
        for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
      const std::string given = first.substr(0, first.find('='));
      message = "unknown option " + given +
                " (nearest: " + std::string(nearest_name(given, {names.begin(), names.end()})) + ")";
    }
  }
  return bad_argument(message + "; see " + app.get_name() + " --help");
}

// What the environment asks for is an argument like any other.
std::optional<Error> wrong_environment() {
  if (const std::string memory = unreadable_memory_limit(); !memory.empty())
    return bad_argument("BITLOUPE_MEMORY " + in_quotes(memory) + ": expected a number of bytes");
  const std::string kernel = unknown_kernel_asked_for();
  if (kernel.empty()) return std::nullopt;
  std::string known;
  for (const std::string& name : kernel_names()) known += (known.empty() ? "" : ", ") + name;
  return bad_argument("BITLOUPE_KERNEL " + in_quotes(kernel) +
                      ": expected an instruction set of this processor: " + known);
}

}  // namespace

int exit_status(const Outcome& outcome) {
  if (!outcome.error) return 0;
  const ErrorCode code = outcome.error->code;
  return code == ErrorCode::BadArgument || code == ErrorCode::NotAvailable ? 2 : 1;
}

void add_globals(CLI::App& app, Globals& globals) {
  app.set_help_flag("--help,-h", "Print this help and exit");
  app.set_version_flag("--version", "bitloupe " BITLOUPE_VERSION, "Print the version and exit");
  app.add_flag("--json", globals.json, "Print one JSON document instead of a table");
  app.add_flag("--force", globals.force, "Overwrite existing output files; write degenerate results");
  app.add_flag("--lenient", globals.lenient,
               "Accept files that are refused by default but can be read in part: holes, rests, cut files");
  app.add_option("--max-header", globals.max_header_bytes,
                 "Longest header or index of a file [100000000; of GGUF files 268435456, of npy files 65536]")
      ->type_name("BYTES")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1} << 40).description(""));
  app.add_option("--threads", globals.threads, "Number of threads [one a hardware thread]")
      ->type_name("N")
      ->check(CLI::Range(1, 1024).description(""));
}

std::optional<Error> unbuilt_command(std::string_view name) {
  if (std::find(kUnbuiltCommands.begin(), kUnbuiltCommands.end(), name) == kUnbuiltCommands.end())
    return std::nullopt;
  return not_available(std::string(name));
}

std::optional<Error> unbuilt_option(const std::vector<std::string>& arguments) {
  for (const std::string& argument : arguments) {
    if (argument == "--") break;
    const std::string_view name = std::string_view(argument).substr(0, argument.find('='));
    if (std::find(kUnbuiltOptions.begin(), kUnbuiltOptions.end(), name) != kUnbuiltOptions.end())
      return not_available(std::string(name));
  }
  return std::nullopt;
}

std::optional<Outcome> parse_arguments(CLI::App& app, std::vector<std::string> arguments) {
  if (const std::optional<Error> error = unbuilt_option(arguments)) return Outcome{"", error};
  std::reverse(arguments.begin(), arguments.end());  // CLI11 takes them from the back
  try {
    app.parse(std::move(arguments));
  } catch (const CLI::CallForHelp&) {
    return Outcome{app.help(), std::nullopt};
  } catch (const CLI::CallForVersion& version) {
    return Outcome{std::string(version.what()) + '\n', std::nullopt};
  } catch (const CLI::ParseError& error) {
    return Outcome{"", wrong_line(app, error)};
  }
  if (const std::optional<Error> error = empty_value(app)) return Outcome{"", error};
  return std::nullopt;
}

Outcome run_command(const Command& command, std::vector<std::string> arguments) {
  const std::string name = command.name.empty() ? "bitloupe" : "bitloupe " + std::string(command.name);
  CLI::App app(std::string(command.help), name);
  Globals globals;
  const Action action = command.declare(app);
  add_globals(app, globals);
  if (command.takes_numbers) {
    const auto options_end = std::find(arguments.begin(), arguments.end(), "--");
    for (auto argument = arguments.begin(); argument != options_end; ++argument)
      if (is_negative_number(*argument)) argument->insert(0, 1, ' ');
  }
  if (std::optional<Outcome> done = parse_arguments(app, std::move(arguments))) return *done;
  if (const std::optional<Error> error = wrong_environment()) return {"", error};
  ThreadPool::set_shared_threads(globals.threads);
  return action(globals);
}

}  // namespace bitloupe::cli
