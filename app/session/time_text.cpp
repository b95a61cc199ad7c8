#include "app/session/time_text.h"

#include <array>
#include <ctime>

namespace bitloupe {
namespace {

constexpr std::int64_t kDay = 24 * 60 * 60;

std::string formatted(std::int64_t moment, const char* format) {
  const std::time_t time = static_cast<std::time_t>(moment);
  std::tm parts{};
  if (::localtime_r(&time, &parts) == nullptr) return "at an unknown time";
  std::array<char, 64> text{};
  return {text.data(), std::strftime(text.data(), text.size(), format, &parts)};
}

}  // namespace

std::string time_text(std::int64_t moment, std::int64_t now) {
  const std::string day = formatted(moment, "%Y-%m-%d");
  if (day == formatted(now, "%Y-%m-%d")) return "today " + formatted(moment, "%H:%M");
  if (day == formatted(now - kDay, "%Y-%m-%d")) return "yesterday " + formatted(moment, "%H:%M");
  return day + formatted(moment, " %H:%M");
}

}  // namespace bitloupe
