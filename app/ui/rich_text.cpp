// Lines of text on a canvas: hats, ellipses and line breaks, none of which Dear ImGui shapes.
#include <algorithm>
#include <cctype>

#include "app/ui/text.h"

namespace bitloupe::ui {
namespace {

constexpr std::string_view kEllipsis = "\u2026";

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_word(char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '(' || c == '-'; }

// "x^" that marks a hat, not a power such as x^2 or (-1)^(s).
bool is_hatted(std::string_view text, std::size_t at) {
  if (at + 1 >= text.size() || !is_letter(text[at]) || text[at + 1] != '^') return false;
  if (at > 0 && is_letter(text[at - 1])) return false;
  return at + 2 == text.size() || !is_word(text[at + 2]);
}

// Calls plain(text) and hat(letter) for the pieces of a line, in order.
template <class Plain, class Hat>
void split(std::string_view text, Plain plain, Hat hat) {
  std::size_t start = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!is_hatted(text, i)) continue;
    if (i > start) plain(text.substr(start, i - start));
    hat(text[i]);
    start = i + 2;
    ++i;
  }
  if (start < text.size()) plain(text.substr(start));
}

// The next or previous start of a UTF-8 character.
std::size_t floor_boundary(std::string_view text, std::size_t at) {
  while (at > 0 && at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) --at;
  return at;
}
std::size_t ceil_boundary(std::string_view text, std::size_t at) {
  while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) ++at;
  return at;
}

// The longest prefix, in bytes, that is at most `width` wide.
std::size_t fitting_prefix(const Canvas& canvas, std::string_view text, const TextStyle& style, float width) {
  std::size_t fits = 0, breaks = text.size() + 1;
  while (fits + 1 < breaks) {
    const std::size_t middle = fits + (breaks - fits) / 2;
    const std::string_view prefix = text.substr(0, floor_boundary(text, middle));
    (rich_width(canvas, prefix, style) <= width ? fits : breaks) = middle;
  }
  return floor_boundary(text, fits);
}

}  // namespace

float hatted(Canvas& canvas, Point top_left, char letter, const TextStyle& style) {
  const std::string_view text(&letter, 1);
  const Point size = canvas.measure(text, style);
  canvas.text(top_left, text, style);
  // Lower-case letters begin at about 0.35 of the line's height, capitals and ascenders at 0.2.
  const bool low = std::islower(static_cast<unsigned char>(letter)) && letter != 'b' && letter != 'd' &&
                   letter != 'f' && letter != 'h' && letter != 'k' && letter != 'l';
  const float half = std::max(2.0f, style.size * 0.2f), rise = std::max(1.5f, style.size * 0.14f);
  const float x = top_left.x + size.x / 2, y = top_left.y + size.y * (low ? 0.28f : 0.12f);
  const Point roof[3] = {{x - half, y}, {x, y - rise}, {x + half, y}};
  canvas.polyline(roof, style.color, std::max(1.0f, style.size * 0.09f));
  return size.x;
}

float rich_text(Canvas& canvas, Point top_left, std::string_view text, const TextStyle& style) {
  float x = top_left.x;
  split(
      text,
      [&](std::string_view piece) {
        canvas.text({x, top_left.y}, piece, style);
        x += canvas.measure(piece, style).x;
      },
      [&](char letter) {
        x += hatted(canvas, {x, top_left.y}, letter, style);
      });
  return x - top_left.x;
}

float rich_width(const Canvas& canvas, std::string_view text, const TextStyle& style) {
  float width = 0;
  split(
      text, [&](std::string_view piece) { width += canvas.measure(piece, style).x; },
      [&](char letter) { width += canvas.measure(std::string_view(&letter, 1), style).x; });
  return width;
}

std::string elide_end(const Canvas& canvas, std::string_view text, const TextStyle& style, float width) {
  if (rich_width(canvas, text, style) <= width) return std::string(text);
  const float room = width - canvas.measure(kEllipsis, style).x;
  return std::string(text.substr(0, fitting_prefix(canvas, text, style, room))).append(kEllipsis);
}

std::string elide_middle(const Canvas& canvas, std::string_view text, const TextStyle& style, float width) {
  if (rich_width(canvas, text, style) <= width) return std::string(text);
  const float room = width - canvas.measure(kEllipsis, style).x;
  // The end of a tensor's name says more than its middle: both ends keep half of the room.
  const std::size_t head = fitting_prefix(canvas, text, style, room / 2);
  const float rest = room - rich_width(canvas, text.substr(0, head), style);
  std::size_t tail = head;
  while (tail < text.size() && rich_width(canvas, text.substr(tail), style) > rest)
    tail = ceil_boundary(text, tail + 1);
  return std::string(text.substr(0, head)).append(kEllipsis).append(text.substr(tail));
}

std::vector<std::string> wrap(const Canvas& canvas, std::string_view text, const TextStyle& style,
                              float width) {
  std::vector<std::string> lines;
  while (true) {
    const std::size_t newline = std::min(text.find('\n'), text.size());
    std::size_t end = fitting_prefix(canvas, text.substr(0, newline), style, width);
    std::size_t next = end;
    if (end < newline) {
      const std::size_t space = text.substr(0, end + 1).rfind(' ');
      if (space != std::string_view::npos && space > 0) end = next = space;
      if (end == 0) end = next = ceil_boundary(text, 1);  // not even one character fits: advance anyway
      while (next < newline && text[next] == ' ') ++next;
    } else if (end < text.size()) {
      ++next;  // the newline itself
    }
    lines.emplace_back(text.substr(0, end));
    if (next >= text.size()) return lines;
    text.remove_prefix(next);
  }
}

}  // namespace bitloupe::ui
