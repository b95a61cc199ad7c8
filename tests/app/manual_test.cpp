// The man page says of every subcommand what its --help says: the same options, no other.
#include <doctest/doctest.h>

#include <cctype>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "tests/app/process.h"
#include "tests/paths.h"

using namespace bitloupe::test;

namespace {

std::set<std::string> options_in(const std::string& text) {
  std::set<std::string> found;
  for (std::size_t at = text.find("--"); at != std::string::npos; at = text.find("--", at + 2)) {
    std::size_t end = at + 2;
    while (end < text.size() && (std::islower(static_cast<unsigned char>(text[end])) || text[end] == '-'))
      ++end;
    if (end > at + 2) found.insert(text.substr(at, end - at));
  }
  return found;
}

// Roff writes a hyphen that is meant as such "\-".
std::string plain(std::string text) {
  for (std::size_t at = text.find("\\-"); at != std::string::npos; at = text.find("\\-", at))
    text.erase(at, 1);
  return text;
}

std::string listed(const std::set<std::string>& names, const std::set<std::string>& without) {
  std::string text;
  for (const std::string& name : names)
    if (without.count(name) == 0) text += name + ' ';
  return text;
}

// What the man page has: which subcommands there are, and which of its entries are about which options.
struct Manual {
  struct Entry {
    std::string section;
    std::set<std::string> options, commands;  // no command: the window, and whatever has it
  };
  std::vector<Entry> entries;
  std::map<std::string, std::string> commands;  // and what is said of each
};

// ".BR sample ", " render:" names two.
std::set<std::string> commands_before_colon(const std::string& line) {
  if (!line.starts_with(".B") || !line.ends_with(':')) return {};
  std::set<std::string> names;
  std::string name;
  for (const char c : line.substr(line.find(' '))) {
    if (std::islower(static_cast<unsigned char>(c)))
      name += c;
    else if (!name.empty())
      names.insert(std::exchange(name, {}));
  }
  return names;
}

Manual read_manual() {
  std::istringstream text(plain(read_file(root_dir() + "/assets/bitloupe.1")));
  Manual manual;
  std::string section, command, line;
  enum { Text, Tag, FirstLine } expected = Text;
  while (std::getline(text, line)) {
    if (line.starts_with(".SH ")) {
      section = line.substr(4);
      command.clear();
      expected = Text;
    } else if (line == ".TP") {
      expected = Tag;
    } else if (expected == Tag && section == "SUBCOMMANDS") {
      command = line.substr(line.find(' ') + 1);
      manual.commands[command] = "";
      expected = Text;
    } else if (expected == Tag) {
      manual.entries.push_back({section, options_in(line), {}});
      expected = FirstLine;
    } else if (expected == FirstLine) {
      manual.entries.back().commands = commands_before_colon(line);
      expected = Text;
    } else if (!command.empty()) {
      manual.commands[command] += line + '\n';
    }
  }
  return manual;
}

struct Said {
  std::set<std::string> surely, perhaps;
};

// Of a subcommand, or of the window ("").
Said options_of(const Manual& manual, const std::string& command) {
  const std::string about = command.empty() ? "quantizer options" : manual.commands.at(command);
  Said said;
  said.surely = options_in(about);
  for (const Manual::Entry& entry : manual.entries) {
    const bool general = entry.section == "OPTIONS OF EVERY COMMAND";
    const bool quantizer = entry.section == "QUANTIZER OPTIONS";
    const bool own = general || (quantizer && about.find("quantizer options") != std::string::npos) ||
                     entry.commands.count(command) > 0 || (command.empty() && entry.commands.empty());
    if (own) said.surely.insert(entry.options.begin(), entry.options.end());
    if (!quantizer && entry.commands.empty()) said.perhaps.insert(entry.options.begin(), entry.options.end());
  }
  said.perhaps.insert(said.surely.begin(), said.surely.end());
  return said;
}

}  // namespace

TEST_CASE("the man page has the subcommands and the version of --help") {
  const Manual manual = read_manual();
  std::set<std::string> written, shown;
  for (const auto& command : manual.commands) written.insert(command.first);
  for (const std::string& name : subcommands()) shown.insert(name);
  CHECK(listed(shown, written) == "");
  CHECK(listed(written, shown) == "");
  CHECK(read_file(root_dir() + "/assets/bitloupe.1").find("\"bitloupe " BITLOUPE_VERSION "\"") !=
        std::string::npos);
}

TEST_CASE("the man page gives every subcommand the options of its --help") {
  const Manual manual = read_manual();
  std::vector<std::string> names = subcommands();
  names.push_back("");  // the window
  for (const std::string& name : names) {
    CAPTURE(name);
    const std::vector<std::string> help = {name, "--help"};
    const std::set<std::string> shown =
        options_in(run_bitloupe({help.begin() + name.empty(), help.end()}).out);
    const Said said = options_of(manual, name);
    CHECK(listed(shown, said.perhaps) == "");  // missing in the man page
    CHECK(listed(said.surely, shown) == "");   // no longer an option
  }
}
