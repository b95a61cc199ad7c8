#include "app/panels/block_bits.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace bitloupe {
namespace {

constexpr std::size_t kSmallBlock = 40;  // bytes that fit with digits, two a row
constexpr float kMostPitch = 15;         // logical pixels from box to box

TextStyle mono_small(Color color, const Theme& theme) {
  return {TextFace::Mono, theme.px(kMonoSmallSize), color};
}

std::string hex_byte(std::byte byte) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const auto value = std::to_integer<unsigned>(byte);
  return {kDigits[value >> 4], kDigits[value & 15]};
}

bool is_shared(const BlockView& view, const BitUse& use, std::size_t marked) {
  if (use.part == BlockPart::Code || use.part == BlockPart::Unused) return false;
  return std::any_of(view.numbers.begin(), view.numbers.end(), [&](const BlockEntry& number) {
    return number.bits > 0 && number.part == use.part && number.index == use.index &&
           shares(view, number, view.elements[marked]);
  });
}

// Hex of a row left of its boxes; bytes that hold the marked element's code stand out.
void draw_hex(Canvas& canvas, const BitGrid& grid, const BlockView& view, std::size_t row, std::size_t marked,
              const Theme& theme) {
  const float y = grid.origin.y + static_cast<float>(row) * grid.row_height;
  const float letter = canvas.measure("0", mono_small(0, theme)).x;
  const float height = canvas.measure("0", mono_small(0, theme)).y;
  for (std::size_t i = 0; i < grid.bytes_per_row; ++i) {
    const std::size_t byte = row * grid.bytes_per_row + i;
    if (byte >= grid.bytes) return;
    bool own = false;
    for (std::size_t bit = 8 * byte; bit < 8 * byte + 8; ++bit)
      own |= view.bits[bit].part == BlockPart::Code && view.bits[bit].index == marked;
    const float x = grid.origin.x + letter * (static_cast<float>(i) * 2.5f);
    canvas.text({x, y + (grid.row_height - height) / 2}, hex_byte(view.bytes[byte]),
                mono_small(own ? theme.palette.text : theme.palette.text_dim, theme));
  }
}

void draw_box(Canvas& canvas, const BitGrid& grid, const BlockView& view, std::size_t bit, std::size_t marked,
              const Theme& theme) {
  const BitUse& use = view.bits[bit];
  const Palette& palette = theme.palette;
  const bool one = std::to_integer<unsigned>(view.bytes[bit / 8]) >> (bit % 8) & 1u;
  const Rect box = grid.box(bit);
  // Neighbouring values differ a little, so that each code is seen as one.
  const float odd = use.part == BlockPart::Code && use.index % 2 == 1 ? 0.1f : 0;
  const Color color =
      shaded(part_color(use.part, palette), palette.card, one ? 0.72f - 2 * odd : 0.24f - odd);
  canvas.fill(box, color, theme.px(grid.digits ? 2 : 1));
  if (grid.digits) {
    const std::string_view text = one ? "1" : "0";
    const TextStyle style = mono_small(one ? palette.text : palette.text_dim, theme);
    const Point size = canvas.measure(text, style);
    canvas.text({box.x + (box.width - size.x) / 2, box.y + (box.height - size.y) / 2}, text, style);
  }
  if (use.part == BlockPart::Code && use.index == marked)
    canvas.stroke(box, palette.handle, theme.px(1.4f), theme.px(1));
  else if (is_shared(view, use, marked))
    canvas.fill({box.x, box.bottom(), box.width, std::max(1.0f, theme.px(1.4f))}, palette.handle);
}

}  // namespace

Color shaded(Color color, Color under, float share) {
  Color mixed = 0xFF000000u;
  for (int shift = 0; shift < 24; shift += 8) {
    const auto over = static_cast<float>((color >> shift) & 0xFF),
               below = static_cast<float>((under >> shift) & 0xFF);
    mixed |= static_cast<Color>(std::lround(over * share + below * (1 - share))) << shift;
  }
  return mixed;
}

Color part_color(BlockPart part, const Palette& palette) {
  switch (part) {
    case BlockPart::BlockScale:
      return palette.quantized;
    case BlockPart::GroupScale:
      return palette.total;
    case BlockPart::BlockMinimum:
      return palette.rounding;
    case BlockPart::GroupMinimum:
      return shaded(palette.rounding, palette.text, 0.55f);
    case BlockPart::Code:
      return palette.original;
    case BlockPart::Sum:
    case BlockPart::Unused:
      break;
  }
  return palette.text_faint;
}

Rect BitGrid::box(std::size_t bit) const {
  const std::size_t byte = bit / 8, in_row = byte % bytes_per_row;
  const auto from_left = static_cast<float>(8 * in_row + 7 - bit % 8);
  const float x = origin.x + hex_width + from_left * pitch + static_cast<float>(in_row) * byte_gap;
  const float y = origin.y + static_cast<float>(byte / bytes_per_row) * row_height;
  const float gap = digits ? 2.0f : 1.0f;
  return {x, y, pitch - gap, row_height - 2 * gap};
}

std::optional<std::size_t> BitGrid::bit_at(Point point) const {
  const float y = point.y - origin.y, x = point.x - origin.x - hex_width;
  if (y < 0 || x < 0) return std::nullopt;
  const float per_byte = 8 * pitch + byte_gap;
  const auto row = static_cast<std::size_t>(y / row_height), in_row = static_cast<std::size_t>(x / per_byte);
  const std::size_t byte = row * bytes_per_row + in_row;
  const float inside = x - static_cast<float>(in_row) * per_byte;
  if (in_row >= bytes_per_row || byte >= bytes || inside >= 8 * pitch) return std::nullopt;
  return 8 * byte + 7 - std::min<std::size_t>(static_cast<std::size_t>(inside / pitch), 7);
}

BitGrid bit_grid(const Canvas& canvas, const BlockView& view, Point origin, float width, const Theme& theme) {
  BitGrid grid;
  grid.origin = origin;
  grid.bytes = view.bytes.size();
  grid.digits = grid.bytes <= kSmallBlock;
  grid.bytes_per_row = grid.digits ? 2 : 4;
  const auto bytes = static_cast<float>(grid.bytes_per_row);
  const float letter = canvas.measure("0", mono_small(0, theme)).x;
  grid.hex_width = std::round(letter * (2.5f * bytes - 0.5f) + theme.px(10));
  grid.byte_gap = theme.px(grid.digits ? 6 : 4);
  const float room = width - grid.hex_width - (bytes - 1) * grid.byte_gap;
  grid.pitch = std::min(room / (8 * bytes), theme.px(kMostPitch));
  grid.row_height = std::round(theme.px(grid.digits ? 18 : 14));
  return grid;
}

void draw_bit_grid(Canvas& canvas, const BitGrid& grid, const BlockView& view, std::size_t marked, float top,
                   float bottom, const Theme& theme) {
  for (std::size_t row = 0; row < grid.rows(); ++row) {
    const float y = grid.origin.y + static_cast<float>(row) * grid.row_height;
    if (y + grid.row_height < top || y > bottom) continue;
    draw_hex(canvas, grid, view, row, marked, theme);
    const std::size_t first = 8 * row * grid.bytes_per_row;
    const std::size_t end = std::min(first + 8 * grid.bytes_per_row, view.bits.size());
    for (std::size_t bit = first; bit < end; ++bit) draw_box(canvas, grid, view, bit, marked, theme);
  }
}

}  // namespace bitloupe
