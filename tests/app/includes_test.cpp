// Who may include whom (the rules at the end of core/README.md), checked on every #include line.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "tests/paths.h"

namespace {

namespace fs = std::filesystem;

struct Include {
  std::string from, to;  // paths from the repository's root; `to` as written
  bool system = false;   // <...>
};

std::vector<Include> includes_under(const std::string& folder) {
  const fs::path root = bitloupe::test::root_dir();
  std::vector<Include> found;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root / folder)) {
    const std::string extension = entry.path().extension();
    if (extension != ".h" && extension != ".cpp") continue;
    std::ifstream file(entry.path());
    for (std::string line; std::getline(file, line);) {
      if (!line.starts_with("#include ")) continue;
      const std::size_t end = line.find_first_of(">\"", 10);
      found.push_back({fs::relative(entry.path(), root).string(), line.substr(10, end - 10), line[9] == '<'});
    }
  }
  return found;
}

using Names = std::vector<std::string_view>;

bool begins_with_any(std::string_view text, const Names& beginnings) {
  return std::any_of(beginnings.begin(), beginnings.end(),
                     [&](std::string_view beginning) { return text.starts_with(beginning); });
}

// Files whose path begins with one of `of` may include our own files whose path begins with one of `from`.
struct Rule {
  Names of, from;
};

const Names kBase = {"core/result.h", "core/checked.h", "core/parallel.h",   "core/random.h",
                     "core/text",     "core/ordered.h", "core/huge_array.h", "core/double_double.h",
                     "core/simd.",    "core/memory.",   "core/json",         "core/utf8.",
                     "core/half."};
Names with_base(Names more) {
  more.insert(more.end(), kBase.begin(), kBase.end());
  return more;
}

// The order inside core; the first rule whose `of` matches holds. Readers decode 4- to 16-bit floats by the
// codec of core/format, which stands beside tensor and knows only the base; blocks take its tables of levels.
const std::vector<Rule> kCoreRules = {
    {{"core/block/"}, with_base({"core/format/level_tables.h", "core/block/"})},
    {{"core/tensor/"}, with_base({"core/block/", "core/tensor/"})},
    {{"core/io/"}, with_base({"core/block/", "core/tensor/", "core/format/", "core/io/"})},
    {{"core/format/"}, with_base({"core/format/"})},
    {{"core/quant/"}, with_base({"core/block/", "core/tensor/", "core/format/", "core/quant/"})},
    {{"core/stats/"},
     with_base({"core/block/", "core/tensor/", "core/format/", "core/quant/", "core/stats/"})},
    {{"core/calibration/"},
     with_base({"core/tensor/", "core/format/", "core/quant/", "core/stats/", "core/calibration/"})},
    {{"core/codebook/"},
     with_base({"core/tensor/", "core/format/", "core/quant/", "core/stats/", "core/codebook/"})},
    {{"core/source."}, with_base({"core/tensor/", "core/format/", "core/io/", "core/source."})},
    {kBase, kBase},
    {{"core/"}, {"core/"}},  // experiment, probe
};

void check_rules(const std::vector<Include>& includes, const std::vector<Rule>& rules) {
  for (const Include& include : includes) {
    if (include.system) continue;
    const auto rule = std::find_if(rules.begin(), rules.end(),
                                   [&](const Rule& r) { return begins_with_any(include.from, r.of); });
    if (rule == rules.end()) continue;
    CHECK_MESSAGE(begins_with_any(include.to, rule->from), include.from, " must not include ", include.to);
  }
}

bool is_folder(std::string_view path, std::string_view folder) { return path.starts_with(folder); }

// Headers with a '/' or '.' in angle brackets that belong to the C library and POSIX.
bool standard_header(std::string_view header) {
  static const Names kPosix = {"errno.h", "fcntl.h", "poll.h", "signal.h", "sys/", "unistd.h", "pwd.h"};
  return header.find_first_of("./") == std::string_view::npos || begins_with_any(header, kPosix);
}

}  // namespace

