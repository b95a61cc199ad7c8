#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/stats/fused_pass.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "core/stats/fused_kernel-inl.h"

HWY_BEFORE_NAMESPACE();
namespace bitloupe {
namespace HWY_NAMESPACE {

void fused_bytes(const VectorPlan& plan, const VectorGroup* groups, const float* x, std::size_t size,
                 std::size_t count, bool clips, FusedLanes& lanes, FusedBlock* blocks, std::uint8_t* codes,
                 std::uint8_t* finite, FusedPending& pending) {
  fused_dispatch(plan, groups, x, size, count, clips, lanes, blocks, codes, finite, pending);
}
void fused_words(const VectorPlan& plan, const VectorGroup* groups, const float* x, std::size_t size,
                 std::size_t count, bool clips, FusedLanes& lanes, FusedBlock* blocks, std::uint32_t* codes,
                 std::uint8_t* finite, FusedPending& pending) {
  fused_dispatch(plan, groups, x, size, count, clips, lanes, blocks, codes, finite, pending);
}

}  // namespace HWY_NAMESPACE
}  // namespace bitloupe
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "core/simd.h"
#include "core/stats/fused_counts.h"
#include "core/stats/fused_pass.h"
#include "core/stats/fused_range.h"
#include "core/stats/fused_scales.h"
#include "core/stats/fused_sweep.h"

namespace bitloupe {

HWY_EXPORT(fused_bytes);
HWY_EXPORT(fused_words);

namespace {

constexpr std::size_t kBlock =
    1024;  // values of one group that are taken back together where one is NaN or inf
constexpr std::size_t kBatch =
    2048;  // values a kernel call looks at: they and their codes stay in the L1 cache
constexpr std::size_t kPadding = 64;         // kernels write whole vectors
constexpr std::size_t kMostGroups = kBatch;  // groups of one value

}  // namespace

// Scratch at fixed offsets of one page-aligned block: no two parts that are written together share the low
// twelve bits of their addresses by chance.
struct FusedPass::Worker::State {
  using ByteCodes = std::array<std::uint8_t, kBatch + kPadding>;
  alignas(
      4096) std::array<ByteCodes, 2> byte_codes;  // of this batch, and of the one before: still to be counted
  std::size_t current = 0, uncounted = 0;
  alignas(64) FusedLanes lanes;
  std::array<FusedBlock, kMostGroups> blocks;
  std::array<std::uint8_t, kMostGroups> finite;
  std::array<VectorGroup, kMostGroups> groups;
  std::array<std::uint32_t, kBatch + kPadding> word_codes;
  std::array<Code, kBlock> codes;
  std::array<float, kBlock> dequantized;
  std::array<ErrorKind, kBlock> kinds;
  FusedSums sums;
  std::unique_ptr<FusedCounts> counts;

