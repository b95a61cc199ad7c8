// Sharded checkpoints in real folders: what lies where, links, many shards, and files that change. The small
// cases in memory are in hostile_index.cpp.
#include "core/io/safetensors_index.h"

#include <doctest/doctest.h>

#include <filesystem>

#include "core/io/file_error.h"
#include "hostile_files.h"
#include "io_support.h"
#include "streamed_support.h"

using namespace bitloupe;
using namespace bitloupe::test;

namespace {

namespace fs = std::filesystem;

const ReadOptions kStrict{}, kLenient{true, 0, {}};

// One float32 tensor of this name and value.
std::string shard(const std::string& tensor, float value = 1) {
  return safetensors_bytes("{\"" + tensor + R"(":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})",
                           std::string_view(reinterpret_cast<const char*>(&value), 4));
}

std::string shard_name(int i) { return "model-" + std::to_string(i) + ".safetensors"; }
std::string tensor_name(int i) { return "t" + std::to_string(i); }

// An index of tensors t0, t1 ... of one shard each, and the shards.
struct Checkpoint {
  explicit Checkpoint(int shards, const std::string& folder_name = ".") : place(folder_name) {
    fs::create_directories(folder.path(place));
    std::string map;
    for (int i = 0; i < shards; ++i) {
      write_file(shard_path(i), shard(tensor_name(i), static_cast<float>(i)));
      map += (i > 0 ? ",\"" : "\"") + tensor_name(i) + R"(":")" + shard_name(i) + '"';
    }
    write_file(index_path(), R"({"metadata":{"total_size":)" + std::to_string(4 * shards) +
                                 R"(},"weight_map":{)" + map + "}}");
  }
  std::string shard_path(int i) const { return folder.path(place + "/" + shard_name(i)); }
  std::string index_path() const { return folder.path(place + "/model.safetensors.index.json"); }
  Result<TensorFile> read(const ReadOptions& options = {}) const {
    return read_tensor_file(index_path(), options);
  }

  TemporaryFolder folder;
  std::string place;
};

std::string_view code_of(const Error& error) { return error.fault ? error.fault->code : ""; }

bool holds(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

std::size_t open_descriptors() {
  const fs::directory_iterator begin("/proc/self/fd"), end;
  return static_cast<std::size_t>(std::distance(begin, end));
}

}  // namespace

TEST_CASE("a sharded checkpoint reads as one file, resident and in chunks") {
  const Checkpoint checkpoint(5);
  const auto file = checkpoint.read();
  REQUIRE(file.ok());
  CHECK(file->format == "safetensors_index");
  CHECK(file->warnings.empty());
  CHECK(file->shards.size() == 5);
  CHECK(file->state() == FileState::Unchanged);
  REQUIRE(file->tensors.size() == 5);
  for (const std::uint64_t memory : {std::uint64_t{0}, ~std::uint64_t{0}}) {
    const MemoryOf limit(memory);
    for (int i = 0; i < 5; ++i) {
      const TensorEntry* entry = file->find(tensor_name(i));
      REQUIRE(entry != nullptr);
      CHECK(file->source_of(*entry)->name() == checkpoint.shard_path(i));
      const auto tensor = load_tensor(*file, *entry, {});
      REQUIRE(tensor.ok());
      CHECK(tensor->value(0) == static_cast<float>(i));
    }
  }
}

TEST_CASE("I01: shards that are missing take out their tensors, and a line says how many") {
  const Checkpoint checkpoint(5);
  fs::remove(checkpoint.shard_path(1));
  fs::remove(checkpoint.shard_path(3));
  fs::create_symlink("nowhere", checkpoint.shard_path(3));
  const auto file = checkpoint.read();
  REQUIRE(file.ok());
  REQUIRE(file->warnings.size() == 1);
  CHECK(file->warnings[0] == "2 of 5 shards missing: model-1.safetensors, model-3.safetensors");
  for (int i = 0; i < 5; ++i) {
    const TensorEntry* entry = file->find(tensor_name(i));
    REQUIRE(entry != nullptr);
    const auto tensor = load_tensor(*file, *entry, {});
    CHECK(tensor.ok() == (i != 1 && i != 3));
    CHECK(entry->described == tensor.ok());
    if (tensor) continue;
    CHECK(code_of(tensor.error()) == "IDX_SHARD_MISSING");
    CHECK(tensor.error().message == checkpoint.index_path() + ": tensor '" + tensor_name(i) + "': shard '" +
                                        shard_name(i) + "' is missing");
  }
}

TEST_CASE("I02: a shard is a plain name beside the index") {
  for (const HostileIndex& index : hostile_indexes()) {
    if (!index.number.starts_with("I02")) continue;
    const auto file = read_index(index, kLenient);
    REQUIRE_FALSE(file.ok());
    CHECK(code_of(file.error()) == "IDX_ESCAPE");
    CHECK(file.error().fault->tensor == "a");
  }
}

TEST_CASE("I03: links inside the folder, and in a cache of the hub, are followed") {
  const Checkpoint inside(2);
  fs::rename(inside.shard_path(1), inside.folder.path("blob"));
  fs::create_symlink("blob", inside.shard_path(1));
  CHECK(outcome_of(inside.read()).verdict == Verdict::Accept);

  // models--x/snapshots/REVISION links to models--x/blobs; the index is a link as well.
  const Checkpoint hub(2, "models--x/snapshots/abc");
  fs::create_directories(hub.folder.path("models--x/blobs"));
  for (const std::string& path : {hub.shard_path(0), hub.shard_path(1), hub.index_path()}) {
    const std::string blob = "blobs/" + fs::path(path).filename().string();
    fs::rename(path, hub.folder.path("models--x/" + blob));
    fs::create_symlink("../../" + blob, path);
  }
  CHECK(outcome_of(hub.read()).verdict == Verdict::Accept);

  // The folder itself may be reached by a link.
  fs::create_directory_symlink(hub.folder.path("models--x/snapshots/abc"), hub.folder.path("short"));
  CHECK(outcome_of(read_tensor_file(hub.folder.path("short/model.safetensors.index.json"))).verdict ==
        Verdict::Accept);
}

