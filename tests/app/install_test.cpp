// `cmake --install`: every file is there, the installed program runs, and what the files say of each other
// holds.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "tests/app/process.h"
#include "tests/paths.h"

namespace fs = std::filesystem;
using namespace bitloupe::test;

namespace {

// Installed once, below a folder that stands for the root of a system.
class Installed {
 public:
  Installed() {
    ProcessOptions options;
    options.environment = {{"DESTDIR", folder_.path()}};
    result = run_process({"cmake", "--install", build_dir(), "--prefix", "/usr"}, options);
  }
  std::string path(const std::string& name) const { return folder_.path("usr/" + name); }
  std::string text(const std::string& name) const { return read_file(path(name)); }
  std::string unpacked(const std::string& name) const { return run_process({"gzip", "-dc", path(name)}).out; }
  std::set<std::string> files() const {
    std::set<std::string> names;
    for (const auto& entry : fs::recursive_directory_iterator(folder_.path()))
      if (!entry.is_directory()) names.insert(fs::relative(entry.path(), folder_.path()).string());
    return names;
  }

  ProcessResult result;

 private:
  TemporaryFolder folder_;
};

const Installed& installed() {
  static const Installed once;
  REQUIRE_MESSAGE(once.result.status == 0, once.result.err);
  return once;
}

// The keys of the desktop entry's one group.
std::map<std::string, std::string> desktop_keys(const std::string& text) {
  std::map<std::string, std::string> keys;
  std::istringstream lines(text);
  std::string line;
  std::getline(lines, line);
  CHECK(line == "[Desktop Entry]");
  while (std::getline(lines, line)) {
    const std::size_t equals = line.find('=');
    REQUIRE(equals != std::string::npos);
    keys[line.substr(0, equals)] = line.substr(equals + 1);
  }
  return keys;
}

// What stands between `before` and `after`, everywhere.
std::set<std::string> between(const std::string& text, const std::string& before, const std::string& after) {
  std::set<std::string> found;
  for (std::size_t at = text.find(before); at != std::string::npos; at = text.find(before, at)) {
    at += before.size();
    found.insert(text.substr(at, text.find(after, at) - at));
  }
  return found;
}

std::string listed(const std::set<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += name + '\n';
  return text;
}

bool has_program(const std::string& name) {
  return run_process({"sh", "-c", "command -v " + name + " >/dev/null"}).status == 0;
}

// What bash offers at the end of a line.
std::set<std::string> completed(const std::string& line) {
  const std::string script =
      "source \"$0\"; COMP_LINE=$1; COMP_POINT=${#1}; COMP_WORDBREAKS=' =:'; _bitloupe; "
      "printf '%s\\n' \"${COMPREPLY[@]}\"";
  ProcessOptions options;
  const TemporaryFolder folder;
  options.folder = folder.path();
  write_file(folder.path("two words.npy"), "");
  write_file(folder.path("notes.txt"), "");
  const ProcessResult result = run_process(
      {"bash", "-c", script, installed().path("share/bash-completion/completions/bitloupe"), line}, options);
  CHECK_MESSAGE(result.err == "", result.err);
  std::set<std::string> words;
  std::istringstream lines(result.out);
  for (std::string word; std::getline(lines, word);)
    if (!word.empty()) words.insert(word);
  return words;
}

}  // namespace

TEST_CASE("an installation has these files and no other") {
  CHECK(listed(installed().files()) == listed({
                                           "usr/bin/bitloupe",
                                           "usr/share/applications/bitloupe.desktop",
                                           "usr/share/bash-completion/completions/bitloupe",
                                           "usr/share/doc/bitloupe/changelog.gz",
                                           "usr/share/doc/bitloupe/copyright",
                                           "usr/share/fish/vendor_completions.d/bitloupe.fish",
                                           "usr/share/icons/hicolor/128x128/apps/bitloupe.png",
                                           "usr/share/icons/hicolor/scalable/apps/bitloupe.svg",
                                           "usr/share/man/man1/bitloupe.1.gz",
                                           "usr/share/metainfo/org.bitloupe.bitloupe.metainfo.xml",
                                           "usr/share/mime/packages/bitloupe.xml",
                                           "usr/share/zsh/vendor-completions/_bitloupe",
                                       }));
  CHECK(installed().unpacked("share/man/man1/bitloupe.1.gz") == read_file(root_dir() + "/assets/bitloupe.1"));
  const std::string copyright = installed().text("share/doc/bitloupe/copyright");
  CHECK(copyright.find(read_file(root_dir() + "/LICENSE")) != std::string::npos);
}

TEST_CASE("the installed program runs") {
  const std::string program = installed().path("bin/bitloupe");
  CHECK(run_process({program, "--version"}).out == "bitloupe " BITLOUPE_VERSION "\n");
  const ProcessResult formats = run_process({program, "formats", "int4", "--json"});
  CHECK(formats.status == 0);
  CHECK(formats.out == run_bitloupe({"formats", "int4", "--json"}).out);
}

