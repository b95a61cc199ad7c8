#include <doctest/doctest.h>

#include "core/stats/error_report.h"

namespace bitloupe {
namespace {

Storage storage(QuantSpec spec, const Shape& shape, double stored_bits = 32) {
  spec = canonical(spec);
  return storage_of(spec, make_group_layout(spec.granularity, shape), stored_bits);
}

QuantSpec int4(Scheme scheme, Granularity granularity, ScaleType type) {
  QuantSpec spec;
  spec.format = integer_format(4, true);
  spec.scheme = scheme;
  spec.granularity = granularity;
  spec.scale_type = type;
  return spec;
}

const Shape kShape = {128, 129, 3};
constexpr Granularity kTensor{};
constexpr Granularity kGroups{GranularityKind::Group, 0, 64};

TEST_CASE("equal groups: bits of the codes and of a scale over a group's values") {
  const Storage s = storage(int4(Scheme::Symmetric, kGroups, ScaleType::F16), kShape);
  CHECK(s.sum == "4 + 16/64");
  CHECK(s.bits_per_value == 4.25);
  CHECK(s.bytes == 26316);
  CHECK(s.ratio == doctest::Approx(7.529).epsilon(1e-3));
}

TEST_CASE("one scale a tensor") {
  const Storage s = storage(int4(Scheme::Symmetric, kTensor, ScaleType::F32), kShape);
  CHECK(s.sum == "4 + 32/49536");
  CHECK(s.bytes == 24772);
  CHECK(storage(int4(Scheme::Symmetric, kTensor, ScaleType::Pow2), kShape).sum == s.sum);
}

TEST_CASE("scales of 8 bits, and groups across the ends of lines") {
  const Granularity flat{GranularityKind::Group, -1, 32, true};
  CHECK(storage(int4(Scheme::Symmetric, flat, ScaleType::E8M0), kShape).sum == "4 + 8/32");
  CHECK(storage(int4(Scheme::Symmetric, flat, ScaleType::E4M3), kShape).bits_per_value == 4.25);
  CHECK(storage(int4(Scheme::Symmetric, flat, ScaleType::E8M0), {5, 7}).sum == "4 + 8·2/35");
  Granularity tiles{GranularityKind::Tile, -1, 128};
  tiles.columns = 128;
  CHECK(storage(int4(Scheme::Symmetric, tiles, ScaleType::F32), {256, 384}).sum == "4 + 32/16384");
  CHECK(storage(int4(Scheme::Symmetric, tiles, ScaleType::F32), {200, 384}).sum == "4 + 32·6/76800");
}

TEST_CASE("affine stores the zero point beside the scale") {
  const Storage s = storage(int4(Scheme::Affine, kGroups, ScaleType::F32), kShape);
  CHECK(s.sum == "4 + (32 + 4)/64");
  CHECK(s.bits_per_value == 4.5625);
}

TEST_CASE("V18 unequal groups are written as a product") {
  const Granularity short_last{GranularityKind::Group, 0, 100};
  const Storage s = storage(int4(Scheme::Symmetric, short_last, ScaleType::F16), kShape);
  CHECK(s.sum == "4 + 16·774/49536");
  CHECK(s.bits_per_value == 4.25);
  CHECK(storage(int4(Scheme::Affine, short_last, ScaleType::BF16), kShape).sum == "4 + (16 + 4)·774/49536");
  const Granularity longer_than_axis{GranularityKind::Group, 2, 64};
  CHECK(storage(int4(Scheme::Symmetric, longer_than_axis, ScaleType::F16), kShape).sum == "4 + 16/3");
}

TEST_CASE("channels have one scale each") {
  const Granularity channels{GranularityKind::Channel, 1};
  CHECK(storage(int4(Scheme::Symmetric, channels, ScaleType::F32), kShape).sum == "4 + 32/384");
}

TEST_CASE("a plain cast stores codes only; odd bits round up to bytes") {
  QuantSpec spec;
  spec.format = float_format(8, 7, Specials::Ieee);
  const Storage s = storage(spec, {10});
  CHECK(s.sum == "16");
  CHECK(s.bytes == 20);
  CHECK(s.ratio == 2);
  spec.format = integer_format(3, true);
  spec.scheme = Scheme::Direct;
  CHECK(storage(spec, {3}).bytes == 2);
  CHECK(storage(spec, {8}, 4).ratio == doctest::Approx(4.0 / 3));
}

TEST_CASE("a scalar is one value") {
  const Storage s = storage(int4(Scheme::Symmetric, kTensor, ScaleType::F32), {});
  CHECK(s.sum == "4 + 32/1");
  CHECK(s.bits_per_value == 36);
}

TEST_CASE("V01 an empty tensor stores nothing") {
  const QuantSpec spec = canonical(int4(Scheme::Symmetric, kTensor, ScaleType::F32));
  GroupLayout layout;
  layout.outer = 0;
  const Storage s = storage_of(spec, layout, 32);
  CHECK(s.sum == "4");
  CHECK(s.bytes == 0);
  CHECK(s.ratio == 8);
}

}  // namespace
}  // namespace bitloupe
