#include "app/ui/fonts.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string_view>

#include "app/embedded.h"
#include "app/ui/compat.h"

namespace bitloupe::ui {
namespace {

// Text and tensor names.
constexpr ImWchar kTextRanges[] = {
    0x0020, 0x024F,  // Latin
    0x0370, 0x03FF,  // Greek
    0x0400, 0x04FF,  // Cyrillic
    0x2010, 0x2027,  // dashes, quotes, dots, ellipsis
    0x2030, 0x205F, 0x20AC, 0x20AC, 0,
};
// Signs that the text faces may lack.
constexpr ImWchar kSymbolRanges[] = {
    0x0370, 0x03FF,                  // Greek
    0x2070, 0x209C,                  // super- and subscripts
    0x2190, 0x21FF,                  // arrows
    0x2200, 0x22FF,                  // mathematical operators
    0x2308, 0x230B,                  // ceiling, floor
    0x2318, 0x2318, 0x25A0, 0x25FF,  // triangles, squares, circles
    0x2610, 0x2612,                  // boxes
    0x2713, 0x2717,                  // ticks
    0x27E8, 0x27E9, 0,
};

// Big-endian fields of an OpenType file; nothing beyond its end.
class OpenType {
 public:
  explicit OpenType(std::string_view bytes) : bytes_(bytes) {}

  // (ascender - descender) / em: the size that Dear ImGui wants for one pixel of em.
  std::optional<float> line_per_em() const {
    const std::optional<std::size_t> head = table("head"), hhea = table("hhea");
    if (!head || !hhea) return std::nullopt;
    const float em = static_cast<float>(u16(*head + 18));
    const float line = static_cast<float>(s16(*hhea + 4) - s16(*hhea + 6));
    if (!(em > 0) || !(line > 0)) return std::nullopt;
    return line / em;
  }

 private:
  unsigned byte(std::size_t at) const {
    return at < bytes_.size() ? static_cast<unsigned char>(bytes_[at]) : 0u;
  }
  unsigned u16(std::size_t at) const { return byte(at) << 8 | byte(at + 1); }
  int s16(std::size_t at) const { return static_cast<std::int16_t>(u16(at)); }
  std::optional<std::size_t> table(std::string_view tag) const {
    const unsigned tables = u16(4);
    for (std::size_t i = 0; i < tables; ++i) {
      const std::size_t entry = 12 + 16 * i;
      if (entry + 16 > bytes_.size()) break;
      if (bytes_.substr(entry, 4) != tag) continue;
      return static_cast<std::size_t>(u16(entry + 8)) << 16 | u16(entry + 10);
    }
    return std::nullopt;
  }
  std::string_view bytes_;
};

ImFont* add(ImFontAtlas& atlas, std::string_view name, float em, const ImWchar* ranges, ImFontConfig config) {
  const std::string_view file = embedded_file(name);
  const std::optional<float> line = OpenType(file).line_per_em();
  if (!line) return nullptr;
  config.FontDataOwnedByAtlas = false;  // the atlas only reads it; its interface predates const
  return atlas.AddFontFromMemoryTTF(const_cast<char*>(file.data()), static_cast<int>(file.size()), em * *line,
                                    &config, ranges);
}

// Ends of runs of characters, in pairs; a 0 at the end.
struct Ranges {
  const ImWchar *text = kTextRanges, *symbols = kSymbolRanges;
};

ImFont* face(ImFontAtlas& atlas, std::string_view name, float em, Ranges ranges) {
  ImFont* font = add(atlas, name, em, ranges.text, {});
  if (!font) {
    ImFontConfig config;
    config.SizePixels = std::max(1.0f, std::round(em));
    return atlas.AddFontDefault(&config);
  }
  ImFontConfig symbols;
  symbols.MergeMode = true;
  add(atlas, "fonts/symbols", em, ranges.symbols, symbols);
  return font;
}

// Every sign is as wide as a digit (0.6 em in JetBrains Mono), so that columns stay columns.
ImFont* mono_face(ImFontAtlas& atlas, float em, Ranges ranges) {
  ImFont* font = add(atlas, "fonts/mono", em, ranges.text, {});
  if (!font) return face(atlas, "fonts/mono", em, ranges);
  // JetBrains Mono has most mathematical signs itself, in its own width; DejaVu fills the gaps.
  ImFontConfig own;
  own.MergeMode = true;
  add(atlas, "fonts/mono", em, ranges.symbols, own);
  ImFontConfig symbols;
  symbols.MergeMode = true;
  symbols.GlyphMinAdvanceX = symbols.GlyphMaxAdvanceX = std::round(em * 0.6f);
  add(atlas, "fonts/symbols", em, ranges.symbols, symbols);
  return font;
}

}  // namespace

Fonts load_fonts(ImFontAtlas& atlas, float scale, std::string_view only) {
  atlas.Clear();
  set_light_hinting(atlas);
  ImVector<ImWchar> subset;
  Ranges ranges;
  if (!only.empty() && !kGlyphsAsNeeded) {
    ImFontGlyphRangesBuilder characters;
    for (ImWchar c = 0x20; c < 0x7F; ++c) characters.AddChar(c);
    characters.AddText(only.data(), only.data() + only.size());
    characters.BuildRanges(&subset);
    ranges = {subset.Data, subset.Data};
  }
  Fonts fonts;
  fonts.sans = face(atlas, "fonts/sans", kBodySize * scale, ranges);
  fonts.sans_bold = face(atlas, "fonts/sans_bold", kBodySize * scale, ranges);
  fonts.small = face(atlas, "fonts/sans", kSmallSize * scale, ranges);
  fonts.small_bold = face(atlas, "fonts/sans_bold", kSmallSize * scale, ranges);
  fonts.mono = mono_face(atlas, kMonoSize * scale, ranges);
  fonts.mono_small = mono_face(atlas, kMonoSmallSize * scale, ranges);
  build_fonts_at_once(atlas);
  return fonts;
}

}  // namespace bitloupe::ui
