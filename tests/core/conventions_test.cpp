// The conventions of a spec: complete, the same as what dialects set, and saying nothing only where they do
// nothing.
#include "core/quant/conventions.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <set>
#include <string>

#include "core/format/presets.h"
#include "core/quant/scales.h"
#include "core/quant/spec_text.h"
#include "tests/core/random_spec.h"

namespace bitloupe {
namespace {

const Convention& convention(std::string_view key) {
  const Convention* row = find_convention(key);
  REQUIRE_MESSAGE(row, std::string(key));
  return *row;
}

QuantSpec of_format(const char* name) {
  QuantSpec spec;
  spec.format = parse_format(name).value();
  return spec;
}

}  // namespace

TEST_CASE("the table of conventions is complete: keys of a spec, labels, help, choices") {
  std::set<std::string_view> keys, labels;
  for (const Convention& row : conventions()) {
    CAPTURE(row.key);
    CHECK(keys.insert(row.key).second);
    CHECK(labels.insert(row.label).second);
    CHECK(find_convention(row.key) == &row);
    CHECK(std::any_of(spec_keys().begin(), spec_keys().end(),
                      [&](const SpecKey& known) { return known.key == row.key; }));
    CHECK(row.help.ends_with('.'));
    REQUIRE(row.choices.size() >= 2);
    QuantSpec spec;
    for (std::size_t i = 0; i < row.choices.size(); ++i) {
      row.choose(spec, i);
      CHECK(row.chosen(spec) == i);
      QuantSpec typed;  // the key of a choice is what the command line takes
      REQUIRE(set_key(typed, row.key, row.choices[i].key));
      CHECK(row.chosen(typed) == i);
    }
  }
  CHECK(find_convention("format") == nullptr);
}

TEST_CASE("a dialect sets conventions and nothing else: following each is applying it") {
  std::mt19937 random(11);
  for (int n = 0; n < 400; ++n) {
    const QuantSpec spec = random_spec(random);
    if (!validate_rounding(spec.format, spec.rounding)) continue;
    for (const Dialect& dialect : dialects()) {
      QuantSpec applied = spec, followed = spec;
      apply(dialect, applied);
      for (const Convention& row : conventions()) follow(row, followed, dialect);
      followed.dialect = dialect.key;
      CHECK(followed == applied);
      for (const Convention& row : conventions()) {
        CHECK_FALSE(differs(row, applied, dialect));
        if (differs(row, spec, dialect)) {
          CHECK(row.set_by(dialect));
          CHECK(matters(row, spec));
        }
      }
    }
  }
}

TEST_CASE("conventions matter where their choices give other scales, zero points or codes") {
  const auto matters_for = [](const QuantSpec& spec) {
    std::set<std::string_view> keys;
    for (const Convention& row : conventions())
      if (matters(row, spec)) keys.insert(row.key);
    return keys;
  };
  using Keys = std::set<std::string_view>;
  const Keys scaled = {"scale_arithmetic", "scale_floor", "zero_group", "divide", "rounding"};
  const auto with = [&](Keys more) {
    more.insert(scaled.begin(), scaled.end());
    return more;
  };
  QuantSpec spec = of_format("int8");
  CHECK(matters_for(spec) == with({"code_range"}));  // narrow: the codes mirror, so every divisor is q_max
  spec.code_range = CodeRange::Full;
  CHECK(matters_for(spec) == with({"code_range", "symmetric_scale"}));
  spec.scale_type = ScaleType::F16;
  CHECK(matters_for(spec) == with({"code_range", "symmetric_scale", "code_scale"}));
  spec.scale_type = ScaleType::Pow2;
  CHECK(matters_for(spec) ==
        Keys{"code_range", "scale_rule", "scale_floor", "zero_group", "code_scale", "divide", "rounding"});
  spec.code_scale = CodeScale::Unrounded;
  CHECK(matters_for(spec) == with({"code_range", "scale_rule", "code_scale", "symmetric_scale"}));

  CHECK(matters_for(of_format("sm4")) == scaled);
  CHECK(matters_for(of_format("uint8")) == with({"zero_point_rule"}));
  spec = of_format("uint8");
  spec.zero_point = 7;
  CHECK(matters_for(spec) == scaled);
  spec = of_format("uint4");
  spec.scheme = Scheme::Symmetric;
  CHECK(matters_for(spec) == with({"unsigned_zero", "symmetric_scale"}));
  CHECK(matters_for(of_format("e4m3fn")) == scaled);
  CHECK(matters_for(of_format("nf4")) == scaled);
  CHECK(matters_for(of_format("fp16")) == Keys{"rounding"});
  CHECK(matters_for(of_format("fixed:Q3.4")) == Keys{"code_range", "rounding"});
  CHECK(matters_for(of_format("ternary")).empty());
}

// What canonical() takes back to the default may not change a bit.
TEST_CASE("a convention that says nothing changes no scale and no zero point") {
  std::mt19937 random(12);
  int taken_back = 0;
  for (int n = 0; n < 20000; ++n) {
    const QuantSpec spec = random_spec(random), clean = canonical(spec);
    if (!validate(spec)) continue;
    QuantSpec said = clean;
    // Divisors are a rule for integers; the others write what they mean into other fields.
    const bool integer = is_integer_family(spec.format);
    for (const Convention& row : conventions())
      if (row.key != "code_range" && row.key != "unsigned_zero" && (integer || row.key != "symmetric_scale"))
        row.take(said, spec);
    taken_back += said != clean;
    const auto end = [&] {
      const double lead = 0.5 + static_cast<double>(random()) / 8589934592.0;
      return static_cast<float>(std::ldexp(lead, static_cast<int>(random() % 20) - 10));
    };
    const ClipRange range = random() % 8 == 0 ? ClipRange{0, 0} : ClipRange{-end(), end()};
    std::uint64_t floored = 0, saturated = 0, floored_said = 0, saturated_said = 0;
    const GroupScale a = make_scale(clean, range, floored, saturated);
    const GroupScale b = make_scale(said, range, floored_said, saturated_said);
    const auto makes_codes = [](const GroupScale& s) { return s.unrounded != 0 ? s.unrounded : s.scale; };
    INFO(describe(spec), " ", range.lo, " ", range.hi);
    CHECK(a.scale == b.scale);
    CHECK(a.zero_point == b.zero_point);
    // The unrounded one has no floor and is no subnormal number.
    if (floored == 0 && a.scale >= 0x1p-126f) CHECK(makes_codes(a) == makes_codes(b));
    CHECK(floored == floored_said);
    CHECK(saturated == saturated_said);
  }
  CHECK(taken_back > 1000);
}

TEST_CASE("a dialect that wants what the format cannot take asks nothing of it") {
  const QuantSpec spec = of_format("ternary");
  CHECK_FALSE(differs(convention("rounding"), spec, *find_dialect("ggml")));
  CHECK(differs(convention("rounding"), of_format("int8"), *find_dialect("ggml")));
}

TEST_CASE("a spec without a dialect is measured against the default one") {
  QuantSpec spec;
  CHECK(dialect_of(spec).key == "default");
  spec.dialect = "ocp";
  CHECK(dialect_of(spec).key == "ocp");
}

}  // namespace bitloupe
