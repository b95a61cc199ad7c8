// FontMetrics: how wide text is in the program's own faces, from the font files' unhinted advances. For
// canvases that are no screen; it draws nothing and needs no Dear ImGui.
#pragma once

#include <memory>
#include <string_view>

#include "app/plot/canvas.h"

namespace bitloupe {

class FontMetrics {
 public:
  FontMetrics();
  ~FontMetrics();
  FontMetrics(const FontMetrics&) = delete;
  FontMetrics& operator=(const FontMetrics&) = delete;

  // Width, and the height of a line (ascender to descender). Where a face is not embedded, about the same.
  Point measure(std::string_view text, const TextStyle& style) const;
  // From the top of a line to its baseline.
  float ascent(const TextStyle& style) const;

 private:
  struct Faces;
  std::unique_ptr<Faces> faces_;
};

}  // namespace bitloupe
