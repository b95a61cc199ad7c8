#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "core/probe.h"
#include "core/probe_cells.h"
#include "core/random.h"
#include "core/stats/sorted_histogram.h"

namespace bitloupe {
namespace {

constexpr std::uint64_t kTask = 1 << 16;  // values per task, about
constexpr std::uint64_t kPiece = Sample::kRun;

using Pieces = std::vector<GroupSegment>;

std::uint64_t values_in(const Pieces& pieces) {
  std::uint64_t values = 0;
  for (const GroupSegment& piece : pieces) values += piece.count;
  return values;
}

// About `budget` of the values: pieces of kPiece, one drawn in each of equal shares of them all.
Pieces thinned(const Pieces& pieces, std::uint64_t budget) {
  std::uint64_t count = 0;
  for (const GroupSegment& piece : pieces) count += (piece.count + kPiece - 1) / kPiece;
  const std::uint64_t draws = std::clamp<std::uint64_t>(budget / kPiece, 1, count);
  Pieces chosen;
  chosen.reserve(draws);
  std::uint64_t before = 0;  // small pieces in the pieces before this one
  std::size_t at = 0;
  for (std::uint64_t i = 0; i < draws; ++i) {
    const std::uint64_t begin = i * count / draws, end = (i + 1) * count / draws;
    const std::uint64_t drawn = begin + random_bits(0, i) % (end - begin);
    for (;; ++at) {
      const std::uint64_t own = (pieces[at].count + kPiece - 1) / kPiece;
      if (drawn < before + own) break;
      before += own;
    }
    const GroupSegment& piece = pieces[at];
    const std::uint64_t from = (drawn - before) * kPiece;
    chosen.push_back({piece.begin + from * piece.stride, std::min(kPiece, piece.count - from), piece.stride});
  }
  return chosen;
}

// Everything that was asked for, or what stands in for it within the budget.
Pieces pieces_for(const Snapshot& snapshot, const HistogramRequest& request, std::uint64_t budget) {
  const std::uint64_t count = snapshot.tensor().count();
  const Sample& sample = snapshot.prepared->sample;
  Pieces pieces;
  if (request.group && snapshot.scales->layout.count > 1)
    for_each_segment(snapshot.scales->layout, *request.group,
                     [&](const GroupSegment& segment) { pieces.push_back(segment); });
  else if (count > budget && !sample.all)
    for (const std::uint64_t start : sample.starts) pieces.push_back({start, Sample::kRun, 1});
  else if (count > 0)
    pieces.push_back({0, count, 1});
  return values_in(pieces) > budget ? thinned(pieces, budget) : pieces;
}

// Pieces of at most kTask values, and where the tasks begin in them.
struct Tasks {
  Pieces pieces;
  std::vector<std::size_t> begins;  // first piece of each task, and the end
};

Tasks make_tasks(const Pieces& pieces) {
  Tasks tasks;
  std::uint64_t in_task = kTask;
  for (const GroupSegment& piece : pieces) {
    for (std::uint64_t done = 0; done < piece.count; done += kTask) {
      const std::uint64_t size = std::min(kTask, piece.count - done);
      if (in_task + size > kTask) {
        tasks.begins.push_back(tasks.pieces.size());
        in_task = 0;
      }
      tasks.pieces.push_back({piece.begin + done * piece.stride, size, piece.stride});
      in_task += size;
    }
  }
  tasks.begins.push_back(tasks.pieces.size());
  return tasks;
}

struct Both {
  Histogram original, dequantized;
};

std::uint64_t values_in(const MomentSet& moments) {
  const SortedValues& sorted = moments.groups[0].sorted();
  return moments.groups[0].count() + sorted.nan() + sorted.negative_inf() + sorted.positive_inf();
}

Both count_task(const Snapshot& snapshot, std::span<const GroupSegment> pieces, const Histogram& empty) {
  std::uint64_t size = 0;
  for (const GroupSegment& piece : pieces) size += piece.count;
  std::vector<float> original(size), dequantized(size);
  std::vector<Code> codes(size);
  std::vector<ErrorKind> kinds(size);
  const CellBuffers cells{original, dequantized, codes, kinds};
  std::uint64_t done = 0;
  for (const GroupSegment& piece : pieces) {
    quantize_cells(snapshot, piece.begin, piece.stride, cells.part(done, piece.count));
    done += piece.count;
  }
  Both both{empty, empty};
  count_into(both.original, original);
  count_into(both.dequantized, dequantized);
  return both;
}

// Sorted values answer at once: the original by searches, the dequantized values by how often each code
// occurs. Nothing where they are not sorted, or the codes not counted yet.
const MomentSet* sorted_answer(const Snapshot& snapshot, const HistogramRequest& request) {
  const ErrorReport* report = snapshot.report.get();
  const bool tensor = snapshot.scales->layout.count == 1 && !request.group;
  const bool counted = tensor && snapshot.moments && report && !report->code_counts.empty();
  if (!counted || report->values != values_in(*snapshot.moments)) return nullptr;
  return snapshot.moments.get();
}

HistogramResult from_sorted(const Snapshot& snapshot, const MomentSet& moments, const Histogram& empty) {
  HistogramResult result;
  result.original = result.dequantized = empty;
  count_sorted(result.original, moments.groups[0]);
  const std::vector<std::uint64_t>& counts = snapshot.report->code_counts;
  for (std::size_t code = 0; code < counts.size(); ++code)
    if (counts[code] > 0)
      count_repeated(result.dequantized,
                     dequantize(*snapshot.quantizer, snapshot.scales->groups[0], static_cast<Code>(code)),
                     counts[code]);
  result.exact = moments.all && snapshot.exact;
  if (!result.exact)
    result.weight =
        static_cast<double>(snapshot.tensor().count()) / static_cast<double>(snapshot.report->values);
  return result;
}

}  // namespace

HistogramResult histogram(const Snapshot& snapshot, const HistogramRequest& request, std::uint64_t budget,
                          const WorkContext& work) {
  const Histogram empty = make_histogram(request.lo, request.hi, request.bins);
  if (const MomentSet* moments = sorted_answer(snapshot, request))
    return from_sorted(snapshot, *moments, empty);
  HistogramResult result;
  result.original = result.dequantized = empty;
  const Tasks tasks = make_tasks(pieces_for(snapshot, request, budget));
  ordered_reduce(
      tasks.begins.size() - 1, work,
      [&](std::size_t i) {
        const std::size_t first = tasks.begins[i];
        return count_task(snapshot, std::span(tasks.pieces).subspan(first, tasks.begins[i + 1] - first),
                          empty);
      },
      [&](Both&& both) {
        merge(result.original, both.original);
        merge(result.dequantized, both.dequantized);
      });
  const std::uint64_t seen = values_in(tasks.pieces);
  const std::uint64_t all =
      request.group ? group_size(snapshot.scales->layout, *request.group) : snapshot.tensor().count();
  result.exact = seen >= all;
  if (!result.exact) result.weight = static_cast<double>(all) / static_cast<double>(seen);
  return result;
}

std::vector<LevelCount> level_counts(const Snapshot& snapshot, std::uint64_t group) {
  const Quantizer& quantizer = *snapshot.quantizer;
  const GroupScale& scale = snapshot.scales->groups[group];
  const ErrorReport* report = snapshot.report.get();
  const bool counted = snapshot.scales->layout.count == 1 && report && !report->code_counts.empty();
  std::vector<LevelCount> result;
  for (const Level& level : levels(quantizer.format)) {
    if (level.value < quantizer.grid_min || level.value > quantizer.grid_max) continue;
    const float value = dequantize(quantizer, scale, level.code);
    if (!result.empty() && result.back().value == value) continue;  // a tiny scale makes neighbours meet
    result.push_back({value, level.code, 0});
  }
  if (!counted) return result;

  const double weight = report->values == 0 ? 1
                                            : static_cast<double>(snapshot.tensor().count()) /
                                                  static_cast<double>(report->values);
  for (std::size_t code = 0; code < report->code_counts.size(); ++code) {
    if (report->code_counts[code] == 0) continue;
    const float value = dequantize(quantizer, scale, static_cast<Code>(code));
    const auto at = std::lower_bound(result.begin(), result.end(), value,
                                     [](const LevelCount& level, float x) { return level.value < x; });
    if (at != result.end() && at->value == value)
      at->count += weight * static_cast<double>(report->code_counts[code]);
  }
  return result;
}

}  // namespace bitloupe
