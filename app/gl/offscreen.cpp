#include "app/gl/offscreen.h"

#include <epoxy/egl.h>

#include <string>

namespace bitloupe::gl {
namespace {

Error egl_error(const std::string& what) {
  return {ErrorCode::Io, "no OpenGL without a display: " + what +
                             " (packages libegl1 and libgl1-mesa-dri bring a software driver)"};
}

EGLDisplay open_display() {
  // epoxy aborts the process on an entry point that the library lacks, so each is asked for first.
  if (epoxy_has_egl_extension(EGL_NO_DISPLAY, "EGL_EXT_platform_base") &&
      epoxy_has_egl_extension(EGL_NO_DISPLAY, "EGL_MESA_platform_surfaceless"))
    return eglGetPlatformDisplayEXT(EGL_PLATFORM_SURFACELESS_MESA, EGL_DEFAULT_DISPLAY, nullptr);
  return eglGetDisplay(EGL_DEFAULT_DISPLAY);
}

}  // namespace

OffscreenContext::~OffscreenContext() {
  if (!display_) return;
  eglMakeCurrent(display_, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
  if (context_) eglDestroyContext(display_, context_);
  eglTerminate(display_);
}

Status OffscreenContext::start() {
  if (!epoxy_has_egl()) return egl_error("libEGL is missing");
  const EGLDisplay display = open_display();
  if (display == EGL_NO_DISPLAY) return egl_error("EGL has no display");
  if (!eglInitialize(display, nullptr, nullptr)) return egl_error("EGL does not start");
  display_ = display;
  if (!eglBindAPI(EGL_OPENGL_API)) return egl_error("EGL offers OpenGL ES only");
  if (!epoxy_has_egl_extension(display, "EGL_KHR_surfaceless_context"))
    return egl_error("EGL needs a surface");
  const EGLint config_wishes[] = {EGL_RENDERABLE_TYPE, EGL_OPENGL_BIT, EGL_SURFACE_TYPE, 0, EGL_NONE};
  EGLConfig config = nullptr;
  EGLint configs = 0;
  if (!eglChooseConfig(display, config_wishes, &config, 1, &configs) || configs < 1) config = nullptr;
  const EGLint context_wishes[] = {EGL_CONTEXT_MAJOR_VERSION_KHR,
                                   3,
                                   EGL_CONTEXT_MINOR_VERSION_KHR,
                                   3,
                                   EGL_CONTEXT_OPENGL_PROFILE_MASK_KHR,
                                   EGL_CONTEXT_OPENGL_CORE_PROFILE_BIT_KHR,
                                   EGL_NONE};
  const EGLContext context = eglCreateContext(display, config, EGL_NO_CONTEXT, context_wishes);
  if (context == EGL_NO_CONTEXT) return egl_error("the driver has no OpenGL 3.3");
  context_ = context;
  if (!eglMakeCurrent(display, EGL_NO_SURFACE, EGL_NO_SURFACE, context))
    return egl_error("the context cannot be used");
  return Ok{};
}

}  // namespace bitloupe::gl
