#include "core/io/byte_source.h"

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>

#include "core/io/display_text.h"
#include "io_support.h"

using namespace bitloupe;
using namespace bitloupe::test;

namespace {

std::string open_refusal(const std::string& path) {
  const auto source = open_file(path);
  return source ? "" : source.error().message;
}

bool holds(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a file and bytes in memory read alike, and nothing outside is read") {
  const TemporaryFolder folder;
  write_file(folder.path("f"), "0123456789");
  const auto file = open_file(folder.path("f"));
  REQUIRE(file);
  for (const auto& source : {*file, memory_source("memory", bytes_of("0123456789"))}) {
    CHECK(source->size() == 10);
    std::array<std::byte, 4> part{};
    REQUIRE(source->read(3, part));
    CHECK(std::memcmp(part.data(), "3456", 4) == 0);
    CHECK(source->read(10, {}).ok());
    CHECK_FALSE(source->read(7, part).ok());
    CHECK_FALSE(source->read(11, {}).ok());
    CHECK_FALSE(source->read(~std::uint64_t{0}, part).ok());
    CHECK(source->read(7, part).error().message.starts_with(displayed_path(source->name()) + ": "));
  }
}

TEST_CASE("F01 F04: missing files, dangling links and loops are named") {
  const TemporaryFolder folder;
  CHECK(open_refusal(folder.path("none")) == folder.path("none") + ": no such file");
  std::filesystem::create_symlink("nowhere", folder.path("link"));
  CHECK(holds(open_refusal(folder.path("link")), "symbolic link to a file that does not exist"));
  std::filesystem::create_symlink("loop", folder.path("loop"));
  CHECK(holds(open_refusal(folder.path("loop")), "loop"));
  CHECK_FALSE(open_refusal("").empty());
  CHECK(holds(open_refusal(std::string("a\0b", 3)), "NUL"));
}

TEST_CASE("F02: permissions say what is missing") {
  const TemporaryFolder folder;
  write_file(folder.path("f"), "x");
  ::chmod(folder.path("f").c_str(), 0);
  std::filesystem::create_directory(folder.path("d"));
  write_file(folder.path("d/f"), "x");
  ::chmod(folder.path("d").c_str(), 0600);
  {
    const WithoutRights nobody;
    CHECK(holds(open_refusal(folder.path("f")), "no permission to read"));
    CHECK(holds(open_refusal(folder.path("d/f")), "search the folder"));
  }
  ::chmod(folder.path("d").c_str(), 0700);
}

TEST_CASE("F03 F05 F06: directories, FIFOs, sockets and devices are refused by name, at once") {
  const TemporaryFolder folder;
  CHECK(holds(open_refusal(folder.path("")), "is a directory"));
  CHECK(holds(open_refusal("/dev/null"), "is a character device"));
  REQUIRE(::mkfifo(folder.path("fifo").c_str(), 0600) == 0);
  CHECK(holds(open_refusal(folder.path("fifo")), "is a FIFO"));  // a plain open would wait for ever
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, folder.path("socket").c_str(), sizeof address.sun_path - 1);
  const int number = ::socket(AF_UNIX, SOCK_STREAM, 0);
  if (::bind(number, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    CHECK(holds(open_refusal(folder.path("socket")), "socket"));
  }
  ::close(number);
}

TEST_CASE("F03: a folder is refused with the tensor files it holds") {
  const TemporaryFolder folder;
  CHECK(holds(read_tensor_file(folder.path("")).error().message, "holds no tensor files"));
  write_file(folder.path("b.npy"), "");
  write_file(folder.path("a.safetensors"), "");
  write_file(folder.path("c.txt"), "");
  CHECK(holds(read_tensor_file(folder.path("")).error().message, "it holds a.safetensors, b.npy"));
}

TEST_CASE("F08 F09: a file that is cut or written to while open is an error at the next read") {
  const TemporaryFolder folder;
  write_file(folder.path("f"), "0123456789");
  const auto source = open_file(folder.path("f"));
  REQUIRE(source);
  std::array<std::byte, 4> part{};
  CHECK((*source)->read(0, part).ok());
  std::filesystem::resize_file(folder.path("f"), 5);
  const Status status = (*source)->read(0, part);
  REQUIRE_FALSE(status.ok());
  CHECK(status.error().code == ErrorCode::Io);
  CHECK(holds(status.error().message, "changed while it was open"));
}

TEST_CASE("F10: a file that is deleted while open stays readable") {
  const TemporaryFolder folder;
  write_file(folder.path("f"), "0123456789");
  const auto source = open_file(folder.path("f"));
  REQUIRE(source);
  std::filesystem::remove(folder.path("f"));
  std::array<std::byte, 4> part{};
  CHECK((*source)->read(6, part).ok());
}

TEST_CASE("F07: odd paths open, and messages show them on one line") {
  const TemporaryFolder folder;
  for (const char* name : {"with space", "quo'te\"", "$(x)", "-dash", "new\nline", "\xFF\xFE", "u\xCC\x88"}) {
    write_file(folder.path(name), "x");
    CHECK(open_file(folder.path(name)).ok());
  }
  CHECK(holds(open_refusal(folder.path("no\nfile")), "no\\nfile: no such file"));
}

TEST_CASE("text from files is shown without control characters") {
  CHECK(displayed("plain \xC3\xBC\xF0\x9F\x98\x80") == "plain \xC3\xBC\xF0\x9F\x98\x80");
  CHECK(displayed(std::string_view("a\nb\0c\x7F", 6)) == "a\\nb\\x00c\\x7f");
  CHECK(displayed("\xE2\x80\xAE") == "\\u202e");
  CHECK(displayed("\xC2\x85") == "\\u0085");
  CHECK(displayed("a\xFF") == "a\\xff");
  CHECK(displayed(std::string(1000, 'x'), 10) == "xxxxxxxxxx...");
}

TEST_CASE("ill-formed UTF-8 is found at its first byte") {
  CHECK(ill_formed_utf8("plain text and more of it, \xC3\xBC\xE2\x82\xAC\xF0\x9F\x98\x80") == std::nullopt);
  CHECK(ill_formed_utf8("12345678\xFF") == 8);
  CHECK(ill_formed_utf8("\xC0\x80") == 0);          // overlong
  CHECK(ill_formed_utf8("a\xE0\x80\xAF") == 1);     // overlong
  CHECK(ill_formed_utf8("\xED\xA0\x80") == 0);      // surrogate
  CHECK(ill_formed_utf8("\xF4\x90\x80\x80") == 0);  // above U+10FFFF
  CHECK(ill_formed_utf8("abc\xE2\x82") == 3);       // cut
}
