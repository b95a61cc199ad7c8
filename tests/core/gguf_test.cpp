// The GGUF reader beyond the small files of the catalogue: what messages say, values, parts, real files.
#include "core/io/gguf.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <filesystem>

#include "core/block/block_type.h"
#include "core/experiment.h"
#include "core/io/gguf_parts.h"
#include "core/random.h"
#include "core/source.h"
#include "tests/core/allocation_meter.h"
#include "tests/core/gguf_bytes.h"
#include "tests/core/io_support.h"
#include "tests/core/streamed_support.h"
#include "tests/paths.h"

using namespace bitloupe;
using namespace bitloupe::test;

namespace {

bool names(const std::string& message, std::string_view what) {
  return message.find(what) != std::string::npos;
}

using Metadata = std::vector<std::pair<std::string, std::string>>;

std::string zeros(std::size_t count) { return std::string(count, '\0'); }

TensorFile read_leniently(std::string_view bytes) {
  auto file = read_tensor_file(memory_source("memory", bytes_of(bytes)), {.lenient = true});
  REQUIRE(file.ok());
  return std::move(*file);
}

std::string floats(std::size_t count) {
  std::string bytes;
  for (std::size_t i = 0; i < count; ++i)
    bytes += little_endian(std::bit_cast<std::uint32_t>(static_cast<float>(i)), 4);
  return bytes;
}

}  // namespace

TEST_CASE("shapes are row-major: the file lists the contiguous axis first") {
  const auto file = read_bytes(gguf_file({}, {gguf_tensor("a", {3, 2}, kF32, 0)}, floats(6)));
  REQUIRE(file);
  CHECK(file->tensors.front().shape == Shape{2, 3});
  CHECK(file->tensors.front().dtype == DType::F32);
  CHECK(file->tensors.front().block == nullptr);
  const auto tensor = load_tensor(*file, file->tensors.front(), {});
  REQUIRE(tensor);
  CHECK(std::vector<float>(tensor->span().begin(), tensor->span().end()) ==
        std::vector<float>{0, 1, 2, 3, 4, 5});
}

