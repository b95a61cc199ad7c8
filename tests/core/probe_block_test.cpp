// The block microscope's probe: what lies where in a block, and that it makes the values that are shown.
#include "core/probe_block.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstring>

#include "core/probe.h"
#include "core/quant/recipes.h"
#include "tests/core/support.h"

namespace bitloupe {
namespace {

std::vector<float> wave(std::size_t count) {
  std::vector<float> values(count);
  for (std::size_t i = 0; i < count; ++i)
    values[i] =
        static_cast<float>(std::sin(0.37 * static_cast<double>(i)) * (1 + 0.01 * static_cast<double>(i)));
  return values;
}

BlockView view_of(std::string_view recipe, const Shape& shape, std::uint64_t index) {
  const QuantSpec spec = recipe_spec(recipe).value();
  const auto view =
      block_view(*test::run_spec(spec, test::prepared_from(shape, wave(shape[0] * shape[1]))), index);
  REQUIRE(view);
  return *view;
}

BlockView encoded(std::string_view name) {
  const BlockType* type = find_block_type(name);
  const std::vector<float> values = wave(type->values);
  std::vector<std::byte> block(type->bytes);
  type->encode(values.data(), block.data());
  return view_of_block(*type, block.data(), 1000);
}

// The number of `part` and `index` put together again from the bits that are said to be its.
std::uint64_t gathered(const BlockView& view, BlockPart part, std::size_t index) {
  std::uint64_t number = 0;
  for (std::size_t at = 0; at < view.bits.size(); ++at) {
    const BitUse& use = view.bits[at];
    if (use.part == part && use.index == index)
      number |= std::uint64_t{std::to_integer<unsigned>(view.bytes[at / 8]) >> (at % 8) & 1u} << use.bit;
  }
  return number;
}

void check_bits(const BlockView& view) {
  REQUIRE(view.bits.size() == 8 * view.bytes.size());
  const auto low = [](std::int64_t number, int bits) {
    return static_cast<std::uint64_t>(number) & ((std::uint64_t{1} << bits) - 1);
  };
  for (const BlockEntry& entry : view.numbers)
    if (entry.bits > 0) CHECK(gathered(view, entry.part, entry.index) == low(entry.stored, entry.bits));
  for (std::size_t i = 0; i < view.elements.size(); ++i)
    CHECK(gathered(view, BlockPart::Code, i) == view.elements[i].code);
}

// What the formula's numbers give must be what is shown behind the last "=".
double last_number(const std::string& text) { return std::stod(text.substr(text.rfind('=') + 1)); }

TEST_CASE("a block of MXFP4: one byte of scale, then codes, low half first") {
  const BlockView view = view_of("mxfp4", {2, 64}, 70);
  CHECK(view.block == 2);
  CHECK(view.blocks == 4);
  CHECK(view.current == 6);
  REQUIRE(view.bytes.size() == 17);
  REQUIRE(view.elements.size() == 32);
  CHECK(view.elements.front().index == 64);
  REQUIRE(view.numbers.size() == 1);
  CHECK(view.numbers[0].format == "e8m0");
  CHECK(view.numbers[0].value == std::ldexp(1.0, static_cast<int>(view.numbers[0].stored) - 127));
  CHECK(view.order == "low nibble: value 2j, high nibble: value 2j + 1");
  CHECK(view.formula == "x^ = s E2M1(q)");
  check_bits(view);
  for (const BlockElement& e : view.elements)
    CHECK(static_cast<double>(e.dequantized) == view.numbers[0].value * e.level);
}

TEST_CASE("NVFP4 names both levels; the tensor's lies outside of the block") {
  const BlockView view = view_of("nvfp4", {4, 32}, 20);
  REQUIRE(view.bytes.size() == 9);
  REQUIRE(view.numbers.size() == 2);
  CHECK(view.numbers[0].format == "e4m3fn");
  CHECK(view.numbers[1].name == "tensor scale");
  CHECK(view.numbers[1].bits == 0);
  check_bits(view);
  const BlockElement& e = view.elements[view.current];
  const auto scale = static_cast<float>(view.numbers[0].value * view.numbers[1].value);
  CHECK(e.dequantized == scale * static_cast<float>(e.level));
  CHECK(view.formula == "x^ = t s E2M1(q)");
}

TEST_CASE("NF4 has the first value in the high nibble") {
  const BlockView view = view_of("nf4", {2, 64}, 3);
  REQUIRE(view.bytes.size() == 36);
  CHECK(view.order == "low nibble: value 2j + 1, high nibble: value 2j");
  CHECK((std::to_integer<Code>(view.bytes[4]) >> 4) == view.elements[0].code);
  CHECK((std::to_integer<Code>(view.bytes[4]) & 15) == view.elements[1].code);
  check_bits(view);
}

TEST_CASE("nested scales: eight bits that stand for the scale") {
  const BlockView view = view_of("nf4_double", {40, 64}, 700);
  REQUIRE(view.bytes.size() == 33);
  CHECK(view.numbers[0].bits == 8);
  check_bits(view);
  // More scales than levels: the codes grow with the scales.
  const BlockView other = view_of("nf4_double", {40, 64}, 2500);
  CHECK((view.numbers[0].value < other.numbers[0].value) ==
        (view.numbers[0].stored < other.numbers[0].stored));
}

TEST_CASE("affine groups store their zero point; five-bit shared exponents leave bits unused") {
  const BlockView view = view_of("int4_g128_asym", {1, 128}, 1);
  CHECK(view.bytes.size() == 67);  // 16 + 4 + 128 * 4 bits
  REQUIRE(view.numbers.size() == 2);
  CHECK(view.numbers[1].name == "zero point");
  CHECK(view.formula == "x^ = s (q - z)");
  check_bits(view);
  CHECK(last_number(numbers_of(view, 1)) ==
        doctest::Approx(static_cast<double>(view.elements[1].dequantized)).epsilon(1e-4));

  const BlockView shared = view_of("bfp:e5m3:g16", {1, 16}, 0);
  REQUIRE(shared.bytes.size() == 9);
  CHECK(shared.numbers[0].bits == 5);
  CHECK(shared.bits.back().part == BlockPart::Unused);
  check_bits(shared);
}

TEST_CASE("a short last group has a short block, and groups along the first axis their own values") {
  QuantSpec spec = recipe_spec("mxfp4").value();
  const auto last = block_view(*test::run_spec(spec, test::prepared_from({1, 40}, wave(40))), 35);
  REQUIRE(last);
  CHECK(last->elements.size() == 8);
  CHECK(last->bytes.size() == 5);
  spec.granularity.axis = 0;
  const auto down = block_view(*test::run_spec(spec, test::prepared_from({32, 3}, wave(96))), 4);
  REQUIRE(down);
  CHECK(down->elements[1].index == 4);
  CHECK(down->elements[2].index == 7);
  CHECK(down->current == 1);
}

TEST_CASE("no block where a scale is shared by everything or by too many") {
  const auto prepared = test::prepared_from({2, 512}, wave(1024));
  QuantSpec spec;
  CHECK_FALSE(block_view(*test::run_spec(spec, prepared), 0));
  spec.granularity.kind = GranularityKind::Channel;
  spec.granularity.axis = 0;
  CHECK_FALSE(block_view(*test::run_spec(spec, prepared), 0));
  spec.granularity.axis = 1;
  CHECK(block_view(*test::run_spec(spec, prepared), 0));
  spec.scheme = Scheme::Direct;
  CHECK_FALSE(block_view(*test::run_spec(spec, prepared), 0));
}

TEST_CASE("every block type of ggml: bits, numbers and values agree") {
  for (const BlockType& type : block_types()) {
    if (!type.encode || !type.anatomy) continue;
    CAPTURE(type.name);
    const BlockView view = encoded(type.name);
    CHECK(view.elements.size() == type.values);
    CHECK(view.elements[1].index == 1001);
    check_bits(view);
    for (const std::size_t i : std::vector<std::size_t>{0, 5, view.elements.size() - 1}) {
      const double value = static_cast<double>(view.elements[i].dequantized);
      CHECK(last_number(numbers_of(view, i)) == doctest::Approx(value).epsilon(1e-4));
    }
  }
}

TEST_CASE("a recipe of GGUF: the blocks that are stored, and the values of the quantizer") {
  for (const std::string_view recipe : {"q4_0", "q4_k", "q6_k", "gguf_nvfp4"}) {
    CAPTURE(recipe);
    const QuantSpec spec = recipe_spec(recipe).value();
    const auto snapshot = test::run_spec(spec, test::prepared_from({2, 512}, wave(1024)));
    REQUIRE(!snapshot->error);
    const auto view = block_view(*snapshot, 700);
    REQUIRE(view);
    CHECK(view->name == block_type_of(snapshot->spec)->name);
    CHECK(view->elements[view->current].index == 700);
    CHECK(view->blocks == 1024 / view->elements.size());
    CHECK_FALSE(view->from_file);
    check_bits(*view);
    for (const BlockElement& e : view->elements) {
      const Explanation explained = explain(*snapshot, e.index);
      CHECK(explained.quantized.dequantized == e.dequantized);
      CHECK(explained.quantized.code == e.code);
    }
  }
}

TEST_CASE("where codes lie, in words") {
  CHECK(encoded("Q4_0").order == "low nibble: value j, high nibble: value j + 16");
  CHECK(encoded("Q8_0").order == "each byte: value j");
  CHECK(encoded("Q4_K").order ==
        "low nibble: value j, high nibble: value j + 32 (j < 32), then likewise from value 64 on");
  CHECK(
      encoded("Q5_0").order ==
      "low nibble: value j, high nibble: value j + 16; bits 0-3 of a code lie in bytes 6-21, bit 4 in bytes "
      "2-5");
  CHECK(encoded("Q2_K").order ==
        "bits 0-1: value j, bits 2-3: value j + 32, bits 4-5: value j + 64, bits 6-7: value j + 96 (j < 32), "
        "then likewise from value 128 on");
}

TEST_CASE("an element's numbers stand in the block's formula") {
  const BlockView q4 = encoded("Q4_0");
  CHECK(q4.formula == "x^ = d (q - 8)");
  const std::string numbers = numbers_of(q4, 0);
  CHECK(numbers.starts_with("= "));
  CHECK(numbers.find(" · (" + std::to_string(q4.elements[0].q) + " - 8) = ") != std::string::npos);
  const BlockView k = encoded("Q4_K");
  CHECK(k.formula == "x^ = d s q - dmin m");
  const std::string of_k = numbers_of(k, 40);
  CHECK(of_k.find(" · " + std::to_string(k.elements[40].q)) != std::string::npos);
  CHECK(k.elements[40].group == 1);
  CHECK(hex_of(q4).size() == 3 * 18 - 1);
  CHECK(stored_text(view_of("mxfp4", {1, 32}, 0).numbers[0]) == "125 = 2^-2");
  BlockEntry entry;
  entry.format = "fp16";
  entry.bits = 16;
  entry.stored = 0x3C00;
  entry.value = 1;
  CHECK(stored_text(entry) == "0x3c00 = 1");
  entry.format = "int8";
  entry.stored = -3;
  entry.value = -3;
  CHECK(stored_text(entry) == "-3");
}

}  // namespace
}  // namespace bitloupe
