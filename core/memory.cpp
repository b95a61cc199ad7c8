#include "core/memory.h"

#include <unistd.h>

#include <cstdlib>

#include "core/text.h"

namespace bitloupe {

std::uint64_t resident_budget() {
  if (const char* given = std::getenv("BITLOUPE_MEMORY"))
    if (const auto bytes = parse_integer<std::uint64_t>(given)) return *bytes;
  return static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES)) / 4 *
         static_cast<std::uint64_t>(::sysconf(_SC_PAGE_SIZE));
}

}  // namespace bitloupe
