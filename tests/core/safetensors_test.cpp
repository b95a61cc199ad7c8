// The numbered cases of hostile safetensors files, built in memory.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "core/io/tensor_file.h"
#include "io_support.h"

using namespace bitloupe;
using namespace bitloupe::test;

namespace {

// `refusal` of a file with this header and `data` zero bytes.
std::string refused(std::string_view header, std::size_t data = 0) {
  return refusal(safetensors_bytes(header, std::string(data, '\0')));
}

bool accepted(std::string_view header, std::size_t data = 0) { return refused(header, data).empty(); }

bool names(const std::string& message, std::string_view part) {
  INFO(message);
  return message.starts_with("memory: ") && message.find(part) != std::string::npos;
}

std::string entry(std::string_view dtype, std::string_view shape, std::string_view offsets) {
  return R"({"a":{"dtype":")" + std::string(dtype) + R"(","shape":)" + std::string(shape) +
         R"(,"data_offsets":)" + std::string(offsets) + "}}";
}

constexpr const char* kTwoFloats = R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})";

}  // namespace

TEST_CASE("S01 S02: empty file, cut length") {
  CHECK(names(refusal(""), "empty file"));
  for (std::size_t size = 1; size < 8; ++size) CHECK(names(refusal(std::string(size, '\1')), "truncated"));
}

TEST_CASE("S03 S04: header longer than the file, whatever the length") {
  CHECK(names(refusal(little_endian(100, 8) + "{}"), "header length 100, only 2 bytes follow"));
  for (const std::uint64_t length :
       {~std::uint64_t{0}, std::uint64_t{1} << 63, std::uint64_t{1} << 32, ~std::uint64_t{0} - 7}) {
    CHECK(names(refusal(little_endian(length, 8) + "{}"), std::to_string(length)));
  }
}

TEST_CASE("S05: header above the budget, and a budget that is raised") {
  const std::string length = little_endian(100'000'001, 8);
  const auto file = read_tensor_file(sparse_source(length, 100'000'009));
  REQUIRE_FALSE(file.ok());
  CHECK(names(file.error().message, "header is too large"));
  ReadOptions options;
  options.max_header_bytes = 10;
  const auto small = memory_source("memory", bytes_of(safetensors_bytes("{}         ", "")));
  CHECK_FALSE(read_tensor_file(small, options).ok());
  options.max_header_bytes = 11;
  CHECK(read_tensor_file(small, options).ok());
}

TEST_CASE("S06: header of 0 and 1 bytes") {
  CHECK(names(refusal(little_endian(0, 8)), "no JSON"));
  CHECK(names(refusal(little_endian(1, 8) + "{"), "no JSON"));
}

TEST_CASE("S07 S08: header that is not UTF-8, escapes that are no characters") {
  CHECK(names(refused("{\"\xFF\":1}"), "not UTF-8 (at byte 2"));
  CHECK(names(refused("{\"a\xC0\x80\":1}"), "not UTF-8 (at byte 3"));
  CHECK(names(refused("{\"\xED\xA0\x80\":1}"), "not UTF-8"));
  CHECK(names(refused(R"({"\ud800":1})"), "not valid JSON"));
  CHECK(names(refused(R"({"\udc00":1})"), "not valid JSON"));
}

TEST_CASE("S09: JSON that is cut says where") {
  CHECK(names(refused("{\"a\":\n{\"dty"), "ends in the middle of its JSON (at line 2, column 6)"));
  CHECK(names(refused("{\"a\";1}"), "line 1, column 5"));
}

TEST_CASE("S10 S11: what may follow the closing brace, and precede it") {
  const std::string good = kTwoFloats;
  CHECK(names(refused(good + "x", 8), "after its closing brace"));
  CHECK(names(refused(good + "{}", 8), "after its closing brace"));
  CHECK(names(refused(good + std::string(1, '\0'), 8), "NUL"));
  CHECK(names(refused(good + std::string(1, '\0') + "{}", 8), "NUL"));
  CHECK(accepted(good + " \t\r\n", 8));
  CHECK(accepted("\n  " + good, 8));
}

