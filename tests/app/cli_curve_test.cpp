// bitloupe curve: keys and their order, the sums that must hold, wrong command lines.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "tests/app/process.h"

using namespace bitloupe::test;
using Json = nlohmann::ordered_json;

namespace {

using Names = std::vector<std::string>;

Names keys(const Json& object) {
  Names names;
  for (const auto& [name, value] : object.items()) names.push_back(name);
  return names;
}

Json curve(Names options) {
  options.insert(options.begin(), "curve");
  options.push_back("--json");
  const ProcessResult result = run_bitloupe(options);
  CHECK_MESSAGE(result.status == 0, result.err);
  return Json::parse(result.out, nullptr, false);
}

double mse_of(const std::string& source, const Names& options) {
  Names arguments = {"quantize", source, "--json"};
  arguments.insert(arguments.end(), options.begin(), options.end());
  return Json::parse(run_bitloupe(arguments).out)["error"]["mse"].get<double>();
}

std::string manual(const Json& lo, const Json& hi) { return "manual:" + lo.dump() + ":" + hi.dump(); }

void check_columns(const Json& document) {
  const std::size_t count = document["threshold"].size();
  for (const char* name : {"min", "max", "mse", "mse_rounding", "mse_clipping"})
    CHECK_MESSAGE(document[name].size() == count, name);
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) CHECK(document["threshold"][i].get<double>() > document["threshold"][i - 1].get<double>());
    CHECK(document["mse"][i].get<double>() ==
          document["mse_rounding"][i].get<double>() + document["mse_clipping"][i].get<double>());
    CHECK(document["best"]["mse"].get<double>() <= document["mse"][i].get<double>() * (1 + 1e-8));
  }
}

void check_refused(const Names& arguments, int status, const std::string& word) {
  const ProcessResult result = run_bitloupe(arguments);
  CHECK(result.status == status);
  CHECK(result.out == "");
  CHECK(std::count(result.err.begin(), result.err.end(), '\n') == 1);
  CHECK_MESSAGE(result.err.find(word) != std::string::npos, result.err);
}

const std::string kSource = "synthetic:laplace?shape=64x96&seed=3";

}  // namespace

TEST_CASE("curve --json has the contract's keys in its order") {
  const Json document = curve({kSource, "--format", "int4"});
  CHECK(keys(document) == Names{"axis", "relative", "threshold", "min", "max", "mse", "mse_rounding",
                                "mse_clipping", "best", "methods"});
  CHECK(keys(document["best"]) == Names{"threshold", "min", "max", "mse", "label", "mse_bound"});
  CHECK(keys(document["methods"]) == Names{"minmax", "percentile", "mse"});
  for (const auto& [name, method] : document["methods"].items())
    CHECK(keys(method) == Names{"min", "max", "mse", "sqnr_db", "clipped_fraction", "time_ms"});
  CHECK(document["axis"] == "threshold");
  CHECK(document["relative"] == false);
  const std::string label = document["best"]["label"];
  CHECK((label == "proven" || label == "refined"));
  CHECK(document["threshold"].size() >= 200);  // 256 asked for
  check_columns(document);
}

TEST_CASE("points of the curve and picks are what quantize measures") {
  const Json document = curve({kSource, "--format", "int4", "--points", "40"});
  const std::size_t count = document["threshold"].size();
  for (const std::size_t i : {count / 3, count / 2, count - 2}) {
    CHECK(document["max"][i].get<double>() ==
          doctest::Approx(document["threshold"][i].get<double>()).epsilon(1e-6));
    CHECK(document["min"][i].get<double>() == -document["max"][i].get<double>());
    const double mse = mse_of(
        kSource, {"--format", "int4", "--calibration", manual(document["min"][i], document["max"][i])});
    CHECK(document["mse"][i].get<double>() == doctest::Approx(mse).epsilon(1e-9));
  }
  const Json& methods = document["methods"];
  CHECK(methods["minmax"]["mse"].get<double>() ==
        doctest::Approx(mse_of(kSource, {"--format", "int4"})).epsilon(1e-9));
  CHECK(methods["minmax"]["clipped_fraction"] == 0.0);
  CHECK(methods["percentile"]["mse"].get<double>() ==
        doctest::Approx(mse_of(kSource, {"--format", "int4", "--calibration", "percentile:99.9"}))
            .epsilon(1e-9));
  CHECK(methods["mse"]["mse"].get<double>() <= methods["percentile"]["mse"].get<double>());
  CHECK(methods["mse"]["mse"].get<double>() <= methods["minmax"]["mse"].get<double>());
  CHECK(methods["mse"]["mse"].get<double>() ==
        doctest::Approx(document["best"]["mse"].get<double>()).epsilon(1e-9));
}

TEST_CASE("an affine curve runs along the ray of the tensor's range") {
  const std::string source = "synthetic:uniform?shape=50x50&min=-1&max=3";
  const Json document = curve({source, "--format", "uint4", "--points", "20"});
  const std::size_t last = document["threshold"].size() - 1;
  for (const std::size_t i : {std::size_t{0}, last / 2, last})
    CHECK(document["min"][i].get<double>() / document["max"][i].get<double>() ==
          doctest::Approx(document["min"][last].get<double>() / document["max"][last].get<double>())
              .epsilon(1e-5));
  CHECK(document["threshold"][last].get<double>() ==
        doctest::Approx(document["max"][last].get<double>()).epsilon(1e-6));
  check_columns(document);
}

