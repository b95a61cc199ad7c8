#include "core/parallel.h"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <list>
#include <mutex>
#include <system_error>

namespace bitloupe {

struct ThreadPool::Job {
  std::size_t count = 0;
  const WorkContext* context = nullptr;
  const std::function<void(std::size_t)>* task = nullptr;
  std::atomic<std::size_t> next{0};
  std::atomic<bool> failed{false};
  std::exception_ptr exception;  // guarded by State::mutex
  int helpers = 0;               // workers inside this job; guarded by State::mutex

  bool exhausted() const {
    return next.load(std::memory_order_relaxed) >= count || failed || context->stopped();
  }
};

struct ThreadPool::State {
  std::mutex mutex;
  std::condition_variable work_arrived, work_done;
  std::list<Job*> jobs;  // every job some thread is running; ascending priority value
  bool quitting = false;

  // Whether a job of higher priority still has tasks to hand out.
  bool higher_waits(Priority priority) const {
    return std::any_of(jobs.begin(), jobs.end(), [&](const Job* job) {
      return job->context->priority < priority && !job->exhausted();
    });
  }
};

WorkContext phase(const WorkContext& whole, double begin, double end) {
  WorkContext part = whole;
  if (whole.progress)
    part.progress = [report = whole.progress, begin, end](double done) {
      report(begin + done * (end - begin));
    };
  return part;
}

ThreadPool::ThreadPool(int threads) : state_(std::make_unique<State>()) {
  try {
    for (int i = 1; i < threads; ++i) workers_.emplace_back([this] { worker_loop(); });
  } catch (const std::system_error&) {
    // No memory or no permission for so many: those that there are do the work, the caller's own at the least.
  }
}

ThreadPool::~ThreadPool() {
  {
    std::lock_guard lock(state_->mutex);
    state_->quitting = true;
  }
  state_->work_arrived.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

namespace {
std::atomic<int> shared_threads{0};
}

void ThreadPool::set_shared_threads(int threads) { shared_threads = threads; }

ThreadPool& ThreadPool::shared() {
  static ThreadPool pool([] {
    const int asked = shared_threads;
    return asked > 0 ? asked : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  }());
  return pool;
}

// Takes tasks until none is left. Between tasks a job steps aside for one of higher priority: workers leave
// it and help there, its owner waits.
void ThreadPool::work_on(Job& job, bool owner) {
  const Priority priority = job.context->priority;
  while (!job.exhausted()) {
    if (priority != Priority::Tune) {
      std::unique_lock lock(state_->mutex);
      if (!owner && state_->higher_waits(priority)) return;
      state_->work_done.wait(lock, [&] { return !state_->higher_waits(priority) || job.context->stopped(); });
    }
    const std::size_t i = job.next.fetch_add(1, std::memory_order_relaxed);
    if (i >= job.count || job.context->stopped()) return;
    try {
      (*job.task)(i);
    } catch (...) {
      std::lock_guard lock(state_->mutex);
      if (!job.exception) job.exception = std::current_exception();
      job.failed = true;
    }
  }
}

void ThreadPool::worker_loop() {
  std::unique_lock lock(state_->mutex);
  for (;;) {
    Job* job = nullptr;
    state_->work_arrived.wait(lock, [&] {
      if (state_->quitting) return true;
      const auto found =
          std::find_if(state_->jobs.begin(), state_->jobs.end(), [](Job* j) { return !j->exhausted(); });
      job = found == state_->jobs.end() ? nullptr : *found;
      return job != nullptr;
    });
    if (state_->quitting) return;
    ++job->helpers;
    lock.unlock();
    work_on(*job, false);
    lock.lock();
    --job->helpers;
    state_->work_done.notify_all();
  }
}

bool ThreadPool::run(std::size_t count, const WorkContext& context,
                     const std::function<void(std::size_t)>& task) {
  if (count == 0) return !context.stopped();
  Job job;
  job.count = count;
  job.context = &context;
  job.task = &task;
  {
    std::lock_guard lock(state_->mutex);
    const auto after = std::find_if(state_->jobs.begin(), state_->jobs.end(),
                                    [&](Job* j) { return j->context->priority > context.priority; });
    state_->jobs.insert(after, &job);
  }
  if (count > 1) state_->work_arrived.notify_all();
  work_on(job, true);
  {
    std::unique_lock lock(state_->mutex);
    state_->jobs.remove(&job);
    state_->work_done.notify_all();
    state_->work_done.wait(lock, [&] { return job.helpers == 0; });
  }
  if (job.exception) std::rethrow_exception(job.exception);
  return !context.stopped();
}

bool parallel_for(std::size_t count, std::size_t grain, const WorkContext& context,
                  const std::function<void(std::size_t, std::size_t)>& body) {
  const std::size_t blocks = (count + grain - 1) / grain;
  std::atomic<std::size_t> done{0};
  return ThreadPool::shared().run(blocks, context, [&](std::size_t block) {
    const std::size_t begin = block * grain;
    body(begin, std::min(begin + grain, count));
    if (context.progress) context.progress(static_cast<double>(++done) / static_cast<double>(blocks));
  });
}

}  // namespace bitloupe
