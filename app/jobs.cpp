#include "app/jobs.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <new>
#include <thread>
#include <utility>

namespace bitloupe {
namespace {

constexpr double kProgressStep = 0.01;  // a redraw for every hundredth

struct Job {
  std::string label;
  std::function<Result<JobDone>(const WorkContext&)> work;
};

JobDone run(const Job& job, const WorkContext& context) {
  try {
    Result<JobDone> done = job.work(context);
    if (done) return std::move(*done);
    if (done.error().code == ErrorCode::Cancelled) return {"Cancelled: " + job.label + ".", ""};
    return {done.error().message, ""};
  } catch (const std::bad_alloc&) {
    return {"Not enough memory for " + job.label + ".", ""};
  } catch (const std::exception& exception) {
    return {job.label + " failed: " + exception.what(), ""};
  }
}

}  // namespace

struct Jobs::Impl {
  explicit Impl(std::function<void()> wake_) : wake(std::move(wake_)), thread([this] { loop(); }) {}

  ~Impl() {
    {
      std::lock_guard lock(mutex);
      quitting = true;
      queue.clear();
      stop.request_stop();
    }
    changed.notify_all();
    thread.join();
  }

  void loop() {
    std::unique_lock lock(mutex);
    for (;;) {
      changed.wait(lock, [&] { return quitting || !queue.empty(); });
      if (quitting) return;
      Job job = std::move(queue.front());
      queue.pop_front();
      running = job.label;
      stop = std::stop_source();
      progress = 0;
      const WorkContext context{stop.get_token(), Priority::Job, [this](double fraction) {
                                  if (fraction - progress < kProgressStep) return;
                                  progress = fraction;
                                  wake();
                                }};
      lock.unlock();
      JobDone result = run(job, context);
      job = {};  // what it held is freed before it counts as done
      lock.lock();
      done.push_back(std::move(result));
      running.clear();
      changed.notify_all();
      lock.unlock();
      wake();
      lock.lock();
    }
  }

  std::function<void()> wake;
  mutable std::mutex mutex;
  std::condition_variable changed;
  bool quitting = false;
  std::deque<Job> queue;
  std::string running;  // label; empty: none
  std::vector<JobDone> done;
  std::stop_source stop;
  std::atomic<double> progress{0};
  std::thread thread;  // last: it uses all of the above
};

Jobs::Jobs(std::function<void()> wake) : impl_(std::make_unique<Impl>(std::move(wake))) {}
Jobs::~Jobs() = default;

void Jobs::start(std::string label, std::function<Result<JobDone>(const WorkContext&)> work) {
  std::lock_guard lock(impl_->mutex);
  impl_->queue.push_back({std::move(label), std::move(work)});
  impl_->changed.notify_all();
}

void Jobs::cancel() {
  std::lock_guard lock(impl_->mutex);
  for (const Job& job : impl_->queue) impl_->done.push_back({"Cancelled: " + job.label + ".", ""});
  impl_->queue.clear();
  impl_->stop.request_stop();
}

std::vector<LaneTask> Jobs::tasks() const {
  std::lock_guard lock(impl_->mutex);
  std::vector<LaneTask> tasks;
  if (!impl_->running.empty()) tasks.push_back({impl_->running, impl_->progress, true});
  for (const Job& job : impl_->queue) tasks.push_back({job.label, 0, true});
  return tasks;
}

std::vector<JobDone> Jobs::take_done() {
  std::lock_guard lock(impl_->mutex);
  return std::exchange(impl_->done, {});
}

void Jobs::wait_idle() {
  std::unique_lock lock(impl_->mutex);
  impl_->changed.wait(lock, [&] { return impl_->queue.empty() && impl_->running.empty(); });
}

}  // namespace bitloupe
