// bitloupe lesson: the list, one lesson as a document, its claims proven; render --lesson.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/app/process.h"

using namespace bitloupe::test;
using Json = nlohmann::json;

namespace {

constexpr const char* kLesson = "scale-and-clipping";

struct DataFolder {
  TemporaryFolder folder;
  std::string lessons = folder.path("bitloupe/lessons");
  DataFolder() { std::filesystem::create_directories(lessons); }
  ProcessResult run(std::vector<std::string> arguments) const {
    ProcessOptions options;
    options.environment = {{"XDG_DATA_HOME", folder.path()}};
    return run_bitloupe(std::move(arguments), options);
  }
  void write(const std::string& name, const std::string& claims) const {
    write_file(lessons + "/" + name + ".json",
               R"({"bitloupe_lesson":1,"key":")" + name +
                   R"(","title":"Mine","summary":"S","steps":[{"title":"t","text":"w","state":{"experiment":)"
                   R"({"source":"synthetic:ramp?shape=100","quant":{"format":"int4"}}},"claims":[)" +
                   claims + "]}]}");
  }
};

void check_refused(const ProcessResult& result, int status, const std::string& words) {
  CHECK(result.status == status);
  CHECK(result.out == "");
  CHECK(std::count(result.err.begin(), result.err.end(), '\n') == 1);
  CHECK_MESSAGE(result.err.find(words) != std::string::npos, result.err);
}

}  // namespace

TEST_CASE("lesson lists the lessons, the person's own too") {
  const DataFolder data;
  data.write("own", "");
  const ProcessResult table = data.run({"lesson"});
  CHECK(table.status == 0);
  CHECK(table.err == "");
  CHECK(table.out.find(kLesson) != std::string::npos);
  CHECK(table.out.find("own") != std::string::npos);
  const Json list = Json::parse(data.run({"lesson", "--json"}).out)["lessons"];
  REQUIRE(list.size() == 2);
  CHECK(list[0]["key"] == kLesson);
  CHECK(list[0]["steps"] == 6);
  CHECK(list[0]["path"].is_null());
  CHECK(list[1]["key"] == "own");
  CHECK(list[1]["path"] == data.lessons + "/own.json");
}

TEST_CASE("a file that is no lesson is named; the others are listed and exit is 1") {
  const DataFolder data;
  data.write("own", "");
  write_file(data.lessons + "/bad.json", "{");
  write_file(data.lessons + "/worse.json", "[]");
  const ProcessResult result = data.run({"lesson", "--json"});
  CHECK(result.status == 1);
  CHECK(Json::parse(result.out)["lessons"].size() == 2);
  CHECK(result.err.find("bad.json: not JSON text") != std::string::npos);
  CHECK(result.err.find("1 other file likewise") != std::string::npos);
  CHECK(data.run({"lesson", kLesson, "--prove"}).status == 0);
}

TEST_CASE("lesson NAME --prove decides every claim without a display") {
  const DataFolder data;
  ProcessResult result = data.run({"lesson", kLesson, "--prove", "--json"});
  CHECK(result.status == 0);
  const Json claims = Json::parse(result.out)["claims"];
  CHECK(claims.size() >= 12);
  for (const Json& claim : claims) CHECK_MESSAGE(claim["holds"] == true, claim.dump());
  // The same bytes for any number of threads.
  CHECK(data.run({"lesson", kLesson, "--prove", "--json", "--threads", "1"}).out == result.out);

  data.write("own", R"({"text":"c","check":"clipped","equals":0},{"text":"d","check":"bits","above":4})");
  result = data.run({"lesson", "own", "--prove"});
  CHECK(result.status == 1);
  CHECK(result.out.find("NO") != std::string::npos);
  CHECK(result.err.find("step 1: a claim does not hold (4 = 4)") != std::string::npos);
  result = data.run({"lesson", data.lessons + "/own.json", "--prove"});
  CHECK(result.status == 1);
}

TEST_CASE("lesson NAME --json prints the lesson") {
  const DataFolder data;
  const ProcessResult result = data.run({"lesson", kLesson, "--json"});
  CHECK(result.status == 0);
  const Json lesson = Json::parse(result.out);
  CHECK(lesson["key"] == kLesson);
  REQUIRE(lesson["steps"].size() == 6);
  CHECK(lesson["steps"][0]["experiment"]["quant"]["format"] == "int4");
  CHECK(lesson["steps"][0]["question"].is_string());
}

TEST_CASE("lesson: wrong names, steps and files") {
  const DataFolder data;
  check_refused(data.run({"lesson", "scale-and-cliping"}), 2, kLesson);
  check_refused(data.run({"lesson", std::string(kLesson) + ":7"}), 2, "1 to 6");
  check_refused(data.run({"lesson", "--prove"}), 2, "NAME");
  check_refused(data.run({"lesson", "missing.json"}), 1, "missing.json");
  write_file(data.lessons + "/bad.json", "{}");
  check_refused(data.run({"lesson", data.lessons + "/bad.json"}), 1, "bitloupe_lesson");
}

TEST_CASE("render --lesson draws a step without a display") {
  const DataFolder data;
  const TemporaryFolder folder;
  const std::string out = folder.path("step.png");
  const auto render = [&](const std::string& step) {
    return data.run({"render", "--lesson", kLesson + step, "--size", "900x600", "--force", "--out", out});
  };
  const ProcessResult first = render("");
  CHECK_MESSAGE(first.status == 0, first.err);
  const std::string picture = read_file(out);
  CHECK(picture.starts_with("\x89PNG"));
  CHECK(render(":5").status == 0);
  CHECK(read_file(out) != picture);
  check_refused(render(":9"), 2, "1 to 6");
  check_refused(
      data.run({"render", "synthetic:gaussian", "--lesson", kLesson, "--out", folder.path("b.png")}), 2,
      "leave out SOURCE");
  check_refused(data.run({"render", "--lesson", kLesson, "--format", "int4", "--out", folder.path("b.png")}),
                2, "leave out SOURCE");
}
