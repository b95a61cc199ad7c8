// bitloupe compare: two sources, and one source under several dialects.
#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <nlohmann/json.hpp>

#include "tests/app/process.h"
#include "tests/core/gguf_bytes.h"

using namespace bitloupe::test;
using Json = nlohmann::ordered_json;

namespace {

using Names = std::vector<std::string>;

Json compare(Names arguments) {
  arguments.insert(arguments.begin(), "compare");
  arguments.push_back("--json");
  const ProcessResult result = run_bitloupe(arguments);
  CHECK_MESSAGE(result.status == 0, result.err);
  return Json::parse(result.out, nullptr, false)["tensors"];
}

void check_refused(Names arguments, int status, const std::string& word) {
  arguments.insert(arguments.begin(), "compare");
  const ProcessResult result = run_bitloupe(arguments);
  CHECK(result.status == status);
  CHECK(result.out == "");
  CHECK(std::count(result.err.begin(), result.err.end(), '\n') == 1);
  CHECK_MESSAGE(result.err.find(word) != std::string::npos, result.err);
}

// Tensors of U8 values, each of one axis.
void write_bytes(const std::string& path, const std::vector<std::pair<std::string, std::string>>& tensors) {
  std::string header = "{", data;
  for (const auto& [name, bytes] : tensors) {
    header += (data.empty() ? "\"" : ",\"") + name + R"(":{"dtype":"U8","shape":[)" +
              std::to_string(bytes.size()) + R"(],"data_offsets":[)" + std::to_string(data.size()) + "," +
              std::to_string(data.size() + bytes.size()) + "]}";
    data += bytes;
  }
  write_file(path, safetensors_bytes(header + "}", data));
}

const std::string kSource = "synthetic:gaussian?shape=64x96&seed=3";

}  // namespace

TEST_CASE("compare: tensors of one name, worst first, with the contract's keys") {
  const TemporaryFolder folder;
  const std::string a = folder.path("a.safetensors"), b = folder.path("b.safetensors");
  write_bytes(a, {{"same", "\1\2\3"}, {"near", "\2\4\6"}, {"far", "\3\4"}, {"gone", "\1"}, {"cut", "\1\2"}});
  write_bytes(b, {{"far", std::string("\0\0", 2)},
                  {"near", "\2\4\7"},
                  {"same", "\1\2\3"},
                  {"new", "\1"},
                  {"cut", "\1"}});
  const Json rows = compare({a, b});
  REQUIRE(rows.size() == 6);
  Names names, keys;
  for (const Json& row : rows) names.push_back(row["name"]);
  CHECK(names == Names{"gone", "cut", "new", "far", "near", "same"});
  for (const auto& [key, value] : rows[3].items()) keys.push_back(key);
  CHECK(keys == Names{"name", "a", "b", "a_dtype", "b_dtype", "relative_rmse", "sqnr_db", "max_abs",
                      "different", "first_difference", "error"});
  CHECK(rows[0]["error"] == "only in a");
  CHECK(rows[0]["b"] == "");
  CHECK(rows[1]["error"] == "shapes differ ([2] and [1])");
  CHECK(rows[2]["error"] == "only in b");
  CHECK(rows[3]["a"] == a + "::far");
  CHECK(rows[3]["b"] == b + "::far");
  CHECK(rows[3]["relative_rmse"] == 1.0);
  CHECK(rows[3]["sqnr_db"] == 0.0);
  CHECK(rows[3]["max_abs"] == 4.0);
  CHECK(rows[3]["different"] == 2);
  CHECK(rows[3]["first_difference"] == Json::parse(R"({"index":0,"a":3.0,"b":0.0})"));
  CHECK(rows[3]["error"].is_null());
  CHECK(rows[4]["relative_rmse"] == std::sqrt(1.0 / 56.0));
  CHECK(rows[4]["first_difference"]["index"] == 2);
  CHECK(rows[5]["sqnr_db"] == "inf");
  CHECK(rows[5]["first_difference"].is_null());
}

TEST_CASE("compare: a tensor and what it became have the error that quantize reports") {
  const TemporaryFolder folder;
  const std::string file = folder.path("dequantized.npy");
  const ProcessResult made = run_bitloupe({"quantize", kSource, "--format", "int4", "--granularity",
                                           "group:32", "--dequantized", file, "--json"});
  REQUIRE_MESSAGE(made.status == 0, made.err);
  const Json error = Json::parse(made.out)["error"], row = compare({kSource, file})[0];
  CHECK(row["name"] == "gaussian");
  CHECK(row["max_abs"] == error["max_abs"]);
  CHECK(row["sqnr_db"].get<double>() == doctest::Approx(error["sqnr_db"].get<double>()).epsilon(1e-12));
  CHECK(row["relative_rmse"].get<double>() ==
        doctest::Approx(error["relative_rmse"].get<double>()).epsilon(1e-12));
}

TEST_CASE("compare --dialects: every one against the first, as quantize finds them") {
  const TemporaryFolder folder;
  Names files[2];
  const Names dialects = {"default", "torch"};
  for (std::size_t i = 0; i < 2; ++i) {
    files[i] = {folder.path(dialects[i] + ".codes.npy"), folder.path(dialects[i] + ".npy")};
    const ProcessResult made = run_bitloupe({"quantize", kSource, "--dialect", dialects[i], "--format",
                                             "int4", "--codes", files[i][0], "--dequantized", files[i][1]});
    REQUIRE_MESSAGE(made.status == 0, made.err);
  }
  const Json rows = compare({kSource, "--dialects", "default,torch", "--format", "int4"});
  REQUIRE(rows.size() == 1);
  const Json row = rows[0], codes = compare({files[0][0], files[1][0]})[0],
             values = compare({files[0][1], files[1][1]})[0];
  CHECK(row["a"] == "default");
  CHECK(row["b"] == "torch");
  CHECK(row["different"] == values["different"]);
  CHECK(row["different"].get<int>() > 4000);  // half-range: another scale
  CHECK(row["relative_rmse"] == values["relative_rmse"]);
  CHECK(row["first_difference"] == values["first_difference"]);
  CHECK(row["codes_different"] == codes["different"]);
  CHECK(row["codes_different"].get<int>() > 0);
  CHECK(row["codes_different"].get<int>() < 6144);
  const Json torch = Json::parse(
      run_bitloupe({"quantize", kSource, "--dialect", "torch", "--format", "int4", "--json"}).out);
  CHECK(row["b_sqnr_db"] == torch["error"]["sqnr_db"]);
}

TEST_CASE("compare: the same for any number of threads, and a table for people") {
  const Names arguments = {"compare", "synthetic:gaussian?shape=300x700&seed=1",
                           "synthetic:gaussian?shape=300x700&seed=2"};
  Names one = arguments, four = arguments;
  one.insert(one.end(), {"--json", "--threads", "1"});
  four.insert(four.end(), {"--json", "--threads", "4"});
  CHECK(run_bitloupe(one).out == run_bitloupe(four).out);
  const std::string table = run_bitloupe(arguments).out;
  CHECK(table.find("relative RMSE") != std::string::npos);
  CHECK(table.find("gaussian") != std::string::npos);
}

TEST_CASE("compare: wrong command lines and sources that have nothing in common") {
  const TemporaryFolder folder;
  const std::string a = folder.path("a.safetensors"), b = folder.path("b.safetensors");
  write_bytes(a, {{"x", "\1"}, {"y", "\1"}});
  write_bytes(b, {{"z", "\1"}});
  check_refused({a, b}, 1, "no tensor of the first is in the second");
  check_refused({a + "::q", b}, 2, "no tensor 'q'");
  check_refused({a, folder.path("missing.npy")}, 1, "missing.npy");
  check_refused({a}, 2, "either a second source or --dialects");
  check_refused({a, b, "--dialects", "default,torch"}, 2, "either a second source or --dialects");
  check_refused({a, b, "--format", "int4"}, 2, "--dialects");
  check_refused({kSource, "--dialects", "torch"}, 2, "at least two");
  check_refused({kSource, "--dialects", "torch,torch"}, 2, "stands twice");
  check_refused({kSource, "--dialects", "torch,pytroch"}, 2, "'pytroch'");
  check_refused({kSource, "--dialects", "default,torch", "--dialect", "torch"}, 2, "exclude each other");
  check_refused({kSource, "--dialects", "default,torch", "--format", "int99"}, 2, "int99");
}

TEST_CASE("compare: a checkpoint and its GGUF, by the names that each gives to a tensor") {
  const TemporaryFolder folder;
  const std::string a = folder.path("a.safetensors"), b = folder.path("b.gguf");
  write_bytes(a, {{"model.layers.1.mlp.up_proj.weight", "\1\2\3\4"},
                  {"model.norm.weight", "\5"},
                  {"same", "\6"},
                  {"lost", "\7"},
                  {"model.embed_tokens.weight", "\x8"}});
  const auto float_at = [](int value) {
    return little_endian(std::bit_cast<std::uint32_t>(static_cast<float>(value)), 4);
  };
  const std::string four = float_at(1) + float_at(2) + float_at(3) + float_at(5), rest(28, '\0');
  write_file(
      b,
      gguf_file(
          {},
          {gguf_tensor("blk.1.ffn_up.weight", {4}, kF32, 0), gguf_tensor("output_norm.weight", {1}, kF32, 32),
           gguf_tensor("same", {1}, kF32, 64), gguf_tensor("token_embd.weight", {256}, 16, 96)},
          four + std::string(16, '\0') + float_at(5) + rest + float_at(6) + rest + std::string(66, '\1')));
  const Json rows = compare({a, b});
  REQUIRE(rows.size() == 5);
  CHECK(rows[0]["name"] == "lost");
  CHECK(rows[0]["error"] == "only in a");
  CHECK(rows[1]["name"] == "model.embed_tokens.weight");
  CHECK(rows[1]["error"] == b + ": tensor 'token_embd.weight': IQ2_XXS is not decoded");
  CHECK(rows[2]["name"] == "model.layers.1.mlp.up_proj.weight");
  CHECK(rows[2]["b"] == b + "::blk.1.ffn_up.weight");
  CHECK(rows[2]["different"] == 1);
  CHECK(rows[2]["a_dtype"] == "U8");
  CHECK(rows[2]["b_dtype"] == "F32");
  CHECK(rows[1]["b_dtype"] == "IQ2_XXS");
  CHECK(rows[0]["b_dtype"].is_null());
  CHECK(rows[3]["sqnr_db"] == "inf");
  const ProcessResult text = run_bitloupe({"compare", a, b});
  CHECK(text.status == 0);
  CHECK(text.out.find("in b") != std::string::npos);
  CHECK(text.out.find("U8 | F32") != std::string::npos);
  CHECK(text.out.find("blk.1.ffn_up.weight") != std::string::npos);
  const Json turned = compare({b, a});
  REQUIRE(turned.size() == 5);
  CHECK(turned[1]["error"] == "only in b");
  CHECK(turned[2]["name"] == "blk.1.ffn_up.weight");
  CHECK(turned[2]["b"] == a + "::model.layers.1.mlp.up_proj.weight");
  CHECK(turned[2]["different"] == 1);
}
