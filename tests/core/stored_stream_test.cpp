// Values read from a file in chunks: every dtype, any part, and what happens when reading fails.
#include "core/io/stored_stream.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <limits>

#include "core/experiment.h"
#include "core/memory.h"
#include "core/quant/spec_text.h"
#include "core/random.h"
#include "core/source.h"
#include "tests/core/io_support.h"
#include "tests/core/streamed_support.h"
#include "tests/core/support.h"

using namespace bitloupe;
using namespace bitloupe::test;

namespace {

constexpr std::uint64_t kPlenty = ~std::uint64_t{0};

// `count` random elements of a dtype.
TensorFile random_file(DType dtype, std::uint64_t count, bool big_endian) {
  std::vector<std::byte> bytes(stored_bytes(count, info(dtype).bits) + 3);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>(random_bits(7, i));
  TensorFile file{memory_source("random", bytes), "test", {}, {}, {}};
  file.tensors.push_back({"t", "?", dtype, {count}, 3, bytes.size() - 3, false, big_endian, std::nullopt});
  return file;
}

Tensor load(const TensorFile& file, std::uint64_t memory) {
  const MemoryOf little(memory);
  auto tensor = load_tensor(file, file.tensors.front(), {});
  REQUIRE(tensor.ok());
  return *tensor;
}

// float32 values 0, 1, 2 ... whose reads fail, or ask for a stop, from some byte on.
class FailingSource final : public ByteSource {
 public:
  explicit FailingSource(std::uint64_t count) : count_(count) {}
  const std::string& name() const override { return name_; }
  std::uint64_t size() const override { return count_ * 4; }
  Status read(std::uint64_t offset, std::span<std::byte> into) const override {
    if (offset + into.size() > stop_from) stop.request_stop();
    if (offset + into.size() > fail_from) {
      ++failures;
      return Error{ErrorCode::Io, "failing: gone"};
    }
    most = std::max<std::uint64_t>(most, into.size());
    for (std::size_t i = 0; i < into.size(); i += 4) {
      const auto value = static_cast<float>((offset + i) / 4);
      std::memcpy(into.data() + i, &value, 4);
    }
    return Ok{};
  }

  std::uint64_t fail_from = kPlenty, stop_from = kPlenty;
  mutable std::atomic<int> failures{0};
  mutable std::atomic<std::uint64_t> most{0};
  mutable std::stop_source stop;

 private:
  std::uint64_t count_;
  std::string name_ = "failing";
};

std::shared_ptr<const Tensor> failing_tensor(const std::shared_ptr<FailingSource>& source, Shape shape) {
  TensorFile file{source, "test", {}, {}, {}};
  file.tensors.push_back(
      {"t", "F32", DType::F32, std::move(shape), 0, source->size(), false, false, std::nullopt});
  return std::make_shared<const Tensor>(load(file, 1000));
}

constexpr std::uint64_t kCount = 1'000'000;

}  // namespace

TEST_CASE("a tensor is streamed exactly where its values exceed the budget") {
  const TensorFile file = random_file(DType::F16, 1000, false);
  CHECK(load(file, 4000).resident());
  const Tensor streamed = load(file, 3999);
  CHECK_FALSE(streamed.resident());
  CHECK(streamed.count() == 1000);
  CHECK(streamed.shape == Shape{1000});
}

TEST_CASE("every part of every dtype reads the same as the whole") {
  constexpr std::uint64_t kElements = 300'004;  // three pieces of the stream
  for (const DTypeInfo& row : dtypes()) {
    for (const bool big_endian : {false, true}) {
      const TensorFile file = random_file(row.dtype, kElements, big_endian);
      const Tensor whole = load(file, kPlenty), parts = load(file, 0);
      std::vector<float> buffer;
      for (std::uint64_t i = 0; i < 60; ++i) {
        const std::uint64_t begin = i < 9 ? i : random_bits(1, i) % kElements;
        const std::uint64_t count =
            i == 0 ? kElements : random_bits(2, i) % (kElements - begin) / (1 + i % 7);
        const auto expected = whole.span().subspan(begin, count), got = parts.view(begin, count, buffer);
        REQUIRE(got.size() == count);
        CHECK_MESSAGE((count == 0 || std::memcmp(got.data(), expected.data(), count * 4) == 0), row.name, " ",
                      begin, " ", count);
      }
      const auto a = prepare(std::make_shared<const Tensor>(whole), {});
      const auto b = prepare(std::make_shared<const Tensor>(parts), {});
      REQUIRE((a.ok() && b.ok()));
      CHECK((*a)->tensor->rounded_to_f32 == (*b)->tensor->rounded_to_f32);
      CHECK((*a)->tensor->warnings == (*b)->tensor->warnings);
      CHECK_FALSE(parts.error());
    }
  }
}

