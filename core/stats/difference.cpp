#include "core/stats/difference.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace bitloupe {
namespace {

constexpr std::uint64_t kTask = 1 << 16;  // values per task; fixes the order of every sum

bool same_number(float a, float b) { return a == b || (std::isnan(a) && std::isnan(b)); }

// What follows `whole` joins it.
void append(Difference& whole, const Difference& next) {
  if (!whole.first && next.first) {
    whole.first = next.first;
    whole.first->index += whole.values;
  }
  whole.values += next.values;
  whole.different += next.different;
  whole.max_abs = std::max(whole.max_abs, next.max_abs);
  whole.signal += next.signal;
  whole.noise += next.noise;
}

}  // namespace

std::optional<double> Difference::relative_rmse() const {
  if (signal == 0) return std::nullopt;
  return std::sqrt(noise / signal);
}

std::optional<double> Difference::sqnr_db() const {
  if (signal == 0) return std::nullopt;
  if (noise == 0) return std::numeric_limits<double>::infinity();
  return 10 * std::log10(signal / noise);
}

void add_values(Difference& difference, std::span<const float> a, std::span<const float> b) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (!same_number(a[i], b[i])) {
      if (!difference.first) difference.first = {difference.values + i, a[i], b[i]};
      ++difference.different;
    }
    if (!std::isfinite(a[i]) || !std::isfinite(b[i])) continue;
    const double x = static_cast<double>(a[i]), e = x - static_cast<double>(b[i]);
    difference.max_abs = std::max(difference.max_abs, std::fabs(e));
    difference.signal += x * x;
    difference.noise += e * e;
  }
  difference.values += a.size();
}

std::optional<Difference> difference_of(std::uint64_t count, const FillBoth& fill,
                                        const WorkContext& context) {
  Difference whole;
  const bool done = ordered_reduce((count + kTask - 1) / kTask, context,
                                   [&](std::size_t task) {
                                     const std::uint64_t begin = task * kTask,
                                                         length = std::min(kTask, count - begin);
                                     std::vector<float> a(length), b(length);
                                     fill(begin, a, b);
                                     Difference part;
                                     add_values(part, a, b);
                                     return part;
                                   },
                                   [&](Difference&& part) { append(whole, part); });
  if (!done) return std::nullopt;
  return whole;
}

Result<Difference> difference_of(const Tensor& a, const Tensor& b, const WorkContext& context) {
  const auto fill = [&](std::uint64_t begin, std::span<float> from_a, std::span<float> from_b) {
    a.gather(begin, 1, from_a);
    b.gather(begin, 1, from_b);
  };
  const std::optional<Difference> difference = difference_of(a.count(), fill, context);
  for (const Tensor* side : {&a, &b})
    if (const auto failed = side->error()) return *failed;
  if (!difference) return cancelled();
  return *difference;
}

}  // namespace bitloupe
