// Numbers and quantities as text for people: three to four significant digits, units always; and text that
// Dear ImGui cannot shape (a hat, a subscript).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

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

}  // namespace bitloupe::ui
