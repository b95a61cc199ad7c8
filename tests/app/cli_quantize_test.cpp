#include <doctest/doctest.h>

#include <cstring>
#include <nlohmann/json.hpp>

#include "core/source.h"
#include "tests/app/process.h"
#include "tests/paths.h"

using namespace bitloupe::test;
using Json = nlohmann::ordered_json;

namespace {

std::vector<std::string> keys(const Json& object) {
  std::vector<std::string> names;
  for (const auto& [name, value] : object.items()) names.push_back(name);
  return names;
}

Json report(std::vector<std::string> options) {
  options.insert(options.begin(), "quantize");
  options.push_back("--json");
  const ProcessResult result = run_bitloupe(options);
  CHECK_MESSAGE(result.status == 0, result.err);
  return Json::parse(result.out, nullptr, false);
}

// The values of an array that the program wrote, read back by the project's own reader.
std::shared_ptr<const bitloupe::Tensor> array(const std::string& path) {
  return *bitloupe::load_source(*bitloupe::parse_source(path), bitloupe::Pick::Refuse, {});
}

std::string npy_dtype(const std::string& path) {
  const std::string bytes = read_file(path);
  const std::size_t at = bytes.find("'descr': '") + 10;
  return bytes.substr(at, 3);
}

const std::string kSource = "synthetic:gaussian?shape=64x96&seed=3";

}  // namespace

TEST_CASE("quantize --json has the contract's keys in its order") {
  const Json document = report({kSource, "--format", "int4", "--granularity", "group:32"});
  CHECK(keys(document) == std::vector<std::string>{"source", "tensor", "dtype", "shape", "count", "spec",
                                                   "scale", "zero_point", "tensor_scale", "scales_floored",
                                                   "scales_saturated", "error", "storage", "levels",
                                                   "elapsed_ms"});
  CHECK(keys(document["error"]) == std::vector<std::string>{"mse", "mse_rounding", "mse_clipping", "max_abs",
                                                            "mean", "sqnr_db", "relative_rmse", "cosine",
                                                            "clipped", "clipped_fraction", "overflowed",
                                                            "nan", "inf", "worst_group"});
  CHECK(keys(document["error"]["worst_group"]) == std::vector<std::string>{"group", "sqnr_db"});
  CHECK(keys(document["storage"]) ==
        std::vector<std::string>{"bits_per_value", "sum", "bytes", "ratio", "entropy_bits", "huffman_bits"});
  CHECK(keys(document["levels"]) == std::vector<std::string>{"used", "available"});
  CHECK(document["source"] == kSource);
  CHECK(document["dtype"] == "F32");
  CHECK(document["count"] == 6144);
  CHECK(document["scale"].size() == 192);
  CHECK(document["zero_point"].size() == 192);
  CHECK(document["tensor_scale"].is_null());
  CHECK(document["spec"]["granularity"]["size"] == 32);
  CHECK(document["storage"]["bits_per_value"] == 5.0);
  CHECK(document["error"]["mse"].get<double>() ==
        document["error"]["mse_rounding"].get<double>() + document["error"]["mse_clipping"].get<double>());
}

TEST_CASE("fitted levels are reported as a codebook") {
  const std::string values = "synthetic:ramp?shape=5&min=-2&max=2";  // -2, -1, 0, 1, 2
  const Json ternary = report({values, "--format", "ternary"});
  CHECK(ternary["spec"]["format"] == "ternary");
  CHECK(ternary["spec"]["scheme"] == "direct");
  CHECK(ternary["codebook"] == Json({-1.5, 0.0, 1.5}));
  CHECK(ternary["counts"] == Json({2, 1, 2}));
  CHECK(ternary["inertia"] == 1.0);  // 3^2 / 4 * 2 less than 10
  CHECK(ternary["optimal"] == true);
  CHECK(ternary["error"]["clipped"] == 0);
  CHECK(ternary["levels"]["available"] == 3);
  const Json binary = report({values, "--format", "binary"});
  CHECK(binary["codebook"].size() == 2);
  CHECK(binary["counts"] == Json({2, 3}));  // 0 counts as positive
  CHECK(binary["storage"]["sum"] == "1 + 32/5");
  CHECK(!report({values, "--format", "ternary:twn"}).contains("optimal"));
  CHECK(!report({values, "--format", "nf4"}).contains("codebook"));
  CHECK(run_bitloupe({"quantize", values, "--format", "binary", "--scheme", "symmetric"}).status == 2);
}