TEST_CASE("the curve begins well below its minimum, with heavy tails and outliers too") {
  for (const char* source :
       {"synthetic:student-t?shape=300x300&df=4", "synthetic:outliers?shape=300x300&fraction=0.001&factor=50",
        "synthetic:gaussian?shape=300x300"})
    for (const char* format : {"int3", "int4", "int8"}) {
      const Json document = curve({source, "--format", format});
      CHECK_MESSAGE(document["threshold"][0].get<double>() < document["best"]["threshold"].get<double>() / 2,
                    std::string(source), " ", std::string(format));
    }
}

TEST_CASE("finer granularities have a relative curve, one group an absolute one") {
  const Json all = curve({kSource, "--format", "int4", "--granularity", "channel:0", "--points", "30"});
  CHECK(all["axis"] == "fraction");
  CHECK(all["relative"] == true);
  CHECK(all["threshold"].back().get<double>() <= 1);
  check_columns(all);
  const double half = all["threshold"][all["threshold"].size() / 2].get<double>();
  CHECK(all["mse"][all["threshold"].size() / 2].get<double>() ==
        doctest::Approx(mse_of(kSource, {"--format", "int4", "--granularity", "channel:0", "--calibration",
                                         "ratio:" + Json(half).dump()}))
            .epsilon(1e-9));
  const Json one =
      curve({kSource, "--format", "int4", "--granularity", "channel:0", "--group", "5", "--points", "30"});
  CHECK(one["axis"] == "threshold");
  CHECK(one["relative"] == false);
  CHECK(one["threshold"].back().get<double>() > 1);  // a Laplace channel reaches farther than that
  check_columns(one);
  CHECK(one["methods"]["mse"]["mse"].get<double>() ==
        doctest::Approx(one["best"]["mse"].get<double>()).epsilon(1e-9));
  CHECK(one["methods"]["minmax"]["mse"].get<double>() >= one["best"]["mse"].get<double>());
}

TEST_CASE("the table for people has the picks and some twenty rows of the curve") {
  const ProcessResult result = run_bitloupe({"curve", kSource, "--format", "int4"});
  CHECK(result.status == 0);
  for (const char* word : {"minmax", "percentile", "mse", "threshold", "rounding", "clipping", "minimum"})
    CHECK_MESSAGE(result.out.find(word) != std::string::npos, word);
  const auto lines = std::count(result.out.begin(), result.out.end(), '\n');
  CHECK(lines > 25);
  CHECK(lines < 40);
}

TEST_CASE("the minimum under stochastic rounding is an expectation") {
  const auto out = [](const std::string& rounding, const std::string& granularity) {
    return run_bitloupe(
               {"curve", kSource, "--format", "int4", "--rounding", rounding, "--granularity", granularity})
        .out;
  };
  CHECK(out("stochastic", "tensor").find(" (expected) at ") != std::string::npos);
  CHECK(out("nearest-even", "tensor").find("expected") == std::string::npos);
  CHECK(out("stochastic", "group:32").find("expected") == std::string::npos);  // one draw is measured
}

TEST_CASE("--points and --group out of range are exit 2 with what would be right") {
  for (const char* points : {"1", "0", "-5", "65537", "many", "1e3", ""})
    check_refused({"curve", kSource, "--points", points}, 2, *points == 0 ? "--points" : "2 to 65536");
  CHECK(curve({kSource, "--points", "2"})["threshold"].size() >= 2);
  check_refused({"curve", kSource, "--granularity", "channel:0", "--group", "64"}, 2, "64");
  check_refused({"curve", kSource, "--granularity", "group:32", "--group", "500"}, 2, "192");
  check_refused({"curve", kSource, "--group", "1"}, 2, "--group");
  check_refused({"curve", kSource, "--group", "first"}, 2, "first");
}

TEST_CASE("specs and sources without a curve") {
  check_refused({"curve", kSource, "--scheme", "direct"}, 2, "direct");
  check_refused({"curve", kSource, "--format", "fp32"}, 2, "");
  check_refused({"curve", kSource, "--granularity", "channel:9"}, 2, "axis");
  check_refused({"curve"}, 2, "SOURCE");
  check_refused({"curve", "missing.npy"}, 1, "missing.npy");
  check_refused({"curve", kSource, "--importance", "a.npy"}, 2, "not available");
}

TEST_CASE("odd tensors: no spread, one value, nothing finite, nothing at all") {
  for (const char* source : {"synthetic:uniform?shape=8&min=0&max=0", "synthetic:uniform?shape=8&min=2&max=2",
                             "synthetic:gaussian?shape=1"}) {
    const Json document = curve({source, "--format", "int4"});
    CHECK(document["methods"].size() == 3);
    CHECK(document["threshold"].size() == document["mse"].size());
    CHECK(run_bitloupe({"curve", source, "--format", "int4"}).status == 0);
  }
}

TEST_CASE("the same arguments print the same bytes for any number of threads") {
  const auto printed = [](const std::string& threads) {
    Json document = curve({"synthetic:student-t?shape=300x700&df=3", "--format", "int3", "--granularity",
                           "channel:0", "--points", "20", "--threads", threads});
    for (auto& [name, method] : document["methods"].items()) method.erase("time_ms");
    return document.dump();
  };
  const std::string one = printed("1");
  for (const char* threads : {"2", "5"}) CHECK(printed(threads) == one);
}
