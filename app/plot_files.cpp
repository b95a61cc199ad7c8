#include "app/plot_files.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "app/plot/svg_canvas.h"
#include "app/ui/text.h"
#include "core/io/atomic_file.h"
#include "core/io/display_text.h"

namespace bitloupe {
namespace {

struct Kind {
  PlotUse use;
  std::string_view ending, title;
};
constexpr Kind kKinds[] = {{PlotUse::Png, ".png", "Save as PNG"},
                           {PlotUse::Svg, ".svg", "Save as SVG"},
                           {PlotUse::Csv, ".csv", "Save as CSV"}};

// Logical pixels; a folded plot is no higher than its title on the screen.
constexpr float kLeastWidth = 280, kLeastHeight = 160;

const Kind& kind_of(PlotUse use) {
  return *std::find_if(std::begin(kKinds), std::end(kKinds), [&](const Kind& k) { return k.use == use; });
}

// The page that holds a plot of the request's size.
PlotPage page_of(const PlotRequest& request, const Frame& frame) {
  PlotPage page;
  page.plot = find_plot(request.plot);
  page.subject = {frame.snapshot, frame.experiment.quant, frame.view, frame.element};
  page.scale = request.use == PlotUse::Png ? request.factor : 1;
  const auto pixels = [&](float plot, float least, float more) {
    return static_cast<int>(
        std::lround(std::ceil(std::max(plot, least) + more + 2 * kPageMargin) * page.scale));
  };
  page.width = pixels(request.width, kLeastWidth, page.plot->more_width);
  page.height = pixels(request.height, kLeastHeight, page.plot->more_height);
  return page;
}

JobDone saved(const std::string& path, std::uint64_t bytes) {
  return {"Saved " + displayed_path(path) + " (" + ui::bytes(bytes) + ").", ""};
}

Result<JobDone> write_text(const std::string& path, const std::string& text) {
  if (const Status written = write_file_atomically(path, text); !written) return written.error();
  return saved(path, text.size());
}

Result<JobDone> copy_table(const PlotPage& page, const WorkContext& work) {
  Result<std::string> table = plot_table(page, work);
  if (!table) return table.error();
  const std::string notice = "Copied " + ui::bytes(table->size()) + ".";
  return JobDone{notice, std::move(*table)};
}

}  // namespace

PlotFiles::PlotFiles(Lanes& lanes, Jobs& jobs, GridPainter& painter)
    : lanes_(lanes), jobs_(jobs), painter_(painter), probes_(lanes) {}

std::optional<BrowseRequest> PlotFiles::ask(const PlotRequest& request, const Frame& frame) {
  const Plot* plot = find_plot(request.plot);
  if (!plot || !why_missing(*plot, frame.snapshot.get()).empty()) return std::nullopt;
  Order order{request, page_of(request, frame), frame.experiment, frame.preferences.appearance, ""};
  if (request.use == PlotUse::Copy) {
    orders_.push_back(std::move(order));
    return std::nullopt;
  }
  const Kind& kind = kind_of(request.use);
  asked_ = std::move(order);
  BrowseRequest question;
  question.mode = BrowseMode::Save;
  question.title = kind.title;
  question.proposal = proposed_name(*plot, frame.snapshot->tensor(), kind.ending);
  question.file_kind = "Plots";
  question.extensions = {std::string(kind.ending)};
  for (const Kind& other : kKinds)
    if (other.use != request.use) question.extensions.emplace_back(other.ending);
  question.chosen = [](Frame& f, const BrowseChoice& choice) { f.requests.save_as = choice.path; };
  return question;
}

void PlotFiles::save(std::string path) {
  if (!asked_) return;
  Order order = std::move(*asked_);
  asked_.reset();
  const auto named = std::find_if(std::begin(kKinds), std::end(kKinds),
                                  [&](const Kind& kind) { return path.ends_with(kind.ending); });
  if (named != std::end(kKinds)) order.request.use = named->use;
  order.path = std::move(path);
  orders_.push_back(std::move(order));
}

// Nothing that is to come would change it. Where nothing is under way any more, this is what there is, and
// the plot says that it is of a sample.
bool PlotFiles::ready(Order& order, const Theme& theme) {
  const auto latest = lanes_.latest();
  if (latest && latest->experiment == order.experiment && latest->scales)
    order.page.subject.snapshot = latest;
  const Snapshot& snapshot = *order.page.subject.snapshot;
  probes_.begin_frame(order.page.subject.snapshot);
  // Drawing it asks for what it needs; numbers are computed by their job.
  const bool numbers = order.request.use == PlotUse::Csv || order.request.use == PlotUse::Copy;
  MeasuringCanvas canvas;
  const bool exact = numbers || draw_page(canvas, order.page, probes_, theme);
  if (lanes_.idle()) return true;
  const bool curve = !snapshot.curve || (snapshot.curve_final && snapshot.picks_final);
  return exact && snapshot.exact && curve && why_missing(*order.page.plot, &snapshot).empty();
}

void PlotFiles::step(const Theme& theme) {
  if (orders_.empty()) return;
  Order& order = orders_.front();
  Theme look = theme;
  look.scale = order.page.scale;
  if (!ready(order, look)) return;
  write(order, look);
  orders_.pop_front();
}

void PlotFiles::write(const Order& order, const Theme& theme) {
  const std::string label =
      order.path.empty() ? "copying " + std::string(order.page.plot->label) : "writing " + order.path;
  const std::string missing = why_missing(*order.page.plot, order.page.subject.snapshot.get());
  if (!missing.empty())
    return jobs_.start(label, [missing](const WorkContext&) { return Result<JobDone>(bad_input(missing)); });
  switch (order.request.use) {
    case PlotUse::Copy:
      return jobs_.start(label,
                         [page = order.page](const WorkContext& work) { return copy_table(page, work); });
    case PlotUse::Csv:
      return jobs_.start(label, [page = order.page, path = order.path](const WorkContext& work) {
        const Result<std::uint64_t> bytes = write_plot_csv(page, path, work);
        return bytes ? Result<JobDone>(saved(path, *bytes)) : Result<JobDone>(bytes.error());
      });
    case PlotUse::Svg:
      return jobs_.start(label, [drawn = draw_svg(order.page, probes_, theme, &painter_), page = order.page,
                                 path = order.path](const WorkContext&) {
        const Result<std::string> svg = encode_svg(*drawn, page);
        return svg ? write_text(path, *svg) : Result<JobDone>(svg.error());
      });
    case PlotUse::Png:
      wishes_.push_back({order.page, order.appearance, order.path});
  }
}

std::vector<PictureWish> PlotFiles::take_wishes() { return std::exchange(wishes_, {}); }

void PlotFiles::finish(const PictureWish& wish, Result<Picture> picture) {
  jobs_.start("writing " + wish.path, [picture = std::move(picture), path = wish.path](const WorkContext&) {
    const Result<std::string> png = picture ? encode_png(*picture) : picture.error();
    return png ? write_text(path, *png) : Result<JobDone>(png.error());
  });
}

}  // namespace bitloupe
