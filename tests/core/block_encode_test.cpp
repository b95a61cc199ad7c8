// Every encoder of a block type against ggml's reference (golden/blocks/gguf), and with values that files and
// users come up with: zeros, huge and tiny numbers, NaN and infinities.
#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>

#include "core/block/block_type.h"
#include "core/block/fp4_codes.h"
#include "core/half.h"
#include "core/random.h"
#include "tests/core/support.h"
#include "tests/paths.h"

using namespace bitloupe;

namespace {

using Bytes = std::vector<std::byte>;

constexpr float kMost = std::numeric_limits<float>::max();
constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

Bytes encoded(const BlockType& type, const std::vector<float>& values) {
  Bytes bytes(values.size() / type.values * type.bytes);
  for (std::size_t i = 0; i < values.size() / type.values; ++i)
    type.encode(values.data() + i * type.values, bytes.data() + i * type.bytes);
  return bytes;
}

std::vector<float> decoded(const BlockType& type, const Bytes& bytes) {
  std::vector<float> values(bytes.size() / type.bytes * type.values);
  for (std::size_t i = 0; i < bytes.size() / type.bytes; ++i)
    type.decode(bytes.data() + i * type.bytes, values.data() + i * type.values);
  return values;
}

std::vector<const BlockType*> encoders() {
  std::vector<const BlockType*> types;
  for (const BlockType& type : block_types())
    if (type.encode) types.push_back(&type);
  return types;
}

std::vector<float> values_of(const std::string& npy) {
  const auto prepared = test::prepared_npy(npy);
  return {prepared->tensor->values->begin(), prepared->tensor->values->end()};
}

float from_bits(std::uint32_t bits) { return std::bit_cast<float>(bits); }

}  // namespace

TEST_CASE("golden/blocks/gguf: every encoder gives the same bytes as ggml") {
  const std::string folder = test::golden_dir() + "/blocks/gguf/";
  std::map<std::string, std::size_t> blocks;
  std::size_t differing = 0, bytes = 0, open = 0;
  for (const auto& golden : nlohmann::json::parse(test::read_text(folder + "index.json"))) {
    const std::string file = golden["file"], name = golden["type"], input = golden["input"];
    if (!file.ends_with(".npz")) continue;  // bfloat16
    CAPTURE(file);
    const BlockType* type = find_block_type(name);
    REQUIRE(type != nullptr);
    REQUIRE((type->encode != nullptr));
    const auto expected = test::read_npz(folder + file).at("packed");
    const Bytes got = encoded(*type, values_of(folder + input));
    REQUIRE(got.size() == expected.size());
    std::size_t here = 0;
    for (std::size_t i = 0; i < got.size(); ++i) {
      const std::size_t in_block = i % type->bytes, first = i - in_block;
      // Memory that ggml never wrote: a pointer can be seen in it.
      const bool unwritten = name == "IQ4_NL" && in_block >= 2 && expected[first] == std::byte{0} &&
                             expected[first + 1] == std::byte{0};
      if (unwritten) CHECK(got[i] == std::byte{0x88});
      open += unwritten;
      here += !unwritten && got[i] != expected[i];
    }
    CHECK(here == 0);
    differing += here;
    bytes += got.size();
    blocks[name] += got.size() / type->bytes;
  }
  CHECK(differing == 0);
  CHECK(open == 18 * 16);  // of 18 blocks of zeros
  CHECK(blocks.size() == 13);
  std::size_t all = 0;
  for (const auto& [name, count] : blocks) all += count;
  MESSAGE("ggml: ", differing, " of ", bytes - open, " bytes differ in ", all, " blocks of ", blocks.size(),
          " types; ", open, " more are undefined there");
}

TEST_CASE("a block may be written anywhere, and all of its bytes are and no others") {
  for (const BlockType* type : encoders()) {
    CAPTURE(type->name);
    for (const bool zeros : std::vector<bool>{true, false}) {
      std::vector<float> values(type->values);
      if (!zeros) values = test::random_values(type->values, 5);
      const Bytes expected = encoded(*type, values);
      for (const std::byte fill : std::vector<std::byte>{std::byte{0xAA}, std::byte{0x55}}) {
        Bytes bytes(type->bytes + 8u, fill);
        type->encode(values.data(), bytes.data() + 3);
        CHECK(std::equal(expected.begin(), expected.end(), bytes.begin() + 3));
        CHECK(std::count(bytes.begin(), bytes.begin() + 3, fill) == 3);
        CHECK(std::count(bytes.end() - 5, bytes.end(), fill) == 5);
      }
    }
  }
}