TEST_CASE("S12 S13: byte order mark; a top level that is no object") {
  CHECK(names(refused("\xEF\xBB\xBF{}"), "byte order mark"));
  for (const char* header : {"[]", "12", "null", "\"x\"", "true", "[{}]", "-1"}) {
    CHECK(names(refused(header), "not a JSON object"));
  }
}

TEST_CASE("S14 S15 S16: duplicate keys, unknown keys") {
  const std::string one = R"("a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]})";
  CHECK(names(refused("{" + one + "," + one + "}", 8), "duplicate key 'a'"));
  CHECK(names(refused(R"({"a":{"dtype":"F32","dtype":"F32","shape":[0],"data_offsets":[0,0]}})"),
              "duplicate key 'dtype'"));
  CHECK(names(refused(R"({"__metadata__":{"x":"1","x":"1"}})"), "duplicate key 'x'"));
  CHECK(names(refused(R"({"__metadata__":{},"__metadata__":{}})"), "duplicate key '__metadata__'"));
  const auto file = read_bytes(safetensors_bytes(
      R"({"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0],"new":[{"x":[1.5,null,-1]}]}})", ""));
  REQUIRE(file);
  REQUIRE(file->warnings.size() == 1);
  CHECK(file->warnings[0].find("unknown key 'new'") != std::string::npos);
}

TEST_CASE("S17: each field missing or of the wrong type is named") {
  CHECK(names(refused(R"({"a":{"shape":[],"data_offsets":[0,4]}})", 4), "dtype of 'a' is missing"));
  CHECK(names(refused(R"({"a":{"dtype":"F32","data_offsets":[0,4]}})", 4), "shape of 'a' is missing"));
  CHECK(names(refused(R"({"a":{"dtype":"F32","shape":[]}})", 4), "data_offsets of 'a' is missing"));
  for (const char* value : {"1", "null", "true", "{}", "1.5", "-1"}) {
    const std::string text = value;
    CHECK(names(refused(R"({"a":{"dtype":)" + text + "}}"), "dtype of 'a'"));
    CHECK(names(refused(R"({"a":{"shape":)" + text + "}}"), "shape of 'a'"));
    CHECK(names(refused(R"({"a":{"data_offsets":)" + text + "}}"), "data_offsets of 'a'"));
    CHECK(names(refused(R"({"a":{"dtype":[)" + text + "]}}"), "dtype of 'a'"));
  }
  for (const char* value : {"1", "[]", "\"x\"", "null"}) {
    CHECK(names(refused(R"({"a":)" + std::string(value) + "}"), "'a' is not an object"));
  }
}

TEST_CASE("S18: an unknown dtype takes only its tensor out") {
  for (const char* dtype : {"F7", "f32", ""}) {
    const auto file = read_bytes(safetensors_bytes(
        R"({"a":{"dtype":")" + std::string(dtype) +
            R"(","shape":[3],"data_offsets":[0,5]},"b":{"dtype":"U8","shape":[1],"data_offsets":[5,6]}})",
        std::string(6, '\7')));
    REQUIRE(file);
    CHECK(file->tensors[0].error.has_value());
    CHECK_FALSE(load_tensor(*file, file->tensors[0], {}).ok());
    const auto good = load_tensor(*file, file->tensors[1], {});
    REQUIRE(good);
    CHECK(good->span()[0] == 7.0f);
  }
  CHECK(names(refused(entry("F7", "[3]", "[0,9]"), 8), "incomplete"));
  CHECK(names(refused(entry("C64", "[3]", "[0,20]"), 20), "disagree"));
}

TEST_CASE("S19: lengths are unsigned integers and nothing else") {
  for (const char* length :
       {"-1", "1.0", "1e3", "\"2\"", "null", "true", "18446744073709551616", "-0", "[2]", "{}"}) {
    CHECK(names(refused(entry("F32", "[" + std::string(length) + "]", "[0,8]"), 8), "shape of 'a'"));
  }
  CHECK(names(refused(entry("F32", "[-0]", "[0,8]"), 8), "(found -0, expected unsigned integers)"));
  CHECK(names(refused(entry("F32", "[1e999]", "[0,8]"), 8), "out of range"));
  CHECK_FALSE(accepted(entry("F32", "[02]", "[0,8]"), 8));
}

