// What a spec's key answers to a value that it does not take: the nearest name, the expected form, or that a
// documented value is not built yet.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace bitloupe {

using Names = std::vector<std::string_view>;
std::string joined(const Names& names);  // "a, b, c"

// The answer to a value that is none of `names`: BadArgument with the nearest one, or NotAvailable where it
// is documented and still to come.
Error unknown_value(std::string_view key, std::string_view text, const Names& names);
// BadArgument: "KEY 'TEXT': expected EXPECTED".
Error unreadable(std::string_view key, std::string_view text, std::string_view expected);

}  // namespace bitloupe
