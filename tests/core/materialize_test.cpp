#include "core/quant/materialize.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "core/format/presets.h"
#include "core/random.h"

using namespace bitloupe;

namespace {

std::vector<float> noisy_values(std::uint64_t count) {
  std::vector<float> values;
  for (std::uint64_t i = 0; i < count; ++i) values.push_back(static_cast<float>(random_unit(5, i) * 8 - 4));
  if (count > 3) values[1] = std::numeric_limits<float>::quiet_NaN();
  if (count > 3) values[2] = std::numeric_limits<float>::infinity();
  return values;
}

ScaleSet varied_scales(const GroupLayout& layout, bool affine) {
  ScaleSet scales;
  scales.layout = layout;
  for (std::uint64_t g = 0; g < layout.count; ++g)
    scales.groups.push_back(
        {0.01f + 0.003f * static_cast<float>(g), affine ? static_cast<std::int32_t>(g % 7) : 0});
  return scales;
}

}  // namespace

TEST_CASE("codes are stored in the smallest type that holds them") {
  struct Case {
    const char* format;
    bool is_signed;
    std::size_t bytes;
  };
  for (const Case& row : {Case{"int8", true, 1}, Case{"int9", true, 2}, Case{"uint1", false, 1},
                          Case{"uint9", false, 2}, Case{"sm8", true, 1}, Case{"fixed:Q7.8", true, 2},
                          Case{"e2m1", false, 1}, Case{"fp16", false, 2}, Case{"fp32", false, 4}}) {
    const CodeType type = code_type(*parse_format(row.format));
    CHECK_MESSAGE(type.is_signed == row.is_signed, row.format);
    CHECK_MESSAGE(type.bytes == row.bytes, row.format);
  }
}

TEST_CASE("a materialized tensor equals the specification element by element" *
          doctest::test_suite("threads")) {
  const Shape shape = {3, 70, 401};  // several blocks, and rows that end inside them
  const std::vector<float> values = noisy_values(element_count(shape));
  const std::vector<Granularity> granularities = {{},
                                                  {GranularityKind::Channel, 1},
                                                  {GranularityKind::Channel, 2},
                                                  {GranularityKind::Group, 2, 64},
                                                  {GranularityKind::Group, 1, 9},
                                                  {GranularityKind::Group, 0, 2},
                                                  {GranularityKind::Group, 2, 1},
                                                  {GranularityKind::Group, -1, 100, true},
                                                  {GranularityKind::Tile, -1, 16, false, 33}};
  const std::vector<const char*> formats = {"int8",   "uint4", "int12", "sm4",
                                            "e4m3fn", "bf16",  "nf4",   "pow2:7"};
  for (std::size_t k = 0; k < formats.size() * granularities.size() * 2; ++k) {
    const char* format = formats[k / 2 / granularities.size()];
    const Granularity& granularity = granularities[k / 2 % granularities.size()];
    QuantSpec spec;
    spec.format = *parse_format(format);
    spec.granularity = granularity;
    // Stochastic results depend on each element's index.
    spec.rounding = k % 2 == 0 ? Rounding::NearestEven : Rounding::Stochastic;
    spec = canonical(spec);
    const Quantizer quantizer(spec);
    const ScaleSet scales =
        varied_scales(make_group_layout(granularity, shape), spec.scheme == Scheme::Affine);
    const CodeType type = code_type(spec.format);
    std::vector<std::byte> codes(values.size() * type.bytes);
    std::vector<float> dequantized(values.size());
    REQUIRE(materialize(quantizer, scales, values, codes, dequantized, {}));
    std::uint64_t different = 0;
    for (std::uint64_t i = 0; i < values.size(); ++i) {
      const GroupScale& scale = scales.groups[scales.layout.group_of(i)];
      const QuantizedValue expected = quantize_value(quantizer, scale, values[i], i);
      const Code stored =
          quantizer.integer ? static_cast<Code>(code_integer(spec.format, expected.code)) : expected.code;
      different += std::memcmp(&stored, codes.data() + i * type.bytes, type.bytes) != 0;
      different += std::memcmp(&expected.dequantized, &dequantized[i], sizeof(float)) != 0;
    }
    CHECK_MESSAGE(different == 0, k, " ", format);
  }
}

TEST_CASE("either output may be left out, an empty tensor gives nothing") {
  QuantSpec spec = canonical({});
  const Quantizer quantizer(spec);
  const std::vector<float> values = noisy_values(10);
  const ScaleSet scales = varied_scales(make_group_layout({}, {10}), false);
  std::vector<float> dequantized(10);
  CHECK(materialize(quantizer, scales, values, {}, dequantized, {}));
  std::vector<std::byte> codes(10);
  CHECK(materialize(quantizer, scales, values, codes, {}, {}));
  CHECK(static_cast<std::int8_t>(codes[2]) == 127);  // inf saturates
  CHECK(materialize(quantizer, scales, {}, {}, {}, {}));
}

TEST_CASE("a stop request ends it" * doctest::test_suite("threads")) {
  std::stop_source source;
  source.request_stop();
  WorkContext work;
  work.stop = source.get_token();
  QuantSpec spec = canonical({});
  const std::vector<float> values = noisy_values(10);
  std::vector<float> dequantized(10);
  CHECK(!materialize(Quantizer(spec), varied_scales(make_group_layout({}, {10}), false), values, {},
                     dequantized, work));
}
