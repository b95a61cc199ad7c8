// One plot written for the command line, as a session looks at it.
#include "app/plot_command.h"

#include <doctest/doctest.h>

#include <fstream>
#include <string>

#include "core/source.h"
#include "tests/core/io_support.h"

using namespace bitloupe;

namespace {

std::string second_line(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  std::getline(file, line);
  return line;
}

}  // namespace

TEST_CASE("a plot shows what the view shows; a view that says nothing shows all") {
  const test::TemporaryFolder folder;
  PlotCommand command;
  command.experiment.source = *parse_source("synthetic:ramp?shape=10x20&min=-1&max=1");
  command.out = folder.path("plot.csv");
  command.plot = find_plot("histogram");
  command.view.histogram_range = {false, 0.25, 0.5};
  REQUIRE(write_plot(command).ok());
  CHECK(second_line(command.out).starts_with("0.25,"));
  command.plot = find_plot("grid.original");
  command.view.slice = {1, 0, {0, 0}};  // rows are columns here
  command.view.viewport = {false, 3, 4, 2, 2};
  REQUIRE(write_plot(command).ok());
  CHECK(second_line(command.out).starts_with("3,"));
  command.view = {};
  const auto bytes = write_plot(command);
  REQUIRE(bytes.ok());
  CHECK(second_line(command.out).starts_with("0,-1,"));
  CHECK(*bytes > 200 * 3);
}
