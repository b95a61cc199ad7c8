#include "core/stats/fused_pass.h"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <vector>

#include "core/format/presets.h"
#include "core/random.h"
#include "core/simd.h"
#include "tests/core/support.h"

namespace bitloupe {
namespace {

constexpr float kInf = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

struct Measured {
  FusedSums sums;
  std::vector<GroupSums> groups;
  std::vector<std::uint64_t> counts;
};

Measured reference(const Quantizer& quantizer, const std::vector<float>& values, std::size_t size,
                   const std::vector<GroupScale>& scales) {
  Measured m;
  m.groups.resize(scales.size());
  m.counts.resize(std::size_t{1} << quantizer.format.bits);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const QuantizedValue q = quantize_value(quantizer, scales[i / size], values[i], i);
    ++m.counts[q.code];
    m.sums.nan += q.kind == ErrorKind::Nan;
    m.sums.inf += q.kind == ErrorKind::Inf;
    if (q.kind > ErrorKind::Clipped) continue;
    const double x = static_cast<double>(values[i]), hat = static_cast<double>(q.dequantized), e = x - hat;
    ++m.sums.finite;
    m.sums.clipped += q.kind == ErrorKind::Clipped;
    (q.kind == ErrorKind::Clipped ? m.sums.clipping : m.sums.rounding) += e * e;
    m.sums.error += e;
    m.sums.max_abs = std::fmax(m.sums.max_abs, std::fabs(e));
    m.sums.signal += x * x;
    m.sums.signal_hat += hat * hat;
    m.groups[i / size].signal += x * x;
    m.groups[i / size].noise += e * e;
  }
  return m;
}

Measured fused(const Quantizer& quantizer, const std::vector<float>& values, std::size_t size,
               const std::vector<GroupScale>& scales, std::uint64_t expected = 0) {
  const FusedPass pass(quantizer);
  FusedPass::Worker worker(pass, true, expected);
  Measured m;
  m.groups.resize(scales.size());
  m.counts.resize(std::size_t{1} << quantizer.format.bits);
  pass.add_groups(worker, values, size, scales, m.groups);
  m.sums = worker.take();
  worker.move_counts(m.counts);
  return m;
}

bool close(double a, double b, double scale) { return std::fabs(a - b) <= 1e-9 * scale + 1e-300; }

void check_same(const Measured& a, const Measured& b) {
  REQUIRE(a.counts == b.counts);
  CHECK(a.sums.finite == b.sums.finite);
  CHECK(a.sums.clipped == b.sums.clipped);
  CHECK(a.sums.nan == b.sums.nan);
  CHECK(a.sums.inf == b.sums.inf);
  CHECK(close(a.sums.rounding, b.sums.rounding, b.sums.rounding));
  CHECK(close(a.sums.clipping, b.sums.clipping, b.sums.clipping));
  CHECK(close(a.sums.signal, b.sums.signal, b.sums.signal));
  CHECK(close(a.sums.signal_hat, b.sums.signal_hat, b.sums.signal_hat));
  const double n = static_cast<double>(b.sums.finite);
  CHECK(close(a.sums.error, b.sums.error, std::sqrt(n * (b.sums.rounding + b.sums.clipping))));
  CHECK(a.sums.max_abs == b.sums.max_abs);
  for (std::size_t g = 0; g < b.groups.size(); ++g) {
    REQUIRE(close(a.groups[g].signal, b.groups[g].signal, b.groups[g].signal));
    REQUIRE(close(a.groups[g].noise, b.groups[g].noise, b.groups[g].noise));
  }
}

void check_bits(const Measured& a, const Measured& b) {
  const auto bits = [](double x) { return std::bit_cast<std::uint64_t>(x); };
  CHECK(a.counts == b.counts);
  CHECK(bits(a.sums.rounding) == bits(b.sums.rounding));
  CHECK(bits(a.sums.clipping) == bits(b.sums.clipping));
  CHECK(bits(a.sums.error) == bits(b.sums.error));
  CHECK(bits(a.sums.max_abs) == bits(b.sums.max_abs));
  CHECK(bits(a.sums.signal) == bits(b.sums.signal));
  CHECK(bits(a.sums.signal_hat) == bits(b.sums.signal_hat));
  for (std::size_t g = 0; g < a.groups.size(); ++g) {
    REQUIRE(bits(a.groups[g].signal) == bits(b.groups[g].signal));
    REQUIRE(bits(a.groups[g].noise) == bits(b.groups[g].noise));
  }
}

// Every kernel against the reference, and bit for bit against the first one.
void check_kernels(const Quantizer& quantizer, const std::vector<float>& values, std::size_t size,
                   const std::vector<GroupScale>& scales) {
  const Measured expected = reference(quantizer, values, size, scales);
  std::optional<Measured> first;
  for (const std::string& name : kernel_names()) {
    CAPTURE(name);
    REQUIRE(force_kernel(name));
    const Measured found = fused(quantizer, values, size, scales);
    check_same(found, expected);
    if (first) check_bits(found, *first);
    if (!first) first = found;
  }
  force_kernel("");
}

std::vector<NumberFormat> formats() {
  return {integer_format(8, true),
          integer_format(2, true),
          integer_format(4, true),
          integer_format(3, false),
          integer_format(1, false),
          integer_format(6, true),
          integer_format(16, true),
          integer_format(9, false),
          sign_magnitude_format(4),
          sign_magnitude_format(8),
          fixed_format(3, 4),
          fixed_format(0, 15),
          float_format(4, 3, Specials::Fn),
          float_format(5, 2, Specials::Ieee),
          float_format(2, 1, Specials::Finite),
          float_format(5, 10, Specials::Ieee),
          float_format(4, 3, Specials::Fnuz)};
}

constexpr Rounding kRoundings[] = {Rounding::NearestEven, Rounding::NearestAway, Rounding::TowardZero,
                                   Rounding::Down, Rounding::Up};

// Levels, ties and their neighbours in units of the scale; values beyond the grid, tiny and huge ones.
std::vector<float> awkward_values(const Quantizer& quantizer, const GroupScale& scale) {
  std::vector<float> values = {0.0f, -0.0f, 0x1p-149f, -0x1p-149f, 0x1p-126f, -0x1p-126f, 3.4e38f, -3.4e38f};
  const double step = quantizer.integer ? quantizer.step : 0x1p-4;
  const double s = static_cast<double>(scale.scale);
  const auto with_neighbours = [&](double tie) {
    const auto x = static_cast<float>(tie);
    if (!std::isfinite(x)) return;
    for (const float v : {x, std::nextafter(x, kInf), std::nextafter(x, -kInf)})
      if (std::isfinite(v)) values.push_back(v);
  };
  for (int i = -40; i <= 40; ++i) with_neighbours(i * 0.5 * step * s);
  for (const double end : {quantizer.grid_min, quantizer.grid_max}) {
    const double level = (end - (quantizer.integer ? scale.zero_point * quantizer.step : 0)) * s;
    for (const double factor : {1 - 0x1p-20, 1.0, 1 + 0x1p-21, 1 + 0x1p-20, 1 + 0x1p-19, 1.01, 2.0, 5.0})
      with_neighbours(level * factor);
  }
  for (std::uint64_t i = 0; i < 100; ++i) {
    const double u = random_unit(7, i);
    const auto x = static_cast<float>((random_unit(8, i) < 0.5 ? -1 : 1) * std::exp2(40 * u - 25) * s);
    if (std::isfinite(x)) values.push_back(x);
  }
  return values;
}

TEST_CASE(
    "V09 V17 V22 awkward values: every format, rounding, division, scale and kernel give the reference") {
  for (const NumberFormat& format : formats())
    for (const Rounding rounding : kRoundings)
      for (const Divide divide : {Divide::F32, Divide::Exact, Divide::Reciprocal})
        for (const float s : {1.0f, 0.001f, 0.37f, 1e-38f, 1e30f}) {
          QuantSpec spec;
          spec.format = format;
          spec.rounding = rounding;
          spec.divide = divide;
          const Quantizer quantizer(canonical(spec));
          if (!FusedPass::applies(quantizer)) continue;
          const bool affine = format.family == Family::Integer && !format.is_signed;
          const GroupScale scale{s, affine ? (1 << format.bits) / 3 : 0};
          const std::vector<float> x = awkward_values(quantizer, scale);
          CAPTURE(format_name(format));
          CAPTURE(static_cast<int>(rounding));
          CAPTURE(static_cast<int>(divide));
          CAPTURE(s);
          check_kernels(quantizer, x, x.size(), {scale});
        }
}

TEST_CASE("V09 sizes around vectors, blocks and powers of two, with groups of every size") {
  QuantSpec spec;
  std::vector<std::size_t> sizes = {31,  32,   33,   47,   63,   64,   65,   127, 128,
                                    129, 1000, 1023, 1024, 1025, 2047, 2049, 5000};
  for (std::size_t n = 1; n <= 17; ++n) sizes.push_back(n);
  for (const char* name : {"int4", "int8", "e4m3fn", "sm4"})
    for (const std::size_t size : sizes) {
      spec.format = parse_format(name).value();
      const Quantizer quantizer(canonical(spec));
      const std::size_t count = size < 100 ? 7 : 3;
      const std::vector<float> x = test::random_values(size * count, size);
      std::vector<GroupScale> scales;
      for (std::size_t g = 0; g < count; ++g) scales.push_back({0.02f + 0.1f * static_cast<float>(g), 0});
      CAPTURE(name);
      CAPTURE(size);
      check_kernels(quantizer, x, size, scales);
    }
  const Quantizer quantizer(canonical(spec));
  check_kernels(quantizer, {}, 4, {});
}

TEST_CASE("V06 V07 NaN and infinities anywhere are counted, and hurt nobody else's sums") {
  for (const char* name : {"int4", "int8", "e4m3fn", "e2m1"}) {
    QuantSpec spec;
    spec.format = parse_format(name).value();
    const Quantizer quantizer(canonical(spec));
    for (const float special : {kNan, kInf, -kInf})
      for (const std::size_t at : std::vector<std::size_t>{0, 5, 31, 64, 99}) {
        std::vector<float> x = test::random_values(100, 3);
        x[at] = special;
        const GroupScale scale{0.1f, 0};
        check_kernels(quantizer, x, 100, {scale});
        check_kernels(quantizer, x, 20, std::vector<GroupScale>(5, scale));
        check_kernels(quantizer, x, 4, std::vector<GroupScale>(25, scale));
      }
  }
}

TEST_CASE("affine groups whose grid leaves out zero, and tails of them") {
  QuantSpec spec;
  spec.format = integer_format(4, false);
  spec.scheme = Scheme::Affine;
  const Quantizer quantizer(canonical(spec));
  std::vector<float> x;
  for (int i = 0; i < 70; ++i) x.push_back(3.0f + 0.03f * static_cast<float>(i));
  check_kernels(quantizer, x, 35, {{0.1f, -30}, {0.15f, -25}});
}

TEST_CASE("random formats, scales and values: 0 differences in codes") {
  std::uint64_t draw = 0;
  const auto below = [&](std::uint64_t n) { return random_bits(99, draw++) % n; };
  int measured = 0;
  for (int i = 0; i < 300; ++i) {
    QuantSpec spec;
    switch (below(4)) {
      case 0:
        spec.format = integer_format(1 + static_cast<int>(below(16)), false);
        break;
      case 1:
        spec.format = integer_format(2 + static_cast<int>(below(15)), true);
        break;
      case 2:
        spec.format = sign_magnitude_format(2 + static_cast<int>(below(15)));
        break;
      default: {
        const Specials specials[] = {Specials::Finite, Specials::Ieee, Specials::Fn, Specials::Fnuz};
        spec.format =
            float_format(2 + static_cast<int>(below(4)), 1 + static_cast<int>(below(8)), specials[below(4)]);
        spec.format.bias += static_cast<int>(below(9)) - 4;
      }
    }
    spec.rounding = kRoundings[below(5)];
    spec.divide = static_cast<Divide>(below(3));
    if (!validate(spec)) continue;
    const Quantizer quantizer(canonical(spec));
    if (!FusedPass::applies(quantizer)) continue;
    const std::size_t size = 1 + below(200), count = 1 + below(5);
    const std::vector<float> x = test::random_values(size * count, 1000 + static_cast<std::uint64_t>(i), 3);
    std::vector<GroupScale> scales(count);
    for (GroupScale& scale : scales) {
      scale.scale = static_cast<float>(std::exp2(8 * random_unit(5, draw++) - 6) / quantizer.grid_max);
      const bool affine = spec.format.family == Family::Integer && !spec.format.is_signed;
      scale.zero_point = affine ? static_cast<std::int32_t>(below(std::uint64_t{1} << spec.format.bits)) : 0;
    }
    CAPTURE(format_name(spec.format));
    check_kernels(quantizer, x, size, scales);
    ++measured;
  }
  CHECK(measured > 150);
}

TEST_CASE("many values fill the pair tables: counts stay exact" * doctest::test_suite("threads")) {
  for (const char* name : {"int8", "int6", "int4", "fp16"}) {
    QuantSpec spec;
    spec.format = parse_format(name).value();
    const Quantizer quantizer(canonical(spec));
    const std::vector<float> x = test::random_values(70001, 8);
    const std::vector<GroupScale> scales = {{0.05f, 0}};
    const Measured large = fused(quantizer, x, x.size(), scales, std::uint64_t{1} << 30);
    CHECK(large.counts == reference(quantizer, x, x.size(), scales).counts);
    check_bits(large, fused(quantizer, x, x.size(), scales, 0));
  }
}

TEST_CASE("scales made on the way are make_scale's, and the sums those of the given scales") {
  std::vector<float> x = test::random_values(128 * 40, 12);
  std::fill_n(x.begin() + 256, 128, 0.0f);
  std::fill_n(x.begin() + 512, 128, -0.0f);
  x[700] = kNan;
  x[1000] = kInf;
  x[1300] = 1e38f;
  std::fill_n(x.begin() + 1536, 128, 1e-44f);
  std::fill_n(x.begin() + 1664, 128, kNan);
  for (const char* name : {"int4", "uint4", "int8", "e4m3fn", "e2m1", "sm4", "fixed:Q3.4"})
    for (const Scheme scheme : {Scheme::Symmetric, Scheme::Affine, Scheme::Direct})
      for (const ScaleType type : {ScaleType::F32, ScaleType::BF16, ScaleType::Pow2})
        for (const std::size_t size :
             {std::size_t{32}, std::size_t{128}, std::size_t{20}, std::size_t{5120}}) {
          QuantSpec spec;
          spec.format = parse_format(name).value();
          spec.scheme = scheme;
          spec.scale_type = type;
          if (!validate(spec)) continue;
          spec = canonical(spec);
          const Quantizer quantizer(spec);
          const FusedPass pass(quantizer);
          std::vector<GroupScale> expected, found(x.size() / size);
          for (std::size_t g = 0; g < found.size(); ++g) {
            ClipRange range{kInf, -kInf};
            for (std::size_t i = g * size; i < (g + 1) * size; ++i)
              if (std::isfinite(x[i])) range = {std::fmin(range.lo, x[i]), std::fmax(range.hi, x[i])};
            if (range.lo > range.hi) range = {};
            std::uint64_t floored = 0, saturated = 0;
            expected.push_back(make_scale(spec, range, floored, saturated));
          }
          for (const std::string& kernel : kernel_names()) {
            force_kernel(kernel);
            FusedPass::Worker worker(pass, true, 0);
            Measured m;
            m.groups.resize(found.size());
            m.counts.resize(std::size_t{1} << spec.format.bits);
            pass.add_groups_with_own_scales(worker, spec, x, size, found, m.groups);
            m.sums = worker.take();
            worker.move_counts(m.counts);
            CAPTURE(name);
            CAPTURE(size);
            REQUIRE(found == expected);
            check_same(m, reference(quantizer, x, size, expected));
          }
        }
  force_kernel("");
}

}  // namespace
}  // namespace bitloupe
