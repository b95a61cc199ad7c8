#include "app/lanes.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <new>
#include <stop_token>
#include <thread>
#include <utility>

#include "app/activity.h"
#include "app/source_loader.h"

namespace bitloupe {
namespace {

constexpr double kProgressStep = 0.01;  // a redraw for every hundredth
constexpr auto kHandRests =
    std::chrono::milliseconds(60);  // without a new experiment for so long, pictures are refined

using Clock = std::chrono::steady_clock;

Error out_of_memory() { return {ErrorCode::OutOfMemory, "not enough memory for this tensor"}; }

}  // namespace

struct Lanes::Impl {
  explicit Impl(std::function<void()> wake_) : wake(std::move(wake_)) {
    threads.emplace_back([this] { loop(loading, &Impl::load_once); });
    threads.emplace_back([this] { loop(sorting, &Impl::sort_once); });
    threads.emplace_back([this] { loop(tuning, &Impl::tune_once); });
    threads.emplace_back([this] { loop(refining, &Impl::refine_once); });
  }

  ~Impl() {
    {
      std::lock_guard lock(mutex);
      quitting = true;
      for (Activity* activity : {&loading, &sorting, &tuning, &refining}) activity->stop.request_stop();
      superseded.request_stop();
    }
    changed.notify_all();
    for (std::thread& thread : threads) thread.join();
  }

  // One lane: sleeps until its activity is pending, then does one piece of work with the lock released.
  void loop(Activity& activity, void (Impl::*once)(std::unique_lock<std::mutex>&)) {
    std::unique_lock lock(mutex);
    for (;;) {
      changed.wait(lock, [&] { return quitting || activity.pending; });
      if (quitting) return;
      activity.begin();
      (this->*once)(lock);
      activity.running = false;
      changed.notify_all();
      lock.unlock();
      wake();
      lock.lock();
    }
  }

  WorkContext context(Activity& activity, Priority priority) {
    return {activity.stop.get_token(), priority, [this, &activity](double fraction) {
              if (fraction - activity.progress < kProgressStep) return;
              activity.progress = fraction;
              wake();
            }};
  }

  void ask_to_load(const SourceSpec& source) {
    asked = true;
    if (source.path != status.wanted.path) {
      status.file.reset();
      status.tensor.clear();
    }
    status.wanted = source;
    status.loading = true;
    status.error.reset();
    loading.stop.request_stop();
    loading.pending = true;
    changed.notify_all();
  }

  void ask_to_tune() {
    superseded.request_stop();
    tuning.pending = true;
    changed.notify_all();
  }

  void load_once(std::unique_lock<std::mutex>& lock) {
    const SourceSpec source = status.wanted;
    const WorkContext work = context(loading, Priority::Prepare);
    lock.unlock();
    auto prepared = load(source, work);
    std::shared_ptr<const MomentSet> sorted_sample;
    if (prepared)
      sorted_sample = sort(**prepared, make_group_layout({}, (*prepared)->tensor->shape), true, work);
    lock.lock();
    if (loading.pending || quitting) return;  // another source is wanted by now
    status.loading = false;
    if (prepared) {
      shown = *prepared;
      shown_source = source;
      moments.reset();
      leave_tensor();
      sample_moments = std::move(sorted_sample);
      ask_to_sort();
      ask_to_tune();
    } else if (prepared.error().code != ErrorCode::Cancelled) {
      status.error = prepared.error();
    }
  }

  // Called without the lock.
  Result<std::shared_ptr<const Prepared>> load(const SourceSpec& source, const WorkContext& work) {
    try {
      return loader.load(source, work,
                         [&](std::shared_ptr<const TensorFile> file, const std::string& tensor) {
                           announce(std::move(file), tensor, work);
                         });
    } catch (const std::bad_alloc&) {
      return out_of_memory();
    }
  }

  void announce(std::shared_ptr<const TensorFile> file, const std::string& tensor, const WorkContext& work) {
    {
      std::lock_guard lock(mutex);
      if (work.stopped()) return;
      status.file = std::move(file);
      status.tensor = tensor;
    }
    wake();
  }

