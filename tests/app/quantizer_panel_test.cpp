// The quantizer panel: which rows there are, what they write, what becomes of settings that lose their
// meaning.
#include <doctest/doctest.h>

#include "app/clip.h"
#include "app/panels/conform.h"
#include "app/panels/format_rows.h"
#include "core/format/codec.h"
#include "core/format/presets.h"
#include "tests/app/bench.h"

using namespace bitloupe;
using namespace bitloupe::test;

namespace {

bool shows(Bench& bench, const char* id) {
  for (int i = 0; i < 40; ++i) bench.headless.wheel("panel.quantizer", 3);
  for (int i = 0; i < 40 && !bench.headless.has(id); ++i) bench.headless.wheel("panel.quantizer", -1);
  return bench.headless.has(id);
}

}  // namespace

TEST_CASE("bits, family and encoding reach the snapshot") {
  Bench bench;
  bench.headless.drag("quantizer.bits", -400, 0);
  CHECK(bench.snapshot().spec.format.bits == 2);
  bench.headless.choose("quantizer.encoding", 1);
  CHECK(bench.snapshot().spec.format == integer_format(2, false));
  CHECK(bench.snapshot().spec.scheme == Scheme::Affine);
  CHECK_FALSE(bench.spec().scheme);  // still auto
  bench.headless.choose("quantizer.family", 1);
  CHECK(bench.snapshot().spec.format.family == Family::Float);
  CHECK(bench.snapshot().spec.scheme == Scheme::Symmetric);
}

TEST_CASE("tables: named ones, and levels of one's own") {
  Bench bench("synthetic:gaussian?shape=32x48", 1600, 1400);
  bench.headless.choose("quantizer.family", 3);
  CHECK(bench.snapshot().spec.format == parse_format("nf4").value());
  CHECK(bench.snapshot().spec.scheme == Scheme::Symmetric);
  bench.headless.enter("quantizer.levels", "-1, 0, 0.5, 2");
  CHECK(bench.snapshot().spec.format == parse_format("table:-1,0,0.5,2").value());
  for (const char* wrong : {"", "1", "a, b", "1, 1e99", "nan, 1", "1 2, 3"}) {
    bench.headless.enter("quantizer.levels", wrong);
    CHECK(bench.spec().format == parse_format("table:-1,0,0.5,2").value());
    CHECK(bench.headless.has("quantizer.levels/mistake"));
  }
}

TEST_CASE("levels that cannot be taken stay to be mended, with what is wrong below") {
  Bench bench("synthetic:gaussian?shape=32x48", 1600, 1400);
  const NumberFormat good = parse_format("table:-1,0,0.5,2").value();
  bench.spec().format = good;
  bench.settle();
  const auto wrong = [&] { return bench.headless.has("quantizer.levels/mistake"); };
  CHECK_FALSE(wrong());
  bench.headless.enter("quantizer.levels", "-1, 0, x");
  REQUIRE(wrong());
  const Rect row = bench.headless.rect("quantizer.levels");
  CHECK(bench.headless.rect("quantizer.levels/mistake").y >= row.bottom());
  CHECK(bench.headless.rect("quantizer.levels/mistake").height < 1.2f * row.height);  // one line
  CHECK(bench.spec().format == good);
  // Nothing is lost: the end is deleted and typed anew. The message goes as soon as the text is right.
  bench.headless.click("quantizer.levels");
  bench.headless.key(ui::Key::End);
  bench.headless.key(ui::Key::Backspace);
  CHECK(wrong());
  bench.headless.type("7");
  bench.headless.step(2);
  CHECK_FALSE(wrong());
  CHECK(bench.spec().format == good);
  bench.headless.key(ui::Key::Enter);
  bench.settle();
  CHECK(bench.spec().format == parse_format("table:-1,0,7").value());

  // Left by another control; left by Escape; overtaken by another format.
  bench.headless.click("quantizer.levels");
  bench.headless.key(ui::Key::End);
  bench.headless.type(",");
  bench.headless.click("quantizer.conventions");  // which does not move away under the press
  CHECK(bench.workbench.view().conventions_open == true);
  CHECK(wrong());
  bench.headless.click("quantizer.levels");
  bench.headless.key(ui::Key::Escape);
  bench.headless.step(2);
  CHECK_FALSE(wrong());
  bench.headless.enter("quantizer.levels", "1");
  CHECK(wrong());
  bench.spec().format = good;
  bench.settle();
  CHECK_FALSE(wrong());
  CHECK(bench.spec().format == good);
}

