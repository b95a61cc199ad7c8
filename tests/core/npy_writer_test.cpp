#include "core/io/npy_writer.h"

#include <doctest/doctest.h>
#include <zlib.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "core/io/atomic_file.h"
#include "core/io/tensor_file.h"
#include "io_support.h"

using namespace bitloupe;
using namespace bitloupe::test;

namespace {

std::string text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::uint64_t number_at(const std::string& bytes, std::size_t at, int size) {
  std::uint64_t value = 0;
  for (int i = 0; i < size; ++i) {
    value |= std::uint64_t{static_cast<std::uint8_t>(bytes[at + static_cast<std::size_t>(i)])} << (8 * i);
  }
  return value;
}

}  // namespace

TEST_CASE("npy: byte for byte what numpy.save writes") {
  const std::vector<float> values = {1.5f, -2.0f, 0.25f};
  const std::string npy = text_of(encode_npy({"<f4", {3}, std::as_bytes(std::span(values))}));
  std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }";
  header.resize(117, ' ');
  std::string expected("\x93NUMPY\1\0\x76\0", 10);
  expected.append(header).append("\n").append(reinterpret_cast<const char*>(values.data()), 12);
  CHECK(npy == expected);
}

TEST_CASE("npy: what is written reads back, for every rank") {
  for (const Shape& shape : {Shape{}, Shape{0}, Shape{6}, Shape{2, 3}, Shape{1, 2, 3}, Shape{2, 0, 3}}) {
    std::vector<std::int16_t> values(element_count(shape));
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<std::int16_t>(i * 1000 - 2500);
    const auto npy = encode_npy({"<i2", shape, std::as_bytes(std::span(values))});
    CHECK((npy.size() - values.size() * 2) % 64 == 0);
    const auto file = read_bytes(text_of(npy));
    REQUIRE(file);
    CHECK(file->tensors.front().shape == shape);
    const auto tensor = load_tensor(*file, file->tensors.front(), {});
    REQUIRE(tensor);
    CHECK(std::equal(values.begin(), values.end(), tensor->span().begin(), tensor->span().end(),
                     [](std::int16_t a, float b) { return static_cast<float>(a) == b; }));
  }
}

TEST_CASE("npz: stored members with checksums, found through the directory") {
  const std::vector<float> scale = {0.5f};
  const std::vector<std::int32_t> zero_point = {3, 4};
  const std::vector<NamedArray> arrays = {{"scale", {"<f4", {1}, std::as_bytes(std::span(scale))}},
                                          {"zero_point", {"<i4", {2}, std::as_bytes(std::span(zero_point))}}};
  const auto npz = encode_npz(arrays);
  REQUIRE(npz);
  const std::string zip = text_of(*npz);
  const std::size_t end = zip.size() - 22;
  REQUIRE(zip.substr(end, 4) == "PK\5\6");
  CHECK(number_at(zip, end + 10, 2) == 2);
  std::size_t at = number_at(zip, end + 16, 4);
  for (const NamedArray& array : arrays) {
    REQUIRE(zip.substr(at, 4) == "PK\1\2");
    const std::string name = array.name + ".npy", npy = text_of(encode_npy(array.array));
    CHECK(number_at(zip, at + 10, 2) == 0);  // stored
    CHECK(number_at(zip, at + 20, 4) == npy.size());
    CHECK(number_at(zip, at + 24, 4) == npy.size());
    CHECK(number_at(zip, at + 16, 4) ==
          ::crc32(0, reinterpret_cast<const Bytef*>(npy.data()), static_cast<uInt>(npy.size())));
    CHECK(zip.substr(at + 46, name.size()) == name);
    const std::size_t local = number_at(zip, at + 42, 4);
    CHECK(zip.substr(local, 4) == "PK\3\4");
    CHECK(zip.substr(local + 30 + name.size(), npy.size()) == npy);
    at += 46 + name.size();
  }
  CHECK(at == end);
}

TEST_CASE("npz: Python's own zip module accepts it") {
  if (std::system("python3 -c 'import zipfile' 2>/dev/null") != 0) {
    MESSAGE("skipped: no python3");
    return;
  }
  const TemporaryFolder folder;
  const std::vector<float> values(1000, 1.5f);
  const std::vector<NamedArray> arrays = {{"a", {"<f4", {10, 100}, std::as_bytes(std::span(values))}},
                                          {"\xC3\xBC", {"<f4", {0}, {}}}};
  const auto npz = encode_npz(arrays);
  REQUIRE(npz);
  REQUIRE(write_file_atomically(folder.path("x.npz"), *npz));
  const std::string command =
      "python3 -c 'import zipfile,sys; z = zipfile.ZipFile(sys.argv[1]); "
      "sys.exit(0 if z.testzip() is None and len(z.namelist()) == 2 else 1)' ";
  CHECK(std::system((command + folder.path("x.npz")).c_str()) == 0);
}

TEST_CASE("npz: no arrays is an empty archive") {
  const auto npz = encode_npz({});
  REQUIRE(npz);
  CHECK(npz->size() == 22);
}
