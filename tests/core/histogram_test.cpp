#include "core/stats/histogram.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/simd.h"
#include "tests/core/support.h"

namespace bitloupe {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInf = std::numeric_limits<float>::infinity();

// The definition, edge by edge.
Histogram reference(double lo, double hi, int bins, const std::vector<float>& values) {
  Histogram h = make_histogram(lo, hi, bins);
  const double w = (h.hi - h.lo) / bins;
  for (const float value : values) {
    const double x = static_cast<double>(value);
    if (std::isnan(x))
      ++h.nan;
    else if (std::isinf(x))
      ++h.inf;
    else if (x < h.lo)
      ++h.below;
    else if (x > h.hi)
      ++h.above;
    else {
      int bin = bins - 1;
      while (bin > 0 && x < h.lo + bin * w) --bin;
      ++h.counts[static_cast<std::size_t>(bin)];
    }
  }
  return h;
}

void check_equal(const Histogram& a, const Histogram& b) {
  CHECK(a.counts == b.counts);
  CHECK(a.below == b.below);
  CHECK(a.above == b.above);
  CHECK(a.nan == b.nan);
  CHECK(a.inf == b.inf);
}

TEST_CASE("V27 values on an edge belong to the bin above, at max to the last bin") {
  Histogram h = make_histogram(0, 1, 4);
  count_into(h, std::vector<float>{0, 0.25f, 0.5f, 0.75f, 1, -0.0f});
  CHECK(h.counts == std::vector<std::uint64_t>{2, 1, 1, 2});
  CHECK(h.below + h.above + h.nan + h.inf == 0);
  count_into(h,
             std::vector<float>{std::nextafter(0.0f, -1.0f), std::nextafter(1.0f, 2.0f), kNan, kInf, -kInf});
  CHECK(h.below == 1);
  CHECK(h.above == 1);
  CHECK(h.nan == 1);
  CHECK(h.inf == 2);
  CHECK(h.total() == 11);
}

TEST_CASE("V27 an edge that the product of floating-point numbers misses is still an edge") {
  Histogram h = make_histogram(0, 196, 4);  // 49 * (1 / 49.0) < 1
  count_into(h, std::vector<float>{49, 98, 147, 196});
  CHECK(h.counts == std::vector<std::uint64_t>{0, 1, 1, 2});
}

TEST_CASE("V27 counts equal the definition, and every value is counted once") {
  auto values = test::random_values(3000, 4);
  for (int i = -40; i <= 40; ++i) values.push_back(static_cast<float>(i) * 0.1f);
  values.insert(values.end(), {kNan, kInf, -kInf, 0.0f, -0.0f, 3e38f, -3e38f, 1e-45f});
  const std::pair<double, double> ranges[] = {
      {-1, 1}, {-4, 4}, {-0.1, 0.30000000000000004}, {0, 1e-44}, {-3e38, 3e38}, {1, 1.0000001}, {5, 6}};
  for (const auto& range : ranges)
    for (const int bins : {1, 2, 3, 10, 257, 1000}) {
      const double lo = range.first, hi = range.second;
      CAPTURE(lo);
      CAPTURE(hi);
      CAPTURE(bins);
      Histogram h = make_histogram(lo, hi, bins);
      count_into(h, values);
      CHECK(h.total() == values.size());
      check_equal(h, reference(lo, hi, bins, values));
    }
}

TEST_CASE("V11 a distant outlier is counted above, the bins stay as asked") {
  Histogram h = make_histogram(-1, 1, 10);
  count_into(h, std::vector<float>{0.05f, 1e6f});
  CHECK(h.above == 1);
  CHECK(h.counts[5] == 1);
}

TEST_CASE("V02 V13 an empty, reversed or unusable range still divides into bins") {
  const double inf = std::numeric_limits<double>::infinity();
  const std::pair<double, double> ranges[] = {{0, 0},       {2, 2},     {3, 1}, {-inf, 1}, {0, std::nan("")},
                                              {1e30, 1e30}, {0, 5e-324}};
  for (const auto& [lo, hi] : ranges) {
    Histogram h = make_histogram(lo, hi, 7);
    CHECK(h.hi > h.lo);
    CHECK(h.counts.size() == 7);
    count_into(h, std::vector<float>{0, 1, 2, 3, kNan, kInf, 1e30f});
    CHECK(h.total() == 7);
  }
  Histogram one = make_histogram(2, 2, 0);
  count_into(one, std::vector<float>{2});
  CHECK(one.counts == std::vector<std::uint64_t>{1});
}

TEST_CASE("V27 every kernel counts as the definition does, whatever the size, however many bins") {
  auto values = test::random_values(70000, 9);
  for (int i = -400; i <= 400; ++i) {
    const float edge = static_cast<float>(i) * 0.0078125f;
    values.insert(values.end(), {edge, std::nextafter(edge, kInf), std::nextafter(edge, -kInf)});
  }
  for (std::size_t i = 0; i < values.size(); i += 1000)
    values[i] = i % 3000 == 0 ? kNan : i % 2000 == 0 ? kInf : -kInf;
  const std::pair<double, double> ranges[] = {
      {-3.125, 3.125}, {-0.01, 0.02}, {100, 100.001}, {-1e-40, 1e-40}};
  for (const auto& range : ranges)
    for (const int bins : {2, 7, 800, 2048}) {
      const double lo = range.first, hi = range.second;
      // Not edge by edge, which takes too long here: the bin whose edges hold the value.
      Histogram expected = make_histogram(lo, hi, bins);
      const double w = (expected.hi - expected.lo) / bins;
      std::vector<int> bin_of(values.size(), -1);
      for (std::size_t i = 0; i < values.size(); ++i) {
        const double x = static_cast<double>(values[i]);
        if (!(x >= expected.lo && x <= expected.hi)) continue;
        int bin = std::min(static_cast<int>((x - expected.lo) / w), bins - 1);
        while (bin > 0 && x < expected.lo + bin * w) --bin;
        while (bin < bins - 1 && x >= expected.lo + (bin + 1) * w) ++bin;
        bin_of[i] = bin;
      }
      for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{15}, std::size_t{16},
                                     std::size_t{17}, std::size_t{127}, std::size_t{128}, std::size_t{129},
                                     std::size_t{2047}, std::size_t{2049}, values.size()}) {
        Histogram h = make_histogram(lo, hi, bins);
        for (std::size_t i = 0; i < size; ++i) {
          const double x = static_cast<double>(values[i]);
          if (bin_of[i] >= 0) ++h.counts[static_cast<std::size_t>(bin_of[i])];
          h.nan += std::isnan(x);
          h.inf += std::isinf(x);
          h.below += std::isfinite(x) && x < h.lo;
          h.above += std::isfinite(x) && x > h.hi;
        }
        for (const std::string& kernel : kernel_names()) {
          force_kernel(kernel);
          CAPTURE(kernel);
          CAPTURE(lo);
          CAPTURE(bins);
          CAPTURE(size);
          Histogram found = make_histogram(lo, hi, bins);
          count_into(found, std::span(values).first(size));
          check_equal(found, h);
        }
      }
    }
  force_kernel("");
}

TEST_CASE("merge adds everything") {
  const auto values = test::random_values(1000, 6);
  Histogram whole = make_histogram(-1, 1, 20), first = whole, second = whole;
  count_into(whole, values);
  count_into(first, std::span(values).first(333));
  count_into(second, std::span(values).subspan(333));
  merge(first, second);
  check_equal(first, whole);
}

}  // namespace
}  // namespace bitloupe
