// Loading in pieces: errors half-way, cancellation, progress, threads.
#include <doctest/doctest.h>

#include <atomic>
#include <cstring>
#include <memory>

#include "core/io/tensor_file.h"
#include "io_support.h"

using namespace bitloupe;
using namespace bitloupe::test;

namespace {

// A file whose values are number i at element i, that fails or asks to stop at some offset.
class CountingSource final : public ByteSource {
 public:
  const std::string& name() const override { return name_; }
  std::uint64_t size() const override { return bytes.size(); }
  Status read(std::uint64_t offset, std::span<std::byte> into) const override {
    ++reads;
    largest = std::max<std::uint64_t>(largest, into.size());
    if (stop_at_read != 0 && reads == stop_at_read) stop.request_stop();
    if (fail_from < offset + into.size()) return Error{ErrorCode::Io, "counting: gone"};
    std::memcpy(into.data(), bytes.data() + offset, into.size());
    return Ok{};
  }

  std::vector<std::byte> bytes;
  std::uint64_t fail_from = ~std::uint64_t{0};
  std::size_t stop_at_read = 0;
  mutable std::atomic<std::size_t> reads{0};
  mutable std::atomic<std::uint64_t> largest{0};
  mutable std::stop_source stop;

 private:
  std::string name_ = "counting";
};

constexpr std::size_t kCount = 5'000'003;

TensorFile file_of(const std::shared_ptr<CountingSource>& source, DType dtype) {
  const auto width = static_cast<std::size_t>(info(dtype).bits / 8);
  source->bytes.resize(kCount * width);
  for (std::size_t i = 0; i < kCount; ++i) {
    const auto number = static_cast<std::uint32_t>(i);
    const auto value = static_cast<float>(i);
    std::memcpy(source->bytes.data() + i * width,
                dtype == DType::F32 ? static_cast<const void*>(&value) : &number, 4);
  }
  TensorFile file{source, "test", {}, {}, {}};
  file.tensors.push_back({"t", "?", dtype, {kCount}, 0, kCount * width, false, false, std::nullopt});
  return file;
}

}  // namespace

TEST_CASE("a large tensor is read whole, in pieces of at most 8 MiB" * doctest::test_suite("threads")) {
  for (const DType dtype : {DType::F32, DType::U32}) {
    const auto source = std::make_shared<CountingSource>();
    const TensorFile file = file_of(source, dtype);
    std::atomic<int> calls{0};
    WorkContext context;
    context.progress = [&](double done) { calls += done > 0 && done <= 1 ? 1 : 1000000; };
    const auto tensor = load_tensor(file, file.tensors.front(), context);
    REQUIRE(tensor);
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < kCount; ++i) wrong += tensor->span()[i] == static_cast<float>(i) ? 0 : 1;
    CHECK(wrong == 0);
    CHECK(source->largest <= 8u << 20);
    CHECK(source->reads > 1);
    CHECK(static_cast<std::size_t>(calls) == source->reads);
  }
}

TEST_CASE("a read that fails half-way is the load's error") {
  const auto source = std::make_shared<CountingSource>();
  const TensorFile file = file_of(source, DType::F32);
  source->fail_from = source->size() / 2;
  const auto tensor = load_tensor(file, file.tensors.front(), {});
  REQUIRE_FALSE(tensor.ok());
  CHECK(tensor.error() == Error{ErrorCode::Io, "counting: gone"});
}

TEST_CASE("a load that is stopped is cancelled and reads no further" * doctest::test_suite("threads")) {
  const auto source = std::make_shared<CountingSource>();
  const TensorFile file = file_of(source, DType::F32);
  source->stop_at_read = 2;
  WorkContext context;
  context.stop = source->stop.get_token();
  const auto tensor = load_tensor(file, file.tensors.front(), context);
  REQUIRE_FALSE(tensor.ok());
  CHECK(tensor.error().code == ErrorCode::Cancelled);
  CHECK(source->reads < kCount * 4 / (1 << 20));
}

TEST_CASE("an entry whose bytes are not in the file is refused before anything is allocated") {
  const auto source = std::make_shared<CountingSource>();
  TensorFile file = file_of(source, DType::F32);
  TensorEntry& entry = file.tensors.front();
  entry.shape = {std::uint64_t{1} << 61};
  CHECK(load_tensor(file, entry, {}).error().message.find("not in the file") != std::string::npos);
  entry.shape = {kCount};
  entry.offset = 4;
  CHECK_FALSE(load_tensor(file, entry, {}).ok());
  CHECK(source->reads == 0);
}
