#include "app/gl/plot_picture.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "app/gl/imgui_renderer.h"
#include "app/plot/imgui_canvas.h"
#include "app/plot/svg_canvas.h"
#include "app/ui/compat.h"

namespace bitloupe::gl {
namespace {

class KeepContext {
 public:
  KeepContext() : context_(ImGui::GetCurrentContext()) {}
  ~KeepContext() { ImGui::SetCurrentContext(context_); }
  KeepContext(const KeepContext&) = delete;
  KeepContext& operator=(const KeepContext&) = delete;

 private:
  ImGuiContext* context_;
};

// All characters that a page may set, drawn or only measured.
class CharacterCanvas final : public MeasuringCanvas {
 public:
  void text(Point, std::string_view text, const TextStyle&) override { characters_ += text; }
  Point measure(std::string_view text, const TextStyle& style) const override {
    characters_ += text;
    return MeasuringCanvas::measure(text, style);
  }
  const std::string& characters() const { return characters_; }

 private:
  mutable std::string characters_;
};

}  // namespace

Picture read_picture(const Framebuffer& target) {
  Picture picture{target.color().width(), target.color().height(), target.read()};
  const std::size_t row = static_cast<std::size_t>(picture.width) * 4;
  for (std::size_t low = 0, high = static_cast<std::size_t>(picture.height) - 1; low < high; ++low, --high)
    std::swap_ranges(picture.rgba.begin() + static_cast<std::ptrdiff_t>(low * row),
                     picture.rgba.begin() + static_cast<std::ptrdiff_t>((low + 1) * row),
                     picture.rgba.begin() + static_cast<std::ptrdiff_t>(high * row));
  for (std::size_t i = 3; i < picture.rgba.size(); i += 4) picture.rgba[i] = 255;
  return picture;
}

Result<Picture> plot_picture(const PlotPage& page, ui::Appearance appearance, Probes& probes,
                             GridRenderer& grids) {
  if (Status size = check_page_size(page.width, page.height); !size) return size.error();
  Theme look;
  look.scale = page.scale;
  ui::apply(look, appearance);
  CharacterCanvas sketch;
  draw_page(sketch, page, probes, look);
  const KeepContext keep;
  ui::Host host(page.scale, appearance, sketch.characters());
  ImGuiRenderer renderer;
  if (Status status = renderer.start(); !status) return status.error();
  Framebuffer target;
  if (!target.resize(page.width, page.height))
    return Error{ErrorCode::Io, "OpenGL refuses a picture of that size (" + describe_context() + ")"};
  renderer.begin_frame();
  host.begin_frame(page.width, page.height, 1.0 / 60);
  ImGuiCanvas canvas(*ImGui::GetBackgroundDrawList(), &grids);
  draw_page(canvas, page, probes, theme());
  host.end_frame();
  const DrawInto bound(target);
  renderer.draw(page.width, page.height, host.palette().window);
  return read_picture(target);
}

}  // namespace bitloupe::gl
