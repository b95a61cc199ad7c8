#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/app/process.h"

using namespace bitloupe::test;
using Json = nlohmann::json;

TEST_CASE("sample writes what the synthetic source gives") {
  const TemporaryFolder folder;
  const std::string path = folder.path("x.npy");
  const ProcessResult made = run_bitloupe({"sample", "mixture", "means=-1,2", "stds=0.5,1", "weights=1,3",
                                           "shape=20x10", "seed=7", "--out", path, "--json"});
  REQUIRE_MESSAGE(made.status == 0, made.err);
  const Json report = Json::parse(made.out);
  CHECK(report["count"] == 200);
  CHECK(report["path"] == path);
  CHECK(report["bytes"] == read_file(path).size());
  Json from_file = Json::parse(run_bitloupe({"inspect", path, "--json"}).out)["tensors"][0];
  Json direct =
      Json::parse(run_bitloupe({"inspect", report["source"].get<std::string>(), "--json"}).out)["tensors"][0];
  for (const char* key : {"shape", "min", "max", "mean", "std"}) CHECK(from_file[key] == direct[key]);
}

TEST_CASE("V30 sample refuses what makes no sense and never overwrites unasked") {
  const TemporaryFolder folder;
  const std::string path = folder.path("x.npy");
  for (const std::vector<std::string>& wrong :
       std::vector<std::vector<std::string>>{{"gaussian", "std=-1"},
                                             {"student-t", "df=0"},
                                             {"gausian"},
                                             {"gaussian", "sigma=1"},
                                             {"gaussian", "shape=axb"},
                                             {"gaussian", "shape=1048576x1048576"}}) {
    std::vector<std::string> arguments = {"sample"};
    arguments.insert(arguments.end(), wrong.begin(), wrong.end());
    arguments.insert(arguments.end(), {"--out", path});
    const ProcessResult result = run_bitloupe(arguments);
    CHECK_MESSAGE(result.status == 2, result.err);
    CHECK(result.out == "");
  }
  write_file(path, "old");
  CHECK(run_bitloupe({"sample", "gaussian", "--out", path}).status == 1);
  CHECK(read_file(path) == "old");
  CHECK(run_bitloupe({"sample", "gaussian"}).status == 2);
}