  // What is done for a tensor that is no longer on screen ends.
  void leave_tensor() {
    if (to_sort && to_sort != shown) {
      sorting.stop.request_stop();
      sorting.pending = false;
      to_sort.reset();
    }
    refinements.clear();
    refining.stop.request_stop();
  }

  // Of what is at hand the sorted values that suit the wanted spec; null where it wants others.
  std::shared_ptr<const MomentSet> suitable_moments() const {
    if (!shown || !validate(wanted.quant, shown->tensor->shape)) return nullptr;
    const auto layout = moment_layout(canonical(wanted.quant), *shown->tensor);
    for (const auto& set : {moments, sample_moments})
      if (layout && set && set->layout == *layout) return set;
    return nullptr;
  }

  // Sorts what the wanted spec can use of the tensor on screen, unless that is sorted or being sorted.
  void ask_to_sort() {
    if (!shown || !validate(wanted.quant, shown->tensor->shape)) return;
    const auto layout = moment_layout(canonical(wanted.quant), *shown->tensor);
    if (!layout) return;
    const auto at_hand = suitable_moments();
    const bool under_way = sorting.busy() && to_sort == shown && sort_layout == *layout;
    if ((at_hand && at_hand->all) || under_way) return;
    to_sort = shown;
    sort_layout = *layout;
    sorting.stop.request_stop();
    sorting.pending = true;
    changed.notify_all();
  }

  // One order stays resident: the old one goes first.
  void sort_once(std::unique_lock<std::mutex>& lock) {
    const std::shared_ptr<const Prepared> prepared = to_sort;
    const GroupLayout layout = sort_layout;
    moments.reset();
    const WorkContext work = context(sorting, Priority::Prepare);
    lock.unlock();
    auto sorted = sort(*prepared, layout, false, work);
    lock.lock();
    if (!sorted || sorting.pending || quitting || shown != prepared) return;
    moments = std::move(sorted);
    ask_to_tune();
  }

  // Null if stopped or without memory: then errors are read from the values. Called without the lock.
  static std::shared_ptr<const MomentSet> sort(const Prepared& prepared, const GroupLayout& layout,
                                               bool sample_only, const WorkContext& work) {
    try {
      if (auto done = make_moments(prepared, layout, sample_only, work)) return *done;
    } catch (const std::bad_alloc&) {
    }
    return nullptr;
  }

  void tune_once(std::unique_lock<std::mutex>& lock) {
    if (!shown) return;
    Experiment experiment = wanted;
    experiment.source = shown_source;  // the wanted one may still be loading
    const std::shared_ptr<const Prepared> prepared = shown;
    const std::shared_ptr<const Snapshot> previous = good;
    superseded = std::stop_source();
    RunContext run_context;
    run_context.work = context(tuning, Priority::Tune);
    run_context.superseded = superseded.get_token();
    run_context.moments = suitable_moments();
    run_context.last_id = newest ? newest->id : 0;
    run_context.publish = [this](const std::shared_ptr<const Snapshot>& snapshot) { publish(snapshot); };
    lock.unlock();
    std::optional<Error> failure;
    try {
      if (auto done = run(experiment, prepared, previous, run_context); !done) failure = done.error();
    } catch (const std::bad_alloc&) {
      failure = out_of_memory();
    }
    lock.lock();
    if (failure && failure->code != ErrorCode::Cancelled) status.error = failure;
  }

  // A wrong spec keeps the last good result on screen, with the error beside it.
  void publish(const std::shared_ptr<const Snapshot>& snapshot) {
    {
      std::lock_guard lock(mutex);
      tuning.progress = 0;  // of what comes next
      newest = snapshot;
      if (!snapshot->error) {
        good = snapshot;
      } else if (good && good->prepared == snapshot->prepared) {
        auto kept = std::make_shared<Snapshot>(*good);
        kept->id = snapshot->id;
        kept->experiment = snapshot->experiment;
        kept->error = snapshot->error;
        newest = std::move(kept);
      }
      ++published;
    }
    wake();
  }

  void refine_once(std::unique_lock<std::mutex>& lock) {
    while (!quitting && Clock::now() < submitted + kHandRests)
      changed.wait_until(lock, submitted + kHandRests);
    if (quitting || refinements.empty()) return;
    const auto work = std::move(refinements.front().second);
    refinements.pop_front();
    const WorkContext refine_context = context(refining, Priority::Job);
    lock.unlock();
    try {
      work(refine_context);
    } catch (const std::bad_alloc&) {
      // The bounded answer stays on screen.
    }
    lock.lock();
    refining.pending = !refinements.empty();
  }

