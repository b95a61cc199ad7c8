#include "app/session/journal.h"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <string>

#include "core/io/atomic_file.h"
#include "tests/core/io_support.h"

namespace bitloupe {
namespace {

namespace fs = std::filesystem;
using test::TemporaryFolder;

// A process that begins a journal in the folder, writes it where `text` is not empty, and dies of the signal.
void crash(const std::string& folder, const std::string& text, int how = SIGKILL) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const Result<Journal> journal = Journal::begin(folder);
    if (!journal) ::_exit(1);
    if (!text.empty() && !write_file_atomically(journal->path(), text)) ::_exit(1);
    ::signal(how, SIG_DFL);
    ::raise(how);
    ::_exit(1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  CHECK(WIFSIGNALED(status));
}

int files_in(const std::string& folder) {
  return static_cast<int>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

}  // namespace

TEST_CASE("a run that leaves properly leaves nothing behind") {
  const TemporaryFolder folder;
  {
    auto journal = Journal::begin(folder.path("state"));
    REQUIRE(journal.ok());
    CHECK(journal->crashes() == 0);
    REQUIRE(write_file_atomically(journal->path(), "work"));
    CHECK(lost_work(folder.path("state")).empty());
    journal->end();
  }
  CHECK(files_in(folder.path("state")) == 0);
}

TEST_CASE("U27: what a crashed run was at is offered, by SIGKILL and by SIGABRT") {
  const TemporaryFolder folder;
  const std::string state = folder.path("state");
  crash(state, "first work", SIGABRT);
  auto journal = Journal::begin(state);
  REQUIRE(journal.ok());
  std::vector<LostWork> lost = lost_work(state);
  REQUIRE(lost.size() == 1);
  CHECK(fs::file_size(lost[0].path) == 10);
  CHECK(lost[0].written > 1'000'000'000);
  CHECK(journal->crashes() == 1);
  // Another window that starts meanwhile sees the same, and not the work of the one that runs.
  auto other = Journal::begin(state);
  REQUIRE(other.ok());
  CHECK(lost_work(state) == lost);
  // It stays until somebody chose.
  journal->end();
  other->end();
  CHECK(lost_work(state) == lost);
  discard(lost[0]);
  discard(lost[0]);
  CHECK(lost_work(state).empty());
  CHECK(files_in(state) == 0);
}

TEST_CASE("U27: crashes in a row are counted until a run leaves properly") {
  const TemporaryFolder folder;
  const std::string state = folder.path("state");
  crash(state, "");
  crash(state, "a");
  {
    auto journal = Journal::begin(state);
    CHECK(journal->crashes() == 2);
    CHECK(lost_work(state).size() == 1);
    journal->leave();
  }
  CHECK(Journal::begin(state)->crashes() == 0);  // and is dropped without leaving
  {
    auto journal = Journal::begin(state);
    CHECK(journal->crashes() == 1);
    journal->end();
  }
}

TEST_CASE("a run that the system ends leaves its work to the next one, and is no crash") {
  const TemporaryFolder folder;
  const std::string state = folder.path("state");
  {
    auto journal = Journal::begin(state);
    REQUIRE(write_file_atomically(journal->path(), "work"));
    journal->leave();
  }
  auto journal = Journal::begin(state);
  CHECK(journal->crashes() == 0);
  REQUIRE(lost_work(state).size() == 1);
  put_aside(lost_work(state)[0]);
  CHECK(lost_work(state).empty());
  CHECK(files_in(state) == 2);  // the lock of the run, and what was put aside
}

TEST_CASE("F17: a journal without a folder says so") {
  const TemporaryFolder folder;
  test::write_file(folder.path("file"), "");
  CHECK_FALSE(Journal::begin(folder.path("file/state")).ok());
  CHECK_FALSE(Journal::begin("").ok());
}

TEST_CASE("what a killed write left behind is removed after an hour") {
  const TemporaryFolder folder;
  test::write_file(folder.path(".bitloupe-1.tmp"), "old");
  test::write_file(folder.path(".bitloupe-2.tmp"), "new");
  test::write_file(folder.path("other.tmp"), "old");
  for (const char* name : {".bitloupe-1.tmp", "other.tmp"})
    fs::last_write_time(folder.path(name), fs::file_time_type::clock::now() - std::chrono::hours(2));
  auto journal = Journal::begin(folder.path(""));
  CHECK_FALSE(fs::exists(folder.path(".bitloupe-1.tmp")));
  CHECK(fs::exists(folder.path(".bitloupe-2.tmp")));
  CHECK(fs::exists(folder.path("other.tmp")));
}

TEST_CASE("a crash count of nonsense counts for nothing") {
  for (const char* text : {"", "many", "-5", "99999999999999999999"}) {
    const TemporaryFolder folder;
    test::write_file(folder.path("crashes"), text);
    CHECK(Journal::begin(folder.path(""))->crashes() == 0);
  }
}

}  // namespace bitloupe
