#include "core/probe_formula.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/probe_block_formula.h"
#include "core/probe_fitted.h"
#include "core/probe_words.h"

namespace bitloupe {
namespace {

// A formula and the same with numbers, before "s =" and "=" are put in front.
struct Term {
  std::string formula, numbers;
  double value = 0;
};

class Writer {
 public:
  Writer(const Snapshot& snapshot, const Explanation& explanation)
      : snapshot_(snapshot),
        spec_(snapshot.spec),
        quantizer_(*snapshot.quantizer),
        tensor_scale_(static_cast<double>(snapshot.scales->tensor_scale)),
        stored_(static_cast<double>(stored_scale(*snapshot.scales, explanation.group))),
        largest_(snapshot.extremes->largest),
        e_(explanation),
        x_(static_cast<double>(explanation.original)),
        s_(static_cast<double>(explanation.scale.scale)),
        z_(explanation.scale.zero_point),
        direct_(spec_.scheme == Scheme::Direct),
        grouped_(fits_groups(spec_)),
        q_min_(quantizer_.grid_min / (quantizer_.integer ? quantizer_.step : 1)),
        q_max_(quantizer_.grid_max / (quantizer_.integer ? quantizer_.step : 1)) {
    lo_ = static_cast<double>(e_.range.lo);
    hi_ = static_cast<double>(e_.range.hi);
    if (spec_.scheme == Scheme::Affine && spec_.include_zero) {
      lo_ = std::min(lo_, 0.0);
      hi_ = std::max(hi_, 0.0);
    }
  }

  std::vector<FormulaLine> lines() {
    if (quantizer_.blocks) {
      lines_ = block_formula_lines(snapshot_, e_);
      error();
      return std::move(lines_);
    }
    if (!direct_) scale();
    if (quantizer_.format.fit != Fit::None) lines_.push_back(fitted_magnitude_line(spec_, quantizer_, e_));
    if (spec_.scheme == Scheme::Affine) zero_point();
    if (spec_.scheme == Scheme::Symmetric && z_ != 0) symmetric_zero_point();
    if (!std::isfinite(x_))
      special();
    else if (quantizer_.integer)
      integer_code_line();
    else if (grouped_)
      group_code_lines();
    else
      float_code_lines();
    dequantized();
    error();
    return std::move(lines_);
  }

 private:
  void add(std::string formula, std::string numbers) {
    lines_.push_back({std::move(formula), std::move(numbers)});
  }

  bool fixed() const { return quantizer_.format.family == Family::Fixed; }
  // The end of the grid that symmetric scales are made for, by name.
  std::string grid_end() const { return quantizer_.integer && !fixed() ? "q_max" : "max|grid|"; }

  // The scale before it is rounded to its type: numerator over denominator.
  Term both_sides() const {
    const double above = quantizer_.grid_max - z_, below = z_ - quantizer_.grid_min;
    const auto distance = [this](const std::string& end) { return z_ == 0 ? end : "(" + end + " - z)"; };
    Term term;
    term.value = std::max({above > 0 ? hi_ / above : 0, below > 0 ? -lo_ / below : 0, 0.0});
    term.formula = "max(hi / " + distance(grid_end()) + ", lo / " +
                   distance(quantizer_.integer ? "q_min" : "min|grid|") + ")";
    term.numbers =
        "max(" + number(hi_) + " / " + number(above) + ", " + number(lo_) + " / " + number(-below) + ")";
    return term;
  }

  struct Fraction {
    std::string top, bottom;
    double above = 0, below = 1;  // their values
    std::string above_text;
  };
  Fraction fraction() const {
    Fraction f;
    if (spec_.scheme == Scheme::Affine) {
      f = {"(hi - lo)", "(q_max - q_min)", hi_ - lo_, q_max_ - q_min_, "(" + minus(hi_, lo_) + ")"};
      return f;
    }
    f.top = "max|range|";
    f.above = std::max(std::fabs(lo_), std::fabs(hi_));
    f.above_text = number(f.above);
    if (spec_.symmetric_scale == SymmetricScale::HalfRange && !has_only_powers(spec_.scale_type)) {
      f.bottom = "((" + grid_end() + " - " + (quantizer_.integer ? "q_min" : "min|grid|") + ") / 2)";
      f.below = (quantizer_.grid_max - quantizer_.grid_min) / 2;
    } else if (!quantizer_.integer) {
      f.bottom = grid_end();
      f.below = std::max(quantizer_.grid_max, -quantizer_.grid_min);
    } else if (quantizer_.grid_max > z_) {
      f.bottom = z_ == 0 ? grid_end() : "(" + grid_end() + " - z)";
      f.below = quantizer_.grid_max - z_;
    } else {
      f.bottom = "(z - q_min)";
      f.below = z_ - quantizer_.grid_min;
    }
    return f;
  }