TEST_CASE("encoding zeros, and what was decoded from them, gives zeros") {
  for (const BlockType* type : encoders()) {
    CAPTURE(type->name);
    for (const float zero : std::vector<float>{0.0f, -0.0f}) {
      for (const float value : decoded(*type, encoded(*type, std::vector<float>(type->values, zero))))
        CHECK(value == 0);
    }
  }
}

TEST_CASE("encoding takes NaN as 0 and an infinity as the largest finite number") {
  for (const BlockType* type : encoders()) {
    CAPTURE(type->name);
    const auto with = [&](float a, float b, float c) {
      std::vector<float> values = test::random_values(type->values, 6);
      values[3] = a;
      values[17] = b;
      values[31] = c;
      return encoded(*type, values);
    };
    CHECK(with(kNan, 1, -kNan) == with(0, 1, 0));
    CHECK(with(kInfinity, 1, 2) == with(kMost, 1, 2));
    CHECK(with(-kInfinity, kNan, kInfinity) == with(-kMost, 0, kMost));
  }
}

// What the sanitizers look at: no cast of what an integer cannot hold, no read beyond a table.
TEST_CASE("encoding survives every magnitude, and blocks of random bytes") {
  const std::vector<float> magnitudes = {
      from_bits(1), from_bits(0x00400000), 1e-38f, 1e-30f, 1e-15f, 5e-8f, 1, 65504, 70000, 3e8f, 1e30f, 3e38f,
      kMost};
  for (const BlockType* type : encoders()) {
    CAPTURE(type->name);
    for (const float magnitude : magnitudes) {
      std::vector<float> values(type->values);
      for (const float other : magnitudes) {  // alone, beside another, and with both signs
        values[0] = magnitude;
        values[type->values - 1u] = -other;
        CHECK(encoded(*type, values) == encoded(*type, values));
      }
      for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = magnitude * static_cast<float>(static_cast<int>(i % 15) - 7) / 7;
      const Bytes once = encoded(*type, values);
      CHECK(encoded(*type, decoded(*type, once)).size() == once.size());
    }
    Bytes bytes(type->bytes);
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
      for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = static_cast<std::byte>(random_bits(seed, i) & 255);
      const auto values = decoded(*type, bytes);  // NaN and infinity among them
      CHECK(encoded(*type, values) == encoded(*type, values));
    }
  }
}

TEST_CASE("float16: every number comes back, and between two the nearer one, at a tie the even one") {
  std::size_t wrong = 0;
  for (unsigned code = 0; code < 0x7C00; ++code) {
    const auto half = static_cast<std::uint16_t>(code);
    const float value = half_value(half);
    wrong += half_bits(value) != half;
    wrong += half_bits(-value) != (half | 0x8000);
    // Above the largest as if there were one more; float32 holds the middle exactly.
    const float next = code == 0x7BFF ? 65536.0f : half_value(static_cast<std::uint16_t>(code + 1));
    const float middle = (value + next) / 2;
    wrong += half_bits(middle) != code + (code & 1);
    wrong += half_bits(std::nextafter(middle, 0.0f)) != code;
    wrong += half_bits(std::nextafter(middle, kInfinity)) != code + 1;
  }
  CHECK(wrong == 0);
  CHECK(half_bits(kInfinity) == 0x7C00);
  CHECK(half_bits(-kMost) == 0xFC00);
  CHECK(half_bits(kNan) == 0x7E00);
  CHECK(half_bits(-kNan) == 0x7E00);
}

TEST_CASE("MXFP4's exponent: the logarithm as float32 rounds it, also just below powers of two") {
  std::size_t wrong = 0, rounded_up = 0;
  const auto look = [&](float x) {
    const int expected = static_cast<int>(std::floor(std::log2(x)));
    wrong += floor_of_log2(x) != expected;
    rounded_up += expected != std::ilogb(x);
  };
  for (int n = -148; n <= 127; ++n) {
    std::uint32_t bits = std::bit_cast<std::uint32_t>(std::ldexp(1.0f, n));
    for (int k = 0; k < 300 && bits > 0; ++k) look(from_bits(bits--));
  }
  std::uint32_t bits = std::bit_cast<std::uint32_t>(kMost);
  for (int k = 0; k < 300; ++k) look(from_bits(bits--));
  for (std::uint64_t i = 0; i < 20000; ++i)
    look(from_bits(static_cast<std::uint32_t>(1 + random_bits(3, i) % 0x7F7FFFFF)));
  CHECK(wrong == 0);
  CHECK(rounded_up > 1000);
}

