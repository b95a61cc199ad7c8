#include "app/ui/theme.h"

#include <algorithm>
#include <cmath>

#include "app/ui/state.h"

namespace bitloupe {
namespace {

// 0xRRGGBB as written in style sheets, to opaque 0xAABBGGRR.
constexpr Color rgb(std::uint32_t hex) {
  return 0xFF000000u | (hex & 0xFF) << 16 | (hex & 0xFF00) | (hex >> 16 & 0xFF);
}

}  // namespace

const Theme& theme() { return ui::state().theme; }

double luminance(Color color) {
  const auto linear = [&](int shift) {
    const double c = (color >> shift & 0xFF) / 255.0;
    return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * linear(0) + 0.7152 * linear(8) + 0.0722 * linear(16);
}

double contrast(Color a, Color b) {
  const double x = luminance(a), y = luminance(b);
  return (std::max(x, y) + 0.05) / (std::min(x, y) + 0.05);
}

Color legible(Color meaning) { return legible(meaning, theme()); }

Color legible(Color meaning, const Theme& theme) {
  if (theme.dark) return meaning;
  // Steps of 5 %: the hue stays, the meaning can still be recognised.
  for (std::uint32_t percent = 100; percent > 0; percent -= 5) {
    Color darker = meaning & 0xFF000000u;
    for (const int shift : {0, 8, 16}) darker |= (meaning >> shift & 0xFF) * percent / 100 << shift;
    if (contrast(darker, theme.palette.panel) >= 4.5) return darker;
  }
  return theme.palette.text;
}

Palette dark_palette() {
  Palette p{};
  p.window = rgb(0x14161a);
  p.panel = p.card = rgb(0x1b1e24);
  p.border = rgb(0x2b303a);
  p.header = rgb(0x22262e);
  p.track = rgb(0x2e333d);
  p.cell_gap = rgb(0x1a1c20);
  p.text = rgb(0xe6e8ec);
  p.text_dim = rgb(0x8b93a1);
  p.text_faint = rgb(0x5c6370);
  p.accent = rgb(0x56b4e9);
  p.selection = rgb(0x29404f);
  p.original = rgb(0x56b4e9);
  p.quantized = rgb(0xe69f00);
  p.rounding = rgb(0x009e73);
  p.clipping = rgb(0xd55e00);
  p.total = rgb(0xf0e442);
  p.handle = rgb(0xffffff);
  p.handle_text = rgb(0x14161a);
  p.error_text = rgb(0xff8a70);
  return p;
}

Palette light_palette() {
  Palette p = dark_palette();
  p.window = rgb(0xe9ebef);
  p.panel = p.card = rgb(0xf8f9fb);
  p.border = rgb(0xcdd2da);
  p.header = rgb(0xeceef2);
  p.track = rgb(0xd6dae1);
  p.cell_gap = rgb(0xf4f5f7);
  p.text = rgb(0x1b1e24);
  p.text_dim = rgb(0x59616e);
  p.text_faint = rgb(0xa0a7b2);
  p.accent = rgb(0x0b6aa8);
  p.selection = rgb(0xcfe4f3);
  p.total = rgb(0xa89c00);  // the yellow of the dark look vanishes on white
  p.handle = rgb(0x1b1e24);
  p.handle_text = rgb(0xffffff);
  p.error_text = rgb(0xb3261e);
  return p;
}

// Surfaces are black and told apart by their borders; nothing that is read is fainter than 7:1.
Palette high_contrast_palette() {
  Palette p = dark_palette();
  p.window = p.panel = p.card = rgb(0x000000);
  p.border = rgb(0x9aa3b2);
  p.header = rgb(0x101216);
  p.track = rgb(0x3a404c);
  p.cell_gap = rgb(0x000000);
  p.text = rgb(0xffffff);
  p.text_dim = rgb(0xdadee6);
  p.text_faint = rgb(0xa9b0bd);
  p.accent = rgb(0x7cc9ff);
  p.selection = rgb(0x123f63);
  p.rounding = rgb(0x1fd1a0);
  p.clipping = rgb(0xff7a2e);
  p.handle_text = rgb(0x000000);
  p.error_text = rgb(0xff9d87);
  return p;
}

}  // namespace bitloupe
