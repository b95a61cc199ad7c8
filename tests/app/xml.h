// Is a text well-formed XML? As much of it as drawings use: elements, attributes, the five entities.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace bitloupe::test {

// What is wrong, and where; empty for nothing.
std::string xml_problem(std::string_view text);

// How often an element of this name begins.
std::size_t count_elements(std::string_view text, std::string_view name);

}  // namespace bitloupe::test
