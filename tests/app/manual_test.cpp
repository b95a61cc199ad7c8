// The man page names every option that --help does, and no other.
#include <doctest/doctest.h>

#include <cctype>
#include <set>
#include <string>

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

}  // namespace

TEST_CASE("the man page and --help name the same options") {
  std::string help = run_bitloupe({"--help"}).out;
  for (const std::string& name : subcommands()) {
    const std::string own = run_bitloupe({name, "--help"}).out;
    REQUIRE(!own.empty());
    help += own;
  }
  const std::set<std::string> shown = options_in(help),
                              written = options_in(plain(read_file(root_dir() + "/assets/bitloupe.1")));
  CHECK(listed(shown, written) == "");  // missing in the man page
  CHECK(listed(written, shown) == "");  // no longer an option
}
