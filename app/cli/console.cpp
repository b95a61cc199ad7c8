#include "app/cli/console.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "core/io/display_text.h"

namespace bitloupe::cli {

namespace {

// 0, or the errno of the write that failed.
int write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

// With the hint behind it where that names an option.
std::string sentence(const Error& error) {
  const std::string_view hint = error.fault ? error.fault->hint : "";
  if (hint.find("--") == std::string_view::npos) return error.message;
  return error.message + "; " + std::string(hint);
}

void print_line(const std::string& message) {
  write_all(STDERR_FILENO, "bitloupe: " + displayed_path(message) + '\n');
}

}  // namespace

void prepare_console() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (fcntl(descriptor, F_GETFD) == -1 && errno == EBADF)
      open("/dev/null", O_RDONLY | O_CLOEXEC);  // takes this number; writes to it still fail with EBADF
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

int print_now(std::string_view text) { return write_all(STDOUT_FILENO, text); }

void report_now(const Error& error) { print_line(sentence(error)); }

void note_now(const std::string& sentence) { print_line(sentence); }

int finish(const Outcome& outcome) {
  const int failure =
      outcome.output_errno != 0 ? outcome.output_errno : write_all(STDOUT_FILENO, outcome.output);
  if (outcome.error && !outcome.reported) report_now(*outcome.error);
  if (failure == 0) return exit_status(outcome);
  if (failure != EPIPE && failure != EBADF)
    print_line(std::string("standard output: ") + std::strerror(failure));
  return 1;
}

}  // namespace bitloupe::cli
