#include "app/render_command.h"

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>

#include "app/cli/json_writer.h"
#include "app/cli/outputs.h"
#include "app/cli/start_options.h"
#include "app/cli/table.h"
#include "app/plot_command.h"
#include "app/preferences.h"
#include "app/render.h"
#include "app/start_command.h"
#include "app/views/views.h"
#include "core/io/atomic_file.h"

namespace bitloupe {

namespace {

struct Options {
  std::shared_ptr<cli::StartOptions> start;
  cli::LookOptions look;
  std::string workspace, session, lesson, plot, out;
};

// What was written.
struct Written {
  int width = 0, height = 0;  // pixels; 0 for numbers
  std::uint64_t bytes = 0;
  std::vector<std::string> notices;  // about the session that was read
};

Status choose_workspace(const std::string& name, ViewState& view) {
  if (name.empty()) return Ok{};
  for (const View& row : views())
    if (row.key == name) {
      view.workspace = name;
      return Ok{};
    }
  for (const char* later : {"clip", "formats", "codebook", "gemm", "compare", "sensitivity", "calibrate"})
    if (name == later) return not_available("--workspace " + name);
  std::string known;
  for (const View& row : views()) known += (known.empty() ? "" : ", ") + std::string(row.key);
  return bad_argument("--workspace '" + name + "': expected " + known);
}

Status choose_appearance(const std::string& text, ui::Appearance& appearance) {
  if (text.empty()) return Ok{};
  const auto parsed = parse_appearance(text);
  if (!parsed) return parsed.error();
  appearance = *parsed;
  return Ok{};
}

// What to show; a lesson's step says all of it.
Result<Start> start_of(const Options& options, const cli::Globals& globals,
                       std::optional<LessonPlace>& lesson) {
  if (options.lesson.empty()) return start_from(*options.start, options.session, globals);
  if (options.start->given() || !options.session.empty())
    return bad_argument(
        "--lesson '" + options.lesson +
        "' brings its source and its quantizer; leave out SOURCE, --session and their options");
  Result<LessonPlace> place = find_lesson(load_lessons(lesson_folder()), options.lesson);
  if (!place) return place.error();
  Start start;
  start.session.experiment = place->lesson->steps[place->step].experiment;
  lesson = std::move(*place);
  return start;
}

Result<Written> write_window(const Options& options, const cli::Globals& globals) {
  RenderOptions render;
  Result<Start> start = start_of(options, globals, render.lesson);
  if (!start) return start.error();
  ViewState& view = start->session.view;
  if (const Status known = choose_workspace(options.workspace, view); !known) return known.error();
  if (const Status size = cli::parse_size("--size", options.look.size, render.width, render.height); !size)
    return size.error();
  if (options.look.scale > 0) render.scale = options.look.scale;
  if (const Status known = choose_appearance(options.look.appearance, render.appearance); !known)
    return known.error();
  const Result<Picture> picture = render_picture(start->session.experiment, view, render);
  if (!picture) return picture.error();
  const Result<std::string> png = encode_png(*picture);
  if (!png) return png.error();
  if (const Status written = write_file_atomically(options.out, *png); !written) return written.error();
  return Written{picture->width, picture->height, png->size(), std::move(start->notices)};
}

Result<Written> write_one_plot(const Options& options, const cli::Globals& globals) {
  PlotCommand command;
  command.plot = find_plot(options.plot);
  if (!command.plot) return bad_argument("--plot '" + options.plot + "': expected " + plot_keys());
  ViewState known_workspace;
  if (const Status known = choose_workspace(options.workspace, known_workspace); !known) return known.error();
  std::optional<LessonPlace> lesson;
  Result<Start> start = start_of(options, globals, lesson);
  if (!start) return start.error();
  command.experiment = start->session.experiment;
  if (start->is_session && options.start->spec->empty())
    command.session = options.session.empty() ? options.start->source : options.session;
  command.view = start->session.view;
  command.out = options.out;
  if (const Status size = cli::parse_size("--size", options.look.size, command.width, command.height); !size)
    return size.error();
  if (options.look.scale > 0) command.scale = options.look.scale;
  if (const Status known = choose_appearance(options.look.appearance, command.appearance); !known)
    return known.error();
  const Result<std::uint64_t> bytes = write_plot(command);
  if (!bytes) return bytes.error();
  if (options.out.ends_with(".csv")) return Written{0, 0, *bytes, std::move(start->notices)};
  return Written{command.width, command.height, *bytes, std::move(start->notices)};
}

Status check_ending(const Options& options) {
  const std::string& out = options.out;
  if (out.ends_with(".png")) return Ok{};
  const bool plot_file = out.ends_with(".svg") || out.ends_with(".csv");
  if (!options.plot.empty())
    return plot_file ? Status(Ok{})
                     : bad_argument("--out '" + out + "': expected a name that ends in .png, .svg or .csv");
  if (plot_file)
    return bad_argument("--out '" + out +
                        "': the whole window can only be a .png; choose a plot with --plot (" + plot_keys() +
                        ")");
  return bad_argument("--out '" + out + "': expected a name that ends in .png");
}

std::string report(const Options& options, const Written& written, bool json) {
  if (!json) {
    std::vector<std::pair<std::string_view, std::string>> rows = {{"file", options.out}};
    if (written.width > 0)
      rows.emplace_back("size", std::to_string(written.width) + " x " + std::to_string(written.height));
    rows.emplace_back("bytes", std::to_string(written.bytes));
    for (const std::string& notice : written.notices) rows.emplace_back("note", notice);
    return cli::facts(rows);
  }
  cli::JsonWriter writer;
  writer.begin_object().member("path", options.out);
  if (!options.plot.empty()) writer.member("plot", options.plot);
  if (written.width > 0) writer.member("width", written.width).member("height", written.height);
  writer.member("bytes", written.bytes).member_array("notices", written.notices).end_object();
  return std::move(writer).finish();
}

cli::Outcome render(const Options& options, const cli::Globals& globals) {
  if (const Status known = check_ending(options); !known) return {"", known.error()};
  if (const Status free = cli::check_outputs({options.out}, globals.force); !free) return {"", free.error()};
  const Result<Written> written =
      options.plot.empty() ? write_window(options, globals) : write_one_plot(options, globals);
  if (!written) return {"", written.error()};
  return {report(options, *written, globals.json), {}};
}

}  // namespace

cli::Action declare_render(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  options->start = cli::add_start_options(app);
  cli::add_look_options(app, options->look, "--size");
  std::string keys;
  for (const View& row : views()) keys += (keys.empty() ? "" : ", ") + std::string(row.key);
  app.add_option("--workspace", options->workspace, "What to draw: " + keys)->type_name("NAME");
  app.add_option("--plot", options->plot,
                 "One plot instead of the window, 960x480 by default: " + plot_keys())
      ->type_name("NAME");
  app.add_option("--session", options->session, "Draw a saved session: its source, quantizer and view")
      ->type_name("FILE");
  app.add_option("--lesson", options->lesson, "A lesson's step, which sets source and quantizer")
      ->type_name("NAME[:STEP]");
  app.add_option("--out", options->out, "The file to write: .png; with --plot also .svg and .csv")
      ->type_name("FILE")
      ->required();
  return [options](const cli::Globals& globals) { return render(*options, globals); };
}

}  // namespace bitloupe