  void scale() {
    if (lo_ == 0 && hi_ == 0) return add("s = " + number(s_), "no value but 0 in this group");
    if (has_only_powers(spec_.scale_type)) return power_of_two_scale();
    const bool two_sides =
        (spec_.scheme == Scheme::Affine && spec_.zero_point) ||
        (spec_.scheme == Scheme::Symmetric && spec_.symmetric_scale == SymmetricScale::MaxSide);
    Term term;
    if (two_sides) {
      term = both_sides();
    } else {
      const Fraction f = fraction();
      term = {f.top + " / " + f.bottom, f.above_text + " / " + number(f.below), f.above / f.below};
    }
    if (spec_.tensor_scale) return two_levels(term);
    const std::string type(scale_type_name(spec_.scale_type));
    const std::string open = type.empty() ? "" : type + "(", close = type.empty() ? "" : ")";
    std::string numbers = "= " + open + term.numbers + close;
    // A scale too small or too large for its type was replaced; rounding alone moves it by 2^-8 at most.
    if (std::fabs(term.value - s_) > 0.01 * s_)
      numbers += " = " + number(term.value) + ", limited to " + number(s_);
    else
      numbers += " = " + number(s_);
    add("s = " + open + term.formula + close, numbers);
    unrounded_scale(term);
  }

  // The scale of the tensor, the group's E4M3 one below it, and their product.
  void two_levels(const Term& computed) {
    add("t = max|X| / (" + fraction().bottom + " · 448)",
        "= " + number(largest_) + " / (" + number(fraction().below) + " · 448) = " + number(tensor_scale_));
    add("b = e4m3((" + computed.formula + ") / t)",
        "= e4m3(" + number(computed.value) + " / " + number(tensor_scale_) + ") = " + number(stored_));
    add("s = b · t", "= " + number(stored_) + " · " + number(tensor_scale_) + " = " + number(s_));
    unrounded_scale(computed);
  }

  void unrounded_scale(const Term& computed) {
    if (e_.scale.unrounded == 0) return;
    add("s' = " + computed.formula,
        "= " + number(static_cast<double>(e_.scale.unrounded)) + ", before it is rounded: makes the codes");
  }

  void power_of_two_scale() {
    const Fraction f = fraction();
    unrounded_scale({f.top + " / " + f.bottom, "", 0});
    const int k = floor_log2(s_);
    const std::string emax = std::to_string(floor_log2(f.below));
    add("s = 2^k", "= 2^" + std::to_string(k) + " = " + number(s_));
    const std::string ratio = "(log2(" + f.top + " / " + f.bottom + "))";
    const std::string ratio_numbers = "(log2(" + f.above_text + " / " + number(f.below) + "))";
    const std::string end = " = " + std::to_string(k);
    switch (spec_.scale_rule) {
      case ScaleRule::Floor:
        return add("k = floor(log2 " + f.top + ") - floor(log2 " + f.bottom + ")",
                   "= floor(log2 " + f.above_text + ") - " + emax + end);
      case ScaleRule::Ceil:
        return add("k = ceil(log2 " + f.top + ") - floor(log2 " + f.bottom + ")",
                   "= ceil(log2 " + f.above_text + ") - " + emax + end);
      case ScaleRule::Even:
        return add(
            "k = floor(log2 r) - floor(log2 " + f.bottom + "), r = " + f.top + " rounded to the grid's bits",
            "r from " + f.above_text + ": k" + end);
      case ScaleRule::RCeil:
        return add("k = ceil" + ratio, "= ceil" + ratio_numbers + end);
      case ScaleRule::Nearest:
        return add("k = round" + ratio, "= round" + ratio_numbers + end);
    }
  }

  void group_code_lines() {
    lines_.push_back(fitted_level_line(quantizer_, e_));
    table_index();
  }

  void zero_point() {
    if (spec_.zero_point) return add("z = " + number(z_), "set by hand");
    const double steps = lo_ / s_;
    const std::string limits = ", " + number(q_min_) + ", " + number(q_max_) + ")";
    if (spec_.zero_point_rule == ZeroPointRule::DifferenceOfRound)
      add("z = clamp(q_min - round(lo / s), q_min, q_max)", "= clamp(" + number(q_min_) + " - round(" +
                                                                number_to_round(steps) + ")" + limits +
                                                                " = " + number(z_));
    else
      add("z = clamp(round(q_min - lo / s), q_min, q_max)",
          "= clamp(round(" + minus(q_min_, steps) + ")" + limits + " = " + number(z_));
  }

