#include "app/panels/bit_boxes.h"

#include <algorithm>
#include <cmath>
#include <string_view>

namespace bitloupe {
namespace {

constexpr std::size_t kBitsPerLine = 16;

// Dark shades of the fixed colours, so that the digit stays the brightest thing.
Color field_color(BitField field, const Palette& palette) {
  const auto shaded = [&](Color color) {
    Color mixed = 0xFF000000u;
    for (int shift = 0; shift < 24; shift += 8) {
      const Color over = (color >> shift) & 0xFF, under = (palette.card >> shift) & 0xFF;
      mixed |= ((over * 2 + under * 3) / 5) << shift;
    }
    return mixed;
  };
  switch (field) {
    case BitField::Sign:
      return shaded(palette.clipping);
    case BitField::Exponent:
      return shaded(palette.rounding);
    case BitField::Fraction:
      return shaded(palette.quantized);
    case BitField::Mantissa:
    case BitField::Integer:
    case BitField::Index:
      break;
  }
  return shaded(palette.original);
}

std::string_view field_name(BitField field, const NumberFormat& format) {
  switch (field) {
    case BitField::Sign:
      return "sign";
    case BitField::Exponent:
      return "exponent";
    case BitField::Mantissa:
      return "mantissa";
    case BitField::Fraction:
      return "fraction";
    case BitField::Index:
      return "index";
    case BitField::Integer:
      break;
  }
  return format.family == Family::Fixed ? "integer" : "magnitude bits";
}

struct Run {
  std::size_t first, count;
};

// The field's name under its boxes; the shorter name or none where there is no room.
void draw_caption(Canvas& canvas, std::string_view name, float left, float width, float top,
                  const Theme& theme) {
  const TextStyle style{TextFace::Sans, theme.px(kSmallSize), theme.palette.text_dim};
  const float room = width + theme.px(2);
  for (const std::string_view text :
       {name, name.substr(0, name.find(' ')), name.substr(0, 3), name.substr(0, 1)}) {
    const float needed = canvas.measure(text, style).x;
    if (needed > room) continue;
    canvas.text({left + (width - needed) / 2, top}, text, style);
    return;
  }
}

void draw_line(Canvas& canvas, Rect line, const NumberFormat& format, Code code,
               const std::vector<BitField>& fields, Run bits, const Theme& theme) {
  const auto count = static_cast<float>(bits.count);
  const float gap = theme.px(bits.count > 10 ? 2 : 4);
  const float side = std::floor(std::min(theme.px(22), (line.width - gap * (count - 1)) / count));
  const float height = std::max(side, theme.px(20));
  float x = line.right() - count * side - (count - 1) * gap;
  const TextStyle digit{TextFace::Mono, theme.px(kMonoSize), theme.palette.text};
  std::size_t begin = bits.first;
  float begin_x = x;
  for (std::size_t i = bits.first; i < bits.first + bits.count; ++i) {
    const bool one = code >> (fields.size() - 1 - i) & 1;
    canvas.fill({x, line.y, side, height}, field_color(fields[i], theme.palette), theme.px(3));
    const std::string_view text = one ? "1" : "0";
    const Point size = canvas.measure(text, digit);
    canvas.text({x + (side - size.x) / 2, line.y + (height - size.y) / 2}, text, digit);
    x += side + gap;
    if (i + 1 < bits.first + bits.count && fields[i + 1] == fields[begin]) continue;
    draw_caption(canvas, field_name(fields[begin], format), begin_x, x - gap - begin_x,
                 line.y + height + theme.px(3), theme);
    begin = i + 1;
    begin_x = x;
  }
}

}  // namespace

float draw_bit_boxes(Canvas& canvas, Rect area, const NumberFormat& format, Code code, const Theme& theme) {
  const std::vector<BitField> fields = bit_fields(format);
  const float pitch = theme.px(44);
  float y = area.y;
  for (std::size_t first = 0; first < fields.size(); first += kBitsPerLine, y += pitch)
    draw_line(canvas, {area.x, y, area.width, pitch}, format, code, fields,
              {first, std::min(kBitsPerLine, fields.size() - first)}, theme);
  return y - area.y;
}

}  // namespace bitloupe
