// The menu of a plot by headless clicks: what it saves, copies and switches; right drags still zoom.
#include <doctest/doctest.h>
#include <stb/stb_image.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "app/copy_line.h"
#include "app/gl/offscreen.h"
#include "app/gl/plot_picture.h"
#include "app/ui/compat.h"
#include "tests/app/bench.h"
#include "tests/app/xml.h"
#include "tests/files.h"

using namespace bitloupe;
using namespace bitloupe::test;

namespace {

namespace fs = std::filesystem;

// The current folder while it lives.
class InFolder {
 public:
  InFolder() : before_(fs::current_path()) { fs::current_path(folder_.path(".")); }
  ~InFolder() { fs::current_path(before_); }
  InFolder(const InFolder&) = delete;
  InFolder& operator=(const InFolder&) = delete;
  std::string path(std::string_view name) const { return folder_.path(name); }
  std::size_t files() const { return folder_.entries(); }

 private:
  TemporaryFolder folder_;
  fs::path before_;
};

void open_menu(Bench& bench, const char* region) {
  bench.headless.click(region, 1);
  REQUIRE(bench.headless.has("plot.menu"));
}

void choose(Bench& bench, const char* region, const std::string& item) {
  open_menu(bench, region);
  bench.headless.click("plot.menu." + item);
  CHECK_FALSE(bench.headless.has("plot.menu"));
}

// Until what was asked for is written.
void finish(Bench& bench) {
  for (int i = 0; i < 3; ++i) {
    bench.settle();
    bench.workbench.jobs().wait_idle();
    bench.headless.step(2);
  }
}

void save_as(Bench& bench, const std::string& name) {
  REQUIRE(bench.headless.has("browse.path"));
  bench.headless.enter("browse.path", name);
  finish(bench);
}

std::string clipboard() {
  const char* text = ImGui::GetClipboardText();
  return text ? text : "";
}

}  // namespace

TEST_CASE("a right click opens the menu of the plot under it; a right drag zooms and opens none") {
  Bench bench;
  for (const char* region : {"pane.original", "pane.error", "histogram", "curve"}) {
    open_menu(bench, region);
    bench.headless.key(ui::Key::Escape);
    bench.headless.step(2);
    CHECK_FALSE(bench.headless.has("plot.menu"));
  }
  CHECK(bench.workbench.view().viewport.fit);
  const Point from = bench.headless.center("pane.original");
  bench.headless.move(from);
  bench.headless.press_button(true, 1);
  bench.headless.move({from.x + 60, from.y + 60});
  bench.headless.press_button(false, 1);
  bench.headless.step(2);
  CHECK_FALSE(bench.headless.has("plot.menu"));
  CHECK_FALSE(bench.workbench.view().viewport.fit);
  // Pressed in one plot and let go in another: neither.
  bench.headless.move(bench.headless.center("histogram"));
  bench.headless.press_button(true, 1);
  bench.headless.move(bench.headless.center("pane.error"));
  bench.headless.press_button(false, 1);
  bench.headless.step(2);
  CHECK_FALSE(bench.headless.has("plot.menu"));
}

TEST_CASE("a right drag along histogram and curve zooms into the range") {
  Bench bench("synthetic:laplace?shape=64x64&seed=2");
  for (const char* region : {"histogram", "curve"}) {
    const Rect area = bench.headless.rect(region);
    const Point from{area.x + area.width * 0.62f, area.y + area.height * 0.8f};
    bench.headless.move(from);
    bench.headless.press_button(true, 1);
    bench.headless.move({from.x + 30, from.y});
    bench.headless.move({from.x + 60, from.y});
    bench.headless.press_button(false, 1);
    bench.headless.step(2);
  }
  const AxisRange &values = bench.workbench.view().histogram_range,
                  &thresholds = bench.workbench.view().curve_range;
  CHECK_FALSE(values.fit);
  CHECK(values.lo > 0);
  CHECK(values.hi < static_cast<double>(bench.snapshot().prepared->statistics.max));
  CHECK_FALSE(thresholds.fit);
  CHECK(thresholds.lo < thresholds.hi);
  choose(bench, "histogram", "fit");
  choose(bench, "curve", "fit");
  CHECK(values.fit);
  CHECK(thresholds.fit);
}