  void symmetric_zero_point() {
    // By hand, or by PyTorch's rule for unsigned zero, which canonical() writes out.
    if (spec_.zero_point) return add("z = " + number(z_), "the code chosen for 0");
    add("z = 2^(b - 1)", "= 2^" + std::to_string(quantizer_.format.bits - 1) + " = " + number(z_));
  }

  std::string quotient_formula() const {
    if (direct_) return "x";
    const std::string s = e_.scale.unrounded == 0 ? "s" : "s'";
    return spec_.divide == Divide::Reciprocal ? "x · (1 / " + s + ")" : "x / " + s;
  }
  double quotient_value() const { return quotient(e_.original, e_.scale.divisor(), spec_.divide); }

  void special() {
    const std::string grid = quantizer_.integer ? "q" : "grid[q]";
    const std::string value = quantizer_.integer ? std::to_string(*e_.code_integer)
                                                 : number(decode(quantizer_.format, e_.quantized.code));
    if (std::isnan(x_))
      add(grid + " = " + value, "x is NaN: the format's NaN, else the code of zero");
    else
      add(grid + " = " + value, "x is " + number(x_) + ": the end of the grid, or the format's infinity");
  }

  void integer_code_line() {
    const std::string fraction = std::to_string(quantizer_.format.fraction_bits);
    const double y = quotient_value() / quantizer_.step;
    const std::string name(rounding_name(spec_.rounding));
    const std::string limits = ", " + number(q_min_) + ", " + number(q_max_) + ")";
    const std::string zero = z_ == 0 ? "" : z_ < 0 ? " - " + number(-z_) : " + " + number(z_);
    const double q = *e_.code_integer;
    std::string numbers = "= clamp(" + name + "(" + number_to_round(y) + ")" + zero + limits;
    const auto rounded = rounded_for_display(y);
    if (rounded && *rounded + z_ != q) numbers += " = clamp(" + number(*rounded + z_, 7) + limits;
    numbers += " = " + number(q);
    if (is_nearest(spec_.rounding) && y - std::floor(y) == 0.5)
      numbers += spec_.rounding == Rounding::NearestEven ? ", a tie: to even" : ", a tie: away from 0";
    add("q = clamp(" + name + "(" + quotient_formula() + (fixed() ? " · 2^" + fraction : "") + ")" +
            (z_ == 0 ? "" : " + z") + limits,
        numbers);
  }

  // The rounded quotient, where a clamp hid it; what stochastic rounding drew is not known here.
  std::optional<double> rounded_for_display(double y) const {
    if (spec_.rounding == Rounding::Stochastic) return std::nullopt;
    return round_to_integer(y, spec_.rounding, 0.5);
  }

  void float_code_lines() {
    const double y = quotient_value(), value = decode(quantizer_.format, e_.quantized.code);
    const std::string name(rounding_name(spec_.rounding));
    std::string numbers = "= " + name + "(" + number(y, 7) + ") = " + number(value, 7);
    if (!std::isfinite(value))
      numbers += ", beyond the largest value " + number(quantizer_.grid_max);
    else if (e_.quantized.kind == ErrorKind::Clipped)
      numbers += ", the end of the grid";
    add("grid[q] = " + name + "(" + quotient_formula() + ")", numbers);
    if (quantizer_.format.family == Family::Table)
      table_index();
    else if (std::isfinite(value))
      fields(value);
  }

  void table_index() {
    add("q = " + std::to_string(e_.quantized.code), "the index of this level in the table");
  }

  // The value from the code's sign, exponent and mantissa.
  void fields(double value) {
    const NumberFormat& f = quantizer_.format;
    const Code code = e_.quantized.code;
    const Code mantissa = code & ((Code{1} << f.mantissa_bits) - 1);
    const Code exponent = code >> f.mantissa_bits & ((Code{1} << f.exponent_bits) - 1);
    const std::string sign_formula = f.is_signed ? "(-1)^S · " : "";
    const std::string sign = f.is_signed ? "(-1)^" + std::to_string(code >> (f.bits - 1) & 1) + " · " : "";
    const std::string bias = std::to_string(f.bias), parts = "/2^" + std::to_string(f.mantissa_bits);
    const std::string end = " = " + number(value, 7);
    if (exponent == 0 && f.subnormals)
      add("grid[q] = " + sign_formula + "M" + parts + " · 2^(1 - " + bias + ")",
          "= " + sign + std::to_string(mantissa) + parts + " · 2^" + std::to_string(1 - f.bias) + end);
    else if (value != 0)
      add("grid[q] = " + sign_formula + "(1 + M" + parts + ") · 2^(E - " + bias + ")",
          "= " + sign + "(1 + " + std::to_string(mantissa) + parts + ") · 2^(" + std::to_string(exponent) +
              " - " + bias + ")" + end);
  }

