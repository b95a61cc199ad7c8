// The numbered cases of hostile npy files, built in memory; and the transposition of Fortran order.
#include <doctest/doctest.h>

#include <cstring>
#include <numeric>

#include "core/io/npy_writer.h"
#include "core/io/tensor_file.h"
#include "io_support.h"

using namespace bitloupe;
using namespace bitloupe::test;

namespace {

std::string dict(std::string_view descr, std::string_view order, std::string_view shape) {
  std::string text = "{'descr': ";
  return text.append(descr)
      .append(", 'fortran_order': ")
      .append(order)
      .append(", 'shape': ")
      .append(shape)
      .append("}");
}

// `refusal` of a version 1.0 file with this dict and `data` zero bytes.
std::string refused(std::string_view header, std::size_t data = 0, int version = 1) {
  return refusal(npy_bytes(header, std::string(data, '\0'), version));
}

std::string refused_shape(std::string_view shape) { return refused(dict("'<f4'", "False", shape), 12); }

bool names(const std::string& message, std::string_view part) {
  INFO(message);
  return message.starts_with("memory: ") && message.find(part) != std::string::npos;
}

// What the file holds when element i of the row-major array is i + 1: the same in Fortran order.
std::string column_major(const Shape& shape) {
  std::string data;
  const std::uint64_t count = element_count(shape);
  for (std::uint64_t place = 0; place < count; ++place) {
    std::uint64_t rest = place, row_major = 0, stride = count;
    for (const std::uint64_t length : shape) {
      stride /= length;
      row_major += rest % length * stride;
      rest /= length;
    }
    data += little_endian(row_major + 1, 4);
  }
  return data;
}

std::string tuple(const Shape& shape) {
  std::string text = "(";
  for (const std::uint64_t length : shape) text.append(std::to_string(length)).append(", ");
  return text + ")";
}

constexpr const char* kThreeFloats = "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }";

}  // namespace

TEST_CASE("N01 N02: magic and version") {
  CHECK_FALSE(refusal("\x93NUMP").empty());
  CHECK(names(refusal("\x93NUMPY\1"), "truncated"));
  CHECK_FALSE(refusal("\x93NUMPX\1\0 and more text").empty());
  std::string file = npy_bytes(kThreeFloats, std::string(12, '\0'));
  REQUIRE(refusal(file).empty());
  for (const auto& [major, minor] : {std::pair(0, 0), {1, 1}, {4, 0}, {255, 255}, {9, 0}}) {
    file[6] = static_cast<char>(major);
    file[7] = static_cast<char>(minor);
    CHECK(names(refusal(file), "unknown npy version"));
  }
}

TEST_CASE("N03 N04 N05: header lengths") {
  for (const char version : {'\2', '\3'}) {
    std::string file = "\x93NUMPY";
    file += version;
    file += '\0';
    CHECK(names(refusal(file + little_endian(0xFFFFFFF0u, 4)), "header length 4294967280"));
    CHECK(names(refusal(file + "\1"), "truncated"));
    CHECK(names(refusal(file + little_endian(65537, 4) + std::string(65537, ' ')), "header is too large"));
  }
  CHECK(names(refused(""), "not a Python literal"));
  CHECK(names(refusal(npy_bytes(kThreeFloats, "").substr(0, 30)), "truncated"));
}

TEST_CASE("N06: text encodings by version") {
  const std::string latin = "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), '\xE9': 1}";
  CHECK(names(refused(latin, 12, 1), "unknown key"));
  CHECK(names(refused(latin, 12, 3), "not UTF-8"));
  const std::string utf8 = "{'descr': [('\xC3\xA9', '<f4')], 'fortran_order': False, 'shape': (3,)}";
  CHECK(names(refused(utf8, 12, 3), "structured dtype not supported (fields \xC3\xA9)"));
}

TEST_CASE("N07: only literals, never an evaluator") {
  for (const char* header : {"[1, 2]",
                             "'text'",
                             "(1, 2)",
                             "1",
                             "None",
                             "__import__('os').system('true')",
                             "f'{1}'",
                             "# comment",
                             "{'descr': '<f4', 'fortran_order': False, 'shape': (3,)} # comment",
                             "{'descr': '<f4'} or {}",
                             "{*()}",
                             "{'descr': '<f4', 'fortran_order': not True, 'shape': (3,)}",
                             "{",
                             "{'descr'",
                             "{'descr': }",
                             "{'a' 'b'}",
                             "{'descr': '<f4\\x00'}",
                             "u'x'",
                             "{1}",
                             "{'descr': '<f4',, }",
                             "{,}",
                             "lambda: 0",
                             "{'shape': (3,)}}"}) {
    CAPTURE(header);
    CHECK(names(refused(header, 12), "header"));
  }
}

