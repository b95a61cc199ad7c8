#include "app/plot/font_metrics.h"

#include <freetype/freetype.h>

#include <array>

#include "app/embedded.h"
#include "core/utf8.h"

namespace bitloupe {
namespace {

// Of Inter and JetBrains Mono, for a face that is missing.
constexpr float kUsualAscent = 0.97f, kUsualLine = 1.21f, kUsualAdvance = 0.6f;
constexpr float kMonoAdvance = 0.6f;  // em; signs that are merged into the mono face are as wide

}  // namespace

struct FontMetrics::Faces {
  FT_Library library = nullptr;
  std::array<FT_Face, 4> faces{};  // by TextFace; then the signs that these may lack

  Faces() {
    if (FT_Init_FreeType(&library) != 0) {
      library = nullptr;
      return;
    }
    std::size_t i = 0;
    for (const char* name : {"fonts/sans", "fonts/sans_bold", "fonts/mono", "fonts/symbols"}) {
      const std::string_view file = embedded_file(name);
      FT_Face& face = faces[i++];
      if (file.empty() || FT_New_Memory_Face(library, reinterpret_cast<const FT_Byte*>(file.data()),
                                             static_cast<FT_Long>(file.size()), 0, &face) != 0)
        face = nullptr;
    }
  }
  ~Faces() {
    for (FT_Face face : faces)
      if (face) FT_Done_Face(face);
    if (library) FT_Done_FreeType(library);
  }
  Faces(const Faces&) = delete;
  Faces& operator=(const Faces&) = delete;

  FT_Face of(TextFace face) const { return faces[static_cast<std::size_t>(face)]; }

  // In em; 0 where the face has no such glyph.
  static float advance(FT_Face face, std::uint32_t character) {
    if (!face) return 0;
    const FT_UInt glyph = FT_Get_Char_Index(face, character);
    if (glyph == 0 || FT_Load_Glyph(face, glyph, FT_LOAD_NO_SCALE) != 0) return 0;
    return static_cast<float>(face->glyph->metrics.horiAdvance) / static_cast<float>(face->units_per_EM);
  }
};

FontMetrics::FontMetrics() : faces_(std::make_unique<Faces>()) {}
FontMetrics::~FontMetrics() = default;

Point FontMetrics::measure(std::string_view text, const TextStyle& style) const {
  const FT_Face face = faces_->of(style.face);
  float width = 0;
  while (!text.empty()) {
    const CodePoint character = decode_utf8(text);
    text.remove_prefix(character.length > 0 ? character.length : 1);
    float advance = Faces::advance(face, character.value);
    if (advance == 0 && style.face == TextFace::Mono) advance = kMonoAdvance;
    if (advance == 0) advance = Faces::advance(faces_->faces.back(), character.value);
    width += advance > 0 ? advance : kUsualAdvance;
  }
  const float line =
      face ? static_cast<float>(face->ascender - face->descender) / static_cast<float>(face->units_per_EM)
           : kUsualLine;
  return {width * style.size, line * style.size};
}

float FontMetrics::ascent(const TextStyle& style) const {
  const FT_Face face = faces_->of(style.face);
  return style.size *
         (face ? static_cast<float>(face->ascender) / static_cast<float>(face->units_per_EM) : kUsualAscent);
}

}  // namespace bitloupe