TEST_CASE("the menu has the switches of its plot") {
  Bench bench;
  ViewState& view = bench.workbench.view();
  choose(bench, "histogram", "histogram.log");
  CHECK_FALSE(view.log_count);
  choose(bench, "histogram", "histogram.series.dequantized");
  CHECK_FALSE(view.show_dequantized);
  choose(bench, "curve", "curve.log_threshold");
  CHECK_FALSE(view.curve_log_threshold);
  choose(bench, "curve", "curve.series.total");
  CHECK_FALSE(view.show_total);
  open_menu(bench, "curve");
  CHECK_FALSE(bench.headless.has("plot.menu.curve.series.group"));  // one scale group only
  bench.headless.key(ui::Key::Escape);
  open_menu(bench, "pane.error");
  CHECK_FALSE(bench.headless.has("plot.menu.histogram.log"));
}

TEST_CASE("CSV and SVG are saved under the name that is entered") {
  const InFolder folder;
  Bench bench;
  choose(bench, "histogram", "csv");
  bench.headless.key(ui::Key::Enter);  // the proposal
  finish(bench);
  const std::string csv = read_file(folder.path("gaussian-histogram.csv"));
  CHECK(csv.starts_with("bin_lo,bin_hi,original_count,dequantized_count\n"));
  choose(bench, "pane.error", "svg");
  save_as(bench, "error");
  const std::string svg = read_file(folder.path("error.svg"));
  CHECK(xml_problem(svg) == "");
  CHECK(count_elements(svg, "image") == 1);
  CHECK(svg.find("Error x − ") != std::string::npos);
  // The ending decides what is written.
  choose(bench, "curve", "svg");
  save_as(bench, "sub.csv");
  CHECK(read_file(folder.path("sub.csv")).starts_with("threshold,min,max"));
  CHECK(folder.files() == 3);
}

TEST_CASE("what is saved of a large tensor waits until it is exact") {
  const InFolder folder;
  Bench bench("synthetic:gaussian?shape=2048x1024");
  bench.spec().format = integer_format(3, true);
  for (const char* region : {"histogram", "pane.error"}) {
    choose(bench, region, "svg");  // at once, while errors are those of a sample
    save_as(bench, std::string(region) + ".svg");
  }
  const std::string svg = read_file(folder.path("histogram.svg"));
  CHECK(svg.find("INT3 symmetric") != std::string::npos);
  CHECK(svg.find("from a sample") == std::string::npos);
  CHECK(count_elements(read_file(folder.path("pane.error.svg")), "image") == 1);
  REQUIRE_FALSE(bench.painter.pictures.empty());
  CHECK(bench.painter.pictures.back().texels->exact);
}

TEST_CASE("U13: a file that exists is replaced only after it was asked; Cancel and Escape write nothing") {
  const InFolder folder;
  write_file(folder.path("there.csv"), "mine");
  Bench bench;
  choose(bench, "histogram", "csv");
  save_as(bench, "there.csv");
  CHECK(read_file(folder.path("there.csv")) == "mine");
  REQUIRE(bench.headless.has("browse.replace"));
  bench.headless.click("browse.cancel");
  finish(bench);
  CHECK(read_file(folder.path("there.csv")) == "mine");
  choose(bench, "histogram", "csv");
  save_as(bench, "there.csv");
  bench.headless.click("browse.replace");
  finish(bench);
  CHECK(read_file(folder.path("there.csv")).starts_with("bin_lo"));
  choose(bench, "histogram", "csv");
  bench.headless.key(ui::Key::Escape);
  finish(bench);
  CHECK_FALSE(bench.headless.has("browse.path"));
  CHECK(folder.files() == 1);
}

