#include "app/ui/input.h"

#include <cfloat>

#include "app/ui/compat.h"
#include "app/ui/state.h"

namespace bitloupe::ui {
namespace {

struct KeyRow {
  Key key;
  int imgui;  // ImGuiKey; -1: unknown to this version
};

// Before 1.87 Dear ImGui knows only the keys of its own text fields and navigation.
#if IMGUI_VERSION_NUM >= 18900
constexpr KeyRow kKeys[] = {
    {Key::Tab, ImGuiKey_Tab},
    {Key::Left, ImGuiKey_LeftArrow},
    {Key::Right, ImGuiKey_RightArrow},
    {Key::Up, ImGuiKey_UpArrow},
    {Key::Down, ImGuiKey_DownArrow},
    {Key::PageUp, ImGuiKey_PageUp},
    {Key::PageDown, ImGuiKey_PageDown},
    {Key::Home, ImGuiKey_Home},
    {Key::End, ImGuiKey_End},
    {Key::Insert, ImGuiKey_Insert},
    {Key::Delete, ImGuiKey_Delete},
    {Key::Backspace, ImGuiKey_Backspace},
    {Key::Space, ImGuiKey_Space},
    {Key::Enter, ImGuiKey_Enter},
    {Key::Escape, ImGuiKey_Escape},
    {Key::KeypadEnter, ImGuiKey_KeypadEnter},
    {Key::Ctrl, ImGuiMod_Ctrl},
    {Key::Shift, ImGuiMod_Shift},
    {Key::Alt, ImGuiMod_Alt},
    {Key::Super, ImGuiMod_Super},
    {Key::A, ImGuiKey_A},
    {Key::C, ImGuiKey_C},
    {Key::V, ImGuiKey_V},
    {Key::X, ImGuiKey_X},
    {Key::Y, ImGuiKey_Y},
    {Key::Z, ImGuiKey_Z},
};

void send_key(ImGuiIO& io, Key key, bool down) {
  for (const KeyRow& row : kKeys)
    if (row.key == key) io.AddKeyEvent(static_cast<ImGuiKey>(row.imgui), down);
}
#else
constexpr KeyRow kKeys[] = {
    {Key::Tab, ImGuiKey_Tab},
    {Key::Left, ImGuiKey_LeftArrow},
    {Key::Right, ImGuiKey_RightArrow},
    {Key::Up, ImGuiKey_UpArrow},
    {Key::Down, ImGuiKey_DownArrow},
    {Key::PageUp, ImGuiKey_PageUp},
    {Key::PageDown, ImGuiKey_PageDown},
    {Key::Home, ImGuiKey_Home},
    {Key::End, ImGuiKey_End},
    {Key::Insert, ImGuiKey_Insert},
    {Key::Delete, ImGuiKey_Delete},
    {Key::Backspace, ImGuiKey_Backspace},
    {Key::Space, ImGuiKey_Space},
    {Key::Enter, ImGuiKey_Enter},
    {Key::Escape, ImGuiKey_Escape},
    {Key::KeypadEnter, ImGuiKey_KeyPadEnter},
    {Key::A, ImGuiKey_A},
    {Key::C, ImGuiKey_C},
    {Key::V, ImGuiKey_V},
    {Key::X, ImGuiKey_X},
    {Key::Y, ImGuiKey_Y},
    {Key::Z, ImGuiKey_Z},
};

void send_key(ImGuiIO& io, Key key, bool down) {
  io.KeysDown[static_cast<std::size_t>(key)] = down;
  if (key == Key::Ctrl) io.KeyCtrl = down;
  if (key == Key::Shift) io.KeyShift = down;
  if (key == Key::Alt) io.KeyAlt = down;
  if (key == Key::Super) io.KeySuper = down;
}
#endif

void send_move(ImGuiIO& io, Point position) {
#if IMGUI_VERSION_NUM >= 18900
  io.AddMousePosEvent(position.x, position.y);
#else
  io.MousePos = vec(position);
#endif
}

void send_button(ImGuiIO& io, int button, bool down) {
#if IMGUI_VERSION_NUM >= 18900
  io.AddMouseButtonEvent(button, down);
#else
  io.MouseDown[button] = down;
#endif
}

void send_wheel(ImGuiIO& io, float x, float y) {
#if IMGUI_VERSION_NUM >= 18900
  io.AddMouseWheelEvent(x, y);
#else
  io.MouseWheelH += x;
  io.MouseWheel += y;
#endif
}

template <class... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};
template <class... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

}  // namespace

