#include "core/stats/block_scan.h"

#include <array>
#include <cmath>
#include <cstring>
#include <limits>

namespace bitloupe {
namespace {

// Four lanes in a vector type of GCC and Clang: min, max and counts of mixed types in one loop are what
// neither compiler vectorises at -O3 from plain code (170 ms against 40 ms for 64 M values).
using Floats = float __attribute__((vector_size(16)));
using Ints = std::int32_t __attribute__((vector_size(16)));
constexpr std::size_t kWidth = 4;
constexpr float kInfinity = std::numeric_limits<float>::infinity();

Floats load(const float* from) {
  Floats four;
  std::memcpy(&four, from, sizeof four);
  return four;
}

std::uint32_t sum(Ints lanes) {
  return static_cast<std::uint32_t>(lanes[0] + lanes[1] + lanes[2] + lanes[3]);
}

void include(BlockScan& scan, float x) {
  scan.nan += std::isnan(x);
  scan.inf += std::isinf(x);
  scan.zero += x == 0;
  if (!std::isfinite(x)) return;
  scan.min = x < scan.min ? x : scan.min;
  scan.max = x > scan.max ? x : scan.max;
}

BlockScan scan_one_by_one(std::span<const float> values) {
  BlockScan scan{kInfinity, -kInfinity};
  for (const float x : values) include(scan, x);
  return scan;
}

}  // namespace

BlockScan scan_block(std::span<const float> values) {
  const std::size_t size = values.size() - values.size() % (2 * kWidth);
  const float* x = values.data();
  Floats low[2] = {Floats{} + kInfinity, Floats{} + kInfinity};
  Floats high[2] = {Floats{} - kInfinity, Floats{} - kInfinity};
  Ints special{}, zero{};
  for (std::size_t i = 0; i < size; i += 2 * kWidth) {
    for (std::size_t j = 0; j < 2; ++j) {
      const Floats four = load(x + i + j * kWidth);
      low[j] = four < low[j] ? four : low[j];
      high[j] = four > high[j] ? four : high[j];
      special -= (reinterpret_cast<Ints>(four) & 0x7FFFFFFF) > 0x7F7FFFFF;  // a true lane is -1
      zero -= four == 0.0f;
    }
  }
  if (sum(special) > 0) return scan_one_by_one(values);

  BlockScan scan{kInfinity, -kInfinity};
  for (std::size_t j = 0; j < 2 && size > 0; ++j)
    for (std::size_t lane = 0; lane < kWidth; ++lane) {
      scan.min = low[j][lane] < scan.min ? low[j][lane] : scan.min;
      scan.max = high[j][lane] > scan.max ? high[j][lane] : scan.max;
    }
  scan.zero = sum(zero);
  for (const float rest : values.subspan(size)) include(scan, rest);
  scan.min += 0.0f;  // -0 + 0 = +0
  scan.max += 0.0f;
  return scan;
}

void Moments::merge(const Moments& other) {
  if (other.count == 0) return;
  const double total = count + other.count, delta = other.mean - mean;
  mean += delta * (other.count / total);
  m2 += other.m2 + delta * delta * (count * (other.count / total));
  count = total;
}

namespace {

constexpr std::size_t kLanes = 8;

template <class Term>
double lane_sum(std::span<const float> values, Term&& term) {
  std::array<double, kLanes> lanes{};
  const std::size_t size = values.size() - values.size() % kLanes;
  for (std::size_t i = 0; i < size; i += kLanes)
    for (std::size_t j = 0; j < kLanes; ++j) lanes[j] += term(static_cast<double>(values[i + j]));
  double total = 0;
  for (const double lane : lanes) total += lane;
  for (const float x : values.subspan(size)) total += term(static_cast<double>(x));
  return total;
}

}  // namespace

Moments moments_of(std::span<const float> values) {
  if (values.empty()) return {};
  Moments moments;
  moments.count = static_cast<double>(values.size());
  moments.mean = lane_sum(values, [](double x) { return x; }) / moments.count;
  const double mean = moments.mean;
  moments.m2 = lane_sum(values, [mean](double x) { return (x - mean) * (x - mean); });
  return moments;
}

}  // namespace bitloupe