TEST_CASE("S20: shapes whose product or size overflows") {
  CHECK(names(refused(entry("F32", "[2,18446744073709551614]", "[0,8]"), 8), "does not fit in 64 bits"));
  CHECK(names(refused(entry("F32", "[2,9223372036854775807]", "[0,8]"), 8), "does not fit in 64 bits"));
  CHECK(names(refused(entry("F7", "[4294967296,4294967296]", "[0,8]"), 8), "does not fit in 64 bits"));
}

TEST_CASE("S21 S22 S23: scalars, empty tensors, huge axes beside a 0") {
  CHECK(accepted(entry("F32", "[]", "[0,4]"), 4));
  CHECK(accepted(entry("F32", "[3,0]", "[0,0]")));
  const auto file = read_bytes(safetensors_bytes(entry("F32", "[0,18446744073709551615]", "[0,0]"), ""));
  REQUIRE(file);
  const auto tensor = load_tensor(*file, file->tensors[0], {});
  REQUIRE(tensor);
  CHECK(tensor->count() == 0);
}

TEST_CASE("S24: many axes are flattened, more are listed, absurdly many refused") {
  auto ones = [](std::size_t count) {
    std::string text = "[2";
    for (std::size_t i = 1; i < count; ++i) text += ",1";
    return text + "]";
  };
  auto file = read_bytes(safetensors_bytes(entry("F32", ones(9), "[0,8]"), std::string(8, '\0')));
  REQUIRE(file);
  CHECK(file->tensors[0].shape == Shape{2});
  CHECK(file->warnings.size() == 1);
  file = read_bytes(safetensors_bytes(entry("F32", ones(65), "[0,8]"), std::string(8, '\0')));
  REQUIRE(file);
  CHECK(file->tensors[0].error.has_value());
  CHECK(names(refused(entry("F32", ones(10000), "[0,8]"), 8), "too many axes"));
}

TEST_CASE("S25: data_offsets that are no ascending pair") {
  CHECK(names(refused(entry("F32", "[2]", "[8,0]"), 8), "reversed"));
  CHECK(names(refused(entry("F32", "[2]", "[-8,0]"), 8), "data_offsets of 'a'"));
  CHECK(names(refused(entry("F32", "[2]", "[0,4,8]"), 8), "more than 2"));
  CHECK(names(refused(entry("F32", "[2]", "[8]"), 8), "not a pair"));
  CHECK(names(refused(entry("F32", "[2]", "[]"), 8), "not a pair"));
}

TEST_CASE("S26 S27 S28: overlaps, holes and rests") {
  auto two = [](const char* first, const char* second, std::size_t data) {
    return refused(R"({"a":{"dtype":"U8","shape":[4],"data_offsets":)" + std::string(first) +
                       R"(},"b":{"dtype":"U8","shape":[4],"data_offsets":)" + second + "}}",
                   data);
  };
  CHECK(names(two("[0,4]", "[2,6]", 6), "'b' overlaps tensor 'a'"));
  CHECK(names(two("[0,4]", "[0,4]", 4), "overlaps"));
  CHECK(names(two("[0,4]", "[5,9]", 9), "'b' leaves a hole"));
  CHECK(names(two("[1,5]", "[5,9]", 9), "'a' leaves a hole"));
  CHECK(names(two("[0,4]", "[4,8]", 9), "1 bytes after the last tensor"));
  CHECK(two("[4,8]", "[0,4]", 8).empty());  // the header's order does not matter
  CHECK(names(refused(entry("U8", "[18446744073709551615]", "[0,18446744073709551615]"), 1), "64 bits"));
  CHECK(names(refused(entry("F7", "[1]", "[0,18446744073709551615]"), 1), "incomplete"));
}