TEST_CASE("N08: nesting ends at depth 16") {
  CHECK(names(refused(std::string(60'000, '(')), "nested too deeply"));
  CHECK(names(refused_shape(std::string(20, '(') + std::string(20, ')')), "nested too deeply"));
}

TEST_CASE("N09: keys missing, unknown, twice") {
  CHECK(names(refused("{'fortran_order': False, 'shape': (3,)}", 12), "no key 'descr'"));
  CHECK(names(refused("{'descr': '<f4', 'shape': (3,)}", 12), "no key 'fortran_order'"));
  CHECK(names(refused("{'descr': '<f4', 'fortran_order': False}", 12), "no key 'shape'"));
  CHECK(names(refused("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), 'x': 1}", 12),
              "unknown key 'x'"));
  CHECK(
      names(refused("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (3,)}", 12), "twice"));
  CHECK(names(refused("{'descr': '<f4', 1: False, 'shape': (3,)}", 12), "key that is no string"));
}

TEST_CASE("N10: the order of keys, spaces, quotes, commas and line ends do not matter") {
  for (const char* header : {"{'shape': (3,), 'descr': '<f4', 'fortran_order': False}",
                             "  {\"descr\":\"<f4\",\"fortran_order\":False,\"shape\":(3,),}\n",
                             "{ 'descr' : '<f4' ,\n 'fortran_order' : False , 'shape' : ( 3 , ) , }   ",
                             "{'descr': ('<f4'), 'fortran_order': (False), 'shape': ((3,))}"}) {
    CAPTURE(header);
    CHECK(refused(header, 12).empty());
  }
}

TEST_CASE("N11 N12 N14: shapes that are no tuple of lengths") {
  for (const char* shape : {"(3)", "[3]", "3", "None", "'3'", "{}"}) {
    CHECK(names(refused_shape(shape), "shape is not a tuple"));
  }
  for (const char* shape : {"(True,)", "('3',)", "(None,)", "((3,),)"}) {
    CHECK(names(refused_shape(shape), "shape holds something else"));
  }
  CHECK(names(refused_shape("(-3,)"), "negative length (found -3)"));
  for (const char* shape :
       {"(3.0,)", "(-0,)", "(0x3,)", "(1_000,)", "(03,)", "(00,)", "(+3,)", "(3e0,)", "(-,)"}) {
    CHECK(names(refused_shape(shape), "not a Python literal"));
  }
  CHECK(names(refused_shape("(1000000000000000000000000000000,)"), "more than 64 bits"));
  CHECK(names(refused_shape("(4294967296, 4294967296)"), "does not fit in 64 bits"));
  CHECK(names(refused_shape("(9223372036854775807,)"), "does not fit in 64 bits"));
}

TEST_CASE("N13: Python 2's long integers in versions 1 and 2 only") {
  const std::string header = dict("'<f4'", "False", "(3L,)");
  CHECK(refused(header, 12, 1).empty());
  CHECK(refused(header, 12, 2).empty());
  CHECK_FALSE(refused(header, 12, 3).empty());
}

TEST_CASE("N15 N16: scalars and empty arrays") {
  CHECK(refused(dict("'<f4'", "False", "()"), 4).empty());
  CHECK(refused(dict("'<f4'", "False", "(0,)")).empty());
  CHECK(refused(dict("'<f4'", "True", "(5, 0, 18446744073709551615)")).empty());
}

TEST_CASE("N17: fortran_order is a truth value") {
  for (const char* order : {"1", "'True'", "None", "()"}) {
    CHECK(names(refused(dict("'<f4'", order, "(3,)"), 12), "fortran_order"));
  }
}

TEST_CASE("N18: Fortran order is transposed, for any shape and any cut into pieces") {
  for (const Shape& shape :
       {Shape{7}, Shape{1, 7}, Shape{7, 1}, Shape{3, 5}, Shape{5, 3}, Shape{2, 3, 4}, Shape{4, 1, 3, 2},
        Shape{300'000, 2}, Shape{2, 300'000}, Shape{700, 900}, Shape{600'000, 1, 17}, Shape{17, 33, 19, 5}}) {
    CAPTURE(to_text(shape));
    const auto values = first_values(npy_bytes(dict("'<i4'", "True", tuple(shape)), column_major(shape)));
    REQUIRE(values.size() == element_count(shape));
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < values.size(); ++i) wrong += values[i] == static_cast<float>(i + 1) ? 0 : 1;
    CHECK(wrong == 0);
  }
}

TEST_CASE("N19 N20: which dtypes load") {
  for (const char* descr : {"'<f4'", "'>f4'", "'=f4'", "'f4'", "'<i4'", "'>u4'"}) {
    CHECK(refused(dict(descr, "False", "(3,)"), 12).empty());
  }
  CHECK(first_values(npy_bytes(dict("'>i2'", "False", "(2,)"), std::string("\1\0\xFF\xFF", 4))) ==
        std::vector<float>{256.0f, -1.0f});
  CHECK(first_values(npy_bytes(dict("'|b1'", "False", "(3,)"), std::string("\0\1\2", 3))) ==
        std::vector<float>{0.0f, 1.0f, 1.0f});
  for (const char* descr : {"'<f16'", "'<c8'", "'<M8[ns]'", "'|S5'", "'<U3'", "'|f4'", "'<b2'", "'<i3'", "''",
                            "'<'", "'<f'", "'f4 '", "'<f04'", "'<i99999999999999999999'", "'float32'"}) {
    CAPTURE(descr);
    CHECK(names(refused(dict(descr, "False", "(3,)"), 12), "unsupported dtype"));
  }
}

TEST_CASE("F23: values are put together from their bytes in the file's order, whatever the machine's") {
  for (const char* type : {"i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8"}) {
    CAPTURE(type);
    const std::size_t width = static_cast<std::size_t>(type[1] - '0');
    std::string little, big;
    for (std::size_t i = 0; i < 24; ++i) {
      std::string value;
      for (std::size_t byte = 0; byte < width; ++byte) value += static_cast<char>(17 * i + 59 * byte + 1);
      little += value;
      big.append(value.rbegin(), value.rend());
    }
    const auto read = [&](char order, const std::string& data) {
      const std::string descr = std::string("'") + order + type + "'";
      return first_values(npy_bytes(dict(descr, "False", "(24,)"), data));
    };
    const auto expected = read('<', little), swapped = read('>', big);
    REQUIRE(expected.size() == 24);
    CHECK(std::memcmp(expected.data(), swapped.data(), 24 * sizeof(float)) == 0);
    if (type == std::string("u2")) CHECK(expected[1] == static_cast<float>(18 + 256 * 77));
  }
}

TEST_CASE("N21 N22 N23 N26: objects, structures, sizes of nothing, bytes of unknown meaning") {
  CHECK(names(refused(dict("'|O'", "False", "(3,)"), 24), "object arrays run code when loaded"));
  CHECK(names(refused(dict("[('x', '<f4'), ('y', '<i2')]", "False", "(3,)"), 18),
              "structured dtype not supported (fields x, y)"));
  for (const char* descr : {"'|V0'", "'|S0'", "'|V2147483648'"}) {
    CHECK(names(refused(dict(descr, "False", "(3,)"), 12), "unsupported dtype"));
  }
  CHECK(names(refused(dict("('<f4', (2,))", "False", "(3,)"), 24), "subarray dtype not supported"));
  CHECK(names(refused(dict("[]", "False", "(3,)"), 24), "structured dtype not supported (no fields)"));
  CHECK(names(refused(dict("4", "False", "(3,)"), 12), "descr is not a dtype"));
  CHECK(names(refused(dict("'|V2'", "False", "(3,)"), 6), "perhaps bfloat16"));
}

TEST_CASE("N24 N25: values that are short or followed by more") {
  const std::string header = dict("'<f4'", "False", "(3,)");
  CHECK(names(refused(header, 11), "have 11 of 12 bytes"));
  CHECK(names(refused(header, 0), "have 0 of 12 bytes"));
  CHECK(names(refused(header, 13), "1 bytes after the values"));
  CHECK(names(refused(dict("'<f4'", "False", "(100000000000,)"), 64), "have 64 of 400000000000 bytes"));
}

TEST_CASE("a npy tensor is named by its file's stem") {
  for (const auto& [name, stem] :
       {std::pair("dir.d/weights.npy", "weights"), {"w.v2.npy", "w.v2"}, {"w", "w"}}) {
    const auto file = read_bytes(npy_bytes(kThreeFloats, std::string(12, '\0')), name);
    REQUIRE(file);
    CHECK(file->tensors.front().name == stem);
  }
}

TEST_CASE("more than 8 axes are flattened") {
  auto file = read_bytes(npy_bytes(dict("'<f4'", "False", "(1,1,1,1,1,1,1,1,3)"), std::string(12, '\0')));
  REQUIRE(file);
  CHECK(file->tensors.front().shape == Shape{3});
  CHECK(file->warnings.size() == 1);
  file = read_bytes(npy_bytes(dict("'<f4'", "True", "(1,1,1,1,1,1,1,1,3)"), std::string(12, '\0')));
  REQUIRE(file);
  CHECK(file->tensors.front().error.has_value());
}

TEST_CASE("every cut and every flipped byte of a good npy is refused or read, never worse") {
  const std::string good = npy_bytes(kThreeFloats, std::string(12, '\x3F'));
  for (std::size_t size = 0; size < good.size(); ++size) CHECK_FALSE(refusal(good.substr(0, size)).empty());
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (const int flip : {0x01, 0x04, 0x20, 0x80, 0xFF}) {
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
