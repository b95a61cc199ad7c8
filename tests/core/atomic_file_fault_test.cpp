#include <doctest/doctest.h>
#include <errno.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "core/io/atomic_file.h"
#include "core/io/byte_source.h"
#include "faulty_calls.h"
#include "io_support.h"

using namespace bitloupe;
using namespace bitloupe::test;

namespace {

std::string content(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::string refused(const std::string& path, FaultyCalls& calls) {
  const Status status = write_file_atomically(path, "new content", {.calls = &calls});
  REQUIRE_FALSE(status.ok());
  CHECK(status.error().code == ErrorCode::Io);
  CHECK(status.error().message.starts_with(path + ": "));
  return status.error().message;
}

constexpr int kErrors[] = {EIO, ENOSPC, EACCES, EMFILE, EPERM, EROFS, EDQUOT};

}  // namespace

TEST_CASE("U12: whichever system call fails, the old file or the new one is there, and nothing else") {
  for (const int error : kErrors) {
    int n = 1;
    for (bool done = false; !done; ++n) {
      REQUIRE(n < 40);
      const TemporaryFolder folder;
      const std::string path = folder.path("f");
      write_file(path, "old");
      ::chmod(path.c_str(), 0640);
      FaultyCalls calls;
      calls.fail_at = n;
      calls.error = error;
      calls.at_most = 4;  // several writes
      const Status status = write_file_atomically(path, "new content", {.calls = &calls});
      CAPTURE(calls.failed);
      CAPTURE(error);
      done = calls.failed.empty();
      CHECK(folder.entries() == 1);
      if (status) {
        CHECK(content(path) == "new content");
      } else {
        // Only the sync of the folder comes after the rename.
        const bool renamed = status.error().message.find("folder cannot be synced") != std::string::npos;
        CHECK(content(path) == (renamed ? "new content" : "old"));
        CHECK(status.error().message.starts_with(path + ": "));
      }
      if (done) CHECK(status.ok());
    }
    CHECK(n > 12);
  }
}

TEST_CASE("U12: a new file whose writing fails leaves nothing") {
  int n = 1;
  for (bool done = false; !done; ++n) {
    const TemporaryFolder folder;
    FaultyCalls calls;
    calls.fail_at = n;
    const Status status = write_file_atomically(folder.path("f"), "new", {.calls = &calls});
    done = calls.failed.empty();
    const bool renamed = status.ok() || status.error().message.find("synced") != std::string::npos;
    CHECK(folder.entries() == (renamed ? 1 : 0));
  }
  CHECK(n > 8);
}

TEST_CASE("U12: several files and a failing call: all are old, or those that were renamed are new") {
  int n = 1;
  for (bool done = false; !done; ++n) {
    const TemporaryFolder folder;
    write_file(folder.path("a"), "old a");
    write_file(folder.path("b"), "old b");
    FaultyCalls calls;
    calls.fail_at = n;
    const std::vector<PendingFile> files = {{folder.path("a"), bytes_of("new a")},
                                            {folder.path("b"), bytes_of("new b")}};
    const Status status = write_files_atomically(files, {.calls = &calls});
    done = calls.failed.empty();
    CHECK(folder.entries() == 2);
    const std::string a = content(folder.path("a")), b = content(folder.path("b"));
    CHECK((a == "old a" || a == "new a"));
    CHECK((b == "old b" || b == "new b"));
    if (calls.failed != "rename" && calls.failed != "open") CHECK(a.substr(0, 3) == b.substr(0, 3));
    if (done) CHECK(b == "new b");
  }
}

TEST_CASE("U14: where a file without a name cannot be made or linked, one with a name is written") {
  struct Case {
    const char* call;
    int error;
  };
  for (const Case& one : {Case{"open", EOPNOTSUPP}, Case{"open", EISDIR}, Case{"linkat", EPERM},
                          Case{"linkat", ENOENT}, Case{"linkat", EEXIST}}) {
    const TemporaryFolder folder;
    write_file(folder.path("f"), "old and longer than the new one");
    ::chmod(folder.path("f").c_str(), 0640);
    FaultyCalls calls;
    calls.only = one.call;
    calls.fail_at = 1;
    calls.error = one.error;
    CAPTURE(one.call);
    CAPTURE(one.error);
    REQUIRE(write_file_atomically(folder.path("f"), "new content", {.calls = &calls}));
    CHECK(content(folder.path("f")) == "new content");
    CHECK(std::filesystem::status(folder.path("f")).permissions() == std::filesystem::perms(0640));
    CHECK(folder.entries() == 1);
  }
}

TEST_CASE("U12: the disk is full after any number of bytes") {
  for (long room = 0; room < 11; ++room) {
    const TemporaryFolder folder;
    write_file(folder.path("f"), "old");
    FaultyCalls calls;
    calls.room = room;
    CHECK(refused(folder.path("f"), calls).find("No space left") != std::string::npos);
    CHECK(content(folder.path("f")) == "old");
    CHECK(folder.entries() == 1);
  }
}

TEST_CASE("F11: interrupted calls and short writes are carried on") {
  const TemporaryFolder folder;
  FaultyCalls calls;
  calls.interrupted = 9;
  calls.at_most = 1;
  REQUIRE(write_file_atomically(folder.path("f"), "new content", {.calls = &calls}));
  CHECK(content(folder.path("f")) == "new content");
}

TEST_CASE("U13: a read-only target says so, whoever asks") {
  const TemporaryFolder folder;
  write_file(folder.path("f"), "old");
  FaultyCalls calls;
  calls.only = "access";
  calls.fail_at = 1;
  calls.error = EACCES;
  CHECK(refused(folder.path("f"), calls).find("is read-only") != std::string::npos);
}

TEST_CASE("U13: a link that cannot be read is not replaced by a file") {
  const TemporaryFolder folder;
  write_file(folder.path("real"), "old");
  std::filesystem::create_symlink("real", folder.path("link"));
  FaultyCalls calls;
  calls.only = "readlink";
  calls.fail_at = 1;
  refused(folder.path("link"), calls);
  CHECK(std::filesystem::is_symlink(folder.path("link")));
}

TEST_CASE("U13: writing over a file that is open leaves its reader the old bytes") {
  const TemporaryFolder folder;
  write_file(folder.path("f"), "old content");
  const auto open = open_file(folder.path("f"));
  REQUIRE(open.ok());
  REQUIRE(write_file_atomically(folder.path("f"), "new content"));
  std::string read(11, ' ');
  REQUIRE((*open)->read(0, std::as_writable_bytes(std::span(read))));
  CHECK(read == "old content");
}

TEST_CASE(
    "U14: writing into the file itself is offered for a file system without replacing, and for nothing "
    "else") {
  for (const char* call : {"open", "rename", "fchmod"}) {
    for (const int error : {ENOSYS, EPERM, EXDEV, ENOSPC, EIO, EROFS, EACCES, EDQUOT, EINVAL}) {
      const TemporaryFolder folder;
      write_file(folder.path("f"), "old and longer than the new one");
      ::chmod(folder.path("f").c_str(), 0600 | (call[0] == 'f' ? 0111 : 0));
      const bool narrow = error == ENOSYS || error == EPERM || error == EXDEV;
      CAPTURE(call);
      CAPTURE(error);
      for (const bool asked : {false, true}) {
        FaultyCalls calls;
        calls.only = call;
        calls.fail_at = 1;
        calls.error = error;
        bool would_do = false;
        const Status status =
            write_file_atomically(folder.path("f"), "new content",
                                  {.in_place = asked, .in_place_would_do = &would_do, .calls = &calls});
        CHECK(status.ok() == (narrow && asked));
        CHECK(would_do == (narrow && !asked));
        CHECK(content(folder.path("f")) == (status.ok() ? "new content" : "old and longer than the new one"));
        CHECK(folder.entries() == 1);
      }
    }
  }
}

TEST_CASE("U14: a write in place that fails says that half of the file is there") {
  const TemporaryFolder folder;
  FaultyCalls calls;
  calls.only = "open";
  calls.fail_at = 1;
  calls.error = ENOSYS;
  calls.room = 3;
  const Status status =
      write_file_atomically(folder.path("f"), "new content", {.in_place = true, .calls = &calls});
  REQUIRE_FALSE(status.ok());
  CHECK(status.error().message.find("in part only") != std::string::npos);
}

TEST_CASE("U15: nobody can open what replaces a private file before it is private") {
  class Watching final : public FileCalls {
   public:
    mode_t created = 0;
    int open(const char* path, int flags, mode_t mode) override {
      if (mode != 0) created = mode;
      return FileCalls::open(path, flags, mode);
    }
  };
  const TemporaryFolder folder;
  write_file(folder.path("f"), "secret");
  ::chmod(folder.path("f").c_str(), 0600);
  Watching calls;
  REQUIRE(write_file_atomically(folder.path("f"), "secret too", {.calls = &calls}));
  CHECK(calls.created == 0600);
}
