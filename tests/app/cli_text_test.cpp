#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "app/cli/json_writer.h"
#include "app/cli/table.h"
#include "app/cli/text.h"

using namespace bitloupe::cli;

TEST_CASE("numbers are read as double, decimal or hex") {
  CHECK(parse_double("-3.5") == -3.5);
  CHECK(parse_double("+1") == 1.0);
  CHECK(parse_double(" 2e3\t") == 2000.0);
  CHECK(parse_double(".5") == 0.5);
  CHECK(parse_double("0x1p-3") == 0.125);
  CHECK(parse_double("-0x1.8P+1") == -3.0);
  CHECK(std::isnan(*parse_double("NaN")));
  CHECK(parse_double("-inf") == -std::numeric_limits<double>::infinity());
  CHECK(parse_double("Infinity") == std::numeric_limits<double>::infinity());
  CHECK(std::signbit(*parse_double("-0")));
}

TEST_CASE("what is not wholly a number is refused") {
  for (const char* text :
       {"", "  ", "abc", "1,5", "1 2", "0x", "0xg", "--1", "+-1", "1e", "nano", "inf2", "e5", "0x1p", "."})
    CHECK_MESSAGE(!parse_double(text), text);
}

TEST_CASE("C04 numbers beyond double's range are inf or 0 by their exponent") {
  const double inf = std::numeric_limits<double>::infinity();
  CHECK(parse_double("1e999") == inf);
  CHECK(parse_double("-1e999") == -inf);
  CHECK(parse_double("1e-999") == 0.0);
  CHECK(parse_double("0x1p+99999") == inf);
  CHECK(parse_double("0x1p-99999") == 0.0);
  CHECK(parse_double("0." + std::string(400, '0') + "1") == 0.0);
  CHECK(parse_double("1" + std::string(400, '0')) == inf);
  CHECK(parse_double("1" + std::string(400, '0') + "e-400") == 1.0);
}

TEST_CASE("JSON numbers read back to the same number and stay numbers of their kind") {
  const auto text = [](auto value) {
    JsonWriter writer;
    writer.value(value);
    return std::move(writer).finish();
  };
  CHECK(text(0.1) == "0.1\n");
  CHECK(text(0.1f) == "0.1\n");
  CHECK(text(static_cast<double>(0.1f)) == "0.10000000149011612\n");
  CHECK(text(1.0) == "1.0\n");
  CHECK(text(-0.0) == "-0.0\n");
  CHECK(text(1e22) == "1e+22\n");
  CHECK(text(7) == "7\n");
  CHECK(text(std::numeric_limits<std::uint64_t>::max()) == "18446744073709551615\n");
  CHECK(text(std::numeric_limits<double>::infinity()) == "\"inf\"\n");
  CHECK(text(-std::numeric_limits<float>::infinity()) == "\"-inf\"\n");
  CHECK(text(std::nan("")) == "\"nan\"\n");
  CHECK(text(std::optional<double>()) == "null\n");
  CHECK(text(true) == "true\n");
}

TEST_CASE("JSON text is escaped and valid UTF-8 whatever the name holds") {
  JsonWriter writer;
  writer.begin_object()
      .member("a\"\\\n", "\xFFq\xC3\xA9")
      .member("list", 1)
      .key("x")
      .begin_array()
      .value(1)
      .value(2);
  writer.end_array().end_object();
  CHECK(std::move(writer).finish() ==
        "{\"a\\\"\\\\\\u000a\":\"\xEF\xBF\xBDq\xC3\xA9\",\"list\":1,\"x\":[1,2]}\n");
}

TEST_CASE("tables line up and show control characters escaped") {
  Table table({{"name"}, {"n", Align::Right}});
  table.row({"\x1b[31mr", "1"});
  table.row({"\xC3\xA9", "100"});
  CHECK(table.text() == "name         n\n\\x1b[31mr    1\n\xC3\xA9          100\n");
}

TEST_CASE("hex floats are exact") {
  CHECK(hex_float(1) == "0x1p+0");
  CHECK(hex_float(-3) == "-0x1.8p+1");
  CHECK(hex_float(0) == "0x0p+0");
  CHECK(hex_float(std::numeric_limits<double>::infinity()) == "inf");
}
