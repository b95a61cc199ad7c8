// The value-grid renderer, drawn off-screen and read back pixel by pixel.
#include "app/gl/grid_renderer.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <memory>

#include "app/gl/imgui_renderer.h"
#include "app/gl/offscreen.h"
#include "app/plot/color_map.h"
#include "app/ui/compat.h"
#include "app/ui/host.h"
#include "tests/paths.h"

namespace bitloupe {
namespace {

constexpr int kWidth = 256, kHeight = 192;
constexpr Color kBackground = 0xFF102030;

// An off-screen window that draws panes.
struct Screen {
  gl::OffscreenContext context;
  std::unique_ptr<ui::Host> host;
  gl::ImGuiRenderer imgui;
  gl::GridRenderer grids;
  gl::Framebuffer target;
  std::vector<std::uint8_t> pixels;

  explicit Screen(float scale = 1, ui::Appearance appearance = ui::Appearance::Dark) {
    const Status context_started = context.start();
    REQUIRE_MESSAGE(context_started.ok(), (context_started ? "" : context_started.error().message));
    host = std::make_unique<ui::Host>(scale, appearance);
    REQUIRE(imgui.start());
    REQUIRE(grids.start());
    REQUIRE(target.resize(kWidth, kHeight));
  }
  // Dear ImGui's back end goes before the context it belongs to.
  ~Screen() = default;

  void show(std::initializer_list<GridPane> panes) {
    imgui.begin_frame();
    grids.begin_frame();
    host->begin_frame(kWidth, kHeight, 1.0 / 60);
    for (GridPane pane : panes) {
      pane.scale = theme().scale;
      pane.dark = theme().dark;
      pane.gap = theme().palette.cell_gap;
      pane.clipped = theme().palette.clipping;
      grids.draw(*ImGui::GetForegroundDrawList(), pane);
    }
    host->end_frame();
    const gl::DrawInto bound(target);
    imgui.draw(kWidth, kHeight, kBackground);
    pixels = target.read();
  }

