#include "core/block/scale_search.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/block/block_bytes.h"
#include "core/block/encode_numbers.h"

namespace bitloupe {

namespace {

constexpr std::size_t kMost = 32;  // values of a group
using Codes = std::array<int, kMost>;

float sum_of_errors(const AffineSearch& search, std::span<const float> values, std::span<const float> weights,
                    const Codes& codes, float scale, float lowest) {
  float sum = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const float error = scale * real(codes[i]) + lowest - values[i];
    sum += weights[i] * (search.absolute ? std::fabs(error) : error * error);
  }
  return sum;
}

// Weighted sums over a group: x, code, code^2 and x * code.
struct AffineSums {
  float w = 0, x = 0, l = 0, ll = 0, xl = 0;
};

struct SymmetricSums {
  float xl = 0, ll = 0;  // of x * code and of code^2, weighted by x^2

  void add(float x, int code) {
    const float w = x * x;
    xl += w * x * real(code);
    ll += w * real(code) * real(code);
  }
};

}  // namespace

AffineFit fit_affine(const AffineSearch& search, std::span<const float> values,
                     std::span<const float> weights, std::uint8_t* codes) {
  const std::size_t n = values.size();
  const Extremes extremes = extremes_of(values);
  const float highest = extremes.most;
  float lowest = std::min(extremes.least, 0.0f);
  std::fill_n(codes, n, std::uint8_t{0});
  if (highest == lowest) return {0, -lowest};

  AffineSums all;
  all.w = weights[0];
  all.x = weights[0] * values[0];
  for (std::size_t i = 1; i < n; ++i) {
    all.w += weights[i];
    all.x += weights[i] * values[i];
  }

  // From the lowest value, and later from the best minimum so far, which need not be that.
  Codes tried;
  const auto round_all = [&](float steps) {
    const float inverse = steps / (highest - lowest);
    for (std::size_t i = 0; i < n; ++i)
      tried[i] = nearest(inverse * (values[i] - lowest), 0, search.largest_code);
    return inverse;
  };
  const auto keep = [&] {
    std::transform(tried.begin(), tried.begin() + static_cast<std::ptrdiff_t>(n), codes,
                   [](int code) { return static_cast<std::uint8_t>(code); });
  };

  float scale = 1 / round_all(real(search.largest_code));
  keep();
  float best = sum_of_errors(search, values, weights, tried, scale, lowest);
  for (int step = 0; step <= search.steps; ++step) {
    round_all(search.first + search.step * real(step) + real(search.largest_code));
    AffineSums sums = all;
    for (std::size_t i = 0; i < n; ++i) {
      const float wl = weights[i] * real(tried[i]);
      sums.l += wl;
      sums.ll += wl * real(tried[i]);
      sums.xl += wl * values[i];
    }
    const float determinant = sums.w * sums.ll - sums.l * sums.l;
    if (!(determinant > 0)) continue;
    float this_scale = (sums.w * sums.xl - sums.x * sums.l) / determinant;
    float this_lowest = (sums.ll * sums.x - sums.l * sums.xl) / determinant;
    if (this_lowest > 0) {
      this_lowest = 0;
      this_scale = sums.xl / sums.ll;
    }
    const float error = sum_of_errors(search, values, weights, tried, this_scale, this_lowest);
    if (!(error < best)) continue;
    keep();
    best = error;
    scale = this_scale;
    lowest = this_lowest;
  }
  return {scale, -lowest};
}

float fit_symmetric(int limit, std::span<const float> values, std::uint8_t* codes) {
  const float furthest = furthest_from_zero(values);
  if (std::fabs(furthest) < kAllZero) {
    std::fill_n(codes, values.size(), std::uint8_t{0});
    return 0;
  }
  const auto code = [&](float inverse, float x) { return nearest(inverse * x, -limit, limit - 1); };
  const auto sums_with = [&](float inverse) {
    SymmetricSums sums;
    for (const float x : values) sums.add(x, code(inverse, x));
    return sums;
  };

  float best_inverse = -real(limit) / furthest;
  const SymmetricSums first = sums_with(best_inverse);
  float scale = first.ll != 0 ? first.xl / first.ll : 0.0f;
  float best = scale * first.xl;
  for (int step = -9; step <= 9; ++step) {
    if (step == 0) continue;
    const float inverse = -(real(limit) + 0.1f * real(step)) / furthest;
    const SymmetricSums sums = sums_with(inverse);
    if (!(sums.ll > 0 && sums.xl * sums.xl > best * sums.ll)) continue;
    best_inverse = inverse;
    scale = sums.xl / sums.ll;
    best = scale * sums.xl;
  }
  for (std::size_t i = 0; i < values.size(); ++i)
    codes[i] = static_cast<std::uint8_t>(code(best_inverse, values[i]) + limit);
  return scale;
}

float fit_code_by_code(int limit, std::span<const float> values, std::uint8_t* codes) {
  const std::size_t n = values.size();
  const float furthest = furthest_from_zero(values);
  if (std::fabs(furthest) < kAllZero) {
    std::fill_n(codes, n, std::uint8_t{0});
    return 0;
  }
  const float inverse = -real(limit) / furthest;
  Codes chosen;
  SymmetricSums sums;
  for (std::size_t i = 0; i < n; ++i) {
    chosen[i] = nearest(inverse * values[i], -limit, limit - 1);
    sums.add(values[i], chosen[i]);
  }
  bool changed = true;
  for (int round = 0; round < 5 && changed; ++round) {
    changed = false;
    for (std::size_t i = 0; i < n; ++i) {
      const float x = values[i], w = x * x;
      SymmetricSums others = sums;
      others.xl -= w * x * real(chosen[i]);
      if (!(others.xl > 0)) continue;
      others.ll -= w * real(chosen[i]) * real(chosen[i]);
      const int code = nearest(x * others.ll / others.xl, -limit, limit - 1);
      if (code == chosen[i]) continue;
      others.add(x, code);
      if (!(others.ll > 0 && others.xl * others.xl * sums.ll > sums.xl * sums.xl * others.ll)) continue;
      chosen[i] = code;
      sums = others;
      changed = true;
    }
  }
  for (std::size_t i = 0; i < n; ++i) codes[i] = static_cast<std::uint8_t>(chosen[i] + limit);
  return sums.ll > 0 ? sums.xl / sums.ll : 0.0f;
}

}  // namespace bitloupe
