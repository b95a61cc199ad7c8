// Counts codes, the part of the fused pass that vectors help least: many of at most eight bits index a table
// by pairs, so that one increment counts two; few of at most four are compared with every symbol.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace bitloupe {

class FusedCounts {
 public:
  // `expected_values`: how many will come; small numbers get small tables.
  FusedCounts(int bits, std::uint64_t expected_values);
  void add(std::span<const std::uint8_t> codes);   // bits <= 8; higher bits of a byte are ignored
  void add(std::span<const std::uint32_t> codes);  // bits <= 16, likewise
  // The table of pairs for the caller to count up to `codes` codes in, two an increment: entry c0 + 256 * c1.
  // None where codes are counted otherwise.
  std::uint32_t* pairs_for(std::size_t codes);
  void move_to(std::vector<std::uint64_t>& counts);  // adds, and starts again at zero

 private:
  void add_pairs(std::span<const std::uint8_t> codes);
  void fold_tables();
  int bits_;
  bool compares_, pairs_;
  std::uint64_t in_tables_ = 0;
  struct Free {
    void operator()(std::uint32_t* table) const;
  };
  std::unique_ptr<std::uint32_t[], Free> table_;
  std::size_t table_size_ = 0;
  std::vector<std::uint64_t> counts_;
};

}  // namespace bitloupe
