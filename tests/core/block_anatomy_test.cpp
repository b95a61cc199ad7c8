// The anatomy of the block types: what the layouts say against what the decoders do, which know nothing of
// them and are checked against ggml (block_test.cpp).
#include "core/block/block_anatomy.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <tuple>
#include <utility>

#include "core/format/codec.h"
#include "core/format/presets.h"
#include "core/random.h"
#include "tests/core/support.h"
#include "tests/paths.h"

using namespace bitloupe;

namespace {

using Bytes = std::vector<std::byte>;
using Floats = std::vector<float>;

constexpr BlockPart kParts[] = {BlockPart::BlockScale,   BlockPart::BlockMinimum, BlockPart::GroupScale,
                                BlockPart::GroupMinimum, BlockPart::Sum,          BlockPart::Code};

std::vector<const BlockType*> decoded_types() {
  std::vector<const BlockType*> types;
  for (const BlockType& type : block_types())
    if (type.decode) types.push_back(&type);
  return types;
}

Bytes random_block(const BlockType& type, std::uint64_t seed) {
  Bytes block(type.bytes);
  for (std::size_t i = 0; i < block.size(); ++i)
    block[i] = static_cast<std::byte>(random_bits(seed, i) & 255u);
  return block;
}

void flip(Bytes& block, std::size_t bit) { block[bit / 8] ^= static_cast<std::byte>(1u << bit % 8); }

bool same(float a, float b) {
  return std::bit_cast<std::uint32_t>(a) == std::bit_cast<std::uint32_t>(b) ||
         (std::isnan(a) && std::isnan(b));
}

Floats decoded(const BlockType& type, const std::byte* block) {
  Floats values(type.values);
  type.decode(block, values.data());
  return values;
}

std::vector<std::uint8_t> codes_of(const BlockType& type, const Bytes& block) {
  std::vector<std::uint8_t> codes(type.values, 0xA5);
  block_codes(type, block.data(), codes.data());
  return codes;
}

std::vector<BlockGroup> groups_of(const BlockType& type, const std::byte* block) {
  std::vector<BlockGroup> groups(block_group_count(type));
  block_groups(type, block, groups.data());
  return groups;
}

bool scale_of_255(const BlockType& type, const std::byte* block) {
  return type.name == "MXFP4" && block[0] == std::byte{255};
}

// How many values are not what codes, scales and minima make.
std::size_t differing(const BlockType& type, const std::byte* block) {
  const Floats expected = decoded(type, block), levels = block_levels(type);
  const std::vector<BlockGroup> groups = groups_of(type, block);
  std::vector<std::uint8_t> codes(type.values);
  block_codes(type, block, codes.data());
  std::size_t count = 0;
  for (std::size_t i = 0; i < type.values; ++i) {
    const BlockGroup& group = groups[i / type.anatomy->group_values];
    count += !same(group.scale * levels[codes[i]] - group.minimum, expected[i]);
  }
  return count;
}

// The numbers of all parts, one behind the other.
std::vector<std::vector<std::int32_t>> all_numbers(const BlockType& type, const Bytes& block) {
  std::vector<std::vector<std::int32_t>> numbers;
  for (const BlockPart part : kParts) numbers.push_back(block_numbers(type, block.data(), part));
  return numbers;
}

const BlockType& type_of(std::string_view name) { return *find_block_type(name); }

}  // namespace

TEST_CASE("block anatomy: every decoded type has one, its facts agree with each other") {
  for (const BlockType& type : block_types()) {
    CAPTURE(type.name);
    CHECK((type.anatomy != nullptr) == (type.decode != nullptr));
    if (!type.anatomy) continue;
    const BlockAnatomy& anatomy = *type.anatomy;
    CHECK(type.values % anatomy.group_values == 0);
    CHECK(block_number_count(type, BlockPart::Code) == type.values);
    CHECK(block_number_count(type, BlockPart::BlockScale) + block_number_count(type, BlockPart::GroupScale) >
          0);
    for (const BlockPart group : {BlockPart::GroupScale, BlockPart::GroupMinimum})
      if (find_block_number(type, group)) CHECK(block_number_count(type, group) == block_group_count(type));
    for (const BlockPart one : {BlockPart::BlockScale, BlockPart::BlockMinimum})
      if (find_block_number(type, one)) CHECK(block_number_count(type, one) == 1);
    std::set<std::string_view> letters;
    for (const BlockNumber& number : anatomy.numbers) {
      CAPTURE(number.letter);
      CHECK(letters.insert(number.letter).second);
      const bool named = anatomy.formula.find(number.letter) != std::string_view::npos;
      CHECK(named == (number.part != BlockPart::Sum));
      CHECK(block_number_count(type, number.part) > 0);
      const auto format = parse_format(block_number_format(type, number.part));
      REQUIRE(format);
      const int sign = number.kind == BlockNumberKind::UE4M3;  // stored, but no part of the format
      CHECK(format.value().bits + sign == block_number_bits(type, number.part));
    }
    CHECK(anatomy.formula.starts_with("x = "));
    CHECK(block_number_format(type, BlockPart::Unused).empty());
  }
}

