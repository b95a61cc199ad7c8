#include "app/session/session.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <random>

#include "app/session/session_file.h"
#include "app/view_json.h"
#include "core/json.h"
#include "core/quant/spec_text.h"
#include "tests/core/faulty_calls.h"
#include "tests/core/field_count.h"
#include "tests/core/io_support.h"

namespace bitloupe {
namespace {

namespace fs = std::filesystem;
using test::read_file;
using test::TemporaryFolder;
using test::write_file;

Session example(const std::string& path = "") {
  Session session;
  session.title = "a title";
  if (path.empty())
    session.experiment.source = *parse_source("synthetic:laplace?shape=64x32&seed=9");
  else
    session.experiment.source.path = path;
  session.sources = {session.experiment.source, *parse_source("synthetic:gaussian")};
  REQUIRE(set_key(session.experiment.quant, "calibration", "percentile:97.25"));
  session.view.grid_mode = GridMode::Codes;
  session.view.viewport = {false, 3, 4.5, 8, 9};
  session.view.selected = 77;
  session.lesson = {"some-lesson", 2};
  return session;
}

// A npy file of 12 float32 values.
void write_npy(const std::string& path) {
  write_file(path, test::npy_bytes("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }",
                                   std::string(48, '\1')));
}

std::string refusal(std::string_view text) {
  const Result<SessionText> read = parse_session(text, "s.bitloupe");
  REQUIRE_MESSAGE(!read.ok(), text);
  CHECK(read.error().message.starts_with("s.bitloupe: "));
  CHECK(read.error().code == ErrorCode::BadInput);
  return read.error().message;
}

bool refused_with(std::string_view text, const char* part) {
  const std::string message = refusal(text);
  INFO(message);
  CHECK(message.find(part) != std::string::npos);
  return message.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a session reads back equal") {
  const Session session = example();
  const std::string text = to_json(session, {{"/a", "b"}});
  const Result<SessionText> read = parse_session(text, "s.bitloupe");
  REQUIRE_MESSAGE(read.ok(), (read ? "" : read.error().message));
  CHECK(read->session == session);
  CHECK(read->places == std::vector<SourcePlace>{{"/a", "b"}});
  CHECK(read->notices.empty());
  CHECK(looks_like_session(text));
  CHECK(Json::parse(text).size() == test::field_count<Session>() + 3);  // version, program, files
  Session usual;
  usual.experiment.source = *parse_source("synthetic:gaussian");
  CHECK(parse_session(R"({"bitloupe_session":1})", "s.bitloupe")->session == usual);
}

TEST_CASE("a session's lesson is read where it can be") {
  const auto lesson_of = [](const std::string& member) {
    const Result<SessionText> read =
        parse_session(R"({"bitloupe_session":1,"lesson":)" + member + "}", "s.bitloupe");
    REQUIRE_MESSAGE(read.ok(), member);
    return std::pair{read->session.lesson, read->notices.size()};
  };
  CHECK(lesson_of("null") == std::pair{OpenLesson{}, std::size_t{0}});
  CHECK(lesson_of(R"({"key":"a"})") == std::pair{OpenLesson{"a", 0}, std::size_t{0}});
  CHECK(lesson_of(R"({"key":"a","step":3})") == std::pair{OpenLesson{"a", 2}, std::size_t{0}});
  for (const char* wrong : {"3", "[]", "{}", R"({"key":3})", R"({"key":"a","step":0})",
                            R"({"key":"a","step":-1})", R"({"key":"a","step":"x"})"})
    CHECK(lesson_of(wrong) == std::pair{OpenLesson{}, std::size_t{1}});
  CHECK(parse_session(R"({"bitloupe_session":1})", "s.bitloupe")->session.lesson == OpenLesson{});
}

TEST_CASE("F18: what is no session says so, with the member, what was found and what was expected") {
  CHECK(refused_with("", "the file is empty"));
  CHECK(refused_with("{}", "no member 'bitloupe_session'"));
  CHECK(refused_with("[]", "not a session"));
  CHECK(refused_with(R"({"bitloupe_session":"one"})", "expected a whole number"));
  CHECK(refused_with(R"({"bitloupe_session":0})", "expected a version from 1 up (found 0)"));
  CHECK(refused_with(R"({"bitloupe_session":1,"expriment":{}})", "nearest known one is experiment"));
  CHECK(refused_with(R"({"bitloupe_session":1,"experiment":{"quant":{"format":"int77"}}})",
                     "experiment: quant: "));
  CHECK(refused_with(R"({"bitloupe_session":1,"view":{"flip":3}})",
                     "view: flip: expected true or false (found 3)"));
  CHECK(refused_with(R"({"bitloupe_session":1,"sources":[{},{"path":1}]})",
                     "sources[1]: path: expected a text"));
  CHECK(refused_with(R"({"bitloupe_session":1,"sources":{}})", "sources: expected a list"));
  CHECK(refused_with(R"({"bitloupe_session":1,"files":[{"absolute":[]}]})",
                     "files[0].absolute: expected a text"));
  CHECK(refused_with(R"({"bitloupe_session":1,"title":false})", "title: expected a text (found false)"));
}

TEST_CASE("F18: a session that is cut short anywhere is refused or whole") {
  const std::string text = to_json(example(), {{"/a", "b"}});
  for (std::size_t length = 0; length < text.size(); ++length) {
    const Result<SessionText> read = parse_session(text.substr(0, length), "s.bitloupe");
    if (read) CHECK(read->session == example());  // all but the last line break
  }
}

TEST_CASE("F18: a session with any few bytes changed is refused or reads as what it then says") {
  const std::string text = to_json(example(), {{"/a", "b"}});
  constexpr std::string_view kBytes = "{}[]\",:0123456789.-eEnulltrufasx \\\n\xff\xc3\x00";
  std::mt19937 random(31);
  int accepted = 0;
  for (int n = 0; n < 4000; ++n) {
    std::string mutated = text;
    for (auto changes = 1 + random() % 3; changes > 0; --changes) {
      const std::size_t at = random() % mutated.size();
      switch (random() % 4) {
        case 0:
          mutated[at] = kBytes[random() % kBytes.size()];
          break;
        case 1:
          mutated.erase(at, 1 + random() % 20);
          break;
        case 2: {  // a number stays one
          const std::size_t digit = mutated.find_first_of("0123456789", at);
          if (digit != std::string::npos) mutated[digit] = kBytes[7 + random() % 13];
          break;
        }
        default:
          mutated.insert(at, mutated.substr(random() % mutated.size(), random() % 40));
      }
    }
    const Result<SessionText> read = parse_session(mutated, "s.bitloupe");
    if (!read) {
      CHECK(read.error().message.starts_with("s.bitloupe: "));
      continue;
    }
    ++accepted;
    const Result<SessionText> again = parse_session(to_json(read->session, read->places), "s.bitloupe");
    REQUIRE_MESSAGE(again.ok(), mutated);
    REQUIRE_MESSAGE(again->session == read->session, mutated);
    REQUIRE(drawable(read->session.view) == read->session.view);
  }
  CHECK(accepted > 100);
}

TEST_CASE("F18: a session of a newer version opens with a notice") {
  const Result<SessionText> read = parse_session(
      R"({"bitloupe_session":7,"mood":"good","title":"t","view":{"workspace":"dreams","flip":true,"ink":1},)"
      R"("experiment":{"gemm":{},"source":{"path":"x","shards":[]},"quant":{"format":"int4","mood":2}}})",
      "s.bitloupe");
  REQUIRE_MESSAGE(read.ok(), (read ? "" : read.error().message));
  CHECK(read->session.title == "t");
  CHECK(read->session.view.flip);
  CHECK(read->session.experiment.quant.format.bits == 4);
  REQUIRE(read->notices.size() == 7);
  CHECK(read->notices[0].find("version 7, this program writes 1") != std::string::npos);
  CHECK(read->notices[0].find("6 members") != std::string::npos);
  // Numbers from another spec than the saved one would mislead: that is refused, whatever the version.
  CHECK(refused_with(R"({"bitloupe_session":2,"experiment":{"quant":{"calibration":"telepathy"}}})",
                     "newer version"));
}

TEST_CASE("a session file keeps its sources wherever session and data are moved together") {
  const TemporaryFolder folder;
  fs::create_directories(folder.path("a/data"));
  write_npy(folder.path("a/data/x.npy"));
  const std::string path = folder.path("a/s.bitloupe");
  REQUIRE(write_session_file(path, example(folder.path("a/data/x.npy"))));

  auto read = read_session_file(path);
  REQUIRE(read.ok());
  CHECK(read->session == example(folder.path("a/data/x.npy")));
  CHECK(read->notices.empty());

  fs::copy(folder.path("a"), folder.path("b"), fs::copy_options::recursive);
  read = read_session_file(folder.path("b/s.bitloupe"));
  REQUIRE(read.ok());
  CHECK(read->session.experiment.source.path == folder.path("b/data/x.npy"));
  CHECK(read->session.sources[0] == read->session.experiment.source);
  REQUIRE(read->notices.size() == 1);
  CHECK(read->notices[0].find("in place of") != std::string::npos);

  fs::rename(folder.path("a"), folder.path("c"));
  CHECK(read_session_file(folder.path("c/s.bitloupe"))->session.experiment.source.path ==
        folder.path("c/data/x.npy"));

  // Only the session moved: its absolute path still holds.
  fs::create_directories(folder.path("elsewhere/deep"));
  fs::rename(folder.path("b/s.bitloupe"), folder.path("elsewhere/deep/s.bitloupe"));
  write_npy(folder.path("keep.npy"));
  REQUIRE(write_session_file(folder.path("one.bitloupe"), example(folder.path("keep.npy"))));
  fs::rename(folder.path("one.bitloupe"), folder.path("elsewhere/one.bitloupe"));
  read = read_session_file(folder.path("elsewhere/one.bitloupe"));
  CHECK(read->session.experiment.source.path == folder.path("keep.npy"));
  CHECK(read->notices.empty());

  // Gone altogether: the path stays, for the message.
  fs::remove(folder.path("keep.npy"));
  CHECK(read_session_file(folder.path("elsewhere/one.bitloupe"))->session.experiment.source.path ==
        folder.path("keep.npy"));
}

TEST_CASE("a session written by hand names its files from its own folder") {
  const TemporaryFolder folder;
  write_npy(folder.path("x.npy"));
  write_file(folder.path("s.bitloupe"), R"({"bitloupe_session":1,"experiment":{"source":{"path":"x.npy"}}})");
  CHECK(read_session_file(folder.path("s.bitloupe"))->session.experiment.source.path == folder.path("x.npy"));
}

TEST_CASE("F07: a session keeps a path that is not UTF-8") {
  const TemporaryFolder folder;
  const std::string name = folder.path("x\xff \n'.npy");
  write_npy(name);
  REQUIRE(write_session_file(folder.path("s.bitloupe"), example(name)));
  CHECK(read_session_file(folder.path("s.bitloupe"))->session.experiment.source.path == name);
  REQUIRE(write_session_file(folder.path("s\xff.bitloupe"), example(name)));
  CHECK(read_session_file(folder.path("s\xff.bitloupe")).ok());
}

TEST_CASE("F18: a session file that is a directory, endless or too large is refused and left alone") {
  const TemporaryFolder folder;
  fs::create_directory(folder.path("d.bitloupe"));
  CHECK(read_session_file(folder.path("d.bitloupe")).error().message.find("directory") != std::string::npos);
  CHECK_FALSE(write_session_file(folder.path("d.bitloupe"), example()).ok());
  CHECK(read_session_file(folder.path("none.bitloupe"))
            .error()
            .message.starts_with(folder.path("none.bitloupe")));
  write_file(folder.path("big.bitloupe"), "{\"bitloupe_session\":1,");
  fs::resize_file(folder.path("big.bitloupe"), std::uintmax_t{1} << 30);
  CHECK(read_session_file(folder.path("big.bitloupe"))
            .error()
            .message.find("too large for a session (1073741824") != std::string::npos);
  CHECK(is_session_file(folder.path("big.bitloupe")) == true);
  REQUIRE(::mkfifo(folder.path("fifo.bitloupe").c_str(), 0600) == 0);
  CHECK_FALSE(read_session_file(folder.path("fifo.bitloupe")).ok());
  write_file(folder.path("empty.bitloupe"), "");
  CHECK(read_session_file(folder.path("empty.bitloupe")).error().message.find("the file is empty") !=
        std::string::npos);
  CHECK(folder.entries() == 4);  // nothing was renamed
}

TEST_CASE("what a session is, its content says") {
  const TemporaryFolder folder;
  const std::string text = to_json(example());
  write_file(folder.path("session.npy"), text);
  CHECK(is_session_file(folder.path("session.npy")));
  write_file(folder.path("spaced.bitloupe"), "\n  " + text);
  CHECK(is_session_file(folder.path("spaced.bitloupe")));
  write_npy(folder.path("tensor.bitloupe"));
  CHECK_FALSE(is_session_file(folder.path("tensor.bitloupe")));
  write_file(folder.path("tensor2.bitloupe"), test::safetensors_bytes("{}", ""));
  CHECK_FALSE(is_session_file(folder.path("tensor2.bitloupe")));
  write_file(folder.path("model.safetensors.index.json"), R"({"weight_map":{"a":"b"}})");
  CHECK_FALSE(is_session_file(folder.path("model.safetensors.index.json")));
  for (const char* name : {"empty.bitloupe", "cut.bitloupe"}) {
    write_file(folder.path(name), name[0] == 'e' ? "" : "{\n \"bitl");
    CHECK(is_session_file(folder.path(name)));
  }
  CHECK_FALSE(is_session_file(folder.path("none.bitloupe")));
  CHECK(session_name("/tmp/a b.bitloupe") == "a b");
  CHECK(session_name("a.json") == "a.json");
  CHECK(session_name("/x/.bitloupe") == ".bitloupe");
}

TEST_CASE("U12: a session whose saving fails at any call is the old one") {
  const TemporaryFolder folder;
  const std::string path = folder.path("s.bitloupe");
  Session other = example();
  other.title = "another";
  int n = 1;
  for (bool done = false; !done; ++n) {
    REQUIRE(write_session_file(path, example()));
    test::FaultyCalls calls;
    calls.fail_at = n;
    calls.error = ENOSPC;
    const Status status = write_session_file(path, other, {.calls = &calls});
    done = calls.failed.empty();
    const auto read = read_session_file(path);
    REQUIRE(read.ok());
    const bool renamed = status.ok() || status.error().message.find("synced") != std::string::npos;
    CHECK(read->session.title == (renamed ? "another" : "a title"));
    CHECK(folder.entries() == 1);
  }
  CHECK(n > 8);
}

TEST_CASE("a session is text that a person can read") {
  const TemporaryFolder folder;
  REQUIRE(write_session_file(folder.path("s.bitloupe"), example()));
  const std::string text = read_file(folder.path("s.bitloupe"));
  CHECK(text.starts_with("{\n \"bitloupe_session\": 1,\n"));
  CHECK(text.ends_with("}\n"));
}

}  // namespace bitloupe
