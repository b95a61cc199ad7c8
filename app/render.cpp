#include "app/render.h"

#include "app/gl/grid_renderer.h"
#include "app/gl/imgui_renderer.h"
#include "app/gl/offscreen.h"
#include "app/gl/plot_picture.h"
#include "app/gl/texture.h"
#include "app/session/start.h"
#include "app/ui/host.h"
#include "app/workbench.h"

namespace bitloupe {
namespace {

// Panels settle (scroll bars, a reduced grid that is replaced by the exact one) in two or three frames;
// between two frames everything that was asked for is waited for.
constexpr int kFrames = 6;

// What went wrong so far with what the workbench was asked for.
std::optional<Error> failure(Workbench& workbench) {
  if (const std::optional<Error> error = workbench.lanes().source().error) return error;
  const std::shared_ptr<const Snapshot> snapshot = workbench.snapshot();
  if (!snapshot) return Error{ErrorCode::Io, "there is nothing to draw"};
  return snapshot->error;
}

// A view that says no more than the workspace is arranged for the tensor.
bool says_where_to_look(ViewState view) {
  view.workspace = ViewState().workspace;
  return view != ViewState();
}

}  // namespace

Result<Picture> render_picture(const Experiment& experiment, const ViewState& view,
                               const RenderOptions& options) {
  if (Status status = check_page_size(options.width, options.height); !status) return status.error();
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
  Start start;
  start.session.experiment = experiment;
  start.session.view = view;
  if (says_where_to_look(view)) workbench.start_with(start);
  workbench.view().workspace = view.workspace;
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
  return gl::read_picture(target);
}

}  // namespace bitloupe
