#include "core/probe_fitted.h"

#include <cmath>
#include <span>
#include <string>

#include "core/probe_words.h"

namespace bitloupe {
namespace {

// A value takes another level than 0 from the divisor on: the threshold is shown as the float32 below it.
double threshold_of(const GroupScale& scale) {
  return static_cast<double>(std::nextafter(scale.divisor(), 0.0f));
}

// Of the whole tensor, as its fitted table has it.
FormulaLine tensor_line(const NumberFormat& format) {
  const std::span<const double> cuts = format.table.cuts();
  const std::string threshold = cuts.empty() ? "" : ", t = " + number(-cuts.front());
  const std::string a = "a = " + number(max_finite(format));
  if (format.fit == Fit::MeanMagnitude) return {"a = mean |x|", a};
  if (format.fit == Fit::LeastError) return {"a = mean of |x| > t, t: least squared error", a + threshold};
  return {"a = mean of |x| > t, t = 0.7 mean |x|", a + threshold};
}

}  // namespace

FormulaLine fitted_magnitude_line(const QuantSpec& spec, const Quantizer& quantizer, const Explanation& e) {
  if (!fits_groups(spec)) return tensor_line(quantizer.format);
  const std::string a = "a = " + number(static_cast<double>(e.scale.scale));
  if (e.range.lo == 0 && e.range.hi == 0) return {a, "no value but 0 in this group"};
  const std::string type(scale_type_name(spec.scale_type));
  const std::string open = type.empty() ? "" : type + "(", close = type.empty() ? "" : ")";
  const Fit fit = quantizer.format.fit;
  if (fit == Fit::MeanMagnitude) return {"a = " + open + "mean |x| of the group" + close, a};
  return {"a = " + open + "mean of the group's |x| > t" + close +
              (fit == Fit::LeastError ? ", t: least squared error" : ", t = 0.7 mean |x|"),
          a + ", t = " + number(threshold_of(e.scale))};
}

FormulaLine fitted_level_line(const Quantizer& quantizer, const Explanation& e) {
  const double value = decode(quantizer.format, e.quantized.code);
  if (quantizer.format.fit == Fit::MeanMagnitude)
    return {"grid[q] = sign(x), sign(0) = 1", "= " + number(value)};
  return {"grid[q] = sign(x) where |x| > t, else 0",
          "= " + number(value) + ", |x| = " + number(std::fabs(static_cast<double>(e.original))) +
              (value == 0 ? " <= " : " > ") + number(threshold_of(e.scale))};
}

}  // namespace bitloupe
