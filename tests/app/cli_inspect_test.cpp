#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/app/process.h"
#include "tests/core/gguf_bytes.h"

using namespace bitloupe::test;
using Json = nlohmann::ordered_json;

namespace {

std::vector<std::string> keys(const Json& object) {
  std::vector<std::string> names;
  for (const auto& [name, value] : object.items()) names.push_back(name);
  return names;
}

const std::vector<std::string> kTensorKeys = {
    "name",      "dtype",     "shape",      "count",          "min",      "max",   "mean",      "std",
    "nan_count", "inf_count", "zero_count", "rounded_to_f32", "warnings", "error", "error_code"};

}  // namespace

TEST_CASE("inspect --json has the contract's keys") {
  const TemporaryFolder folder;
  const std::string payload("\0\0\x80\x3f\0\0\0\0\0\0\xc0\x7f\0\0\x80\xff", 16);  // 1, 0, nan, -inf
  write_file(folder.path("a.safetensors"),
             safetensors_bytes(
                 R"({"__metadata__":{"who":"me"},"w":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]}})",
                 payload));
  const ProcessResult result = run_bitloupe({"inspect", folder.path("a.safetensors"), "--json"});
  CHECK_MESSAGE(result.status == 0, result.err);
  const Json document = Json::parse(result.out);
  CHECK(keys(document) == std::vector<std::string>{"source", "format", "metadata", "warnings", "tensors"});
  CHECK(document["source"] == folder.path("a.safetensors"));
  CHECK(document["format"] == "safetensors");
  CHECK(document["metadata"]["who"] == "me");
  const Json& tensor = document["tensors"][0];
  CHECK(keys(tensor) == kTensorKeys);
  CHECK(
      tensor.dump() ==
      R"({"name":"w","dtype":"F32","shape":[2,2],"count":4,"min":0.0,"max":1.0,"mean":0.5,"std":0.5,)"
      R"("nan_count":1,"inf_count":1,"zero_count":1,"rounded_to_f32":0,"warnings":[],"error":null,"error_code":null})");
}

