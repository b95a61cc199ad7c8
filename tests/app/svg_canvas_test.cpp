// The canvas that is an SVG file: elements, escapes, numbers, clips, text metrics, embedded pictures.
#include "app/plot/svg_canvas.h"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <limits>

#include "app/plot/imgui_canvas.h"
#include "app/ui/compat.h"
#include "app/ui/text.h"
#include "tests/app/headless.h"
#include "tests/app/xml.h"

using namespace bitloupe;
using namespace bitloupe::test;

namespace {

constexpr Color kWhite = 0xFFFFFFFF, kBlue = 0xFFE9B456;
const TextStyle kSans{TextFace::Sans, 13, kWhite}, kMono{TextFace::Mono, 12, kWhite};

std::string finished(SvgCanvas& canvas) {
  const Result<std::string> file = canvas.finish("title", "description");
  REQUIRE(file.ok());
  CHECK(xml_problem(*file) == "");
  return *file;
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

// Paints nothing, or fails.
struct OddPainter final : GridPainter {
  bool fails = false;
  void draw(ImDrawList&, const GridPane&) override {}
  Result<Picture> picture(const GridPane&, float) override {
    if (fails) return Error{ErrorCode::Io, "no OpenGL"};
    return Picture{};
  }
};

}  // namespace

TEST_CASE("the checker of XML finds what is not well-formed") {
  const std::string head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  CHECK(xml_problem(head + "<a x=\"1\"><b/>text &amp; more</a>\n") == "");
  for (const char* bad : {"<a>", "<a></b>", "<a/><b/>", "<a x=1/>", "<a x=\"1\" x=\"2\"/>", "<a>&nbsp;</a>",
                          "<a>\x01</a>", "<a>\xFF</a>", "text", "", "<a b=\"<\"/>", "<a/>text"})
    CHECK_MESSAGE(xml_problem(head + bad) != "", bad);
}

TEST_CASE("every stroke is one element in its colour") {
  SvgCanvas canvas(200, 100, nullptr);
  const std::array<Point, 3> points = {{{0, 0}, {10.5f, 10}, {20, 0}}};
  canvas.line({1, 2}, {3, 4}, kBlue, 1);
  canvas.dashed_line({0, 0}, {0, 50}, kBlue, 2, 4);
  canvas.polyline(points, kBlue, 1.5f);
  canvas.fill({1, 2, 3, 4}, 0x8056B4E9, 2);
  canvas.stroke({0, 0, 11, 6}, kBlue, 1);
  canvas.circle({5, 6}, 3, kBlue);
  canvas.text({5, 5}, "x", kSans);
  const std::string file = finished(canvas);
  CHECK(has(file, "width=\"200\" height=\"100\" viewBox=\"0 0 200 100\""));
  CHECK(
      has(file, "<line x1=\"1.5\" y1=\"2.5\" x2=\"3.5\" y2=\"4.5\" stroke=\"#56b4e9\" stroke-width=\"1\"/>"));
  CHECK(has(file, "stroke-dasharray=\"4\""));
  CHECK(has(file, "points=\"0,0 10.5,10 20,0\""));
  CHECK(has(file, "rx=\"1.5\" fill=\"#e9b456\" fill-opacity=\"0.502\""));  // rounded to half of its width
  CHECK(has(file, "<rect x=\"0.5\" y=\"0.5\" width=\"10\" height=\"5\" fill=\"none\" stroke=\"#56b4e9\""));
  CHECK(has(file, "<circle cx=\"5\" cy=\"6\" r=\"3\" fill=\"#56b4e9\"/>"));
  CHECK(has(file, "font-family=\"Inter,'DejaVu Sans'"));
  CHECK(has(file, "<title>title</title>"));
  CHECK(has(file, "<desc>description</desc>"));
}

TEST_CASE("what has no place or no colour leaves no element, and no number is odd") {
  const float inf = std::numeric_limits<float>::infinity(), nan = std::numeric_limits<float>::quiet_NaN();
  SvgCanvas canvas(100, 100, nullptr);
  canvas.line({nan, 0}, {1, 1}, kBlue, 1);
  canvas.dashed_line({3, 3}, {3, 3}, kBlue, 1, 4);
  canvas.dashed_line({3, 3}, {9, 9}, kBlue, 1, 0);
  canvas.polyline(std::array<Point, 1>{{{1, 1}}}, kBlue, 1);
  canvas.fill({0, 0, 0, 5}, kBlue);
  canvas.fill({0, 0, inf, 5}, kBlue);
  canvas.fill({0, 0, 5, 5}, 0x00FFFFFF);
  canvas.circle({1, 1}, 0, kBlue);
  canvas.text({1, 1}, "", kSans);
  const std::string empty = finished(canvas);
  for (const char* name : {"line", "polyline", "rect", "circle", "text"})
    CHECK(count_elements(empty, name) == 0);
  canvas.polyline(std::array<Point, 3>{{{0, -3e38f}, {nan, 1}, {5, 3e38f}}}, kBlue, 1);
  const std::string far = finished(canvas);
  CHECK(has(far, "points=\"0,-100000 5,100000\""));
  CHECK_FALSE(has(far, "nan"));
  CHECK_FALSE(has(far, "inf\""));
}

TEST_CASE("numbers are short") {
  CHECK(svg_number(0) == "0");
  CHECK(svg_number(-0.0001f) == "0");
  CHECK(svg_number(12.5f) == "12.5");
  CHECK(svg_number(-0.125f) == "-0.125");
  CHECK(svg_number(1.0f / 3) == "0.333");
  CHECK(svg_number(100) == "100");
  CHECK(svg_number(1e30f) == "100000");
}

TEST_CASE("text from files cannot break the drawing") {
  CHECK(xml_text("a<b>&\"c\"") == "a&lt;b&gt;&amp;&quot;c&quot;");
  CHECK(xml_text("x\u0302 − σ") == "x\u0302 − σ");
  CHECK(xml_text(std::string_view("a\0b\x1b\x7f", 5)) == "a\uFFFDb\uFFFD\uFFFD");
  CHECK(xml_text("\xFF\xC0\x80"
                 "a\xE2\x82") == "\uFFFD\uFFFD\uFFFDa\uFFFD\uFFFD");
  SvgCanvas canvas(100, 100, nullptr);
  for (const std::string name : {"</text><script>", "a\"b", "\x01\xFE]]>", "two  blanks "})
    canvas.text({0, 0}, name, kMono);
  const auto file = canvas.finish("</title><x>", "\xFF");
  REQUIRE(file.ok());
  CHECK(xml_problem(*file) == "");
  CHECK(count_elements(*file, "script") == 0);
  CHECK(count_elements(*file, "text") == 4);
  CHECK(has(*file, "xml:space=\"preserve\">two  blanks "));
}

TEST_CASE("clips are groups that nest and end") {
  SvgCanvas canvas(100, 100, nullptr);
  canvas.push_clip({0, 0, 50, 50});
  canvas.push_clip({10, 10, 20, 20});
  canvas.fill({0, 0, 100, 100}, kBlue);
  canvas.pop_clip();
  canvas.pop_clip();
  canvas.pop_clip();               // one too many
  canvas.push_clip({0, 0, 1, 1});  // left open
  const std::string file = finished(canvas);
  CHECK(count_elements(file, "clipPath") == 3);
  CHECK(count_elements(file, "g") == 3);
  CHECK(has(file, "<clipPath id=\"clip2\"><rect x=\"10\" y=\"10\" width=\"20\" height=\"20\"/></clipPath>"));
  CHECK(has(file, "<g clip-path=\"url(#clip1)\">\n<g clip-path=\"url(#clip2)\">"));
  CHECK(count_elements(finished(canvas), "rect") == 0);  // the canvas is empty after
}

TEST_CASE("base64 as RFC 4648 has it") {
  CHECK(base64("") == "");
  CHECK(base64("f") == "Zg==");
  CHECK(base64("fo") == "Zm8=");
  CHECK(base64("foo") == "Zm9v");
  CHECK(base64("foob") == "Zm9vYg==");
  CHECK(base64("fooba") == "Zm9vYmE=");
  CHECK(base64("foobar") == "Zm9vYmFy");
  CHECK(base64("\xFF\xEF\xBE") == "/+++");
}

TEST_CASE("cells are an embedded PNG; a painter that fails is an error of the file") {
  GridPane pane;
  pane.x = 10;
  pane.y = 20;
  pane.width = 30;
  pane.height = 40;
  RecordingPainter painter;
  SvgCanvas canvas(100, 100, &painter);
  canvas.cells(pane);
  REQUIRE(painter.pictures.size() == 1);
  const std::string file = finished(canvas);
  CHECK(has(file, "<image x=\"10\" y=\"20\" width=\"30\" height=\"40\""));
  CHECK(has(file, "xlink:href=\"data:image/png;base64,iVBORw0KGgo"));
  OddPainter odd;
  SvgCanvas nothing(100, 100, &odd);
  nothing.cells(pane);
  CHECK(count_elements(finished(nothing), "image") == 0);
  odd.fails = true;
  nothing.cells(pane);
  const auto failed = nothing.finish("", "");
  REQUIRE_FALSE(failed.ok());
  CHECK(failed.error().message == "no OpenGL");
}

TEST_CASE("text is measured nearly as on the screen") {
  bool done = false;
  Headless window([&] {
    if (done) return;
    done = true;
    const ImGuiCanvas screen(*ImGui::GetForegroundDrawList());
    const MeasuringCanvas file;
    for (const TextFace face : {TextFace::Sans, TextFace::SansBold, TextFace::Mono})
      for (const char* text : {"Histogram", "-0.1374", "Error against clip threshold", "x − x", "σ ≤ √2"}) {
        const TextStyle style{face, face == TextFace::Mono ? kMonoSize : kBodySize, kWhite};
        const Point a = screen.measure(text, style), b = file.measure(text, style);
        CAPTURE(text);
        CHECK(std::abs(b.x - a.x) < a.x * 0.08f);  // the screen's advances are whole pixels
        CHECK(std::abs(b.y - a.y) < 1.5f);
      }
    CHECK(file.measure("iiii", kMono).x ==
          doctest::Approx(static_cast<double>(file.measure("WWWW", kMono).x)));
    CHECK(file.measure("", kSans).x == 0);
    CHECK(file.measure("\xFF", kSans).x > 0);
    // A hat and what core's formulas write go through the same helper.
    SvgCanvas canvas(100, 100, nullptr);
    ui::rich_text(canvas, {5, 5}, "x^ = s", kSans);
    const std::string hat = *canvas.finish("", "");
    CHECK(count_elements(hat, "text") == 2);
    CHECK(count_elements(hat, "polyline") == 1);
  });
  REQUIRE(done);
}
