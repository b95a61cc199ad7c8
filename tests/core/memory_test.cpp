#include "core/memory.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include "tests/core/streamed_support.h"

using namespace bitloupe;
using namespace bitloupe::test;

TEST_CASE("the budget is a quarter of the memory or what BITLOUPE_MEMORY says, and half of what is free") {
  const auto machine = static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES)) *
                       static_cast<std::uint64_t>(::sysconf(_SC_PAGE_SIZE));
  CHECK(resident_budget() > 0);
  CHECK(resident_budget() <= machine / 4);
  {
    const MemoryOf little(12345);
    CHECK(resident_budget() == 12345);
  }
  {
    const MemoryOf all(~std::uint64_t{0});
    CHECK(resident_budget() <= machine / 2);
  }
  ::setenv("BITLOUPE_MEMORY", "a lot", 1);
  CHECK(resident_budget() <= machine / 4);
  ::unsetenv("BITLOUPE_MEMORY");
}

TEST_CASE("what is available is read from the system's own text, or unknown") {
  CHECK(available_memory("MemTotal:  100 kB\nMemFree: 7 kB\nMemAvailable:   22870404 kB\nBuffers: 1 kB\n") ==
        22870404ull * 1024);
  CHECK(available_memory("MemAvailable: 0 kB") == 0);
  for (const char* text :
       {"", "MemFree: 7 kB\n", "MemAvailable:", "MemAvailable: kB", "MemAvailable: x kB\n",
        "MemAvailable: 7\n", "MemAvailable: 7 MB\n", "MemAvailable: -7 kB\n",
        "MemAvailable: 99999999999999999999 kB\n", "MemAvailable: 18446744073709551 kB\n"}) {
    CAPTURE(text);
    const auto bytes = available_memory(text);
    CHECK((!bytes || *bytes > std::uint64_t{1} << 62));
  }
  CHECK_FALSE(available_memory("MemAvailable: 18446744073709552 kB").has_value());
}
