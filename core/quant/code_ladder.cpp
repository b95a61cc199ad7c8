#include "core/quant/code_ladder.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/ordered.h"

namespace bitloupe {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Position of a code in the order of the values that take it: q, or the magnitude code with its sign, where
// -0 is -1. NaN as the target of overflow stands beyond the last magnitude on either side.
std::int64_t rank_of(const Quantizer& quantizer, Code code, double y) {
  const NumberFormat& format = quantizer.format;
  if (format.family == Family::Table) return static_cast<std::int64_t>(format.table.rank_of(code));
  if (quantizer.integer && format.family != Family::SignMagnitude) return code_integer(format, code);
  if (!format.is_signed) {
    const bool below = std::signbit(y) && std::isnan(decode(format, code));  // -inf became NaN
    return below ? -1 : static_cast<std::int64_t>(code);
  }
  const Code sign = Code{1} << (format.bits - 1);
  const auto magnitude = static_cast<std::int64_t>(code & ~sign);
  if (format.family == Family::Float && nan_is_negative_zero(format) && code == sign)
    return std::signbit(y) ? -static_cast<std::int64_t>(sign) - 1 : static_cast<std::int64_t>(sign);
  // One NaN for both signs may carry either.
  const bool negative = std::isnan(decode(format, code)) ? std::signbit(y) : (code & sign) != 0;
  return negative ? -magnitude - 1 : magnitude;
}

// Doubled, as long as any double can be that many steps away.
std::int64_t longer(std::int64_t step) { return std::min(step, std::int64_t{1} << 60) * 2; }

class LadderBuilder {
 public:
  LadderBuilder(const Quantizer& quantizer, std::int32_t zero_point)
      : quantizer_(quantizer), zero_point_(zero_point) {
    if (quantizer_.rounding == Rounding::Stochastic) quantizer_.rounding = Rounding::Down;
  }

  std::vector<Rung> build() const {
    std::vector<Rung> rungs = {rung_at(-kInfinity)};
    const std::int64_t last = rank_at(kInfinity);
    for (std::int64_t rank = rank_at(-kInfinity); rank < last;) {
      rungs.push_back(rung_at(first_above(rank, rungs.back())));
      rank = rank_at(rungs.back().from);
    }
    return rungs;
  }

 private:
  Code code_at(double y) const { return code_of_quotient(quantizer_, zero_point_, y); }
  std::int64_t rank_at(double y) const { return rank_of(quantizer_, code_at(y), y); }

  Rung rung_at(double y) const {
    const Code code = code_at(y);
    const double level = quantizer_.integer
                             ? (code_integer(quantizer_.format, code) - zero_point_) * quantizer_.step
                             : decode(quantizer_.format, code);
    return {y, static_cast<float>(level), code};
  }

  // Where the step above this rank should be, were rounding exact: half-way to the next level, or at it.
  double guess_above(std::int64_t rank, const Rung& below) const {
    const double level = static_cast<double>(below.level);
    if (!std::isfinite(level)) return level;
    double next = level + quantizer_.step;
    if (quantizer_.format.family == Family::Table) {
      const std::span<const LevelTable::Entry> sorted = quantizer_.format.table.sorted();
      next = sorted[std::min(static_cast<std::size_t>(rank) + 1, sorted.size() - 1)].value;
    } else if (!quantizer_.integer) {
      const std::int64_t above = rank + 1, sign = std::int64_t{1} << (quantizer_.format.bits - 1);
      const Code code = above >= 0 ? static_cast<Code>(above) : static_cast<Code>(sign + (-above - 1));
      next = decode(quantizer_.format, code);
      if (!std::isfinite(next)) next = level;
    }
    switch (quantizer_.rounding) {
      case Rounding::NearestEven:
      case Rounding::NearestAway:
      case Rounding::NearestExponent:
        return level + (next - level) / 2;
      case Rounding::TowardZero:
        return next > 0 ? next : level;
      case Rounding::Up:
        return level;
      case Rounding::Down:
      case Rounding::Stochastic:
        break;
    }
    return next;
  }

  // The smallest quotient whose rank is above `rank`: from the guess in steps that double until the step is
  // bracketed, then by halving.
  double first_above(std::int64_t rank, const Rung& below) const {
    const std::int64_t lowest = ordered(-kInfinity), highest = ordered(kInfinity);
    const auto above = [&](std::int64_t key) { return rank_at(from_ordered(key)) > rank; };
    std::int64_t low = std::clamp(ordered(guess_above(rank, below)), lowest, highest), high = low;
    for (std::int64_t step = 1; low > lowest && above(low); step = longer(step)) {
      high = low;
      low = low > lowest + step ? low - step : lowest;
    }
    for (std::int64_t step = 1; high < highest && !above(high); step = longer(step)) {
      low = high;
      high = high < highest - step ? high + step : highest;
    }
    while (high - 1 > low) {
      const std::int64_t middle = std::midpoint(low, high);
      (above(middle) ? high : low) = middle;
    }
    return from_ordered(high);
  }

  Quantizer quantizer_;
  std::int32_t zero_point_;
};

}  // namespace

CodeLadder::CodeLadder(const Quantizer& quantizer, std::int32_t zero_point)
    : rungs_(LadderBuilder(quantizer, zero_point).build()) {}

std::size_t CodeLadder::rung_of(double y) const {
  const auto above =
      std::upper_bound(rungs_.begin(), rungs_.end(), ordered(y),
                       [](std::int64_t key, const Rung& rung) { return key < ordered(rung.from); });
  return static_cast<std::size_t>(above - rungs_.begin()) - 1;
}

float first_value_at(double from, float scale, Divide divide) {
  constexpr float kMax = std::numeric_limits<float>::max();
  const std::int64_t wanted = ordered(from);
  const auto reached = [&](std::int32_t key) {
    return ordered(quotient(from_ordered(key), scale, divide)) >= wanted;
  };
  const double product = from * static_cast<double>(scale);
  const double bounded = std::clamp(product, -static_cast<double>(kMax), static_cast<double>(kMax));
  const std::int32_t lowest = ordered(-kMax), highest = ordered(std::numeric_limits<float>::infinity());
  std::int32_t low = ordered(static_cast<float>(bounded)), high = low;
  for (std::int64_t step = 1; low > lowest && reached(low); step *= 2) {
    high = low;
    low = static_cast<std::int32_t>(std::max<std::int64_t>(low - step, lowest));
  }
  if (low == lowest && reached(low)) return from_ordered(low);
  for (std::int64_t step = 1; high < highest && !reached(high); step *= 2) {
    low = high;
    high = static_cast<std::int32_t>(std::min<std::int64_t>(high + step, highest));
  }
  while (high - 1 > low) {
    const std::int32_t middle = std::midpoint(low, high);
    (reached(middle) ? high : low) = middle;
  }
  return from_ordered(high);
}

}  // namespace bitloupe
