// Files that change, vanish or fail while they are open, and the loop that reads them.
#include <doctest/doctest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <random>
#include <thread>

#include "core/io/file_error.h"
#include "core/io/file_pool.h"
#include "core/io/folder_listing.h"
#include "core/io/read_whole.h"
#include "core/io/tensor_file.h"
#include "io_support.h"
#include "streamed_support.h"

using namespace bitloupe;
using namespace bitloupe::test;

namespace {

namespace fs = std::filesystem;

std::shared_ptr<const ByteSource> opened(const std::string& path) {
  const auto source = open_file(path);
  REQUIRE(source.ok());
  return *source;
}

std::string_view code_of(const Status& status) {
  return status.ok() || !status.error().fault ? "" : status.error().fault->code;
}

Status read_some(const ByteSource& source) {
  std::array<std::byte, 4> part{};
  return source.read(0, part);
}

// pread over a text, by a script of what each call does.
struct Script {
  std::string text;
  std::vector<int> steps;  // bytes to give at most, or -errno
  std::size_t calls = 0;
  ssize_t operator()(std::byte* bytes, std::size_t count, off_t offset) {
    const int step = calls < steps.size() ? steps[calls] : 1 << 20;
    ++calls;
    if (step < 0) {
      errno = -step;
      return -1;
    }
    const auto at = static_cast<std::size_t>(offset);
    const std::size_t left = at < text.size() ? text.size() - at : 0;
    const std::size_t given = std::min({count, static_cast<std::size_t>(step), left});
    std::memcpy(bytes, text.data() + at, given);
    return static_cast<ssize_t>(given);
  }
};

}  // namespace

TEST_CASE("F11: interrupted and short reads go on, others end with their reason and place") {
  std::array<std::byte, 6> into{};
  const auto text_of = [&] { return std::string(reinterpret_cast<const char*>(into.data()), into.size()); };
  Script patient{"0123456789", {-EINTR, 1, -EINTR, -EINTR, 2, 1, 1}};
  const ReadOutcome whole = read_whole(patient, 3, into);
  CHECK(whole.done);
  CHECK(text_of() == "345678");
  CHECK(patient.calls == 8);

  Script failing{"0123456789", {2, -EINTR, -EIO}};
  const ReadOutcome failed = read_whole(failing, 3, into);
  CHECK_FALSE(failed.done);
  CHECK(failed.error == EIO);
  CHECK(failed.offset == 5);

  Script stale{"0123456789", {-ESTALE}};
  CHECK(read_whole(stale, 0, into).error == ESTALE);

  Script ending{"0123456789", {}};
  const ReadOutcome ended = read_whole(ending, 7, into);
  CHECK_FALSE(ended.done);
  CHECK(ended.error == 0);
  CHECK(ended.offset == 10);

  Script nothing{"", {}};
  CHECK(read_whole(nothing, 0, {}).done);
  CHECK(nothing.calls == 0);
}

TEST_CASE("F11: a file whose end comes before its size says so") {
  const char* path = "/sys/devices/system/cpu/online";  // 4096 bytes, says the system
  const auto source = open_file(path);
  if (!source || (*source)->size() < 100) {
    MESSAGE("skipped: no such file here");
    return;
  }
  std::vector<std::byte> all((*source)->size());
  const Status status = (*source)->read(0, all);
  REQUIRE_FALSE(status.ok());
  CHECK(code_of(status) == "FILE_READ");
  CHECK(status.error().message.find("ended early") != std::string::npos);
  CHECK(status.error().fault->offset.value() < all.size());
}