TEST_CASE("fitted levels leave nothing to choose but the format and which values share them") {
  Bench bench("synthetic:gaussian?shape=32x48", 1600, 1400);
  bench.spec().format = parse_format("ternary").value();
  bench.settle();
  REQUIRE(!bench.snapshot().error);
  CHECK(bench.snapshot().fitted != nullptr);
  for (const char* row :
       {"quantizer.levels", "quantizer.scale_type", "quantizer.range", "quantizer.overflow"})
    CHECK_FALSE(shows(bench, row));
  CHECK(shows(bench, "quantizer.granularity"));
}

TEST_CASE("fitted levels of groups: sizes, a scale type, and back to the whole tensor") {
  Bench bench("synthetic:gaussian?shape=32x48", 1600, 1400);
  bench.spec().format = parse_format("ternary").value();
  bench.spec().granularity.kind = GranularityKind::Group;
  bench.settle();
  REQUIRE(!bench.snapshot().error);
  CHECK(bench.snapshot().scales->groups.size() == 64);
  for (const char* row :
       {"quantizer.granularity", "quantizer.axis", "quantizer.sizes", "quantizer.scale_type"})
    CHECK(shows(bench, row));
  bench.spec().scale_type = ScaleType::Nested;  // of the format before
  bench.spec().granularity = {};
  bench.settle();
  CHECK(!bench.snapshot().error);
  CHECK(bench.snapshot().fitted != nullptr);
}

TEST_CASE("a format of one's own is saved under a name, renamed, chosen again and taken out") {
  Bench bench("synthetic:gaussian?shape=32x48", 1600, 1400);
  const NumberFormat own = parse_format("float:E3M2:bias=4:specials=fn").value();
  bench.spec().format = own;
  bench.settle();
  SavedFormats& saved = bench.workbench.preferences().formats;
  bench.headless.enter("quantizer.format_name", "narrow FP6");
  CHECK(saved == SavedFormats{{"narrow FP6", "float:E3M2:bias=4:specials=fn"}});
  bench.headless.enter("quantizer.format_name", "mine");
  CHECK(saved == SavedFormats{{"mine", "float:E3M2:bias=4:specials=fn"}});
  bench.spec().format = parse_format("e2m1").value();
  bench.settle();
  CHECK_FALSE(bench.headless.has("quantizer.format_name"));  // it has a name
  bench.headless.choose("quantizer.preset", 0);              // before the named ones
  CHECK(bench.snapshot().spec.format == own);
  bench.headless.enter("quantizer.format_name", "");
  CHECK(saved.empty());
}

TEST_CASE("names of saved formats: taken ones and blanks save nothing, unreadable forms stay") {
  SavedFormats saved = {{"from a newer version", "hexadic:9"}};
  const NumberFormat a = parse_format("float:E3M2:bias=4").value(), b = parse_format("table:0,1,3").value();
  CHECK(save_format(saved, a, "a"));
  CHECK_FALSE(save_format(saved, b, "a"));
  CHECK_FALSE(save_format(saved, b, "  "));
  CHECK_FALSE(save_format(saved, b, std::string(41, 'x')));
  CHECK(save_format(saved, b, "b"));
  CHECK(saved_name(saved, a) == "a");
  CHECK(saved_name(saved, b) == "b");
  CHECK(save_format(saved, a, ""));
  CHECK(saved.size() == 2);
  CHECK(saved.contains("from a newer version"));
}