  bool busy() const { return loading.busy() || sorting.busy() || tuning.busy() || refining.busy(); }

  std::function<void()> wake;
  mutable std::mutex mutex;
  std::condition_variable changed;
  bool quitting = false;

  bool asked = false;           // a source was asked for
  Clock::time_point submitted;  // when the last experiment came
  Experiment wanted;
  SourceStatus status;
  SourceLoader loader;
  std::shared_ptr<const Prepared> shown;  // what is tuned
  SourceSpec shown_source;
  // Of `shown`: all values by the layout last sorted; the sample as one group, which may be all values.
  std::shared_ptr<const MomentSet> moments, sample_moments;
  std::shared_ptr<const Prepared> to_sort;
  GroupLayout sort_layout;

  std::shared_ptr<const Snapshot> newest, good;  // good: the newest without an error
  std::uint64_t published = 0;
  std::stop_source superseded;
  std::deque<std::pair<std::string, std::function<void(const WorkContext&)>>> refinements;

  Activity loading, sorting, tuning, refining;
  std::vector<std::thread> threads;
};

Lanes::Lanes(std::function<void()> wake) : impl_(std::make_unique<Impl>(std::move(wake))) {}
Lanes::~Lanes() = default;

void Lanes::submit(const Experiment& experiment) {
  std::lock_guard lock(impl_->mutex);
  const bool other_source = experiment.source != impl_->status.wanted;
  impl_->wanted = experiment;
  impl_->submitted = Clock::now();
  if (other_source || !impl_->asked) impl_->ask_to_load(experiment.source);
  impl_->ask_to_sort();
  impl_->ask_to_tune();
}

void Lanes::reload() {
  std::lock_guard lock(impl_->mutex);
  impl_->status.file.reset();
  impl_->ask_to_load(impl_->wanted.source);  // stops the load in work
  impl_->loader.forget(impl_->wanted.source);
}

void Lanes::cancel_loading() {
  std::lock_guard lock(impl_->mutex);
  if (!impl_->status.loading) return;
  impl_->loading.pending = false;
  impl_->loading.stop.request_stop();
  impl_->status.loading = false;
}

std::shared_ptr<const Snapshot> Lanes::latest() const {
  std::lock_guard lock(impl_->mutex);
  return impl_->newest;
}

SourceStatus Lanes::source() const {
  std::lock_guard lock(impl_->mutex);
  SourceStatus status = impl_->status;
  status.progress = impl_->loading.progress;
  return status;
}

std::vector<LaneTask> Lanes::tasks() const {
  std::lock_guard lock(impl_->mutex);
  std::vector<LaneTask> tasks;
  if (impl_->status.loading) tasks.push_back({"loading " + impl_->status.tensor, impl_->loading.progress});
  if (impl_->sorting.running && impl_->to_sort)
    tasks.push_back(
        {(impl_->to_sort->tensor->resident() ? "sorting " : "adding up ") + impl_->to_sort->tensor->name,
         impl_->sorting.progress});
  if (impl_->tuning.running) tasks.push_back({"computing", impl_->tuning.progress});
  if (impl_->refining.running) tasks.push_back({"refining the picture", impl_->refining.progress});
  return tasks;
}

std::uint64_t Lanes::published() const {
  std::lock_guard lock(impl_->mutex);
  return impl_->published;
}

void Lanes::refine(const std::string& key, std::function<void(const WorkContext&)> work) {
  std::lock_guard lock(impl_->mutex);
  std::erase_if(impl_->refinements, [&](const auto& queued) { return queued.first == key; });
  impl_->refinements.emplace_back(key, std::move(work));
  impl_->refining.pending = true;
  impl_->changed.notify_all();
}

bool Lanes::idle() const {
  std::lock_guard lock(impl_->mutex);
  return !impl_->busy();
}

void Lanes::wait_idle() {
  std::unique_lock lock(impl_->mutex);
  impl_->changed.wait(lock, [&] { return !impl_->busy(); });
}

}  // namespace bitloupe
