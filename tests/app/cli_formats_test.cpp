#include <doctest/doctest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "tests/app/process.h"

using namespace bitloupe::test;
using Json = nlohmann::ordered_json;

namespace {

std::vector<std::string> keys(const Json& object) {
  std::vector<std::string> names;
  for (const auto& [name, value] : object.items()) names.push_back(name);
  return names;
}

Json json_of(std::vector<std::string> arguments, const ProcessOptions& options = {}) {
  arguments.push_back("--json");
  const ProcessResult result = run_bitloupe(std::move(arguments), options);
  CHECK_MESSAGE(result.status == 0, result.err);
  CHECK(result.err == "");
  return Json::parse(result.out, nullptr, false);
}

const std::vector<std::string> kFormatKeys = {"name",          "family",        "bits",   "signed",
                                              "exponent_bits", "mantissa_bits", "bias",   "max",
                                              "min_normal",    "min_subnormal", "values", "specials"};

}  // namespace

TEST_CASE("formats lists every named format with the contract's keys") {
  const Json document = json_of({"formats"});
  CHECK(keys(document) == std::vector<std::string>{"formats"});
  bool found = false;
  for (const Json& format : document["formats"]) {
    CHECK(keys(format) == kFormatKeys);
    if (format["name"] != "fp32") continue;
    found = true;
    CHECK(format["values"] == 4278190079u);  // 2^32 - 2^25 non-finite - one of two zeros
    CHECK(format["max"] == 3.4028234663852886e38);
  }
  CHECK(found);
}

TEST_CASE("formats NAME lists all codes in order") {
  const Json document = json_of({"formats", "e4m3fn"});
  std::vector<std::string> expected = kFormatKeys;
  expected.push_back("codes");
  CHECK(keys(document) == expected);
  CHECK(document["codes"].size() == 256);
  const Json& one = document["codes"][0x38];
  CHECK(keys(one) == std::vector<std::string>{"code", "bits", "value", "hex"});
  CHECK(one.dump() == R"({"code":"38","bits":"0 0111 000","value":1.0,"hex":"0x1p+0"})");
  CHECK(document["codes"][0x7f]["value"] == "nan");
  CHECK(document["values"] == 253);
  CHECK(json_of({"formats", "e5m2"})["codes"][0xfc]["value"] == "-inf");
  CHECK(json_of({"formats", "bf16"})["codes"].size() == 65536);
  CHECK(!json_of({"formats", "fp32"}).contains("codes"));
}

TEST_CASE("every golden table is a name, and its codes are those of formats NAME") {
  struct Expected {
    const char* name;
    std::size_t codes;
    const char* code;
    double value;
  };
  for (const Expected& expected :
       {Expected{"float8_e8m0fnu", 256, "7f", 1}, Expected{"p3109_k8p4ue", 256, "80", 1},
        Expected{"bnb_nf4", 16, "f", 1}, Expected{"bnb_fp4", 16, "3", 1}, Expected{"iq4_nl", 16, "8", 1},
        Expected{"af4", 16, "0", 1}, Expected{"pow2:4", 16, "7", 1}, Expected{"ternary", 3, "2", 1},
        Expected{"float4_e1m2_bias1", 16, "4", 1}, Expected{"table:3,1,-2", 3, "1", 1}}) {
    CAPTURE(expected.name);
    const Json document = json_of({"formats", expected.name});
    CHECK(document["codes"].size() == expected.codes);
    for (const Json& code : document["codes"])
      if (code["code"] == expected.code) CHECK(code["value"] == expected.value);
  }
  CHECK(!json_of({"formats", "tf32"}).contains("codes"));
  CHECK(json_of({"encode", "tf32", "1"})["results"][0]["code"] == "1fc00");
  const Json e8m0 = json_of({"formats", "e8m0"});
  CHECK(e8m0["specials"] == "nan-top");
  CHECK(e8m0["signed"] == false);
  CHECK(e8m0["values"] == 255);
  const Json nf4 = json_of({"formats", "nf4"});
  CHECK(nf4["family"] == "table");
  CHECK(nf4["bits"] == 4);
  CHECK(nf4["codes"][0]["bits"] == "0000");
}

