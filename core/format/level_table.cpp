#include "core/format/level_table.h"

#include <algorithm>
#include <cstring>

#include "core/ordered.h"

namespace bitloupe {

std::shared_ptr<const LevelTable::Data> LevelTable::make_data(std::span<const float> levels,
                                                              std::span<const double> cuts) {
  if (levels.empty()) return nullptr;
  auto data = std::make_shared<Data>();
  data->cuts.assign(cuts.begin(), cuts.end());
  data->levels.assign(levels.begin(), levels.end());
  for (std::size_t code = 0; code < levels.size(); ++code)
    data->sorted.push_back({static_cast<double>(levels[code]), static_cast<std::uint32_t>(code)});
  std::stable_sort(data->sorted.begin(), data->sorted.end(),
                   [](const Entry& a, const Entry& b) { return ordered(a.value) < ordered(b.value); });
  const auto same = [](const Entry& a, const Entry& b) { return ordered(a.value) == ordered(b.value); };
  data->sorted.erase(std::unique(data->sorted.begin(), data->sorted.end(), same), data->sorted.end());
  for (const float level : levels) {
    const auto found =
        std::lower_bound(data->sorted.begin(), data->sorted.end(), ordered(static_cast<double>(level)),
                         [](const Entry& entry, std::int64_t key) { return ordered(entry.value) < key; });
    data->ranks.push_back(static_cast<std::size_t>(found - data->sorted.begin()));
  }
  return data;
}

LevelTable::LevelTable(std::span<const float> levels) : data_(make_data(levels, {})) {}
LevelTable::LevelTable(std::span<const float> levels, std::span<const double> cuts)
    : data_(make_data(levels, cuts)) {}

std::span<const float> LevelTable::levels() const {
  return data_ ? std::span<const float>(data_->levels) : std::span<const float>();
}

std::span<const double> LevelTable::cuts() const {
  return data_ ? std::span<const double>(data_->cuts) : std::span<const double>();
}

std::span<const LevelTable::Entry> LevelTable::sorted() const {
  return data_ ? std::span<const Entry>(data_->sorted) : std::span<const Entry>();
}

std::size_t LevelTable::rank_of(std::uint32_t code) const {
  return data_ && code < data_->ranks.size() ? data_->ranks[code] : 0;
}

bool operator==(const LevelTable& a, const LevelTable& b) {
  const auto same = [](auto x, auto y) {
    return x.size() == y.size() && (x.empty() || std::memcmp(x.data(), y.data(), x.size_bytes()) == 0);
  };
  return a.data_ == b.data_ || (same(a.levels(), b.levels()) && same(a.cuts(), b.cuts()));
}

}  // namespace bitloupe
