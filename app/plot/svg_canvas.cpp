#include "app/plot/svg_canvas.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <utility>

#include "core/utf8.h"

namespace bitloupe {
namespace {

constexpr float kFarthest = 100'000;  // pixels; renderers compute in float
constexpr float kCellFactor = 2;      // pixels of an embedded grid a pixel of the page
constexpr float kHalf = 0.5f;         // Dear ImGui draws lines and frames through the middles of pixels

bool is_finite(Point p) { return std::isfinite(p.x) && std::isfinite(p.y); }
bool is_finite(Rect r) {
  return is_finite(Point{r.x, r.y}) && std::isfinite(r.width) && std::isfinite(r.height) && r.width > 0 &&
         r.height > 0;
}

std::string attribute(std::string_view name, std::string_view value) {
  return std::string(" ").append(name).append("=\"").append(value).append("\"");
}
std::string attribute(std::string_view name, float value) { return attribute(name, svg_number(value)); }

// fill="#56b4e9" fill-opacity="0.5"
std::string paint(const std::string& property, Color color) {
  char hex[8];
  std::snprintf(hex, sizeof hex, "#%02x%02x%02x", color & 0xFF, color >> 8 & 0xFF, color >> 16 & 0xFF);
  const Color alpha = color >> 24;
  return attribute(property, hex) +
         (alpha == 0xFF ? "" : attribute(property + "-opacity", static_cast<float>(alpha) / 255));
}

std::string box(Rect rect, float rounding) {
  const float radius = std::min({rounding, rect.width / 2, rect.height / 2});
  return attribute("x", rect.x) + attribute("y", rect.y) + attribute("width", rect.width) +
         attribute("height", rect.height) + (radius > 0 ? attribute("rx", radius) : "");
}

std::string ends(Point a, Point b) {
  return attribute("x1", a.x + kHalf) + attribute("y1", a.y + kHalf) + attribute("x2", b.x + kHalf) +
         attribute("y2", b.y + kHalf);
}

// By name, then what most systems have.
std::string face(TextFace face) {
  if (face == TextFace::Mono)
    return attribute("font-family", "'JetBrains Mono','DejaVu Sans Mono',Menlo,Consolas,monospace");
  const std::string sans = attribute("font-family", "Inter,'DejaVu Sans','Helvetica Neue',Arial,sans-serif");
  return sans + (face == TextFace::SansBold ? attribute("font-weight", "600") : "");
}

// Would XML drop some of its blanks?
bool keeps_spaces(std::string_view text) {
  return text.front() == ' ' || text.back() == ' ' || text.find("  ") != std::string_view::npos;
}

std::string image(Rect rect, std::string_view png) {
  return "<image" + box(rect, 0) + attribute("preserveAspectRatio", "none") +
         attribute("style", "image-rendering:optimizeSpeed;image-rendering:pixelated") +
         " xlink:href=\"data:image/png;base64," + base64(png) + "\"/>\n";
}

bool visible(Color color) { return color >> 24 != 0; }

}  // namespace

SvgCanvas::SvgCanvas(float width, float height, GridPainter* painter)
    : width_(width), height_(height), painter_(painter) {}

void SvgCanvas::line(Point a, Point b, Color color, float thickness) {
  if (!is_finite(a) || !is_finite(b) || !visible(color)) return;
  body_ += "<line" + ends(a, b) + paint("stroke", color) + attribute("stroke-width", thickness) + "/>\n";
}

void SvgCanvas::dashed_line(Point a, Point b, Color color, float thickness, float dash) {
  if (!is_finite(a) || !is_finite(b) || !visible(color) || !(dash > 0) || (a.x == b.x && a.y == b.y)) return;
  body_ += "<line" + ends(a, b) + paint("stroke", color) + attribute("stroke-width", thickness) +
           attribute("stroke-dasharray", svg_number(dash)) + "/>\n";
}

void SvgCanvas::polyline(std::span<const Point> points, Color color, float thickness) {
  if (points.size() < 2 || !visible(color)) return;
  body_ += "<polyline fill=\"none\"" + paint("stroke", color) + attribute("stroke-width", thickness) +
           attribute("stroke-linejoin", "round") + " points=\"";
  bool first = true;
  for (const Point p : points) {
    if (!is_finite(p)) continue;
    body_.append(first ? "" : " ").append(svg_number(p.x)).append(",").append(svg_number(p.y));
    first = false;
  }
  body_ += "\"/>\n";
}

void SvgCanvas::fill(Rect rect, Color color, float rounding) {
  if (is_finite(rect) && visible(color))
    body_ += "<rect" + box(rect, rounding) + paint("fill", color) + "/>\n";
}

void SvgCanvas::stroke(Rect rect, Color color, float thickness, float rounding) {
  const Rect inner{rect.x + kHalf, rect.y + kHalf, rect.width - 2 * kHalf, rect.height - 2 * kHalf};
  if (!is_finite(inner) || !visible(color)) return;
  body_ += "<rect" + box(inner, rounding) + " fill=\"none\"" + paint("stroke", color) +
           attribute("stroke-width", thickness) + "/>\n";
}

void SvgCanvas::circle(Point center, float radius, Color color) {
  if (!is_finite(center) || !(radius > 0) || !visible(color)) return;
  body_ += "<circle" + attribute("cx", center.x) + attribute("cy", center.y) + attribute("r", radius) +
           paint("fill", color) + "/>\n";
}

void SvgCanvas::text(Point top_left, std::string_view text, const TextStyle& style) {
  if (text.empty() || !is_finite(top_left) || !visible(style.color)) return;
  // The measured length is prescribed: with another font the labels still keep apart.
  body_ += "<text" + attribute("x", top_left.x) + attribute("y", top_left.y + metrics().ascent(style)) +
           attribute("font-size", style.size) + face(style.face) + paint("fill", style.color) +
           attribute("textLength", measure(text, style).x) + attribute("lengthAdjust", "spacingAndGlyphs") +
           (keeps_spaces(text) ? attribute("xml:space", "preserve") : "") + ">" + xml_text(text) +
           "</text>\n";
}

void SvgCanvas::cells(const GridPane& pane) {
  if (!painter_ || error_) return;
  Result<Picture> picture = painter_->picture(pane, kCellFactor);
  if (!picture)
    error_ = picture.error();
  else if (!picture->rgba.empty())
    pictures_.push_back({body_.size(), {pane.x, pane.y, pane.width, pane.height}, std::move(*picture)});
}

void SvgCanvas::push_clip(Rect rect) {
  if (!is_finite(rect)) rect = {0, 0, 0, 0};  // nothing shows, as on the screen
  const std::string id = "clip" + std::to_string(++clip_count_);
  clips_ += "<clipPath" + attribute("id", id) + "><rect" + box(rect, 0) + "/></clipPath>\n";
  body_ += "<g" + attribute("clip-path", "url(#" + id + ")") + ">\n";
  ++open_groups_;
}

void SvgCanvas::pop_clip() {
  if (open_groups_ == 0) return;
  --open_groups_;
  body_ += "</g>\n";
}

Result<std::string> SvgCanvas::finish(std::string_view title, std::string_view description) {
  while (open_groups_ > 0) pop_clip();
  if (error_) return *error_;
  const std::string size = svg_number(width_) + "\" height=\"" + svg_number(height_);
  std::string file =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" "
      "xmlns:xlink=\"http://www.w3.org/1999/xlink\" version=\"1.1\" role=\"img\" width=\"" +
      size + "\" viewBox=\"0 0 " + svg_number(width_) + " " + svg_number(height_) + "\">\n";
  file += "<title>" + xml_text(title) + "</title>\n<desc>" + xml_text(description) + "</desc>\n";
  if (!clips_.empty()) file += "<defs>\n" + clips_ + "</defs>\n";
  std::size_t done = 0;
  for (const Embedded& embedded : pictures_) {
    const Result<std::string> png = encode_png(embedded.picture);
    if (!png) return png.error();
    file.append(body_, done, embedded.at - done).append(image(embedded.rect, *png));
    done = embedded.at;
  }
  file.append(body_, done).append("</svg>\n");
  body_.clear();
  clips_.clear();
  pictures_.clear();
  clip_count_ = 0;
  return file;
}

std::string xml_text(std::string_view text) {
  std::string safe;
  safe.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const CodePoint c = decode_utf8(text.substr(i, 4));
    const std::size_t length = c.length > 0 ? c.length : 1;
    const bool forbidden = (c.value < 0x20 && c.value != '\t' && c.value != '\n') || c.value == 0x7F ||
                           c.value == 0xFFFE || c.value == 0xFFFF;
    if (c.value == '&')
      safe += "&amp;";
    else if (c.value == '<')
      safe += "&lt;";
    else if (c.value == '>')
      safe += "&gt;";
    else if (c.value == '"')
      safe += "&quot;";
    else if (c.length == 0 || forbidden)
      safe += "\uFFFD";
    else
      safe += text.substr(i, length);
    i += length;
  }
  return safe;
}

std::string svg_number(float value) {
  if (!std::isfinite(value)) return "0";
  value = std::clamp(value, -kFarthest, kFarthest);
  std::array<char, 32> buffer;
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed, 3);
  std::string text(buffer.data(), end.ptr);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text == "-0" ? "0" : text;
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const auto byte = [&](std::size_t i) {
    return i < bytes.size() ? static_cast<unsigned>(static_cast<unsigned char>(bytes[i])) : 0u;
  };
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const unsigned three = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
    for (const unsigned shift : {18u, 12u, 6u, 0u}) text += kDigits[three >> shift & 63];
  }
  for (std::size_t i = bytes.size(); i % 3 != 0; ++i) text[text.size() - (i % 3 == 1 ? 2 : 1)] = '=';
  return text;
}

}  // namespace bitloupe
