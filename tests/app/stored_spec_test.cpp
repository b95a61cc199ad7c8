// What the quantizer shows for tensors of a GGUF file: their own blocks, until a hand chooses something else.
#include "app/stored_spec.h"

#include <doctest/doctest.h>

#include "core/block/block_type.h"
#include "core/quant/block_store.h"
#include "core/quant/recipes.h"
#include "tests/app/bench.h"
#include "tests/core/gguf_bytes.h"
#include "tests/files.h"

using namespace bitloupe;

namespace {

Tensor stored_as(std::string_view type) {
  Tensor tensor;
  tensor.block = find_block_type(type);
  if (tensor.block) tensor.block_bytes = std::make_shared<const std::vector<std::byte>>();
  return tensor;
}

}  // namespace

TEST_CASE("tensors of GGUF files fill in their own recipe, and others bring back what was there") {
  StoredSpec stored;
  const QuantSpec q4_k = stored.for_tensor(stored_as("Q4_K"), QuantSpec{});
  CHECK(q4_k == recipe_spec("q4_k").value());
  const QuantSpec q8_0 = stored.for_tensor(stored_as("Q8_0"), q4_k);
  CHECK(q8_0 == recipe_spec("q8_0").value());
  CHECK(stored.for_tensor(stored_as(""), q8_0) == QuantSpec{});
}

TEST_CASE("what a hand has chosen stays, whatever tensor comes") {
  StoredSpec stored;
  QuantSpec own;
  own.rounding = Rounding::Up;
  CHECK(stored.for_tensor(stored_as("Q4_K"), own) == own);
  QuantSpec changed = stored.for_tensor(stored_as("Q4_K"), QuantSpec{});
  changed.scale_type = ScaleType::BF16;
  CHECK(stored.for_tensor(stored_as("Q8_0"), changed) == changed);
  CHECK(stored.for_tensor(stored_as(""), changed) == changed);
  CHECK_FALSE(stored_spec(stored_as("Q8_1")).has_value());  // nobody stores weights so: there is no recipe
}

TEST_CASE("a GGUF tensor opens with the codes and scales of its file, without error") {
  std::string blocks;  // two of Q4_0: scales 0.5 and -2, codes of all kinds
  for (const char* scale : {"\x00\x38", "\x00\xC0"}) {
    blocks += std::string(scale, 2);
    for (int j = 0; j < 16; ++j) blocks += static_cast<char>(j * 17);
  }
  test::TemporaryFolder folder;
  const std::string path = folder.path("a.gguf");
  test::write_file(path, test::gguf_file({}, {test::gguf_tensor("w", {64}, test::kQ4_0, 0)}, blocks));
  test::Bench bench(path);
  const Snapshot& snapshot = bench.snapshot();
  CHECK(snapshot.spec.recipe == "q4_0");
  REQUIRE((snapshot.blocks != nullptr));
  CHECK(snapshot.blocks->from_file);
  CHECK(snapshot.report->noise == 0);
  CHECK(snapshot.scales->groups[0].scale == 0.5f);
  CHECK(snapshot.scales->groups[1].scale == -2.0f);
  CHECK(snapshot.blocks->codes[16] == 0);
  CHECK(snapshot.blocks->codes[33] == 1);
}
