// Numbers and quantities as text for people: three to four significant digits, units always; and text that
// Dear ImGui cannot shape (a hat, a subscript).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/plot/canvas.h"

namespace bitloupe::ui {

std::string number(double value, int significant = 4);         // "0.2405", "1.04e-04", "-inf", "nan"
std::string signed_number(double value, int significant = 4);  // "+0.1374"
std::string decibels(std::optional<double> db);                // "15.93 dB", "exact", "undefined"
std::string percent(double fraction);                          // "0.48 %"
std::string bytes(std::uint64_t bytes);                        // "24.8 KB" (1000 bytes)
std::string count(std::uint64_t count);                        // "49,536"
std::string milliseconds(double ms);

// "x" with a hat drawn over it by strokes, at the size and colour of `style`; returns its width.
float hatted(Canvas& canvas, Point top_left, char letter, const TextStyle& style);

// A line in which a letter followed by '^' (and then no digit, letter or parenthesis) is drawn hatted, as
// core's formulas write it: "x^ = s * q". Returns its width.
float rich_text(Canvas& canvas, Point top_left, std::string_view text, const TextStyle& style);
float rich_width(const Canvas& canvas, std::string_view text, const TextStyle& style);

// The text shortened with an ellipsis until it is at most `width` wide; unchanged where it fits.
std::string elide_end(const Canvas& canvas, std::string_view text, const TextStyle& style, float width);
std::string elide_middle(const Canvas& canvas, std::string_view text, const TextStyle& style, float width);
// The text in lines of at most `width`, broken at spaces, inside a word only where it must be.
std::vector<std::string> wrap(const Canvas& canvas, std::string_view text, const TextStyle& style,
                              float width);

}  // namespace bitloupe::ui
