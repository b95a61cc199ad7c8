#include "core/tensor/tensor.h"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <set>

#include "core/format/codec.h"
#include "core/io/stored_values.h"

using namespace bitloupe;

namespace {

template <class Word>
std::vector<float> converted(DType dtype, const std::vector<Word>& words, ReadCounts* counts = nullptr,
                             bool big_endian = false) {
  std::vector<float> out(words.size() * sizeof(Word) * 8 / static_cast<std::size_t>(info(dtype).bits));
  const auto found = StoredValues(dtype, big_endian).convert(std::as_bytes(std::span(words)), std::span(out));
  if (counts != nullptr) *counts = found;
  return out;
}

}  // namespace

TEST_CASE("every dtype has one row with a name of its own") {
  std::set<std::string_view> names;
  for (const DTypeInfo& row : dtypes()) {
    CHECK(names.insert(row.name).second);
    CHECK(find_dtype(row.name) == &row);
    CHECK(&info(row.dtype) == &row);
    CHECK(row.bits >= 4);
  }
  CHECK(find_dtype("f32") == nullptr);
  CHECK(find_dtype("") == nullptr);
}

TEST_CASE("element counts: scalars, empty shapes, overflow") {
  CHECK(element_count({}) == 1);
  CHECK(element_count({3, 0, 5}) == 0);
  CHECK(element_count({3, 4, 5}) == 60);
  const std::uint64_t huge = std::numeric_limits<std::uint64_t>::max();
  CHECK(element_count({0, huge, huge}) == 0);
  CHECK(checked_element_count({huge, huge, 0}) == 0);
  CHECK(checked_element_count({2, huge}) == std::nullopt);
  CHECK(checked_element_count({huge}) == huge);
  CHECK(to_text(Shape{128, 129, 3}) == "[128, 129, 3]");
  CHECK(to_text(Shape{}) == "[]");
}

TEST_CASE("all 65536 F16 and BF16 codes agree with the codec") {
  std::vector<std::uint16_t> codes(65536);
  for (std::size_t i = 0; i < codes.size(); ++i) codes[i] = static_cast<std::uint16_t>(i);
  const NumberFormat half = float_format(5, 10, Specials::Ieee), brain = float_format(8, 7, Specials::Ieee);
  const std::vector<float> halves = converted(DType::F16, codes), brains = converted(DType::BF16, codes);
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < codes.size(); ++i) {
    for (const auto& [value, format] : {std::pair(halves[i], half), std::pair(brains[i], brain)}) {
      const auto expected = static_cast<float>(decode(format, codes[i]));
      const bool same = std::isnan(expected)
                            ? std::isnan(value)
                            : std::bit_cast<std::uint32_t>(value) == std::bit_cast<std::uint32_t>(expected);
      wrong += same ? 0 : 1;
    }
  }
  CHECK(wrong == 0);
}

TEST_CASE("FNUZ floats: bias 8 and 16, the code of negative zero is NaN") {
  const std::vector<std::uint8_t> codes = {0x00, 0x80, 0x40, 0x7F, 0xFF, 0x01};
  const auto e4m3 = converted(DType::F8_E4M3FNUZ, codes), e5m2 = converted(DType::F8_E5M2FNUZ, codes);
  CHECK(e4m3[0] == 0);
  CHECK(std::isnan(e4m3[1]));
  CHECK(e4m3[2] == 1.0f);
  CHECK(e4m3[3] == 240.0f);
  CHECK(e4m3[4] == -240.0f);
  CHECK(e4m3[5] == 0x1p-10f);
  CHECK(std::isnan(e5m2[1]));
  CHECK(e5m2[2] == 1.0f);
  CHECK(e5m2[3] == 57344.0f);
  CHECK(e5m2[5] == 0x1p-17f);
}

