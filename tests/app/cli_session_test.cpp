// Session files on the command line.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/app/process.h"

using namespace bitloupe::test;
using Json = nlohmann::ordered_json;

namespace {

const std::string kSession =
    R"({"bitloupe_session":1,"experiment":{"source":{"synthetic":{"kind":"laplace","shape":[24,32]}},)"
    R"("quant":{"format":"int4"}},"view":{"grid_mode":"codes","log_count":false}})";

ProcessResult render(const TemporaryFolder& folder, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "render");
  for (const char* word : {"--size", "640x480", "--force", "--json", "--out"}) arguments.emplace_back(word);
  arguments.push_back(folder.path("x.png"));
  return run_bitloupe(arguments);
}

// False, with a message, where this machine draws nothing.
bool draws(const ProcessResult& result) {
  if (result.status == 0) return true;
  MESSAGE("skipped: ", result.err);
  return false;
}

}  // namespace

TEST_CASE("render draws a session, by its option or as the source") {
  const TemporaryFolder folder;
  write_file(folder.path("s.bitloupe"), kSession);
  write_file(folder.path("s.npy"), kSession);  // its content says what it is
  const ProcessResult drawn = render(folder, {"--session", folder.path("s.bitloupe")});
  if (!draws(drawn)) return;
  CHECK(Json::parse(drawn.out)["notices"].empty());
  CHECK(render(folder, {folder.path("s.npy"), "--format", "int3"}).status == 0);
  CHECK(render(folder, {folder.path("s.npy"), "--format", "int99"}).status == 2);
}

TEST_CASE("F18: a session that cannot be drawn says why") {
  const TemporaryFolder folder;
  const auto refused = [&](const std::string& text, const char* part) {
    write_file(folder.path("s.bitloupe"), text);
    const ProcessResult result = render(folder, {"--session", folder.path("s.bitloupe")});
    CHECK(result.status == 1);
    CHECK(result.out.empty());
    CHECK_MESSAGE(result.err.starts_with("bitloupe: " + folder.path("s.bitloupe") + ": "), result.err);
    CHECK_MESSAGE(result.err.find(part) != std::string::npos, result.err);
  };
  refused("", "the file is empty");
  refused(kSession.substr(0, 60), "not JSON");
  refused(R"({"bitloupe_session":1,"vew":{}})", "nearest known one is view");
  refused(R"({"bitloupe_session":1,"experiment":{"source":{"synthetic":{"kind":"gausian"}}}})", "gaussian");
  const ProcessResult both = render(folder, {"synthetic:gaussian", "--session", folder.path("s.bitloupe")});
  CHECK(both.status == 2);
  CHECK(render(folder, {"--session", folder.path("none")}).status == 1);
}

TEST_CASE("F18: a session of a newer version is drawn, with a note") {
  const TemporaryFolder folder;
  write_file(folder.path("s.bitloupe"),
             R"({"bitloupe_session":9,"ink":1,"experiment":{"source":{"synthetic":{"shape":[8,8]}}}})");
  const ProcessResult result = render(folder, {"--session", folder.path("s.bitloupe")});
  if (!draws(result)) return;
  REQUIRE(Json::parse(result.out)["notices"].size() == 2);
  CHECK(Json::parse(result.out)["notices"][0].get<std::string>().find("newer version") != std::string::npos);
}

TEST_CASE("F18: a session that is wrong in itself is a bad file, which is named; an option is a wrong line") {
  const TemporaryFolder folder;
  const std::string path = folder.path("s.bitloupe");
  for (const char* part : {R"("quant":{"granularity":{"kind":"group","size":0}})",
                           R"("quant":{"format":{"family":"integer","bits":64}})",
                           R"("source":{"synthetic":{"kind":"gaussian","parameters":{"std":-1}}})"}) {
    write_file(path, std::string(R"({"bitloupe_session":1,"experiment":{)") + part + "}}");
    for (const std::vector<std::string>& named :
         std::vector<std::vector<std::string>>{{"--session", path}, {path}}) {
      std::vector<std::string> arguments = {"render", "--plot", "histogram", "--out", folder.path("x.csv")};
      arguments.insert(arguments.end(), named.begin(), named.end());
      const ProcessResult refused = run_bitloupe(arguments);
      CHECK(refused.status == 1);
      CHECK_MESSAGE(refused.err.starts_with("bitloupe: " + path + ": "), refused.err);
      arguments.insert(arguments.end(), {"--granularity", "channel:9"});
      CHECK(run_bitloupe(arguments).status == 2);
    }
  }
}
