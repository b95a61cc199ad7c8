// Workers: errands on threads of their own (folders, headers, dialogs), so that no frame waits for the file
// system. An errand that hangs there is left behind, never waited for.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <stop_token>
#include <utility>

#include "core/result.h"

namespace bitloupe {

class Workers {
 public:
  using Errand = std::function<void(const std::stop_token&)>;

  // `wake` is called from any thread after an errand, and by what waker() gives.
  explicit Workers(std::function<void()> wake);
  ~Workers();  // asks all to stop and waits for 200 ms; none wakes any more
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  // False where 64 errands run already: then most of them hang.
  bool start(std::stop_source stop, Errand errand);
  // One that runs as long as the program does: wait_idle() does not wait for it.
  bool start_service(std::stop_source stop, Errand errand);

  // May be called by an errand at any time, even after this object is gone.
  std::function<void()> waker() const;
  void wait_idle() const;  // for tests

 private:
  struct Shared;
  bool launch(std::stop_source stop, Errand errand, bool service);
  std::shared_ptr<Shared> shared_;
};

// The answer of one errand; asking again, or letting go of it, cancels the one before.
template <class T>
class Later {
 public:
  using Work = std::function<Result<T>(const std::stop_token&)>;

  Later() = default;
  ~Later() { cancel(); }
  Later(const Later&) = delete;
  Later& operator=(const Later&) = delete;

  void start(Workers& workers, Work work) {
    cancel();
    stop_ = std::stop_source();
    slot_ = std::make_shared<Slot>();
    const bool started =
        workers.start(stop_, [slot = slot_, work = std::move(work)](const std::stop_token& stop) {
          slot->put([&] { return work(stop); });
        });
    if (!started) slot_->put([] { return Error{ErrorCode::Io, "the file system does not answer"}; });
  }
  void cancel() {
    stop_.request_stop();
    slot_.reset();
  }
  bool running() const { return slot_ != nullptr; }  // asked for and not taken yet
  // Once, when it is there.
  std::optional<Result<T>> take() {
    if (!slot_) return std::nullopt;
    std::optional<Result<T>> answer = slot_->get();
    if (answer) slot_.reset();
    return answer;
  }

 private:
  struct Slot {
    template <class Make>
    void put(Make make) {
      std::optional<Result<T>> made;
      try {
        made.emplace(make());
      } catch (const std::bad_alloc&) {
        made.emplace(Error{ErrorCode::OutOfMemory, "not enough memory"});
      }
      const std::lock_guard lock(mutex);
      answer = std::move(made);
    }
    std::optional<Result<T>> get() {
      const std::lock_guard lock(mutex);
      return std::exchange(answer, std::nullopt);
    }
    std::mutex mutex;
    std::optional<Result<T>> answer;
  };
  std::stop_source stop_;
  std::shared_ptr<Slot> slot_;
};

}  // namespace bitloupe