TEST_CASE("fitted levels of groups are reported as their scales") {
  const std::string values = "synthetic:ramp?shape=2x4&min=-4&max=3";  // -4 -3 -2 -1, 0 1 2 3
  const auto of = [&](const char* format, const char* granularity) {
    return report({values, "--format", format, "--granularity", granularity});
  };
  const Json binary = of("binary", "channel:0");
  CHECK(binary["scale"] == Json({2.5, 1.5}));
  CHECK(binary["spec"]["granularity"]["kind"] == "channel");
  CHECK(binary["spec"]["scheme"] == "direct");
  CHECK(binary["storage"]["sum"] == "1 + 32/4");
  CHECK(!binary.contains("codebook"));
  CHECK(!binary.contains("inertia"));
  // S^2 / k of the k largest magnitudes: of -4 to -1 16, 24.5, 27 and 25, of 0 to 3 9, 12.5 and 12.
  CHECK(of("ternary", "group:4")["scale"] == Json({3.0, 2.5}));
  CHECK(of("ternary", "group:4")["storage"]["sum"] == "2 + 32/4");
  CHECK(of("ternary:twn", "group:4")["scale"] == Json({3.0, 2.5}));  // above 1.75 and above 1.05
  CHECK(of("ternary", "tile:2x2")["scale"][0] == 3.5);
  CHECK(of("ternary", "group:5:flat")["storage"]["sum"] == "2 + 32·2/8");
  CHECK(report({values, "--format", "binary", "--granularity", "group:4", "--scale-type",
                "f16"})["storage"]["sum"] == "1 + 16/4");
  const ProcessResult refused = run_bitloupe(
      {"quantize", values, "--format", "ternary", "--granularity", "group:4", "--scheme", "symmetric"});
  CHECK(refused.status == 2);
  CHECK(refused.err.find("ternary") != std::string::npos);
}

TEST_CASE("groups are fitted the same by any number of threads") {
  for (const char* format : {"binary", "ternary", "ternary:twn"})
    for (const char* granularity : {"channel:1", "group:33", "tile:7x9", "channel:0"}) {
      const auto by = [&](const char* threads) {
        Json document = report({"synthetic:laplace?shape=3x90000&seed=5", "--format", format, "--granularity",
                                granularity, "--threads", threads});
        document.erase("elapsed_ms");
        return document;
      };
      CHECK(by("1") == by("3"));
    }
}

TEST_CASE("indices of a table are its codes") {
  const TemporaryFolder folder;
  const std::string path = folder.path("q.npy");
  report({kSource, "--format", "nf4", "--codes", path});
  CHECK(npy_dtype(path) == "|u1");
}

TEST_CASE("scales stay in the report up to 4096 groups") {
  CHECK(report({"synthetic:gaussian?shape=4096x2", "--granularity", "channel:0"})["scale"].size() == 4096);
  const Json more = report({"synthetic:gaussian?shape=4097x2", "--granularity", "channel:0"});
  CHECK(!more.contains("scale"));
  CHECK(!more.contains("zero_point"));
}

TEST_CASE("V07 V25 zero error is inf") {
  const Json zeros = report({"synthetic:uniform?shape=8&min=0&max=0"});
  CHECK(zeros["error"]["sqnr_db"] == "inf");
  CHECK(zeros["scale"][0] == 1.0);
  CHECK(zeros["error"]["relative_rmse"].is_null());
  const Json exact = report({"synthetic:gaussian?shape=8", "--format", "fp32"});
  CHECK(exact["error"]["sqnr_db"] == "inf");
  CHECK(exact["error"]["mse"] == 0.0);
}