TEST_CASE("block anatomy: the levels are those of the element's format, less the zero") {
  for (const BlockType* type : decoded_types()) {
    CAPTURE(type->name);
    const auto format = parse_format(type->anatomy->element);
    REQUIRE(format);
    const Floats levels = block_levels(*type);
    REQUIRE(levels.size() == std::size_t{1} << format.value().bits);
    for (std::uint32_t code = 0; code < levels.size(); ++code) {
      // + 0: ggml knows no negative zero.
      const double level = decode(format.value(), code) - type->anatomy->zero + 0.0;
      CHECK(same(levels[code], static_cast<float>(level)));
    }
  }
}

TEST_CASE("block anatomy: every bit is one bit of one number") {
  for (const BlockType* type : decoded_types()) {
    CAPTURE(type->name);
    std::size_t claimed = 0;
    for (const BitRun& run : type->anatomy->layout) claimed += std::size_t{run.bits} * run.count * run.layers;
    CHECK(claimed == 8u * type->bytes);
    const std::vector<BitUse> uses = block_bits(*type);
    REQUIRE(uses.size() == 8u * type->bytes);
    std::set<std::tuple<BlockPart, int, int>> seen;
    for (const BitUse& use : uses) {
      CHECK(use.part != BlockPart::Unused);
      CHECK(use.index < block_number_count(*type, use.part));
      CHECK(use.bit < block_number_bits(*type, use.part));
      CHECK(seen.insert({use.part, use.index, use.bit}).second);
    }
    std::size_t bits = 0;
    for (const BlockPart part : kParts)
      bits += block_number_count(*type, part) * static_cast<std::size_t>(block_number_bits(*type, part));
    CHECK(bits == seen.size());
  }
}