TEST_CASE("F08 F09 F10: what became of an open file is known, and what can still be read is") {
  const TemporaryFolder folder;
  const auto fresh = [&] {
    write_file(folder.path("f"), "0123456789");
    return opened(folder.path("f"));
  };
  auto source = fresh();
  CHECK(source->state() == FileState::Unchanged);
  CHECK(source->identity().has_value());

  fs::resize_file(folder.path("f"), 20);  // grown
  CHECK(source->state() == FileState::Modified);
  CHECK(code_of(read_some(*source)) == "FILE_CHANGED");

  source = fresh();
  fs::resize_file(folder.path("f"), 2);  // cut
  CHECK(source->state() == FileState::Modified);
  CHECK(code_of(read_some(*source)) == "FILE_CHANGED");

  source = fresh();
  const auto before = fs::last_write_time(folder.path("f"));
  write_file(folder.path("f"), "9876543210");  // rewritten in place, as long as before
  fs::last_write_time(folder.path("f"), before + std::chrono::nanoseconds(1));
  CHECK(source->state() == FileState::Modified);
  CHECK(code_of(read_some(*source)) == "FILE_CHANGED");
  CHECK(read_some(*source).error().message.find("(written to, still 10 bytes)") != std::string::npos);

  source = fresh();
  write_file(folder.path("new"), "another");
  fs::rename(folder.path("new"), folder.path("f"));
  CHECK(source->state() == FileState::Replaced);
  CHECK(read_some(*source).ok());

  source = fresh();
  fs::remove(folder.path("f"));
  CHECK(source->state() == FileState::Deleted);
  CHECK(read_some(*source).ok());

  CHECK(memory_source("m", {})->state() == FileState::Unchanged);
  CHECK_FALSE(memory_source("m", {})->identity().has_value());
}

