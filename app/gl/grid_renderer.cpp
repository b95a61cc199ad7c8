#include "app/gl/grid_renderer.h"

#include <epoxy/gl.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "app/plot/color_map.h"
#include "app/plot/grid_plot.h"
#include "app/ui/compat.h"

namespace bitloupe::gl {
namespace {

constexpr std::uint64_t kKeepFrames = 8;  // unused for longer: forgotten

void set_color(GLint location, Color color) {
  const ImVec4 c = ImGui::ColorConvertU32ToFloat4(color);
  glUniform4f(location, c.x, c.y, c.z, c.w);
}

// Where the viewport begins in the picture of texels, in texels: differences in double, so that a cell of the
// 10^8th column is still placed exactly.
float first_texel(double viewport_first, std::uint64_t request_first, std::uint64_t step) {
  const std::uint64_t aligned = request_first / step * step;
  return static_cast<float>((viewport_first - static_cast<double>(aligned)) / static_cast<double>(step));
}

struct Axis {
  float first, per_pixel, end;
};

Axis axis_of(double first, double cells, std::uint64_t request_first, std::uint64_t request_cells,
             std::uint64_t step, int pixels) {
  const std::uint64_t aligned = request_first / step * step;
  const double end = static_cast<double>(request_first + request_cells - aligned) / static_cast<double>(step);
  return {first_texel(first, request_first, step),
          static_cast<float>(cells / static_cast<double>(step) / pixels), static_cast<float>(end)};
}

}  // namespace

// A part of the texels that one texture can hold.
struct GridRenderer::Tile {
  int x = 0, y = 0;  // first texel
  Texture extremes, marks;
};

struct GridRenderer::Upload {
  std::shared_ptr<const WindowResult> texels;  // held: its address is the key
  GridQuantity quantity = GridQuantity::Original;
  std::uint64_t used = 0;
  bool has_marks = false;
  std::vector<Tile> tiles;
};

// All inputs of a picture.
struct GridRenderer::PictureKey {
  const WindowResult* texels = nullptr;
  WindowRequest request;
  Viewport viewport;
  GridQuantity quantity = GridQuantity::Original;
  ColorMap map = ColorMap::Diverging;
  float low = 0, high = 0;
  int width = 0, height = 0;
  float scale = 0;
  bool dark = true;
  Color gap = 0, clipped = 0;
  std::uint64_t program = 0;
  bool operator==(const PictureKey&) const = default;
};

struct GridRenderer::Painted {
  PictureKey key;
  std::shared_ptr<const WindowResult> texels;
  std::uint64_t used = 0;
  Framebuffer framebuffer;
};

GridRenderer::GridRenderer() = default;

GridRenderer::~GridRenderer() { stop(); }

void GridRenderer::stop() {
  pictures_.clear();
  uploads_.clear();
  colors_ = {};
  program_.unload();
  if (vertex_array_) glDeleteVertexArrays(1, &vertex_array_);
  vertex_array_ = 0;
}

Status GridRenderer::start() {
  glGenVertexArrays(1, &vertex_array_);  // core profiles draw nothing without one, even with no attributes
  GLint largest = 0;
  glGetIntegerv(GL_MAX_TEXTURE_SIZE, &largest);
  max_texture_size_ = std::max(largest, 1024);  // OpenGL 3.3 promises 1024
  return program_.load("grid");
}

void GridRenderer::begin_frame() {
  ++frame_;
  const auto stale = [&](const auto& entry) { return entry.used + kKeepFrames < frame_; };
  uploads_.remove_if(stale);
  pictures_.remove_if(stale);
  program_.reload_if_changed();
}

const GridRenderer::Upload& GridRenderer::upload_for(const GridPane& pane) {
  for (Upload& upload : uploads_) {
    if (upload.texels != pane.texels || upload.quantity != pane.quantity) continue;
    upload.used = frame_;
    return upload;
  }
  Upload& upload = uploads_.emplace_back();
  upload.texels = pane.texels;
  upload.quantity = pane.quantity;
  upload.used = frame_;
  const WindowResult& texels = *pane.texels;
  upload.has_marks =
      std::any_of(texels.marks.begin(), texels.marks.end(), [](std::uint8_t m) { return m != 0; });
  const auto& extremes = values_of(texels, pane.quantity);
  const int width = static_cast<int>(texels.width), height = static_cast<int>(texels.height);
  for (int y = 0; y < height; y += max_texture_size_)
    for (int x = 0; x < width; x += max_texture_size_) {
      const int columns = std::min(max_texture_size_, width - x),
                rows = std::min(max_texture_size_, height - y);
      const std::size_t start = static_cast<std::size_t>(y) * texels.width + static_cast<std::size_t>(x);
      Tile& tile = upload.tiles.emplace_back();
      tile.x = x;
      tile.y = y;
      tile.extremes.upload(TexelFormat::TwoFloats, columns, rows, extremes.data() + start, width);
      tile.marks.upload(TexelFormat::Byte, columns, rows, texels.marks.data() + start, width);
    }
  ++counts_.uploads;
  return upload;
}

void GridRenderer::paint(Painted& picture, const GridPane& pane) {
  const PictureKey& key = picture.key;
  const Upload& upload = upload_for(pane);
  if (!picture.framebuffer.resize(key.width, key.height)) return;
  const ColorTable& table = color_table(key.map, key.dark);
  colors_.upload(TexelFormat::Rgba8, static_cast<int>(table.size()), 1, table.data(), 0);
  const Axis x = axis_of(pane.viewport.column, pane.viewport.columns, pane.request.column,
                         pane.request.columns, pane.request.column_step, key.width);
  const Axis y = axis_of(pane.viewport.row, pane.viewport.rows, pane.request.row, pane.request.rows,
                         pane.request.row_step, key.height);

  const DrawInto bound(picture.framebuffer);
  glDisable(GL_BLEND);
  glDisable(GL_SCISSOR_TEST);
  glDisable(GL_DEPTH_TEST);
  glDisable(GL_CULL_FACE);
  glClearColor(0, 0, 0, 0);
  glClear(GL_COLOR_BUFFER_BIT);
  glUseProgram(program_.id());
  glBindVertexArray(vertex_array_);
  glUniform1i(program_.uniform("extremes"), 0);
  glUniform1i(program_.uniform("marks"), 1);
  glUniform1i(program_.uniform("colors"), 2);
  glUniform2f(program_.uniform("first_texel"), x.first, y.first);
  glUniform2f(program_.uniform("texels_per_pixel"), x.per_pixel, y.per_pixel);
  glUniform2f(program_.uniform("cells_end"), x.end, y.end);
  glUniform1i(program_.uniform("single_cells"), pane.request.row_step == 1 && pane.request.column_step == 1);
  glUniform1f(program_.uniform("low"), key.low);
  glUniform1f(program_.uniform("high"), key.high);
  glUniform1i(program_.uniform("diverging"), key.map == ColorMap::Diverging);
  // The original is shown as it is: what the quantizer clips is marked where the quantizer's result is shown.
  glUniform1i(program_.uniform("tint_clipped"), key.quantity != GridQuantity::Original);
  glUniform1i(program_.uniform("has_marks"), upload.has_marks);
  glUniform1f(program_.uniform("scale"), key.scale);
  set_color(program_.uniform("gap_color"), key.gap);
  set_color(program_.uniform("clip_color"), key.clipped);
  colors_.bind(2);
  for (const Tile& tile : upload.tiles) {
    tile.marks.bind(1);
    tile.extremes.bind(0);
    glUniform2i(program_.uniform("tile_origin"), tile.x, tile.y);
    glDrawArrays(GL_TRIANGLES, 0, 3);
  }
  glBindVertexArray(0);
  glUseProgram(0);
  ++counts_.pictures;
}

// Null where there is nothing to paint.
GridRenderer::Painted* GridRenderer::painted(const GridPane& pane, int width, int height, float scale) {
  const WindowResult* texels = pane.texels.get();
  if (!texels || width < 1 || height < 1 || texels->width == 0 || texels->height == 0) return nullptr;
  const std::size_t count = texels->width * texels->height;
  if (values_of(*texels, pane.quantity).size() != count || texels->marks.size() != count) return nullptr;
  const PictureKey key{
      texels, pane.request, pane.viewport, pane.quantity, pane.map, pane.low,     pane.high,
      width,  height,       scale,         pane.dark,     pane.gap, pane.clipped, program_.generation()};
  auto found =
      std::find_if(pictures_.begin(), pictures_.end(), [&](const Painted& p) { return p.key == key; });
  if (found == pictures_.end()) {
    // A picture that this frame does not use yet is painted over before another one is made.
    found = std::find_if(pictures_.begin(), pictures_.end(), [&](const Painted& p) {
      return p.used + 1 < frame_ && p.key.width == width && p.key.height == height;
    });
    if (found == pictures_.end()) found = pictures_.emplace(pictures_.end());
    found->key = key;
    found->texels = pane.texels;
    paint(*found, pane);
  }
  found->used = frame_;
  return &*found;
}

void GridRenderer::draw(ImDrawList& list, const GridPane& pane) {
  const int left = static_cast<int>(std::lround(pane.x)), top = static_cast<int>(std::lround(pane.y));
  const int width = std::min(static_cast<int>(std::lround(pane.x + pane.width)) - left, max_texture_size_);
  const int height = std::min(static_cast<int>(std::lround(pane.y + pane.height)) - top, max_texture_size_);
  const Painted* picture = painted(pane, width, height, pane.scale);
  if (!picture) return;
  const float x = static_cast<float>(left), y = static_cast<float>(top);
  list.AddImage(ui::texture_id(picture->framebuffer.color().id()), {x, y},
                {x + static_cast<float>(width), y + static_cast<float>(height)});
}

Result<Picture> GridRenderer::picture(const GridPane& pane, float factor) {
  const int width = static_cast<int>(std::lround(pane.width * factor));
  const int height = static_cast<int>(std::lround(pane.height * factor));
  if (width > max_texture_size_ || height > max_texture_size_)
    return bad_argument("a grid of " + std::to_string(width) + "x" + std::to_string(height) +
                        " pixels is larger than OpenGL's " + std::to_string(max_texture_size_));
  const Painted* picture = painted(pane, width, height, pane.scale * factor);
  if (!picture) return Picture{};
  // The first row of the framebuffer is the pane's first.
  return Picture{width, height, picture->framebuffer.read()};
}

}  // namespace bitloupe::gl
