#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "tests/app/json_output.h"
#include "tests/app/process.h"

using namespace bitloupe::test;
using Json = nlohmann::ordered_json;

namespace {

std::vector<std::string> keys(const Json& object) {
  std::vector<std::string> names;
  for (const auto& [name, value] : object.items()) names.push_back(name);
  return names;
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

// cli_golden_test.cpp has the golden tables; here the names without one.
TEST_CASE("formats NAME knows aliases, tables and formats of one's own") {
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

TEST_CASE("every name of the contract is known, and aliases are the same format") {
  const auto facts = [](const std::string& name) {
    Json format = json_of({"formats", name});
    format.erase("name");
    return format;
  };
  for (const auto& names :
       std::vector<std::pair<std::string, std::string>>{{"float8_e4m3fn", "e4m3fn"},
                                                        {"float8_e5m2", "e5m2"},
                                                        {"float8_e4m3", "e4m3_ieee"},
                                                        {"float8_e3m4", "e3m4"},
                                                        {"float8_e4m3fnuz", "e4m3fnuz"},
                                                        {"float8_e5m2fnuz", "e5m2fnuz"},
                                                        {"float8_e4m3b11fnuz", "e4m3b11fnuz"},
                                                        {"float8_e8m0fnu", "e8m0"},
                                                        {"float6_e2m3fn", "e2m3"},
                                                        {"float6_e3m2fn", "e3m2"},
                                                        {"float4_e2m1fn", "e2m1"},
                                                        {"float4_e1m2_bias0", "e1m2"},
                                                        {"float4_e1m2_bias1", "e1m2_bias1"},
                                                        {"float4_e3m0_bias3", "e3m0"},
                                                        {"bnb_nf4", "nf4"},
                                                        {"bfloat16", "bf16"},
                                                        {"float16", "fp16"},
                                                        {"binary16", "fp16"},
                                                        {"float32", "fp32"},
                                                        {"E4M3FN", "e4m3fn"},
                                                        {"P3109_K8P4SE", "p3109_k8p4se"},
                                                        {"float:e3m2", "e3m2"},
                                                        {"float:E4M3:specials=fn", "e4m3fn"},
                                                        {"float:E4M3:bias=11:specials=fnuz", "e4m3b11fnuz"},
                                                        {"fixed:Q1.6", "mxint8"},
                                                        {"pow2:4", "float:E3M0:bias=7"}}) {
    CAPTURE(names.first);
    CHECK(facts(names.first) == facts(names.second));
  }
  for (const std::string name :
       {"float:E3M2:bias=4:specials=fn", "sm4", "fixed:Q3.4", "bnb_fp4", "af4", "iq4_nl", "binary", "ternary",
        "ternary:twn", "pow2:2", "pow2:8", "uint1", "int16", "tf32"})
    CHECK_MESSAGE(facts(name)["bits"].is_number(), name);
}

TEST_CASE("the facts of formats that lack some: zero, sign, subnormals, specials") {
  const auto facts = [](const std::string& name) {
    Json format = json_of({"formats", name});
    std::string text;
    for (const std::string& key : kFormatKeys) text += (text.empty() ? "" : " ") + format[key].dump();
    return text;
  };
  CHECK(facts("int8") == R"("int8" "integer" 8 true 0 0 0 127.0 1.0 0.0 256 "finite")");
  CHECK(facts("uint1") == R"("uint1" "integer" 1 false 0 0 0 1.0 1.0 0.0 2 "finite")");
  CHECK(facts("sm4") == R"("sm4" "sign-magnitude" 4 true 0 0 0 7.0 1.0 0.0 15 "finite")");
  CHECK(facts("fixed:Q3.4") == R"("fixed:Q3.4" "fixed" 8 true 0 0 0 7.9375 0.0625 0.0 256 "finite")");
  CHECK(facts("e4m3fn") == R"("e4m3fn" "float" 8 true 4 3 7 448.0 0.015625 0.001953125 253 "fn")");
  CHECK(facts("e5m2") ==
        R"("e5m2" "float" 8 true 5 2 15 57344.0 6.103515625e-05 1.52587890625e-05 247 "ieee")");
  CHECK(facts("e8m0") ==
        "\"e8m0\" \"float\" 8 false 8 0 127 1.7014118346046923e+38 5.877471754111438e-39 0.0 255 "
        "\"nan-top\"");
  CHECK(facts("e3m0") == R"("e3m0" "float" 4 true 3 0 3 16.0 0.25 0.0 15 "finite")");
  CHECK(facts("binary") == R"("binary" "table" 1 true 0 0 0 1.0 1.0 0.0 2 "finite")");
}

TEST_CASE("formats of more than 16 bits list no codes, and encode knows them") {
  for (const std::string name : {"fp32", "tf32", "p3109_k20p16se", "float:E8M9:specials=ieee"}) {
    CAPTURE(name);
    const Json format = json_of({"formats", name});
    CHECK(format.contains("codes") == (format["bits"] <= 16));
    CHECK(format["values"] > 65536);
    const Json one = json_of({"encode", name, "1.5"})["results"][0];
    CHECK(one["value"] == 1.5);
    CHECK(one["code"].get<std::string>().size() == (format["bits"].get<std::size_t>() + 3) / 4);
  }
  CHECK(json_of({"encode", "fp32", "0.1"})["results"][0]["code"] == "3dcccccd");
}

TEST_CASE("encode to formats of one bit and to E8M0: neither sign nor zero") {
  const auto codes = [](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "encode");
    std::string text;
    const Json document = json_of(arguments);
    for (const Json& result : document["results"])
      text +=
          (text.empty() ? "" : " ") + (result["code"].is_null() ? "-" : result["code"].get<std::string>());
    return text;
  };
  CHECK(codes({"uint1", "0", "0.5", "0.51", "1.5", "-3", "nan", "inf"}) == "0 0 1 1 0 - 1");
  CHECK(codes({"uint1", "0", "0.5", "0.51", "1.5", "-3", "nan", "inf", "--overflow", "special"}) ==
        "0 0 1 - - - -");
  CHECK(codes({"binary", "0", "-0", "-0.1", "9", "nan"}) == "1 1 0 1 -");
  CHECK(codes({"e8m0", "0", "-0", "-1", "-inf", "0x1p-127", "1", "3", "inf", "nan"}) ==
        "00 00 00 00 00 7f 80 fe ff");
  CHECK(codes({"e8m0", "0", "1e39", "inf", "nan", "--overflow", "special"}) == "00 ff ff ff");
  CHECK(codes({"ternary", "0.5", "-0.5", "0.6", "-2"}) == "2 0 2 0");
}

TEST_CASE("encode: decimal and hex floats as double, far beyond it too") {
  const Json results = json_of({"encode", "fp32", "1e-400", "-1e400", "0x1p-2000", "0X1.8P1", "+2", ".5",
                                "5.", "1E2", "Infinity", "-NaN"})["results"];
  const std::vector<Json> inputs = {0.0, "-inf", 0.0, 3.0, 2.0, 0.5, 5.0, 100.0, "inf", "nan"};
  REQUIRE(results.size() == inputs.size());
  for (std::size_t i = 0; i < inputs.size(); ++i) CHECK(results[i]["input"] == inputs[i]);
}

TEST_CASE("encode: whatever is no number on standard input is named by its line, and nothing is printed") {
  const auto refusal = [](const std::string& input) {
    ProcessOptions options;
    options.input = input;
    const ProcessResult result = run_bitloupe({"encode", "e4m3fn", "--json"}, options);
    CHECK(result.status == 1);
    CHECK(result.out == "");
    CHECK(std::count(result.err.begin(), result.err.end(), '\n') == 1);
    return result.err;
  };
  CHECK(refusal("\n\r\n \t\n3\r\nxyz\n") ==
        "bitloupe: standard input, line 5: 'xyz' is not a number (a decimal or hex float, nan or inf was "
        "expected)\n");
  for (const std::string line : {"# a comment", "1 2", "1,2", "0x", "1e", "--1", "1.5.2", "0b1", "infinit",
                                 "\xEF\xBB\xBF"
                                 "1"}) {
    CAPTURE(line);
    CHECK(refusal("1\n" + line + "\n3\n").find("line 2: '") != std::string::npos);
  }
  CHECK(refusal(std::string("1\0002\n", 4)).find("line 1: '1\\x002'") != std::string::npos);
}

TEST_CASE("encode: no value at all is an empty list") {
  ProcessOptions options;
  for (const std::string input : {"", "\n\n", " \r\n"}) {
    options.input = input;
    CHECK(json_of({"encode", "int8"}, options)["results"].empty());
  }
}

TEST_CASE("formats and encode refuse a wrong command line with 2 and one line") {
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"formats", "e9m9"},
                                             {"formats", "kmeans:16"},
                                             {"formats", "mxfp8_e4m3"},
                                             {"formats", "int99"},
                                             {"formats", "p3109_k8p8se"},
                                             {"formats", "p3109_k8p4sx"},
                                             {"formats", "pow2:9"},
                                             {"formats", "fixed:Q12.12"},
                                             {"formats", "float:E4M3:bias=999"},
                                             {"formats", "int8", "int4"},
                                             {"encode"},
                                             {"encode", "nope", "1"},
                                             {"encode", "int8", "1", "--rounding", "sideways"},
                                             {"encode", "int8", "1", "--overflow", "wrap"},
                                             {"encode", "int8", "1", "--scheme", "affine"},
                                             {"encode", "int8", "one"}}) {
    CAPTURE(arguments.back());
    const ProcessResult result = run_bitloupe(arguments);
    CHECK(result.status == 2);
    CHECK(result.out == "");
    CHECK(std::count(result.err.begin(), result.err.end(), '\n') == 1);
    CHECK(result.err.starts_with("bitloupe: "));
  }
  CHECK(run_bitloupe({"formats", "kmeans:16"}).err.find("not available") != std::string::npos);
}
