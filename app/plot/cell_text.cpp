#include "app/plot/cell_text.h"

#include <cmath>
#include <cstdio>

#include "app/ui/text.h"

namespace bitloupe {
namespace {

std::string fixed_text(double value, int decimals) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}

// "-0.14" as "-.14": in a cell every character counts.
std::string without_zero(std::string text) {
  const std::size_t zero = text.find("0.");
  if (zero == 0 || (zero == 1 && text[0] == '-')) text.erase(zero, 1);
  return text;
}

}  // namespace

std::string fitted_number(const Canvas& canvas, double value, const TextStyle& style, float room) {
  const auto fits = [&](const std::string& text) { return canvas.measure(text, style).x <= room; };
  for (int digits = 4; digits > 1; --digits) {
    const std::string text = ui::number(value, digits);
    if (fits(text)) return text;
    if (fits(without_zero(text))) return without_zero(text);
  }
  for (int decimals = std::abs(value) < 1e6 ? 3 : -1; decimals >= 0; --decimals)
    if (const std::string text = without_zero(fixed_text(value, decimals)); fits(text)) return text;
  return "";
}

std::string fitted_code(const Canvas& canvas, double value, const TextStyle& style, float room) {
  std::string text = fixed_text(value, 0);
  return canvas.measure(text, style).x <= room ? text : "";
}

}  // namespace bitloupe
