// Histograms of sorted values: a search a bin instead of a pass over all values.
#pragma once

#include "core/stats/histogram.h"
#include "core/stats/prefix_moments.h"

namespace bitloupe {

// Counts every value once; the same bins as count_into. Buckets count where the value that stands for them lies.
void count_sorted(Histogram& histogram, const PrefixMoments& moments);

// Counts one value `times` times.
void count_repeated(Histogram& histogram, float value, std::uint64_t times);

}  // namespace bitloupe