TEST_CASE("include lines are found") {
  const std::vector<Include> includes = includes_under("core");
  CHECK(includes.size() > 50);
  CHECK(std::any_of(includes.begin(), includes.end(), [](const Include& i) {
    return i.from == "core/experiment.h" && i.to == "core/result.h" && !i.system;
  }));
}

TEST_CASE("core includes the standard library, its dependencies and itself") {
  for (const Include& include : includes_under("core")) {
    const bool dependency = begins_with_any(include.to, {"nlohmann/", "hwy/", "zlib.h"});
    const bool allowed = include.system ? standard_header(include.to) || dependency
                                        : begins_with_any(include.to, {"core/"}) || dependency;
    CHECK_MESSAGE(allowed, include.from, " must not include ", include.to);
  }
}

TEST_CASE("JSON stays in the files that parse or print it") {
  // The headers that hold it.
  const Names json = {"core/json.h", "core/json_fields.h", "app/lessons/check_json.h",
                      "app/lessons/lesson_state.h"};
  for (const char* folder : {"core", "app"})
    for (const Include& include : includes_under(folder)) {
      if (!include.to.starts_with("nlohmann/") && !begins_with_any(include.to, json)) continue;
      CHECK_MESSAGE((include.from.ends_with(".cpp") || begins_with_any(include.from, json)), include.from);
    }
}

TEST_CASE("inside core every folder includes only what lies before it") {
  check_rules(includes_under("core"), kCoreRules);
}

TEST_CASE("the command line includes core only") {
  check_rules(includes_under("app"), {{{"app/cli/"}, {"app/cli/", "core/"}}});
}

TEST_CASE("panels and views see the frame: no lanes, no files, not each other") {
  const Names never = {
      "app/lanes.h", "app/tensor_cache.h",    "app/workbench.h",       "app/gl/",
      "app/window/", "core/io/byte_source.h", "core/io/atomic_file.h", "core/io/npy_writer.h"};
  for (const Include& include : includes_under("app")) {
    const bool panel = is_folder(include.from, "app/panels/"), view = is_folder(include.from, "app/views/");
    if (!panel && !view) continue;
    CHECK_MESSAGE(!begins_with_any(include.to, never), include.from, " must not include ", include.to);
    const bool crosses = panel ? is_folder(include.to, "app/views/") : is_folder(include.to, "app/panels/");
    CHECK_MESSAGE(!crosses, include.from, " must not include ", include.to);
    for (const char* stream : {"fstream", "filesystem", "unistd.h", "fcntl.h"})
      CHECK_MESSAGE(include.to != stream, include.from, " must not include ", include.to);
  }
}

TEST_CASE("plots are drawn and made without window, frame and files") {
  check_rules(includes_under("app"),
              {{{"app/plot/"}, {"app/plot/", "app/ui/", "app/state.h", "app/embedded.h", "core/"}},
               {{"app/figures/"},
                {"app/figures/", "app/plot/", "app/ui/theme.h", "app/ui/text.h", "app/state.h",
                 "app/probes.h", "app/clip.h", "core/"}}});
  for (const Include& include : includes_under("app"))
    if (is_folder(include.from, "app/figures/"))
      CHECK_MESSAGE(include.to != "core/io/atomic_file.h", include.from, " must not include ", include.to);
}

TEST_CASE("OpenGL is included in app/gl only, GLFW in app/window only") {
  for (const Include& include : includes_under("app")) {
    const std::string_view to = include.to;
    if (begins_with_any(to, {"epoxy/", "GL/", "GLES", "EGL/", "imgui_impl_opengl"}))
      CHECK_MESSAGE(is_folder(include.from, "app/gl/"), include.from, " must not include ", to);
    if (begins_with_any(to, {"GLFW/", "imgui_impl_glfw"}))
      CHECK_MESSAGE(is_folder(include.from, "app/window/"), include.from, " must not include ", to);
  }
}

TEST_CASE("our own files are included by their path from the root") {
  for (const char* folder : {"app", "core"})
    for (const Include& include : includes_under(folder))
      if (!include.system)
        CHECK_MESSAGE(begins_with_any(include.to, {"app/", "core/", "tests/"}), include.from, " includes ",
                      include.to);
}