TEST_CASE("encode rounds to tables, to powers of two by their exponent, and refuses what has no meaning") {
  const auto code = [](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "encode");
    return json_of(arguments)["results"][0]["code"];
  };
  CHECK(code({"nf4", "0.04"}) == "8");
  CHECK(code({"bnb_fp4", "-0"}) == "8");
  CHECK(code({"iq4_nl", "0"}) == "8");
  CHECK(code({"pow2:4", "0.72"}) == "6");
  CHECK(code({"pow2:4", "0.72", "--rounding", "nearest-exponent"}) == "7");
  CHECK(code({"e4m3fn", "464", "--overflow", "special"}) == "7e");
  CHECK(code({"e4m3fn", "465", "--overflow", "special"}) == "7f");
  const ProcessResult refused = run_bitloupe({"encode", "int8", "1", "--rounding", "nearest-exponent"});
  CHECK(refused.status == 2);
  CHECK(refused.err.find("nearest-exponent") != std::string::npos);
}

TEST_CASE("a code has ceil(bits / 4) digits") {
  CHECK(json_of({"formats", "e2m1"})["codes"][10]["code"] == "a");
  CHECK(json_of({"formats", "int5"})["codes"][31]["code"] == "1f");
  CHECK(json_of({"encode", "fp32", "1"})["results"][0]["code"] == "3f800000");
}

TEST_CASE("encode takes negative numbers, nan and inf as arguments, in order") {
  const Json document = json_of({"encode", "e4m3fn", "-3.5", "nan", "-inf", "0x1p-3", "-.5", "1e999"});
  CHECK(keys(document) == std::vector<std::string>{"format", "rounding", "overflow", "results"});
  CHECK(document["format"] == "e4m3fn");
  CHECK(document["rounding"] == "nearest-even");
  CHECK(document["overflow"] == "saturate");
  const Json& results = document["results"];
  CHECK(results.size() == 6);
  CHECK(keys(results[0]) == std::vector<std::string>{"input", "code", "value", "error"});
  CHECK(results[0]["value"] == -3.5);
  CHECK(results[1]["input"] == "nan");
  CHECK(results[1]["code"] == "7f");
  CHECK(results[2]["value"] == -448.0);
  CHECK(results[2]["error"] == "-inf");
  CHECK(results[3]["value"] == 0.125);
  CHECK(results[4]["value"] == -0.5);
  CHECK(results[5]["value"] == 448.0);
}

TEST_CASE("encode says null where the format has nothing to return") {
  const Json results = json_of({"encode", "e2m1", "nan", "100", "--overflow", "special"})["results"];
  for (const Json& result : results) {
    CHECK(result["code"].is_null());
    CHECK(result["value"].is_null());
    CHECK(result["error"].is_null());
  }
}

TEST_CASE("encode rounds the double once, not through float32") {
  // Just above the tie between 1 and 1.125, by less than float32 can tell.
  const Json results = json_of({"encode", "e4m3fn", "0x1.1000000000001p+0", "0x1.1p+0"})["results"];
  CHECK(results[0]["value"] == 1.125);
  CHECK(results[1]["value"] == 1.0);
}

TEST_CASE("encode refuses an endless line after a bounded part of it, in one short message") {
  ProcessOptions options;
  options.input = std::string(100000, 'x');
  const ProcessResult result = run_bitloupe({"encode", "e4m3fn"}, options);
  CHECK(result.status == 1);
  CHECK(result.out.empty());
  CHECK(result.err.size() < 250);
}

TEST_CASE("encode reads standard input where no value is given") {
  ProcessOptions options;
  options.input = "1\n\n -inf \n0x1p+2\r\n3";
  const Json results = json_of({"encode", "int8", "--rounding", "up"}, options)["results"];
  CHECK(results.size() == 4);
  CHECK(results[1]["value"] == -128.0);
  CHECK(results[3]["value"] == 3.0);
  options.input = "1\nabc\n";
  const ProcessResult bad = run_bitloupe({"encode", "int8"}, options);
  CHECK(bad.status == 1);
  CHECK(bad.out == "");
  CHECK(bad.err.find("line 2") != std::string::npos);
  CHECK(run_bitloupe({"encode", "int8", "abc"}).status == 2);
}

TEST_CASE("stochastic rounding follows the seed") {
  const std::vector<std::string> values(20, "0.5");
  const auto codes = [&](const std::string& seed) {
    std::vector<std::string> arguments = {"encode", "int8", "--rounding", "stochastic", "--seed", seed};
    arguments.insert(arguments.end(), values.begin(), values.end());
    return json_of(arguments)["results"];
  };
  CHECK(codes("1") == codes("1"));
  CHECK(codes("1") != codes("2"));
}