namespace {

// ggml's own way: all 16 levels, the first of the best.
unsigned first_of_the_best(float value, float half_scale) {
  unsigned best = 0;
  float least = kInfinity;
  for (unsigned code = 0; code < 16; ++code) {
    const float difference = std::fabs(static_cast<float>(kTwiceE2M1[code]) * half_scale - value);
    if (difference < least) {
      best = code;
      least = difference;
    }
  }
  return best;
}

}  // namespace

TEST_CASE("E2M1: comparing with middles chooses as ggml's search does, at every scale") {
  std::size_t wrong = 0;
  const auto look = [&](float half_scale) {
    const NearestE2M1 nearest(half_scale);
    const auto at = [&](float value) {
      if (std::fabs(value) > kMost) return;
      wrong += nearest.code(value) != first_of_the_best(value, half_scale);
      wrong += nearest.code(-value) != first_of_the_best(-value, half_scale);
    };
    for (const float middle : std::vector<float>{0, 0.5f, 1, 1.5f, 2, 2.5f, 3, 3.5f, 4, 5, 6, 7, 8, 10, 12}) {
      const float value = middle * half_scale;
      at(value);
      at(std::nextafter(value, kInfinity));
      at(std::nextafter(value, -kInfinity));
    }
    for (std::uint64_t i = 0; i < 100; ++i)
      at(half_scale * static_cast<float>(random_bits(9, i) & 0xFFFFFF) * 0x1p-20f);
  };
  for (unsigned code = 0; code <= 253; ++code) look(half_of_e8m0(code));
  for (unsigned code = 0; code < 127; ++code) look(half_of_ue4m3(code));
  CHECK(wrong == 0);
}

TEST_CASE("MXFP4 of hardly anything: the low byte of a negative exponent, as ggml on x86 has it") {
  const BlockType& type = *find_block_type("MXFP4");
  std::vector<float> values(32);
  values[5] = 0x1p-125f;
  CHECK(encoded(type, values)[0] == std::byte{0});
  CHECK(decoded(type, encoded(type, values)) == values);
  values[5] = 0x1p-126f;
  CHECK(encoded(type, values)[0] == std::byte{255});
  values[5] = 0x1p-127f;
  CHECK(encoded(type, values)[0] == std::byte{254});
  CHECK(encoded(type, values)[1 + 5] == std::byte{0});
}

TEST_CASE("MXFP4 of the largest numbers: no code whose level float32 cannot hold") {
  const BlockType& type = *find_block_type("MXFP4");
  std::vector<float> values(32);
  values[0] = kMost;
  values[16] = -kMost;
  const Bytes block = encoded(type, values);
  CHECK(block[0] == std::byte{253});
  CHECK(block[1] == std::byte{0xD5});  // 5 and 13
  CHECK(decoded(type, block)[0] == 0x1.8p127f);
}

TEST_CASE("NVFP4: block scales, ties up and 256 becomes 448; huge values as ggml's search has them") {
  const auto scale_of = [](float largest) {
    std::vector<float> values(64);
    values[0] = largest;
    return std::to_integer<int>(encoded(*find_block_type("NVFP4"), values)[0]);
  };
  CHECK(scale_of(6) == 0x38);
  CHECK(scale_of(6 * 1.0625f) == 0x39);  // half-way from 1 to 1.125
  CHECK(scale_of(6 * 248.0f) == 0x7E);
  CHECK(scale_of(6 * 247.9f) == 0x77);
  CHECK(scale_of(6 * 0x1p-10f) == 1);
  CHECK(scale_of(6 * 0x1.fp-11f) == 0);
  CHECK(scale_of(6 * 0x1.fp-7f) == 7);  // 7.75 of the smallest: not 8, the first normal number
  std::vector<float> values(64);
  for (const float huge : std::vector<float>{2689, 1e5f, 0x1p28f, 0x1p31f, 0x1.8p32f, 1e12f, 3e38f}) {
    values[0] = huge;
    values[8] = -huge;
    values[1] = huge / 2;
    values[9] = 500;
    const Bytes block = encoded(*find_block_type("NVFP4"), values);
    for (std::size_t j = 0; j < 2; ++j) {
      const unsigned pair = first_of_the_best(values[j], 224) | first_of_the_best(values[j + 8], 224) << 4;
      CHECK(std::to_integer<unsigned>(block[4 + j]) == pair);
    }
  }
}
