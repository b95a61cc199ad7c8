// Recipes on the command line against golden/blocks: the bytes that --packed writes, values and scales.
#include <doctest/doctest.h>

#include <cstring>
#include <map>
#include <nlohmann/json.hpp>

#include "tests/app/json_output.h"
#include "tests/app/process.h"
#include "tests/core/support.h"
#include "tests/files.h"
#include "tests/paths.h"

using namespace bitloupe::test;
using Json = nlohmann::ordered_json;

namespace {

const std::string kBlocks = golden_dir() + "/blocks/";

std::vector<std::byte> bytes_of(const std::string& path) {
  const std::string text = read_text(path);
  std::vector<std::byte> bytes(text.size());
  std::memcpy(bytes.data(), text.data(), text.size());
  return bytes;
}

// What lies behind an npy's header.
std::vector<float> floats_of(const std::string& npy) {
  const std::string text = read_text(npy);
  const std::size_t data = text.find('\n') + 1;
  std::vector<float> values((text.size() - data) / sizeof(float));
  std::memcpy(values.data(), text.data() + data, values.size() * sizeof(float));
  return values;
}

void quantize(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "quantize");
  const ProcessResult result = run_bitloupe(arguments);
  CHECK(result.err == "");
  REQUIRE(result.status == 0);
}

const std::map<std::string, std::string> kGguf = {
    {"Q4_0", "q4_0"},     {"Q4_1", "q4_1"},        {"Q5_0", "q5_0"},       {"Q5_1", "q5_1"}, {"Q8_0", "q8_0"},
    {"Q2_K", "q2_k"},     {"Q3_K", "q3_k"},        {"Q4_K", "q4_k"},       {"Q5_K", "q5_k"}, {"Q6_K", "q6_k"},
    {"IQ4_NL", "iq4_nl"}, {"MXFP4", "gguf_mxfp4"}, {"NVFP4", "gguf_nvfp4"}};

}  // namespace

TEST_CASE(
    "--packed writes ggml's bytes and --dequantized its values, for every GGUF recipe and thread count") {
  const TemporaryFolder folder;
  for (const auto& [type, name] : kGguf) {
    const std::string recipe = name;
    CAPTURE(recipe);
    const auto members = read_npz(kBlocks + "gguf/" + type + "__normal.npz");
    const std::string packed = folder.path(recipe + ".bin"), values = folder.path(recipe + ".npy");
    quantize(
        {kBlocks + "gguf/in_normal.npy", "--recipe", recipe, "--packed", packed, "--dequantized", values});
    CHECK(bytes_of(packed) == members.at("packed"));
    CHECK(floats_of(values) == as<float>(members.at("dequantized")));
    const std::string again = folder.path(recipe + "1.bin");
    quantize({kBlocks + "gguf/in_normal.npy", "--recipe", recipe, "--packed", again, "--threads", "1"});
    CHECK(bytes_of(again) == members.at("packed"));
  }
}

TEST_CASE("--packed writes bitsandbytes' bytes for nf4 and bnb_fp4") {
  const TemporaryFolder folder;
  for (const auto& [prefix, recipe] :
       std::map<std::string, std::string>{{"nf4_b64__", "nf4"}, {"fp4_b64__", "bnb_fp4"}})
    for (const std::string input : {"normal", "not_multiple", "weights"}) {
      CAPTURE(input);
      const auto members = read_npz(kBlocks + "nf4/" + prefix + input + ".npz");
      const std::string packed = folder.path(prefix + input);
      quantize({kBlocks + "nf4/in_" + input + ".npy", "--recipe", recipe, "--packed", packed});
      const auto codes = as<std::uint8_t>(members.at("codes"));
      const std::vector<std::byte> own = bytes_of(packed);
      REQUIRE(own.size() == members.at("packed").size());
      for (std::size_t i = 0; i < codes.size(); ++i) {
        const int code = std::to_integer<int>(own[i / 2]) >> (i % 2 == 0 ? 4 : 0) & 15;
        CHECK((code == codes[i] || code % 8 + codes[i] % 8 == 0));  // FP4 has two zeros
      }
    }
}

TEST_CASE("two-level scales are reported and written as block scales and the tensor's") {
  const TemporaryFolder folder;
  const std::string input = kBlocks + "nvfp4/in_normal.npy", scales = folder.path("s.npz");
  const Json report = json_of({"quantize", input, "--recipe", "nvfp4", "--scales", scales});
  const auto members = read_npz(scales);
  const auto written = as<float>(members.at("scale"));
  CHECK(report["spec"]["recipe"] == "nvfp4");
  CHECK(report["tensor_scale"].get<double>() == 0x1.44f51p-10);
  REQUIRE(report["scale"].size() == written.size());
  for (std::size_t g = 0; g < written.size(); ++g) {
    CHECK(report["scale"][g].get<float>() == written[g]);
    CHECK(written[g] <= 448);
  }
  CHECK(report["storage"]["sum"].get<std::string>().starts_with("4 + 8/16 + 32/"));
}

TEST_CASE("a recipe that does not fit is one line; what was changed is no recipe") {
  const ProcessResult odd = run_bitloupe({"quantize", "synthetic:gaussian?shape=4x100", "--recipe", "q4_k"});
  CHECK(odd.status == 2);
  CHECK(odd.err.find("has 100 values, expected a multiple of 256") != std::string::npos);
  const ProcessResult unknown =
      run_bitloupe({"quantize", "synthetic:gaussian?shape=4x4", "--recipe", "mxfp5"});
  CHECK(unknown.status == 2);
  CHECK(unknown.err.find("the nearest is mxfp4") != std::string::npos);
  const Json changed =
      json_of({"quantize", "synthetic:gaussian?shape=4x100", "--recipe", "mxfp4", "--scale-rule", "even"});
  CHECK(changed["spec"]["recipe"].is_null());
  CHECK(changed["spec"]["scale_rule"] == "even");
}
