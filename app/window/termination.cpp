#include "app/window/termination.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <utility>

namespace bitloupe {
namespace {

constexpr std::array<int, 3> kSignals = {SIGTERM, SIGHUP, SIGINT};

// A signal handler reaches nothing but this. Lock-free, as it must be.
std::atomic<int> signal_pipe{-1};
std::array<struct sigaction, kSignals.size()> before;

void hear(int number) {
  const int saved = errno;
  const char byte = 1;
  // A pipe that is full or closed: nobody listens any more.
  if (::write(signal_pipe, &byte, 1) != 1) ::_exit(128 + number);
  ::signal(number, SIG_DFL);
  errno = saved;
}

}  // namespace

Termination::Termination(std::function<void()> wake) : wake_(std::move(wake)) {
  if (::pipe2(pipe_, O_CLOEXEC) != 0) return;  // without it the signals end the program as they always do
  signal_pipe = pipe_[1];
  thread_ = std::thread([this] {
    char byte = 0;
    while (::read(pipe_[0], &byte, 1) < 0 && errno == EINTR) {
    }
    if (byte == 0) return;
    asked_ = true;
    wake_();
  });
  struct sigaction action {};
  action.sa_handler = hear;
  action.sa_flags = SA_RESTART;
  for (std::size_t i = 0; i < kSignals.size(); ++i) ::sigaction(kSignals[i], &action, &before[i]);
}

Termination::~Termination() {
  if (pipe_[0] < 0) return;
  for (std::size_t i = 0; i < kSignals.size(); ++i) ::sigaction(kSignals[i], &before[i], nullptr);
  signal_pipe = -1;
  ::close(pipe_[1]);
  thread_.join();
  ::close(pipe_[0]);
}

}  // namespace bitloupe
