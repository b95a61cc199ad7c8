// What the codes cost when a prefix code or an ideal coder stores them.

#include <algorithm>
#include <cmath>

#include "core/stats/error_report.h"

namespace bitloupe {
namespace {

std::uint64_t total_of(const std::vector<std::uint64_t>& counts) {
  std::uint64_t total = 0;
  for (const std::uint64_t count : counts) total += count;
  return total;
}

}  // namespace

std::optional<double> entropy_bits(const std::vector<std::uint64_t>& counts) {
  const double total = static_cast<double>(total_of(counts));
  if (total == 0) return std::nullopt;
  double bits = 0;
  for (const std::uint64_t count : counts) {
    if (count == 0) continue;
    const double n = static_cast<double>(count);
    bits += n / total * std::log2(total / n);
  }
  return bits;
}

// The sum of the inner nodes' weights is the sum of count * code length. Two queues: leaves in ascending
// order, and inner nodes, which come into being in ascending order (van Leeuwen 1976).
std::uint64_t huffman_total_bits(const std::vector<std::uint64_t>& counts) {
  std::vector<std::uint64_t> leaves;
  for (const std::uint64_t count : counts)
    if (count > 0) leaves.push_back(count);
  std::sort(leaves.begin(), leaves.end());

  std::vector<std::uint64_t> inner;
  inner.reserve(leaves.size());
  std::size_t leaf = 0, node = 0;
  const auto take_smallest = [&] {
    const bool from_leaves = node == inner.size() || (leaf < leaves.size() && leaves[leaf] <= inner[node]);
    return from_leaves ? leaves[leaf++] : inner[node++];
  };
  std::uint64_t bits = 0;
  for (std::size_t merges = 1; merges < leaves.size(); ++merges) {
    const std::uint64_t first = take_smallest(), second = take_smallest();
    inner.push_back(first + second);
    bits += first + second;
  }
  return bits;
}

std::optional<double> huffman_bits(const std::vector<std::uint64_t>& counts) {
  const std::uint64_t total = total_of(counts);
  if (total == 0) return std::nullopt;
  return static_cast<double>(huffman_total_bits(counts)) / static_cast<double>(total);
}

}  // namespace bitloupe
