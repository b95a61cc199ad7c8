#include "app/file_comparison.h"

#include <algorithm>
#include <utility>

#include "app/browser/file_preview.h"
#include "app/frame.h"
#include "app/ui/text.h"
#include "core/io/display_text.h"

namespace bitloupe {
namespace {

// 0: compared; 1: could not be; 2: only a has it; 3: only b.
int kind(const TensorPair& pair) {
  if (pair.both()) return pair.difference ? 0 : 1;
  return pair.in_a ? 2 : 3;
}

bool before(const TensorPair& a, const TensorPair& b) {
  if (kind(a) != kind(b)) return kind(a) < kind(b);
  return a.difference && b.difference && is_worse(*a.difference, *b.difference);
}

Result<std::vector<TensorPair>> pairs_of(ComparedSource& a, const std::string& shown,
                                         const ComparedSource& b) {
  const bool one = b.names.size() == 1 && a.names.size() > 1;
  if (!one || (b.file && b.source.tensor.empty())) {
    auto pairs = pair_tensors(a, b);
    if (pairs || !one) return pairs;
  }
  const bool known = std::find(a.names.begin(), a.names.end(), shown) != a.names.end();
  if (!known) return pair_tensors(a, b);
  a.source.tensor = shown;
  a.names = {shown};
  return pair_tensors(a, b);
}

// What it costs to compare a pair, to share out the progress.
double weight(const TensorPair& pair, const ComparedSource& a) {
  if (!pair.both()) return 0;
  const TensorEntry* entry = a.file ? a.file->find(*pair.in_a) : nullptr;
  return entry ? static_cast<double>(entry->bytes) + 1 : 1;
}

std::string plural(std::size_t count, const char* one, const char* several) {
  return ui::count(count) + " " + (count == 1 ? one : several);
}

}  // namespace

Result<ComparedFiles> compare_files(SourceSpec a, const std::string& shown, const SourceSpec& b,
                                    const WorkContext& work) {
  a.tensor.clear();
  Result<ComparedSource> first = open_compared(a, work.stop);
  if (!first) return first.error();
  const Result<ComparedSource> second = open_compared(b, work.stop);
  if (!second) return second.error();
  auto pairs = pairs_of(*first, shown, *second);
  if (!pairs) return pairs.error();
  double all = 0, done = 0;
  for (const TensorPair& pair : *pairs) all += weight(pair, *first);
  for (TensorPair& pair : *pairs) {
    if (!pair.both()) continue;
    if (work.stopped()) return cancelled();
    const double from = done / all;
    done += weight(pair, *first);
    const Status compared = compare_pair(pair, *first, *second, phase(work, from, done / all));
    if (compared) continue;
    if (compared.error().code == ErrorCode::Cancelled) return compared.error();
    pair.error = compared.error().message;
  }
  std::stable_sort(pairs->begin(), pairs->end(), before);
  return ComparedFiles{first->source, b, std::move(*pairs)};
}

std::string summary(const ComparedFiles& compared) {
  std::size_t measured = 0, equal = 0, failed = 0, alone = 0;
  for (const TensorPair& pair : compared.pairs) {
    measured += pair.difference.has_value();
    equal += pair.difference && pair.difference->different == 0;
    failed += kind(pair) == 1;
    alone += kind(pair) > 1;
  }
  std::string text = plural(measured, "tensor compared", "tensors compared") + ", " + ui::count(equal) +
                     " without a difference";
  if (failed > 0) text += "; " + ui::count(failed) + " cannot be compared";
  if (alone > 0) text += "; " + plural(alone, "is", "are") + " in one file only";
  return text + ".";
}

std::string short_name(const SourceSpec& source) {
  if (source.synthetic) return "synthetic " + source.synthetic->kind;
  const std::string name = displayed_path(source.path.substr(source.path.find_last_of('/') + 1));
  return source.tensor.empty() ? name : name + "::" + displayed(source.tensor);
}

void FileComparison::start(const SourceSpec& a, const std::string& shown, const SourceSpec& b) {
  const auto work = [shared = shared_, a, shown, b](const WorkContext& context) -> Result<JobDone> {
    Result<ComparedFiles> compared = compare_files(a, shown, b, context);
    if (!compared) return compared.error();
    JobDone done{short_name(compared->a) + " and " + short_name(b) + ": " + summary(*compared), ""};
    const std::lock_guard lock(shared->mutex);
    shared->latest = std::make_shared<const ComparedFiles>(std::move(*compared));
    shared->finished = true;
    return done;
  };
  jobs_.start("comparing with " + short_name(b), work);
}

std::shared_ptr<const ComparedFiles> FileComparison::of(const SourceSpec& source) const {
  const std::lock_guard lock(shared_->mutex);
  const bool same = shared_->latest && !source.synthetic && shared_->latest->a.path == source.path;
  return same ? shared_->latest : nullptr;
}

bool FileComparison::take_finished() {
  const std::lock_guard lock(shared_->mutex);
  return std::exchange(shared_->finished, false);
}

bool can_compare(const Frame& frame) {
  const SourceSpec& source = frame.experiment.source;
  return !source.synthetic && frame.source.file && frame.source.wanted.path == source.path;
}

BrowseRequest compare_request() {
  BrowseRequest request;
  request.title = "Compare with";
  request.extensions = tensor_extensions();
  request.sources = true;
  request.chosen = [](Frame& later, const BrowseChoice& choice) { later.requests.compare = choice.source; };
  return request;
}

}  // namespace bitloupe
