#include "tests/paths.h"

namespace bitloupe::test {

std::string golden_dir() { return BITLOUPE_ROOT "/tests/golden"; }
std::string shared_dir() { return BITLOUPE_ROOT "/../shared"; }
std::string root_dir() { return BITLOUPE_ROOT; }
std::string build_dir() { return BITLOUPE_BUILD; }
std::string binary() { return BITLOUPE_BUILD "/bitloupe"; }

}  // namespace bitloupe::test
