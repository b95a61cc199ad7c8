// Off-screen pictures of the whole window.
#include "app/render.h"

#include <doctest/doctest.h>
#include <stb/stb_image.h>

#include <set>

#include "app/window/placement.h"
#include "core/source.h"

namespace bitloupe {
namespace {

Experiment small_experiment() {
  Experiment experiment;
  const Result<SourceSpec> source = parse_source("synthetic:gaussian?shape=24x32&seed=3");
  REQUIRE(source.ok());
  experiment.source = *source;
  return experiment;
}

std::size_t colors_in(const Picture& picture) {
  std::set<std::uint32_t> colors;
  for (std::size_t i = 0; i + 3 < picture.rgba.size(); i += 4)
    colors.insert(
        static_cast<std::uint32_t>(picture.rgba[i] << 16 | picture.rgba[i + 1] << 8 | picture.rgba[i + 2]));
  return colors.size();
}

}  // namespace

TEST_CASE("the window is drawn without a display") {
  const RenderOptions options{900, 600, 1, ui::Appearance::Dark};
  const Result<Picture> first = render_picture(small_experiment(), {}, options);
  REQUIRE_MESSAGE(first.ok(), (first ? "" : first.error().message));
  CHECK(first->width == 900);
  CHECK(first->height == 600);
  CHECK(first->rgba.size() == 900u * 600 * 4);
  CHECK(colors_in(*first) > 200);
  for (std::size_t i = 3; i < first->rgba.size(); i += 4) REQUIRE(first->rgba[i] == 255);
}

TEST_CASE("light is lighter than dark") {
  const auto brightness = [](ui::Appearance appearance) {
    const Result<Picture> picture = render_picture(small_experiment(), {}, {640, 480, 1, appearance});
    REQUIRE(picture.ok());
    double sum = 0;
    for (const std::uint8_t byte : picture->rgba) sum += byte;
    return sum / static_cast<double>(picture->rgba.size());
  };
  CHECK(brightness(ui::Appearance::Light) > brightness(ui::Appearance::Dark) + 60);
}

TEST_CASE("U08: sizes outside the limits are refused, tiny ones are drawn") {
  for (const auto& [width, height] : {std::pair{0, 600}, {900, -1}, {16385, 600}, {900, 2000000000}}) {
    const Result<Picture> picture =
        render_picture(small_experiment(), {}, {width, height, 1, ui::Appearance::Dark});
    REQUIRE_FALSE(picture.ok());
    CHECK(picture.error().code == ErrorCode::BadArgument);
  }
  CHECK(render_picture(small_experiment(), {}, {1, 1, 1, ui::Appearance::Dark}).ok());
  CHECK(render_picture(small_experiment(), {}, {64, 3000, 4, ui::Appearance::Dark}).ok());
}

TEST_CASE("a source that cannot be loaded is an error, not a picture") {
  Experiment experiment;
  experiment.source.path = "/nowhere/at all.safetensors";
  const Result<Picture> picture = render_picture(experiment, {}, {640, 480, 1, ui::Appearance::Dark});
  REQUIRE_FALSE(picture.ok());
  CHECK(picture.error().message.find("at all.safetensors") != std::string::npos);
}

TEST_CASE("a PNG holds the pixels") {
  Picture picture{3, 2, {}};
  for (std::uint8_t i = 0; i < 6; ++i)
    picture.rgba.insert(picture.rgba.end(), {i, static_cast<std::uint8_t>(200 - i), 77, 255});
  const Result<std::string> png = encode_png(picture);
  REQUIRE(png.ok());
  int width = 0, height = 0, channels = 0;
  stbi_uc* pixels = stbi_load_from_memory(reinterpret_cast<const stbi_uc*>(png->data()),
                                          static_cast<int>(png->size()), &width, &height, &channels, 4);
  REQUIRE(pixels != nullptr);
  CHECK(width == 3);
  CHECK(height == 2);
  CHECK(std::equal(picture.rgba.begin(), picture.rgba.end(), pixels));
  stbi_image_free(pixels);
}

TEST_CASE("U08: a window is placed on a monitor that is there") {
  const std::vector<ScreenArea> two = {{0, 0, 1920, 1080}, {1920, 0, 2560, 1440}};
  using Area = ScreenArea;
  CHECK(place_window(1600, 1000, std::nullopt, two) == Area{160, 40, 1600, 1000});
  CHECK(place_window(1600, 1000, Area{10, 20, 0, 0}, two) == Area{10, 20, 1600, 1000});
  CHECK(place_window(1600, 1000, Area{2000, 100, 0, 0}, two) == Area{2000, 100, 1600, 1000});
  CHECK(place_window(1600, 1000, Area{-30000, -30000, 0, 0}, two) == Area{0, 0, 1600, 1000});
  CHECK(place_window(1600, 1000, Area{1000, 500, 0, 0}, two) == Area{1920, 440, 1600, 1000});
  CHECK(place_window(32767, 9, std::nullopt, two) == Area{0, 420, 1920, 240});
  CHECK(place_window(1, 1, Area{0, 0, 0, 0}, two) == Area{0, 0, 320, 240});
  CHECK(place_window(1600, 1000, Area{5, 6, 0, 0}, {}) == Area{5, 6, 1600, 1000});
  CHECK(place_window(1600, 1000, std::nullopt, std::vector<Area>{{0, 0, 200, 100}}) == Area{0, 0, 200, 100});
}

}  // namespace bitloupe
