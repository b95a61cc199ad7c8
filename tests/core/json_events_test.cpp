// JSON as events: what is passed on, and where reading ends.
#include "core/io/json_events.h"

#include <doctest/doctest.h>

#include "core/io/key_set.h"

using namespace bitloupe;

namespace {

// The events as text: {k:1,...}.
class Recorder final : public JsonVisitor {
 public:
  std::string seen;
  std::string refuse;  // the key at which it gives up

  Status key(std::string& name) override {
    if (!refuse.empty() && name == refuse) return bad_input("enough");
    seen += name + ":";
    return Ok{};
  }
  Status scalar(const JsonScalar& value) override {
    seen += (value.kind == JsonScalar::Kind::String ? "'" + *value.text + "'" : value.written()) + ",";
    return Ok{};
  }
  Status begin(bool array) override {
    seen += array ? "[" : "{";
    return Ok{};
  }
  Status end() override {
    seen += ")";
    return Ok{};
  }
};

std::string events(std::string_view text) {
  Recorder recorder;
  const Status status = read_json(text, "text", recorder);
  return status ? recorder.seen : status.error().message;
}

std::optional<std::uint64_t> offset(std::string_view text) {
  Recorder recorder;
  const Status status = read_json(text, "text", recorder);
  REQUIRE_FALSE(status.ok());
  return status.error().fault->offset;
}

}  // namespace

TEST_CASE("JSON events come in order, numbers as they are written") {
  CHECK(events(R"( {"a":1,"b":[-2,1.50,"x",null,true],"c":{}} )") == "{a:1,b:[-2,1.50,'x',null,true,)c:{))");
  CHECK(events("18446744073709551615") == "18446744073709551615,");
  CHECK(events(R"("A\u00e9\n")") == "'A\xC3\xA9\n',");
}

TEST_CASE("JSON errors say where, and what is wrong before the parser sees it") {
  CHECK(events("{\"a\":\n 1;}") == "text is not valid JSON (at line 2, column 3)");
  CHECK(offset("{\"a\":\n 1;}") == 8);
  CHECK(events("{\"a\":1} {}") == "text has something after its closing brace (at line 1, column 9)");
  CHECK(events("{\"a\":1") == "text ends in the middle of its JSON (at line 1, column 7)");
  CHECK(events("[1e999]") == "text has a number out of range (at line 1, column 6)");
  CHECK(offset("[\xFF]") == 1);
  CHECK(offset(std::string_view("[1]\0", 4)) == 3);
  CHECK(offset("\xEF\xBB\xBF[]") == 0);
  CHECK(events("") == "text ends in the middle of its JSON (at line 1, column 1)");
}

TEST_CASE("a visitor ends the reading, and so does a stop") {
  Recorder recorder;
  recorder.refuse = "b";
  CHECK(read_json(R"({"a":1,"b":2,"c")", "text", recorder).error() == bad_input("enough"));
  CHECK(recorder.seen == "{a:1,");
  std::stop_source stop;
  stop.request_stop();
  CHECK(read_json(R"({"a":1})", "text", recorder, stop.get_token()).error().code == ErrorCode::Cancelled);
}

TEST_CASE("S14 S35: keys of one object are told apart at every depth, and depth has an end") {
  CHECK(events(R"({"a":{"a":1},"b":[{"a":1},{"a":2}]})").starts_with("{"));
  CHECK(events(R"({"a":1,"a":1})") == "text has the duplicate key 'a'");
  CHECK(events(R"({"b":[{"x":1,"x":1}]})") == "text has the duplicate key 'x'");
  CHECK(events(std::string(16, '[') + std::string(16, ']')).starts_with("["));
  CHECK(events(std::string(17, '[')) == "text is nested too deeply (more than 16 levels)");
}

TEST_CASE("a set of keys finds the one that comes twice among few and among many") {
  for (const int count : {2, 7, 8, 9, 20, 1000}) {
    for (const int twice : {-1, 0, 1, count / 2, count - 1}) {
      KeySet keys;
      bool at_once = false;
      for (int i = 0; i < count; ++i) at_once = !keys.insert("key " + std::to_string(i)) || at_once;
      CHECK_FALSE(at_once);
      CHECK(keys.duplicate().data() == nullptr);
      if (twice < 0) continue;
      const std::string again = "key " + std::to_string(twice);
      const bool found = !keys.insert(again) || keys.duplicate() == again;
      CHECK_MESSAGE(found, count, " ", twice);
      keys.clear();
      CHECK(keys.insert(again));
      CHECK(keys.duplicate().data() == nullptr);
    }
  }
  KeySet empty_keys;
  for (int i = 0; i < 10; ++i) empty_keys.insert(std::to_string(i));
  CHECK(empty_keys.insert(""));
  empty_keys.insert("");
  CHECK(empty_keys.duplicate().data() != nullptr);
}