  // From the top left, as the window has them.
  Color at(int x, int y) const {
    const std::size_t i =
        (static_cast<std::size_t>(kHeight - 1 - y) * kWidth + static_cast<std::size_t>(x)) * 4;
    return 0xFF000000u | static_cast<Color>(pixels[i + 2]) << 16 | static_cast<Color>(pixels[i + 1]) << 8 |
           pixels[i];
  }
};

bool near(Color a, Color b) {
  for (const int shift : {0, 8, 16})
    if (std::abs(static_cast<int>(a >> shift & 0xFF) - static_cast<int>(b >> shift & 0xFF)) > 2) return false;
  return true;
}

std::shared_ptr<WindowResult> texels(std::uint64_t height, std::uint64_t width, float value = 0) {
  auto result = std::make_shared<WindowResult>();
  result->height = height;
  result->width = width;
  for (auto* quantity : {&result->original, &result->dequantized, &result->error, &result->code})
    quantity->assign(height * width, {value, value});
  result->marks.assign(height * width, 0);
  return result;
}

GridPane pane_of(std::shared_ptr<const WindowResult> texels, std::uint64_t step = 1) {
  GridPane pane;
  pane.request.rows = texels->height * step;
  pane.request.columns = texels->width * step;
  pane.request.row_step = pane.request.column_step = step;
  pane.viewport.rows = static_cast<double>(pane.request.rows);
  pane.viewport.columns = static_cast<double>(pane.request.columns);
  pane.texels = std::move(texels);
  pane.width = kWidth;
  pane.height = kHeight;
  return pane;
}

Color map(float value) { return color_at(ColorMap::Diverging, true, value, -1, 1); }

}  // namespace

TEST_CASE("cells lie where the viewport puts them, rows from the top") {
  Screen screen;
  const auto cells = texels(3, 4);
  cells->original[1] = {1, 1};    // row 0, column 1
  cells->original[8] = {-1, -1};  // row 2, column 0
  screen.show({pane_of(cells)});
  CHECK(near(screen.at(96, 32), map(1)));
  CHECK(near(screen.at(32, 160), map(-1)));
  CHECK(near(screen.at(160, 96), map(0)));
  CHECK(near(screen.at(63, 32), theme().palette.cell_gap));  // a pixel of gap at the cell's right and bottom
  CHECK(near(screen.at(96, 63), theme().palette.cell_gap));
  CHECK(near(screen.at(64, 32), map(1)));
}

TEST_CASE("a viewport with fractions pans and zooms; cells outside the slice are transparent") {
  Screen screen;
  const auto cells = texels(2, 2);
  cells->original[3] = {1, 1};
  GridPane pane = pane_of(cells);
  pane.viewport.row = pane.viewport.column = -0.5;
  pane.viewport.rows = pane.viewport.columns = 4;  // 64 x 48 pixels a cell
  screen.show({pane});
  CHECK(screen.at(10, 10) == kBackground);
  CHECK(near(screen.at(40, 30), map(0)));
  CHECK(near(screen.at(32 + 64 + 20, 24 + 48 + 20), map(1)));
  CHECK(screen.at(32 + 128 + 2, 100) == kBackground);
  CHECK(screen.at(100, 24 + 96 + 2) == kBackground);
}

TEST_CASE("of a block the extreme that is farther from zero is shown") {
  Screen screen;
  const auto blocks = texels(1, 3);
  blocks->original = {{-0.2f, 0.9f}, {-0.9f, 0.2f}, {-0.1f, 0.1f}};
  screen.show({pane_of(blocks, 100)});
  CHECK(near(screen.at(40, 90), map(0.9f)));
  CHECK(near(screen.at(128, 90), map(-0.9f)));
  CHECK(near(screen.at(84, 90), map(0.9f)));  // no gaps between blocks
}

TEST_CASE("an outlier survives when several texels share a pixel") {
  Screen screen;
  const auto many = texels(kHeight * 3, kWidth * 3);
  many->original[(100 * 3 + 1) * many->width + 50 * 3 + 2] = {0, 1};
  screen.show({pane_of(many)});
  int bright = 0;
  for (int y = 96; y < 105; ++y)
    for (int x = 46; x < 55; ++x) bright += near(screen.at(x, y), map(1));
  CHECK(bright >= 1);
  CHECK(bright <= 4);
}

TEST_CASE("codes go through the sequential map") {
  Screen screen;
  const auto cells = texels(1, 2);
  cells->code = {{-7, -7}, {7, 7}};
  GridPane pane = pane_of(cells);
  pane.quantity = GridQuantity::Code;
  pane.map = ColorMap::Sequential;
  pane.low = -7;
  pane.high = 7;
  screen.show({pane});
  CHECK(near(screen.at(60, 90), 0xFF540144));
  CHECK(near(screen.at(190, 90), 0xFF25E7FD));
}

TEST_CASE("NaN, inf and clipped cells have marks of their own") {
  Screen screen;
  const auto cells = texels(1, 4);
  cells->marks = {kMarkNan, kMarkInf, kMarkClipped, 0};
  screen.show({pane_of(cells)});
  const auto shades = [&](int from) {
    std::vector<Color> found;
    for (int x = from + 20; x < from + 44; ++x)
      if (std::find(found.begin(), found.end(), screen.at(x, 100)) == found.end())
        found.push_back(screen.at(x, 100));
    return found;
  };
  const auto nan = shades(0), inf = shades(64), plain = shades(192);
  CHECK(nan.size() == 2);
  CHECK(inf.size() == 2);
  CHECK(plain.size() == 1);
  CHECK(nan != inf);
  CHECK(near(screen.at(190, 1), theme().palette.clipping));  // the corner
  CHECK(near(screen.at(140, 100), map(0)));                  // not the rest
}

TEST_CASE("small clipped cells are tinted, but not in the original") {
  Screen screen;
  const auto cells = texels(64, 64);
  cells->marks.assign(64 * 64, kMarkClipped);
  GridPane pane = pane_of(cells);
  screen.show({pane});
  CHECK(near(screen.at(100, 100), map(0)));
  pane.quantity = GridQuantity::Error;
  screen.show({pane});
  CHECK_FALSE(near(screen.at(100, 100), map(0)));
}

TEST_CASE("non-finite and huge values, ranges of no width and wrong sizes draw something or nothing") {
  Screen screen;
  const float inf = std::numeric_limits<float>::infinity(), nan = std::numeric_limits<float>::quiet_NaN();
  const auto cells = texels(1, 4);
  cells->original = {{nan, nan}, {-inf, inf}, {-3e38f, 3e38f}, {0, 0}};
  GridPane pane = pane_of(cells);
  screen.show({pane});
  CHECK(near(screen.at(250, 100), map(0)));
  pane.low = pane.high = 0;
  screen.show({pane});
  pane.viewport.columns = 0;
  screen.show({pane});
  pane.viewport.columns = 1e18;
  screen.show({pane});
  pane = pane_of(cells);
  pane.width = 0.2f;
  screen.show({pane});
  CHECK(screen.at(0, 0) == kBackground);
  pane = pane_of(cells);
  pane.texels = std::make_shared<WindowResult>();
  screen.show({pane});
  CHECK(screen.at(100, 100) == kBackground);
  pane.texels = nullptr;
  screen.show({pane});
  CHECK(screen.at(100, 100) == kBackground);
}

TEST_CASE("U06: texels beyond the texture size are tiled without a seam") {
  Screen screen;
  screen.grids.set_max_texture_size(kWidth);
  const auto wide = texels(1, 1000, 1);
  wide->original[700] = {-1, -1};
  GridPane strip = pane_of(wide);
  screen.show({strip});
  for (int x = 0; x < kWidth; ++x) CHECK_FALSE(near(screen.at(x, 90), kBackground));
  CHECK(near(screen.at(10, 90), map(1)));
  strip.viewport.column = 690;
  strip.viewport.columns = 20;
  screen.show({strip});
  CHECK(near(screen.at(134, 90), map(-1)));  // 12.8 pixels a cell
  CHECK(near(screen.at(120, 90), map(1)));
}

TEST_CASE("a pane that did not change is neither sent nor drawn again; panning sends nothing") {
  Screen screen;
  const auto cells = texels(32, 32);
  GridPane pane = pane_of(cells);
  screen.show({pane});
  screen.show({pane});
  CHECK(screen.grids.counts().uploads == 1);
  CHECK(screen.grids.counts().pictures == 1);
  pane.viewport.column = 3.5;
  screen.show({pane});
  CHECK(screen.grids.counts().uploads == 1);
  CHECK(screen.grids.counts().pictures == 2);
  GridPane other = pane;
  other.quantity = GridQuantity::Error;
  screen.show({pane, other});
  screen.show({pane, other});
  CHECK(screen.grids.counts().uploads == 2);
  CHECK(screen.grids.counts().pictures == 3);
}

TEST_CASE("two panes of one frame keep their own pictures") {
  Screen screen;
  GridPane left = pane_of(texels(2, 2, 1)), right = pane_of(texels(2, 2, -1));
  left.width = right.width = kWidth / 2;
  right.x = kWidth / 2;
  for (int i = 0; i < 20; ++i) {
    left.viewport.row = right.viewport.row = i * 0.01;
    screen.show({left, right});
    CHECK(near(screen.at(20, 50), map(1)));
    CHECK(near(screen.at(kWidth / 2 + 20, 50), map(-1)));
  }
}

TEST_CASE("far away columns are placed exactly") {
  Screen screen;
  const auto cells = texels(1, 4);
  cells->original[2] = {1, 1};
  GridPane pane = pane_of(cells);
  pane.request.column = 100'000'001;
  pane.viewport.column = 100'000'001;
  screen.show({pane});
  CHECK(near(screen.at(160, 90), map(1)));
  CHECK(near(screen.at(100, 90), map(0)));
}

TEST_CASE("a block that begins before the window is aligned to its step") {
  Screen screen;
  const auto blocks = texels(1, 2);
  blocks->original = {{1, 1}, {-1, -1}};
  GridPane pane = pane_of(blocks, 4);
  pane.request.column = 6;  // blocks [4, 8) and [8, 12)
  pane.request.columns = 6;
  pane.viewport.column = 6;
  pane.viewport.columns = 6;
  screen.show({pane});
  CHECK(near(screen.at(80, 90), map(1)));
  CHECK(near(screen.at(90, 90), map(-1)));
}

TEST_CASE("the light appearance fades to light grey") {
  Screen screen(1, ui::Appearance::Light);
  screen.show({pane_of(texels(2, 2))});
  CHECK(near(screen.at(20, 20), 0xFFEAE6E4));
}

TEST_CASE("a shader log names the file and the line, whoever wrote it") {
  CHECK(gl::name_file_in_log("0:12(3): error: no such thing", "grid.frag") ==
        "grid.frag:12: error: no such thing");
  CHECK(gl::name_file_in_log("0(12) : error C0000: syntax", "grid.frag") ==
        "grid.frag:12: error C0000: syntax");
  CHECK(gl::name_file_in_log("ERROR: 0:7: 'x' : undeclared", "grid.vert") == "grid.vert:7: 'x' : undeclared");
  CHECK_FALSE(gl::name_file_in_log("", "grid.frag").empty());
}

TEST_CASE("U03: shaders reload from a folder; a broken one keeps the old program and names file and line") {
  namespace fs = std::filesystem;
  const fs::path folder = fs::temp_directory_path() / ("bitloupe-shaders-" + std::to_string(::getpid()));
  fs::create_directories(folder);
  for (const char* file : {"grid.vert", "grid.frag"})
    fs::copy_file(fs::path(test::root_dir()) / "shaders" / file, folder / file,
                  fs::copy_options::overwrite_existing);
  ::setenv("BITLOUPE_SHADER_DIR", folder.c_str(), 1);
  {
    Screen screen;
    const GridPane pane = pane_of(texels(2, 2, 1));
    screen.show({pane});
    const auto change = [&](const std::string& text, int second) {
      std::ofstream(folder / "grid.frag") << text;
      fs::last_write_time(folder / "grid.frag",
                          fs::file_time_type::clock::now() + std::chrono::seconds(second));
    };
    change("#version 330 core\nout vec4 color;\nvoid main() { color = nothing; }\n", 10);
    screen.show({pane});
    CHECK(screen.grids.shader_error().starts_with("grid.frag:3: "));
    CHECK(near(screen.at(20, 20), map(1)));
    change("#version 330 core\nout vec4 color;\nvoid main() { color = vec4(0, 1, 0, 1); }\n", 20);
    screen.show({pane});
    CHECK(screen.grids.shader_error().empty());
    CHECK(screen.at(20, 20) == 0xFF00FF00);
    change("nonsense", 30);
    gl::GridRenderer broken;
    const Status started = broken.start();
    REQUIRE_FALSE(started.ok());
    CHECK(started.error().message.find("grid.frag:1") != std::string::npos);
  }
  ::unsetenv("BITLOUPE_SHADER_DIR");
  fs::remove_all(folder);
}

}  // namespace bitloupe
