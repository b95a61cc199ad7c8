// The window's callbacks: GLFW events become entries of the input queue, dropped files and a changed scale
// are kept until the frame loop asks. It counts events, so that the loop knows when to draw.
#pragma once

#include <string>
#include <vector>

#include "app/ui/input.h"

struct GLFWwindow;

namespace bitloupe {

class WindowEvents {
 public:
  // Installs the callbacks; this object must outlive the window's last event.
  WindowEvents(GLFWwindow* window, ui::Input& input);
  WindowEvents(const WindowEvents&) = delete;
  WindowEvents& operator=(const WindowEvents&) = delete;

  // True once after events came in.
  bool take_changed();
  bool take_focused();  // true once after the window got the keyboard
  std::vector<std::string> take_dropped();
  double last_input() const { return last_input_; }  // glfwGetTime() of the newest key, button or move

 private:
  static WindowEvents& of(GLFWwindow* window);
  void note_input();

  GLFWwindow* window_;
  ui::Input& input_;
  bool changed_ = true, focused_ = false;
  double last_input_ = 0;
  std::vector<std::string> dropped_;
};

}  // namespace bitloupe
