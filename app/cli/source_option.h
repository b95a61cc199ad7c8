// SOURCE on a command line, and how its file is read.
#pragma once

#include <string>

#include "app/cli/command.h"
#include "core/source.h"

namespace CLI {
class App;
}

namespace bitloupe::cli {

// Adds the positional argument SOURCE, required.
void add_source_option(CLI::App& app, std::string& text);

// What the text means under --lenient and --max-header.
Result<SourceSpec> parse_source(const std::string& text, const Globals& globals);

}  // namespace bitloupe::cli
