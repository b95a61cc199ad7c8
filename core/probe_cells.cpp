#include "core/probe_cells.h"

#include <algorithm>

namespace bitloupe {
namespace {

void quantize_gathered(const Snapshot& snapshot, std::uint64_t group, std::uint64_t first_index,
                       const CellBuffers& cells) {
  quantize_run(*snapshot.quantizer, snapshot.scales->groups[group], cells.original, first_index, cells.codes,
               cells.dequantized, cells.kinds);
}

void quantize_consecutive(const Snapshot& snapshot, std::uint64_t begin, const CellBuffers& cells) {
  for_each_run(snapshot.scales->layout, begin, begin + cells.original.size(), [&](const GroupRun& run) {
    const CellBuffers own = cells.part(run.begin - begin, run.length);
    if (run.step == 0) return quantize_gathered(snapshot, run.group, run.begin, own);
    for (std::uint64_t i = 0; i < run.length; ++i)
      quantize_gathered(snapshot, run.group + i * run.step, run.begin + i, own.part(i, 1));
  });
}

}  // namespace

void quantize_cells(const Snapshot& snapshot, std::uint64_t begin, std::uint64_t stride,
                    const CellBuffers& cells) {
  const std::size_t size = cells.original.size();
  snapshot.tensor().gather(begin, stride, cells.original);
  if (stride == 1) return quantize_consecutive(snapshot, begin, cells);

  // Stochastic rounding goes by each value's own index, so there it is one cell at a time.
  const GroupLayout& layout = snapshot.scales->layout;
  const bool one_by_one = snapshot.quantizer->rounding == Rounding::Stochastic || snapshot.quantizer->blocks;
  std::size_t done = 0;
  while (done < size) {
    const std::uint64_t index = begin + done * stride, group = layout.group_of(index);
    std::size_t end = layout.count == 1 && !one_by_one ? size : done + 1;
    while (end < size && !one_by_one && layout.group_of(begin + end * stride) == group) ++end;
    quantize_gathered(snapshot, group, index, cells.part(done, end - done));
    done = end;
  }
}

}  // namespace bitloupe
