// Dialects of block formats against their tools (golden/blocks): OCP MX by microxcaling and gfloat, ggml's
// Q8_0 and the scales of its MXFP4; and which cells of the two dialects that decides.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/format/presets.h"
#include "core/quant/dialect.h"
#include "core/quant/recipes.h"
#include "tests/core/dialect_cells.h"
#include "tests/core/support.h"
#include "tests/paths.h"

using namespace bitloupe;

namespace {

constexpr std::uint64_t kBlock = 32;

using test::SpecChange;
void unchanged(QuantSpec&) {}

bool same_bits(float a, float b) {
  return std::bit_cast<std::uint32_t>(a) == std::bit_cast<std::uint32_t>(b);
}

struct Differences {
  std::size_t values = 0, scales = 0, codes = 0, dequantized = 0;
  bool any() const { return scales + codes + dequantized > 0; }
};

struct Quantized {
  std::vector<Code> codes;
  std::vector<float> values;
};
Quantized quantized(const Snapshot& snapshot) {
  const std::span<const float> x = snapshot.tensor().span();
  Quantized made{std::vector<Code>(x.size()), std::vector<float>(x.size())};
  for (std::size_t i = 0; i < x.size(); ++i) {
    const GroupScale& scale = snapshot.scales->groups[snapshot.scales->layout.group_of(i)];
    quantize_run(*snapshot.quantizer, scale, x.subspan(i, 1), i, std::span(made.codes).subspan(i, 1),
                 std::span(made.values).subspan(i, 1), {});
  }
  return made;
}

// The recipes of OCP MX by the names of the data.
constexpr std::array<std::pair<const char*, const char*>, 6> kMxFormats = {{{"mxfp8_e4m3", "mxfp8_e4m3"},
                                                                            {"mxfp8_e5m2", "mxfp8_e5m2"},
                                                                            {"mxfp6_e2m3", "mxfp6_e2m3"},
                                                                            {"mxfp6_e3m2", "mxfp6_e3m2"},
                                                                            {"mxfp4_e2m1", "mxfp4"},
                                                                            {"mxint8", "mxint8"}}};
const std::string kMxFolder = test::golden_dir() + "/blocks/mx/",
                  kGgufFolder = test::golden_dir() + "/blocks/gguf/";

QuantSpec mx_spec(const std::string& name, std::int64_t axis, const SpecChange& change = unchanged) {
  QuantSpec spec;
  for (const auto& [key, recipe] : kMxFormats)
    if (name == key) spec = recipe_spec(recipe).value();
  spec.granularity.axis = axis;
  change(spec);
  return spec;
}

// Codes of the data lie block behind block along the axis, the last one padded with zeros; exponents in the
// order of the groups. `ties` names the array of values.
void compare_mx(const nlohmann::json& golden, const char* ties, const SpecChange& change,
                Differences& differences) {
  const auto prepared = test::prepared_npy(kMxFolder + golden["input"].get<std::string>());
  const auto npz = test::read_npz(kMxFolder + golden["file"].get<std::string>());
  const auto exponents = test::as<std::int16_t>(npz.at("shared_exponent"));
  const auto codes = test::as<std::uint8_t>(npz.at("codes_even"));
  const bool even = std::string_view(ties) == "out_even";
  const auto expected = test::as<float>(npz.at(ties));
  const auto snapshot = test::run_spec(mx_spec(golden["format"], golden["axis"], change), prepared);
  REQUIRE_FALSE(snapshot->error.has_value());
  const GroupLayout& layout = snapshot->scales->layout;
  const Quantized made = quantized(*snapshot);
  REQUIRE(expected.size() == made.values.size());
  const std::uint64_t blocks = (layout.axis + kBlock - 1) / kBlock;
  for (std::uint64_t i = 0; i < made.values.size(); ++i) {
    const std::uint64_t k = i % layout.inner, a = i / layout.inner % layout.axis,
                        o = i / layout.inner / layout.axis;
    const std::uint64_t block = (o * layout.inner + k) * blocks + a / kBlock;
    const float scale = snapshot->scales->groups[layout.group_of(i)].scale;
    const int exponent = exponents[layout.group_of(i)];
    differences.scales += scale != std::ldexp(1.0f, exponent);
    // In a block of zeros microxcaling forgets the sign of -0.
    const bool forgets = snapshot->tensor().value(i) == 0 && exponent == -127;
    differences.codes += even && !forgets && (made.codes[i] & 0xFF) != codes[block * kBlock + a % kBlock];
    differences.dequantized += made.values[i] != expected[i];
    ++differences.values;
  }
}

Differences compare_all_mx(const char* ties, const SpecChange& change, bool to_the_first = false) {
  const auto cases = nlohmann::json::parse(test::read_text(kMxFolder + "index.json"));
  CHECK(cases.size() == 66);
  Differences differences;
  for (const auto& golden : cases) {
    compare_mx(golden, ties, change, differences);
    if (to_the_first && differences.any()) break;
  }
  return differences;
}

void ties_away(QuantSpec& spec) { spec.rounding = Rounding::NearestAway; }

// A block's maximum is one float32 below a power of two.
Differences compare_edges(const SpecChange& change = unchanged) {
  Differences differences;
  for (const auto& [format, unused] : kMxFormats) {
    const auto npz = test::read_npz(kMxFolder + "edge_below_pow2_" + format + ".npz");
    const auto exponents = test::as<std::int16_t>(npz.at("shared_exponent_exact"));
    const auto expected = test::as<float>(npz.at("exact"));
    const auto snapshot =
        test::run_spec(mx_spec(format, 1, change), test::prepared_npy(kMxFolder + "edge_below_pow2_in.npy"));
    REQUIRE_FALSE(snapshot->error.has_value());
    const Quantized made = quantized(*snapshot);
    for (std::size_t g = 0; g < exponents.size(); ++g)
      differences.scales += snapshot->scales->groups[g].scale != std::ldexp(1.0f, exponents[g]);
    for (std::size_t i = 0; i < expected.size(); ++i)
      differences.dequantized += made.values[i] != expected[i];
    differences.values += expected.size();
  }
  return differences;
}

constexpr const char* kGgufInputs[] = {"heavy", "mixed", "normal", "shifted", "ties", "uniform", "weights"};

std::shared_ptr<const Snapshot> run_ggml(const std::string& input, const char* format, ScaleType scale_type,
                                         const SpecChange& change) {
  QuantSpec spec;
  spec.format = *parse_format(format);
  spec.granularity = {GranularityKind::Group, -1, kBlock};
  spec.scale_type = scale_type;
  apply(*find_dialect("ggml"), spec);
  change(spec);
  auto snapshot = test::run_spec(spec, test::prepared_npy(kGgufFolder + "in_" + input + ".npy"));
  REQUIRE_FALSE(snapshot->error.has_value());
  return snapshot;
}

// A block: the scale as float16, then 32 signed bytes.
Differences compare_q8_0(const SpecChange& change = unchanged) {
  constexpr std::size_t kBytes = 2 + kBlock;
  const NumberFormat half = *parse_format("fp16");
  Differences differences;
  for (const std::string input : kGgufInputs) {
    const auto snapshot = run_ggml(input, "int8", ScaleType::F16, change);
    const auto npz = test::read_npz(kGgufFolder + "Q8_0__" + input + ".npz");
    const auto packed = test::as<std::uint8_t>(npz.at("packed"));
    const auto expected = test::as<float>(npz.at("dequantized"));
    const Quantized made = quantized(*snapshot);
    REQUIRE(packed.size() == snapshot->scales->groups.size() * kBytes);
    for (std::size_t g = 0; g < snapshot->scales->groups.size(); ++g) {
      const std::uint8_t* block = packed.data() + g * kBytes;
      const auto d = static_cast<float>(decode(half, Code{block[0]} | Code{block[1]} << 8));
      differences.scales += !same_bits(snapshot->scales->groups[g].scale, d);
      for (std::size_t i = 0; i < kBlock; ++i) {
        differences.codes += (made.codes[g * kBlock + i] & 0xFF) != block[2 + i];
        differences.dequantized += made.values[g * kBlock + i] != expected[g * kBlock + i];
        ++differences.values;
      }
    }
  }
  return differences;
}

// A block of MXFP4: the exponent as E8M0, then 16 bytes; the first half of the block in the low nibbles.
struct Mxfp4 {
  std::size_t values = 0, scales = 0, ties = 0, zero_blocks = 0, other_codes = 0;
};
Mxfp4 compare_mxfp4(const SpecChange& change) {
  constexpr std::size_t kBytes = 1 + kBlock / 2;
  Mxfp4 found;
  for (const std::string input : kGgufInputs) {
    const auto snapshot = run_ggml(input, "e2m1", ScaleType::Pow2, change);
    const auto packed =
        test::as<std::uint8_t>(test::read_npz(kGgufFolder + "MXFP4__" + input + ".npz").at("packed"));
    const Quantized made = quantized(*snapshot);
    const NumberFormat& format = snapshot->quantizer->format;
    REQUIRE(packed.size() == snapshot->scales->groups.size() * kBytes);
    for (std::size_t g = 0; g < snapshot->scales->groups.size(); ++g) {
      const std::uint8_t* block = packed.data() + g * kBytes;
      const float d = std::ldexp(1.0f, block[0] - 127);
      const auto x = snapshot->tensor().span().subspan(g * kBlock, kBlock);
      const bool zeros = std::all_of(x.begin(), x.end(), [](float value) { return value == 0; });
      found.zero_blocks += zeros;
      found.scales += !zeros && snapshot->scales->groups[g].scale != d;
      for (std::size_t i = 0; i < kBlock; ++i, ++found.values) {
        const Code theirs = i < kBlock / 2 ? block[1 + i] & 0xFu : block[1 + i - kBlock / 2] >> 4;
        const double ours_at = decode(format, made.codes[g * kBlock + i]), theirs_at = decode(format, theirs);
        if (ours_at == theirs_at) continue;  // it has no -0
        const double y = static_cast<double>(x[i]) / static_cast<double>(d);
        const bool tie = y - ours_at == theirs_at - y && std::fabs(theirs_at) < std::fabs(ours_at);
        ++(tie ? found.ties : found.other_codes);
      }
    }
  }
  return found;
}

void stored_for_codes(QuantSpec& spec) { spec.code_scale = CodeScale::Stored; }

}  // namespace

