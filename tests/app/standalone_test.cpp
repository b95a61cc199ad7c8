// The program works alone: everything it needs at run time is inside it.
#include <doctest/doctest.h>

#include <filesystem>

#include "tests/app/process.h"
#include "tests/paths.h"

using namespace bitloupe::test;

TEST_CASE("F17 the binary renders from another folder, without a home and a display") {
  const TemporaryFolder folder;
  std::filesystem::copy_file(binary(), folder.path("alone"));
  ProcessOptions options;
  options.folder = folder.path();
  const ProcessResult result = run_process(
      {"env", "-i", "PATH=/nowhere", "./alone", "render", "--size", "900x600", "--out", "x.png"}, options);
  REQUIRE_MESSAGE(result.status == 0, result.err);
  const std::string png = read_file(folder.path("x.png"));
  CHECK(png.starts_with("\x89PNG\r\n"));
  CHECK(png.substr(16, 8) == std::string("\0\0\x03\x84\0\0\x02\x58", 8));  // 900 x 600
  CHECK(png.size() > 20000);                                               // text and grids, not one colour
}
