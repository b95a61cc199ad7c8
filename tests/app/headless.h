// A window without a window: a Dear ImGui context with the program's fonts and input queue, stepped frame by
// frame, whose controls are found by the names under which they registered. Nothing here knows OpenGL.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "app/plot/grid_painter.h"
#include "app/ui/host.h"
#include "app/ui/registry.h"

namespace bitloupe::test {

// Keeps what a frame painted into value grids. Cleared by whoever draws the frame.
struct RecordingPainter final : GridPainter {
  std::vector<GridPane> panes;
  void draw(ImDrawList&, const GridPane& pane) override { panes.push_back(pane); }
  // One grey pixel, and the pane is kept.
  Result<Picture> picture(const GridPane& pane, float) override {
    pictures.push_back(pane);
    return Picture{1, 1, {128, 128, 128, 255}};
  }
  std::vector<GridPane> pictures;
};

class Headless {
 public:
  // `draw` is called once a frame, between NewFrame and Render.
  explicit Headless(std::function<void()> draw, int width = 1280, int height = 800, float scale = 1,
                    ui::Appearance appearance = ui::Appearance::Dark);

  ui::Host& host() { return host_; }
  void resize(int width, int height);
  void step(int frames = 1, double seconds = 1.0 / 60);

  // Of the last frame. rect() fails the test where the widget was not drawn.
  bool has(std::string_view id) const;
  Rect rect(std::string_view id) const;
  Point center(std::string_view id) const;

  void move(Point position);
  void hover(std::string_view id, double rest_seconds = 0);
  void click(std::string_view id, int button = 0);
  void click_at(Point position, int button = 0);
  void double_click(std::string_view id);
  // Presses in the middle of the widget, moves in `moves` steps, releases.
  void drag(std::string_view id, float dx, float dy, int moves = 8);
  void press_button(bool down, int button = 0);
  void wheel(std::string_view id, float amount);
  void key(ui::Key key, ui::Modifiers modifiers = {});
  void hold(ui::Key key, bool down);  // for modifiers during a drag
  void type(std::string_view text);
  // Clicks a number or text control, replaces what it holds and presses Enter.
  void enter(std::string_view id, std::string_view text);
  // Opens a combo box and picks its n-th option.
  void choose(std::string_view id, int option);
  // Turns the wheel over `panel` until the widget is in sight.
  void reveal(std::string_view id, std::string_view panel);

 private:
  std::function<void()> draw_;
  int width_, height_;
  ui::Host host_;
};

}  // namespace bitloupe::test
