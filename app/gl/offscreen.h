// An OpenGL 3.3 context without a window or a display: EGL's surfaceless platform, or its default display
// where that is missing.
#pragma once

#include "core/result.h"

namespace bitloupe::gl {

class OffscreenContext {
 public:
  OffscreenContext() = default;
  ~OffscreenContext();
  OffscreenContext(const OffscreenContext&) = delete;
  OffscreenContext& operator=(const OffscreenContext&) = delete;

  // Makes the context and makes it current on this thread.
  Status start();

 private:
  void* display_ = nullptr;  // EGLDisplay
  void* context_ = nullptr;  // EGLContext
};

}  // namespace bitloupe::gl
