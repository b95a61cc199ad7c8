#include "app/plot_output.h"

#include <algorithm>
#include <span>

#include "app/copy_line.h"
#include "core/io/atomic_file.h"
#include "core/io/display_text.h"

namespace bitloupe {
namespace {

constexpr std::size_t kLongestName = 100;

const Hover kNothing;  // what is under the pointer leaves no mark in a file

PlotSubject subject_of(const PlotPage& page, Probes& probes) {
  const KeptSubject& kept = page.subject;
  return {kept.snapshot, kept.quant,   kept.view,
          kNothing,      kept.element, probes,
          "file ",       false,        caption_of(*kept.snapshot)};
}

// Of the plot itself, logical pixels.
float plot_width(const PlotPage& page) {
  return std::max(static_cast<float>(page.width) / page.scale - 2 * kPageMargin, 1.0f);
}

}  // namespace

Status check_page_size(int width, int height) {
  const auto bad = [](int side) { return side < 1 || side > kLargestSide; };
  if (!bad(width) && !bad(height)) return Ok{};
  return bad_argument("size " + std::to_string(width) + "x" + std::to_string(height) +
                      " is outside 1x1 ... 16384x16384");
}

bool draw_page(Canvas& canvas, const PlotPage& page, Probes& probes, const Theme& theme) {
  const auto width = static_cast<float>(page.width), height = static_cast<float>(page.height);
  const float margin = theme.px(kPageMargin);
  canvas.fill({0, 0, width, height}, theme.palette.window);
  const Rect area{margin, margin, std::max(width - 2 * margin, 1.0f), std::max(height - 2 * margin, 1.0f)};
  return page.plot->draw(canvas, subject_of(page, probes), area, theme);
}

std::shared_ptr<SvgCanvas> draw_svg(const PlotPage& page, Probes& probes, const Theme& theme,
                                    GridPainter* painter) {
  auto canvas =
      std::make_shared<SvgCanvas>(static_cast<float>(page.width), static_cast<float>(page.height), painter);
  draw_page(*canvas, page, probes, theme);
  return canvas;
}

Result<std::string> encode_svg(SvgCanvas& drawn, const PlotPage& page) {
  return drawn.finish(page.plot->label, caption_of(*page.subject.snapshot));
}

Result<std::uint64_t> write_plot_csv(const PlotPage& page, const std::string& path, const WorkContext& work) {
  std::uint64_t bytes = 0;
  PendingFile file;
  file.path = path;
  file.rest = [&](const ByteSink& write) {
    CsvWriter out([&](std::string_view text) {
      bytes += text.size();
      return write(std::as_bytes(std::span(text)));
    });
    return page.plot->csv(page.subject, plot_width(page), out, work);
  };
  if (const Status written = write_files_atomically(std::span(&file, 1)); !written) return written.error();
  return bytes;
}

Result<std::string> plot_table(const PlotPage& page, const WorkContext& work) {
  std::string table;
  double done = 0;
  WorkContext watched = work;
  watched.progress = [&](double fraction) {
    done = fraction;
    if (work.progress) work.progress(fraction);
  };
  CsvWriter out(
      [&](std::string_view text) -> Status {
        table += text;
        if (table.size() <= kMostCopied) return Ok{};
        const auto whole = static_cast<double>(table.size()) / std::max(done, 1e-3);
        return too_much_to_copy(static_cast<std::uint64_t>(whole), "save it as CSV");
      },
      '\t');
  if (const Status written = page.plot->csv(page.subject, plot_width(page), out, watched); !written)
    return written.error();
  return table;
}

std::string proposed_name(const Plot& plot, const Tensor& tensor, std::string_view ending) {
  std::string name = tensor.name.substr(tensor.name.size() - std::min(tensor.name.size(), kLongestName));
  const bool text = !ill_formed_utf8(name);
  for (char& c : name) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                       c == '.' || c == '_' || c == '-' || (text && static_cast<unsigned char>(c) >= 0x80);
    if (!plain) c = '_';
  }
  if (name.starts_with('.') || name.starts_with('-')) name.front() = '_';
  std::string key(plot.key);
  std::replace(key.begin(), key.end(), '.', '-');
  return name + (name.empty() ? "" : "-") + key + std::string(ending);
}

}  // namespace bitloupe
