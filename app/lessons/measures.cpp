#include "app/lessons/measures.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "app/clip.h"
#include "app/ui/text.h"

namespace bitloupe {
namespace {

// What float32 adds to the exact s/2: quotient and product are each rounded by 2^-24 of their magnitude.
constexpr double kFloatRounding = 1.0 / (1 << 23);

template <double ErrorReport::*member>
Result<double> of_report(const Snapshot& snapshot) {
  return (*snapshot.report).*member;
}

template <std::uint64_t ErrorReport::*member>
Result<double> count_of_report(const Snapshot& snapshot) {
  return static_cast<double>((*snapshot.report).*member);
}

Result<double> sqnr(const Snapshot& snapshot) {
  if (const auto db = snapshot.report->sqnr_db()) return *db;
  return bad_argument("SQNR is undefined: every value is 0");
}

// Of the scale group where it is largest: f(scale, its grid range).
template <class F>
double largest_over_groups(const Snapshot& snapshot, F f) {
  double largest = 0;
  for (const GroupScale& scale : snapshot.scales->groups) largest = std::max(largest, f(scale));
  return largest;
}

Result<double> step(const Snapshot& snapshot) {
  if (!snapshot.quantizer->integer)
    return bad_argument("the levels of this format do not have one step: it is no integer format");
  return snapshot.quantizer->step * largest_over_groups(snapshot, [](const GroupScale& group) {
           return static_cast<double>(group.scale);
         });
}

Result<double> half_step(const Snapshot& snapshot) {
  if (Result<double> whole = step(snapshot); !whole) return whole;
  const Quantizer& quantizer = *snapshot.quantizer;
  return largest_over_groups(snapshot, [&](const GroupScale& group) {
    const GridRange grid = grid_range(quantizer, group);
    const double end =
        std::max(std::abs(static_cast<double>(grid.lo)), std::abs(static_cast<double>(grid.hi)));
    return quantizer.step * static_cast<double>(group.scale) / 2 + kFloatRounding * end;
  });
}

Result<double> step_variance(const Snapshot& snapshot) {
  const Result<double> whole = step(snapshot);
  if (!whole) return whole;
  return *whole * *whole / 12;
}

Result<double> zero_error(const Snapshot& snapshot) {
  return largest_over_groups(snapshot, [&](const GroupScale& group) {
    const QuantizedValue zero = quantize_value(*snapshot.quantizer, group, 0, 0);
    return std::abs(static_cast<double>(zero.dequantized));
  });
}

Result<double> threshold(const Snapshot& snapshot) {
  if (const auto t = clip_threshold(snapshot.experiment.quant, snapshot)) return *t;
  return bad_argument("this clip range has no place on the error curve");
}

Result<const ErrorCurve*> curve_of(const Snapshot& snapshot) {
  if (const Status exists = validate_curve(snapshot.spec); !exists) return exists.error();
  return snapshot.curve.get();
}

Result<double> best_mse(const Snapshot& snapshot) {
  const auto curve = curve_of(snapshot);
  if (!curve) return curve.error();
  return (*curve)->best.mse();
}

Result<double> best_threshold(const Snapshot& snapshot) {
  const auto curve = curve_of(snapshot);
  if (!curve) return curve.error();
  return (*curve)->best.threshold;
}

// The error over the least one; 1 where both are 0.
Result<double> over_best(const Snapshot& snapshot) {
  const Result<double> best = best_mse(snapshot);
  if (!best) return best;
  const double here = snapshot.report->mse();
  if (*best > 0) return here / *best;
  return here > 0 ? std::numeric_limits<double>::infinity() : 1;
}

Result<double> mse_excess(const Snapshot& snapshot) {
  const Result<double> ratio = over_best(snapshot);
  if (!ratio) return ratio;
  return *ratio - 1;
}

Result<double> sqnr_loss(const Snapshot& snapshot) {
  const Result<double> ratio = over_best(snapshot);
  if (!ratio) return ratio;
  return 10 * std::log10(*ratio);
}

Result<double> threshold_distance(const Snapshot& snapshot) {
  const Result<double> best = best_threshold(snapshot), here = threshold(snapshot);
  if (!best) return best;
  if (!here) return here;
  return std::abs(*here / *best - 1);
}

Result<LevelUse> levels_of(const Snapshot& snapshot) {
  if (const auto use = level_use(snapshot.spec.format, snapshot.report->code_counts)) return *use;
  return bad_argument("codes of more than 16 bits are not counted");
}

Result<double> levels_used(const Snapshot& snapshot) {
  const auto use = levels_of(snapshot);
  if (!use) return use.error();
  return static_cast<double>(use->used);
}

Result<double> levels_available(const Snapshot& snapshot) {
  const auto use = levels_of(snapshot);
  if (!use) return use.error();
  return static_cast<double>(use->available);
}

Result<double> codes(const Snapshot& snapshot) {
  if (!snapshot.quantizer->integer) return bad_argument("codes are counted for integer formats only");
  const Quantizer& quantizer = *snapshot.quantizer;
  return (quantizer.grid_max - quantizer.grid_min) / quantizer.step + 1;
}

// Values other than 0 that took a code of 0. One code means 0 in all groups, or the counts do not tell.
Result<double> zeroed_fraction(const Snapshot& snapshot) {
  const std::vector<std::uint64_t>& counts = snapshot.report->code_counts;
  const std::vector<GroupScale>& groups = snapshot.scales->groups;
  const auto other_zero = [&](const GroupScale& g) { return g.zero_point != groups.front().zero_point; };
  if (counts.empty() || std::any_of(groups.begin(), groups.end(), other_zero))
    return bad_argument("the codes of 0 differ from group to group, or are not counted");
  const Statistics& statistics = snapshot.prepared->statistics;
  if (statistics.finite == statistics.zero) return bad_argument("every value is 0");
  double zeros = 0;
  for (std::size_t code = 0; code < counts.size(); ++code)
    if (counts[code] > 0 && dequantize(*snapshot.quantizer, groups.front(), static_cast<Code>(code)) == 0)
      zeros += static_cast<double>(counts[code]);
  const auto own = static_cast<double>(statistics.zero);
  return (zeros - own) / (static_cast<double>(statistics.finite) - own);
}

Result<double> set_by_hand(const Snapshot& snapshot) {
  const CalibrationMethod method = snapshot.spec.calibration.method;
  return method == CalibrationMethod::Manual || method == CalibrationMethod::Ratio ? 1 : 0;
}

using Unit = MeasureUnit;

constexpr Measure kMeasures[] = {
    {"max_abs_error", "max |x − x^|", "The largest error of any value, clipped ones included.", Unit::Number,
     false, of_report<&ErrorReport::max_abs>},
    {"mean_error", "mean of x − x^", "The mean error: 0 where nothing drifts to one side.", Unit::Number,
     false, of_report<&ErrorReport::mean>},
    {"mse", "MSE", "The mean squared error, rounding and clipping together.", Unit::Number, false,
     [](const Snapshot& s) -> Result<double> { return s.report->mse(); }},
    {"mse_rounding", "rounding part", "The part of the MSE of values inside the grid range.", Unit::Number,
     false, of_report<&ErrorReport::mse_rounding>},
    {"mse_clipping", "clipping part", "The part of the MSE of values outside the grid range.", Unit::Number,
     false, of_report<&ErrorReport::mse_clipping>},
    {"sqnr_db", "SQNR", "10 log10(Σx² / Σe²) in dB.", Unit::Decibels, false, sqnr},
    {"clipped", "clipped values", "How many values lie outside the grid range.", Unit::Count, false,
     count_of_report<&ErrorReport::clipped>},
    {"clipped_fraction", "clipped", "Their share of all finite values, from 0 to 1.", Unit::Percent, false,
     [](const Snapshot& s) -> Result<double> { return s.report->clipped_fraction(); }},
    {"step", "step", "The distance of two levels: s of integer formats; the largest of all scale groups.",
     Unit::Number, false, step},
    {"half_step", "s/2",
     "Half the largest step, and the 2^-23 of the largest level that float32 may round besides.",
     Unit::Number, false, half_step},
    {"step_variance", "s²/12", "The variance of an error that is anywhere in ±s/2 with equal chance.",
     Unit::Number, false, step_variance},
    {"zero_point", "z", "The zero point of the first scale group.", Unit::Count, false,
     [](const Snapshot& s) -> Result<double> { return double(s.scales->groups.front().zero_point); }},
    {"zero_error", "|x^ of x = 0|",
     "What a value of exactly 0 comes back as, at worst over the scale groups.", Unit::Number, false,
     zero_error},
    {"clip_lo", "lo", "The lower end of the first scale group's clip range.", Unit::Number, false,
     [](const Snapshot& s) -> Result<double> { return static_cast<double>(s.ranges->front().lo); }},
    {"clip_hi", "hi", "The upper end of the first scale group's clip range.", Unit::Number, false,
     [](const Snapshot& s) -> Result<double> { return static_cast<double>(s.ranges->front().hi); }},
    {"threshold", "clip threshold", "Where the clip range stands on the axis of the error curve.",
     Unit::Number, false, threshold},
    {"best_threshold", "best threshold", "Where the error curve is lowest.", Unit::Number, true,
     best_threshold},
    {"best_mse", "least MSE", "The lowest point of the error curve.", Unit::Number, true, best_mse},
    {"mse_excess", "MSE above the least",
     "MSE / least MSE − 1, where the error curve is lowest; 0.02 is 2 %.", Unit::Percent, true, mse_excess},
    {"sqnr_loss_db", "SQNR below the best", "10 log10(MSE / least MSE) in dB.", Unit::Decibels, true,
     sqnr_loss},
    {"threshold_distance", "off the best threshold", "|T / best T − 1|; 0.02 is 2 %.", Unit::Percent, true,
     threshold_distance},
    {"set_by_hand", "range set by hand", "1 under a manual clip range or ratio, 0 under every other method.",
     Unit::YesNo, false, set_by_hand},
    {"codes", "codes", "How many codes an integer format may use here: q_max − q_min + 1.", Unit::Count,
     false, codes},
    {"zeroed_fraction", "come back as 0", "The share of the values other than 0 that are rounded to 0.",
     Unit::Percent, false, zeroed_fraction},
    {"levels_used", "levels in use", "How many different dequantized values occur.", Unit::Count, false,
     levels_used},
    {"levels_available", "levels", "How many different dequantized values the format has.", Unit::Count,
     false, levels_available},
    {"bits", "bits of a code", "The format's width.", Unit::Count, false,
     [](const Snapshot& s) -> Result<double> { return s.spec.format.bits; }},
    {"bits_per_value", "bits per value", "Stored bits over values, scales and zero points.", Unit::Bits,
     false, [](const Snapshot& s) -> Result<double> { return s.storage->bits_per_value; }},
    {"bytes", "size", "Stored bytes, scales and zero points included.", Unit::Bytes, false,
     [](const Snapshot& s) -> Result<double> { return double(s.storage->bytes); }},
    {"groups", "scale groups", "How many sets of values have a scale of their own.", Unit::Count, false,
     [](const Snapshot& s) -> Result<double> { return double(s.scales->groups.size()); }},
    {"values", "values", "How many values the tensor has.", Unit::Count, false,
     [](const Snapshot& s) -> Result<double> { return double(s.prepared->statistics.count); }},
    {"min", "smallest value", "Of the finite values.", Unit::Number, false,
     [](const Snapshot& s) -> Result<double> { return static_cast<double>(s.prepared->statistics.min); }},
    {"max", "largest value", "Of the finite values.", Unit::Number, false,
     [](const Snapshot& s) -> Result<double> { return static_cast<double>(s.prepared->statistics.max); }},
    {"std", "standard deviation", "Of the finite values.", Unit::Number, false,
     [](const Snapshot& s) -> Result<double> { return s.prepared->statistics.std; }},
};

}  // namespace

std::span<const Measure> measures() { return kMeasures; }

const Measure* find_measure(std::string_view key) {
  for (const Measure& measure : kMeasures)
    if (measure.key == key) return &measure;
  return nullptr;
}

bool is_measured(const Measure& measure, const Snapshot& snapshot) {
  if (snapshot.error || !snapshot.report || !snapshot.exact || !snapshot.scales || !snapshot.storage)
    return false;
  if (!measure.needs_curve || !validate_curve(snapshot.spec)) return true;
  return snapshot.curve && snapshot.curve_final && snapshot.curve->exact;
}

std::string measure_text(MeasureUnit unit, double value, int significant) {
  switch (unit) {
    case Unit::Count:
      if (std::isfinite(value) && std::abs(value) < 1e15 && value == std::floor(value))
        return (value < 0 ? "-" : "") + ui::count(static_cast<std::uint64_t>(std::abs(value)));
      break;
    case Unit::Decibels:
      if (significant <= 4) return ui::decibels(value);
      return ui::number(value, significant) + " dB";
    case Unit::Percent:
      if (significant <= 4) return ui::percent(value);
      return ui::number(value * 100, significant) + " %";
    case Unit::Bytes:
      if (value >= 0 && value < 1e15) return ui::bytes(static_cast<std::uint64_t>(value));
      break;
    case Unit::YesNo:
      return value != 0 ? "yes" : "no";
    case Unit::Bits:
      return ui::number(value, significant <= 4 ? 3 : significant) + " bits";
    case Unit::Number:
      break;
  }
  return ui::number(value, significant);
}

}  // namespace bitloupe