TEST_CASE("every kind of specials can be chosen; sign and zero follow where they must") {
  for (const FormatPreset& preset : format_presets()) {
    if (preset.format.family != Family::Float || preset.format.mantissa_bits == 0) continue;
    CAPTURE(preset.key);
    for (int specials = 0; specials < 7; ++specials) {
      const NumberFormat format = with_specials(preset.format, static_cast<Specials>(specials));
      CHECK(validate(format));
      // Eight exponent bits leave no room for numbers in the top binade of float32.
      const bool possible = format.exponent_bits < 8 &&
                            (format.exponent_bits > 1 || specials != static_cast<int>(Specials::Ieee));
      if (possible) CHECK(format.specials == static_cast<Specials>(specials));
    }
  }
}

TEST_CASE(
    "the rounding to the nearest exponent is offered where levels are powers of two, and leaves with them") {
  QuantSpec spec;
  spec.format = parse_format("pow2:4").value();
  spec.rounding = Rounding::NearestExponent;
  CHECK(validate(spec));
  spec.format = parse_format("e2m1").value();
  CHECK(!validate(spec));
  CHECK(conformed(spec).rounding == Rounding::NearestEven);
  CHECK(conformed(spec).format == spec.format);
}

TEST_CASE("only rows that mean something are shown") {
  Bench bench("synthetic:gaussian?shape=32x48", 1600, 1400);
  CHECK(bench.headless.has("quantizer.code_range"));
  CHECK_FALSE(bench.headless.has("quantizer.zero_point"));
  CHECK_FALSE(bench.headless.has("quantizer.scale_rule"));
  CHECK_FALSE(bench.headless.has("quantizer.overflow"));
  CHECK_FALSE(bench.headless.has("quantizer.axis"));
  bench.spec().scale_type = ScaleType::Pow2;
  bench.spec().scheme = Scheme::Affine;
  bench.spec().granularity.kind = GranularityKind::Group;
  bench.settle();
  CHECK(shows(bench, "quantizer.scale_rule"));
  CHECK(shows(bench, "quantizer.zero_point"));
  CHECK(shows(bench, "quantizer.size"));
  bench.spec() = {};
  bench.spec().format = float_format(5, 10, Specials::Ieee);
  bench.settle();
  CHECK_FALSE(shows(bench, "quantizer.range"));  // a direct cast has no range
  CHECK_FALSE(shows(bench, "quantizer.divide"));
  CHECK(shows(bench, "quantizer.overflow"));
}

TEST_CASE("a format that rules out a setting resets that setting and nothing else") {
  QuantSpec spec;
  spec.scheme = Scheme::Affine;
  spec.zero_point = 3;
  spec.rounding = Rounding::Up;
  spec.format = float_format(4, 3, Specials::Fn);
  const QuantSpec fixed = conformed(spec);
  CHECK(validate(fixed).ok());
  CHECK_FALSE(fixed.scheme);
  CHECK(fixed.rounding == Rounding::Up);
  spec = {};
  spec.overflow = Overflow::Special;
  CHECK(conformed(spec).overflow == Overflow::Saturate);
  QuantSpec axis;
  axis.granularity = {GranularityKind::Group, 2, 16};
  CHECK(conformed(axis, {4, 4}).granularity.axis == -1);
  CHECK(conformed(axis, {4, 4}).granularity.size == 16);
}

TEST_CASE("an edit resets what it made meaningless and nothing else") {
  QuantSpec spec;
  spec.format = integer_format(8, false);
  spec.scheme = Scheme::Affine;
  spec.zero_point = 3;
  spec.granularity = {GranularityKind::Channel, 0, 1};
  spec.overrides = {{1, -1, 1}};
  spec.format = float_format(4, 3, Specials::Fn);
  const QuantSpec fixed = conformed(spec, {4, 4});
  CHECK_FALSE(fixed.zero_point.has_value());
  CHECK_FALSE(fixed.scheme.has_value());
  CHECK(fixed.granularity == spec.granularity);
  CHECK(fixed.overrides == spec.overrides);
}

