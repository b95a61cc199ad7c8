// Input: the window's events on their way to Dear ImGui, in one form for every version of it, and the keys of
// this frame for shortcuts. It knows nothing of GLFW; the window and the tests feed it.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <variant>

#include "app/plot/canvas.h"

struct ImGuiIO;

namespace bitloupe::ui {

enum class Key : std::uint8_t {
  Tab,
  Left,
  Right,
  Up,
  Down,
  PageUp,
  PageDown,
  Home,
  End,
  Insert,
  Delete,
  Backspace,
  Space,
  Enter,
  Escape,
  KeypadEnter,
  Ctrl,
  Shift,
  Alt,
  Super,
  Plus,  // the key that Ctrl+ is typed with: '=' or '+', keypad too
  Minus,
  Comma,
  Period,
  Slash,
  Semicolon,
  Apostrophe,
  LeftBracket,
  RightBracket,
  Backslash,
  Grave,
  // clang-format off
  Digit0, Digit1, Digit2, Digit3, Digit4, Digit5, Digit6, Digit7, Digit8, Digit9,
  F1, F2, F3, F4, F5, F6, F7, F8, F9, F10, F11, F12,
  A, B, C, D, E, F, G, H, I, J, K, L, M,
  N, O, P, Q, R, S, T, U, V, W, X, Y, Z,
  // clang-format on
  kCount,
};
// The n-th key after `first` in the runs of digits, function keys and letters.
constexpr Key nth_key(Key first, int n) { return static_cast<Key>(static_cast<int>(first) + n); }
inline constexpr std::size_t kKeyCount = static_cast<std::size_t>(Key::kCount);

struct Modifiers {
  bool ctrl = false, shift = false, alt = false;
  bool operator==(const Modifiers&) const = default;
};

// Events are queued and handed over so that a fast press and release, or a click that follows a move, are
// each seen by one frame at least.
class Input {
 public:
  void mouse_move(Point position);
  void mouse_leave();
  void mouse_button(int button, bool down);  // 0 left, 1 right, 2 middle
  void wheel(float x, float y);
  void key(Key key, bool down, bool repeat = false);
  void character(char32_t character);
  void focus(bool focused);

  // Once, before the first frame: tells Dear ImGui how keys are numbered.
  static void prepare(ImGuiIO& io);
  // Moves what belongs to the next frame to Dear ImGui. Called by Host before NewFrame.
  void apply(ImGuiIO& io);
  // Events are left for another frame.
  bool pending() const { return !events_.empty(); }

  bool pressed(Key key, bool repeat) const;  // in this frame
  Modifiers modifiers() const;

 private:
  struct Move {
    Point position;
  };
  struct Button {
    int button;
    bool down;
  };
  struct Wheel {
    float x, y;
  };
  struct Stroke {
    Key key;
    bool down, repeat;
  };
  struct Character {
    char32_t value;
  };
  struct Focus {
    bool focused;
  };
  using Event = std::variant<Move, Button, Wheel, Stroke, Character, Focus>;
  bool is_down(Key key) const { return down_[static_cast<std::size_t>(key)]; }
  void release_all(ImGuiIO& io);

  std::deque<Event> events_;
  std::array<bool, kKeyCount> down_{}, pressed_{}, repeated_{};
};

// Of the current frame. `shortcut` is false while text is being typed.
bool key_pressed(Key key, bool repeat = false);
bool shortcut(Key key, Modifiers modifiers = {}, bool repeat = false);
bool typing();  // a text field has the keyboard
Modifiers modifiers();

}  // namespace bitloupe::ui
