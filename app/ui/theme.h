// The look: colours with fixed meanings, sizes, fonts. One language everywhere (house.md, "Look").
#pragma once

#include "app/plot/canvas.h"

struct ImFont;

namespace bitloupe {

// Okabe-Ito for meanings; greys for the frame. Fixed per appearance (dark, light).
struct Palette {
  Color window, panel, card, border, header;             // surfaces, dark to light (dark appearance)
  Color text, text_dim, text_faint;                      // 7:1, 4.5:1 on panel; decoration only
  Color accent, selection;                               // links and focus; selected row
  Color original, quantized, rounding, clipping, total;  // #56b4e9 #e69f00 #009e73 #d55e00 #f0e442
  Color handle, handle_text;                             // clip handles
  Color error_text;
};

struct Fonts {
  ImFont* sans = nullptr;
  ImFont* sans_bold = nullptr;
  ImFont* mono = nullptr;
  ImFont* small = nullptr;  // sans, smaller: axis names, captions
  ImFont* mono_small = nullptr;
};

struct Theme {
  Palette palette;
  Fonts fonts;
  float scale = 1;  // logical pixel to framebuffer pixel: monitor scale times the user's zoom
  float px(float logical) const { return logical * scale; }
};

// The theme of the current frame; set by ui::begin_frame.
const Theme& theme();

Palette dark_palette();
Palette light_palette();

}  // namespace bitloupe
