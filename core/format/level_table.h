// LevelTable: the values of a table format, one a code, shared between copies and compared by value. It knows
// no rounding: codec does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace bitloupe {

class LevelTable {
 public:
  static constexpr std::size_t kMostLevels = 256;

  LevelTable() = default;                              // no levels
  explicit LevelTable(std::span<const float> levels);  // levels[c] is the value of code c
  // cuts[i] is the smallest number that takes sorted()[i + 1]; one fewer than sorted() has entries.
  LevelTable(std::span<const float> levels, std::span<const double> cuts);

  std::span<const float> levels() const;
  std::span<const double> cuts() const;  // empty: the rounding mode decides between two levels
  bool empty() const { return levels().empty(); }

  // Ascending in the total order (-0 before +0); of equal values only the lowest code.
  struct Entry {
    double value = 0;
    std::uint32_t code = 0;
  };
  std::span<const Entry> sorted() const;
  // The place in sorted() of a code's value.
  std::size_t rank_of(std::uint32_t code) const;

  friend bool operator==(const LevelTable& a, const LevelTable& b);  // by bit pattern

 private:
  struct Data {
    std::vector<float> levels;
    std::vector<Entry> sorted;
    std::vector<std::size_t> ranks;
    std::vector<double> cuts;
  };
  static std::shared_ptr<const Data> make_data(std::span<const float> levels, std::span<const double> cuts);
  std::shared_ptr<const Data> data_;
};

}  // namespace bitloupe
