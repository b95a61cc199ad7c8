#include "app/cli/source_option.h"

#include <CLI/CLI.hpp>

namespace bitloupe::cli {

void add_source_option(CLI::App& app, std::string& text) {
  app.add_option("SOURCE", text, "PATH, PATH::TENSOR or synthetic:KIND?key=value&...")
      ->type_name("")
      ->required();
}

Result<SourceSpec> parse_source(const std::string& text, const Globals& globals) {
  Result<SourceSpec> source = bitloupe::parse_source(text);
  if (!source) return source.error();
  source->lenient = globals.lenient;
  source->max_header_bytes = globals.max_header_bytes;
  return source;
}

}  // namespace bitloupe::cli
