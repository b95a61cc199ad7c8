#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "core/probe.h"
#include "tests/core/support.h"

namespace bitloupe {
namespace {

constexpr std::uint64_t kAll = std::numeric_limits<std::uint64_t>::max();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInf = std::numeric_limits<float>::infinity();
using Extremes = WindowResult::Extremes;

QuantSpec int4(Granularity granularity = {}) {
  QuantSpec spec;
  spec.format = integer_format(4, true);
  spec.granularity = granularity;
  return spec;
}

std::vector<float> some_values(std::size_t count) {
  auto values = test::random_values(count, 3);
  for (std::size_t i = 0; i < count; i += 997) values[i] = kNan;
  for (std::size_t i = 500; i < count; i += 1499) values[i] = i % 2 == 0 ? kInf : -kInf;
  return values;
}

bool same(const Extremes& a, const Extremes& b) {
  const auto equal = [](float x, float y) { return x == y || (std::isnan(x) && std::isnan(y)); };
  return equal(a.min, b.min) && equal(a.max, b.max);
}

// One texel, cell by cell through the readable quantizer: the specification.
struct Expected {
  Extremes original{kInf, -kInf}, dequantized = original, error = original, code = original;
  std::uint8_t marks = 0;
};
void include(Extremes& e, float x) {
  e.min = std::min(e.min, x);
  e.max = std::max(e.max, x);
}
Expected texel(const Snapshot& snapshot, const WindowRequest& request, std::uint64_t top,
               std::uint64_t left) {
  const Shape& shape = snapshot.tensor().shape;
  const SliceView view = normalized(request.slice, shape);
  const SliceSize size = slice_size(view, shape);
  Expected result;
  float first = 0;
  for (std::uint64_t r = top; r < std::min(top + request.row_step, size.rows); ++r)
    for (std::uint64_t c = left; c < std::min(left + request.column_step, size.columns); ++c) {
      const std::uint64_t i = element_index(view, shape, r, c);
      const float x = snapshot.tensor().span()[i];
      if (r == top && c == left) first = x;
      const GroupScale& scale = snapshot.scales->groups[snapshot.scales->layout.group_of(i)];
      const QuantizedValue q = quantize_value(*snapshot.quantizer, scale, x, i);
      if (std::isfinite(x)) include(result.original, x);
      if (std::isfinite(q.dequantized)) include(result.dequantized, q.dequantized);
      if (q.kind == ErrorKind::Rounding || q.kind == ErrorKind::Clipped)
        include(result.error,
                static_cast<float>(static_cast<double>(x) - static_cast<double>(q.dequantized)));
      if (snapshot.quantizer->integer && std::isfinite(q.dequantized))
        include(result.code, static_cast<float>(code_integer(snapshot.quantizer->format, q.code)));
      result.marks |= q.kind == ErrorKind::Clipped      ? kMarkClipped
                      : q.kind == ErrorKind::Overflowed ? kMarkOverflowed
                      : q.kind == ErrorKind::Nan        ? kMarkNan
                      : q.kind == ErrorKind::Inf        ? kMarkInf
                                                        : 0;
    }
  const auto finish = [](Extremes& e, float otherwise) {
    if (e.min > e.max) e = {otherwise, otherwise};
  };
  finish(result.original, first);
  finish(result.dequantized, kNan);
  finish(result.error, kNan);
  finish(result.code, kNan);
  return result;
}

void check_exact(const Snapshot& snapshot, const WindowRequest& request) {
  const WindowResult result = window(snapshot, request, kAll);
  CHECK(result.exact);
  REQUIRE(result.original.size() == result.height * result.width);
  const std::uint64_t top = request.row / request.row_step * request.row_step;
  const std::uint64_t left = request.column / request.column_step * request.column_step;
  std::size_t wrong = 0;
  for (std::uint64_t r = 0; r < result.height; ++r)
    for (std::uint64_t c = 0; c < result.width; ++c) {
      const Expected expected =
          texel(snapshot, request, top + r * request.row_step, left + c * request.column_step);
      const std::size_t i = r * result.width + c;
      const bool integer = snapshot.quantizer->integer;
      wrong += !same(result.original[i], expected.original) ||
               !same(result.dequantized[i], expected.dequantized) || !same(result.error[i], expected.error) ||
               result.marks[i] != expected.marks || (integer && !same(result.code[i], expected.code));
    }
  CHECK(wrong == 0);
}

WindowRequest everything(std::uint64_t row_step = 1, std::uint64_t column_step = 1, SliceView slice = {}) {
  return {slice, 0, 0, kAll, kAll, row_step, column_step};
}

TEST_CASE("slices: defaults, clamping, rank 0 to 4") {
  const SliceView scalar = normalized({}, {});
  CHECK(scalar.row_axis == -1);
  CHECK(scalar.column_axis == -1);
  CHECK(slice_size(scalar, {}).rows == 1);
  CHECK(slice_size(scalar, {}).columns == 1);
  CHECK(element_index(scalar, {}, 0, 0) == 0);

  const SliceView line = normalized({}, {7});
  CHECK(line.row_axis == -1);
  CHECK(line.column_axis == 0);
  CHECK(slice_size(line, {7}).columns == 7);
  CHECK(element_index(line, {7}, 0, 5) == 5);

  const Shape shape = {2, 3, 4, 5};
  const SliceView last_two = normalized({}, shape);
  CHECK(last_two.row_axis == 2);
  CHECK(last_two.column_axis == 3);
  const SliceView swapped = normalized({3, 1, {9, 9, 3, 9}}, shape);
  CHECK(swapped.fixed == std::vector<std::uint64_t>{1, 0, 3, 0});
  CHECK(slice_size(swapped, shape).rows == 5);
  CHECK(slice_size(swapped, shape).columns == 3);
  CHECK(element_index(swapped, shape, 4, 2) == 1 * 60 + 2 * 20 + 3 * 5 + 4);
  CHECK(normalized({1, 1, {}}, shape).row_axis == 3);
  CHECK(normalized({7, 3, {}}, shape).row_axis == 2);
  CHECK(normalized(swapped, shape) == swapped);
  CHECK(slice_size(normalized({}, {0, 3, 4}), {0, 3, 4}).rows == 0);
}

TEST_CASE("a window equals the readable quantizer cell by cell, under every granularity and slice") {
  const auto prepared = test::prepared_from({6, 70, 33}, some_values(6 * 70 * 33));
  const Granularity granularities[] = {{},
                                       {GranularityKind::Channel, 0},
                                       {GranularityKind::Channel, 1},
                                       {GranularityKind::Channel, 2},
                                       {GranularityKind::Group, 1, 32},
                                       {GranularityKind::Group, 2, 8}};
  const SliceView slices[] = {
      {}, {1, 2, {3, 0, 0}}, {2, 1, {1, 0, 0}}, {0, 1, {0, 0, 4}}, {0, 2, {0, 69, 0}}};
  for (const Granularity& granularity : granularities) {
    const auto snapshot = test::run_spec(int4(granularity), prepared);
    for (const SliceView& slice : slices) {
      check_exact(*snapshot, everything(1, 1, slice));
      check_exact(*snapshot, everything(3, 5, slice));
      check_exact(*snapshot, {slice, 2, 5, 3, 11, 2, 4});
    }
  }
}

TEST_CASE("a window under every format family, rounding, and overflow to specials") {
  const auto prepared = test::prepared_from({40, 60}, some_values(2400));
  for (const NumberFormat& format : {integer_format(8, false), sign_magnitude_format(4), fixed_format(3, 4),
                                     float_format(4, 3, Specials::Fn), float_format(8, 23, Specials::Ieee)})
    for (const Rounding rounding : {Rounding::NearestEven, Rounding::Down, Rounding::Stochastic}) {
      QuantSpec spec;
      spec.format = format;
      spec.rounding = rounding;
      const auto snapshot = test::run_spec(spec, prepared);
      check_exact(*snapshot, everything());
      check_exact(*snapshot, everything(7, 9, {1, 0, {}}));
    }
  QuantSpec special;
  special.format = float_format(5, 2, Specials::Ieee);
  special.overflow = Overflow::Special;
  special.calibration.method = CalibrationMethod::Manual;
  special.calibration.lo = -0.5;
  special.calibration.hi = 0.5;
  check_exact(*test::run_spec(special, prepared), everything(4, 4));
}

TEST_CASE("codes of floats count levels from zero, negative below") {
  QuantSpec spec;
  spec.format = float_format(2, 1, Specials::Finite);
  const auto snapshot = test::run_spec(spec, test::prepared_from({5}, {-6, -0.5f, 0, 1, 6}));
  const WindowResult result = window(*snapshot, everything(), kAll);
  const float expected[] = {-7, -1, 0, 2, 7};
  for (std::size_t i = 0; i < 5; ++i) CHECK(result.code[i].min == expected[i]);
}

TEST_CASE("blocks are aligned to multiples of the steps and taken whole") {
  const auto snapshot = test::run_spec(int4(), test::prepared_from({10, 20}, test::random_values(200, 2)));
  const WindowResult all = window(*snapshot, everything(4, 8), kAll);
  CHECK(all.height == 3);
  CHECK(all.width == 3);
  const WindowResult part = window(*snapshot, {{}, 5, 9, 1, 1, 4, 8}, kAll);
  REQUIRE(part.height == 1);
  REQUIRE(part.width == 1);
  CHECK(same(part.original[0], all.original[4]));
}

TEST_CASE("requests beyond the slice are cut, empty ones give nothing") {
  const auto snapshot = test::run_spec(int4(), test::prepared_from({10, 20}, test::random_values(200, 2)));
  CHECK(window(*snapshot, {{}, 8, 15, 100, 100, 1, 1}, kAll).original.size() == 2 * 5);
  CHECK(window(*snapshot, {{}, 10, 0, 1, 1, 1, 1}, kAll).original.empty());
  CHECK(window(*snapshot, {{}, 0, 0, 0, 5, 1, 1}, kAll).original.empty());
  CHECK(window(*snapshot, everything(0, 0), kAll).original.size() == 200);
  CHECK(window(*snapshot, everything(kAll, kAll), kAll).original.size() == 1);
  const auto empty = test::run_spec(int4(), test::prepared_from({0, 3}, {}));
  CHECK(window(*empty, everything(), kAll).original.empty());
  const auto scalar = test::run_spec(int4(), test::prepared_from({}, {2.5f}));
  CHECK(window(*scalar, everything(), kAll).original.at(0).min == 2.5f);
}

TEST_CASE("V03 cells that hold no number keep it and are marked") {
  const auto snapshot = test::run_spec(int4(), test::prepared_from({3}, {kNan, -kInf, 1}));
  const WindowResult result = window(*snapshot, everything(), kAll);
  CHECK(std::isnan(result.original[0].min));
  CHECK(result.original[1].max == -kInf);
  CHECK(result.marks[0] == kMarkNan);
  CHECK(result.marks[1] == kMarkInf);
  CHECK(std::isnan(result.error[0].min));
  CHECK(result.dequantized[0].min == 0);
  CHECK(result.dequantized[1].min == -1);
}

// Beyond the budget: what a sampled window still promises.
void check_sampled(const Snapshot& snapshot, const WindowRequest& request, std::uint64_t budget,
                   bool original_exact) {
  const WindowResult sampled = window(snapshot, request, budget), exact = window(snapshot, request, kAll);
  CHECK(!sampled.exact);
  REQUIRE(sampled.original.size() == exact.original.size());
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < exact.original.size(); ++i) {
    const Extremes &a = sampled.original[i], &b = exact.original[i];
    wrong += original_exact ? !same(a, b) : a.min > b.min || a.max < b.max;
    wrong += original_exact && sampled.dequantized[i].min < exact.dequantized[i].min;
    wrong += original_exact && sampled.error[i].max > exact.error[i].max;
    wrong += (exact.marks[i] & (kMarkNan | kMarkInf) & ~sampled.marks[i]) != 0;
  }
  CHECK(wrong == 0);
  const WindowResult again = window(snapshot, request, budget);
  CHECK(std::memcmp(again.error.data(), sampled.error.data(), again.error.size() * sizeof(Extremes)) == 0);
}

TEST_CASE("beyond the budget the original's extremes stay exact" * doctest::test_suite("threads")) {
  const auto prepared = test::prepared_from({300, 1000}, some_values(300000));
  for (const Granularity& granularity : {Granularity{}, Granularity{GranularityKind::Channel, 0},
                                         Granularity{GranularityKind::Group, -1, 32}}) {
    const auto snapshot = test::run_spec(int4(granularity), prepared);
    check_sampled(*snapshot, everything(10, 100), 100000, true);
    check_sampled(*snapshot, everything(7, 13), 100000, true);
    check_sampled(*snapshot, everything(100, 10, {1, 0, {}}), 100000, true);
    check_sampled(*snapshot, everything(20, 20), 1000, false);
    check_sampled(*snapshot, everything(20, 20), 0, false);
  }
}

TEST_CASE("beyond the budget, inside one group the dequantized extremes and clipping marks are exact too") {
  QuantSpec spec = int4();
  spec.calibration.method = CalibrationMethod::Manual;
  spec.calibration.lo = -3;
  spec.calibration.hi = 3;
  const auto prepared = test::prepared_from({300, 1000}, test::random_values(300000, 1));
  const auto snapshot = test::run_spec(spec, prepared);
  const WindowRequest request = everything(10, 100);
  const WindowResult sampled = window(*snapshot, request, 100000), exact = window(*snapshot, request, kAll);
  for (std::size_t i = 0; i < exact.marks.size(); ++i) {
    CHECK(same(sampled.dequantized[i], exact.dequantized[i]));
    CHECK(same(sampled.code[i], exact.code[i]));
    CHECK(sampled.marks[i] == exact.marks[i]);
  }
}

TEST_CASE("sampled windows do not change when the view is moved") {
  const auto snapshot =
      test::run_spec(int4(), test::prepared_from({400, 400}, test::random_values(160000, 1)));
  const WindowResult all = window(*snapshot, everything(20, 20), 40000);
  const WindowResult part = window(*snapshot, {{}, 100, 100, 200, 200, 20, 20}, 10000);
  REQUIRE(part.width == 10);
  for (std::size_t r = 0; r < 10; ++r)
    for (std::size_t c = 0; c < 10; ++c) CHECK(same(part.error[r * 10 + c], all.error[(r + 5) * 20 + c + 5]));
}

TEST_CASE("a stopped window comes back" * doctest::test_suite("threads")) {
  const auto snapshot =
      test::run_spec(int4(), test::prepared_from({400, 400}, test::random_values(160000, 1)));
  std::stop_source source;
  source.request_stop();
  WorkContext work;
  work.stop = source.get_token();
  CHECK(window(*snapshot, everything(20, 20), kAll, work).width == 20);
}

}  // namespace

