#include "core/codebook/ternary_threshold.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <memory>
#include <vector>

namespace bitloupe {
namespace {

// The bits of a float32 magnitude are a number that grows with it: 8 exponent and 23 mantissa bits, of which
// a cell has the upper 16 in common. All of a cell have one exponent, so the sum of their significands is a
// whole number, and exact whatever the order.
constexpr int kLowBits = 15;
constexpr std::size_t kCells = std::size_t{1} << 16, kPerCell = std::size_t{1} << kLowBits;
constexpr std::size_t kCellsAPass = 32;    // looked into at once: 8 MiB of counters a thread
constexpr std::uint64_t kBlock = 1 << 16;  // values a task reads

double magnitude_of(std::uint32_t bits) { return static_cast<double>(std::bit_cast<float>(bits)); }

// Of a float32: value = significand * 2^(exponent - 150), exponent as the cell gives it.
std::uint64_t significand_of(std::uint32_t bits) {
  const std::uint32_t fraction = bits & 0x7FFFFF;
  return bits >> 23 == 0 ? fraction : fraction | 0x800000;
}

struct Cell {
  std::uint64_t count = 0, significands = 0;
  double sum(std::size_t index) const {
    const int exponent = std::max(static_cast<int>(index >> (23 - kLowBits)), 1);
    return std::ldexp(static_cast<double>(significands), exponent - 150);
  }
  Cell& operator+=(const Cell& other) {
    count += other.count;
    significands += other.significands;
    return *this;
  }
};

// Calls visit(counters, bits) for the bits of every finite magnitude, with counters that no other thread has
// meanwhile; then `counters` holds the sums of all. False if stopped.
template <class Counter, class Visit>
bool count_magnitudes(const Tensor& tensor, std::vector<Counter>& counters, const WorkContext& context,
                      Visit&& visit) {
  Lent<std::vector<Counter>> lent([&] { return std::make_unique<std::vector<Counter>>(counters.size()); });
  const bool done = parallel_for(tensor.count(), kBlock, context, [&](std::size_t begin, std::size_t end) {
    if (tensor.error()) return;
    std::vector<float> buffer;
    const std::span<const float> values = tensor.view(begin, end - begin, buffer);
    lent.lend([&](std::vector<Counter>& own) {
      for (const float x : values)
        if (std::isfinite(x)) visit(own, std::bit_cast<std::uint32_t>(x) & 0x7FFFFFFF);
    });
  });
  lent.for_each([&](const std::vector<Counter>& own) {
    for (std::size_t i = 0; i < counters.size(); ++i) counters[i] += own[i];
  });
  return done;
}

// A cell that may hold the best threshold: what lies above it, and more than it can gain.
struct Candidate {
  std::size_t cell = 0;
  Above above;
  double bound = 0;
};

// (S + j v)^2 / (k + j) has its maximum at an end of 0 <= j <= n, and no part of the cell is larger than v.
double bound_of(const Above& above, std::size_t cell, std::uint64_t count) {
  const double largest = magnitude_of(static_cast<std::uint32_t>((cell + 1) << kLowBits) - 1);
  Above all = above;
  all.sum += static_cast<double>(count) * largest;
  all.count += count;
  return std::max(above.gain(), all.gain());
}

// Every cell with values, best bound first.
std::vector<Candidate> candidates_of(const std::vector<Cell>& cells) {
  std::vector<Candidate> candidates;
  Above above;
  for (std::size_t cell = kCells; cell-- > 0;) {
    if (cells[cell].count == 0) continue;
    candidates.push_back({cell, above, bound_of(above, cell, cells[cell].count)});
    above.sum += cells[cell].sum(cell);
    above.count += cells[cell].count;
  }
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const Candidate& a, const Candidate& b) { return a.bound > b.bound; });
  return candidates;
}

// The next lower magnitude, `count` times. Of equal gains the higher threshold: no answer depends on the
// order in which cells are looked into.
void step_down(std::uint32_t bits, std::uint64_t count, Above& now, Above& best) {
  if (bits == 0) return;  // zero gains nothing
  now.sum += static_cast<double>(count) * magnitude_of(bits);
  now.count += count;
  now.threshold = magnitude_of(bits - 1);
  if (now.gain() > best.gain() || (now.gain() == best.gain() && now.count < best.count)) best = now;
}

// Walks down the magnitudes of one cell.
void look_into(const Candidate& candidate, const std::uint64_t* counts, Above& best) {
  Above now = candidate.above;
  for (std::size_t low = kPerCell; low-- > 0;)
    if (counts[low] != 0)
      step_down(static_cast<std::uint32_t>(candidate.cell << kLowBits | low), counts[low], now, best);
}

}  // namespace

std::optional<Above> ternary_threshold(const Tensor& tensor, const WorkContext& context) {
  std::vector<Cell> cells(kCells);
  if (!count_magnitudes(tensor, cells, context, [](std::vector<Cell>& own, std::uint32_t bits) {
        Cell& cell = own[bits >> kLowBits];
        ++cell.count;
        cell.significands += significand_of(bits);
      }))
    return std::nullopt;
  const std::vector<Candidate> candidates = candidates_of(cells);
  Above best;
  for (std::size_t first = 0; first < candidates.size(); first += kCellsAPass) {
    constexpr double kRoom = 1 - 1e-12;  // sums of cells are rounded when they are added up
    if (candidates[first].bound * (1 / kRoom) < best.gain()) break;
    const std::size_t size = std::min(kCellsAPass, candidates.size() - first);
    std::vector<std::uint8_t> place(kCells, 0xFF);
    for (std::size_t i = 0; i < size; ++i) place[candidates[first + i].cell] = static_cast<std::uint8_t>(i);
    std::vector<std::uint64_t> counts(size * kPerCell);
    if (!count_magnitudes(tensor, counts, context, [&](std::vector<std::uint64_t>& own, std::uint32_t bits) {
          const std::uint8_t at = place[bits >> kLowBits];
          if (at != 0xFF) ++own[at * kPerCell + (bits & (kPerCell - 1))];
        }))
      return std::nullopt;
    for (std::size_t i = 0; i < size; ++i)
      look_into(candidates[first + i], counts.data() + i * kPerCell, best);
  }
  return best;
}

// Sums are rounded where those of the cells above are, so that both ways give the same bits.
Above ternary_threshold(std::span<const std::uint32_t> magnitudes) {
  Above best, above;
  for (std::size_t i = 0; i < magnitudes.size();) {
    const std::size_t index = magnitudes[i] >> kLowBits;
    Above now = above;
    Cell cell;
    while (i < magnitudes.size() && magnitudes[i] >> kLowBits == index) {
      const std::uint32_t bits = magnitudes[i];
      std::uint64_t count = 0;
      for (; i < magnitudes.size() && magnitudes[i] == bits; ++i) ++count;
      cell += {count, count * significand_of(bits)};
      step_down(bits, count, now, best);
    }
    above.sum += cell.sum(index);
    above.count += cell.count;
  }
  return best;
}

}  // namespace bitloupe
