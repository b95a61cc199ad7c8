#include "core/memory.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "core/text.h"

namespace bitloupe {

namespace {

std::string meminfo() {
  std::ifstream file("/proc/meminfo");
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string_view asked_for() {
  const char* given = std::getenv("BITLOUPE_MEMORY");
  return given == nullptr ? "" : given;
}

// The user's limit, or a quarter of the machine.
std::uint64_t limit() {
  if (const auto bytes = parse_integer<std::uint64_t>(asked_for())) return *bytes;
  return static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES)) / 4 *
         static_cast<std::uint64_t>(::sysconf(_SC_PAGE_SIZE));
}

}  // namespace

std::uint64_t resident_budget() {
  const auto available = available_memory(meminfo());
  return available ? std::min(limit(), *available / 2) : limit();
}

std::string unreadable_memory_limit() {
  const std::string_view text = asked_for();
  return parse_integer<std::uint64_t>(text) ? "" : std::string(text);
}

// "MemAvailable:   22870404 kB": kB are 1024 bytes (man 5 proc).
std::optional<std::uint64_t> available_memory(std::string_view meminfo) {
  constexpr std::string_view kName = "MemAvailable:", kUnit = " kB";
  const std::size_t at = meminfo.find(kName);
  if (at == std::string_view::npos) return std::nullopt;
  std::string_view line = meminfo.substr(at + kName.size());
  line = line.substr(0, line.find('\n'));
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  if (!line.ends_with(kUnit)) return std::nullopt;
  line.remove_suffix(kUnit.size());
  const auto kib = parse_integer<std::uint64_t>(line);
  if (!kib || *kib > ~std::uint64_t{0} / 1024) return std::nullopt;
  return *kib * 1024;
}

}  // namespace bitloupe
