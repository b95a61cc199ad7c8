#include "app/cli/spec_options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "core/io/text_file.h"
#include "core/quant/spec_json.h"
#include "core/quant/spec_text.h"

namespace bitloupe::cli {

namespace {

constexpr const char* kGroup = "Quantizer";
constexpr std::uint64_t kMaxSpecBytes = 1 << 20;  // overrides of some ten thousand groups fit

}  // namespace

Result<QuantSpec> SpecOptions::spec(QuantSpec base, std::string_view dialect) const {
  QuantSpec spec = std::move(base);
  if (!file.empty()) {
    const Result<std::string> text = read_text_file(file, kMaxSpecBytes, "spec");
    if (!text) return text.error();
    Result<QuantSpec> parsed = parse_spec_json(*text, file);
    if (!parsed) return parsed.error();
    spec = std::move(*parsed);
  }
  if (!dialect.empty())
    if (const Status set = set_key(spec, "dialect", dialect); !set) return set.error();
  for (const auto& [key, text] : assignments)
    if (const Status set = set_key(spec, key, text); !set) return set.error();
  return spec;
}

std::shared_ptr<SpecOptions> add_spec_options(CLI::App& app) {
  std::vector<std::string_view> keys;
  for (const SpecKey& row : spec_keys()) keys.push_back(row.key);
  const auto options = add_spec_options(app, keys);
  app.add_option("--spec", options->file, "Read a spec from a JSON file; the other options come on top")
      ->type_name("FILE")
      ->group(kGroup);
  return options;
}

std::shared_ptr<SpecOptions> add_spec_options(CLI::App& app, std::span<const std::string_view> keys) {
  auto options = std::make_shared<SpecOptions>();
  for (const SpecKey& row : spec_keys()) {
    if (std::find(keys.begin(), keys.end(), row.key) == keys.end()) continue;
    const bool has_choice = row.values != "none" && row.values != "no";  // else its feature is not built yet
    app.add_option_function<std::string>(
           "--" + std::string(row.option),
           [options, key = row.key](const std::string& text) {
             options->assignments.emplace_back(key, text);
           },
           std::string(row.help) + " (" + std::string(row.values) + ")")
        ->type_name("")
        ->trigger_on_parse()  // in the order of the command line
        ->group(has_choice ? kGroup : "");
  }
  return options;
}

}  // namespace bitloupe::cli
