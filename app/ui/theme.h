// The look: colours with fixed meanings, sizes, fonts. One language everywhere (house.md, "Look").
#pragma once

#include "app/plot/canvas.h"

struct ImFont;

namespace bitloupe {

// Okabe-Ito for meanings; greys for the frame. Fixed per appearance (dark, light, high contrast).
struct Palette {
  Color window, panel, card, border, header;             // surfaces; header: title, tabs and control faces
  Color track;                                           // empty part of sliders and bars
  Color cell_gap;                                        // between the cells of a value grid
  Color text, text_dim, text_faint;                      // 7:1, 4.5:1 on panel; decoration only
  Color accent, selection;                               // links and focus; selected row
  Color original, quantized, rounding, clipping, total;  // #56b4e9 #e69f00 #009e73 #d55e00 #f0e442
  Color handle, handle_text;                             // clip handles
  Color error_text;
};

// Fonts of the frame, made for the sizes below.
struct Fonts {
  ImFont* sans = nullptr;
  ImFont* sans_bold = nullptr;
  ImFont* mono = nullptr;
  ImFont* small = nullptr;  // sans, smaller: axis names, captions
  ImFont* small_bold = nullptr;
  ImFont* mono_small = nullptr;
};

// Font sizes (em) at scale 1.
inline constexpr float kBodySize = 13, kSmallSize = 11, kMonoSize = 12, kMonoSmallSize = 11;
// Height of a row with a control, at scale 1.
inline constexpr float kRowHeight = 26;

struct Theme {
  Palette palette;
  bool dark = true;
  Fonts fonts;
  float scale = 1;  // logical pixel to framebuffer pixel: monitor scale times the user's zoom
  float px(float logical) const { return logical * scale; }
};

// The theme of the current frame; set by ui::Host::begin_frame.
const Theme& theme();

// WCAG 2: "relative luminance" in [0, 1] and "contrast ratio" in [1, 21].
double luminance(Color color);
double contrast(Color a, Color b);

// A colour with a meaning as text on a panel: darker where the light appearance would make it hard to read.
Color legible(Color meaning, const Theme& theme);
Color legible(Color meaning);  // by the current frame's theme

Palette dark_palette();
Palette light_palette();
Palette high_contrast_palette();

}  // namespace bitloupe
