// The part of Python's literals that a npy header is made of: dict, list, tuple, string, integer, True,
// False, None. A parser of its own and never an evaluator: nothing in a file is run.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.h"

namespace bitloupe {

struct PythonLiteral {
  enum class Kind { None, Bool, Integer, String, Tuple, List, Dict };
  Kind kind = Kind::None;
  bool truth = false;                // Bool
  bool negative = false;             // Integer
  std::uint64_t integer = 0;         // Integer: magnitude
  std::string text;                  // String
  std::vector<PythonLiteral> items;  // Tuple, List; Dict: key, value, key, value ...
};

// All of `text` but for white space around it. `long_suffix`: Python 2's "3L" is an integer. Nesting is
// limited to kMaxLiteralDepth. Messages name the byte of the text, and offsets count from its start.
Result<PythonLiteral> parse_python_literal(std::string_view text, bool long_suffix);

// For messages: "a tuple", "an integer".
const char* kind_name(PythonLiteral::Kind kind);

}  // namespace bitloupe