TEST_CASE("desktop entry, MIME types and AppStream data agree with each other") {
  const auto desktop = desktop_keys(installed().text("share/applications/bitloupe.desktop"));
  const std::string types = installed().text("share/mime/packages/bitloupe.xml");
  const std::string about = installed().text("share/metainfo/org.bitloupe.bitloupe.metainfo.xml");

  CHECK(desktop.at("Exec") == "bitloupe %f");
  CHECK(fs::exists(installed().path("bin/bitloupe")));
  CHECK(fs::exists(installed().path("share/icons/hicolor/scalable/apps/" + desktop.at("Icon") + ".svg")));
  std::set<std::string> opened;
  std::istringstream list(desktop.at("MimeType"));
  for (std::string type; std::getline(list, type, ';');) opened.insert(type);
  CHECK(listed(between(types, "<mime-type type=\"", "\"")) == listed(opened));
  CHECK(listed(between(about, "<mediatype>", "<")) == listed(opened));
  CHECK(between(types, "pattern=\"*", "\"") == std::set<std::string>{".bitloupe", ".gguf", ".npy", ".safetensors"});

  CHECK(between(about, "<launchable type=\"desktop-id\">", "<") == std::set<std::string>{"bitloupe.desktop"});
  CHECK(between(about, "<release version=\"", "\"") == std::set<std::string>{BITLOUPE_VERSION});
  const std::set<std::string> dates = between(about, "date=\"", "\"");
  REQUIRE(dates.size() == 1);
  const std::string changelog = installed().unpacked("share/doc/bitloupe/changelog.gz");
  CHECK(changelog.starts_with("bitloupe (" BITLOUPE_VERSION ") "));
  CHECK(changelog.find(", " + dates.begin()->substr(8, 2) + ' ') != std::string::npos);  // the same day
}

TEST_CASE("the validators of the desktop accept what is installed") {
  const std::vector<std::vector<std::string>> checks = {
      {"desktop-file-validate", installed().path("share/applications/bitloupe.desktop")},
      {"appstreamcli", "validate", "--no-net",
       installed().path("share/metainfo/org.bitloupe.bitloupe.metainfo.xml")},
      {"xmllint", "--noout", installed().path("share/mime/packages/bitloupe.xml")},
      {"zsh", "-n", installed().path("share/zsh/vendor-completions/_bitloupe")},
      {"fish", "-n", installed().path("share/fish/vendor_completions.d/bitloupe.fish")},
      {"man", "--warnings", "-E", "UTF-8", "-l", installed().path("share/man/man1/bitloupe.1.gz")}};
  for (const std::vector<std::string>& check : checks) {
    if (!has_program(check[0])) continue;
    const ProcessResult result = run_process(check);
    CHECK_MESSAGE(result.status == 0, check[0], result.out, result.err);
    CHECK_MESSAGE(result.err == "", check[0], result.err);
  }
}

#ifndef BITLOUPE_SANITIZED
TEST_CASE("the Debian package is lintian clean and knows what it needs") {
  if (!has_program("lintian") || !has_program("dpkg-shlibdeps")) return;
  const TemporaryFolder folder;
  const ProcessResult packed =
      run_process({"sh", "-c",
                   "umask 077; cpack -G DEB --config \"$0\"/CPackConfig.cmake -B \"$1\" && mv \"$1\"/*.deb "
                   "\"$1\"/package.deb",
                   build_dir(), folder.path()});
  REQUIRE_MESSAGE(packed.status == 0, packed.out, packed.err);
  const std::string package = folder.path("package.deb");
  const ProcessResult judged = run_process({"lintian", "--fail-on", "error,warning", package});
  CHECK_MESSAGE(judged.status == 0, judged.out);
  const std::string needs = run_process({"dpkg-deb", "-f", package, "Depends"}).out;
  for (const char* library : {"libc6", "libegl1", "libgl1", "libglfw3", "libfreetype6"})
    CHECK_MESSAGE(needs.find(library) != std::string::npos, needs);
}
#endif

TEST_CASE("completions know what --help says") {
  using Words = std::set<std::string>;
  const std::vector<std::string> names = subcommands();
  Words first = {names.begin(), names.end()};
  first.insert("two words.npy");
  CHECK(completed("bitloupe ") == first);
  CHECK(completed("bitloupe q") == Words{"quantize"});
  CHECK(completed("bitloupe quantize --sch") == Words{"--scheme"});
  CHECK(completed("bitloupe formats --sch") == Words{});
  CHECK(completed("bitloupe quantize x.npy --scheme ") == Words{"affine", "direct", "symmetric"});
  CHECK(completed("bitloupe quantize x.npy --scheme=a") == Words{"affine"});
  CHECK(completed("bitloupe quantize x.npy --granularity gr") == Words{"group:"});
  CHECK(completed("bitloupe quantize x.npy --format fixed:Q3") == Words{"Q3.4"});
  CHECK(completed("bitloupe formats e4m3fn") == Words{"e4m3fn", "e4m3fnuz"});
  CHECK(completed("bitloupe sample lap") == Words{"laplace"});
  CHECK(completed("bitloupe curve ") == Words{"two words.npy"});
  CHECK(completed("bitloupe render --out ") == Words{"notes.txt", "two words.npy"});

  // Every option of every subcommand in all three.
  const std::string zsh = installed().text("share/zsh/vendor-completions/_bitloupe");
  const std::string fish = installed().text("share/fish/vendor_completions.d/bitloupe.fish");
  for (const std::string& name : names) {
    std::istringstream help(run_bitloupe({name, "--help"}).out);
    Words options;
    for (std::string line; std::getline(help, line);) {
      if (!line.starts_with("  -")) continue;
      const std::size_t begin = line.find("--");
      const std::string option = line.substr(begin, line.find(' ', begin) - begin);
      options.insert(option);
      CHECK_MESSAGE(zsh.find(option) != std::string::npos, option);
      CHECK_MESSAGE(fish.find("__fish_seen_subcommand_from " + name + "' -l " + option.substr(2) + ' ') !=
                        std::string::npos,
                    name, option);
    }
    CHECK(options.size() >= 5);
    CHECK_MESSAGE(completed("bitloupe " + name + " --") == options, name);
  }
}