void Input::mouse_move(Point position) {
  // Only the last of a run of moves matters; a drag must not queue behind its own history.
  if (!events_.empty() && std::holds_alternative<Move>(events_.back())) events_.pop_back();
  events_.push_back(Move{position});
}
void Input::mouse_leave() { mouse_move({-FLT_MAX, -FLT_MAX}); }
void Input::mouse_button(int button, bool down) {
  if (button >= 0 && button < 3) events_.push_back(Button{button, down});
}
void Input::wheel(float x, float y) { events_.push_back(Wheel{x, y}); }
void Input::key(Key key, bool down, bool repeat) { events_.push_back(Stroke{key, down, repeat}); }
void Input::character(char32_t character) { events_.push_back(Character{character}); }
void Input::focus(bool focused) { events_.push_back(Focus{focused}); }

void Input::prepare([[maybe_unused]] ImGuiIO& io) {
#if IMGUI_VERSION_NUM < 18900
  for (const KeyRow& row : kKeys) io.KeyMap[row.imgui] = static_cast<int>(row.key);
#endif
}

void Input::apply(ImGuiIO& io) {
  pressed_.fill(false);
  repeated_.fill(false);
  bool clicked = false;  // a button changed: later moves and clicks belong to the next frame
  bool stroked = false;  // a key changed: another change of a key waits
  while (!events_.empty()) {
    const Event& event = events_.front();
    if (clicked && (std::holds_alternative<Move>(event) || std::holds_alternative<Button>(event))) break;
    if (stroked && (std::holds_alternative<Stroke>(event) || std::holds_alternative<Button>(event))) break;
    std::visit(Overloaded{
                   [&](const Move& move) { send_move(io, move.position); },
                   [&](const Button& button) {
                     send_button(io, button.button, button.down);
                     clicked = true;
                   },
                   [&](const Wheel& wheel) { send_wheel(io, wheel.x, wheel.y); },
                   [&](const Stroke& stroke) {
                     const std::size_t index = static_cast<std::size_t>(stroke.key);
                     const bool modifier = stroke.key >= Key::Ctrl && stroke.key <= Key::Super;
                     if (stroke.down) (stroke.repeat ? repeated_ : pressed_)[index] = true;
                     down_[index] = stroke.down;
                     if (!stroke.repeat) send_key(io, stroke.key, stroke.down);
                     stroked = stroked || !modifier;
                   },
                   [&](const Character& character) { io.AddInputCharacter(character.value); },
                   [&](const Focus& focus) {
                     if (!focus.focused) release_all(io);
                     io.AddFocusEvent(focus.focused);
                   },
               },
               event);
    events_.pop_front();
  }
}

// A key that is released while another window has the focus is never reported.
void Input::release_all(ImGuiIO& io) {
  for (std::size_t i = 0; i < kKeyCount; ++i)
    if (down_[i]) send_key(io, static_cast<Key>(i), false);
  down_.fill(false);
}

bool Input::pressed(Key key, bool repeat) const {
  const std::size_t index = static_cast<std::size_t>(key);
  return pressed_[index] || (repeat && repeated_[index]);
}

Modifiers Input::modifiers() const { return {is_down(Key::Ctrl), is_down(Key::Shift), is_down(Key::Alt)}; }

bool key_pressed(Key key, bool repeat) { return state().input.pressed(key, repeat); }

bool typing() { return ImGui::GetIO().WantTextInput; }

bool shortcut(Key key, Modifiers wanted, bool repeat) {
  return !typing() && modifiers() == wanted && key_pressed(key, repeat);
}

Modifiers modifiers() { return state().input.modifiers(); }

}  // namespace bitloupe::ui
