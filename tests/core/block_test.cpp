// The block types: their table, and every decoder against ggml (golden/blocks/gguf) and by hand.
#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "core/block/block_type.h"
#include "core/tensor/tensor.h"
#include "tests/core/support.h"
#include "tests/paths.h"

using namespace bitloupe;

namespace {

using Bytes = std::vector<std::byte>;

std::vector<float> decoded(const BlockType& type, const Bytes& bytes) {
  std::vector<float> values(bytes.size() / type.bytes * type.values);
  for (std::size_t i = 0; i < bytes.size() / type.bytes; ++i)
    type.decode(bytes.data() + i * type.bytes, values.data() + i * type.values);
  return values;
}

std::vector<float> decoded(const char* name, const Bytes& bytes) {
  return decoded(*find_block_type(name), bytes);
}

Bytes zeros(const char* name) { return Bytes(find_block_type(name)->bytes); }

void put_half(Bytes& bytes, std::size_t at, std::uint16_t half) {
  bytes[at] = static_cast<std::byte>(half & 255);
  bytes[at + 1] = static_cast<std::byte>(half >> 8);
}

bool same_bits(float a, float b) {
  return std::bit_cast<std::uint32_t>(a) == std::bit_cast<std::uint32_t>(b);
}

constexpr std::uint16_t kOne = 0x3C00, kTwo = 0x4000;  // float16

}  // namespace

TEST_CASE("block types: names and numbers unique, sizes as ggml's") {
  std::set<std::string_view> names;
  for (const BlockType& type : block_types()) {
    CAPTURE(type.name);
    CHECK(names.insert(type.name).second);
    CHECK(find_block_type(type.ggml_id) == &type);
    CHECK(find_block_type(type.name) == &type);
    CHECK((type.decode != nullptr) == (type.status == BlockStatus::Decoded));
    CHECK((type.bytes == 0) == (type.status == BlockStatus::Removed));
    CHECK((type.scales.count > 0) == (type.status == BlockStatus::Decoded));
    if (type.status == BlockStatus::Plain) {
      const DTypeInfo* dtype = find_dtype(type.name);
      REQUIRE(dtype != nullptr);
      CHECK(dtype->bits == 8 * type.bytes);
      CHECK(type.values == 1);
    } else if (type.bytes > 0) {
      CHECK(256 % type.values == 0);  // pieces of tensors are cut at multiples of it
    }
  }
  CHECK(find_block_type(43) == nullptr);
  CHECK(find_block_type("Q4_k") == nullptr);
  // reference.md, section 2.
  const std::map<std::string_view, double> bits = {
      {"Q4_0", 4.5},     {"Q4_1", 5},     {"Q5_0", 5.5},    {"Q5_1", 6},         {"Q8_0", 8.5},
      {"Q8_1", 9},       {"Q2_K", 2.625}, {"Q3_K", 3.4375}, {"Q4_K", 4.5},       {"Q5_K", 5.5},
      {"Q6_K", 6.5625},  {"Q8_K", 9.125}, {"IQ4_NL", 4.5},  {"IQ2_XXS", 2.0625}, {"IQ1_M", 1.75},
      {"TQ1_0", 1.6875}, {"MXFP4", 4.25}, {"NVFP4", 4.5},   {"Q1_0", 1.125},     {"Q2_0", 2.25}};
  for (const auto& [name, expected] : bits) CHECK(find_block_type(name)->bits_per_value() == expected);
}

TEST_CASE("golden/blocks/gguf: every decoder gives the same bits as ggml") {
  const std::string folder = test::golden_dir() + "/blocks/gguf/";
  std::map<std::string, std::size_t> values;
  std::size_t differing = 0, blocks = 0;
  for (const auto& golden : nlohmann::json::parse(test::read_text(folder + "index.json"))) {
    const std::string file = golden["file"], name = golden["type"];
    if (!file.ends_with(".npz")) continue;  // bfloat16
    CAPTURE(file);
    const BlockType* type = find_block_type(name);
    REQUIRE(type != nullptr);
    CHECK(type->values == golden["block"].get<int>());
    CHECK(type->bytes == golden["bytes_per_block"].get<int>());
    const auto members = test::read_npz(folder + file);
    const auto expected = test::as<float>(members.at("dequantized"));
    const std::vector<float> got = decoded(*type, members.at("packed"));
    REQUIRE(got.size() == expected.size());
    for (std::size_t i = 0; i < got.size(); ++i) differing += !same_bits(got[i], expected[i]);
    values[name] += got.size();
    blocks += got.size() / type->values;
  }
  CHECK(differing == 0);
  CHECK(values.size() == 13);
  MESSAGE("ggml: ", differing, " values differ in ", blocks, " blocks of ", values.size(), " types");
}

