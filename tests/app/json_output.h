// What the built program says with --json, for tests of the command line.
#pragma once

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "tests/app/process.h"

namespace bitloupe::test {

// The document; the run must end well and say nothing on standard error.
inline nlohmann::ordered_json json_of(std::vector<std::string> arguments,
                                      const ProcessOptions& options = {}) {
  arguments.push_back("--json");
  const ProcessResult result = run_bitloupe(std::move(arguments), options);
  CHECK_MESSAGE(result.status == 0, result.err);
  CHECK(result.err == "");
  return nlohmann::ordered_json::parse(result.out, nullptr, false);
}

}  // namespace bitloupe::test
