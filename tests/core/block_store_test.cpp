// GGUF recipes through a whole run: the bytes, codes, scales and values of ggml (golden/blocks/gguf), and
// what probes and reports say of them.
#include "core/quant/block_store.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "core/block/block_anatomy.h"
#include "core/probe.h"
#include "core/quant/materialize.h"
#include "core/quant/recipes.h"
#include "tests/core/support.h"
#include "tests/paths.h"

using namespace bitloupe;

namespace {

const std::string kFolder = test::golden_dir() + "/blocks/gguf/";

std::string recipe_of(std::string_view block_type) {
  for (const RecipeRow& row : recipes())
    if (row.block_type == block_type) return std::string(row.key);
  return {};
}

// The blocks of zeros of IQ4_NL, whose codes ggml's reference does not write.
bool undefined(const BlockType& type, const std::vector<std::byte>& expected, std::size_t i) {
  const std::size_t in_block = i % type.bytes, first = i - in_block;
  return type.name == "IQ4_NL" && in_block >= 2 && expected[first] == std::byte{0} &&
         expected[first + 1] == std::byte{0};
}

std::shared_ptr<const Snapshot> run_recipe(std::string_view name,
                                           const std::shared_ptr<const Prepared>& prepared) {
  auto snapshot = test::run_spec(recipe_spec(name).value(), prepared);
  REQUIRE_FALSE(snapshot->error.has_value());
  return snapshot;
}

}  // namespace

TEST_CASE("golden/blocks/gguf: recipes give ggml's packed bytes and dequantized values") {
  std::size_t bytes = 0, different_bytes = 0, values = 0, different_values = 0;
  for (const auto& golden : nlohmann::json::parse(test::read_text(kFolder + "index.json"))) {
    const std::string file = golden["file"], name = golden["type"], input = golden["input"];
    if (!file.ends_with(".npz")) continue;  // bfloat16
    CAPTURE(file);
    const auto prepared = test::prepared_npy(kFolder + input);
    const auto snapshot = run_recipe(recipe_of(name), prepared);
    REQUIRE((snapshot->blocks != nullptr));
    CHECK_FALSE(snapshot->blocks->from_file);
    const auto members = test::read_npz(kFolder + file);
    const auto& packed = members.at("packed");
    REQUIRE(packed.size() == snapshot->blocks->bytes->size());
    for (std::size_t i = 0; i < packed.size(); ++i)
      different_bytes +=
          !undefined(*snapshot->blocks->type, packed, i) && packed[i] != (*snapshot->blocks->bytes)[i];
    bytes += packed.size();
    const auto expected = test::as<float>(members.at("dequantized"));
    std::vector<float> made(expected.size());
    CHECK(materialize(*snapshot->quantizer, *snapshot->scales, prepared->tensor->span(), {}, made, {}));
    for (std::size_t i = 0; i < made.size(); ++i) different_values += made[i] != expected[i];
    values += made.size();
    double noise = 0;
    for (std::size_t i = 0; i < made.size(); ++i) {
      const double e = static_cast<double>(prepared->tensor->value(i)) - static_cast<double>(expected[i]);
      noise += e * e;
    }
    CHECK(snapshot->report->noise == doctest::Approx(noise).epsilon(1e-12));
    CHECK(snapshot->exact);
  }
  CHECK(different_bytes == 0);
  CHECK(different_values == 0);
  MESSAGE("recipes: ", different_bytes, " of ", bytes, " bytes and ", different_values, " of ", values,
          " values differ from ggml's");
}