TEST_CASE("golden/blocks/mx: dialect ocp equals microxcaling's exponents, codes and values in all 66 cases") {
  const Differences even = compare_all_mx("out_even", unchanged);
  CHECK(even.values == 30108);
  CHECK(even.scales == 0);
  CHECK(even.codes == 0);
  CHECK(even.dequantized == 0);
  const Differences away = compare_all_mx("out_nearest_away", ties_away);
  CHECK(away.scales == 0);
  CHECK(away.dequantized == 0);
  MESSAGE("dialect ocp: ", even.dequantized + away.dequantized, " of 2 x ", even.values, " values differ");
}

// A logarithm in float32 is wrong there.
TEST_CASE("golden/blocks/mx: exponents come from an exact logarithm") {
  const Differences d = compare_edges();
  CHECK(d.values == 6 * 25 * kBlock);
  CHECK(d.scales == 0);
  CHECK(d.dequantized == 0);
}

// The data's account of where its tools disagree: gfloat takes -128/64 where microxcaling takes -127/64 ...
TEST_CASE("golden/blocks/mx: the full code range gives one MXINT8 element the level below, as gfloat does") {
  const Differences full = compare_all_mx("out_even", [](QuantSpec& s) { s.code_range = CodeRange::Full; });
  CHECK(full.scales == 0);
  CHECK(full.codes == 1);
  CHECK(full.dequantized == 1);
}