TEST_CASE("block anatomy: code, scale and minimum give the decoder's values") {
  std::size_t wrong = 0, values = 0;
  SUBCASE("of ggml's blocks (golden/blocks/gguf)") {
    const std::string folder = test::golden_dir() + "/blocks/gguf/";
    for (const auto& golden : nlohmann::json::parse(test::read_text(folder + "index.json"))) {
      const std::string file = golden["file"], name = golden["type"];
      if (!file.ends_with(".npz")) continue;  // bfloat16
      const BlockType& type = type_of(name);
      const Bytes packed = test::read_npz(folder + file).at("packed");
      for (std::size_t at = 0; at < packed.size(); at += type.bytes) {
        wrong += differing(type, packed.data() + at);
        values += type.values;
      }
    }
    CHECK(values > 100'000);
  }
  SUBCASE("of random bytes, scales that are no numbers included") {
    for (const BlockType* type : decoded_types())
      for (std::uint64_t seed = 0; seed < 2000; ++seed) {
        const Bytes block = random_block(*type, seed);
        if (scale_of_255(*type, block.data())) continue;
        wrong += differing(*type, block.data());
        values += type->values;
      }
  }
  SUBCASE("of zero bits and of one bits") {
    for (const BlockType* type : decoded_types())
      for (const std::byte fill : {std::byte{0}, std::byte{0x77}, std::byte{0x88}, std::byte{0xFF}}) {
        const Bytes block(type->bytes, fill);
        if (scale_of_255(*type, block.data())) continue;
        wrong += differing(*type, block.data());
        values += type->values;
      }
  }
  CHECK(wrong == 0);
  MESSAGE(wrong, " of ", values, " values differ");
}

TEST_CASE("block anatomy: a flipped bit changes the number that the layout names, and in that bit") {
  for (const BlockType* type : decoded_types()) {
    CAPTURE(type->name);
    const std::vector<BitUse> uses = block_bits(*type);
    for (std::uint64_t seed = 0; seed < 3; ++seed) {
      Bytes block = random_block(*type, 77 + seed);
      const auto before = all_numbers(*type, block);
      const auto codes = codes_of(*type, block);
      const auto groups = groups_of(*type, block.data());
      const bool own_scales = find_block_number(*type, BlockPart::GroupScale) != nullptr;
      const bool own_minima = find_block_number(*type, BlockPart::GroupMinimum) != nullptr;
      for (std::size_t bit = 0; bit < uses.size(); ++bit) {
        CAPTURE(bit);
        const BitUse use = uses[bit];
        flip(block, bit);
        // Undone by the layout, all is as before.
        auto after = all_numbers(*type, block);
        const int width = block_number_bits(*type, use.part);
        std::int32_t& number = after[static_cast<std::size_t>(use.part)].at(use.index);
        const std::uint32_t ones = width == 32 ? ~std::uint32_t{0} : (1u << width) - 1;
        const std::int32_t was = before[static_cast<std::size_t>(use.part)].at(use.index);
        REQUIRE(((static_cast<std::uint32_t>(number) ^ static_cast<std::uint32_t>(was)) & ones) ==
                std::uint32_t{1} << use.bit);
        const std::int32_t changed = std::exchange(number, was);
        REQUIRE(after == before);

        auto codes_after = codes_of(*type, block);
        if (use.part == BlockPart::Code)
          codes_after[use.index] = static_cast<std::uint8_t>(codes_after[use.index] ^ 1u << use.bit);
        REQUIRE(codes_after == codes);

        const auto groups_after = groups_of(*type, block.data());
        for (std::size_t g = 0; g < groups.size(); ++g) {
          const bool scale = use.part == BlockPart::GroupScale
                                 ? use.index == g
                                 : use.part == BlockPart::BlockScale && !own_scales;
          const bool minimum = use.part == BlockPart::GroupMinimum
                                   ? use.index == g
                                   : use.part == BlockPart::BlockMinimum && !own_minima;
          REQUIRE(groups_after[g].scale_code == (scale ? changed : groups[g].scale_code));
          REQUIRE(groups_after[g].minimum_code == (minimum ? changed : groups[g].minimum_code));
        }
        flip(block, bit);
      }
    }
  }
}

TEST_CASE("block anatomy: a flipped bit changes only the values that its number belongs to") {
  for (const BlockType* type : decoded_types()) {
    CAPTURE(type->name);
    const std::vector<BitUse> uses = block_bits(*type);
    std::vector<bool> seen(uses.size());  // a bit that changed what it should, in some block
    for (std::uint64_t seed = 0; seed < 6; ++seed) {
      Bytes block = random_block(*type, 900 + seed);
      const Floats before = decoded(*type, block.data());
      for (std::size_t bit = 0; bit < uses.size(); ++bit) {
        CAPTURE(bit);
        const BitUse use = uses[bit];
        flip(block, bit);
        const Floats after = decoded(*type, block.data());
        flip(block, bit);
        std::size_t first = 0, count = type->values;
        if (use.part == BlockPart::Code) {
          first = use.index;
          count = 1;
        } else if (use.part == BlockPart::GroupScale || use.part == BlockPart::GroupMinimum) {
          count = type->anatomy->group_values;
          first = use.index * count;
        } else if (use.part == BlockPart::Sum) {
          count = 0;
        }
        std::size_t inside = 0, outside = 0;
        for (std::size_t i = 0; i < before.size(); ++i)
          if (!same(before[i], after[i])) ++(i >= first && i < first + count ? inside : outside);
        REQUIRE(outside == 0);
        if (inside > 0) seen[bit] = true;
      }
    }
    for (std::size_t bit = 0; bit < uses.size(); ++bit) {
      CAPTURE(bit);
      // The sign of a UE4M3 is of no effect but beside the code of NaN.
      const bool sign =
          type->name == "NVFP4" && uses[bit].part == BlockPart::GroupScale && uses[bit].bit == 7;
      CHECK(seen[bit] == (uses[bit].part != BlockPart::Sum && !sign));
    }
  }
}

TEST_CASE("block anatomy: bits of blocks, counted by hand") {
  using enum BlockPart;
  const auto use = [](const char* name, std::size_t byte, std::size_t bit) {
    return block_bits(type_of(name))[8 * byte + bit];
  };
  CHECK(use("Q4_0", 1, 7) == BitUse{BlockScale, 0, 15});
  CHECK(use("Q4_0", 2, 3) == BitUse{Code, 0, 3});
  CHECK(use("Q4_0", 2, 4) == BitUse{Code, 16, 0});
  CHECK(use("Q4_0", 17, 7) == BitUse{Code, 31, 3});
  CHECK(use("Q4_1", 2, 0) == BitUse{BlockMinimum, 0, 0});
  CHECK(use("Q5_0", 4, 1) == BitUse{Code, 17, 4});
  CHECK(use("Q5_1", 8, 4) == BitUse{Code, 16, 0});
  CHECK(use("Q8_1", 2, 0) == BitUse{Sum, 0, 0});
  CHECK(use("Q8_K", 3, 7) == BitUse{BlockScale, 0, 31});
  CHECK(use("Q8_K", 263, 0) == BitUse{Sum, 1, 8});
  CHECK(use("Q2_K", 5, 6) == BitUse{GroupMinimum, 5, 2});
  CHECK(use("Q2_K", 16 + 32, 2) == BitUse{Code, 128 + 32, 0});
  CHECK(use("Q3_K", 1, 7) == BitUse{Code, 7 * 32 + 1, 2});
  CHECK(use("Q3_K", 96 + 8 + 1, 7) == BitUse{GroupScale, 13, 5});
  CHECK(use("Q4_K", 4 + 3, 5) == BitUse{GroupScale, 3, 5});
  CHECK(use("Q4_K", 4 + 3, 6) == BitUse{GroupScale, 7, 4});
  CHECK(use("Q4_K", 4 + 4, 7) == BitUse{GroupMinimum, 4, 5});
  CHECK(use("Q4_K", 4 + 8, 4) == BitUse{GroupMinimum, 4, 0});
  CHECK(use("Q4_K", 16 + 32, 4) == BitUse{Code, 96, 0});
  CHECK(use("Q5_K", 16 + 31, 7) == BitUse{Code, 255, 4});
  CHECK(use("Q6_K", 128, 2) == BitUse{Code, 32, 4});
  CHECK(use("Q6_K", 192 + 15, 7) == BitUse{GroupScale, 15, 7});
  CHECK(use("MXFP4", 0, 7) == BitUse{BlockScale, 0, 7});
  CHECK(use("MXFP4", 1, 4) == BitUse{Code, 16, 0});
  CHECK(use("NVFP4", 3, 0) == BitUse{GroupScale, 3, 0});
  CHECK(use("NVFP4", 4 + 8, 4) == BitUse{Code, 16 + 8, 0});
}

TEST_CASE("block anatomy: scales and minima of blocks, by hand") {
  const auto first = [](const char* name, std::vector<std::pair<std::size_t, int>> bytes) {
    const BlockType& type = type_of(name);
    Bytes block(type.bytes);
    for (const auto& [at, value] : bytes) block[at] = static_cast<std::byte>(value);
    return groups_of(type, block.data()).front();
  };
  BlockGroup group = first("Q4_0", {{1, 0x3C}});
  CHECK(group.scale == 1);
  CHECK(same(group.minimum, 0.0f));
  CHECK(group.scale_code == 0x3C00);
  CHECK(group.minimum_code == 0);
  group = first("Q4_1", {{1, 0x40}, {3, 0x3C}});  // 2 q + 1
  CHECK(group.scale == 2);
  CHECK(group.minimum == -1);
  CHECK(group.minimum_code == 0x3C00);
  group = first("Q4_K", {{1, 0x40}, {3, 0x3C}, {4, 63}, {8, 33}});
  CHECK(group.scale == 126);
  CHECK(group.minimum == 33);
  CHECK(group.scale_code == 63);
  CHECK(group.minimum_code == 33);
  group = first("Q3_K", {{109, 0x3C}, {96, 5}});  // the six bits 000101
  CHECK(group.scale == 5 - 32);
  CHECK(group.scale_code == 5);
  group = first("Q6_K", {{209, 0x3C}, {192, 0xFE}});
  CHECK(group.scale == -2);
  CHECK(group.scale_code == -2);
  group = first("Q8_K", {{3, 0xC0}});
  CHECK(group.scale == -2);
  CHECK(std::bit_cast<float>(group.scale_code) == -2.0f);
  group = first("NVFP4", {{0, 0x38}});
  CHECK(group.scale == 1);
  CHECK(group.scale_code == 0x38);
  CHECK(first("NVFP4", {{0, 127}}).scale == 0);
  CHECK(first("MXFP4", {{0, 0}}).scale == 0x1p-127f);
  CHECK(first("MXFP4", {{0, 254}}).scale == 0x1p127f);
}

TEST_CASE("block anatomy: MXFP4's scale code 255 is 2^128 to ggml, which float32 does not have") {
  const BlockType& type = type_of("MXFP4");
  const Floats levels = block_levels(type);
  Bytes block = random_block(type, 1);
  block[0] = std::byte{255};
  const BlockGroup group = groups_of(type, block.data()).front();
  CHECK(group.scale == std::numeric_limits<float>::infinity());
  CHECK(group.scale_code == 255);
  const Floats values = decoded(type, block.data());
  const std::vector<std::uint8_t> codes = codes_of(type, block);
  for (std::size_t i = 0; i < values.size(); ++i)
    CHECK(values[i] == static_cast<float>(static_cast<double>(levels[codes[i]]) * 0x1p128));
}

TEST_CASE("block anatomy: a block may lie at any address") {
  for (const BlockType* type : decoded_types()) {
    CAPTURE(type->name);
    const Bytes block = random_block(*type, 5);
    Bytes moved(type->bytes + 3u);
    std::memcpy(moved.data() + 3, block.data(), block.size());
    std::vector<std::uint8_t> codes(type->values + 1u, 77);
    block_codes(*type, moved.data() + 3, codes.data());
    CHECK(codes.back() == 77);
    codes.pop_back();
    CHECK(codes == codes_of(*type, block));
  }
}
