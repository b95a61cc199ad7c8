// GLFW as objects: the library, a window with an OpenGL 3.3 context, its cursors. No OpenGL calls.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "app/window/placement.h"
#include "core/result.h"

struct GLFWwindow;
struct GLFWcursor;

namespace bitloupe {

class Glfw {
 public:
  Glfw() = default;
  ~Glfw();
  Glfw(const Glfw&) = delete;
  Glfw& operator=(const Glfw&) = delete;

  // Fails where there is no display.
  Status start();
  // A hidden window whose context is current. Fails where there is no OpenGL 3.3; the error names what there
  // is.
  Status open(int width, int height, std::optional<ScreenArea> position, const std::string& title);
  // The window goes, and a new one may be opened.
  void close();
  void show();
  void toggle_full_screen();  // on the monitor that shows most of the window

  // Place and size that the person gave it; nothing while it is maximised or fills the screen.
  std::optional<ScreenArea> own_area() const;

  GLFWwindow* window() const { return window_; }
  void set_icon();
  void set_cursor(int imgui_cursor);

 private:
  bool started_ = false;
  GLFWwindow* window_ = nullptr;
  std::array<GLFWcursor*, 6> cursors_{};
  int cursor_ = -1;
  ScreenArea before_;  // full screen: where the window was
};

}  // namespace bitloupe
