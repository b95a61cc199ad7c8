#include "headless.h"

#include <doctest/doctest.h>

#include "app/ui/compat.h"

namespace bitloupe::test {

Headless::Headless(std::function<void()> draw, int width, int height, float scale, ui::Appearance appearance)
    : draw_(std::move(draw)), width_(width), height_(height), host_(scale, appearance) {
  host_.input().mouse_leave();
  step(2);
}

void Headless::resize(int width, int height) {
  width_ = width;
  height_ = height;
  step(2);
}

void Headless::step(int frames, double seconds) {
  for (int i = 0; i < frames; ++i) {
    host_.begin_frame(width_, height_, seconds);
    draw_();
    host_.end_frame();
  }
}

bool Headless::has(std::string_view id) const { return ui::find_widget(id).has_value(); }

Rect Headless::rect(std::string_view id) const {
  const std::optional<Rect> found = ui::find_widget(id);
  REQUIRE_MESSAGE(found.has_value(), "no widget ", std::string(id));
  return *found;
}

Point Headless::center(std::string_view id) const {
  const Rect r = rect(id);
  return {r.x + r.width / 2, r.y + r.height / 2};
}

void Headless::move(Point position) {
  host_.input().mouse_move(position);
  step();
}

void Headless::hover(std::string_view id, double rest_seconds) {
  move(center(id));
  step(2);
  if (rest_seconds > 0) step(2, rest_seconds);
}

void Headless::press_button(bool down, int button) {
  host_.input().mouse_button(button, down);
  step();
}

void Headless::click_at(Point position, int button) {
  move(position);
  step();
  press_button(true, button);
  press_button(false, button);
  step(2);
}

void Headless::click(std::string_view id, int button) {
  click_at(center(id), button);
  step(1, 0.5);  // the next click is not the second of a double click
}

void Headless::double_click(std::string_view id) {
  const Point at = center(id);
  click_at(at);
  click_at(at);
  step(1, 0.5);
}

void Headless::drag(std::string_view id, float dx, float dy, int moves) {
  const Point from = center(id);
  move(from);
  step();
  press_button(true);
  for (int i = 1; i <= moves; ++i) {
    const float t = static_cast<float>(i) / static_cast<float>(moves);
    move({from.x + dx * t, from.y + dy * t});
  }
  press_button(false);
  step(2);
}

void Headless::wheel(std::string_view id, float amount) {
  move(center(id));
  step();
  host_.input().wheel(0, amount);
  step(3);
}

void Headless::hold(ui::Key key, bool down) {
  host_.input().key(key, down);
  step();
}

void Headless::key(ui::Key key, ui::Modifiers modifiers) {
  if (modifiers.ctrl) hold(ui::Key::Ctrl, true);
  if (modifiers.shift) hold(ui::Key::Shift, true);
  if (modifiers.alt) hold(ui::Key::Alt, true);
  hold(key, true);
  hold(key, false);
  if (modifiers.alt) hold(ui::Key::Alt, false);
  if (modifiers.shift) hold(ui::Key::Shift, false);
  if (modifiers.ctrl) hold(ui::Key::Ctrl, false);
  step();
}

void Headless::type(std::string_view text) {
  for (const char c : text) {
    host_.input().character(static_cast<char32_t>(static_cast<unsigned char>(c)));
    step();
  }
}

void Headless::enter(std::string_view id, std::string_view text) {
  click(id);
  step(2);
  key(ui::Key::A, {.ctrl = true});
  key(ui::Key::Delete);
  type(text);
  key(ui::Key::Enter);
  step(2);
}

void Headless::choose(std::string_view id, int option) {
  click(id);
  const std::string entry = std::string(id) + "/" + std::to_string(option);
  step(2);
  click(entry);
}

void Headless::reveal(std::string_view id, std::string_view panel) {
  for (int i = 0; i < 200 && !has(id); ++i) wheel(panel, -1);
  REQUIRE_MESSAGE(has(id), "no widget ", std::string(id), " in ", std::string(panel));
}

}  // namespace bitloupe::test