TEST_CASE("metadata: every type, long texts cut, of long arrays the first elements") {
  const std::string text(70'000, 'x'), umlauts = std::string(65'535, 'x') + "\xC3\xBC and on";
  std::string numbers;
  for (int i = 0; i < 20; ++i) numbers += little_endian(static_cast<std::uint64_t>(i), 4);
  const auto file = read_bytes(gguf_file(
      {gguf_key("u8", 0, "\xFF"), gguf_key("i8", 1, "\xFF"), gguf_key("u16", 2, "\xFE\xFF"),
       gguf_key("i16", 3, "\xFE\xFF"), gguf_key("u32", 4, little_endian(4'000'000'000, 4)),
       gguf_key("i32", 5, little_endian(0xFFFFFFFF, 4)), gguf_key("f32", 6, little_endian(0x3DCCCCCD, 4)),
       gguf_key("true", 7, "\1"), gguf_key("text", 8, gguf_text("a\nb")),
       gguf_key("u64", 10, little_endian(~std::uint64_t{0}, 8)),
       gguf_key("i64", 11, little_endian(~std::uint64_t{0}, 8)),
       gguf_key("f64", 12, little_endian(std::bit_cast<std::uint64_t>(0.1), 8)),
       gguf_key("nan", 6, little_endian(0x7FC00000, 4)), gguf_key("long", 8, gguf_text(text)),
       gguf_key("umlauts", 8, gguf_text(umlauts)), gguf_array("numbers", 4, 20, numbers),
       gguf_array("none", 4, 0, ""), gguf_array("tokens", 8, 2, gguf_text("\xC3") + gguf_text(text))},
      {}));
  REQUIRE(file);
  CHECK(file->warnings.empty());
  const Metadata expected = {{"u8", "255"},
                             {"i8", "-1"},
                             {"u16", "65534"},
                             {"i16", "-2"},
                             {"u32", "4000000000"},
                             {"i32", "-1"},
                             {"f32", "0.1"},
                             {"true", "true"},
                             {"text", "a\nb"},
                             {"u64", "18446744073709551615"},
                             {"i64", "-1"},
                             {"f64", "0.1"},
                             {"nan", "nan"},
                             {"long", std::string(65'536, 'x') + "..."},
                             {"umlauts", std::string(65'535, 'x') + "..."},
                             {"numbers", "u32[20]: 0, 1, 2, 3, 4, 5, 6, 7, ..."},
                             {"none", "u32[0]"},
                             {"tokens", "string[2]: \"\\xc3\", \"" + std::string(40, 'x') + "...\""}};
  REQUIRE(file->metadata.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) CHECK(file->metadata[i] == expected[i]);
}

TEST_CASE("G01 G02 G15: refusals name what was found") {
  CHECK(names(refusal("tjgg\3" + zeros(40)), "is a GGJT file of the time before GGUF"));
  CHECK(names(refusal(gguf_start(0, 0, 1)), "unsupported GGUF version 1 (expected 2 or 3)"));
  CHECK(names(refusal(gguf_start(0, 0, 0x03000000)), "big-endian GGUF file of version 3"));
  for (const auto& [type, why] :
       std::vector<std::pair<std::uint32_t, std::string>>{{16, "IQ2_XXS is not decoded"},
                                                          {4, "Q4_2 was removed from ggml"},
                                                          {99, "unknown tensor type 99"}}) {
    const auto file = read_bytes(gguf_file({}, {gguf_tensor("a", {256}, type, 0)}, zeros(66)));
    REQUIRE(file);
    REQUIRE(file->tensors.front().error);
    CHECK(names(why_unloadable(*file, file->tensors.front()).message, "tensor 'a': " + why));
    CHECK(file->tensors.front().bytes == 66);
  }
}

TEST_CASE("G09: of many names the one that comes twice is found") {
  std::vector<std::string> tensors;
  for (int i = 0; i < 50'000; ++i) tensors.push_back(gguf_tensor("t" + std::to_string(i), {0}, kF32, 0));
  tensors.push_back(gguf_tensor("t4711", {0}, kF32, 0));
  CHECK(names(refusal(gguf_file({}, tensors)), "tensor 't4711' is listed twice"));
}

TEST_CASE("G10: another alignment moves the data and every tensor") {
  const auto aligned = [](std::uint32_t alignment) {
    return gguf_key("general.alignment", kU32, little_endian(alignment, 4));
  };
  const auto file =
      read_bytes(gguf_file({aligned(256)}, {gguf_tensor("a", {1}, kF32, 0), gguf_tensor("b", {2}, kF32, 256)},
                           floats(1) + zeros(252) + floats(2), 256));
  REQUIRE(file);
  CHECK(file->tensors[1].offset == 512);
  CHECK(load_tensor(*file, file->tensors[1], {})->span()[1] == 1);
  const auto bytewise = read_bytes(gguf_file(
      {aligned(1)}, {gguf_tensor("a", {3}, 24, 0), gguf_tensor("b", {1}, kF32, 3)}, "abc" + floats(2), 1));
  REQUIRE(bytewise);
  CHECK(load_tensor(*bytewise, bytewise->tensors[1], {})->span()[0] == 0);
}

TEST_CASE("G17 G18: lenient reading takes tensors where they are, and complete ones of a cut file") {
  const auto two = [](std::uint64_t a, std::uint64_t b, std::string_view data) {
    return gguf_file({}, {gguf_tensor("a", {2}, kF32, a), gguf_tensor("b", {2}, kF32, b)}, data);
  };
  const std::string data = floats(2) + zeros(24) + floats(10).substr(32);
  const TensorFile swapped = read_leniently(two(32, 0, data));
  CHECK(load_tensor(swapped, *swapped.find("a"), {})->span()[0] == 8);
  CHECK(names(swapped.warnings.front(), "tensor 'b' lies before tensor 'a', which is listed before it"));
  const TensorFile hole = read_leniently(two(0, 64, floats(2) + zeros(56) + data));
  CHECK(load_tensor(hole, *hole.find("b"), {})->span()[1] == 1);
  CHECK(names(hole.warnings.front(),
              "tensor 'b' leaves a hole before it (starts at byte 64 of the data, "
              "expected 32); it is skipped"));
  const std::string cut = two(0, 32, data).substr(0, two(0, 32, "").size() + 35);
  CHECK(names(refusal(cut), "incomplete: have 35 of 40 bytes of data"));
  const TensorFile rest = read_leniently(cut);
  CHECK(load_tensor(rest, *rest.find("a"), {}).ok());
  CHECK(names(load_tensor(rest, *rest.find("b"), {}).error().message, "cut off: have 3 of its 8 bytes"));
  CHECK(rest.warnings.front() == "incomplete: have 35 of 40 bytes of data; 1 of 2 tensors cannot be loaded");
}

TEST_CASE("G15: a tensor of unknown type reaches to the next one") {
  const auto file = read_bytes(
      gguf_file({}, {gguf_tensor("a", {7}, 77, 0), gguf_tensor("b", {2}, kF32, 96)}, zeros(96) + floats(2)));
  REQUIRE(file);
  CHECK(file->tensors[0].bytes == 96);
  CHECK(load_tensor(*file, file->tensors[1], {})->span()[1] == 1);
}

TEST_CASE("G19: places at the end of 64 bits") {
  const std::string start = gguf_file({}, {gguf_tensor("a", {8}, kF32, 0)});
  for (const std::uint64_t offset : std::vector<std::uint64_t>{~std::uint64_t{31}, ~std::uint64_t{31} - 64,
                                                               ~std::uint64_t{31} - start.size()}) {
    const std::string bytes = gguf_file({}, {gguf_tensor("a", {8}, kF32, offset)});
    const auto file = read_tensor_file(sparse_source(bytes, ~std::uint64_t{0}), {.lenient = true});
    REQUIRE_FALSE(file.ok());
    CHECK(names(file.error().message, "its place does not fit in 64 bits"));
  }
}

TEST_CASE("G22: a vocabulary of 300,000 words is walked over and not kept") {
  std::string words, scores;
  for (int i = 0; i < 300'000; ++i) {
    words += gguf_text("token" + std::to_string(i));
    scores += little_endian(0, 4);
  }
  const std::string bytes = gguf_file(
      {gguf_array("tokens", kString, 300'000, words), gguf_array("scores", kFloat, 300'000, scores)},
      {gguf_tensor("a", {1}, kF32, 0)}, floats(1));
  const auto source = memory_source("memory", bytes_of(bytes));
  const AllocationMeter meter;
  const auto file = read_tensor_file(source);
  CHECK(meter.largest() <= 128 * 1024);
  REQUIRE(file);
  CHECK(file->metadata[0].second.starts_with("string[300000]: \"token0\", \"token1\""));
  CHECK(file->metadata[1].second == "f32[300000]: 0, 0, 0, 0, 0, 0, 0, 0, ...");
}

TEST_CASE("G27: fifty thousand empty tensors") {
  std::vector<std::string> tensors;
  for (int i = 0; i < 50'000; ++i)
    tensors.push_back(gguf_tensor("layers." + std::to_string(i), {0}, kF32, 0));
  const auto file = read_bytes(gguf_file({}, tensors));
  REQUIRE(file);
  CHECK(file->tensors.size() == 50'000);
  CHECK(load_tensor(*file, file->tensors.back(), {})->count() == 0);
}

TEST_CASE("G27: a million empty tensors, and not one more" * doctest::test_suite("long")) {
  std::vector<std::string> tensors;
  for (int i = 0; i < 1'000'000; ++i) tensors.push_back(gguf_tensor(std::to_string(i), {0}, kF32, 0));
  const auto file = read_bytes(gguf_file({}, tensors));
  REQUIRE(file);
  CHECK(file->tensors.size() == 1'000'000);
  tensors.push_back(gguf_tensor("more", {0}, kF32, 0));
  CHECK(names(refusal(gguf_file({}, tensors)), "more than 1000000 tensors"));
}

TEST_CASE("G28: a header of 2 GiB is refused by its budget, without reading it") {
  // One array of bytes after the other, each of 64 MiB: zeros behind the keys that are there.
  constexpr std::uint64_t kElements = std::uint64_t{1} << 26;
  const std::string start = gguf_start(0, 2) + gguf_array("a", kU8, kElements, "");
  const auto budget = [&](std::uint64_t most) {
    return read_tensor_file(sparse_source(start, std::uint64_t{1} << 31), {.max_header_bytes = most});
  };
  CHECK(names(budget(1 << 20).error().message, "header is too large (more than 1048576 bytes)"));
  CHECK(names(budget(std::uint64_t{1} << 30).error().message, "metadata key without a name"));
  const AllocationMeter meter;
  std::string texts = gguf_start(0, 40);
  CHECK_FALSE(read_tensor_file(sparse_source(texts, std::uint64_t{1} << 31)).ok());
  CHECK(meter.largest() <= std::size_t{1} << 20);
  std::vector<std::string> keys;
  for (int i = 0; i <= 65'536; ++i) keys.push_back(gguf_key(std::to_string(i), kU8, "\1"));
  CHECK(names(refusal(gguf_file(keys, {})), "more than 65536 metadata keys"));
}

TEST_CASE("texts, names and arrays above their limits") {
  for (const std::uint64_t more : std::vector<std::uint64_t>{0, 1}) {
    const std::string start = gguf_start(0, 1) + gguf_array("k", kU8, (1 << 26) + more, "");
    const auto file = read_tensor_file(sparse_source(start, start.size() + (1 << 26) + 1));
    CHECK(file.ok() == (more == 0));
    if (!file)
      CHECK(names(file.error().message, "array is too long (67108865 elements, expected at most 67108864)"));
  }
  const auto text = [](std::uint64_t bytes, std::uint32_t type) {
    const std::string start = gguf_start(0, 1) +
                              (type == kString ? gguf_text("k") + little_endian(kString, 4) : "") +
                              little_endian(bytes, 8);
    return read_tensor_file(sparse_source(start, start.size() + bytes + 100));
  };
  CHECK(text(1 << 24, kString).ok());
  CHECK(names(text((1 << 24) + 1, kString).error().message,
              "metadata 'k' is too long (16777217 bytes, expected at most 16777216)"));
  CHECK(names(text((1 << 16) + 1, kU8).error().message, "name of a metadata key is too long"));
}

TEST_CASE("blocks load the same in memory and in chunks, with their warnings, whatever the part") {
  for (const BlockType& type : block_types()) {
    if (!type.decode) continue;
    CAPTURE(type.name);
    constexpr std::uint64_t kRow = 512, kRows = 700;  // three pieces of the stream
    std::vector<std::byte> bytes(kRow * kRows / type.values * type.bytes + 7);
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>(random_bits(9, i));
    TensorFile file{memory_source("random", bytes), "test", {}, {}, {}};
    TensorEntry entry;
    entry.name = "t";
    entry.shape = {kRows, kRow};
    entry.offset = 7;
    entry.bytes = bytes.size() - 7;
    entry.block = &type;
    const auto load = [&](std::uint64_t memory) {
      const MemoryOf limit(memory);
      auto tensor = load_tensor(file, entry, {});
      REQUIRE(tensor.ok());
      CHECK(tensor->stored_name() == type.name);
      CHECK(tensor->stored_bits() == type.bits_per_value());
      return std::make_shared<const Tensor>(std::move(*tensor));
    };
    const auto whole = load(~std::uint64_t{0}), parts = load(0);
    REQUIRE(whole->resident());
    REQUIRE_FALSE(parts->resident());
    std::vector<float> buffer;
    for (std::uint64_t i = 0; i < 60; ++i) {
      const std::uint64_t begin = i < 9 ? i : random_bits(1, i) % whole->count();
      const std::uint64_t count =
          i == 0 ? whole->count() : random_bits(2, i) % (whole->count() - begin) / (1 + i % 7);
      const auto expected = whole->span().subspan(begin, count), got = parts->view(begin, count, buffer);
      CHECK((count == 0 || std::memcmp(got.data(), expected.data(), count * 4) == 0));
    }
    const auto a = prepare(whole, {}), b = prepare(parts, {});
    REQUIRE((a.ok() && b.ok()));
    CHECK((*a)->tensor->warnings == (*b)->tensor->warnings);
    CHECK((*a)->statistics.nan == (*b)->statistics.nan);
    CHECK((*a)->statistics.max == (*b)->statistics.max);
    if (type.name == "Q4_0") CHECK_FALSE(whole->warnings.empty());
  }
}

TEST_CASE("rule of memory: of blocks with less than 4 bits a value the bytes are read first") {
  // Two bits are 12 times their bytes as float32.
  constexpr std::uint64_t kValues = std::uint64_t{1} << 22;
  const std::string start = gguf_file({}, {gguf_tensor("a", {kValues}, 10, 0)});
  const std::uint64_t bytes = kValues / 256 * 84;
  class Failing final : public ByteSource {
   public:
    explicit Failing(std::shared_ptr<const ByteSource> whole) : whole_(std::move(whole)) {}
    const std::string& name() const override { return whole_->name(); }
    std::uint64_t size() const override { return whole_->size(); }
    Status read(std::uint64_t offset, std::span<std::byte> into) const override {
      if (offset + into.size() == size()) return Error{ErrorCode::Io, "gone"};
      return whole_->read(offset, into);
    }

   private:
    std::shared_ptr<const ByteSource> whole_;
  };
  const auto whole = sparse_source(start, start.size() + bytes);
  const auto file = read_tensor_file(std::make_shared<Failing>(whole));
  REQUIRE(file);
  {
    const AllocationMeter meter;
    CHECK_FALSE(load_tensor(*file, file->tensors.front(), {}).ok());
    CHECK(meter.largest() <= 8 * bytes + (1 << 20));
  }
  const auto good = read_tensor_file(whole);
  CHECK(load_tensor(*good, good->tensors.front(), {})->count() == kValues);
}

TEST_CASE("a stopped reader and a stopped load say so") {
  std::stop_source stop;
  stop.request_stop();
  const std::string bytes = gguf_file({}, {gguf_tensor("a", {256}, kQ4_K, 0)}, zeros(144));
  const auto source = memory_source("memory", bytes_of(bytes));
  CHECK(read_tensor_file(source, {.stop = stop.get_token()}).error().code == ErrorCode::Cancelled);
  const auto file = read_tensor_file(source);
  WorkContext work;
  work.stop = stop.get_token();
  CHECK(load_tensor(*file, file->tensors.front(), work).error().code == ErrorCode::Cancelled);
}

TEST_CASE("real files: a checkpoint of mixed types") {
  const std::string data = test::shared_dir() + "/data/";
  if (!std::filesystem::exists(data + "stories260K_mixed.gguf")) {
    MESSAGE("skipped: no shared data");
    return;
  }
  const auto mixed = read_tensor_file(data + "stories260K_mixed.gguf");
  const auto original = read_tensor_file(data + "stories260K.safetensors");
  REQUIRE((mixed.ok() && original.ok()));
  CHECK(mixed->warnings.empty());
  CHECK(mixed->tensors.size() == 47);
  // Relative RMSE: exact, half precision, 8 and 4 bits.
  const std::map<std::string, double> worst = {{"F32", 0}, {"F16", 0.0005}, {"Q8_0", 0.01}, {"Q4_0", 0.12}};
  for (const TensorEntry& entry : mixed->tensors) {
    CAPTURE(entry.name);
    const TensorEntry* same = original->find(entry.name);
    REQUIRE(same != nullptr);
    CHECK(same->shape == entry.shape);
    const auto a = load_tensor(*original, *same, {}), b = load_tensor(*mixed, entry, {});
    REQUIRE((a.ok() && b.ok()));
    double signal = 0, noise = 0;
    for (std::size_t i = 0; i < a->span().size(); ++i) {
      const double x = static_cast<double>(a->span()[i]), error = x - static_cast<double>(b->span()[i]);
      signal += x * x;
      noise += error * error;
    }
    CHECK(std::sqrt(noise / signal) <= worst.at(entry.dtype_name));
    if (entry.dtype_name.starts_with("Q")) CHECK(noise > 0);
  }
}

TEST_CASE("real files: a vocabulary without tensors") {
  const std::string path = test::shared_dir() + "/data/ggml-vocab-llama-spm.gguf";
  if (!std::filesystem::exists(path)) {
    MESSAGE("skipped: no shared data");
    return;
  }
  const auto file = read_tensor_file(path);
  REQUIRE(file);
  CHECK(file->tensors.empty());
  CHECK(file->warnings.empty());
  const std::map<std::string, std::string> metadata(file->metadata.begin(), file->metadata.end());
  CHECK(metadata.at("general.architecture") == "llama");
  CHECK(metadata.at("tokenizer.ggml.tokens").starts_with("string[32000]: \"<unk>\", \"<s>\", \"</s>\""));
  CHECK(metadata.at("tokenizer.ggml.scores").starts_with("f32[32000]: "));
}