TEST_CASE("a block may lie at any address, and only its own bytes and values are touched") {
  for (const BlockType& type : block_types()) {
    if (!type.decode) continue;
    CAPTURE(type.name);
    Bytes bytes(type.bytes + 8u);
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>(i * 37 + 11);
    const Bytes block(bytes.begin() + 3, bytes.begin() + 3 + type.bytes);
    const std::vector<float> expected = decoded(type, block);
    std::vector<float> values(type.values + 2u, 7.0f);
    type.decode(bytes.data() + 3, values.data() + 1);
    CHECK(std::memcmp(values.data() + 1, expected.data(), expected.size() * sizeof(float)) == 0);
    CHECK(values.front() == 7.0f);
    CHECK(values.back() == 7.0f);
  }
}

TEST_CASE("Q8_1 and Q8_K, which ggml keeps for activations: the scale times the code") {
  Bytes block = zeros("Q8_1");
  put_half(block, 0, kTwo);
  put_half(block, 2, 0x7C00);  // the sum is not read
  block[4] = std::byte{0x80};
  block[35] = std::byte{5};
  std::vector<float> values = decoded("Q8_1", block);
  CHECK(values.front() == -256);
  CHECK(values.back() == 10);
  block = zeros("Q8_K");
  const float d = 0.375f;
  std::memcpy(block.data(), &d, sizeof d);
  block[4] = std::byte{0xFF};
  block[4 + 255] = std::byte{127};
  block[260] = std::byte{99};  // the sums are not read
  values = decoded("Q8_K", block);
  CHECK(values.front() == -0.375f);
  CHECK(values[1] == 0);
  CHECK(values.back() == 0.375f * 127);
}

TEST_CASE("MXFP4: the scale is a power of two down to 2^-127; NVFP4: the code of NaN is 0") {
  Bytes block = zeros("MXFP4");
  block[1] = std::byte{0x72};  // 1 and 6
  for (const int e : std::vector<int>{0, 1, 2, 3, 126, 127, 128, 254}) {
    block[0] = static_cast<std::byte>(e);
    const auto values = decoded("MXFP4", block);
    CHECK(values[0] == std::ldexp(1.0f, e - 127));
    CHECK(values[16] == std::ldexp(6.0f, e - 127));
  }
  block = zeros("NVFP4");
  block[4] = std::byte{0x2A};  // -1 and 1
  for (int code = 0; code < 256; ++code) {
    block[0] = static_cast<std::byte>(code);
    const auto values = decoded("NVFP4", block);
    const int exponent = code >> 3 & 15, mantissa = code & 7;
    float scale = exponent == 0 ? std::ldexp(static_cast<float>(mantissa), -9)
                                : std::ldexp(static_cast<float>(8 + mantissa), exponent - 10);
    if (code == 127) scale = 0;
    CHECK(values[0] == -scale);
    CHECK(values[8] == scale);
    CHECK(values[16] == 0);
  }
}

TEST_CASE("G24: scales that are no numbers or have few digits are counted") {
  const auto counts = [](const char* name, std::size_t at, std::uint16_t half) {
    Bytes block = zeros(name);
    put_half(block, at, half);
    const OddScales odd = odd_scales(*find_block_type(name), block.data());
    return std::pair(odd.not_finite, odd.subnormal);
  };
  using Pair = std::pair<std::uint64_t, std::uint64_t>;
  for (const std::uint16_t finite : std::vector<std::uint16_t>{0, 0x8000, 0x0400, 0x7BFF, kOne})
    CHECK(counts("Q4_0", 0, finite) == Pair{0, 0});
  for (const std::uint16_t odd : std::vector<std::uint16_t>{0x7C00, 0xFC00, 0x7E00, 0xFE01})
    CHECK(counts("Q4_0", 0, odd) == Pair{1, 0});
  for (const std::uint16_t small : std::vector<std::uint16_t>{1, 0x8001, 0x03FF})
    CHECK(counts("Q4_0", 0, small) == Pair{0, 1});
  for (const char* two : {"Q4_1", "Q5_1", "Q4_K", "Q5_K"}) {
    CHECK(counts(two, 0, 0x7C00) == Pair{1, 0});
    CHECK(counts(two, 2, 0x7C00) == Pair{1, 0});
    CHECK(counts(two, 4, 0x7C00) == Pair{0, 0});
  }
  CHECK(counts("Q2_K", 80, 0x7C00) == Pair{1, 0});
  CHECK(counts("Q2_K", 82, 0x0001) == Pair{0, 1});
  CHECK(counts("Q3_K", 108, 0x7C00) == Pair{1, 0});
  CHECK(counts("Q6_K", 208, 0x7C00) == Pair{1, 0});
  CHECK(counts("Q8_1", 2, 0x7C00) == Pair{0, 0});  // a sum
  CHECK(counts("MXFP4", 0, 0x00FF) == Pair{1, 0});
  CHECK(counts("MXFP4", 0, 0x0000) == Pair{0, 0});
  CHECK(counts("NVFP4", 2, 0xFF7F) == Pair{2, 0});
  CHECK(counts("NVFP4", 2, 0x0101) == Pair{0, 0});
  CHECK(counts("Q8_K", 2, 0x7F80) == Pair{1, 0});
  CHECK(counts("Q8_K", 0, 0x0001) == Pair{0, 1});
}
