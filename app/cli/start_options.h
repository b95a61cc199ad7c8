// What the window and `render` are both told on the command line: what to open and how to show it.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "app/cli/command.h"
#include "app/cli/spec_options.h"
#include "core/experiment.h"
#include "core/result.h"

namespace CLI {
class App;
}

namespace bitloupe::cli {

// How large, in which colours.
struct LookOptions {
  std::string size;        // "WxH", empty: the default
  float scale = 0;         // 0: the default
  std::string appearance;  // empty: not said
};
void add_look_options(CLI::App& app, LookOptions& look, const std::string& size_option);

// What to open and how to quantize it.
struct StartOptions {
  std::string source;  // empty: a synthetic Gaussian
  std::shared_ptr<SpecOptions> spec;

  bool given() const;  // anything at all
  // The experiment to start with. A source that is a file must be there and readable.
  Result<Experiment> experiment(const Globals& globals) const;
};

// Adds SOURCE and the options.
std::shared_ptr<StartOptions> add_start_options(CLI::App& app);

// Two whole numbers around a separator: "1600x1000", "10,-20". `name` is the option to blame.
Result<std::pair<int, int>> parse_pair(const std::string& name, const std::string& text, char separator);

// Sets width and height from "WxH"; an empty text leaves them.
Status parse_size(const std::string& name, const std::string& text, int& width, int& height);

}  // namespace bitloupe::cli
