#include "core/io/file_lock.h"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <optional>

#include "io_support.h"

using namespace bitloupe;
using namespace bitloupe::test;

TEST_CASE("a lock is held by one at a time, until its object is gone") {
  const TemporaryFolder folder;
  const std::string path = folder.path("lock");
  {
    const auto first = FileLock::take(path);
    REQUIRE(first.ok());
    REQUIRE(first->has_value());
    CHECK_FALSE(FileLock::take(path)->has_value());
    CHECK_FALSE(FileLock::take(path, 0.02)->has_value());
  }
  CHECK(FileLock::take(path)->has_value());
  CHECK(
      FileLock::take(folder.path("none/lock")).error().message.starts_with(folder.path("none/lock") + ": "));
}

TEST_CASE("a lock whose file was removed says nothing to the next one") {
  const TemporaryFolder folder;
  const auto first = FileLock::take(folder.path("lock"));
  std::filesystem::remove(folder.path("lock"));
  CHECK(FileLock::take(folder.path("lock"))->has_value());
}

TEST_CASE("a lock of a killed process is free") {
  const TemporaryFolder folder;
  const std::string path = folder.path("lock");
  int pipe[2];
  REQUIRE(::pipe(pipe) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const auto lock = FileLock::take(path);
    const char answer = lock && lock->has_value() ? 'y' : 'n';
    if (::write(pipe[1], &answer, 1) != 1) ::_exit(1);
    for (;;) ::pause();
  }
  char answer = 0;
  REQUIRE(::read(pipe[0], &answer, 1) == 1);
  CHECK(answer == 'y');
  CHECK_FALSE(FileLock::take(path)->has_value());
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  CHECK(FileLock::take(path)->has_value());
  ::close(pipe[0]);
  ::close(pipe[1]);
}
