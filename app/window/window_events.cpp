#include "app/window/window_events.h"

#include <GLFW/glfw3.h>

#include <optional>
#include <utility>

namespace bitloupe {
namespace {

using ui::Key;

struct KeyRow {
  int glfw;
  Key key;
};

constexpr KeyRow kKeys[] = {
    {GLFW_KEY_TAB, Key::Tab},
    {GLFW_KEY_LEFT, Key::Left},
    {GLFW_KEY_RIGHT, Key::Right},
    {GLFW_KEY_UP, Key::Up},
    {GLFW_KEY_DOWN, Key::Down},
    {GLFW_KEY_PAGE_UP, Key::PageUp},
    {GLFW_KEY_PAGE_DOWN, Key::PageDown},
    {GLFW_KEY_HOME, Key::Home},
    {GLFW_KEY_END, Key::End},
    {GLFW_KEY_INSERT, Key::Insert},
    {GLFW_KEY_DELETE, Key::Delete},
    {GLFW_KEY_BACKSPACE, Key::Backspace},
    {GLFW_KEY_SPACE, Key::Space},
    {GLFW_KEY_ENTER, Key::Enter},
    {GLFW_KEY_ESCAPE, Key::Escape},
    {GLFW_KEY_KP_ENTER, Key::KeypadEnter},
    {GLFW_KEY_LEFT_CONTROL, Key::Ctrl},
    {GLFW_KEY_RIGHT_CONTROL, Key::Ctrl},
    {GLFW_KEY_LEFT_SHIFT, Key::Shift},
    {GLFW_KEY_RIGHT_SHIFT, Key::Shift},
    {GLFW_KEY_LEFT_ALT, Key::Alt},
    {GLFW_KEY_RIGHT_ALT, Key::Alt},
    {GLFW_KEY_LEFT_SUPER, Key::Super},
    {GLFW_KEY_RIGHT_SUPER, Key::Super},
    {GLFW_KEY_KP_ADD, Key::Plus},
    {GLFW_KEY_KP_SUBTRACT, Key::Minus},
};

struct CharacterRow {
  char character;
  Key key;
};
constexpr CharacterRow kCharacters[] = {
    {'+', Key::Plus},        {'=', Key::Plus},         {'-', Key::Minus},      {',', Key::Comma},
    {'.', Key::Period},      {'/', Key::Slash},        {';', Key::Semicolon},  {'\'', Key::Apostrophe},
    {'[', Key::LeftBracket}, {']', Key::RightBracket}, {'\\', Key::Backslash}, {'`', Key::Grave},
};

// A run of GLFW's keys that has the order of ours.
struct KeyRun {
  int first, count;
  Key key;
};
constexpr KeyRun kRuns[] = {
    {GLFW_KEY_0, 10, Key::Digit0}, {GLFW_KEY_KP_0, 10, Key::Digit0}, {GLFW_KEY_F1, 12, Key::F1}};

std::optional<Key> key_of(int glfw_key, int scancode) {
  for (const KeyRow& row : kKeys)
    if (row.glfw == glfw_key) return row.key;
  for (const KeyRun& run : kRuns)
    if (glfw_key >= run.first && glfw_key < run.first + run.count)
      return ui::nth_key(run.key, glfw_key - run.first);
  // Shortcuts follow what is printed on the key, not its place: Ctrl+Z is where the keyboard has its Z.
  const char* name = glfwGetKeyName(glfw_key, scancode);
  if (!name || name[0] == 0 || name[1] != 0) return std::nullopt;
  if (name[0] >= 'a' && name[0] <= 'z') return ui::nth_key(Key::A, name[0] - 'a');
  for (const CharacterRow& row : kCharacters)
    if (row.character == name[0]) return row.key;
  return std::nullopt;
}

// The pointer's position in pixels of the framebuffer, which differ from screen coordinates on some systems.
Point pixels_of(GLFWwindow* window, double x, double y) {
  int width = 0, height = 0, pixels_x = 0, pixels_y = 0;
  glfwGetWindowSize(window, &width, &height);
  glfwGetFramebufferSize(window, &pixels_x, &pixels_y);
  if (width < 1 || height < 1) return {};
  return {static_cast<float>(x * pixels_x / width), static_cast<float>(y * pixels_y / height)};
}

}  // namespace

WindowEvents& WindowEvents::of(GLFWwindow* window) {
  return *static_cast<WindowEvents*>(glfwGetWindowUserPointer(window));
}

void WindowEvents::note_input() {
  changed_ = true;
  last_input_ = glfwGetTime();
}

WindowEvents::WindowEvents(GLFWwindow* window, ui::Input& input) : window_(window), input_(input) {
  glfwSetWindowUserPointer(window, this);
  glfwSetCursorPosCallback(window, [](GLFWwindow* w, double x, double y) {
    of(w).note_input();
    of(w).input_.mouse_move(pixels_of(w, x, y));
  });
  glfwSetCursorEnterCallback(window, [](GLFWwindow* w, int entered) {
    of(w).note_input();
    if (!entered) of(w).input_.mouse_leave();
  });
  glfwSetMouseButtonCallback(window, [](GLFWwindow* w, int button, int action, int) {
    of(w).note_input();
    of(w).input_.mouse_button(button, action == GLFW_PRESS);
  });
  glfwSetScrollCallback(window, [](GLFWwindow* w, double x, double y) {
    of(w).note_input();
    of(w).input_.wheel(static_cast<float>(x), static_cast<float>(y));
  });
  glfwSetKeyCallback(window, [](GLFWwindow* w, int key, int scancode, int action, int) {
    of(w).note_input();
    if (const std::optional<Key> known = key_of(key, scancode))
      of(w).input_.key(*known, action != GLFW_RELEASE, action == GLFW_REPEAT);
  });
  glfwSetCharCallback(window, [](GLFWwindow* w, unsigned character) {
    of(w).note_input();
    of(w).input_.character(static_cast<char32_t>(character));
  });
  glfwSetWindowFocusCallback(window, [](GLFWwindow* w, int focused) {
    of(w).note_input();
    of(w).input_.focus(focused != 0);
  });
  glfwSetDropCallback(window, [](GLFWwindow* w, int count, const char** paths) {
    of(w).note_input();
    of(w).dropped_.assign(paths, paths + count);
  });
  glfwSetFramebufferSizeCallback(window, [](GLFWwindow* w, int, int) { of(w).changed_ = true; });
  glfwSetWindowContentScaleCallback(window, [](GLFWwindow* w, float, float) { of(w).changed_ = true; });
  glfwSetWindowRefreshCallback(window, [](GLFWwindow* w) { of(w).changed_ = true; });
  glfwSetWindowCloseCallback(window, [](GLFWwindow* w) { of(w).changed_ = true; });
}

bool WindowEvents::take_changed() { return std::exchange(changed_, false); }
std::vector<std::string> WindowEvents::take_dropped() { return std::exchange(dropped_, {}); }

}  // namespace bitloupe
