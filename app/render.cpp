#include "app/render.h"

#include <stb/stb_image_write.h>

#include <algorithm>
#include <cstring>

#include "app/gl/grid_renderer.h"
#include "app/gl/imgui_renderer.h"
#include "app/gl/offscreen.h"
#include "app/gl/texture.h"
#include "app/ui/host.h"
#include "app/workbench.h"

namespace bitloupe {
namespace {

constexpr int kLargestSide = 16384;
// Panels settle (scroll bars, a reduced grid that is replaced by the exact one) in two or three frames;
// between two frames everything that was asked for is waited for.
constexpr int kFrames = 6;

Status check_size(const RenderOptions& options) {
  const auto bad = [](int side) { return side < 1 || side > kLargestSide; };
  if (!bad(options.width) && !bad(options.height)) return Ok{};
  return bad_argument("size " + std::to_string(options.width) + "x" + std::to_string(options.height) +
                      " is outside 1x1 ... 16384x16384");
}

// What went wrong so far with what the workbench was asked for.
std::optional<Error> failure(Workbench& workbench) {
  if (const std::optional<Error> error = workbench.lanes().source().error) return error;
  const std::shared_ptr<const Snapshot> snapshot = workbench.snapshot();
  if (!snapshot) return Error{ErrorCode::Io, "there is nothing to draw"};
  return snapshot->error;
}

Picture read_picture(const gl::Framebuffer& target) {
  Picture picture{target.color().width(), target.color().height(), target.read()};
  const std::size_t row = static_cast<std::size_t>(picture.width) * 4;
  for (std::size_t low = 0, high = static_cast<std::size_t>(picture.height) - 1; low < high; ++low, --high)
    std::swap_ranges(picture.rgba.begin() + static_cast<std::ptrdiff_t>(low * row),
                     picture.rgba.begin() + static_cast<std::ptrdiff_t>((low + 1) * row),
                     picture.rgba.begin() + static_cast<std::ptrdiff_t>(high * row));
  for (std::size_t i = 3; i < picture.rgba.size(); i += 4) picture.rgba[i] = 255;
  return picture;
}

void append_bytes(void* text, void* data, int size) {
  static_cast<std::string*>(text)->append(static_cast<const char*>(data), static_cast<std::size_t>(size));
}

}  // namespace

Result<Picture> render_picture(const Experiment& experiment, const ViewState& view,
                               const RenderOptions& options) {
  if (Status status = check_size(options); !status) return status.error();
  gl::OffscreenContext context;
  if (Status status = context.start(); !status) return status.error();
  ui::Host host(options.scale, options.appearance);
  gl::ImGuiRenderer renderer;
  if (Status status = renderer.start(); !status) return status.error();
  gl::GridRenderer grids;
  if (Status status = grids.start(); !status) return status.error();
  gl::Framebuffer target;
  if (!target.resize(options.width, options.height))
    return Error{ErrorCode::Io, "OpenGL refuses a picture of that size (" + gl::describe_context() + ")"};
  Workbench workbench(experiment, grids, [] {});
  workbench.view() = view;
  if (options.lesson) workbench.tutor().start(options.lesson->lesson, options.lesson->step);
  host.input().mouse_leave();
  for (int i = 0; i < kFrames; ++i) {
    renderer.begin_frame();
    grids.begin_frame();
    host.begin_frame(options.width, options.height, 1.0 / 60);
    workbench.frame();
    host.end_frame();
    workbench.lanes().wait_idle();
    if (const std::optional<Error> error = failure(workbench)) return *error;
  }
  const gl::DrawInto bound(target);
  renderer.draw(options.width, options.height, host.palette().window);
  return read_picture(target);
}

Result<std::string> encode_png(const Picture& picture) {
  std::string png;
  if (!stbi_write_png_to_func(append_bytes, &png, picture.width, picture.height, 4, picture.rgba.data(),
                              picture.width * 4))
    return Error{ErrorCode::OutOfMemory, "the picture could not be encoded as PNG"};
  return png;
}

}  // namespace bitloupe
