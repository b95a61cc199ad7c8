#include "tests/app/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "tests/paths.h"

namespace bitloupe::test {

namespace {

constexpr std::chrono::seconds kLongest{120};

// In the child after fork: never returns.
[[noreturn]] void become(const std::vector<std::string>& arguments, const ProcessOptions& options, int in,
                         int out, int err) {
  dup2(in, STDIN_FILENO);
  dup2(err, STDERR_FILENO);
  dup2(out, STDOUT_FILENO);
  if (options.close_output) close(STDOUT_FILENO);
  if (!options.folder.empty() && chdir(options.folder.c_str()) != 0) _exit(127);
  setenv("BITLOUPE_CONFIG_DIR", "/nonexistent/bitloupe", 1);  // never the settings of who runs the tests
  for (const auto& [name, value] : options.environment) setenv(name.c_str(), value.c_str(), 1);
  std::vector<char*> pointers;
  for (const std::string& argument : arguments) pointers.push_back(const_cast<char*>(argument.c_str()));
  pointers.push_back(nullptr);
  execvp(pointers[0], pointers.data());
  _exit(127);
}

struct Pipe {
  int read_end = -1, write_end = -1;
  Pipe() {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe");
    read_end = ends[0];
    write_end = ends[1];
  }
  ~Pipe() {
    close_end(read_end);
    close_end(write_end);
  }
  static void close_end(int& end) {
    if (end >= 0) close(end);
    end = -1;
  }
};

// Feeds and drains until both outputs are closed; false after too long a time.
bool exchange(Pipe& in, Pipe& out, Pipe& err, const std::string& input, ProcessResult& result) {
  const auto deadline = std::chrono::steady_clock::now() + kLongest;
  std::size_t fed = 0;
  while (out.read_end >= 0 || err.read_end >= 0) {
    if (fed == input.size()) Pipe::close_end(in.write_end);
    pollfd waiting[] = {{in.write_end, POLLOUT, 0}, {out.read_end, POLLIN, 0}, {err.read_end, POLLIN, 0}};
    if (std::chrono::steady_clock::now() > deadline) return false;
    if (poll(waiting, 3, 1000) <= 0) continue;
    if (waiting[0].revents != 0) {
      const ssize_t written =
          write(in.write_end, input.data() + fed, std::min<std::size_t>(input.size() - fed, 4096));
      fed = written < 0 ? input.size() : fed + static_cast<std::size_t>(written);
    }
    const auto drain = [](const pollfd& ready, int& end, std::string& into) {
      if (ready.revents == 0) return;
      char buffer[65536];
      const ssize_t length = read(end, buffer, sizeof buffer);
      if (length > 0)
        into.append(buffer, static_cast<std::size_t>(length));
      else
        Pipe::close_end(end);
    };
    drain(waiting[1], out.read_end, result.out);
    drain(waiting[2], err.read_end, result.err);
  }
  return true;
}

}  // namespace

ProcessResult run_process(const std::vector<std::string>& arguments, const ProcessOptions& options) {
  signal(SIGPIPE, SIG_IGN);  // a child may end before it has read its input
  ProcessResult result;
  Pipe in, out, err;
  const pid_t child = fork();
  if (child < 0) return result;
  if (child == 0) become(arguments, options, in.read_end, out.write_end, err.write_end);
  Pipe::close_end(in.read_end);
  Pipe::close_end(out.write_end);
  Pipe::close_end(err.write_end);
  if (!exchange(in, out, err, options.input, result)) kill(child, SIGKILL);
  int status = 0;
  rusage usage{};
  wait4(child, &status, 0, &usage);
  result.peak_kib = usage.ru_maxrss;
  result.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

ProcessResult run_bitloupe(std::vector<std::string> arguments, const ProcessOptions& options) {
  arguments.insert(arguments.begin(), binary());
  return run_process(arguments, options);
}

std::vector<std::string> subcommands() {
  std::istringstream lines(run_bitloupe({"--help"}).out);
  std::vector<std::string> names;
  bool listed = false;
  for (std::string line; std::getline(lines, line);) {
    if (listed && line.starts_with("  ")) names.push_back(line.substr(2, line.find(' ', 2) - 2));
    listed = listed || line.starts_with("Subcommands");
  }
  return names;
}

BackgroundProcess::BackgroundProcess(const std::vector<std::string>& arguments,
                                     const std::string& output_file,
                                     const std::vector<std::pair<std::string, std::string>>& environment)
    : child_(fork()) {
  if (child_ != 0) return;
  ProcessOptions options;
  options.environment = environment;
  const int output = open(output_file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  become(arguments, options, open("/dev/null", O_RDONLY | O_CLOEXEC), output, STDERR_FILENO);
}

bool BackgroundProcess::running() {
  if (child_ > 0 && waitpid(child_, nullptr, WNOHANG) == child_) child_ = -1;
  return child_ > 0;
}

void BackgroundProcess::send(int signal) {
  if (running()) kill(child_, signal);
}

BackgroundProcess::~BackgroundProcess() {
  if (!running()) return;
  kill(child_, SIGTERM);
  if (wait_until([&] { return !running(); }, 10)) return;
  kill(child_, SIGKILL);
  waitpid(child_, nullptr, 0);
}

bool wait_until(const std::function<bool()>& ready, int seconds) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  while (!ready()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return true;
}

}  // namespace bitloupe::test
