#include "app/gl/texture.h"

#include <epoxy/gl.h>

#include <utility>

namespace bitloupe::gl {
namespace {

struct FormatRow {
  GLint internal;
  GLenum format, type;
};

FormatRow row_of(TexelFormat format) {
  switch (format) {
    case TexelFormat::TwoFloats:
      return {GL_RG32F, GL_RG, GL_FLOAT};
    case TexelFormat::Byte:
      return {GL_R8UI, GL_RED_INTEGER, GL_UNSIGNED_BYTE};
    case TexelFormat::Rgba8:
      break;
  }
  return {GL_RGBA8, GL_RGBA, GL_UNSIGNED_BYTE};
}

}  // namespace

Texture::~Texture() {
  if (id_) glDeleteTextures(1, &id_);
}
Texture::Texture(Texture&& other) noexcept
    : id_(std::exchange(other.id_, 0u)), width_(other.width_), height_(other.height_) {}
Texture& Texture::operator=(Texture&& other) noexcept {
  std::swap(id_, other.id_);
  std::swap(width_, other.width_);
  std::swap(height_, other.height_);
  return *this;
}

void Texture::upload(TexelFormat format, int width, int height, const void* data, int row_length) {
  if (!id_) glGenTextures(1, &id_);
  width_ = width;
  height_ = height;
  glBindTexture(GL_TEXTURE_2D, id_);
  // Integer textures are incomplete (and read as 0) with any other filter.
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_NEAREST);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_S, GL_CLAMP_TO_EDGE);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_T, GL_CLAMP_TO_EDGE);
  glPixelStorei(GL_UNPACK_ALIGNMENT, 1);
  glPixelStorei(GL_UNPACK_ROW_LENGTH, row_length);
  const FormatRow row = row_of(format);
  glTexImage2D(GL_TEXTURE_2D, 0, row.internal, width, height, 0, row.format, row.type, data);
  glPixelStorei(GL_UNPACK_ROW_LENGTH, 0);
  glPixelStorei(GL_UNPACK_ALIGNMENT, 4);
}

void Texture::bind(unsigned unit) const {
  glActiveTexture(GL_TEXTURE0 + unit);
  glBindTexture(GL_TEXTURE_2D, id_);
}

Framebuffer::~Framebuffer() {
  if (id_) glDeleteFramebuffers(1, &id_);
}
Framebuffer::Framebuffer(Framebuffer&& other) noexcept
    : id_(std::exchange(other.id_, 0u)), color_(std::move(other.color_)) {}
Framebuffer& Framebuffer::operator=(Framebuffer&& other) noexcept {
  std::swap(id_, other.id_);
  std::swap(color_, other.color_);
  return *this;
}

bool Framebuffer::resize(int width, int height) {
  if (!id_) glGenFramebuffers(1, &id_);
  if (color_.width() != width || color_.height() != height)
    color_.upload(TexelFormat::Rgba8, width, height, nullptr, 0);
  const DrawInto bound(*this);
  glFramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, color_.id(), 0);
  return glCheckFramebufferStatus(GL_FRAMEBUFFER) == GL_FRAMEBUFFER_COMPLETE;
}

std::vector<std::uint8_t> Framebuffer::read() const {
  const std::size_t width = static_cast<std::size_t>(color_.width());
  std::vector<std::uint8_t> pixels(width * static_cast<std::size_t>(color_.height()) * 4);
  const DrawInto bound(*this);
  glPixelStorei(GL_PACK_ALIGNMENT, 1);
  glReadPixels(0, 0, color_.width(), color_.height(), GL_RGBA, GL_UNSIGNED_BYTE, pixels.data());
  return pixels;
}

DrawInto::DrawInto(const Framebuffer& framebuffer) {
  glGetIntegerv(GL_FRAMEBUFFER_BINDING, &previous_);
  glGetIntegerv(GL_VIEWPORT, viewport_);
  glBindFramebuffer(GL_FRAMEBUFFER, framebuffer.id());
  glViewport(0, 0, framebuffer.color().width(), framebuffer.color().height());
}

DrawInto::~DrawInto() {
  glBindFramebuffer(GL_FRAMEBUFFER, static_cast<GLuint>(previous_));
  glViewport(viewport_[0], viewport_[1], viewport_[2], viewport_[3]);
}

}  // namespace bitloupe::gl
