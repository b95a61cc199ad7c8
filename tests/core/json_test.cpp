#include "core/json.h"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>

#include "core/json_fields.h"

namespace bitloupe {
namespace {

std::string refusal(std::string_view text) {
  const Result<Json> document = parse_json(text, "f.json");
  REQUIRE_MESSAGE(!document.ok(), text);
  CHECK(document.error().message.starts_with("f.json: "));
  return document.error().message;
}

double through_text(double value) {
  const Result<Json> read = parse_json(json_text(Json::array({number_json(value)})), "f.json");
  REQUIRE(read.ok());
  const std::optional<double> number = number_from((*read)[0]);
  REQUIRE(number.has_value());
  return *number;
}

float float_through_text(float value) {
  const Result<Json> read = parse_json(json_text(Json::array({to_value(value)})), "f.json");
  REQUIRE(read.ok());
  float number = 7;
  REQUIRE(read_value((*read)[0], {}, number).ok());
  return number;
}

struct Point {
  double x = 1, y = 2;
  int n = 3;
};
const Fields<Point>& point_fields() {
  static const Fields<Point> fields = {field("x", &Point::x), field_between("y", &Point::y, -5.0, 5.0),
                                       field("n", &Point::n)};
  return fields;
}

Status read_point(std::string_view text, Point& point, JsonRules rules = {}) {
  const Result<Json> document = parse_json(text, "f.json");
  REQUIRE(document.ok());
  return read_fields(point_fields(), *document, {"point", rules}, point);
}

}  // namespace

TEST_CASE("JSON text is read strictly") {
  CHECK(parse_json(" {\"a\":[1,{}]} \n", "f.json").ok());
  CHECK(refusal("").find("line 1, column 1") != std::string::npos);
  CHECK(refusal("{\n \"a\": tru}").find("line 2") != std::string::npos);
  CHECK(refusal("{} {}").find("not JSON") != std::string::npos);
  CHECK(refusal(std::string_view("{}\0{}", 5)).find("NUL") != std::string::npos);
  CHECK(refusal(R"({"a":1,"a":1})").find("'a' stands twice") != std::string::npos);
  CHECK(refusal(R"([{"a":{"b":0,"b":0}}])").find("'b' stands twice") != std::string::npos);
  CHECK(parse_json(R"([{"a":1},{"a":1}])", "f.json").ok());
  CHECK(refusal("[1e999]").find("out of range") != std::string::npos);
  CHECK(refusal("\"\xff\"").find("not JSON") != std::string::npos);
  CHECK(refusal("\xef\xbb\xbf[").find("not JSON") != std::string::npos);
}

TEST_CASE("S35: deep nesting is refused, however deep") {
  CHECK(parse_json(std::string(16, '[') + std::string(16, ']'), "f.json").ok());
  CHECK(refusal(std::string(17, '[') + std::string(17, ']')).find("nested") != std::string::npos);
  CHECK_FALSE(refusal(std::string(1000000, '[')).empty());
  CHECK(refusal(std::string(1000000, '[') + std::string(1000000, ']')).find("nested") != std::string::npos);
}

TEST_CASE("an object of too many members is refused, however many") {
  const auto members = [](std::size_t count) {
    std::string text = "{";
    for (std::size_t i = 0; i < count; ++i) text += (i > 0 ? ",\"" : "\"") + std::to_string(i) + "\":[0]";
    return text + "}";
  };
  CHECK(parse_json(members(kMostJsonMembers), "f.json")->size() == kMostJsonMembers);
  CHECK(refusal(members(kMostJsonMembers + 1)).find("more than 1024 members") != std::string::npos);
  CHECK(refusal(members(300000)).find("more than 1024 members") != std::string::npos);
}

TEST_CASE("numbers keep every bit through JSON text") {
  const double denormal = std::numeric_limits<double>::denorm_min();
  for (const double value :
       {0.0, -0.0, 1.0, 0.1, denormal, -denormal, 3 * denormal, std::numeric_limits<double>::min(),
        std::numeric_limits<double>::max(), std::numeric_limits<double>::infinity(),
        -std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN(),
        std::bit_cast<double>(std::uint64_t{0xfff8000000000001}),
        std::bit_cast<double>(std::uint64_t{0x7ff4000000000000})})
    CHECK(std::bit_cast<std::uint64_t>(through_text(value)) == std::bit_cast<std::uint64_t>(value));
  std::mt19937_64 random(3);
  for (int n = 0; n < 20000; ++n) {
    const std::uint64_t bits = random();
    REQUIRE(std::bit_cast<std::uint64_t>(through_text(std::bit_cast<double>(bits))) == bits);
  }
}

TEST_CASE("float32 numbers keep every bit, and look like what was typed") {
  CHECK(json_text(to_value(0.31f)) == "0.31");
  CHECK(json_text(to_value(305.0f)) == "305.0");
  std::mt19937 random(4);
  for (int n = 0; n < 20000; ++n) {
    const float value = std::bit_cast<float>(static_cast<std::uint32_t>(random()));
    const float again = float_through_text(value);
    if (std::isnan(value)) {
      REQUIRE(std::isnan(again));
      continue;
    }
    REQUIRE(std::bit_cast<std::uint32_t>(again) == std::bit_cast<std::uint32_t>(value));
  }
  float read = 0;
  REQUIRE(read_value(Json(1e308), {}, read).ok());
  CHECK(read == std::numeric_limits<float>::max());
}

TEST_CASE("F07: bytes that are not UTF-8 keep every byte") {
  for (const std::string bytes : {"", "/tmp/a b", "grün", "\xff/x\n", "a\x80"}) {
    const std::optional<std::string> again = bytes_from(bytes_json(bytes));
    REQUIRE(again.has_value());
    CHECK(*again == bytes);
  }
  CHECK(bytes_json("\xff").dump() == R"({"hex":"ff"})");
  CHECK_FALSE(bytes_from(Json{{"hex", "f"}}).has_value());
  CHECK_FALSE(bytes_from(Json{{"hex", "fg"}}).has_value());
  CHECK_FALSE(bytes_from(Json(3)).has_value());
}

TEST_CASE("members: absent ones stay, numbers are clamped, errors say where and what") {
  Point point;
  REQUIRE(read_point(R"({"y":1e308})", point).ok());
  CHECK(point.x == 1);
  CHECK(point.y == 5);
  REQUIRE(read_point(R"({"y":"-inf"})", point).ok());
  CHECK(point.y == -5);
  REQUIRE(read_point(R"({"y":"nan"})", point).ok());
  CHECK(point.y == -5);
  CHECK(read_point(R"({"n":1.5})", point).error().message ==
        "point.n: expected a whole number from -2147483648 to 2147483647 (found 1.5)");
  CHECK_FALSE(read_point(R"({"n":3000000000})", point).ok());
  CHECK(read_point(R"({"x":[1]})", point).error().message == "point.x: expected a number (found array)");
  CHECK(read_point(R"({"z":1})", point).error().message ==
        "point: unknown key 'z'; the nearest known one is x");
  CHECK(read_point("[]", point).error().message == "point: expected an object (found array)");
}

TEST_CASE("what is forgiven is passed over and said") {
  Point point;
  std::vector<std::string> skipped;
  REQUIRE(read_point(R"({"z":1,"x":4})", point, {.skip_unknown = true, .skipped = &skipped}).ok());
  CHECK(point.x == 4);
  REQUIRE(skipped.size() == 1);
  CHECK(skipped[0].find("'z'") != std::string::npos);
  CHECK_FALSE(read_point(R"({"x":true})", point, {.skip_unknown = true}).ok());
  REQUIRE(read_point(R"({"x":true,"n":8})", point, {.skip_unreadable = true, .skipped = &skipped}).ok());
  CHECK(point.x == 4);
  CHECK(point.n == 8);
  CHECK(skipped.size() == 2);
}

}  // namespace bitloupe