TEST_CASE("S29: a file that was cut says how much is there") {
  CHECK(names(refused(entry("F32", "[100]", "[0,400]"), 399), "incomplete: have 399 of 400 bytes"));
  CHECK(names(refused(entry("F32", "[100]", "[0,400]"), 4), "incomplete: have 4 of 400 bytes"));
}

TEST_CASE("S30 S31: sizes that shape and dtype do not give, values that do not fill bytes") {
  CHECK(names(refused(entry("F32", "[2]", "[0,4]"), 4),
              "disagree (8 bytes by F32 and shape, 4 by data_offsets)"));
  CHECK(names(refused(entry("F4", "[3]", "[0,2]"), 2), "whole bytes"));
  CHECK(names(refused(entry("F6_E2M3", "[3]", "[0,3]"), 3), "whole bytes"));
  CHECK(accepted(entry("F4", "[4]", "[0,2]"), 2));
  CHECK(accepted(entry("F6_E3M2", "[4]", "[0,3]"), 3));
}

TEST_CASE("S32: metadata are strings; much of them is a warning") {
  CHECK(names(refused(R"({"__metadata__":{"x":1}})"), "__metadata__ entry 'x'"));
  CHECK(names(refused(R"({"__metadata__":{"x":{"y":"z"}}})"), "__metadata__ entry 'x'"));
  CHECK(names(refused(R"({"__metadata__":[]})"), "'__metadata__' is not an object"));
  CHECK(names(refused(R"({"__metadata__":{"dtype":"F32","shape":[],"data_offsets":[0,4]}})", 4), "shape"));
  const auto file =
      read_bytes(safetensors_bytes(R"({"__metadata__":{"x":")" + std::string(2 << 20, 'y') + "\"}}", ""));
  REQUIRE(file);
  CHECK(file->warnings.size() == 1);
  CHECK(file->metadata.size() == 1);
}

TEST_CASE("S33: any name is a name, and messages stay on one line") {
  const std::string long_name(1 << 20, 'n');
  for (const std::string& name :
       {std::string(), long_name, std::string(R"(a\nb)"), std::string(R"(\u0000)"), std::string("/../x"),
        std::string("\xE2\x80\xAE rtl"), std::string("\xF0\x9F\x98\x80")}) {
    const auto file = read_bytes(
        safetensors_bytes("{\"" + name + R"(":{"dtype":"F7","shape":[],"data_offsets":[0,4]}})", "abcd"));
    REQUIRE(file);
    const auto tensor = load_tensor(*file, file->tensors[0], {});
    REQUIRE_FALSE(tensor.ok());
    CHECK(tensor.error().message.find('\n') == std::string::npos);
    CHECK(tensor.error().message.find('\0') == std::string::npos);
    CHECK(tensor.error().message.size() < 400);
  }
}

namespace {

// `count` tensors of one byte each, and nothing but zeros in them.
Result<TensorFile> many_tensors(int count) {
  std::string header = "{";
  for (int i = 0; i < count; ++i) {
    const std::string from = std::to_string(i), to = std::to_string(i + 1);
    header += (i > 0 ? ",\"layers." : "\"layers.") + from + R"(.weight":{"dtype":"U8","shape":[1],)" +
              R"("data_offsets":[)" + from + "," + to + "]}";
  }
  const std::string start = safetensors_bytes(header + "}", "");
  return read_tensor_file(sparse_source(start, start.size() + static_cast<std::uint64_t>(count)));
}

}  // namespace

