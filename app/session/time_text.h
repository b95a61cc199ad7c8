// A moment of the past for people.
#pragma once

#include <cstdint>
#include <string>

namespace bitloupe {

// "today 14:03", "yesterday 09:12", "2026-01-05 09:12", local time; both in seconds since 1970.
std::string time_text(std::int64_t moment, std::int64_t now);

}  // namespace bitloupe