  // Counts what is left of the batch before.
  void count_rest(const FusedPending& pending) {
    if (pending.left > 0) counts->add(std::span(pending.codes, pending.left));
    uncounted = 0;
  }
  FusedPending pending() {
    return {byte_codes[1 - current].data(), uncounted, counts ? counts->pairs_for(uncounted) : nullptr};
  }
};

FusedPass::Worker::Worker(const FusedPass& pass, bool counts, std::uint64_t expected_values)
    : state_(std::make_unique<State>()) {
  choose_kernel();
  if (counts) state_->counts = std::make_unique<FusedCounts>(pass.plan_.bits, expected_values);
}
FusedPass::Worker::~Worker() = default;
FusedPass::Worker::Worker(Worker&&) noexcept = default;

FusedSums FusedPass::Worker::take() {
  State& state = *state_;
  FusedSums sums = std::exchange(state.sums, {});
  const FusedLanes lanes = std::exchange(state.lanes, {});
  sums.error += fold_lanes(lanes.error) + lanes.clipped_error;
  sums.signal_hat += fold_lanes(lanes.hat);
  sums.clipped += lanes.clipped;
  sums.max_abs = std::max(sums.max_abs, lanes.clipped_max);
  for (const float lane : lanes.max_float) sums.max_abs = std::max(sums.max_abs, static_cast<double>(lane));
  for (const double lane : lanes.max_double) sums.max_abs = std::max(sums.max_abs, lane);
  return sums;
}

void FusedPass::Worker::move_counts(std::vector<std::uint64_t>& counts) {
  if (!state_->counts) return;
  state_->count_rest(state_->pending());
  state_->counts->move_to(counts);
}

bool FusedPass::applies(const Quantizer& quantizer) { return vector_applies(quantizer); }
FusedPass::FusedPass(const Quantizer& quantizer) : plan_(make_vector_plan(quantizer)) {}

namespace {

// The reference for one block of at most kBlock values: those with NaN or inf, and scales out of the kernels'
// range.
template <class State, class CodeT>
FusedBlock reference_block(State& state, const Quantizer& quantizer, const GroupScale& scale,
                           std::span<const float> x, CodeT* codes) {
  const std::size_t n = x.size();
  quantize_run(quantizer, scale, x, 0, std::span(state.codes).first(n), std::span(state.dequantized).first(n),
               std::span(state.kinds).first(n));
  FusedBlock block;
  FusedSums& sums = state.sums;
  for (std::size_t i = 0; i < n; ++i) {
    codes[i] = static_cast<CodeT>(state.codes[i]);
    const ErrorKind kind = state.kinds[i];
    sums.nan += kind == ErrorKind::Nan;
    sums.inf += kind == ErrorKind::Inf;
    if (kind > ErrorKind::Clipped) continue;
    const double value = static_cast<double>(x[i]), hat = static_cast<double>(state.dequantized[i]);
    const double e = value - hat;
    (kind == ErrorKind::Clipped ? block.clipping : block.rounding) += e * e;
    sums.clipped += kind == ErrorKind::Clipped;
    sums.error += e;
    sums.max_abs = std::max(sums.max_abs, std::fabs(e));
    sums.signal_hat += hat * hat;
    block.signal += value * value;
    ++sums.finite;
  }
  return block;
}

}  // namespace

// At most kBatch values, and kBlock a group.
void FusedPass::add_batch(Worker& worker, const float* values, std::size_t size,
                          std::span<const GroupScale> scales, GroupSums* groups, bool clips) const {
  Worker::State& state = *worker.state_;
  const std::size_t count = scales.size();
  bool usable = true;
  for (std::size_t g = 0; g < count; ++g)
    usable = make_vector_group(plan_, scales[g], state.groups[g]) && usable;
  const bool bytes = plan_.bits <= 8;
  FusedPending pending = state.pending();
  std::uint8_t* const byte_codes = state.byte_codes[state.current].data();
  FusedPending counting = pending.table == nullptr ? FusedPending() : pending;
  if (!usable) {
    std::fill_n(state.finite.begin(), count, std::uint8_t{0});
  } else if (bytes) {
    auto* const kernel = HWY_DYNAMIC_DISPATCH(fused_bytes);
    kernel(plan_, state.groups.data(), values, size, count, clips, state.lanes, state.blocks.data(),
           byte_codes, state.finite.data(), counting);
  } else {
    auto* const kernel = HWY_DYNAMIC_DISPATCH(fused_words);
    kernel(plan_, state.groups.data(), values, size, count, clips, state.lanes, state.blocks.data(),
           state.word_codes.data(), state.finite.data(), counting);
  }
  double signal = state.sums.signal, rounding = state.sums.rounding, clipping = state.sums.clipping;
  for (std::size_t g = 0; g < count; ++g) {
    FusedBlock& block = state.blocks[g];
    if (HWY_LIKELY(state.finite[g])) {
      state.sums.finite += size;
    } else {
      const std::span<const float> x(values + g * size, size);
      block = bytes ? reference_block(state, *plan_.quantizer, scales[g], x, byte_codes + g * size)
                    : reference_block(state, *plan_.quantizer, scales[g], x, &state.word_codes[g * size]);
    }
    signal += block.signal;
    rounding += block.rounding;
    clipping += block.clipping;
    if (groups == nullptr) continue;
    groups[g].signal += block.signal;
    groups[g].noise += block.rounding + block.clipping;
  }
  state.sums.signal = signal;
  state.sums.rounding = rounding;
  state.sums.clipping = clipping;
  if (!state.counts) return;
  if (!bytes) return state.counts->add(std::span<const std::uint32_t>(state.word_codes).first(size * count));
  state.count_rest(pending.table == nullptr ? pending : counting);
  state.uncounted = size * count;
  state.current = 1 - state.current;
}

void FusedPass::add_groups(Worker& worker, std::span<const float> values, std::size_t size,
                           std::span<const GroupScale> scales, std::span<GroupSums> groups) const {
  if (size == 0) return;
  if (size <= kBlock) {
    const std::size_t per_batch = kBatch / size;
    for (std::size_t g = 0; g < scales.size(); g += per_batch) {
      const std::size_t count = std::min(per_batch, scales.size() - g);
      add_batch(worker, values.data() + g * size, size, scales.subspan(g, count),
                groups.empty() ? nullptr : &groups[g], true);
    }
    return;
  }
  for (std::size_t g = 0; g < scales.size(); ++g)
    for (std::size_t i = 0; i < size; i += kBlock)
      add_batch(worker, values.data() + g * size + i, std::min(kBlock, size - i), scales.subspan(g, 1),
                groups.empty() ? nullptr : &groups[g], true);
}

void FusedPass::add_groups_with_own_scales(Worker& worker, const QuantSpec& spec,
                                           std::span<const float> values, std::size_t size,
                                           std::span<GroupScale> scales, std::span<GroupSums> groups) const {
  if (size == 0) return;
  const OwnScales own(spec);
  std::array<ClipRange, kMostGroups> ranges;
  const std::size_t per_batch = std::max<std::size_t>(kBatch / size, 1);
  for (std::size_t g = 0; g < scales.size(); g += per_batch) {
    const std::size_t count = std::min(per_batch, scales.size() - g);
    const std::span<const float> batch = values.subspan(g * size, count * size);
    find_group_ranges(batch, size, std::span(ranges).first(count));
    bool clips = size > kBlock;
    for (std::size_t i = 0; i < count; ++i) clips = !own.make(ranges[i], scales[g + i]) || clips;
    const std::span<GroupSums> sums = groups.empty() ? groups : groups.subspan(g, count);
    if (clips)
      add_groups(worker, batch, size, scales.subspan(g, count), sums);
    else
      add_batch(worker, batch.data(), size, scales.subspan(g, count), sums.data(), false);
  }
}

}  // namespace bitloupe
#endif  // HWY_ONCE