// ... and where a block's maximum lies just below 2^k, microxcaling's exponent is the floor of a logarithm
// that was rounded to float32: too large by one in 21 of 25 blocks. With that exponent its values are ours.
TEST_CASE("golden/blocks/mx: a float32 logarithm explains microxcaling's values just below powers of two") {
  const auto prepared = test::prepared_npy(kMxFolder + "edge_below_pow2_in.npy");
  const std::span<const float> x = prepared->tensor->span();
  for (const auto& names : kMxFormats) {
    const char* const format = names.first;
    const auto npz = test::read_npz(kMxFolder + "edge_below_pow2_" + format + ".npz");
    const auto exact = test::as<std::int16_t>(npz.at("shared_exponent_exact"));
    const auto theirs = test::as<float>(npz.at("microxcaling"));
    const Quantizer quantizer(canonical(mx_spec(format, 1)));
    const int emax = floor_log2(quantizer.grid_max);
    std::size_t too_large = 0, unexplained = 0;
    for (std::size_t g = 0; g < exact.size(); ++g) {
      float amax = 0;
      for (const float value : x.subspan(g * kBlock, kBlock)) amax = std::max(amax, std::fabs(value));
      const int exponent = static_cast<int>(std::floor(std::log2(amax))) - emax;
      too_large += exponent == exact[g] + 1;
      for (std::size_t i = g * kBlock; i < (g + 1) * kBlock; ++i)
        unexplained +=
            quantize_value(quantizer, {std::ldexp(1.0f, exponent), 0}, x[i], i).dequantized != theirs[i];
    }
    CHECK_MESSAGE(too_large == 21, format);
    CHECK_MESSAGE(unexplained == 0, format);
  }
}

