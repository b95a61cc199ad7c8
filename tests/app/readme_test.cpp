// Every command line of README.md works as it is written there.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "tests/app/process.h"
#include "tests/paths.h"

using namespace bitloupe::test;

namespace {

// Lines `app/run ...` of the blocks marked `sh`; a comment after two blanks is dropped.
std::vector<std::string> command_lines(const std::string& text) {
  std::vector<std::string> commands;
  std::istringstream lines(text);
  bool shell = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("```")) shell = line == "```sh";
    if (!shell || !line.starts_with("app/run")) continue;
    line = line.substr(0, line.find("  #"));
    commands.push_back(line);
  }
  return commands;
}

bool opens_window(const std::string& command, const std::vector<std::string>& names) {
  std::istringstream words(command);
  std::string program, first;
  words >> program >> first;
  return std::find(names.begin(), names.end(), first) == names.end();
}

}  // namespace

TEST_CASE("the README's command lines run, in its order, in one empty folder") {
  const std::vector<std::string> commands = command_lines(read_file(root_dir() + "/README.md"));
  CHECK(commands.size() >= 10);
  const std::vector<std::string> names = subcommands();
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder.path("app"));
  std::filesystem::create_symlink(binary(), folder.path("app/run"));
  ProcessOptions options;
  options.folder = folder.path();
  for (std::string command : commands) {
    if (opens_window(command, names)) command += " --help";  // no display here: only that it is understood
    const ProcessResult result = run_process({"bash", "-c", "set -o pipefail; " + command}, options);
    CHECK_MESSAGE(result.status == 0, command, ": ", result.err);
    CHECK_MESSAGE(!result.out.empty(), command);
  }
}

TEST_CASE("files that the README points to exist") {
  const std::string text = read_file(root_dir() + "/README.md");
  for (std::size_t at = text.find("]("); at != std::string::npos; at = text.find("](", at + 1)) {
    const std::string target = text.substr(at + 2, text.find_first_of(")#", at + 2) - at - 2);
    if (target.empty() || target.starts_with("http")) continue;
    CHECK_MESSAGE(std::filesystem::exists(root_dir() + "/" + target), target);
  }
}