TEST_CASE("an earlier answer on the same tensor gives the same window, with fewer reads") {
  std::vector<float> values = test::random_values(300 * 200, 17);
  values[5] = std::numeric_limits<float>::quiet_NaN();
  for (std::size_t i = 0; i < 8; ++i) values[1600 + i] = values[5];
  const auto prepared = test::prepared_from({300, 200}, values);
  QuantSpec spec;
  spec.format = integer_format(4, true);
  const auto first = test::run_spec(spec, prepared);
  spec.calibration = {CalibrationMethod::Manual, 99.9, 1, -0.7, 0.7};
  const auto second = test::run_spec(spec, prepared);
  const WindowRequest request{normalized({}, {300, 200}), 0, 0, 300, 200, 4, 8};
  const std::uint64_t budget = 5000;
  const WindowResult before = window(*first, request, budget);
  const WindowResult alone = window(*second, request, budget),
                     after = window(*second, request, budget, {}, &before);
  CHECK_FALSE(alone.exact);
  CHECK(alone.marks == after.marks);
  for (std::size_t i = 0; i < alone.original.size(); ++i) {
    REQUIRE(alone.original[i].max == after.original[i].max);
    REQUIRE(alone.dequantized[i].min == after.dequantized[i].min);
    REQUIRE(alone.error[i].max == after.error[i].max);
  }
}

}  // namespace bitloupe
