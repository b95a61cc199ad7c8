// Moments of values too many to be sorted in memory: one pass adds them up in buckets of equal upper bits, and
// each bucket then stands as one weighted value. Sums are whole numbers, so any order gives the same answer.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "core/parallel.h"
#include "core/stats/moment_error.h"
#include "core/stats/prefix_moments.h"

namespace bitloupe {

// Values of one sign and exponent whose mantissas begin with the same bits share a bucket: its width is 2^-11
// of the values in it.
inline constexpr int kBucketMantissaBits = 11;

// Values [begin, begin + count), in memory or read into the buffer.
using ReadValues =
    std::function<std::span<const float>(std::uint64_t begin, std::uint64_t count, std::vector<float>& buffer)>;

// Weighted moments of `count` values: every bucket's mean (rounded to float32) with the number of its values as
// the weight, and what the buckets' insides add to any squared error (PrefixMoments::within). About 25 MB a
// thread while it runs. Nothing if stopped.
std::optional<PrefixMoments> build_bucketed(std::uint64_t count, const ReadValues& read,
                                            const WorkContext& context);

// How far the sum of squared errors from bucketed moments may lie from the true one: only values in the bucket
// of a cut can be on its wrong side, and each of them is off by at most |b - a| (2 w + |2 cut - a - b|) for
// levels a, b and the bucket's width w. 0 for sorted values.
double bucket_bound(const PrefixMoments& moments, const CodeLadder& ladder, const Quantizer& quantizer,
                    const GroupScale& scale);

}  // namespace bitloupe