TEST_CASE("options apply in their order: what follows a dialect overrides it") {
  const Json torch = report({kSource, "--dialect", "torch"})["spec"];
  CHECK(torch["divide"] == "reciprocal");
  CHECK(report({kSource, "--dialect", "torch", "--divide", "exact"})["spec"]["divide"] == "exact");
  CHECK(report({kSource, "--divide", "exact", "--dialect", "torch"})["spec"]["divide"] == "reciprocal");
  CHECK(report({kSource, "--format", "int4", "--format", "int5"})["spec"]["format"] == "int5");
}

TEST_CASE("--spec FILE reads what the report prints, options come on top") {
  const TemporaryFolder folder;
  const Json spec = report({kSource, "--format", "int4", "--granularity", "group:48:0", "--calibration",
                            "percentile:99.5"})["spec"];
  write_file(folder.path("spec.json"), spec.dump());
  CHECK(report({kSource, "--spec", folder.path("spec.json")})["spec"] == spec);
  CHECK(report({kSource, "--format", "int3", "--spec", folder.path("spec.json")})["spec"]["format"] ==
        "int3");
  write_file(folder.path("wrong.json"), R"({"formt":"int4"})");
  const ProcessResult wrong = run_bitloupe({"quantize", kSource, "--spec", folder.path("wrong.json")});
  CHECK(wrong.status != 0);
  CHECK(wrong.out == "");
  CHECK_MESSAGE(wrong.err.find("format") != std::string::npos, wrong.err);
  CHECK(run_bitloupe({"quantize", kSource, "--spec", folder.path("none.json")}).status == 1);
}

TEST_CASE("negative numbers work as option values") {
  const Json document = report({kSource, "--format", "int8", "--scheme", "affine", "--zero-point", "-5"});
  CHECK(document["zero_point"][0] == -5);
  CHECK(report({kSource, "--calibration", "manual:-1:0.5"})["spec"]["calibration"]["lo"] == -1.0);
}

TEST_CASE("--codes holds integers or bit patterns in the smallest type") {
  const TemporaryFolder folder;
  struct Case {
    const char *format, *dtype;
  };
  for (const Case& row : {Case{"int8", "|i1"}, Case{"int12", "<i2"}, Case{"uint4", "|u1"},
                          Case{"uint16", "<u2"}, Case{"sm4", "|i1"}, Case{"fixed:Q3.4", "|i1"},
                          Case{"fixed:Q7.8", "<i2"}, Case{"e4m3fn", "|u1"}, Case{"bf16", "<u2"}}) {
    const std::string path = folder.path(row.format);
    report({kSource, "--format", row.format, "--codes", path});
    CHECK_MESSAGE(npy_dtype(path) == row.dtype, row.format);
    CHECK(array(path)->shape == bitloupe::Shape{64, 96});
  }
}

TEST_CASE("codes, scales and dequantized values belong together") {
  const TemporaryFolder folder;
  const std::string source = folder.path("x.npy");
  CHECK(run_bitloupe({"sample", "laplace", "shape=6x50", "seed=9", "mean=0.3", "--out", source}).status == 0);
  const Json document =
      report({source, "--format", "uint4", "--granularity", "group:16", "--codes", folder.path("q.npy"),
              "--dequantized", folder.path("d.npy"), "--scales", folder.path("s.npy")});
  const auto x = array(source), q = array(folder.path("q.npy")), d = array(folder.path("d.npy")),
             s = array(folder.path("s.npy"));
  REQUIRE(s->count() == 24);  // ceil(50 / 16) = 4 runs in each of 6 rows
  double noise = 0;
  for (std::uint64_t i = 0; i < x->count(); ++i) {
    const std::uint64_t group = i / 50 * 4 + i % 50 / 16;
    const float scale = (*s->values)[group];
    const float zero = document["zero_point"][group].get<float>();
    CHECK(scale == document["scale"][group].get<float>());
    CHECK((*d->values)[i] == scale * ((*q->values)[i] - zero));
    const double error = static_cast<double>((*x->values)[i]) - static_cast<double>((*d->values)[i]);
    noise += error * error;
  }
  CHECK(document["error"]["mse"].get<double>() == doctest::Approx(noise / 300).epsilon(1e-12));
}

