// The table of what can be wrong with a file, and that every row of it is really said of some input.
#include "core/io/file_error.h"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cctype>
#include <cstring>
#include <filesystem>
#include <new>
#include <set>

#include "core/io/file_pool.h"
#include "core/source.h"
#include "hostile_files.h"
#include "io_support.h"
#include "streamed_support.h"
#include "tests/core/gguf_bytes.h"

using namespace bitloupe;
using namespace bitloupe::test;

namespace {

namespace fs = std::filesystem;

// A source whose reads fail in some way after the first few.
class BrokenSource final : public ByteSource {
 public:
  enum class How { Error, BadAlloc };
  BrokenSource(std::string bytes, How how, int good_reads)
      : bytes_(std::move(bytes)), how_(how), good_reads_(good_reads) {}
  const std::string& name() const override { return name_; }
  std::uint64_t size() const override { return bytes_.size(); }
  Status read(std::uint64_t offset, std::span<std::byte> into) const override {
    if (good_reads_-- <= 0) {
      if (how_ == How::BadAlloc) throw std::bad_alloc();
      return Error{ErrorCode::Io, "broken"};
    }
    std::memcpy(into.data(), bytes_.data() + offset, into.size());
    return Ok{};
  }

 private:
  std::string bytes_, name_ = "broken";
  How how_;
  mutable int good_reads_;
};

std::string small_safetensors() {
  return safetensors_bytes(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", std::string(8, '\0'));
}

template <class T>
std::string_view code_of(const Result<T>& result) {
  if (result.ok() || !result.error().fault) return "";
  return result.error().fault->code;
}

using Codes = std::multiset<std::string_view>;

void collect_paths(Codes& codes) {
  const TemporaryFolder folder;
  const auto open = [&](const std::string& path) { codes.insert(code_of(open_file(path))); };
  open(folder.path("none"));
  fs::create_symlink("nowhere", folder.path("link"));
  open(folder.path("link"));
  fs::create_symlink("loop", folder.path("loop"));
  open(folder.path("loop"));
  open(folder.path(""));
  open("/dev/null");
  open(std::string("a\0b", 3));
  write_file(folder.path("f"), "x");
  open(folder.path("f/inside"));
  ::mkfifo(folder.path("fifo").c_str(), 0600);
  open(folder.path("fifo"));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, folder.path("socket").c_str(), sizeof address.sun_path - 1);
  const int number = ::socket(AF_UNIX, SOCK_STREAM, 0);
  REQUIRE(::bind(number, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  open(folder.path("socket"));
  ::close(number);
  ::chmod(folder.path("f").c_str(), 0);
  fs::create_directory(folder.path("d"));
  ::chmod(folder.path("d").c_str(), 0600);
  {
    const WithoutRights nobody;
    open(folder.path("f"));
    open(folder.path("d/f"));
  }
  ::chmod(folder.path("f").c_str(), 0600);
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  rlimit none = before;
  none.rlim_cur = 0;
  ::setrlimit(RLIMIT_NOFILE, &none);
  open(folder.path("f"));
  ::setrlimit(RLIMIT_NOFILE, &before);
}

void collect_reads(Codes& codes) {
  const TemporaryFolder folder;
  write_file(folder.path("f"), "0123456789");
  const auto file = open_file(folder.path("f"));
  std::array<std::byte, 4> part{};
  codes.insert(code_of((*file)->read(7, part)));
  fs::resize_file(folder.path("f"), 5);
  codes.insert(code_of((*file)->read(0, part)));
  using How = BrokenSource::How;
  const std::string good = small_safetensors();
  codes.insert(code_of(read_tensor_file(std::make_shared<BrokenSource>(good, How::Error, 3))));
  codes.insert(code_of(read_tensor_file(std::make_shared<BrokenSource>(good, How::BadAlloc, 3))));
  // The header takes eight reads; then its tensor cannot be read.
  const auto late = std::make_shared<BrokenSource>(good, How::BadAlloc, 100);
  const auto header = read_tensor_file(late);
  REQUIRE(header.ok());
  while (load_tensor(*header, header->tensors.front(), {}).ok()) continue;
  codes.insert(code_of(load_tensor(*header, header->tensors.front(), {})));
}

void collect_tensors(Codes& codes) {
  const auto pick = [&](std::string_view bytes, const char* name) {
    const auto file = read_bytes(bytes);
    REQUIRE(file.ok());
    SourceSpec source;
    source.tensor = name;
    codes.insert(code_of(pick_tensor(*file, source, Pick::Refuse)));
  };
  pick(safetensors_bytes("{}", ""), "");
  pick(small_safetensors(), "none");
  pick(safetensors_bytes(R"({"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},)"
                         R"("b":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}})",
                         ""),
       "");
  for (std::string cut :
       {small_safetensors(), gguf_file({}, {gguf_tensor("a", {2}, kF32, 0)}, std::string(8, '\0'))}) {
    cut.pop_back();
    const auto part = read_tensor_file(memory_source("memory", bytes_of(cut)), {.lenient = true});
    codes.insert(code_of(load_tensor(*part, part->tensors.front(), {})));
  }
  auto file = read_bytes(small_safetensors());
  file->tensors.front().offset += 1;
  codes.insert(code_of(load_tensor(*file, file->tensors.front(), {})));
  const MemoryOf little(8);
  const auto columns = read_bytes(
      npy_bytes("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 2)}", std::string(16, '\0')));
  codes.insert(code_of(load_tensor(*columns, columns->tensors.front(), {})));
}

void collect_budgets(Codes& codes) {
  ReadOptions tight;
  tight.max_header_bytes = 4;
  for (const std::string& bytes : {small_safetensors(), npy_bytes("{'descr': 1}", ""),
                                   std::string(R"({"weight_map":{}})"), gguf_file({}, {})})
    codes.insert(code_of(read_tensor_file(memory_source("memory", bytes_of(bytes)), tight)));
  std::string tensors = R"({"weight_map":{)", shards = tensors;
  for (int i = 0; i <= 1'000'000; ++i) tensors += '"' + std::to_string(i) + R"(":"s",)";
  for (int i = 0; i <= 100'000; ++i)
    shards += '"' + std::to_string(i) + R"(":")" + std::to_string(i) + R"(",)";
  for (std::string* text : {&tensors, &shards}) {
    text->back() = '}';
    codes.insert(code_of(parse_shard_index(*text + "}")));
  }
}

