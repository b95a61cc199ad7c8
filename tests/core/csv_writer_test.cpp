// CSV: numbers, quotes, formulas, pieces, errors.
#include "core/csv_writer.h"

#include <doctest/doctest.h>

#include <limits>

using namespace bitloupe;

namespace {

template <class Write>
std::string written(Write write, char separator = ',') {
  std::string text;
  CsvWriter out(
      [&](std::string_view piece) {
        text += piece;
        return Status(Ok{});
      },
      separator);
  write(out);
  CHECK(out.finish().ok());
  return text;
}

}  // namespace

TEST_CASE("cells are separated, rows end with a line feed, numbers read back to the same numbers") {
  CHECK(written([](CsvWriter& out) {
          CHECK(out.text("a").number(0.1).number(0.1f).integer(18446744073709551615u).empty().end_row().ok());
          CHECK(out.number(1e-40).number(1e-40f).number(-0.0).end_row().ok());
        }) == "a,0.1,0.1,18446744073709551615,\n1e-40,1e-40,-0\n");
  CHECK(written([](CsvWriter& out) { CHECK(out.integer(1).integer(2).end_row().ok()); }, '\t') == "1\t2\n");
}

TEST_CASE("V25: what is no number is text, whatever its sign") {
  const double nan = std::numeric_limits<double>::quiet_NaN(), inf = std::numeric_limits<double>::infinity();
  CHECK(written([&](CsvWriter& out) {
          CHECK(out.number(nan)
                    .number(-nan)
                    .number(inf)
                    .number(-inf)
                    .number(static_cast<float>(-nan))
                    .end_row()
                    .ok());
        }) == "nan,nan,inf,-inf,nan\n");
}

TEST_CASE("C14: text that a spreadsheet would take for a formula is quoted; numbers are not") {
  for (const char* name : {"=1+1", "+a", "-a", "@SUM(A1)", "\ttab", "\rcr"}) {
    const std::string cell = written([&](CsvWriter& out) { CHECK(out.text(name).end_row().ok()); });
    CHECK(cell == "\"'" + std::string(name) + "\"\n");
  }
  CHECK(written([](CsvWriter& out) { CHECK(out.number(-1.5).text("a=b").text("a-b").end_row().ok()); }) ==
        "-1.5,a=b,a-b\n");
  CHECK(written([](CsvWriter& out) {
          CHECK(out.text("a,b").text("say \"x\"").text("two\nlines").end_row().ok());
        }) == "\"a,b\",\"say \"\"x\"\"\",\"two\nlines\"\n");
}

TEST_CASE("a long row is handed on in pieces, and an error of the sink is kept") {
  std::size_t most = 0, pieces = 0, bytes = 0;
  CsvWriter out([&](std::string_view piece) {
    most = std::max(most, piece.size());
    ++pieces;
    bytes += piece.size();
    return pieces < 5 ? Status(Ok{}) : Status(Error{ErrorCode::Io, "disk full"});
  });
  for (int i = 0; i < 1'000'000; ++i) out.number(0.123456789);
  const Status end = out.end_row();
  REQUIRE_FALSE(end.ok());
  CHECK(end.error().message == "disk full");
  CHECK(pieces == 5);  // and not asked again
  CHECK(most < 100'000);
  CHECK(bytes < 500'000);
}
