#include "app/gl/health.h"

#include <epoxy/gl.h>

namespace bitloupe::gl {
namespace {

constexpr int kMostAtOnce = 64;  // a lost context may report errors for ever

std::string error_name(GLenum error) {
  switch (error) {
    case GL_INVALID_ENUM:
      return "invalid enum";
    case GL_INVALID_VALUE:
      return "invalid value";
    case GL_INVALID_OPERATION:
      return "invalid operation";
    case GL_INVALID_FRAMEBUFFER_OPERATION:
      return "invalid framebuffer operation";
    case GL_OUT_OF_MEMORY:
      return "out of memory";
    default:
      return "error " + std::to_string(error);
  }
}

}  // namespace

std::string Health::check(std::string_view place) {
  std::string line;
  for (int i = 0; i < kMostAtOnce; ++i) {
    const GLenum error = glGetError();
    if (error == GL_NO_ERROR) break;
    ++errors_;
    if (told_.emplace(place, error).second)
      line += (line.empty() ? "OpenGL, " + std::string(place) + ": " : ", ") + error_name(error);
  }
  return line;
}

bool Health::context_lost() {
  if (epoxy_gl_version() >= 45 || epoxy_has_gl_extension("GL_KHR_robustness"))
    return glGetGraphicsResetStatus() != GL_NO_ERROR;
  if (epoxy_has_gl_extension("GL_ARB_robustness")) return glGetGraphicsResetStatusARB() != GL_NO_ERROR;
  return false;
}

}  // namespace bitloupe::gl