void collect_links(Codes& codes) {
  const TemporaryFolder folder, other;
  write_file(other.path("s"), small_safetensors());
  fs::create_symlink(other.path("s"), folder.path("s"));
  write_file(folder.path("i.index.json"), R"({"weight_map":{"a":"s"}})");
  codes.insert(code_of(read_tensor_file(folder.path("i.index.json"))));
}

void collect_parts(Codes& codes) {
  const TemporaryFolder folder;
  const std::string path = folder.path("x-00001-of-00002.gguf");
  write_file(path, gguf_file({gguf_key("split.count", kU16, little_endian(2, 2))}, {}));
  const auto file = read_tensor_file(path);
  REQUIRE(file.ok());
  codes.insert(code_of(load_tensor(*file, file->tensors.front(), {})));
}

}  // namespace

TEST_CASE("every code of a refusal is said of some input") {
  Codes codes;
  for (const HostileFile& file : hostile_files()) codes.insert(outcome_of(read_bytes(file.bytes)).code);
  for (const HostileIndex& index : hostile_indexes()) codes.insert(outcome_of(read_index(index)).code);
  collect_paths(codes);
  collect_reads(codes);
  collect_tensors(codes);
  collect_budgets(codes);
  collect_links(codes);
  collect_parts(codes);
  std::string never;
  for (const FaultRow& row : fault_rows())
    if (codes.count(row.key) == 0) never += std::string(row.key) + ' ';
  CHECK(never == "");
}

TEST_CASE("the table of codes: keys unique and in capitals, expectations said") {
  std::set<std::string_view> keys;
  for (const FaultRow& row : fault_rows()) {
    CAPTURE(row.key);
    CHECK(keys.insert(row.key).second);
    for (const char c : row.key)
      CHECK((std::isupper(static_cast<unsigned char>(c)) || c == '_' ||
             std::isdigit(static_cast<unsigned char>(c))));
    CHECK_FALSE(row.expected.empty());
    CHECK(row.can_be_lenient == (row.hint.find("--lenient") != std::string_view::npos));
  }
}

TEST_CASE("an error about a file names it once, and keeps what is known of it") {
  Error error = file_error(FaultCode::StHole, "a hole", 12, "x\ny");
  CHECK(error.code == ErrorCode::BadInput);
  CHECK(error.fault->tensor == "x\\ny");
  error = about_file("dir/f\n", about_file("dir/f\n", error));
  CHECK(error.message == "dir/f\\n: a hole");
  CHECK(error.fault->file == "dir/f\\n");
  CHECK(in_part(8, error).fault->offset == 20);
  CHECK_FALSE(in_part(~std::uint64_t{0}, error).fault->offset.has_value());
  // What is about a shard stays about it when its index is named in front.
  CHECK(about_file("index", error).fault->file == "dir/f\\n");
  CHECK(about_file("index", error).message == "index: dir/f\\n: a hole");
  // A source that is not ours gives no parts; they are made.
  CHECK(is_fault(about_file("f", Error{ErrorCode::Io, "gone"}), FaultCode::FileRead));
  CHECK(about_tensor("t", Error{ErrorCode::Io, "gone"}).fault->tensor == "t");
  CHECK(about_file("f", cancelled()) == cancelled());
  CHECK(cancelled().fault == nullptr);
}