TEST_CASE("the storage of a block type is its bytes, and the sum says of what") {
  const auto prepared = test::prepared_from({4, 512}, test::random_values(2048, 3));
  const std::pair<const char*, const char*> sums[] = {{"q4_0", "4 + 16/32"},
                                                      {"q4_1", "4 + (16 + 16)/32"},
                                                      {"q5_0", "5 + 16/32"},
                                                      {"q5_1", "5 + (16 + 16)/32"},
                                                      {"q8_0", "8 + 16/32"},
                                                      {"q2_k", "2 + (4 + 4)/16 + (16 + 16)/256"},
                                                      {"q3_k", "3 + 6/16 + 16/256"},
                                                      {"q4_k", "4 + (6 + 6)/32 + (16 + 16)/256"},
                                                      {"q5_k", "5 + (6 + 6)/32 + (16 + 16)/256"},
                                                      {"q6_k", "6 + 8/16 + 16/256"},
                                                      {"iq4_nl", "4 + 16/32"},
                                                      {"gguf_mxfp4", "4 + 8/32"},
                                                      {"gguf_nvfp4", "4 + 8/16"}};
  for (const auto& [name, sum] : sums) {
    const std::string recipe = name;
    CAPTURE(recipe);
    const auto snapshot = run_recipe(name, prepared);
    CHECK(snapshot->storage->sum == sum);
    CHECK(snapshot->storage->bytes == snapshot->blocks->bytes->size());
    CHECK(snapshot->storage->bits_per_value == snapshot->blocks->type->bits_per_value());
    CHECK(snapshot->report->code_counts.size() == std::size_t{1} << snapshot->spec.format.bits);
  }
}

TEST_CASE("probes see the blocks: explain, window and histogram agree with the decoder") {
  const auto prepared = test::prepared_from({4, 512}, test::random_values(2048, 7));
  for (const RecipeRow& row : recipes()) {
    if (row.block_type.empty()) continue;
    CAPTURE(row.key);
    const auto snapshot = run_recipe(row.key, prepared);
    const BlockType& type = *snapshot->blocks->type;
    std::vector<float> decoded(2048);
    for (std::size_t i = 0; i < 2048; i += type.values)
      type.decode(snapshot->blocks->bytes->data() + i / type.values * type.bytes, decoded.data() + i);
    for (std::uint64_t i = 0; i < 2048; i += 37) {
      const Explanation e = explain(*snapshot, i);
      CHECK(e.quantized.dequantized == decoded[i]);
      CHECK(e.lines.size() >= 4);
      CHECK(e.grid.lo <= decoded[i]);
      CHECK(e.grid.hi >= decoded[i]);
    }
    const WindowResult cells = window(*snapshot, {normalized({}, {4, 512}), 0, 0, 4, 512, 1, 1}, 1 << 20);
    for (std::size_t i = 0; i < 2048; ++i) CHECK(cells.dequantized[i].min == decoded[i]);
    const WindowResult coarse = window(*snapshot, {normalized({}, {4, 512}), 0, 0, 4, 512, 4, 64}, 1 << 20);
    for (std::size_t t = 0; t < coarse.width; ++t) {
      float least = decoded[t * 64];
      for (std::size_t r = 0; r < 4; ++r)
        for (std::size_t c = t * 64; c < t * 64 + 64; ++c) least = std::min(least, decoded[r * 512 + c]);
      CHECK(coarse.dequantized[t].min == least);
    }
    CHECK((snapshot->curve == nullptr));
  }
}

TEST_CASE("what ggml cannot cut into whole blocks is refused, and changing a field leaves the recipe") {
  const auto odd = test::run_spec(recipe_spec("q4_k").value(),
                                  test::prepared_from({2, 100}, std::vector<float>(200, 1.0f)));
  REQUIRE(odd->error.has_value());
  CHECK(odd->error->message.find(
            "q4_k: the last axis of [2, 100] has 100 values, expected a multiple of 256") !=
        std::string::npos);
  QuantSpec changed = recipe_spec("q4_0").value();
  changed.rounding = Rounding::Up;
  const auto snapshot = test::run_spec(changed, test::prepared_from({2, 100}, std::vector<float>(200, 1.0f)));
  CHECK_FALSE(snapshot->error.has_value());
  CHECK((snapshot->blocks == nullptr));
}

TEST_CASE("NaN, infinities and a tensor without values go through every recipe") {
  std::vector<float> odd(512, 0.5f);
  odd[3] = std::numeric_limits<float>::quiet_NaN();
  odd[300] = std::numeric_limits<float>::infinity();
  odd[301] = -3e38f;
  for (const RecipeRow& row : recipes()) {
    CAPTURE(row.key);
    const auto snapshot = run_recipe(row.key, test::prepared_from({512}, odd));
    CHECK(snapshot->report->nan == 1);
    CHECK(snapshot->report->inf == 1);
    CHECK_FALSE(run_recipe(row.key, test::prepared_from({0, 256}, {}))->error.has_value());
  }
}
