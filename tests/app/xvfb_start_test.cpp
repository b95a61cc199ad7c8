// Where the window cannot open: one sentence, exit status 1. And the monkey's first seconds in a real one.
#include <doctest/doctest.h>

#include <string>

#include "tests/app/xvfb_server.h"
#include "tests/paths.h"

using namespace bitloupe::test;

namespace {

void check_refusal(const ProcessResult& result, const std::string& reason) {
  CHECK(result.status == 1);
  CHECK(result.out.empty());
  CHECK_MESSAGE(result.err.find(reason) != std::string::npos, result.err);
  CHECK(result.err.find("`bitloupe --help`") != std::string::npos);
  CHECK(result.err.find('\n') == result.err.size() - 1);
}

}  // namespace

TEST_CASE("U01: without a display the window says so, and what works without one") {
  const TemporaryFolder folder;
  ProcessOptions options;
  options.environment = {{"DISPLAY", ""}, {"WAYLAND_DISPLAY", ""}, {"BITLOUPE_CONFIG_DIR", folder.path()}};
  check_refusal(run_process({binary()}, options), "no display");
}

TEST_CASE("U02: a display without OpenGL 3.3 is named with what it has") {
  if (!has_x_tools()) return;
  const XvfbServer server;
  ProcessOptions options;
  options.environment = server.environment();
  options.environment.emplace_back("MESA_GL_VERSION_OVERRIDE", "2.1");
  const ProcessResult old = run_process({binary()}, options);
  check_refusal(old, "OpenGL 3.3");
  CHECK(old.err.find("LIBGL_ALWAYS_SOFTWARE=1") != std::string::npos);
}

TEST_CASE("U04 U05: clicks, keys, resizes, drops and resets of the driver leave no OpenGL error") {
  if (!has_x_tools()) return;
  const XvfbServer server;
  ProcessOptions options;
  options.environment = server.environment();
  const TemporaryFolder folder;  // what the monkey happens to save
  options.folder = folder.path();
  const std::string corpus = root_dir() + "/tests/fuzz/corpus/";
  const ProcessResult run =
      run_process({build_dir() + "/soak", "6", "1", corpus + "npy/fortran", corpus + "safetensors/two",
                   corpus + "safetensors/dtype_f16", corpus + "spec_json/spec_1.json"},
                  options);
  CHECK_MESSAGE(run.status == 0, run.err);
  CHECK(run.out.find(", 0 OpenGL errors") != std::string::npos);
}

TEST_CASE("U26: a window that nobody touches draws nothing") {
  if (!has_x_tools()) return;
  const XvfbServer server;
  const std::string path = server.file("idle.log");
  BackgroundProcess window(
      {binary(), "synthetic:gaussian?shape=64x64", "--window-position", "0,0", "--test-log", path},
      server.file("output"), server.environment());
  const auto frames = [&] {
    const std::string log = read_file(path);
    const std::size_t last = log.rfind("\nframe ");
    return last == std::string::npos ? 0 : std::stoi(log.substr(last + 7));
  };
  REQUIRE(wait_until([&] { return read_file(path).find(" exact") != std::string::npos; }, kPatience));
  // Once the results are there, it comes to rest.
  int before = -1;
  const bool rests = wait_until(
      [&] {
        const int now = frames();
        const bool same = now == before;
        before = now;
        if (!same) server.xdotool({"sleep", "1"});
        return same;
      },
      kPatience);
  CHECK(rests);
}