TEST_CASE("I04: a link that leaves the folder is refused unless asked for, a loop always") {
  const Checkpoint checkpoint(2);
  const TemporaryFolder other;
  fs::rename(checkpoint.shard_path(1), other.path("shard"));
  fs::create_symlink(other.path("shard"), checkpoint.shard_path(1));
  const auto refused = checkpoint.read();
  REQUIRE_FALSE(refused.ok());
  CHECK(code_of(refused.error()) == "IDX_OUTSIDE");
  CHECK(refused.error().can_be_lenient());
  CHECK(holds(refused.error().message, shard_name(1)));
  CHECK(outcome_of(checkpoint.read(kLenient)).verdict == Verdict::Accept);

  fs::remove(checkpoint.shard_path(1));
  fs::create_symlink(shard_name(1), checkpoint.shard_path(1));
  for (const ReadOptions& options : {kStrict, kLenient}) {
    const auto loop = checkpoint.read(options);
    REQUIRE_FALSE(loop.ok());
    CHECK(code_of(loop.error()) == "FILE_LOOP");
  }
}

TEST_CASE("I05 I06 I07: what the shards hold and the index does not say, and the other way round") {
  Checkpoint checkpoint(3);
  write_file(checkpoint.shard_path(2), shard("other"));
  auto file = checkpoint.read();
  REQUIRE(file.ok());
  CHECK(file->find("t2")->error->message == "shard 'model-2.safetensors' does not hold it");
  CHECK(file->find("other") != nullptr);
  REQUIRE(file->warnings.size() == 1);
  CHECK(file->warnings[0] == "1 tensor is not in the index: other");
  write_file(checkpoint.shard_path(2), shard("t1"));
  file = checkpoint.read();
  REQUIRE_FALSE(file.ok());
  CHECK(holds(file.error().message,
              "tensor 't1' lies in two shards ('model-1.safetensors' and 'model-2.safetensors')"));
}

TEST_CASE("I08: a size that the shards do not have is a warning") {
  const Checkpoint checkpoint(2);
  write_file(
      checkpoint.shard_path(1),
      safetensors_bytes(R"({"t1":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", std::string(8, '\0')));
  const auto file = checkpoint.read();
  REQUIRE(file.ok());
  REQUIRE(file->warnings.size() == 1);
  CHECK(file->warnings[0] == "metadata total_size is wrong (found 8, the shards hold 12 bytes of values)");
}

TEST_CASE("I09: ten thousand shards with few descriptors") {
  const Checkpoint checkpoint(10'000);
  const std::size_t before = open_descriptors();
  const auto file = checkpoint.read();
  REQUIRE(file.ok());
  CHECK(file->tensors.size() == 10'000);
  CHECK(open_descriptors() - before < 64);
  for (int i = 0; i < 10'000; i += 37) {
    const auto tensor = load_tensor(*file, *file->find(tensor_name(i)), {});
    REQUIRE(tensor.ok());
    CHECK(tensor->value(0) == static_cast<float>(i));
  }
  CHECK(open_descriptors() - before < 64);
}

TEST_CASE("I10 I11: an index of indexes, and keys that come twice, are refused by name") {
  for (const HostileIndex& index : hostile_indexes()) {
    if (index.code != "IDX_RECURSION" && index.code != "JSON_DUPLICATE") continue;
    const auto file = read_index(index);
    REQUIRE_FALSE(file.ok());
    CHECK(holds(file.error().message, index.code == "IDX_RECURSION" ? "is an index" : "duplicate key '"));
  }
}

TEST_CASE("I12: a shard that is replaced, written to or deleted after the index was read is refused") {
  for (const FileState what : {FileState::Replaced, FileState::Modified, FileState::Deleted}) {
    const Checkpoint checkpoint(2);
    const auto file = checkpoint.read();
    REQUIRE(file.ok());
    REQUIRE(load_tensor(*file, *file->find("t1"), {}).ok());
    if (what == FileState::Replaced) {
      write_file(checkpoint.folder.path("new"), shard("t1", 7));
      fs::rename(checkpoint.folder.path("new"), checkpoint.shard_path(1));
    } else if (what == FileState::Modified) {
      write_file(checkpoint.shard_path(1), shard("t1", 7) + "x");
    } else {
      fs::remove(checkpoint.shard_path(1));
    }
    CHECK(file->state() == what);
    const auto tensor = load_tensor(*file, *file->find("t1"), {});
    REQUIRE_FALSE(tensor.ok());
    CHECK(code_of(tensor.error()) == "FILE_CHANGED");
    CHECK(tensor.error().fault->file == checkpoint.shard_path(1));
    CHECK(load_tensor(*file, *file->find("t0"), {}).ok());
    const auto again = checkpoint.read();  // a reload
    REQUIRE(again.ok());
    if (what == FileState::Replaced) CHECK(load_tensor(*again, *again->find("t1"), {})->value(0) == 7.0f);
  }
}

TEST_CASE("a long header ends when it is asked to") {
  std::stop_source stop;
  stop.request_stop();
  const ReadOptions stopped{false, 0, stop.get_token()};
  CHECK(Checkpoint(2).read(stopped).error().code == ErrorCode::Cancelled);
  CHECK(read_tensor_file(memory_source("m", bytes_of(shard("a"))), stopped).error().code ==
        ErrorCode::Cancelled);
}
