// Host: one Dear ImGui context with fonts, style, input queue and registry. The window, the off-screen
// renderer and the tests each own one; it knows nothing of OpenGL or GLFW.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "app/ui/input.h"
#include "app/ui/theme.h"

struct ImGuiContext;

namespace bitloupe::ui {

struct State;

enum class Appearance { Dark, Light, HighContrast };

// Sets the palette, and whether it is a dark one.
void apply(Theme& theme, Appearance appearance);

class Host {
 public:
  // With `only`, text of other characters cannot be shown (load_fonts).
  explicit Host(float scale = 1, Appearance appearance = Appearance::Dark, std::string_view only = {});
  ~Host();
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  Input& input();
  float scale() const;
  const Palette& palette() const;
  // Between frames only. True when the fonts were rebuilt: their texture has to be uploaded again.
  bool set_scale(float scale);
  void set_appearance(Appearance appearance);  // between frames only

  // The frame: input is handed over, ImGui::NewFrame, an empty registry, theme() is valid from here on.
  void begin_frame(int width, int height, double seconds_since_last);
  void end_frame();  // ImGui::Render

  // In how many seconds another frame is due although no event came (a tooltip, the text cursor, queued
  // input).
  std::optional<double> next_frame_in() const;

 private:
  ImGuiContext* context_;
  std::unique_ptr<State> state_;
  Appearance appearance_ = Appearance::Dark;
  std::string only_;
};

}  // namespace bitloupe::ui
