#include "app/window/glfw.h"

#include <GLFW/glfw3.h>
#include <stb/stb_image.h>

#include <utility>

#include "app/embedded.h"
#include "app/gl/imgui_renderer.h"
#include "app/ui/compat.h"

namespace bitloupe {
namespace {

constexpr const char* kHeadless = "; `bitloupe --help` lists what works without a display";

std::string last_error() {
  const char* text = nullptr;
  glfwGetError(&text);
  return text ? text : "no reason given";
}

std::vector<ScreenArea> work_areas() {
  int count = 0;
  GLFWmonitor** monitors = glfwGetMonitors(&count);
  std::vector<ScreenArea> areas;
  for (int i = 0; i < count; ++i) {
    ScreenArea area;
    glfwGetMonitorWorkarea(monitors[i], &area.x, &area.y, &area.width, &area.height);
    if (area.width > 0 && area.height > 0) areas.push_back(area);
  }
  return areas;
}

GLFWwindow* create(int width, int height, const std::string& title, bool modern) {
  glfwDefaultWindowHints();
  glfwWindowHint(GLFW_VISIBLE, GLFW_FALSE);
  glfwWindowHintString(GLFW_X11_CLASS_NAME, "bitloupe");  // StartupWMClass of the desktop entry
  glfwWindowHintString(GLFW_X11_INSTANCE_NAME, "bitloupe");
  if (modern) {
    // Where the driver can, it tells when the graphics processor was reset.
    glfwWindowHint(GLFW_CONTEXT_ROBUSTNESS, GLFW_LOSE_CONTEXT_ON_RESET);
    glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
    glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 3);
    glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
    glfwWindowHint(GLFW_OPENGL_FORWARD_COMPAT, GLFW_TRUE);
  }
  return glfwCreateWindow(width, height, title.c_str(), nullptr, nullptr);
}

// Why there is no OpenGL 3.3 window: the version that there is, where there is any.
Error explain_failure() {
  const std::string reason = last_error();
  GLFWwindow* plain = create(320, 240, "", false);
  std::string found = reason;
  if (plain) {
    glfwMakeContextCurrent(plain);
    found = "this is " + gl::describe_context();
    glfwDestroyWindow(plain);
  }
  return {ErrorCode::Io, "the window needs OpenGL 3.3 (" + found +
                             "); LIBGL_ALWAYS_SOFTWARE=1 forces software drawing" + kHeadless};
}

}  // namespace

Glfw::~Glfw() {
  close();
  if (started_) glfwTerminate();
}

void Glfw::close() {
  for (GLFWcursor*& cursor : cursors_)
    if (cursor) glfwDestroyCursor(std::exchange(cursor, nullptr));
  cursor_ = -1;
  if (window_) glfwDestroyWindow(std::exchange(window_, nullptr));
}

Status Glfw::start() {
  if (!glfwInit()) return Error{ErrorCode::Io, "no display: " + last_error() + kHeadless};
  started_ = true;
  return Ok{};
}

Status Glfw::open(int width, int height, std::optional<ScreenArea> position, const std::string& title) {
  const ScreenArea area = place_window(width, height, position, work_areas());
  window_ = create(area.width, area.height, title, true);
  if (!window_) return explain_failure();
  // Placed before it is shown: a window manager may move it once it is visible.
  glfwSetWindowPos(window_, area.x, area.y);
  glfwSetWindowSizeLimits(window_, 320, 240, GLFW_DONT_CARE, GLFW_DONT_CARE);
  glfwMakeContextCurrent(window_);
  glfwSwapInterval(1);
  const int shapes[6] = {GLFW_ARROW_CURSOR,   GLFW_IBEAM_CURSOR,   GLFW_HAND_CURSOR,
                         GLFW_HRESIZE_CURSOR, GLFW_VRESIZE_CURSOR, GLFW_CROSSHAIR_CURSOR};
  for (std::size_t i = 0; i < cursors_.size(); ++i) cursors_[i] = glfwCreateStandardCursor(shapes[i]);
  glfwGetError(nullptr);  // Wayland has no positions and themes lack cursors: neither matters
  set_icon();
  return Ok{};
}

void Glfw::show() { glfwShowWindow(window_); }

std::optional<ScreenArea> Glfw::own_area() const {
  if (glfwGetWindowMonitor(window_) || glfwGetWindowAttrib(window_, GLFW_MAXIMIZED) ||
      glfwGetWindowAttrib(window_, GLFW_ICONIFIED))
    return std::nullopt;
  ScreenArea area;
  glfwGetWindowPos(window_, &area.x, &area.y);
  glfwGetWindowSize(window_, &area.width, &area.height);
  return area;
}

void Glfw::toggle_full_screen() {
  if (glfwGetWindowMonitor(window_)) {
    glfwSetWindowMonitor(window_, nullptr, before_.x, before_.y, before_.width, before_.height,
                         GLFW_DONT_CARE);
    return;
  }
  glfwGetWindowPos(window_, &before_.x, &before_.y);
  glfwGetWindowSize(window_, &before_.width, &before_.height);
  int count = 0;
  GLFWmonitor** monitors = glfwGetMonitors(&count);
  GLFWmonitor* home = nullptr;
  std::int64_t most = -1;
  for (int i = 0; i < count; ++i) {
    const GLFWvidmode* mode = glfwGetVideoMode(monitors[i]);
    if (!mode) continue;  // unplugged meanwhile (U25)
    ScreenArea area{0, 0, mode->width, mode->height};
    glfwGetMonitorPos(monitors[i], &area.x, &area.y);
    if (shared_area(area, before_) <= most) continue;
    most = shared_area(area, before_);
    home = monitors[i];
  }
  if (!home) return;
  const GLFWvidmode* mode = glfwGetVideoMode(home);
  glfwSetWindowMonitor(window_, home, 0, 0, mode->width, mode->height, mode->refreshRate);
}

void Glfw::set_icon() {
  const std::string_view png = embedded_file("assets/icon.png");
  GLFWimage image{};
  int channels = 0;
  image.pixels =
      stbi_load_from_memory(reinterpret_cast<const stbi_uc*>(png.data()), static_cast<int>(png.size()),
                            &image.width, &image.height, &channels, 4);
  if (!image.pixels) return;
  glfwSetWindowIcon(window_, 1, &image);
  stbi_image_free(image.pixels);
}

void Glfw::set_cursor(int imgui_cursor) {
  if (imgui_cursor == cursor_) return;
  cursor_ = imgui_cursor;
  std::size_t index = 0;
  if (imgui_cursor == ImGuiMouseCursor_TextInput) index = 1;
  if (imgui_cursor == ImGuiMouseCursor_Hand) index = 2;
  if (imgui_cursor == ImGuiMouseCursor_ResizeEW) index = 3;
  if (imgui_cursor == ImGuiMouseCursor_ResizeNS) index = 4;
  if (imgui_cursor == ImGuiMouseCursor_ResizeAll) index = 5;
  glfwSetCursor(window_, cursors_[index]);
}

}  // namespace bitloupe