TEST_CASE("S34: fifty thousand tensors") {
  const auto file = many_tensors(50'000);
  REQUIRE(file);
  CHECK(file->tensors.size() == 50'000);
  CHECK(file->tensors.back().name == "layers.49999.weight");
  CHECK(load_tensor(*file, file->tensors.back(), {}).ok());
}

TEST_CASE("S34: a million tensors, and not one more" * doctest::test_suite("long")) {
  const auto file = many_tensors(1'000'000);
  REQUIRE(file);
  CHECK(file->tensors.size() == 1'000'000);
  const auto refused = many_tensors(1'000'001);
  REQUIRE_FALSE(refused.ok());
  CHECK(names(refused.error().message, "more than 1000000 tensors"));
}

TEST_CASE("S35: nesting ends at depth 16") {
  auto nested = [](std::size_t depth) {
    return R"({"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0],"x":)" + std::string(depth, '[') +
           std::string(depth, ']') + "}}";
  };
  CHECK(accepted(nested(14)));
  CHECK(names(refused(nested(15)), "nested too deeply"));
  CHECK(names(refused(nested(100'000)), "nested too deeply"));
  CHECK(names(refused(std::string(100'000, '[')), "not a JSON object"));
}

TEST_CASE("S36: data that start at an odd byte") {
  for (std::size_t spaces = 0; spaces < 8; ++spaces) {
    const float value = 1.25f;
    std::string data(reinterpret_cast<const char*>(&value), 4);
    CHECK(first_values(safetensors_bytes(entry("F32", "[1]", "[0,4]") + std::string(spaces, ' '), data)) ==
          std::vector<float>{1.25f});
    const double wide = -2.5;
    data.assign(reinterpret_cast<const char*>(&wide), 8);
    CHECK(first_values(safetensors_bytes(entry("F64", "[1]", "[0,8]") + std::string(spaces, ' '), data)) ==
          std::vector<float>{-2.5f});
  }
}

TEST_CASE("S37: a payload without one finite normal value loads") {
  const auto values = first_values(safetensors_bytes(
      entry("F32", "[4]", "[0,16]"), little_endian(0x7FC00000u, 4) + little_endian(0x7F800000u, 4) +
                                         little_endian(0xFF800000u, 4) + little_endian(1, 4)));
  REQUIRE(values.size() == 4);
  CHECK(std::isnan(values[0]));
  CHECK(values[1] == std::numeric_limits<float>::infinity());
  CHECK(values[3] == std::numeric_limits<float>::denorm_min());
}

TEST_CASE("S38: odd booleans load with a warning") {
  const auto file = read_bytes(safetensors_bytes(entry("BOOL", "[3]", "[0,3]"), std::string("\0\1\xFF", 3)));
  REQUIRE(file);
  const auto tensor = load_tensor(*file, file->tensors[0], {});
  REQUIRE(tensor);
  CHECK(tensor->warnings.size() == 1);
  CHECK(tensor->span()[2] == 1.0f);
}

TEST_CASE("other formats are recognised by their first bytes") {
  CHECK(names(refusal("lmgg" + std::string(40, '\0')), "is a GGML file of the time before GGUF"));
  CHECK(names(refusal(std::string("PK\3\4", 4) + "rest of the archive"), "npz"));
  CHECK(names(refusal("\x89PNG\r\n\x1a\n and so on"), "PNG image"));
  CHECK(names(refusal(R"({"some":"json"})"), "is JSON text"));
  CHECK(names(refusal("just some text, no tensors"), "not a tensor file (starts with 'just som'"));
}

TEST_CASE("every cut and every flipped byte of a good file is refused or read, never worse") {
  const std::string good = safetensors_bytes(
      R"({"__metadata__":{"k":"v"},"a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},)"
      R"("b":{"dtype":"F4","shape":[4],"data_offsets":[16,18]}})",
      std::string(18, '\x3F'));
  REQUIRE(refusal(good).empty());
  for (std::size_t size = 0; size < good.size(); ++size) CHECK_FALSE(refusal(good.substr(0, size)).empty());
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (const int flip : {0x01, 0x20, 0x80, 0xFF}) {
      std::string bad = good;
      bad[at] = static_cast<char>(bad[at] ^ flip);
      const auto file = read_bytes(bad);
      if (!file) continue;
      for (const TensorEntry& tensor : file->tensors) {
        CHECK(tensor.offset + tensor.bytes <= bad.size());
        const auto loaded = load_tensor(*file, tensor, {});
        if (loaded) CHECK(loaded->count() == element_count(tensor.shape));
      }
    }
  }
}