TEST_CASE("U12: an error of saving is told, and nothing is left") {
  const InFolder folder;
  Bench bench;
  fs::create_directory(folder.path("taken.csv"));
  for (const char* name : {"no/such/folder/x.csv", "taken.csv"}) {
    choose(bench, "histogram", "csv");
    save_as(bench, name);
    CHECK(bench.headless.has("browse.path"));  // refused, or gone into: the question stays
    // What the disk refuses only when it is written.
    bench.workbench.plot_files().save(name);
    finish(bench);
    CHECK(bench.workbench.notice().find(name) != std::string::npos);
    bench.headless.key(ui::Key::Escape);
    finish(bench);
    CHECK_FALSE(bench.headless.has("browse.path"));
  }
  CHECK(folder.files() == 1);
}

TEST_CASE("Copy data copies the numbers with tabs") {
  Bench bench;
  ImGui::SetClipboardText("before");
  choose(bench, "pane.original", "copy");
  finish(bench);
  CHECK(clipboard().starts_with("original[row][column]\t0\t1\t2"));
  CHECK(bench.workbench.notice().starts_with("Copied "));
}

TEST_CASE("a PNG has one, two and four times as many pixels as the plot has logical ones") {
  const InFolder folder;
  gl::OffscreenContext context;
  REQUIRE(context.start().ok());
  gl::GridRenderer grids;
  REQUIRE(grids.start().ok());
  for (const float scale : {1.0f, 2.0f}) {
    Bench bench("synthetic:gaussian?shape=32x48&seed=3", static_cast<int>(1600 * scale),
                static_cast<int>(1000 * scale), scale);
    for (const char* region : {"histogram", "pane.original"})
      for (const int factor : {1, 2, 4}) {
        choose(bench, region, "png" + std::to_string(factor));
        const std::string name = std::string(region) + std::to_string(factor) + ".png";
        fs::remove(folder.path(name));
        save_as(bench, name);
        // What the owner of the window does.
        const Workbench::Wishes wishes = bench.workbench.take_wishes();
        REQUIRE(wishes.pictures.size() == 1);
        ImGuiContext* const before = ImGui::GetCurrentContext();
        PlotFiles& files = bench.workbench.plot_files();
        grids.begin_frame();
        files.finish(wishes.pictures[0],
                     gl::plot_picture(wishes.pictures[0].page, ui::Appearance::Dark, files.probes(), grids));
        CHECK(ImGui::GetCurrentContext() == before);
        finish(bench);
        int width = 0, height = 0, channels = 0;
        REQUIRE(stbi_info(folder.path(name).c_str(), &width, &height, &channels) != 0);
        const Rect area = bench.headless.rect(region);
        const bool grid = std::string(region) != "histogram";
        // Margins on either side; grids add row and column numbers, and their title lies above the region.
        const float more_x = 20 + (grid ? 56.0f : 0), more_y = 20 + (grid ? 48.0f : 0);
        CHECK(std::abs(static_cast<float>(width) / static_cast<float>(factor) -
                       (area.width / scale + more_x)) <= 1);
        CHECK(std::abs(static_cast<float>(height) / static_cast<float>(factor) -
                       (area.height / scale + more_y)) <= 1);
        CHECK(width % factor == 0);
        CHECK(height % factor == 0);
      }
  }
}

TEST_CASE("Save plot lists every plot for the keyboard") {
  const InFolder folder;
  Bench bench;
  bench.headless.key(ui::Key::E, {.ctrl = true});
  bench.headless.step(3);
  for (const Plot& plot : plots()) CHECK(bench.headless.has("plot.choose." + std::string(plot.key)));
  bench.headless.click("plot.choose.signal");
  bench.headless.step(3);
  bench.headless.click("plot.menu.csv");
  save_as(bench, "signal.csv");
  CHECK(read_file(folder.path("signal.csv")).starts_with("column,index,original"));
}

TEST_CASE("without a result nothing can be saved, and the menu says why") {
  Bench bench;
  bench.spec().scheme = Scheme::Direct;
  bench.settle();
  open_menu(bench, "curve");
  bench.headless.click("plot.menu.svg");
  bench.headless.step(2);
  CHECK_FALSE(bench.headless.has("browse.path"));
}
