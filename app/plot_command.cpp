#include "app/plot_command.h"

#include <memory>

#include "app/cli/progress.h"
#include "app/gl/offscreen.h"
#include "app/gl/plot_picture.h"
#include "app/lanes.h"
#include "app/plot_output.h"
#include "core/io/atomic_file.h"
#include "core/io/display_text.h"

namespace bitloupe {
namespace {

// A first answer, a sample's, the exact one, and one more: nothing changes after that.
constexpr int kMostFrames = 4;

// A session whose source or spec is wrong in itself is a bad file and no wrong command line.
Error blamed(const PlotCommand& command, const Error& error) {
  if (command.session.empty() || error.code != ErrorCode::BadArgument) return error;
  return bad_input(displayed_path(command.session) + ": " + error.message);
}

Result<std::shared_ptr<const Snapshot>> run_exactly(Lanes& lanes, const PlotCommand& command) {
  lanes.submit(command.experiment);
  lanes.wait_idle();
  if (const std::optional<Error> error = lanes.source().error) return blamed(command, *error);
  std::shared_ptr<const Snapshot> snapshot = lanes.latest();
  if (snapshot && snapshot->error) return blamed(command, *snapshot->error);
  if (command.plot->key == "curve" && snapshot)  // a wrong command line, not bad data
    if (const Status possible = validate_curve(snapshot->spec); !possible) return possible.error();
  if (const std::string missing = why_missing(*command.plot, snapshot.get()); !missing.empty())
    return bad_input("--plot " + std::string(command.plot->key) + ": " + missing);
  return snapshot;
}

void wait_for_probes(const PlotPage& page, Lanes& lanes, Probes& probes, const Theme& theme) {
  MeasuringCanvas canvas;
  for (int i = 0; i < kMostFrames && !draw_page(canvas, page, probes, theme); ++i) lanes.wait_idle();
}

Result<std::string> draw(const PlotPage& page, const PlotCommand& command, Probes& probes,
                         const Theme& theme) {
  const bool svg = command.out.ends_with(".svg"), grid = command.plot->key.starts_with("grid.");
  if (svg && !grid) return encode_svg(*draw_svg(page, probes, theme, nullptr), page);
  gl::OffscreenContext context;
  if (Status status = context.start(); !status) return status.error();
  gl::GridRenderer grids;
  if (Status status = grids.start(); !status) return status.error();
  if (svg) return encode_svg(*draw_svg(page, probes, theme, &grids), page);
  const Result<Picture> picture = gl::plot_picture(page, command.appearance, probes, grids);
  return picture ? encode_png(*picture) : picture.error();
}

}  // namespace

Result<std::uint64_t> write_plot(const PlotCommand& command) {
  if (Status size = check_page_size(command.width, command.height); !size) return size.error();
  Lanes lanes([] {});
  const auto snapshot = run_exactly(lanes, command);
  if (!snapshot) return snapshot.error();
  const Tensor& tensor = (*snapshot)->tensor();
  ViewState view = command.view;
  if (view == ViewState()) look_at_all_of(view, tensor);
  // Where no element is pinned, the one that the window starts with.
  const std::uint64_t element =
      view.selected && *view.selected < tensor.count() ? *view.selected : tensor.count() * 3 / 8;
  const PlotPage page{command.plot,
                      {*snapshot, command.experiment.quant, view, element},
                      command.width,
                      command.height,
                      command.scale};
  if (command.out.ends_with(".csv")) {
    cli::ProgressBar bar("render");
    return write_plot_csv(page, command.out, bar.context());
  }
  Probes probes(lanes);
  probes.begin_frame(*snapshot);
  Theme theme;
  theme.scale = command.scale;
  ui::apply(theme, command.appearance);
  wait_for_probes(page, lanes, probes, theme);
  const Result<std::string> file = draw(page, command, probes, theme);
  if (!file) return file.error();
  if (const Status written = write_file_atomically(command.out, *file); !written) return written.error();
  return file->size();
}

}  // namespace bitloupe
