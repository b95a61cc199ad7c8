// Textures and the framebuffer around one: handles that free themselves. Nearest filtering, clamped to the
// edge.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace bitloupe::gl {

enum class TexelFormat { TwoFloats, Byte, Rgba8 };  // RG32F, R8UI, RGBA8

class Texture {
 public:
  Texture() = default;
  ~Texture();
  Texture(Texture&& other) noexcept;
  Texture& operator=(Texture&& other) noexcept;

  // `data` may be null (undefined content). `row_length` texels lie between the starts of two rows of `data`.
  void upload(TexelFormat format, int width, int height, const void* data, int row_length);
  void bind(unsigned unit) const;
  std::uint32_t id() const { return id_; }
  int width() const { return width_; }
  int height() const { return height_; }

 private:
  std::uint32_t id_ = 0;
  int width_ = 0, height_ = 0;
};

class Framebuffer {
 public:
  Framebuffer() = default;
  ~Framebuffer();
  Framebuffer(Framebuffer&& other) noexcept;
  Framebuffer& operator=(Framebuffer&& other) noexcept;

  // False when the driver refuses that size.
  bool resize(int width, int height);
  const Texture& color() const { return color_; }
  std::uint32_t id() const { return id_; }
  // RGBA, rows from the bottom as OpenGL has them.
  std::vector<std::uint8_t> read() const;

 private:
  std::uint32_t id_ = 0;
  Texture color_;
};

// Draws go to `framebuffer` while this lives; then to what was bound before, with its viewport.
class DrawInto {
 public:
  explicit DrawInto(const Framebuffer& framebuffer);
  ~DrawInto();
  DrawInto(const DrawInto&) = delete;
  DrawInto& operator=(const DrawInto&) = delete;

 private:
  int previous_ = 0;
  int viewport_[4] = {};
};

}  // namespace bitloupe::gl
