#include "core/io/atomic_file.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "io_support.h"

using namespace bitloupe;
using namespace bitloupe::test;

namespace {

std::string content(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

mode_t mode_of(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 07777 : 0;
}

std::string refused(const std::string& path) {
  const Status status = write_file_atomically(path, "new");
  return status ? "" : status.error().message;
}

}  // namespace

TEST_CASE("a new file is written, nothing else is left in its folder") {
  const TemporaryFolder folder;
  REQUIRE(write_file_atomically(folder.path("f"), "text"));
  CHECK(content(folder.path("f")) == "text");
  CHECK(folder.entries() == 1);
  REQUIRE(write_file_atomically(folder.path("empty"), ""));
  CHECK(content(folder.path("empty")).empty());
  const mode_t mask = ::umask(0);
  ::umask(mask);
  CHECK(mode_of(folder.path("f")) == (0666 & ~mask));
}

TEST_CASE("U15: the mode of a file that is replaced is kept") {
  const TemporaryFolder folder;
  for (const mode_t mode : {0600u, 0640u, 0755u}) {
    write_file(folder.path("f"), "old");
    ::chmod(folder.path("f").c_str(), mode);
    REQUIRE(write_file_atomically(folder.path("f"), "new"));
    CHECK(content(folder.path("f")) == "new");
    CHECK(mode_of(folder.path("f")) == mode);
  }
}

TEST_CASE("U13: a symbolic link is written through, to a file that is there or not") {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder.path("sub"));
  std::filesystem::create_symlink("sub/real", folder.path("link"));
  std::filesystem::create_symlink(folder.path("link"), folder.path("link2"));
  for (const char* text : {"first", "second"}) {
    REQUIRE(write_file_atomically(folder.path("link2"), text));
    CHECK(content(folder.path("sub/real")) == text);
    CHECK(std::filesystem::is_symlink(folder.path("link2")));
    CHECK(std::filesystem::is_symlink(folder.path("link")));
  }
  std::filesystem::create_symlink("loop", folder.path("loop"));
  CHECK_FALSE(refused(folder.path("loop")).empty());
}

TEST_CASE("U13: folders, devices and missing folders are refused, with the path in front") {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder.path("sub"));
  CHECK(refused(folder.path("sub")).starts_with(folder.path("sub") + ": "));
  CHECK(refused("/dev/null").find("not a regular file") != std::string::npos);
  int pipe[2] = {};
  REQUIRE(::pipe(pipe) == 0);
  CHECK(refused("/dev/fd/" + std::to_string(pipe[1])).find("not a regular file") != std::string::npos);
  for (const int end : pipe) ::close(end);
  CHECK(refused(folder.path("none/f")).starts_with(folder.path("none/f") + ": "));
  CHECK(refused(folder.path("sub/")).starts_with(folder.path("sub/") + ": "));
  CHECK_FALSE(refused("").empty());
  CHECK(folder.entries() == 1);
}

TEST_CASE("U13: a read-only file is not replaced") {
  if (::geteuid() == 0) {
    MESSAGE("skipped: the superuser may write everything");
    return;
  }
  const TemporaryFolder folder;
  write_file(folder.path("f"), "old");
  ::chmod(folder.path("f").c_str(), 0400);
  CHECK(refused(folder.path("f")).find("read-only") != std::string::npos);
  CHECK(content(folder.path("f")) == "old");
}

TEST_CASE("several files: all or none") {
  const TemporaryFolder folder;
  write_file(folder.path("a"), "old");
  const std::vector<PendingFile> bad = {{folder.path("a"), bytes_of("new")},
                                        {folder.path("no/b"), bytes_of("new")}};
  CHECK_FALSE(write_files_atomically(bad).ok());
  CHECK(content(folder.path("a")) == "old");
  CHECK(folder.entries() == 1);
  const std::vector<PendingFile> good = {{folder.path("a"), bytes_of("1")},
                                         {folder.path("b"), bytes_of("2")}};
  REQUIRE(write_files_atomically(good));
  CHECK(content(folder.path("a")) == "1");
  CHECK(content(folder.path("b")) == "2");
  CHECK(folder.entries() == 2);
  const std::vector<PendingFile> twice = {{folder.path("a"), bytes_of("3")},
                                          {folder.path("a"), bytes_of("4")}};
  const Status status = write_files_atomically(twice);
  REQUIRE_FALSE(status.ok());
  CHECK(status.error().code == ErrorCode::BadArgument);
  CHECK(content(folder.path("a")) == "1");
  CHECK(folder.entries() == 2);
}

TEST_CASE("U12: two outputs at one place are refused however their paths are written") {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder.path("sub"));
  std::filesystem::create_directory_symlink(".", folder.path("here"));
  std::filesystem::create_symlink("a", folder.path("link"));
  for (const char* other : {"./a", "sub/../a", "here/a", "link"}) {
    write_file(folder.path("a"), "old");
    const std::vector<PendingFile> twice = {{folder.path("a"), bytes_of("1")},
                                            {folder.path(other), bytes_of("2")}};
    const Status status = write_files_atomically(twice);
    REQUIRE_MESSAGE(!status.ok(), other);
    CHECK(status.error().message == folder.path(other) + ": two outputs have this path");
    CHECK(content(folder.path("a")) == "old");
    CHECK(folder.entries() == 4);
  }
  const std::vector<PendingFile> apart = {{folder.path("a"), bytes_of("1")},
                                          {folder.path("sub/a"), bytes_of("2")}};
  REQUIRE(write_files_atomically(apart));
  CHECK(content(folder.path("sub/a")) == "2");
}

TEST_CASE("U16: what is being written has no name that could be left behind") {
  const TemporaryFolder folder;
  const int probe = ::open(folder.path("").c_str(), O_WRONLY | O_TMPFILE | O_CLOEXEC, 0600);
  if (probe < 0) {
    MESSAGE("the file system knows no files without a name");
    return;
  }
  ::close(probe);
  std::size_t seen = 0;
  PendingFile first{folder.path("a"), bytes_of("1")}, second{folder.path("b"), bytes_of("2")};
  first.rest = second.rest = [&](const ByteSink& write) {
    seen += folder.entries();
    return write(bytes_of("!"));
  };
  const std::vector<PendingFile> files = {first, second};
  REQUIRE(write_files_atomically(files));
  CHECK(seen == 0);
  CHECK(content(folder.path("a")) == "1!");
  CHECK(content(folder.path("b")) == "2!");
  CHECK(folder.entries() == 2);
}

TEST_CASE("a name as long as the file system allows") {
  const TemporaryFolder folder;
  const std::string name(255, 'n');
  REQUIRE(write_file_atomically(folder.path(name), "text"));
  CHECK(content(folder.path(name)) == "text");
}