  void dequantized() {
    const std::string end = " = " + number(e_.quantized.dequantized);
    if (grouped_)
      return add("x^ = a · grid[q]",
                 "= " + number(s_) + " · " + number(decode(quantizer_.format, e_.quantized.code)) + end);
    const std::string s = direct_ ? "" : "s · ", s_number = direct_ ? "" : number(s_) + " · ";
    if (!quantizer_.integer) {
      const std::string value = number(decode(quantizer_.format, e_.quantized.code));
      return add("x^ = " + s + "grid[q]", direct_ ? "= " + value : "= " + s_number + value + end);
    }
    const std::string step = fixed() ? " · 2^-" + std::to_string(quantizer_.format.fraction_bits) : "";
    const double q = *e_.code_integer;
    if (z_ != 0)
      return add("x^ = " + s + "(q - z)" + step, "= " + s_number + "(" + minus(q, z_) + ")" + step + end);
    if (direct_ && step.empty()) return add("x^ = q", "= " + number(q));
    add("x^ = " + s + "q" + step, "= " + s_number + number(q) + step + end);
  }

  void error() {
    const std::string difference =
        "= " + minus(x_, static_cast<double>(e_.quantized.dequantized)) + " = " + number(e_.error);
    switch (e_.quantized.kind) {
      case ErrorKind::Rounding:
        return add("e = x - x^ -> rounding", difference + (has_bound() ? " (" + bound() + ")" : ""));
      case ErrorKind::Clipped: {
        const bool above = x_ > static_cast<double>(e_.grid.hi);
        const bool small = spec_.scheme == Scheme::Affine && std::fabs(e_.error) <= s_ / 2;
        return add("e = x - x^ -> clipping", difference + (above ? " (x > g_hi = " : " (x < g_lo = ") +
                                                 number(above ? e_.grid.hi : e_.grid.lo) +
                                                 (small ? ", yet |e| <= s/2: z is rounded)" : ")"));
      }
      case ErrorKind::Overflowed:
        return add("overflow", "left out of the error");
      case ErrorKind::Nan:
        return add("x is NaN", "counted apart, no error");
      case ErrorKind::Inf:
        return add("x is infinite", "counted apart, no error");
    }
  }

  // Fitted levels have none, and codes that are made with another scale than the one that reads them.
  bool has_bound() const {
    return quantizer_.format.fit == Fit::None && e_.scale.unrounded == 0 && !quantizer_.blocks;
  }

  // Nearest rounding errs by half the distance of neighbouring levels at most, every other mode by less than
  // all of it.
  std::string bound() const {
    const double gap = s_ * level_distance();
    std::string name = quantizer_.integer && !fixed() && !direct_ ? "s" : "gap";
    if (quantizer_.integer && !fixed() && direct_) name = "1";
    if (is_nearest(spec_.rounding)) return "|e| <= " + name + "/2 = " + number(gap / 2);
    return "|e| < " + name + (name == "1" ? "" : " = " + number(gap));
  }

  // Between the levels around x, before scaling.
  double level_distance() const {
    if (quantizer_.integer) return quantizer_.step;
    const NumberFormat& f = quantizer_.format;
    if (f.family == Family::Table) return table_gap(quotient_value());
    const double magnitude = std::fabs(quotient_value());
    if (!f.subnormals && magnitude < min_normal(f)) return min_normal(f) * (f.has_zero ? 1 : 2);
    const int lowest = 1 - f.bias;
    const int exponent =
        magnitude == 0 ? lowest : std::max(floor_log2(magnitude), f.subnormals ? lowest : -f.bias);
    return std::ldexp(1.0, exponent - f.mantissa_bits);
  }

  // Between the levels of the table around y; at an end, to the only neighbour.
  double table_gap(double y) const {
    const std::span<const LevelTable::Entry> sorted = quantizer_.format.table.sorted();
    std::size_t above = 1;
    while (above + 1 < sorted.size() && sorted[above].value <= y) ++above;
    return sorted[above].value - sorted[above - 1].value;
  }

  const Snapshot& snapshot_;
  const QuantSpec& spec_;
  const Quantizer& quantizer_;
  double tensor_scale_, stored_, largest_;  // of two levels: both factors of s; the tensor's magnitude
  const Explanation& e_;
  double x_, s_, z_;
  bool direct_, grouped_;  // grouped: levels a * grid[q], a fitted to the group
  double q_min_, q_max_;
  double lo_ = 0, hi_ = 0;  // the range that the scale was made for
  std::vector<FormulaLine> lines_;
};

}  // namespace

std::vector<FormulaLine> formula_lines(const Snapshot& snapshot, const Explanation& explanation) {
  return Writer(snapshot, explanation).lines();
}

}  // namespace bitloupe
