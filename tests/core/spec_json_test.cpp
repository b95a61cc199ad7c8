#include "core/quant/spec_json.h"

#include <doctest/doctest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <random>
#include <string>

#include "core/format/presets.h"
#include "core/quant/dialect.h"
#include "random_spec.h"

namespace bitloupe {
namespace {

QuantSpec read(std::string_view text) {
  Result<QuantSpec> spec = parse_spec_json(text, "spec.json");
  REQUIRE_MESSAGE(spec, (spec ? std::string() : spec.error().message));
  return *spec;
}

Error refusal(std::string_view text) {
  const Result<QuantSpec> spec = parse_spec_json(text, "spec.json");
  REQUIRE_MESSAGE(!spec, text);
  CHECK(spec.error().message.starts_with("spec.json: "));
  CHECK(spec.error().message.find('\n') == std::string::npos);
  return spec.error();
}

bool refused_with(std::string_view text, const char* part) {
  const Error error = refusal(text);
  INFO(error.message);
  CHECK(error.message.find(part) != std::string::npos);
  return error.code == ErrorCode::BadArgument && error.message.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("the contract's object reads and writes") {
  const QuantSpec spec =
      read(R"({"format":"int4","scheme":"symmetric","granularity":{"kind":"group","size":64,"axis":0},
    "scale_type":"f16","tensor_scale":"no","scale_rule":"floor","symmetric_scale":"qmax","zero_point":"auto",
    "include_zero":"yes","code_range":"narrow","divide":"f32","calibration":{"method":"percentile","percentile":99.9},
    "rounding":"nearest-even","overflow":"saturate","seed":0,"importance":null,"dialect":null,"recipe":null,
    "overrides":[{"group":17,"lo":-0.2,"hi":0.2}]})");
  CHECK(spec.granularity == Granularity{GranularityKind::Group, 0, 64});
  CHECK(spec.calibration.percentile == 99.9);
  CHECK(spec.overrides == std::vector<RangeOverride>{{17, -0.2, 0.2}});
  CHECK(
      to_json(spec) ==
      R"({"format":"int4","scheme":"symmetric","granularity":{"kind":"group","size":64,"axis":0},)"
      R"("scale_type":"f16","tensor_scale":"no","scale_rule":"floor","symmetric_scale":"qmax","zero_point":"auto",)"
      R"("include_zero":"yes","code_range":"narrow","divide":"f32","calibration":{"method":"percentile","percentile":99.9},)"
      R"("rounding":"nearest-even","overflow":"saturate","seed":0,"importance":null,"dialect":null,"recipe":null,)"
      R"("overrides":[{"group":17,"lo":-0.2,"hi":0.2}],"zero_point_rule":"round-difference","unsigned_zero":"middle",)"
      R"("scale_floor":"smallest-normal","zero_group":"one","code_scale":"stored","scale_arithmetic":"double"})");
}

TEST_CASE("defaults are written out") {
  const auto object = nlohmann::json::parse(to_json(QuantSpec{}));
  CHECK(object["format"] == "int8");
  CHECK(object["scheme"] == "symmetric");
  CHECK(object["code_range"] == "narrow");
  CHECK(object["granularity"] == nlohmann::json{{"kind", "tensor"}});
  CHECK(object["calibration"] == nlohmann::json{{"method", "minmax"}});
  CHECK(object["dialect"].is_null());
  CHECK(object["overrides"] == nlohmann::json::array());
  CHECK(read("{}") == QuantSpec{});
  CHECK(to_json(QuantSpec{}, 1).find("\n \"scheme\"") != std::string::npos);
}

TEST_CASE("JSON reads back to an equal canonical spec, whatever the spec") {
  std::mt19937 random(9);
  int valid = 0;
  for (int n = 0; n < 5000; ++n) {
    const QuantSpec spec = random_spec(random);
    if (!validate(spec)) continue;
    ++valid;
    const std::string text = to_json(spec);
    CAPTURE(text);
    const QuantSpec again = read(text);
    REQUIRE(canonical(again) == canonical(spec));
    REQUIRE(canonical(read(to_json(canonical(spec), 2))) == canonical(spec));
  }
  CHECK(valid > 500);
}

TEST_CASE("granularity and calibration take text and objects") {
  CHECK(read(R"({"granularity":"group:64:0"})") ==
        read(R"({"granularity":{"axis":0,"size":64,"kind":"group"}})"));
  CHECK(read(R"({"granularity":{"kind":"group","size":64}})").granularity.axis == -1);
  CHECK(read(R"({"granularity":{"kind":"tile","rows":2,"columns":3}})") ==
        read(R"({"granularity":"tile:2x3"})"));
  CHECK(read(R"({"granularity":{"kind":"group","size":64,"axis":"flat"}})") ==
        read(R"({"granularity":"group:64:flat"})"));
  CHECK(read(R"({"calibration":"manual:-1:2.5"})") ==
        read(R"({"calibration":{"method":"manual","lo":-1,"hi":2.5}})"));
  CHECK(read(R"({"calibration":"minmax"})") == read(R"({"calibration":{"method":"minmax"}})"));
}

TEST_CASE("the dialect is applied first, wherever it stands") {
  const QuantSpec spec = read(R"({"divide":"exact","dialect":"torch"})");
  CHECK(spec.divide == Divide::Exact);
  CHECK(spec.symmetric_scale == SymmetricScale::HalfRange);
}

TEST_CASE("a format has a long form and reads back from both") {
  const char* text =
      R"({"format":{"family":"float","signed":true,"exponent_bits":3,"mantissa_bits":3,"bias":3,)"
      R"("subnormals":true,"zero":true,"specials":"finite"}})";
  const QuantSpec spec = read(text);
  CHECK(spec.format == parse_format("float:E3M3").value());
  CHECK(to_json(spec).starts_with(
      R"({"format":{"family":"float","signed":true,"exponent_bits":3,"mantissa_bits":3,)"
      R"("bias":3,"subnormals":true,"zero":true,"specials":"finite"},"scheme":)"));
  CHECK(read(R"({"format":{"family":"float","exponent_bits":4,"mantissa_bits":3,"specials":"fn"}})").format ==
        parse_format("e4m3fn").value());
  CHECK(read(R"({"format":{"family":"float","exponent_bits":4,"mantissa_bits":3,"specials":"fnuz"}})")
            .format.bias == 8);
  CHECK(read(R"({"format":{"family":"integer","bits":4,"signed":false}})").format ==
        integer_format(4, false));
  CHECK(read(R"({"format":{"family":"fixed","bits":8,"fraction_bits":4}})").format == fixed_format(3, 4));
  CHECK(read(R"({"format":{"family":"sign-magnitude","bits":4}})").format == sign_magnitude_format(4));
}

TEST_CASE("wrong long forms are refused by field") {
  CHECK(refused_with(R"({"format":{"family":"floot"}})", "format family"));
  CHECK(refused_with(R"({"format":{}})", "format family"));
  CHECK(refused_with(R"({"format":{"family":"float"}})", "exponent_bits"));
  CHECK(refused_with(R"({"format":{"family":"float","exponent_bits":"3","mantissa_bits":2}})",
                     "exponent_bits"));
  CHECK(refused_with(R"({"format":{"family":"float","exponent_bits":3,"mantisa_bits":2}})", "mantissa_bits"));
  CHECK(
      refused_with(R"({"format":{"family":"float","exponent_bits":3,"mantissa_bits":2,"zero":1}})", "zero"));
  CHECK(refused_with(R"({"format":{"family":"float","exponent_bits":3,"mantissa_bits":2,"bias":1e3}})",
                     "bias"));
  CHECK(refused_with(
      R"({"format":{"family":"float","exponent_bits":3,"mantissa_bits":2,"bias":99999999999}})", "bias"));
  CHECK(
      refused_with(R"({"format":{"family":"fixed","bits":-2147483648,"fraction_bits":2147483647}})", "bits"));
  CHECK(refused_with(R"({"format":{"family":"integer","bits":33}})", "bits 33"));
  CHECK(read(R"({"format":{"family":"float","exponent_bits":4,"mantissa_bits":3,"specials":"p3109-finite"}})")
            .format == p3109_format(8, 4, true, false));
  CHECK(
      refused_with(R"({"format":{"family":"float","exponent_bits":4,"mantissa_bits":3,"specials":"p3109"}})",
                   "p3109-extended"));
}

TEST_CASE("a table of one's own reads back from its long form") {
  const QuantSpec spec = read(R"({"format":{"family":"table","levels":[-1,0.1,0,2.5]}})");
  constexpr float kLevels[] = {-1, 0.1f, 0, 2.5f};
  CHECK(spec.format == table_format(kLevels));
  CHECK(read(to_json(spec)).format == spec.format);
  CHECK(refused_with(R"({"format":{"family":"table"}})", "levels"));
  CHECK(refused_with(R"({"format":{"family":"table","levels":[1]}})", "2 to 256"));
  CHECK(refused_with(R"({"format":{"family":"table","levels":[0,1e39]}})", "finite"));
  CHECK(refused_with(R"({"format":{"family":"table","levels":[0,"x"]}})", "levels"));
  CHECK(refused_with(R"({"format":{"family":"table","levels":[0,1],"bits":4}})", "bits"));
}

TEST_CASE("errors name the key") {
  CHECK(refused_with(R"({"sheme":"affine"})", "nearest known one is scheme"));
  CHECK(refused_with(R"({"scheme":1})", "scheme: expected symmetric, affine, direct"));
  CHECK(refused_with(R"({"scheme":null})", "scheme"));
  CHECK(refused_with(R"({"seed":1.5})", "seed"));
  CHECK(refused_with(R"({"seed":-1})", "seed"));
  CHECK(refused_with(R"({"zero_point":1.5})", "zero_point"));
  CHECK(refused_with(R"({"zero_point":true})", "zero_point"));
  CHECK(refused_with(R"({"format":"uint8","zero_point":300})", "0 to 255"));
  CHECK(refused_with(R"({"include_zero":false})", "include_zero"));
  CHECK(refused_with(R"({"granularity":{"kind":"group"}})", "granularity size: missing"));
  CHECK(refused_with(R"({"granularity":{"kind":"group","size":"64"}})", "granularity size"));
  CHECK(refused_with(R"({"granularity":{"kind":"group","size":64,"axis":"0"}})", "granularity axis"));
  CHECK(refused_with(R"({"granularity":{"kind":"group","size":64,"axes":0}})", "nearest known one is axis"));
  CHECK(refused_with(R"({"granularity":{"size":64}})", "kind"));
  CHECK(refused_with(R"({"granularity":{"kind":"group","size":0}})", "size 0"));
  CHECK(refused_with(R"({"calibration":{"method":"percentile","percentile":200}})", "percentile 200"));
  CHECK(refused_with(R"({"calibration":{"method":"minmaxx"}})", "nearest is minmax"));
  CHECK(refused_with(R"({"calibration":[1]})", "calibration"));
  CHECK(refused_with(R"({"overrides":{}})", "overrides"));
  CHECK(refused_with(R"({"overrides":[1]})", "overrides"));
  CHECK(refused_with(R"({"overrides":[{"group":0,"lo":0}]})", "group, lo and hi"));
  CHECK(refused_with(R"({"overrides":[{"group":-1,"lo":0,"hi":1}]})", "overrides group"));
  CHECK(refused_with(R"({"overrides":[{"group":0,"lo":"0","hi":1}]})", "overrides lo"));
}

TEST_CASE("what comes later is not available") {
  for (const char* text :
       {R"({"importance":"a.npy"})", R"({"calibration":{"method":"octav"}})", R"({"format":"kmeans:16"})"}) {
    CAPTURE(text);
    CHECK(refusal(text).code == ErrorCode::NotAvailable);
  }
}

TEST_CASE("text that is not one JSON object is refused with its place") {
  CHECK(refused_with("", "not JSON"));
  CHECK(refused_with("[]", "one JSON object"));
  CHECK(refused_with("null", "one JSON object"));
  CHECK(refused_with("{\"seed\":1}\n{", "line 2"));
  CHECK(refused_with("{\n \"seed\": 0x1}", "line 2, column"));
  CHECK(refused_with("{\"seed\":1e999}", "not JSON"));
  CHECK(refused_with("{\"format\":\"\xff\"}", "not JSON"));
  CHECK(refused_with(std::string_view("{}\0{}", 5), "NUL"));
  CHECK(refused_with(R"({"seed":1,"seed":2})", "stands twice"));
  CHECK(refused_with(R"({"calibration":{"method":"minmax","method":"minmax"}})", "stands twice"));
  CHECK(refused_with(std::string(100000, '['), "nested"));
  CHECK(refused_with("{\"format\":" + std::string(50, '[') + std::string(50, ']') + "}", "nested"));
}

}  // namespace bitloupe