TEST_CASE("typing a range makes the method manual; nan keeps the value (U23)") {
  Bench bench;
  REQUIRE(bench.spec().calibration.method == CalibrationMethod::MinMax);
  for (const char* text : {"nan", "1e999", ""}) {
    bench.headless.enter("quantizer.range/second", text);
    CHECK(bench.spec().calibration.method == CalibrationMethod::MinMax);
  }
  bench.headless.enter("quantizer.range/second", "0.25");
  CHECK(bench.spec().calibration.method == CalibrationMethod::Manual);
  CHECK(bench.spec().calibration.lo == -0.25);
  CHECK(bench.spec().calibration.hi == 0.25);
  CHECK(bench.snapshot().report->clipped > 0);
}

TEST_CASE("choosing manual starts from the range in force") {
  Bench bench;
  const ClipRange range = bench.snapshot().ranges->front();
  bench.headless.choose("quantizer.method", 4);
  CHECK(bench.spec().calibration.method == CalibrationMethod::Manual);
  const double amax = static_cast<double>(std::max(-range.lo, range.hi));
  CHECK(bench.spec().calibration.hi == amax);
  CHECK(bench.snapshot().report->clipped == 0);
}

TEST_CASE("a wrong spec says why, and the result before stays") {
  Bench bench;
  const auto before = bench.snapshot().scales;
  bench.spec().granularity = {GranularityKind::Channel, 7, 1};
  bench.settle();
  REQUIRE(bench.workbench.snapshot()->error);
  CHECK(bench.workbench.snapshot()->scales == before);
  CHECK(bench.headless.has("pane.original"));
  CHECK(bench.headless.has("quantizer.complaint"));
}

TEST_CASE("a family starts with the format that is nearest in width") {
  CHECK(float_like(integer_format(4, true)) == float_format(2, 1, Specials::Finite));
  CHECK(float_like(integer_format(16, true)) == float_format(5, 10, Specials::Ieee));
  CHECK(integer_like(float_format(8, 23, Specials::Ieee)).bits == 16);
  CHECK(fixed_like(integer_format(8, true)) == fixed_format(3, 4));
  for (const FormatPreset& preset : format_presets()) {
    CHECK(validate(integer_like(preset.format)).ok());
    CHECK(validate(float_like(preset.format)).ok());
    CHECK(validate(fixed_like(preset.format)).ok());
    CHECK(validate(table_like(preset.format)).ok());
    CHECK(validate(with_more_bits(preset.format, 1)).ok());
    CHECK(validate(with_more_bits(preset.format, -1)).ok());
  }
}

TEST_CASE("every size that the float sliders can reach is a valid format") {
  NumberFormat format = float_format(4, 3, Specials::Fn);
  for (int exponent = 1; exponent <= 8; ++exponent)
    for (int mantissa = 0; mantissa <= 23; ++mantissa)
      for (const Specials specials : {Specials::Finite, Specials::Ieee, Specials::Fn, Specials::Fnuz,
                                      Specials::P3109Extended, Specials::P3109Finite, Specials::NanTop}) {
        const NumberFormat sized = resized_float(format, exponent, mantissa, specials);
        CHECK(validate(sized).ok());
      }
}

TEST_CASE("moving a clip end") {
  QuantSpec spec;
  move_clip(spec, {-1, 1, true, false}, ClipEnd::Lo, -0.4, 0.01);
  CHECK(spec.calibration.lo == -0.4);
  CHECK(spec.calibration.hi == 0.4);
  move_clip(spec, {-1, 1, true, false}, ClipEnd::Hi, -3, 0.01);  // across zero
  CHECK(spec.calibration.hi == 0.01);
  move_clip(spec, {-1, 2, false, false}, ClipEnd::Hi, -5, 0.01);  // across the other end
  CHECK(spec.calibration.lo == -1);
  CHECK(spec.calibration.hi == doctest::Approx(-0.99));
  const QuantSpec before = spec;
  move_clip(spec, {-1, 2, false, false}, ClipEnd::Hi, std::numeric_limits<double>::quiet_NaN(), 0.01);
  CHECK(spec == before);
}
