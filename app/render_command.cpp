#include "app/render_command.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "app/cli/json_writer.h"
#include "app/cli/outputs.h"
#include "app/cli/start_options.h"
#include "app/cli/table.h"
#include "app/preferences.h"
#include "app/render.h"
#include "app/views/views.h"
#include "core/io/atomic_file.h"

namespace bitloupe {

namespace {

struct Options {
  std::shared_ptr<cli::StartOptions> start;
  cli::LookOptions look;
  std::string workspace, lesson, out;
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

// The step's own state takes the place of what the command line would say.
Status choose_lesson(const Options& options, Experiment& experiment, RenderOptions& render) {
  if (options.lesson.empty()) return Ok{};
  if (options.start->given())
    return bad_argument("--lesson '" + options.lesson +
                        "' brings its source and its quantizer; leave out SOURCE and their options");
  Result<LessonPlace> place = find_lesson(load_lessons(lesson_folder()), options.lesson);
  if (!place) return place.error();
  experiment = place->lesson->steps[place->step].experiment;
  render.lesson = std::move(*place);
  return Ok{};
}

Result<Picture> draw(const Options& options) {
  Result<Experiment> experiment = options.start->experiment();
  if (!experiment) return experiment.error();
  ViewState view;
  if (const Status known = choose_workspace(options.workspace, view); !known) return known.error();
  RenderOptions render;
  if (const Status chosen = choose_lesson(options, *experiment, render); !chosen) return chosen.error();
  if (const Status size = cli::parse_size("--size", options.look.size, render.width, render.height); !size)
    return size.error();
  if (options.look.scale > 0) render.scale = options.look.scale;
  if (!options.look.appearance.empty()) {
    const auto appearance = parse_appearance(options.look.appearance);
    if (!appearance) return appearance.error();
    render.appearance = *appearance;
  }
  return render_picture(*experiment, view, render);
}

std::string report(const Options& options, const Picture& picture, std::size_t bytes, bool json) {
  if (!json)
    return cli::facts({{"file", options.out},
                       {"size", std::to_string(picture.width) + " x " + std::to_string(picture.height)},
                       {"bytes", std::to_string(bytes)}});
  cli::JsonWriter writer;
  writer.begin_object()
      .member("path", options.out)
      .member("width", picture.width)
      .member("height", picture.height)
      .member("bytes", bytes)
      .end_object();
  return std::move(writer).finish();
}

cli::Outcome render(const Options& options, const cli::Globals& globals) {
  if (options.out.ends_with(".svg")) return {"", not_available("SVG output")};
  if (!options.out.ends_with(".png"))
    return {"", bad_argument("--out '" + options.out + "': expected a name that ends in .png")};
  if (const Status free = cli::check_outputs({options.out}, globals.force); !free) return {"", free.error()};
  const Result<Picture> picture = draw(options);
  if (!picture) return {"", picture.error()};
  const Result<std::string> png = encode_png(*picture);
  if (!png) return {"", png.error()};
  if (const Status written = write_file_atomically(options.out, std::string_view(*png)); !written)
    return {"", written.error()};
  return {report(options, *picture, png->size(), globals.json), {}};
}

}  // namespace

cli::Action declare_render(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  options->start = cli::add_start_options(app);
  cli::add_look_options(app, options->look, "--size");
  std::string keys;
  for (const View& row : views()) keys += (keys.empty() ? "" : ", ") + std::string(row.key);
  app.add_option("--workspace", options->workspace, "What to draw: " + keys)->type_name("NAME");
  app.add_option("--lesson", options->lesson, "A lesson's step, which sets source and quantizer")
      ->type_name("NAME[:STEP]");
  app.add_option("--out", options->out, "The PNG file to write")->type_name("FILE")->required();
  return [options](const cli::Globals& globals) { return render(*options, globals); };
}

}  // namespace bitloupe
