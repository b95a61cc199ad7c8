#include "app/cli/start_options.h"

#include <CLI/CLI.hpp>

#include "app/cli/source_option.h"
#include "core/io/byte_source.h"
#include "core/text.h"

namespace bitloupe::cli {

Result<Experiment> StartOptions::experiment(const Globals& globals) const {
  Experiment experiment;
  experiment.source.synthetic = SyntheticSpec{};
  if (!source.empty()) {
    Result<SourceSpec> parsed = parse_source(source, globals);
    if (!parsed) return parsed.error();
    if (!parsed->path.empty())
      if (const auto file = open_file(parsed->path); !file) return file.error();
    experiment.source = std::move(*parsed);
  }
  Result<QuantSpec> quant = spec->spec();
  if (!quant) return quant.error();
  experiment.quant = std::move(*quant);
  return experiment;
}

bool StartOptions::given() const { return !source.empty() || !spec->empty(); }

std::shared_ptr<StartOptions> add_start_options(CLI::App& app) {
  const auto options = std::make_shared<StartOptions>();
  app.add_option(
         "SOURCE", options->source,
         "PATH, PATH::TENSOR or synthetic:KIND?key=value&... [a synthetic Gaussian; of several tensors "
         "the largest]")
      ->type_name("");
  options->spec = add_spec_options(app);
  return options;
}

void add_look_options(CLI::App& app, LookOptions& look, const std::string& size_option) {
  app.add_option(size_option, look.size, "Width and height in pixels [1600x1000]")->type_name("WxH");
  app.add_option("--scale", look.scale, "Size of text and controls, 0.5 to 4")
      ->type_name("S")
      ->check([](const std::string& text) {  // CLI::Range lets NaN pass
        const std::optional<double> scale = parse_number(text);
        return scale && *scale >= 0.5 && *scale <= 4
                   ? ""
                   : "expected a number from 0.5 to 4, found '" + text + "'";
      });
  app.add_option("--appearance", look.appearance, "Colours: dark, light or high-contrast")->type_name("NAME");
}

Result<std::pair<int, int>> parse_pair(const std::string& name, const std::string& text, char separator) {
  const std::vector<std::string_view> parts = split(text, separator);
  const auto first = parse_integer<int>(parts[0]);
  const auto second = parse_integer<int>(parts.back());
  if (parts.size() != 2 || !first || !second)
    return bad_argument(name + " '" + text + "': expected two whole numbers with '" + separator +
                        "' between");
  return std::pair(*first, *second);
}

Status parse_size(const std::string& name, const std::string& text, int& width, int& height) {
  if (text.empty()) return Ok{};
  const auto size = parse_pair(name, text, 'x');
  if (!size) return size.error();
  if (size->first < 1 || size->second < 1)
    return bad_argument(name + " '" + text + "': expected numbers from 1 up");
  width = size->first;
  height = size->second;
  return Ok{};
}

}  // namespace bitloupe::cli
