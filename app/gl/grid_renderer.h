// The value-grid renderer: a pane's texels go to float textures, a shader draws them into a picture of the
// pane's size, and the draw list (or a file) gets that picture. Both are kept while their inputs stay the
// same.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <string>

#include "app/gl/program.h"
#include "app/gl/texture.h"
#include "app/plot/grid_painter.h"

namespace bitloupe::gl {

class GridRenderer final : public GridPainter {
 public:
  GridRenderer();
  ~GridRenderer() override;
  GridRenderer(const GridRenderer&) = delete;
  GridRenderer& operator=(const GridRenderer&) = delete;

  // Compiles the shaders; needs a current OpenGL 3.3 context, as does everything here.
  Status start();
  // Lets go of everything that lives in the current context, lost or not; start() begins anew in another one.
  void stop();
  // Once a frame, before any draw: forgets what was long unused and looks for changed shader files.
  void begin_frame();
  // What is wrong with a shader file that was edited; empty when all is well.
  const std::string& shader_error() const { return program_.error(); }

  void draw(ImDrawList& list, const GridPane& pane) override;
  Result<Picture> picture(const GridPane& pane, float factor) override;

  // For tests: how often a pane's texels were sent and a picture was drawn.
  struct Counts {
    std::uint64_t uploads = 0, pictures = 0;
  };
  Counts counts() const { return counts_; }
  // Tests make it small to see tiles.
  void set_max_texture_size(int size) { max_texture_size_ = size; }

 private:
  struct Tile;
  struct Upload;
  struct PictureKey;
  struct Painted;
  const Upload& upload_for(const GridPane& pane);
  Painted* painted(const GridPane& pane, int width, int height, float scale);
  void paint(Painted& picture, const GridPane& pane);

  Program program_;
  Texture colors_;
  std::uint32_t vertex_array_ = 0;
  int max_texture_size_ = 0;
  std::uint64_t frame_ = 0;
  std::list<Upload> uploads_;
  std::list<Painted> pictures_;
  Counts counts_;
};

}  // namespace bitloupe::gl
