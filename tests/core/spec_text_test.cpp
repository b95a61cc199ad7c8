#include "core/quant/spec_text.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <random>
#include <string>

#include "core/format/presets.h"
#include "core/quant/dialect.h"
#include "core/text.h"
#include "random_spec.h"

namespace bitloupe {
namespace {

QuantSpec set(std::initializer_list<std::pair<const char*, const char*>> pairs) {
  QuantSpec spec;
  for (const auto& pair : pairs) {
    const Status status = set_key(spec, pair.first, pair.second);
    REQUIRE_MESSAGE(status, pair.first << " " << pair.second);
  }
  return spec;
}

ErrorCode refusal(const char* key, std::string_view text) {
  QuantSpec spec;
  const Status status = set_key(spec, key, text);
  REQUIRE_MESSAGE(!status, key << " " << text);
  CHECK(spec == QuantSpec{});
  return status.error().code;
}

std::string message(const char* key, const char* text) {
  QuantSpec spec;
  const Status status = set_key(spec, key, text);
  return status ? "" : status.error().message;
}

bool contains(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

std::string joined(const std::vector<std::string>& options) {
  std::string text;
  for (const std::string& option : options) text += (text.empty() ? "" : " ") + option;
  return text;
}

}  // namespace

TEST_CASE("keys set their fields, by either spelling") {
  const QuantSpec spec = set({{"format", "int4"},
                              {"scheme", "affine"},
                              {"granularity", "group:64:0"},
                              {"scale-type", "f16"},
                              {"zero_point", "-3"},
                              {"include-zero", "no"},
                              {"code_range", "narrow"},
                              {"divide", "exact"},
                              {"calibration", "percentile:99.9"},
                              {"rounding", "stochastic"},
                              {"seed", "18446744073709551615"}});
  CHECK(spec.format == integer_format(4, true));
  CHECK(spec.scheme == Scheme::Affine);
  CHECK(spec.granularity == Granularity{GranularityKind::Group, 0, 64});
  CHECK(spec.scale_type == ScaleType::F16);
  CHECK(spec.zero_point == -3);
  CHECK(!spec.include_zero);
  CHECK(spec.code_range == CodeRange::Narrow);
  CHECK(spec.divide == Divide::Exact);
  CHECK(spec.calibration.method == CalibrationMethod::Percentile);
  CHECK(spec.calibration.percentile == 99.9);
  CHECK(spec.rounding == Rounding::Stochastic);
  CHECK(spec.seed == ~std::uint64_t{0});
}

TEST_CASE("granularity and calibration texts") {
  CHECK(set({{"granularity", "group:32"}}).granularity == Granularity{GranularityKind::Group, -1, 32});
  CHECK(set({{"granularity", "channel:-2"}}).granularity.axis == -2);
  const Granularity tile = set({{"granularity", "tile:16x8"}}).granularity;
  CHECK(tile.kind == GranularityKind::Tile);
  CHECK(tile.size == 16);
  CHECK(tile.columns == 8);
  const QuantSpec flat = set({{"granularity", "group:64:flat"}, {"scale_type", "e8m0"}});
  CHECK(flat.granularity == Granularity{GranularityKind::Group, -1, 64, true});
  CHECK(flat.scale_type == ScaleType::E8M0);
  const Calibration manual = set({{"calibration", "manual:-1.5:2e-1"}}).calibration;
  CHECK(manual.lo == -1.5);
  CHECK(manual.hi == 0.2);
  CHECK(set({{"calibration", "ratio:+0.5"}}).calibration.ratio == 0.5);
}

TEST_CASE("values of later issues are not available") {
  const std::pair<const char*, const char*> later[] = {
      {"format", "kmeans:16"},          {"calibration", "kl:modelopt"}, {"calibration", "aciq"},
      {"calibration", "aciq:gauss"},    {"calibration", "octav"},       {"calibration", "histogram"},
      {"calibration", "sigma:3"},       {"calibration", "ema:0.9"},     {"calibration", "pnorm:2"},
      {"calibration", "four-over-six"}, {"calibration", "tf-enhanced"}, {"importance", "file.npy"}};
  for (const auto& [key, text] : later) CHECK(refusal(key, text) == ErrorCode::NotAvailable);
}

TEST_CASE("the defaults of features to come are accepted") {
  CHECK(set({{"importance", "none"}, {"recipe", "none"}, {"dialect", "none"}}) == QuantSpec{});
}

TEST_CASE("wrong values are refused and leave the spec alone") {
  const std::pair<const char*, const char*> wrong[] = {{"scheme", "symetric"},
                                                       {"scheme", ""},
                                                       {"scheme", "Symmetric"},
                                                       {"granularity", "group"},
                                                       {"granularity", "group:"},
                                                       {"granularity", "group:x"},
                                                       {"granularity", "group:-1"},
                                                       {"granularity", "group:32:0:1"},
                                                       {"granularity", "channel"},
                                                       {"granularity", "channel:0.5"},
                                                       {"granularity", "tensor:0"},
                                                       {"granularity", "tile"},
                                                       {"granularity", "tile:16"},
                                                       {"granularity", "tile:16:8"},
                                                       {"granularity", "tile:16x8x2"},
                                                       {"granularity", "tile:x8"},
                                                       {"calibration", "percentile"},
                                                       {"calibration", "percentile:"},
                                                       {"calibration", "percentile:nan"},
                                                       {"calibration", "percentile:1e999"},
                                                       {"calibration", "percentile:9,5"},
                                                       {"calibration", "manual:1"},
                                                       {"calibration", "manual:0x1p3:2"},
                                                       {"calibration", "minmax:1"},
                                                       {"calibration", "ratio:inf"},
                                                       {"calibration", "ratio:+-1"},
                                                       {"zero_point", "1.5"},
                                                       {"zero_point", "99999999999"},
                                                       {"zero_point", " 1"},
                                                       {"seed", "-1"},
                                                       {"seed", "18446744073709551616"},
                                                       {"include_zero", "true"},
                                                       {"overrides", "1:2"},
                                                       {"overrides", "x:1:2"},
                                                       {"overrides", "1:2:3,"},
                                                       {"tensor_scale", "maybe"},
                                                       {"dialect", "pytorch"}};
  for (const auto& [key, text] : wrong) CHECK(refusal(key, text) == ErrorCode::BadArgument);
}

TEST_CASE("messages name the key, what was found and the nearest") {
  CHECK(contains(message("scheme", "symetric"), "scheme 'symetric'"));
  CHECK(contains(message("scheme", "symetric"), "nearest is symmetric"));
  CHECK(contains(message("dialect", "pytorch"), "nearest is torch"));
  CHECK(contains(message("colour", "red"), "unknown key 'colour'"));
  CHECK(contains(message("scale_tipe", "f32"), "scale_type"));
  CHECK(contains(message("calibration", "octav"), "not available"));
}

TEST_CASE("to_options lists what differs from the default, and nothing else") {
  CHECK(to_options(QuantSpec{}).empty());
  CHECK(joined(to_options(
            set({{"format", "int4"}, {"granularity", "group:64"}, {"calibration", "percentile:99.9"}}))) ==
        "--format int4 --granularity group:64 --calibration percentile:99.9");
  CHECK(joined(to_options(set({{"format", "uint8"}, {"scheme", "affine"}}))) == "--format uint8");
  CHECK(joined(to_options(set({{"dialect", "torch"}}))) == "--dialect torch");
  CHECK(joined(to_options(set({{"dialect", "torch"}, {"divide", "f32"}}))) == "--dialect torch --divide f32");
}

TEST_CASE("to_options keeps what cannot be read, so that the command is refused as the spec is") {
  QuantSpec spec;
  spec.format.bits = 64;
  CHECK(joined(to_options(spec)) == "--format int64");
  spec = {};
  spec.calibration.method = CalibrationMethod::Percentile;
  spec.calibration.percentile = std::numeric_limits<double>::quiet_NaN();
  CHECK(joined(to_options(spec)) == "--calibration percentile:nan");
}

TEST_CASE("to_options reads back to an equal canonical spec, whatever the spec") {
  std::mt19937 random(7);
  for (int n = 0; n < 5000; ++n) {
    const QuantSpec spec = random_spec(random);
    const std::vector<std::string> options = to_options(spec);
    CAPTURE(joined(options));
    QuantSpec again;
    for (std::size_t i = 0; i < options.size(); i += 2)
      REQUIRE(set_key(again, std::string_view(options[i]).substr(2), options[i + 1]));
    REQUIRE(canonical(again) == canonical(spec));
  }
}

TEST_CASE("numbers print with the shortest text that reads back") {
  CHECK(number_text(0.1) == "0.1");
  CHECK(number_text(99.9) == "99.9");
  CHECK(number_text(-0.0) == "-0");
  std::mt19937_64 random(8);
  for (int i = 0; i < 10000; ++i) {
    const double x = std::bit_cast<double>(random());
    if (std::isfinite(x) && std::fabs(x) > 1e-300) REQUIRE(parse_number(number_text(x)) == x);
  }
}

TEST_CASE("describe is short and says what matters") {
  CHECK(describe(set({{"format", "int4"}})) == "INT4 symmetric per tensor, min-max");
  CHECK(describe(set({{"format", "fp16"}})) == "FP16 direct");
  CHECK(describe(
            set({{"format", "uint8"}, {"granularity", "channel:0"}, {"calibration", "percentile:99.9"}})) ==
        "UINT8 affine per channel (axis 0), percentile 99.9");
  CHECK(describe(set({{"format", "int4"},
                      {"granularity", "group:32"},
                      {"scale-type", "f16"},
                      {"calibration", "manual:1:-1"},
                      {"rounding", "stochastic"}})) ==
        "INT4 symmetric per group of 32 (axis -1), manual [-1, 1], FP16 scale, stochastic");
}

}  // namespace bitloupe
