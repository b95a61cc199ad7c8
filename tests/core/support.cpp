#include "tests/core/support.h"

#include <doctest/doctest.h>
#include <zlib.h>

#include <cmath>
#include <cstring>
#include <fstream>
#include <sstream>

#include "core/io/tensor_file.h"
#include "core/random.h"

namespace bitloupe::test {
namespace {

template <class T>
T little_endian(const std::string& bytes, std::size_t at) {
  T value{};
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

// Bytes of an .npy after its header (version 1 or 2).
std::vector<std::byte> npy_payload(const std::vector<std::byte>& npy) {
  const auto byte = [&](std::size_t i) { return std::to_integer<std::size_t>(npy.at(i)); };
  const std::size_t start =
      byte(6) == 1 ? 10 + byte(8) + 256 * byte(9) : 12 + byte(8) + 256 * byte(9) + 65536 * byte(10);
  return {npy.begin() + static_cast<std::ptrdiff_t>(start), npy.end()};
}

std::vector<std::byte> inflate_raw(const char* data, std::size_t size, std::size_t inflated) {
  std::vector<std::byte> out(inflated);
  z_stream stream{};
  REQUIRE(inflateInit2(&stream, -MAX_WBITS) == Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(data));
  stream.avail_in = static_cast<uInt>(size);
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(inflated);
  CHECK(inflate(&stream, Z_FINISH) == Z_STREAM_END);
  inflateEnd(&stream);
  return out;
}

}  // namespace

std::shared_ptr<const Prepared> prepared_from(Shape shape, std::vector<float> values) {
  auto tensor = std::make_shared<Tensor>();
  tensor->name = "test";
  tensor->shape = std::move(shape);
  tensor->values = std::make_shared<const Values>(std::move(values));
  REQUIRE(element_count(tensor->shape) == tensor->count());
  auto prepared = prepare(tensor, {});
  REQUIRE(prepared.ok());
  return *prepared;
}

std::vector<float> random_values(std::size_t count, std::uint64_t seed, double scale) {
  std::vector<float> values(count);
  for (std::size_t i = 0; i < count; ++i) {
    const double u = random_unit(seed, i) - 0.5;
    const double laplace = -std::copysign(std::log(1 - 2 * std::fabs(u)), u);
    values[i] = static_cast<float>(scale * laplace * (random_unit(seed + 1, i) < 0.01 ? 8 : 1));
  }
  return values;
}

std::shared_ptr<const Prepared> prepared_npy(const std::string& path) {
  const auto file = read_tensor_file(path);
  REQUIRE_MESSAGE(file.ok(), path);
  auto tensor = load_tensor(*file, file->tensors.at(0), {});
  REQUIRE(tensor.ok());
  auto prepared = prepare(std::make_shared<const Tensor>(std::move(*tensor)), {});
  REQUIRE(prepared.ok());
  return *prepared;
}

Tensor tensor_of(std::vector<float> values) {
  Tensor tensor;
  tensor.shape = {values.size()};
  tensor.values = std::make_shared<const Values>(std::move(values));
  return tensor;
}

std::shared_ptr<const Snapshot> run_spec(const QuantSpec& spec, std::shared_ptr<const Prepared> prepared) {
  auto snapshot = run({{}, spec}, std::move(prepared), nullptr, report_only({}));
  REQUIRE(snapshot.ok());
  return *snapshot;
}

std::map<std::string, std::vector<std::byte>> read_npz(const std::string& path) {
  const std::string zip = read_text(path);
  std::map<std::string, std::vector<std::byte>> members;
  const std::size_t end = zip.rfind("PK\5\6");
  REQUIRE(end != std::string::npos);
  std::size_t at = little_endian<std::uint32_t>(zip, end + 16);
  for (int count = little_endian<std::uint16_t>(zip, end + 10); count > 0; --count) {
    const auto method = little_endian<std::uint16_t>(zip, at + 10);
    const auto packed = little_endian<std::uint32_t>(zip, at + 20),
               size = little_endian<std::uint32_t>(zip, at + 24);
    const auto name_size = little_endian<std::uint16_t>(zip, at + 28);
    const std::size_t tail =
        name_size + little_endian<std::uint16_t>(zip, at + 30) + little_endian<std::uint16_t>(zip, at + 32);
    const auto local = little_endian<std::uint32_t>(zip, at + 42);
    const std::string name = zip.substr(at + 46, name_size - 4u);  // without ".npy"
    const std::size_t data = local + 30 + little_endian<std::uint16_t>(zip, local + 26) +
                             little_endian<std::uint16_t>(zip, local + 28);
    std::vector<std::byte> npy(size);
    if (method == 0)
      std::memcpy(npy.data(), zip.data() + data, size);
    else
      npy = inflate_raw(zip.data() + data, packed, size);
    members[name] = npy_payload(npy);
    at += 46 + tail;
  }
  return members;
}

std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE_MESSAGE(file.good(), path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace bitloupe::test
