// One process-wide pool of threads and the loops that run on it. It knows priorities and cancellation, and
// nothing about what is computed. Results never depend on the thread count: work is cut into tasks by its
// size alone, and ordered_reduce folds partial results in task order.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

namespace bitloupe {

// A smaller value runs first; lower priorities pause between tasks while a higher one has work.
enum class Priority { Tune = 0, Prepare = 1, Job = 2 };

// What long work is given: when to stop, whom to tell. Copyable; a default one never stops and tells nobody.
struct WorkContext {
  std::stop_token stop;
  Priority priority = Priority::Tune;
  std::function<void(double)> progress;  // fraction done in [0, 1]; called from any thread

  bool stopped() const { return stop.stop_requested(); }
};

// The same work's context for one of its phases: progress in it runs from `begin` to `end` of the whole.
WorkContext phase(const WorkContext& whole, double begin, double end);

class ThreadPool {
 public:
  explicit ThreadPool(int threads);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  // The pool of the process: hardware threads, or what set_shared_threads asked for before first use.
  static ThreadPool& shared();
  static void set_shared_threads(int threads);

  int threads() const { return static_cast<int>(workers_.size()) + 1; }

  // Calls task(i) for i in [0, count), the calling thread taking part. Returns false if stopped before all
  // ran. A task may call run() again with its own or a higher priority, never with a lower one: that would
  // wait for itself. An exception from a task is rethrown here after the running tasks ended.
  bool run(std::size_t count, const WorkContext& context, const std::function<void(std::size_t)>& task);

 private:
  struct Job;
  struct State;
  void worker_loop();
  void work_on(Job& job, bool owner);
  std::unique_ptr<State> state_;
  std::vector<std::thread> workers_;
};

// Calls body(begin, end) over [0, count) in blocks of `grain` indices. False if stopped.
bool parallel_for(std::size_t count, std::size_t grain, const WorkContext& context,
                  const std::function<void(std::size_t, std::size_t)>& body);

// Computes map(i) for i in [0, count) in parallel and calls fold(map(i)) in ascending i, one at a time, with
// at most a few results waiting: the same answer for every thread count. False if stopped.
template <class Map, class Fold>
bool ordered_reduce(std::size_t count, const WorkContext& context, Map&& map, Fold&& fold) {
  using Partial = decltype(map(std::size_t{0}));
  const std::size_t wave = static_cast<std::size_t>(ThreadPool::shared().threads()) * 4;
  std::vector<std::unique_ptr<Partial>> partials(wave);
  for (std::size_t first = 0; first < count; first += wave) {
    const std::size_t size = count - first < wave ? count - first : wave;
    const bool done = ThreadPool::shared().run(
        size, context, [&](std::size_t i) { partials[i] = std::make_unique<Partial>(map(first + i)); });
    if (!done) return false;
    for (std::size_t i = 0; i < size; ++i) {
      fold(std::move(*partials[i]));
      partials[i].reset();
    }
    if (context.progress) context.progress(static_cast<double>(first + size) / static_cast<double>(count));
  }
  return true;
}

// Things that tasks borrow, so that there are as many as threads and not as tasks. Chance decides which task
// gets which one: what they gather must not depend on it (whole numbers do not).
template <class T>
class Lent {
 public:
  explicit Lent(std::function<std::unique_ptr<T>()> make) : make_(std::move(make)) {}

  // Calls use(T&) with one that nobody else has meanwhile. From any thread.
  template <class Use>
  void lend(Use&& use) {
    std::unique_ptr<T> one = take();
    use(*one);
    std::lock_guard lock(mutex_);
    idle_.push_back(std::move(one));
  }
  // Calls visit(T&) with all of them. While none is lent.
  template <class Visit>
  void for_each(Visit&& visit) {
    for (const std::unique_ptr<T>& one : idle_) visit(*one);
  }

 private:
  std::unique_ptr<T> take() {
    {
      std::lock_guard lock(mutex_);
      if (!idle_.empty()) {
        std::unique_ptr<T> one = std::move(idle_.back());
        idle_.pop_back();
        return one;
      }
    }
    return make_();
  }

  const std::function<std::unique_ptr<T>()> make_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<T>> idle_;
};

}  // namespace bitloupe
