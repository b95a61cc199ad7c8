#include "core/simd.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>

namespace bitloupe {
namespace {

TEST_CASE("kernels have distinct names, the portable one comes last, the best is in use") {
  const std::vector<std::string> names = kernel_names();
  REQUIRE(!names.empty());
  for (const std::string& name : names) CHECK(std::count(names.begin(), names.end(), name) == 1);
  CHECK(names.back() == "portable");
  if (std::getenv("BITLOUPE_KERNEL") == nullptr) {
    CHECK(kernel_name() == names.front());
    CHECK(unknown_kernel_asked_for().empty());
  }
}

TEST_CASE("every listed kernel can be forced, case ignored; an unknown name changes nothing") {
  for (const std::string& name : kernel_names()) {
    CHECK(force_kernel(name));
    CHECK(kernel_name() == name);
    CHECK(!force_kernel("abacus"));
    CHECK(kernel_name() == name);
  }
  CHECK(force_kernel("PORTABLE"));
  CHECK(kernel_name() == "portable");
  CHECK(force_kernel(""));
  CHECK(kernel_name() == kernel_names().front());
}

TEST_CASE("an unknown name in the environment is reported, not obeyed") {
  const char* before = std::getenv("BITLOUPE_KERNEL");
  const std::string kept = before == nullptr ? "" : before;
  setenv("BITLOUPE_KERNEL", "abacus", 1);
  CHECK(unknown_kernel_asked_for() == "abacus");
  setenv("BITLOUPE_KERNEL", "Portable", 1);
  CHECK(unknown_kernel_asked_for().empty());
  if (before == nullptr)
    unsetenv("BITLOUPE_KERNEL");
  else
    setenv("BITLOUPE_KERNEL", kept.c_str(), 1);
}

}  // namespace
}  // namespace bitloupe
