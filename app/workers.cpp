#include "app/workers.h"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <list>
#include <system_error>
#include <thread>

namespace bitloupe {

namespace {

constexpr std::size_t kMost = 64;
constexpr auto kPatience = std::chrono::milliseconds(200);  // at the end of the program (U18)

}  // namespace

// Outlives the Workers where an errand hangs.
struct Workers::Shared {
  struct Running {
    std::stop_source stop;
    bool service;
  };

  void call_wake() {
    const std::lock_guard lock(mutex);
    if (wake) wake();
  }
  bool busy() const {
    for (const Running& errand : running)
      if (!errand.service) return true;
    return false;
  }

  std::mutex mutex;
  std::condition_variable changed;
  std::function<void()> wake;  // null once the Workers are gone
  std::list<Running> running;
};

Workers::Workers(std::function<void()> wake) : shared_(std::make_shared<Shared>()) {
  shared_->wake = std::move(wake);
}

Workers::~Workers() {
  std::unique_lock lock(shared_->mutex);
  shared_->wake = nullptr;
  // A stop callback may want the lock.
  std::list<Shared::Running> running = shared_->running;
  lock.unlock();
  for (Shared::Running& errand : running) errand.stop.request_stop();
  lock.lock();
  shared_->changed.wait_for(lock, kPatience, [&] { return shared_->running.empty(); });
}

bool Workers::start(std::stop_source stop, Errand errand) {
  return launch(std::move(stop), std::move(errand), false);
}

bool Workers::start_service(std::stop_source stop, Errand errand) {
  return launch(std::move(stop), std::move(errand), true);
}

bool Workers::launch(std::stop_source stop, Errand errand, bool service) {
  std::list<Shared::Running>::iterator entry;
  {
    const std::lock_guard lock(shared_->mutex);
    if (shared_->running.size() >= kMost) return false;
    entry = shared_->running.insert(shared_->running.end(), {stop, service});
  }
  const auto leave = [entry](Shared& shared) {
    const std::lock_guard lock(shared.mutex);
    shared.running.erase(entry);
    if (shared.wake) shared.wake();
    shared.changed.notify_all();
  };
  try {
    std::thread([shared = shared_, errand = std::move(errand), token = stop.get_token(), leave] {
      try {
        errand(token);
      } catch (const std::bad_alloc&) {
        // What it was for stays unanswered; Later answers for itself.
      }
      leave(*shared);
    }).detach();
  } catch (const std::system_error&) {  // no more threads
    leave(*shared_);
    return false;
  }
  return true;
}

std::function<void()> Workers::waker() const {
  return [shared = shared_] { shared->call_wake(); };
}

void Workers::wait_idle() const {
  std::unique_lock lock(shared_->mutex);
  shared_->changed.wait(lock, [&] { return !shared_->busy(); });
}

}  // namespace bitloupe
