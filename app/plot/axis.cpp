#include "app/plot/axis.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <span>

namespace bitloupe {
namespace {

// Below this share of the range's magnitude neighbouring pixels would be the same double.
constexpr double kNarrowest = 1e-12;

bool drawable(double lo, double hi) {
  // Outside of 1e-300 ... 1e300 the powers of ten below would underflow or overflow.
  return std::isfinite(lo) && std::isfinite(hi) && hi - lo > 1e-300 && hi - lo < 1e300 &&
         hi - lo > kNarrowest * std::max(std::abs(lo), std::abs(hi));
}

double round_step(double least) {
  const double power = std::pow(10.0, std::floor(std::log10(least)));
  for (const double multiple : {1.0, 2.0, 5.0})
    if (multiple * power >= least * (1 - 1e-9)) return multiple * power;
  return 10 * power;
}

std::string tick_label(double value, double step, double magnitude) {
  if (std::abs(value) < step / 2) return "0";
  const int step_exponent = static_cast<int>(std::floor(std::log10(step) + 1e-9));
  char text[64];
  if (magnitude >= 1e6 || magnitude < 1e-3) {
    const int exponent = static_cast<int>(std::floor(std::log10(std::abs(value)) + 1e-9));
    const int digits = std::clamp(exponent - step_exponent, 0, 15);
    const double mantissa = value / std::pow(10.0, exponent);
    std::snprintf(text, sizeof text, "%.*fe%d", digits, mantissa, exponent);
  } else {
    std::snprintf(text, sizeof text, "%.*f", std::clamp(-step_exponent, 0, 15), value);
  }
  return text;
}

bool labels_apart(const Canvas& canvas, const Axis& axis, const std::vector<Tick>& row,
                  const TextStyle& style, float gap) {
  for (std::size_t i = 1; i < row.size(); ++i) {
    const float distance = std::abs(axis.pixel(row[i].value) - axis.pixel(row[i - 1].value));
    const float half =
        (canvas.measure(row[i].label, style).x + canvas.measure(row[i - 1].label, style).x) / 2;
    if (distance < half + gap) return false;
  }
  return true;
}

// A tick of a logarithmic axis has the digits of its own power of ten.
std::string log_label(int digit, int power) {
  char text[64];
  if (power < -3 || power > 5)
    std::snprintf(text, sizeof text, "%de%d", digit, power);
  else
    std::snprintf(text, sizeof text, "%.*f", std::max(-power, 0), digit * std::pow(10.0, power));
  return text;
}

bool has_logarithms(const Axis& axis) { return axis.logarithmic && axis.lo > 0 && axis.hi > axis.lo; }

}  // namespace

float Axis::pixel(double value) const {
  if (!(hi > lo)) return start;
  if (has_logarithms(*this))
    return start +
           (value > 0 ? static_cast<float>(std::log(value / lo) / std::log(hi / lo)) : -1.0f) * length;
  return start + static_cast<float>((value - lo) / (hi - lo) * static_cast<double>(length));
}

double Axis::value(float pixel) const {
  if (length == 0) return lo;
  if (has_logarithms(*this))
    return lo * std::exp(static_cast<double>((pixel - start) / length) * std::log(hi / lo));
  return lo + static_cast<double>((pixel - start) / length) * (hi - lo);
}

double Axis::per_pixel() const { return length == 0 ? 0 : (hi - lo) / std::abs(static_cast<double>(length)); }

std::vector<Tick> ticks(double lo, double hi, int most) {
  std::vector<Tick> row;
  if (most < 1 || !drawable(lo, hi)) return row;
  for (double step = round_step((hi - lo) / most);; step = round_step(step * 1.5)) {
    const double first = std::ceil(lo / step - 1e-9), last = std::floor(hi / step + 1e-9);
    if (last - first + 1 > most) continue;
    const double magnitude = std::max(std::abs(lo), std::abs(hi));
    for (double i = first; i <= last; ++i) row.push_back({i * step, tick_label(i * step, step, magnitude)});
    return row;
  }
}

std::vector<Tick> log_ticks(double lo, double hi, int most) {
  if (most < 1 || !(lo > 1e-300) || !(hi < 1e300) || !(hi > lo)) return {};
  const int first = static_cast<int>(std::floor(std::log10(lo)));
  const int last = static_cast<int>(std::ceil(std::log10(hi)));
  const auto row_of = [&](std::span<const int> digits, int every) {
    std::vector<Tick> row;
    for (int power = first; power <= last; ++power)
      for (const int digit : digits) {
        const double value = digit * std::pow(10.0, power);
        if (power % every == 0 && value >= lo * (1 - 1e-9) && value <= hi * (1 + 1e-9))
          row.push_back({value, log_label(digit, power)});
      }
    return row;
  };
  static constexpr int kAll[] = {1, 2, 3, 4, 5, 6, 7, 8, 9}, kFive[] = {1, 2, 3, 5, 7}, kThree[] = {1, 2, 5},
                       kTwo[] = {1, 3}, kOne[] = {1};
  if (row_of(kAll, 1).size() < 3) return ticks(lo, hi, most);
  const auto fits = [&](const std::vector<Tick>& row) {
    return row.size() <= static_cast<std::size_t>(most);
  };
  for (const std::span<const int> digits : {std::span<const int>(kAll), std::span<const int>(kFive),
                                            std::span<const int>(kThree), std::span<const int>(kTwo)})
    if (std::vector<Tick> row = row_of(digits, 1); fits(row)) return row;
  for (int every = 1;; ++every)
    if (std::vector<Tick> row = row_of(kOne, every); fits(row)) return row;
}

std::vector<Tick> fitting_ticks(const Canvas& canvas, const Axis& axis, const TextStyle& style, float gap) {
  const float narrowest = canvas.measure("0.0", style).x + gap;
  int most = std::clamp(static_cast<int>(std::abs(axis.length) / std::max(narrowest, 1.0f)), 1, 20);
  for (;; --most) {
    std::vector<Tick> row =
        has_logarithms(axis) ? log_ticks(axis.lo, axis.hi, most) : ticks(axis.lo, axis.hi, most);
    if (most == 1 || labels_apart(canvas, axis, row, style, gap)) return row;
  }
}

void draw_tick_labels(Canvas& canvas, const Axis& axis, float top, const TextStyle& style) {
  const float gap = style.size;
  for (const Tick& tick : fitting_ticks(canvas, axis, style, gap)) {
    const float width = canvas.measure(tick.label, style).x;
    const float x = axis.pixel(tick.value) - width / 2;
    if (x < axis.start - gap / 2 || x + width > axis.start + axis.length + gap / 2) continue;
    canvas.text({x, top}, tick.label, style);
  }
}

ValueRange zoomed(const Axis& axis, float pixel, double factor) {
  const double fixed = axis.value(pixel);
  if (has_logarithms(axis)) {
    const ValueRange range{fixed * std::pow(axis.lo / fixed, factor),
                           fixed * std::pow(axis.hi / fixed, factor)};
    const bool drawn = range.lo > 1e-300 && range.hi < 1e38 && range.hi > range.lo * (1 + 1e-9);
    return drawn ? range : ValueRange{axis.lo, axis.hi};
  }
  const ValueRange range{fixed - (fixed - axis.lo) * factor, fixed + (axis.hi - fixed) * factor};
  // 1e6 pixels' worth of digits remain at the narrowest; 1e30 keeps products far from infinity.
  const bool too_narrow = range.hi - range.lo < 1e-9 * std::max(std::abs(range.lo), std::abs(range.hi));
  const bool too_wide = !(range.hi - range.lo < 1e38);
  return too_narrow || too_wide ? ValueRange{axis.lo, axis.hi} : range;
}

ValueRange panned(const Axis& axis, float pixels) {
  if (has_logarithms(axis) && axis.length != 0) {
    const double factor = std::pow(axis.hi / axis.lo, static_cast<double>(-pixels / axis.length));
    const ValueRange range{axis.lo * factor, axis.hi * factor};
    return range.lo > 1e-300 && range.hi < 1e38 ? range : ValueRange{axis.lo, axis.hi};
  }
  const double moved = axis.length == 0 ? 0 : static_cast<double>(pixels / axis.length) * (axis.hi - axis.lo);
  return {axis.lo - moved, axis.hi - moved};
}

}  // namespace bitloupe
