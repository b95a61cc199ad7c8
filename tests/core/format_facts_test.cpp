// The figures of the formats as reference.md lists them: ranges, numbers of levels, special codes.
#include <doctest/doctest.h>

#include <cstddef>

#include "core/format/codec.h"
#include "core/format/presets.h"

namespace bitloupe {
namespace {

NumberFormat named(const char* name) { return parse_format(name).value(); }

TEST_CASE("facts of the presets (reference figures of the formats)") {
  struct Row {
    const char* name;
    double max, min_normal, min_subnormal;
    std::size_t values;
  };
  const Row rows[] = {{"fp16", 65504, 0x1p-14, 0x1p-24, 63487},
                      {"bf16", 0x1.fep127, 0x1p-126, 0x1p-133, 65279},
                      {"e4m3fn", 448, 0x1p-6, 0x1p-9, 253},
                      {"e5m2", 57344, 0x1p-14, 0x1p-16, 247},
                      {"e2m1", 6, 1, 0.5, 15},
                      {"fp32", 0x1.fffffep127, 0x1p-126, 0x1p-149, 0},
                      {"float:E2M3", 7.5, 1, 0.125, 63},
                      {"float:E3M0", 16, 0.25, 0, 15},
                      {"int8", 127, 1, 0, 256},
                      {"sm4", 7, 1, 0, 15}};
  for (const Row& row : rows) {
    const NumberFormat format = named(row.name);
    CAPTURE(row.name);
    CHECK(max_finite(format) == row.max);
    CHECK(min_normal(format) == row.min_normal);
    CHECK(min_subnormal(format) == row.min_subnormal);
    CHECK(levels(format).size() == row.values);
  }
  CHECK(!nan_code(named("e2m1")));
  CHECK(nan_code(named("e4m3fn")) == Code{0x7f});
  CHECK(nan_code(named("float:E4M3:specials=fnuz")) == Code{0x80});
  CHECK(nan_code(named("fp16")) == Code{0x7e00});
  CHECK(has_inf(named("fp16")));
  CHECK(!has_inf(named("e4m3fn")));
}

}  // namespace
}  // namespace bitloupe