TEST_CASE("S32 much metadata is shown in part, and whole as JSON") {
  const TemporaryFolder folder;
  std::string entries = "\"log\":\"" + std::string(100'000, 'x') + '"';
  for (int i = 0; i < 200; ++i) entries += ",\"k" + std::to_string(i) + "\":\"v\"";
  write_file(folder.path("a.safetensors"), safetensors_bytes("{\"__metadata__\":{" + entries + "}}", ""));
  const ProcessResult text = run_bitloupe({"inspect", folder.path("a.safetensors")});
  CHECK(text.status == 0);
  CHECK(text.out.size() < 4000);
  CHECK(text.out.find("xxx...\n") != std::string::npos);
  CHECK(text.out.find("... and 151 more") != std::string::npos);
  const Json document = Json::parse(run_bitloupe({"inspect", folder.path("a.safetensors"), "--json"}).out);
  CHECK(document["metadata"].size() == 201);
  CHECK(document["metadata"]["log"].get<std::string>().size() == 100'000);
}

TEST_CASE("G15 a GGUF file is listed with its metadata, block types and what cannot be decoded") {
  const TemporaryFolder folder;
  const std::string path = folder.path("a.gguf");
  const std::string block = std::string("\0\x3C", 2) + std::string(16, '\x9A');  // d = 1, codes 10 and 9
  write_file(path, gguf_file({gguf_key("general.architecture", kString, gguf_text("llama")),
                              gguf_array("words", kString, 2, gguf_text("a") + gguf_text("b\xFF"))},
                             {gguf_tensor("w", {32, 2}, kQ4_0, 0), gguf_tensor("x", {256}, 16, 64)},
                             block + block + std::string(28, '\0') + std::string(66, '\1')));
  const ProcessResult result = run_bitloupe({"inspect", path, "--json"});
  CHECK(result.status == 1);
  CHECK(result.err == "bitloupe: " + path + ": tensor 'x': IQ2_XXS is not decoded\n");
  const Json document = Json::parse(result.out);
  CHECK(document["format"] == "gguf");
  CHECK(document["metadata"]["general.architecture"] == "llama");
  CHECK(document["metadata"]["words"] == "string[2]: \"a\", \"b\\xff\"");
  CHECK(document["tensors"][0]["dtype"] == "Q4_0");
  CHECK(document["tensors"][0]["shape"] == Json::parse("[2,32]"));
  CHECK(document["tensors"][0]["min"] == 1.0);
  CHECK(document["tensors"][0]["max"] == 2.0);
  CHECK(document["tensors"][0]["mean"] == 1.5);
  CHECK(document["tensors"][1]["dtype"] == "IQ2_XXS");
  CHECK(document["tensors"][1]["error_code"] == "G_TYPE");
  CHECK(document["tensors"][1]["min"].is_null());
  const ProcessResult quantized = run_bitloupe({"quantize", path + "::w", "--format", "int8", "--json"});
  CHECK_MESSAGE(quantized.status == 0, quantized.err);
  const Json report = Json::parse(quantized.out);
  CHECK(report["dtype"] == "Q4_0");
  CHECK(report["shape"] == Json::parse("[2,32]"));
  // 4.5 bits were stored; int8 and one float32 scale take 8.5.
  CHECK(report["storage"]["ratio"] == 4.5 / 8.5);
  CHECK(run_bitloupe({"quantize", path + "::x", "--format", "int8"}).status == 1);
}

TEST_CASE("V01 V03 statistics are null where there is no finite value") {
  const TemporaryFolder folder;
  write_file(
      folder.path("a.safetensors"),
      safetensors_bytes(
          R"({"n":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"e":{"dtype":"F32","shape":[0,3],"data_offsets":[4,4]}})",
          std::string("\0\0\xc0\x7f", 4)));
  const ProcessResult result = run_bitloupe({"inspect", folder.path("a.safetensors"), "--json"});
  CHECK_MESSAGE(result.status == 0, result.err);
  const Json document = Json::parse(result.out);
  for (const Json& tensor : document["tensors"])
    for (const char* key : {"min", "max", "mean", "std"}) CHECK(tensor[key].is_null());
  CHECK(document["tensors"][0]["nan_count"] == 1);
  CHECK(run_bitloupe({"inspect", folder.path("a.safetensors")}).status == 0);
}

TEST_CASE("--no-stats reads headers only") {
  const Json tensor =
      Json::parse(run_bitloupe({"inspect", "synthetic:gaussian?shape=100000x80000", "--no-stats", "--json"})
                      .out)["tensors"][0];
  CHECK(keys(tensor) == kTensorKeys);
  CHECK(tensor["count"] == 8000000000u);
  CHECK(tensor["min"].is_null());
  CHECK(tensor["nan_count"].is_null());
}

TEST_CASE(
    "S18 a tensor that cannot be read has its reason, the others their figures, and the exit status is 1") {
  const TemporaryFolder folder;
  const std::string path = folder.path("mixed.safetensors");
  write_file(path, safetensors_bytes(R"({"a":{"dtype":"F7","shape":[4],"data_offsets":[0,4]},)"
                                     R"("b":{"dtype":"F7","shape":[4],"data_offsets":[4,8]},)"
                                     R"("ok":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}})",
                                     std::string("\0\0\0\0\0\0\0\0\0\0\x80\x3f", 12)));
  const ProcessResult result = run_bitloupe({"inspect", path, "--json"});
  CHECK(result.status == 1);
  const Json document = Json::parse(result.out);
  CHECK(document["tensors"].size() == 3);
  CHECK(document["tensors"][0]["error"].is_string());
  CHECK(document["tensors"][0]["error_code"] == "ST_DTYPE");
  CHECK(document["tensors"][2]["error"].is_null());
  CHECK(document["tensors"][2]["max"] == 1.0);
  CHECK(std::count(result.err.begin(), result.err.end(), '\n') == 1);
  CHECK_MESSAGE(result.err.find("1 other") != std::string::npos, result.err);
  CHECK(run_bitloupe({"inspect", path + "::ok", "--json"}).status == 0);
}

TEST_CASE("a synthetic source is inspected like a file") {
  const Json document =
      Json::parse(run_bitloupe({"inspect", "synthetic:ramp?shape=5&min=-1&max=1&quantiles=1", "--json"}).out);
  CHECK(document["format"] == "synthetic");
  CHECK(document["tensors"].size() == 1);
  CHECK(document["tensors"][0]["name"] == "ramp");
  CHECK(document["tensors"][0]["shape"].dump() == "[5]");
}

TEST_CASE("a npy tensor is named by its file's stem") {
  const TemporaryFolder folder;
  const std::string path = folder.path("two.parts.npy");
  CHECK(run_bitloupe({"sample", "uniform", "shape=3x4", "min=-1", "--out", path}).status == 0);
  const Json document = Json::parse(run_bitloupe({"inspect", path, "--json"}).out);
  CHECK(document["format"] == "npy");
  CHECK(document["tensors"][0]["name"] == "two.parts");
}
