// Where tests find files. The one place that knows absolute paths: they are compiled into paths.cpp alone, so
// that a compiler cache serves all other tests in every checkout.
#pragma once

#include <string>

namespace bitloupe::test {

std::string golden_dir();  // figures from independent tools
std::string shared_dir();  // beside the checkout; may be missing
std::string root_dir();    // of the repository
std::string build_dir();   // of the built program
std::string binary();      // the built program

}  // namespace bitloupe::test