TEST_CASE("golden/blocks/gguf: dialect ggml equals ggml's Q8_0, scale, codes and values") {
  const Differences d = compare_q8_0();
  CHECK(d.values == 16896);
  CHECK(d.scales == 0);
  CHECK(d.codes == 0);
  CHECK(d.dequantized == 0);
  MESSAGE("dialect ggml: ", d.codes, " of ", d.values, " codes differ");
}

// Element codes are made with the stored scale there, and a tie goes to the lower code: the smaller
// magnitude.
TEST_CASE("golden/blocks/gguf: dialect ggml gives the scales of ggml's MXFP4; codes differ at ties alone") {
  const Mxfp4 found = compare_mxfp4(stored_for_codes);
  CHECK(found.values == 16896);
  CHECK(found.zero_blocks == 18);
  CHECK(found.scales == 0);
  CHECK(found.other_codes == 0);
  CHECK(found.ties == 207);
}

TEST_CASE("golden/blocks: which cells of the dialects ocp and ggml the data decides") {
  const Dialect &ocp = *find_dialect("ocp"), &ggml = *find_dialect("ggml");
  const std::string of_ocp = test::unchecked_cells(ocp, [](const SpecChange& change) {
    return !compare_edges(change).any() && !compare_all_mx("out_even", change, true).any();
  });
  // Powers of two divide exactly, and no block of the data is below 2^-127.
  CHECK(of_ocp == "division, smallest scale, scale arithmetic");
  CHECK(ocp.help.ends_with(test::unchecked_sentence(of_ocp)));
  const std::string of_ggml = test::unchecked_cells(ggml, [](const SpecChange& change) {
    return !compare_q8_0(change).any() && compare_mxfp4(change).scales == 0;
  });
  // No quotient of the data is a tie of Q8_0, nor near enough to one for division and arithmetic to show.
  CHECK(of_ggml == "division, ties, scale arithmetic");
  CHECK(ggml.help.ends_with(test::unchecked_sentence(of_ggml)));
}
