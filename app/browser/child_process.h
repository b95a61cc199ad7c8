// A program run as a child, from an argument vector: no shell ever sees the arguments. Waits; workers call
// it.
#pragma once

#include <cstddef>
#include <stop_token>
#include <string>
#include <vector>

#include "core/result.h"

namespace bitloupe {

struct ChildEnd {
  int status = -1;   // exit status; -1: a signal ended it, or nobody knows
  std::string out;   // standard output
  bool cut = false;  // it wrote more than was asked for and was killed
};

// `arguments[0]` is the program's path. Standard input and error are the null device; no other descriptor is
// passed on. A request to stop ends it and what it started, first gently, after 100 ms by force: Cancelled.
Result<ChildEnd> run_child(const std::vector<std::string>& arguments, std::size_t most_bytes,
                           const std::stop_token& stop);

}  // namespace bitloupe
