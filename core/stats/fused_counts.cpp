// One thread, 16 codes of 8 bits: one by one in four or eight tables 10 or 8 ns (an increment waits for the
// one before it on the same entry), in pairs 4.8 ns, in pairs while the next values are quantized
// (FusedPending) 0.3. Of 4 bits: compared with every symbol 1.9 ns, which needs no tables to clear and fold.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/stats/fused_counts.cpp"
#include "core/stats/fused_counts.h"

#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>
#include <utility>

#include "core/simd.h"

HWY_BEFORE_NAMESPACE();
namespace bitloupe {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Adds the occurrences of 0 ... kSymbols - 1 in the low bits of n bytes. Bytes count up to 255 in a vector.
template <std::size_t kSymbols>
void count_small(const std::uint8_t* codes, std::size_t n, std::uint64_t* counts) {
  constexpr hn::CappedTag<std::uint8_t, 64> d;
  [[maybe_unused]] constexpr std::size_t kLanes = hn::MaxLanes(d);
  [[maybe_unused]] const auto mask = hn::Set(d, static_cast<std::uint8_t>(kSymbols - 1)), one = hn::Set(d, 1);
  std::size_t i = 0;
#if HWY_TARGET != HWY_SCALAR
  while (i + kLanes <= n) {
    const std::size_t end = i + std::min<std::size_t>((n - i) / kLanes, 255) * kLanes;
    hn::Vec<decltype(d)> found[kSymbols];
    for (auto& vector : found) vector = hn::Zero(d);
    for (; i < end; i += kLanes) {
      const auto code = hn::And(hn::LoadU(d, codes + i), mask);
      for (std::size_t k = 0; k < kSymbols; ++k) {
        const auto is_k = hn::Eq(code, hn::Set(d, static_cast<std::uint8_t>(k)));
        if constexpr (kLanes == 64)
          found[k] = hn::IfThenElse(is_k, hn::Add(found[k], one), found[k]);
        else
          found[k] = hn::Sub(found[k], hn::VecFromMask(d, is_k));
      }
    }
    constexpr hn::Repartition<std::uint64_t, decltype(d)> d64;
    for (std::size_t k = 0; k < kSymbols; ++k)
      counts[k] += hn::GetLane(hn::SumOfLanes(d64, hn::SumsOf8(found[k])));
  }
#endif
  for (; i < n; ++i) ++counts[codes[i] & (kSymbols - 1)];
}

void count_compared(int bits, const std::uint8_t* codes, std::size_t n, std::uint64_t* counts) {
  switch (bits) {
    case 1:
      return count_small<2>(codes, n, counts);
    case 2:
      return count_small<4>(codes, n, counts);
    case 3:
      return count_small<8>(codes, n, counts);
    default:
      return count_small<16>(codes, n, counts);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace bitloupe
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace bitloupe {

HWY_EXPORT(count_compared);

namespace {

constexpr int kComparedBits = 4;  // of few values
constexpr std::size_t kPairs = 1 << 16, kByte = 256, kFewTables = 4;
constexpr std::uint64_t kPairsPay = 1 << 18;  // clearing and folding 2^16 counters costs as many values
constexpr std::uint64_t kTableLimit = std::uint64_t{1} << 31;  // counters have 32 bits

}  // namespace

void FusedCounts::Free::operator()(std::uint32_t* table) const { std::free(table); }

FusedCounts::FusedCounts(int bits, std::uint64_t expected_values)
    : bits_(bits),
      compares_(bits <= kComparedBits && expected_values < kPairsPay),
      pairs_(bits <= 8 && expected_values >= kPairsPay) {
  choose_kernel();
  counts_.resize(std::size_t{1} << bits);
  if (compares_) return;
  table_size_ = bits > 8 ? counts_.size() : pairs_ ? kPairs : kFewTables * kByte;
  // On a page of its own: where tables and scratch shared address bits, a sketch ran four times slower in one
  // process start of twelve.
  const std::size_t bytes = (table_size_ * sizeof(std::uint32_t) + 4095) / 4096 * 4096;
  table_.reset(static_cast<std::uint32_t*>(std::aligned_alloc(4096, bytes)));
  if (!table_) throw std::bad_alloc();
  std::memset(table_.get(), 0, bytes);
}

void FusedCounts::add_pairs(std::span<const std::uint8_t> codes) {
  std::uint32_t* table = table_.get();
  std::size_t i = 0;
  for (; i + 8 <= codes.size(); i += 8) {
    std::uint64_t word;
    std::memcpy(&word, &codes[i], 8);
    ++table[word & 0xFFFF];
    ++table[word >> 16 & 0xFFFF];
    ++table[word >> 32 & 0xFFFF];
    ++table[word >> 48];
  }
  for (; i < codes.size(); ++i) ++counts_[codes[i] & (counts_.size() - 1)];
}

std::uint32_t* FusedCounts::pairs_for(std::size_t codes) {
  if (compares_ || !pairs_) return nullptr;
  if (in_tables_ + codes > kTableLimit) fold_tables();
  in_tables_ += codes;
  return table_.get();
}

void FusedCounts::add(std::span<const std::uint8_t> codes) {
  if (compares_)
    return HWY_DYNAMIC_DISPATCH(count_compared)(bits_, codes.data(), codes.size(), counts_.data());
  if (in_tables_ + codes.size() > kTableLimit) fold_tables();
  in_tables_ += codes.size();
  if (pairs_) return add_pairs(codes);
  std::uint32_t* table = table_.get();
  std::size_t i = 0;
  for (; i + kFewTables <= codes.size(); i += kFewTables)
    for (std::size_t k = 0; k < kFewTables; ++k) ++table[k * kByte + codes[i + k]];
  for (; i < codes.size(); ++i) ++table[codes[i]];
}

void FusedCounts::add(std::span<const std::uint32_t> codes) {
  if (in_tables_ + codes.size() > kTableLimit) fold_tables();
  in_tables_ += codes.size();
  const std::size_t mask = counts_.size() - 1;
  for (const std::uint32_t code : codes) ++table_[code & mask];
}

void FusedCounts::fold_tables() {
  const std::size_t mask = counts_.size() - 1;
  for (std::size_t i = 0; i < table_size_; ++i) {
    const std::uint32_t count = table_[i];
    if (count == 0) continue;
    table_[i] = 0;
    counts_[i & mask & (bits_ > 8 ? ~std::size_t{0} : 0xFF)] += count;
    if (bits_ <= 8 && pairs_) counts_[i >> 8 & mask] += count;
  }
  in_tables_ = 0;
}

void FusedCounts::move_to(std::vector<std::uint64_t>& counts) {
  if (!compares_) fold_tables();
  for (std::size_t i = 0; i < counts_.size(); ++i) counts[i] += std::exchange(counts_[i], 0);
}

}  // namespace bitloupe
#endif  // HWY_ONCE