TEST_CASE("elements with gaps between them") {
  const TensorFile file = random_file(DType::F32, 100'000, false);
  const Tensor whole = load(file, kPlenty), parts = load(file, 0);
  for (const std::uint64_t stride : std::vector<std::uint64_t>{1, 2, 7, 511, 512, 513, 9000}) {
    std::vector<float> a(std::min<std::uint64_t>(5000, (100'000 - 5) / stride)), b(a.size());
    whole.gather(5, stride, a);
    parts.gather(5, stride, b);
    CHECK(std::memcmp(a.data(), b.data(), a.size() * 4) == 0);
    CHECK(std::memcmp(&a[1], &whole.span()[5 + stride], 4) == 0);
  }
  const float x = whole.value(77), y = parts.value(77);
  CHECK(std::memcmp(&x, &y, 4) == 0);
}

TEST_CASE("reads of at most 1 MiB; the first failure stays, and no read follows it" *
          doctest::test_suite("threads")) {
  const auto source = std::make_shared<FailingSource>(kCount);
  const auto tensor = failing_tensor(source, {1000, 1000});
  std::vector<float> values(kCount);
  tensor->stream->read(0, values);
  CHECK(values[kCount - 1] == static_cast<float>(kCount - 1));
  CHECK(source->most <= 1u << 20);
  source->fail_from = 2'000'000;
  CHECK(tensor->value(499'999) == 499'999.0f);
  CHECK_FALSE(tensor->error());
  CHECK(std::isnan(tensor->value(500'000)));
  CHECK(tensor->error() == Error{ErrorCode::Io, "failing: gone"});
  CHECK(std::isnan(tensor->value(0)));
  CHECK(source->failures == 1);
}

TEST_CASE("what is computed from values that could not be read is the error, not numbers") {
  const auto source = std::make_shared<FailingSource>(kCount);
  {
    const auto tensor = failing_tensor(source, {1000, 1000});
    source->fail_from = 2'000'000;
    CHECK(compute_statistics(*tensor, {}).error() == Error{ErrorCode::Io, "failing: gone"});
    CHECK(prepare(failing_tensor(source, {1000, 1000}), {}).error().message == "failing: gone");
  }
  const MemoryOf little(100'000);
  for (const char* granularity : {"tensor", "channel:0", "channel:1", "group:50"}) {
    for (const char* calibration : {"minmax", "percentile:99", "mse"}) {
      for (const bool live : {false, true}) {
        source->fail_from = kPlenty;
        const auto prepared = prepared_of(failing_tensor(source, {1000, 1000}));
        source->fail_from = 2'000'000;
        QuantSpec spec;
        REQUIRE(set_key(spec, "granularity", granularity));
        REQUIRE(set_key(spec, "calibration", calibration));
        RunContext context;
        context.sort_if_needed = context.step_by_step = live;
        int published = 0, exact = 0;
        context.publish = [&](const std::shared_ptr<const Snapshot>& shot) {
          ++published;
          exact += shot->exact;
        };
        const auto result = run({{}, spec}, prepared, nullptr, context);
        REQUIRE_FALSE_MESSAGE(result.ok(), granularity, " ", calibration);
        CHECK(result.error() == Error{ErrorCode::Io, "failing: gone"});
        CHECK(exact == 0);
      }
    }
  }
}

TEST_CASE("F08: a file cut short while it is open is an error that names it") {
  const TemporaryFolder folder;
  const std::string path = folder.path("cut.npy");
  const std::vector<float> values = random_values(50'000, 3);
  const std::vector<std::byte> bytes = encode_npy({"<f4", {50'000}, std::as_bytes(std::span(values))});
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  for (const std::uint64_t left : std::vector<std::uint64_t>{std::uint64_t{100'000}, std::uint64_t{0}}) {
    write_file(path, text);
    const MemoryOf little(1000);
    const auto tensor = load_source({path, "", {}}, Pick::Refuse, {});
    REQUIRE(tensor.ok());
    const auto prepared = prepared_of(*tensor);
    std::filesystem::resize_file(path, left);
    CHECK(std::isnan((*tensor)->value(49'999)));
    const auto result = run({{}, {}}, prepared, nullptr, {});
    REQUIRE_FALSE(result.ok());
    CHECK(result.error().code == ErrorCode::Io);
    CHECK(result.error().message.find("cut.npy: changed while it was open") != std::string::npos);
  }
}

TEST_CASE("a scan that is stopped is cancelled and reads no further" * doctest::test_suite("threads")) {
  const auto source = std::make_shared<FailingSource>(std::uint64_t{1} << 40);  // 4 TiB
  const auto tensor = failing_tensor(source, {1024, 1024, 1024, 1024});
  source->stop_from = 10 << 20;
  WorkContext context;
  context.stop = source->stop.get_token();
  double last = 0;
  context.progress = [&](double done) { last = done; };
  CHECK(prepare(tensor, context).error().code == ErrorCode::Cancelled);
  CHECK(last < 0.001);
}

TEST_CASE("block extremes of a streamed tensor stay bounded") {
  const auto source = std::make_shared<FailingSource>(std::uint64_t{1} << 40);
  const auto length_of = [&](Shape shape) {
    return BlockExtremes::length_for(*failing_tensor(source, std::move(shape)));
  };
  TensorFile file = random_file(DType::F32, 10'000, false);
  CHECK(BlockExtremes::length_for(load(file, kPlenty)) == 64);
  CHECK(BlockExtremes::length_for(load(file, 0)) == 64);
  CHECK(length_of({1 << 20, 1 << 20}) == 65'536);
  const std::uint64_t length = 65'536, blocks = (std::uint64_t{1} << 38) / length;
  CHECK(blocks * sizeof(BlockExtremes::Extremes) <= 64 << 20);
}

TEST_CASE("column-major arrays beyond the budget are refused, with the reason") {
  const std::string dict = "{'descr': '<f4', 'fortran_order': True, 'shape': (300, 20), }";
  const auto file = read_bytes(npy_bytes(dict, std::string(24'000, 'a')), "columns.npy");
  REQUIRE(file.ok());
  const MemoryOf little(20'000);
  const auto tensor = load_tensor(*file, file->tensors.front(), {});
  REQUIRE_FALSE(tensor.ok());
  CHECK(tensor.error().code == ErrorCode::OutOfMemory);
  for (const char* part : {"columns.npy", "column by column", "[300, 20]", "20000 bytes", "row-major"})
    CHECK_MESSAGE(tensor.error().message.find(part) != std::string::npos, tensor.error().message);
  // With one axis there is nothing to transpose.
  const std::string line = "{'descr': '<f4', 'fortran_order': True, 'shape': (1, 6000), }";
  const auto flat = read_bytes(npy_bytes(line, std::string(24'000, 'a')));
  REQUIRE(flat.ok());
  const auto streamed = load_tensor(*flat, flat->tensors.front(), {});
  REQUIRE(streamed.ok());
  CHECK_FALSE(streamed->resident());
  CHECK_FALSE(std::isnan(streamed->value(5999)));
}

TEST_CASE("synthetic tensors beyond the budget are drawn anew wherever they are read") {
  for (const SyntheticKind& kind : synthetic_kinds()) {
    SyntheticSpec spec;
    spec.kind = kind.key;
    spec.shape = {200, 300};
    const auto whole = make_synthetic(spec, {});
    const MemoryOf little(200'000);
    const auto parts = make_synthetic(spec, {});
    REQUIRE((whole.ok() && parts.ok()));
    CHECK(whole->resident());
    CHECK_FALSE(parts->resident());
    std::vector<float> buffer;
    for (const std::uint64_t begin : std::vector<std::uint64_t>{0u, 1u, 777u, 59'000u}) {
      const auto expected = whole->span().subspan(begin, 1000), got = parts->view(begin, 1000, buffer);
      CHECK_MESSAGE(std::equal(got.begin(), got.end(), expected.begin()), kind.key);
    }
  }
}
