// Highway's vectorised quicksort behind plain functions: the one place that includes it.
#pragma once

#include <cstdint>
#include <span>

namespace bitloupe {

void sort_keys(std::span<std::int32_t> keys);   // ascending
void sort_keys(std::span<std::uint64_t> keys);  // ascending

}  // namespace bitloupe
