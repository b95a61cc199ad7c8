// bitloupe render --plot: every plot as PNG, SVG and CSV from the command line.
#include <doctest/doctest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/app/process.h"
#include "tests/app/xml.h"

using namespace bitloupe::test;
using nlohmann::json;

namespace {

constexpr const char* kPlots[] = {"histogram",        "curve",      "signal",    "grid.original",
                                  "grid.dequantized", "grid.error", "grid.codes"};
const std::string kSource = "synthetic:laplace?shape=24x40&seed=2";

ProcessResult render(const std::string& plot, const std::string& out, std::vector<std::string> more = {}) {
  std::vector<std::string> arguments = {"render", kSource, "--format", "int4", "--plot", plot, "--out", out};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return run_bitloupe(arguments);
}

// Width and height of a PNG's header.
std::pair<int, int> png_size(const std::string& bytes) {
  const auto number = [&](std::size_t at) {
    int value = 0;
    for (std::size_t i = at; i < at + 4; ++i) value = value << 8 | static_cast<unsigned char>(bytes.at(i));
    return value;
  };
  return {number(16), number(20)};
}

}  // namespace

TEST_CASE("every plot is written as SVG and CSV, the same bytes each time") {
  const TemporaryFolder folder;
  for (const char* plot : kPlots) {
    CAPTURE(plot);
    const std::string svg = folder.path(std::string(plot) + ".svg"),
                      csv = folder.path(std::string(plot) + ".csv");
    const ProcessResult drawn = render(plot, svg, {"--size", "700x300", "--json"});
    REQUIRE_MESSAGE(drawn.status == 0, drawn.err);
    const json report = json::parse(drawn.out);
    CHECK(report["plot"] == plot);
    CHECK(report["width"] == 700);
    CHECK(report["bytes"] == std::filesystem::file_size(svg));
    const std::string first = read_file(svg);
    CHECK(xml_problem(first) == "");
    CHECK(first.find("width=\"700\" height=\"300\"") != std::string::npos);
    REQUIRE(render(plot, svg, {"--size", "700x300", "--force", "--threads", "1"}).status == 0);
    CHECK(read_file(svg) == first);
    REQUIRE(render(plot, csv).status == 0);
    CHECK(read_file(csv).find('\n') != std::string::npos);
  }
}

TEST_CASE("a plot as PNG has the size that was asked for, and a default one") {
  const TemporaryFolder folder;
  const std::string png = folder.path("plot.png");
  REQUIRE(render("grid.error", png).status == 0);
  CHECK(png_size(read_file(png)) == std::pair(960, 480));
  REQUIRE(render("curve", png, {"--force", "--size", "801x402", "--scale", "2", "--appearance", "light"})
              .status == 0);
  CHECK(png_size(read_file(png)) == std::pair(801, 402));
}

TEST_CASE("numbers of the plot are those of the other commands") {
  const TemporaryFolder folder;
  const std::string csv = folder.path("curve.csv");
  REQUIRE(render("curve", csv).status == 0);
  const std::string text = read_file(csv);
  const json curve = json::parse(run_bitloupe({"curve", kSource, "--format", "int4", "--json"}).out);
  const auto rows = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  CHECK(rows == 1 + curve["threshold"].size() + curve["methods"].size());
  const std::string second = text.substr(text.find('\n') + 1);
  CHECK(std::stod(second) == curve["threshold"][0].get<double>());
}

TEST_CASE("a plot that shows nothing is refused with the reason, and nothing is written") {
  const TemporaryFolder folder;
  const std::string out = folder.path("x.svg");
  const ProcessResult cast = render("curve", out, {"--scheme", "direct"});
  CHECK(cast.status == 2);
  CHECK(cast.err.find("direct") != std::string::npos);
  const ProcessResult zeros =
      run_bitloupe({"render", "synthetic:gaussian?shape=4x4&std=0", "--plot", "curve", "--out", out});
  CHECK(zeros.status == 1);
  CHECK(zeros.err.find("--plot curve: All values are 0") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(out));
  REQUIRE(render("curve", out).status == 0);
  const ProcessResult again = render("curve", out);
  CHECK(again.status == 1);
  CHECK(again.err.find("--force") != std::string::npos);
}