TEST_CASE("--scales F.npz carries the zero points") {
  const TemporaryFolder folder;
  report({kSource, "--format", "uint8", "--granularity", "channel:0", "--scales", folder.path("s.npz")});
  const std::string bytes = read_file(folder.path("s.npz"));
  CHECK(bytes.starts_with("PK"));
  CHECK(bytes.find("scale.npy") != std::string::npos);
  CHECK(bytes.find("zero_point.npy") != std::string::npos);
}

TEST_CASE("U12 U13 outputs: none is touched unless all can be written") {
  const TemporaryFolder folder;
  write_file(folder.path("there.npy"), "old");
  const ProcessResult exists = run_bitloupe(
      {"quantize", kSource, "--codes", folder.path("new.npy"), "--dequantized", folder.path("there.npy")});
  CHECK(exists.status == 1);
  CHECK(exists.out == "");
  CHECK(exists.err.find("--force") != std::string::npos);
  CHECK(read_file(folder.path("there.npy")) == "old");
  CHECK(read_file(folder.path("new.npy")) == "");
  CHECK(run_bitloupe({"quantize", kSource, "--codes", folder.path("new.npy"), "--dequantized",
                      folder.path("no/such/folder.npy")})
            .status == 1);
  CHECK(read_file(folder.path("new.npy")) == "");
  CHECK(run_bitloupe({"quantize", kSource, "--codes", folder.path("there.npy"), "--force"}).status == 0);
  CHECK(read_file(folder.path("there.npy")) != "old");
  CHECK(run_bitloupe({"quantize", kSource, "--codes", folder.path("a.npy"), "--scales", folder.path("a.npy")})
            .status == 2);
}

TEST_CASE("the same arguments print the same bytes for any number of threads") {
  const auto printed = [](const std::string& threads) {
    Json document = report({"synthetic:student-t?shape=1000x700&df=3", "--format", "int4", "--granularity",
                            "group:64", "--rounding", "stochastic", "--seed", "5", "--threads", threads});
    document.erase("elapsed_ms");
    return document.dump();
  };
  const std::string one = printed("1");
  for (const char* threads : {"2", "3", "8"}) CHECK(printed(threads) == one);
}

TEST_CASE("a source of several tensors needs a name, exit 2 with the names") {
  const std::string path = shared_dir() + "/data/silero_vad_16k.safetensors";
  if (read_file(path).empty()) {
    MESSAGE("skipped: no shared data");
    return;
  }
  const ProcessResult several = run_bitloupe({"quantize", path, "--json"});
  CHECK(several.status == 2);
  CHECK(several.out == "");
  CHECK(several.err.find("conv1.weight") != std::string::npos);
  const Json document = report({path + "::conv1.weight", "--format", "int4", "--granularity", "channel:0"});
  CHECK(document["tensor"] == "conv1.weight");
  CHECK(document["shape"].dump() == "[128,129,3]");
  CHECK(document["scale"].size() == 128);
}

TEST_CASE("V20: ten million groups take memory by the group, not by the group and the level") {
  const ProcessResult result = run_bitloupe({"quantize", "synthetic:uniform?shape=10000000", "--format",
                                             "int8", "--granularity", "group:1", "--json"});
  REQUIRE_MESSAGE(result.status == 0, result.err);
  const Json document = Json::parse(result.out);
  CHECK(document["count"] == 10000000);
  CHECK_FALSE(document.contains("scale"));  // past 4,096 groups they are left out
  CHECK(document["error"]["clipped"] == 0);
  // Values, extremes, ranges, scales and both counts of 256 levels a group would be 20 GB; one set is 450 MB.
#ifndef BITLOUPE_SANITIZED
  CHECK(result.peak_kib < 800 * 1024);
#endif
}
