#include "app/probes.h"

#include <limits>
#include <utility>

#include "app/lanes.h"

namespace bitloupe {
namespace {

// Values that a probe may look at within a frame (about 2 ms); beyond that the refine lane finishes the
// answer.
constexpr std::uint64_t kWindowBudget = 1 << 16;
constexpr std::uint64_t kHistogramBudget = 1 << 17;
constexpr std::uint64_t kCurveBudget = 1 << 12;
constexpr std::uint64_t kUnbounded = std::numeric_limits<std::uint64_t>::max();

// The answers depend on these parts of a snapshot only.
bool same_content(const Snapshot& a, const Snapshot& b) {
  return a.prepared == b.prepared && a.scales == b.scales && a.quantizer == b.quantizer;
}

// The values' own histogram does not depend on the spec: an exact one is kept while the sampled rest is
// redone.
void keep_exact_original(HistogramResult& answer, const HistogramResult& before) {
  if (answer.exact || before.weight != 1 || before.original.lo != answer.original.lo ||
      before.original.hi != answer.original.hi ||
      before.original.counts.size() != answer.original.counts.size())
    return;
  answer.original = before.original;
  for (std::uint64_t& count : answer.dequantized.counts)
    count = static_cast<std::uint64_t>(static_cast<double>(count) * answer.weight + 0.5);
  answer.weight = 1;
}

}  // namespace

// One place's newest answer.
template <class Request, class Answer>
struct Probes::Memo {
  std::shared_ptr<const Snapshot> snapshot;
  Request request{};
  std::shared_ptr<const Answer> answer;

  bool answers(const Snapshot& now, const Request& wanted) const {
    return answer && same_content(*snapshot, now) && request == wanted;
  }
};

// Shared with the refine lane, which may outlive a frame.
struct Probes::Slots {
  std::mutex mutex;
  std::map<std::string, Memo<WindowRequest, WindowResult>> windows;
  std::map<std::string, Memo<HistogramRequest, HistogramResult>> histograms;
  Memo<std::uint64_t, Explanation> explanation;
  Memo<std::uint64_t, std::optional<BlockView>> block;
  Memo<std::uint64_t, std::vector<LevelCount>> levels;
  Memo<std::uint64_t, std::optional<ErrorCurve>> group_curve;
  std::shared_ptr<const ErrorReport> levels_report;
};

Probes::Probes(Lanes& lanes) : lanes_(lanes), slots_(std::make_shared<Slots>()) {}

void Probes::begin_frame(std::shared_ptr<const Snapshot> snapshot) { snapshot_ = std::move(snapshot); }

std::shared_ptr<const WindowResult> Probes::window(const std::string& slot, const WindowRequest& request) {
  if (!snapshot_ || !snapshot_->scales) return nullptr;
  std::lock_guard lock(slots_->mutex);
  auto& memo = slots_->windows[slot];
  if (memo.answers(*snapshot_, request)) return memo.answer;
  const bool same_cells =
      memo.answer && memo.snapshot->prepared == snapshot_->prepared && memo.request == request;
  const std::shared_ptr<const WindowResult> before = same_cells ? memo.answer : nullptr;
  memo = {snapshot_, request,
          std::make_shared<const WindowResult>(
              bitloupe::window(*snapshot_, request, kWindowBudget, {}, before.get()))};
  if (!memo.answer->exact) {
    lanes_.refine(
        "window " + slot, [slots = slots_, slot, snapshot = snapshot_, request](const WorkContext& work) {
          auto answer =
              std::make_shared<const WindowResult>(bitloupe::window(*snapshot, request, kUnbounded, work));
          std::lock_guard inner(slots->mutex);
          auto& known = slots->windows[slot];
          if (!work.stopped() && known.answers(*snapshot, request)) known.answer = std::move(answer);
        });
  }
  return memo.answer;
}

std::shared_ptr<const HistogramResult> Probes::histogram(const std::string& slot,
                                                         const HistogramRequest& request) {
  if (!snapshot_ || !snapshot_->scales) return nullptr;
  std::lock_guard lock(slots_->mutex);
  auto& memo = slots_->histograms[slot];
  // A sample's answer gives way as soon as more is known.
  const bool as_much_known =
      memo.answer && memo.snapshot->moments == snapshot_->moments && memo.snapshot->exact == snapshot_->exact;
  const bool final = memo.answer && (memo.answer->exact || as_much_known);
  if (final && memo.answers(*snapshot_, request)) return memo.answer;
  HistogramResult answer = bitloupe::histogram(*snapshot_, request, kHistogramBudget);
  if (memo.answer && memo.snapshot->prepared == snapshot_->prepared && memo.request == request)
    keep_exact_original(answer, *memo.answer);
  const bool exact = answer.exact;
  memo = {snapshot_, request, std::make_shared<const HistogramResult>(std::move(answer))};
  if (!exact) {
    lanes_.refine("histogram " + slot, [slots = slots_, slot, snapshot = snapshot_,
                                        request](const WorkContext& work) {
      auto refined =
          std::make_shared<const HistogramResult>(bitloupe::histogram(*snapshot, request, kUnbounded, work));
      std::lock_guard inner(slots->mutex);
      auto& known = slots->histograms[slot];
      if (!work.stopped() && known.answers(*snapshot, request)) known.answer = std::move(refined);
    });
  }
  return memo.answer;
}

std::shared_ptr<const Explanation> Probes::explain(std::uint64_t index) {
  if (!snapshot_ || !snapshot_->scales || index >= snapshot_->tensor().count()) return nullptr;
  auto& memo = slots_->explanation;
  if (!memo.answers(*snapshot_, index))
    memo = {snapshot_, index, std::make_shared<const Explanation>(bitloupe::explain(*snapshot_, index))};
  return memo.answer;
}

std::shared_ptr<const BlockView> Probes::block(std::uint64_t index) {
  if (!snapshot_ || !snapshot_->scales || index >= snapshot_->tensor().count()) return nullptr;
  auto& memo = slots_->block;
  if (!memo.answers(*snapshot_, index))
    memo = {snapshot_, index,
            std::make_shared<const std::optional<BlockView>>(block_view(*snapshot_, index))};
  if (!*memo.answer) return nullptr;
  return {memo.answer, &**memo.answer};
}

std::shared_ptr<const std::vector<LevelCount>> Probes::levels(std::uint64_t group) {
  if (!snapshot_ || !snapshot_->scales) return nullptr;
  auto& memo = slots_->levels;
  if (!memo.answers(*snapshot_, group) || slots_->levels_report != snapshot_->report) {
    memo = {snapshot_, group,
            std::make_shared<const std::vector<LevelCount>>(level_counts(*snapshot_, group))};
    slots_->levels_report = snapshot_->report;
  }
  return memo.answer;
}

std::shared_ptr<const ErrorCurve> Probes::group_curve(std::uint64_t group) {
  if (!snapshot_ || !snapshot_->curve || group >= snapshot_->extremes->layout.count) return nullptr;
  auto& memo = slots_->group_curve;
  const bool same = memo.answer && memo.snapshot->curve == snapshot_->curve && memo.request == group;
  if (!same)
    memo = {snapshot_, group,
            std::make_shared<const std::optional<ErrorCurve>>(
                bitloupe::group_curve(*snapshot_, group, kCurveBudget))};
  if (!*memo.answer) return nullptr;
  return {memo.answer, &**memo.answer};
}

}  // namespace bitloupe
