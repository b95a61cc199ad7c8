#include "app/browser/child_process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <system_error>
#include <utility>

extern char** environ;

namespace bitloupe {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kLookMs = 100;  // for an end that the pipe does not tell: a grandchild may hold it open
constexpr auto kGentle = std::chrono::milliseconds(100);

Error failed(const std::string& what, int error) {
  return {ErrorCode::Io, what + ": " + std::generic_category().message(error)};
}

class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() { close(); }
  void close() {
    if (number_ >= 0) ::close(number_);
    number_ = -1;
  }
  int get() const { return number_; }

 private:
  int number_;
};

// The two tables that posix_spawn reads.
class SpawnSetup {
 public:
  explicit SpawnSetup(int output) {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO);
    ::posix_spawn_file_actions_addopen(&actions_, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    ::posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);
    ::posix_spawnattr_init(&attributes_);
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setsigdefault(&attributes_, &all);
    ::posix_spawnattr_setpgroup(&attributes_, 0);  // a group of its own: ended as one
    ::posix_spawnattr_setflags(&attributes_,
                               POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  ~SpawnSetup() {
    ::posix_spawn_file_actions_destroy(&actions_);
    ::posix_spawnattr_destroy(&attributes_);
  }
  SpawnSetup(const SpawnSetup&) = delete;
  SpawnSetup& operator=(const SpawnSetup&) = delete;

  int spawn(pid_t& child, const std::vector<std::string>& arguments) const {
    std::vector<char*> pointers;
    for (const std::string& argument : arguments) pointers.push_back(const_cast<char*>(argument.c_str()));
    pointers.push_back(nullptr);
    return ::posix_spawn(&child, pointers[0], &actions_, &attributes_, pointers.data(), environ);
  }

 private:
  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
};

// A child that was started; ended by force and waited for at the latest with this object.
class Child {
 public:
  explicit Child(pid_t number) : number_(number) {}
  ~Child() {
    if (ended()) return;
    send(SIGKILL);
    while (!ended(0)) {
    }
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  void send(int signal) const { ::kill(-number_, signal); }
  bool ended(int flags = WNOHANG) {
    if (status_) return true;
    int status = 0;
    const pid_t got = ::waitpid(number_, &status, flags);
    if (got == number_) status_ = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    if (got < 0 && errno != EINTR) status_ = -1;
    return status_.has_value();
  }
  int status() const { return status_.value_or(-1); }

 private:
  pid_t number_;
  std::optional<int> status_;
};

// Reads what is there. False at its end.
bool drain(int output, std::string& into) {
  std::array<char, 4096> part;
  const ssize_t got = ::read(output, part.data(), part.size());
  if (got > 0) into.append(part.data(), static_cast<std::size_t>(got));
  return got > 0 || (got < 0 && errno == EINTR);
}

Error stop_child(Child& child) {
  child.send(SIGTERM);
  const Clock::time_point end = Clock::now() + kGentle;
  while (!child.ended() && Clock::now() < end) ::poll(nullptr, 0, 5);
  return cancelled();
}

}  // namespace

Result<ChildEnd> run_child(const std::vector<std::string>& arguments, std::size_t most_bytes,
                           const std::stop_token& stop) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return failed("no pipe for " + arguments[0], errno);
  Descriptor output(ends[0]), input(ends[1]);
  const Descriptor bell(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (bell.get() < 0) return failed("no descriptor for " + arguments[0], errno);
  pid_t number = 0;
  if (const int error = SpawnSetup(input.get()).spawn(number, arguments); error != 0)
    return failed(arguments[0] + " cannot be started", error);
  input.close();
  Child child(number);
  const std::stop_callback ring(stop, [&bell] { ::eventfd_write(bell.get(), 1); });
  ChildEnd end;
  bool open = true;
  while (open && !end.cut) {
    if (stop.stop_requested()) return stop_child(child);
    std::array<pollfd, 2> waiting = {{{output.get(), POLLIN, 0}, {bell.get(), POLLIN, 0}}};
    ::poll(waiting.data(), waiting.size(), kLookMs);
    if (waiting[0].revents != 0)
      open = drain(output.get(), end.out);
    else if (child.ended())
      open = false;
    end.cut = end.out.size() > most_bytes;
  }
  if (end.cut) {
    stop_child(child);
    end.out.resize(most_bytes);
    return end;
  }
  // It closed its output; its end follows.
  while (!child.ended()) {
    if (stop.stop_requested()) return stop_child(child);
    pollfd waiting = {bell.get(), POLLIN, 0};
    ::poll(&waiting, 1, 10);
  }
  end.status = child.status();
  return end;
}

}  // namespace bitloupe
