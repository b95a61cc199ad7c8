// encode_blocks against BlockType::encode, on every instruction set.
#include "core/block/encode_blocks.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "core/block/fp4_codes.h"
#include "core/random.h"
#include "core/simd.h"
#include "tests/core/support.h"

using namespace bitloupe;

namespace {

constexpr float kMost = std::numeric_limits<float>::max();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

// Blocks of many magnitudes, with ties, zeros, numbers that are none, and every neighbourhood of a middle.
std::vector<float> blocks_of(std::size_t values) {
  const std::vector<float> odd = {0,
                                  -0.0f,
                                  1,
                                  -1,
                                  kMost,
                                  -kMost,
                                  kInfinity,
                                  -kInfinity,
                                  std::numeric_limits<float>::quiet_NaN(),
                                  1e-45f,
                                  -1e-40f,
                                  0x1p-125f,
                                  2689,
                                  0x1p28f,
                                  -0x1p30f,
                                  0x1.fffffep100f,
                                  0x1.fffffcp-100f,
                                  0x1p120f,
                                  0x1p-120f};
  std::vector<float> x = test::random_values(values, 3);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const std::uint64_t of_block = random_bits(4, i / 64), of_value = random_bits(5, i);
    const int exponent = static_cast<int>(of_block % 260) - 135;
    switch (of_block >> 32 & 7) {
      case 0:  // a grid, so that there are ties
        x[i] = std::ldexp(static_cast<float>(static_cast<int>(of_value % 25) - 12) / 2, exponent);
        break;
      case 1:  // its neighbours
        x[i] = std::nextafter(static_cast<float>(static_cast<int>(of_value % 25) - 12) / 2,
                              (of_value >> 32 & 1) != 0 ? kInfinity : -kInfinity);
        break;
      case 2:  // one odd number in 32
        if ((of_value >> 40) % 32 == 0) x[i] = odd[of_value % odd.size()];
        break;
      case 3:
        x[i] = std::ldexp(x[i], exponent);
        break;
      case 4:
        x[i] = (of_value >> 40) % 64 == 0 ? x[i] : 0.0f;
        break;
      default:
        break;
    }
  }
  return x;
}

void compare(const BlockType& type, std::span<const float> values) {
  const std::size_t blocks = values.size() / type.values;
  std::vector<std::byte> expected(blocks * type.bytes), got(blocks * type.bytes + 1, std::byte{0x5A});
  for (std::size_t i = 0; i < blocks; ++i)
    type.encode(values.data() + i * type.values, expected.data() + i * type.bytes);
  encode_blocks(type, values, got.data());
  std::size_t differing = 0, first = expected.size();
  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (got[i] == expected[i]) continue;
    first = std::min(first, i);
    ++differing;
  }
  CAPTURE(first / type.bytes);
  CHECK(differing == 0);
  CHECK(got.back() == std::byte{0x5A});
}

}  // namespace

TEST_CASE("encode_blocks gives the bytes of every block's own encoder, on every instruction set") {
  const std::vector<float> values = blocks_of(256 * 1024);
  for (const std::string& kernel : kernel_names()) {
    CAPTURE(kernel);
    REQUIRE(force_kernel(kernel));
    for (const BlockType& type : block_types()) {
      if (!type.encode) continue;
      CAPTURE(type.name);
      const bool has_kernel = type.name == "Q4_0" || type.name.ends_with("FP4");
      compare(type, std::span(values).first(has_kernel ? values.size() : 256 * 16));
      for (std::size_t blocks = 0; blocks < 4; ++blocks)
        compare(type, std::span(values).subspan(256, blocks * type.values));
    }
  }
  force_kernel("");
}

TEST_CASE("encode_blocks: MXFP4 just below powers of two, where the logarithm rounds up") {
  const BlockType& type = *find_block_type("MXFP4");
  std::vector<float> values;
  for (int n = -130; n <= 127; ++n) {
    float x = std::ldexp(1.0f, n);
    for (int k = 0; k < 100; k += 9) {
      values.resize(values.size() + 32, x / 3);
      values[values.size() - 7] = x;
      for (int step = 0; step < 9; ++step) x = std::nextafter(x, 0.0f);
    }
  }
  for (const std::string& kernel : kernel_names()) {
    CAPTURE(kernel);
    REQUIRE(force_kernel(kernel));
    compare(type, values);
  }
  force_kernel("");
}

TEST_CASE("encode_blocks: at every scale of NVFP4 the middles between levels and their neighbours") {
  const BlockType& type = *find_block_type("NVFP4");
  std::vector<float> values;
  for (unsigned code = 1; code < 127; ++code) {
    const float half_scale = half_of_ue4m3(code);
    for (const float middle : std::vector<float>{0.5f, 1.5f, 2.5f, 3.5f, 5, 7, 10}) {
      const float x = middle * half_scale;
      // The largest gives that scale.
      for (int group = 0; group < 4; ++group) {
        const std::vector<float> sixteen = {12 * half_scale,
                                            x,
                                            -x,
                                            std::nextafter(x, kMost),
                                            std::nextafter(x, 0.0f),
                                            -std::nextafter(x, kMost),
                                            -std::nextafter(x, 0.0f),
                                            x / 2};
        for (int i = 0; i < 2; ++i) values.insert(values.end(), sixteen.begin(), sixteen.end());
      }
    }
  }
  for (const std::string& kernel : kernel_names()) {
    CAPTURE(kernel);
    REQUIRE(force_kernel(kernel));
    compare(type, values);
  }
  force_kernel("");
}