TEST_CASE("F08: 500 files cut at random places while their tensors load") {
  const TemporaryFolder folder;
  const std::string path = folder.path("f.safetensors");
  constexpr std::size_t kValues = 40'000;
  const std::string bytes =
      safetensors_bytes(R"({"a":{"dtype":"F32","shape":[40000],"data_offsets":[0,160000]},)"
                        R"("b":{"dtype":"F16","shape":[40000],"data_offsets":[160000,240000]}})",
                        std::string(240'000, '\1'));
  std::mt19937 random(7);
  int failed = 0, loaded = 0;
  const auto load = [&](const TensorFile& file, const TensorEntry& entry) {
    const auto tensor = load_tensor(file, entry, {});
    std::vector<float> buffer;
    if (tensor) CHECK(tensor->view(0, kValues, buffer).size() == kValues);
    const auto error = tensor ? tensor->error() : std::optional(tensor.error());
    ++(error ? failed : loaded);
    if (!error) return true;
    CHECK(is_fault(*error, FaultCode::FileChanged));
    CHECK(error->fault->tensor == entry.name);
    return false;
  };
  for (int trial = 0; trial < 500; ++trial) {
    write_file(path, bytes);
    const auto file = read_tensor_file(path);
    REQUIRE(file.ok());
    const auto size = random() % bytes.size();
    const auto pause = std::chrono::microseconds(random() % 200);
    std::thread cutter([&] {
      std::this_thread::sleep_for(pause);
      fs::resize_file(path, size);
    });
    const MemoryOf memory(trial % 2 == 0 ? ~std::uint64_t{0} : 0);  // resident, or in chunks
    for (int round = 0; round < 3; ++round)
      for (const TensorEntry& entry : file->tensors) load(*file, entry);
    cutter.join();
    CHECK(file->state() == FileState::Modified);
    for (const TensorEntry& entry : file->tensors) CHECK_FALSE(load(*file, entry));
  }
  CHECK(failed >= 1000);
  CHECK(loaded > 0);
}

TEST_CASE("F14: out of descriptors is a clean error, and a pool makes room for itself") {
  const TemporaryFolder folder;
  std::vector<std::shared_ptr<const ByteSource>> pooled;
  const auto pool = std::make_shared<FilePool>(1000);
  for (int i = 0; i < 40; ++i) write_file(folder.path(std::to_string(i)), "text " + std::to_string(i));
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  const int next = ::dup(STDERR_FILENO);  // the lowest free number
  ::close(next);
  rlimit few = before;
  few.rlim_cur = static_cast<rlim_t>(next) + 5;
  ::setrlimit(RLIMIT_NOFILE, &few);
  std::vector<std::shared_ptr<const ByteSource>> held;
  Status refused = Ok{};
  for (int i = 0; i < 40 && refused; ++i) {
    auto file = open_file(folder.path(std::to_string(i)));
    if (file) held.push_back(*file);
    if (!file) refused = file.error();
  }
  held.clear();
  bool all_open = true;
  for (int i = 0; i < 40; ++i) {
    const auto file = pool->open(folder.path(std::to_string(i)));
    all_open = all_open && file.ok() && read_some(**file).ok();
  }
  ::setrlimit(RLIMIT_NOFILE, &before);
  CHECK(code_of(refused) == "FILE_DESCRIPTORS");
  CHECK(refused.error().message.find("too many open files") != std::string::npos);
  CHECK(all_open);
}

TEST_CASE("a pool keeps few files open and reads all of them, from any thread") {
  const TemporaryFolder folder;
  const auto pool = std::make_shared<FilePool>(3);
  std::vector<std::shared_ptr<const ByteSource>> files;
  for (int i = 0; i < 20; ++i) {
    write_file(folder.path(std::to_string(i)), "file " + std::to_string(10 + i));
    const auto file = pool->open(folder.path(std::to_string(i)));
    REQUIRE(file.ok());
    files.push_back(*file);
  }
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (unsigned seed = 0; seed < 4; ++seed) {
    threads.emplace_back([&, seed] {
      std::mt19937 random(seed);
      for (int n = 0; n < 500; ++n) {
        const std::size_t i = random() % files.size();
        std::array<char, 2> digits{};
        const Status status = files[i]->read(5, std::as_writable_bytes(std::span(digits)));
        const std::string expected = std::to_string(10 + i);
        if (!status || std::string(digits.data(), 2) != expected) ++wrong;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == 0);
}

TEST_CASE("F12 F13: sparse files of 100 GB and 1 TB open, and their ends are read") {
  const TemporaryFolder folder;
  for (const std::uint64_t size : {std::uint64_t{100'000'000'000}, std::uint64_t{1'000'000'000'000}}) {
    const std::string last = std::to_string(size);
    const std::string header = R"({"a":{"dtype":"U8","shape":[)" + last + R"(],"data_offsets":[0,)" + last +
                               R"(]},"b":{"dtype":"F32","shape":[2],"data_offsets":[)" + last + "," +
                               std::to_string(size + 8) + "]}}";
    const std::string start = safetensors_bytes(header, "");
    if (!write_sparse(folder.path("f"), start, start.size() + size + 8)) {
      MESSAGE("skipped: this file system has no files of ", size, " bytes");
      continue;
    }
    const auto file = read_tensor_file(folder.path("f"));
    REQUIRE(file.ok());
    const auto large = load_tensor(*file, file->tensors[0], {});
    REQUIRE(large.ok());
    CHECK_FALSE(large->resident());
    CHECK(large->count() == size);
    CHECK(large->value(size - 1) == 0.0f);
    CHECK(load_tensor(*file, file->tensors[1], {}).ok());
  }
}

TEST_CASE("F21: a file opened twice is two files that read the same") {
  const TemporaryFolder folder;
  write_file(folder.path("f"), "0123456789");
  const auto a = opened(folder.path("f")), b = opened(folder.path("f"));
  CHECK(a->identity() == b->identity());
  CHECK(read_some(*a).ok());
  CHECK(read_some(*b).ok());
}

TEST_CASE("F03: a folder lists its tensor files by name, with their sizes") {
  const TemporaryFolder folder;
  CHECK(list_tensor_files(folder.path(""))->empty());
  write_file(folder.path("b.npy"), "12");
  write_file(folder.path("a.safetensors"), "123");
  write_file(folder.path("m.safetensors.index.json"), "{}");
  write_file(folder.path("c.txt"), "");
  write_file(folder.path("config.json"), "{}");
  fs::create_directory(folder.path("d.npy"));
  fs::create_symlink("b.npy", folder.path("link.npy"));
  fs::create_symlink("nowhere", folder.path("gone.npy"));
  const auto files = list_tensor_files(folder.path(""));
  REQUIRE(files.ok());
  std::string names;
  for (const ListedFile& file : *files) names += file.name + ":" + std::to_string(file.bytes) + " ";
  CHECK(names == "a.safetensors:3 b.npy:2 link.npy:2 m.safetensors.index.json:2 ");
  CHECK(open_file((*files)[0].path).ok());
  CHECK(is_folder(folder.path("d.npy")));
  CHECK_FALSE(is_folder(folder.path("b.npy")));
  CHECK(code_of(list_tensor_files(folder.path("none")).error()) == "FILE_MISSING");
  CHECK(code_of(list_tensor_files(folder.path("b.npy")).error()) == "FILE_OPEN");
  fs::permissions(folder.path("d.npy"), fs::perms::none);
  {
    const WithoutRights nobody;
    CHECK(code_of(list_tensor_files(folder.path("d.npy")).error()) == "FILE_PERMISSION");
  }
  fs::permissions(folder.path("d.npy"), fs::perms::owner_all);
}
