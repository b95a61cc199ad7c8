// What is refused by default and read when asked for: which values come out, and what is said about them.
#include <doctest/doctest.h>

#include "core/io/tensor_file.h"
#include "core/source.h"
#include "io_support.h"

using namespace bitloupe;
using namespace bitloupe::test;

namespace {

Result<TensorFile> read(std::string_view bytes, bool lenient) {
  return read_tensor_file(memory_source("memory", bytes_of(bytes)), {lenient, 0, {}});
}

TensorFile read_leniently(std::string_view bytes) {
  const auto strict = read(bytes, false);
  REQUIRE_FALSE(strict.ok());
  CHECK(strict.error().can_be_lenient());
  auto file = read(bytes, true);
  REQUIRE(file.ok());
  return std::move(*file);
}

std::vector<float> values(const TensorFile& file, std::string_view name) {
  const TensorEntry* entry = file.find(name);
  REQUIRE(entry != nullptr);
  const auto tensor = load_tensor(file, *entry, {});
  REQUIRE(tensor.ok());
  return {tensor->span().begin(), tensor->span().end()};
}

std::string two(const char* first, const char* second, std::string_view data) {
  return safetensors_bytes(R"({"a":{"dtype":"U8","shape":[2],"data_offsets":)" + std::string(first) +
                               R"(},"b":{"dtype":"U8","shape":[2],"data_offsets":)" + second + "}}",
                           data);
}

using Floats = std::vector<float>;

}  // namespace

TEST_CASE("S27: lenient reading skips holes and says so") {
  const TensorFile file = read_leniently(two("[1,3]", "[5,7]", "\x09\1\2\x09\x09\3\4"));
  CHECK(values(file, "a") == Floats{1, 2});
  CHECK(values(file, "b") == Floats{3, 4});
  REQUIRE(file.warnings.size() == 2);
  CHECK(file.warnings[0].find("'a' leaves a hole before it") != std::string::npos);
  CHECK(file.warnings[1].find("'b' leaves a hole before it") != std::string::npos);
}

TEST_CASE("S27: a thousand holes are twenty warnings and a number") {
  std::string header = "{";
  for (int i = 0; i < 1000; ++i) {
    header += (i > 0 ? ",\"" : "\"") + std::to_string(i) + R"(":{"dtype":"U8","shape":[1],"data_offsets":[)" +
              std::to_string(2 * i + 1) + "," + std::to_string(2 * i + 2) + "]}";
  }
  const TensorFile file = read_leniently(safetensors_bytes(header + "}", std::string(2000, '\1')));
  CHECK(file.warnings.size() == 21);
  CHECK(file.warnings.back() == "980 more warnings");
}

TEST_CASE("S28: lenient reading leaves the rest alone") {
  const TensorFile file = read_leniently(two("[0,2]", "[2,4]", "\1\2\3\4PK\3\4"));
  CHECK(values(file, "b") == Floats{3, 4});
  REQUIRE(file.warnings.size() == 1);
  CHECK(file.warnings[0].find("4 bytes after the last tensor") != std::string::npos);
}

TEST_CASE("S29: of a cut file the complete tensors load, and the others say what is there") {
  const TensorFile file = read_leniently(two("[2,4]", "[0,2]", "\1\2\3"));
  CHECK(values(file, "b") == Floats{1, 2});
  const auto cut = load_tensor(file, *file.find("a"), {});
  REQUIRE_FALSE(cut.ok());
  CHECK(cut.error().message == "memory: tensor 'a': cut off: have 1 of its 2 bytes");
  CHECK(cut.error().fault->tensor == "a");
  REQUIRE(file.warnings.size() == 1);
  CHECK(file.warnings[0] == "incomplete: have 3 of 4 bytes of data; 1 of 2 tensors cannot be loaded");
}

TEST_CASE("S26 S30: what lies twice or has no size is never read") {
  CHECK_FALSE(read(two("[0,2]", "[1,3]", "\1\2\3"), true).ok());
  CHECK_FALSE(read(two("[0,2]", "[2,5]", "\1\2\3\4\5"), true).ok());
}

TEST_CASE("N24: what is missing is never made up") {
  const std::string cut = npy_bytes("{'descr': '<f4', 'fortran_order': False, 'shape': (3,)}", "12345678901");
  for (const bool lenient : {false, true}) {
    const auto file = read(cut, lenient);
    REQUIRE_FALSE(file.ok());
    CHECK_FALSE(file.error().can_be_lenient());
    CHECK(file.error().message.find("have 11 of 12 bytes") != std::string::npos);
  }
}

TEST_CASE("N25 N26: lenient reading of npy: a rest, and bfloat16 of the package ml_dtypes") {
  const std::string u1 = "{'descr': '|u1', 'fortran_order': False, 'shape': (2,)}";
  CHECK(values(read_leniently(npy_bytes(u1, "\1\2\3")), "memory") == Floats{1, 2});
  for (const char* descr : {"|V2", "<V2"}) {
    const std::string dict =
        "{'descr': '" + std::string(descr) + "', 'fortran_order': True, 'shape': (2, 2)}";
    // 1, -2, 0.5, nothing at all, column by column.
    const TensorFile file = read_leniently(npy_bytes(dict, std::string("\x80\x3F\0\xC0\0\x3F\0\0", 8)));
    CHECK(values(file, "memory") == Floats{1, 0.5f, -2, 0});
    CHECK(file.tensors.front().dtype == DType::BF16);
    REQUIRE(file.warnings.size() == 1);
    CHECK(file.warnings[0].find("is read as bfloat16") != std::string::npos);
  }
}

TEST_CASE("a source says how it is read, in no part of its text") {
  const TemporaryFolder folder;
  write_file(folder.path("f"), two("[0,2]", "[2,4]", "\1\2\3\4x"));
  SourceSpec source = *parse_source(folder.path("f") + "::a");
  const auto strict = load_source(source, Pick::Refuse, {});
  REQUIRE_FALSE(strict.ok());
  CHECK(strict.error().can_be_lenient());
  SourceSpec lenient = source;
  lenient.lenient = true;
  CHECK_FALSE(lenient == source);
  CHECK(to_text(lenient) == to_text(source));
  CHECK(load_source(lenient, Pick::Refuse, {}).ok());
  source.lenient = true;
  source.max_header_bytes = 20;
  CHECK_FALSE(lenient == source);
  CHECK(load_source(source, Pick::Refuse, {}).error().message.find("header is too large") !=
        std::string::npos);
}