TEST_CASE("E8M0: powers of two from 2^-127, 255 is NaN") {
  const auto values = converted(DType::F8_E8M0, std::vector<std::uint8_t>{0, 1, 127, 254, 255});
  CHECK(values[0] == 0x1p-127f);
  CHECK(values[1] == 0x1p-126f);
  CHECK(values[2] == 1.0f);
  CHECK(values[3] == 0x1p127f);
  CHECK(std::isnan(values[4]));
}

TEST_CASE("F4 and F6 are packed low bits first") {
  CHECK(converted(DType::F4, std::vector<std::uint8_t>{0x51, 0xF8}) ==
        std::vector<float>{0.5f, 3.0f, -0.0f, -6.0f});
  // Codes 1, 2, 4, 63 in 24 bits: 1 | 2 << 6 | 4 << 12 | 63 << 18.
  const std::uint32_t word = 1u | 2u << 6 | 4u << 12 | 63u << 18;
  const std::vector<std::uint8_t> packed = {static_cast<std::uint8_t>(word),
                                            static_cast<std::uint8_t>(word >> 8),
                                            static_cast<std::uint8_t>(word >> 16)};
  CHECK(converted(DType::F6_E2M3, packed) == std::vector<float>{0.125f, 0.25f, 0.5f, -7.5f});
  CHECK(converted(DType::F6_E3M2, packed) == std::vector<float>{0.0625f, 0.125f, 0.25f, -28.0f});
}

TEST_CASE("values that float32 cannot hold are rounded once and counted") {
  ReadCounts counts;
  const double nan = std::numeric_limits<double>::quiet_NaN(), inf = std::numeric_limits<double>::infinity();
  auto values = converted(DType::F64, std::vector<double>{0.5, 0.1, -0.0, nan, inf, 1e300, 1e-300}, &counts);
  CHECK(counts.rounded == 3);
  CHECK(values[1] == 0.1f);
  CHECK(std::signbit(values[2]));
  CHECK(std::isnan(values[3]));
  CHECK(std::isinf(values[5]));

  converted(DType::I32,
            std::vector<std::int32_t>{0, 16777216, 16777217, -16777217, -2147483647 - 1, 2147483647},
            &counts);
  CHECK(counts.rounded == 3);
  converted(DType::U32, std::vector<std::uint32_t>{0, 0xFFFFFF00u, 0xFFFFFF80u, 0xFFFFFFFFu}, &counts);
  CHECK(counts.rounded == 2);
  values =
      converted(DType::I64,
                std::vector<std::int64_t>{std::numeric_limits<std::int64_t>::min(), 1ll << 62,
                                          (1ll << 62) + 1, std::numeric_limits<std::int64_t>::max(), -1, 0},
                &counts);
  CHECK(counts.rounded == 2);
  CHECK(values[0] == -0x1p63f);
  CHECK(values[3] == 0x1p63f);
  converted(DType::U64, std::vector<std::uint64_t>{0, 1, ~0ull, 1ull << 63, 3ull << 62, 0xFFFFFFull << 40},
            &counts);
  CHECK(counts.rounded == 1);
  converted(DType::I16, std::vector<std::int16_t>{-32768, 32767}, &counts);
  CHECK(counts.rounded == 0);
}

TEST_CASE("big-endian words are swapped, float32 bits included") {
  const std::uint32_t payload = 0x7FA00001u;  // a signalling NaN keeps its bits
  const auto values =
      converted(DType::F32, std::vector<std::uint32_t>{__builtin_bswap32(payload)}, nullptr, true);
  CHECK(std::bit_cast<std::uint32_t>(values[0]) == payload);
  CHECK(converted(DType::I16, std::vector<std::uint16_t>{0x0100, 0xFFFF}, nullptr, true) ==
        std::vector<float>{1.0f, -1.0f});
}

TEST_CASE("S38: a boolean byte from 2 on is true and counted") {
  ReadCounts counts;
  CHECK(converted(DType::Bool, std::vector<std::uint8_t>{0, 1, 2, 255}, &counts) ==
        std::vector<float>{0, 1, 1, 1});
  CHECK(counts.odd_bools == 2);
}
