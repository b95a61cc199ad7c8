// The quantizer's options on a command line, generated from spec_keys(): there is no second list.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/quant/quant_spec.h"
#include "core/result.h"

namespace CLI {
class App;
}

namespace bitloupe::cli {

// What was given, in the order of the command line: --spec FILE first, then every option on top, so that an
// option after --dialect overrides what the dialect set.
struct SpecOptions {
  std::string file;
  std::vector<std::pair<std::string_view, std::string>> assignments;  // key, text

  // `dialect`, where there is one, comes after the file and before the options.
  Result<QuantSpec> spec(QuantSpec base = {}, std::string_view dialect = {}) const;
  bool empty() const { return file.empty() && assignments.empty(); }
};

// All keys and --spec; or the given keys only.
std::shared_ptr<SpecOptions> add_spec_options(CLI::App& app);
std::shared_ptr<SpecOptions> add_spec_options(CLI::App& app, std::span<const std::string_view> keys);

}  // namespace bitloupe::cli
