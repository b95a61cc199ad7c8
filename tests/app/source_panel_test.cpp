// The source panel: choosing tensors and synthetic sources, loading and error states.
#include <doctest/doctest.h>

#include "app/panels/synthetic_rows.h"
#include "app/tensor_list.h"
#include "tests/app/bench.h"
#include "tests/core/gguf_bytes.h"
#include "tests/core/io_support.h"

using namespace bitloupe;
using namespace bitloupe::test;

TEST_CASE("a click on a tensor loads it and shows all of it") {
  const TensorFileOnDisk file;
  Bench bench(file.path);
  CHECK(bench.snapshot().tensor().name == "second");  // the largest
  bench.workbench.view().selected = 100;
  bench.headless.click("source.tensor.first");
  CHECK(bench.snapshot().tensor().shape == Shape{4, 6});
  CHECK_FALSE(bench.workbench.view().selected);
  CHECK(bench.workbench.view().viewport.fit);
}

TEST_CASE("the filter leaves only the tensors with these letters") {
  const TensorFileOnDisk file;
  Bench bench(file.path);
  bench.headless.click("source.filter");
  bench.headless.type("FIR");
  CHECK(bench.headless.has("source.tensor.first"));
  CHECK_FALSE(bench.headless.has("source.tensor.second"));
}

TEST_CASE("long names are told apart by what the list does not share") {
  const auto shown = [](std::string_view name) {
    return without_shared_ends(name, "model.embed.weight", "model.norm.weight");
  };
  CHECK(shown("model.layers.0.attention.q.weight") == "…layers.0.attention.q…");
  CHECK(shown("model.layers.0.attention.q.bias") == "…layers.0.attention.q.bias");
  CHECK(shown("lm_head.weight") == "lm_head…");
  CHECK(shown("lm_head") == "lm_head");
  CHECK(shown("model.weight") == "model.weight");
  CHECK(without_shared_ends("only.one", "only.one", "only.one") == "only.one");
  CHECK(without_shared_ends("a", "", "") == "a");
  CHECK(without_shared_ends("x/a.w", "x/a.w", "x/b.w") == "…a…");
}

TEST_CASE("a synthetic source takes kinds, parameters and shapes") {
  const TensorFileOnDisk file;
  Bench bench(file.path);
  bench.headless.click("source.synthetic");
  bench.settle();
  REQUIRE(bench.workbench.experiment().source.synthetic);
  CHECK(bench.snapshot().tensor().shape == Shape{256, 256});
  bench.headless.reveal("source.shape", "panel.source");
  bench.headless.enter("source.shape", "12 x 7");
  CHECK(bench.snapshot().tensor().shape == Shape{12, 7});
}

TEST_CASE("U23: a shape or number that is none leaves the source as it was") {
  Bench bench;
  const SourceSpec before = bench.workbench.experiment().source;
  bench.headless.reveal("source.shape", "panel.source");
  for (const char* text : {"", "0", "-3", "12x", "nan", "99999x99999x99999", "1e999"}) {
    bench.headless.enter("source.shape", text);
    CHECK(bench.workbench.experiment().source == before);
  }
}

TEST_CASE("typed shapes and lists of numbers") {
  CHECK(typed_shape("256x256") == Shape{256, 256});
  CHECK(typed_shape(" [3, 4] ") == Shape{3, 4});
  CHECK(typed_shape("7") == Shape{7});
  CHECK_FALSE(typed_shape("16777216x17"));  // past 2^28 values
  CHECK_FALSE(typed_shape("18446744073709551616"));
  CHECK_FALSE(typed_shape("2x-2"));
  CHECK(typed_numbers("-1, 1.5;3") == std::vector<double>{-1, 1.5, 3});
  CHECK_FALSE(typed_numbers("1,,2"));
  CHECK_FALSE(typed_numbers("inf"));
  CHECK_FALSE(typed_numbers("1e999"));
  CHECK(typed_numbers(numbers_text({0.1, 1.0 / 3, -2e-20})) == std::vector<double>{0.1, 1.0 / 3, -2e-20});
}

TEST_CASE("a source that cannot be loaded says so, and the tensor before stays") {
  Bench bench;
  const auto before = bench.snapshot().prepared;
  bench.workbench.open("/no/such/file.safetensors");
  bench.settle();
  CHECK(bench.workbench.lanes().source().error);
  CHECK(bench.snapshot().prepared == before);
  CHECK(bench.headless.has("pane.original"));
  bench.headless.key(ui::Key::Z, {.ctrl = true});
  bench.settle();
  CHECK_FALSE(bench.workbench.lanes().source().error);
}

TEST_CASE("S28: a file that is refused by default is opened anyway where the hand says so") {
  const test::TemporaryFolder folder;
  const std::string path = folder.path("rest.safetensors");
  write_file(path, safetensors_bytes(R"({"w":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]}})",
                                     std::string(16, '\1') + "something else"));
  Bench bench;
  bench.workbench.open(path);
  bench.settle();
  REQUIRE(bench.workbench.lanes().source().error);
  REQUIRE(bench.headless.has("source.lenient"));
  bench.headless.click("source.lenient");
  bench.settle();
  CHECK_FALSE(bench.workbench.lanes().source().error);
  CHECK(bench.snapshot().tensor().name == "w");
  CHECK(bench.workbench.sources().tabs.back().source.lenient);
  CHECK_FALSE(bench.headless.has("source.lenient"));
  // What nobody can read is offered no such thing.
  write_file(folder.path("bad.safetensors"), "nonsense");
  bench.workbench.open(folder.path("bad.safetensors"));
  bench.settle();
  REQUIRE(bench.workbench.lanes().source().error);
  CHECK_FALSE(bench.headless.has("source.lenient"));
}

TEST_CASE("a GGUF file opens by its blocks; a tensor that is not decoded is listed and does not open") {
  const TemporaryFolder folder;
  const std::string path = folder.path("a.gguf");
  std::string blocks;
  for (int i = 0; i < 8; ++i)
    blocks += std::string("\0\x3C", 2) + std::string(16, static_cast<char>(0x98 + i));
  write_file(path, gguf_file({}, {gguf_tensor("w", {64, 4}, kQ4_0, 0), gguf_tensor("x", {512}, 16, 160)},
                             blocks + std::string(16, '\0') + std::string(132, '\1')));
  Bench bench(path);
  CHECK(bench.snapshot().tensor().name == "w");  // the largest that can be read
  CHECK(bench.snapshot().tensor().shape == Shape{4, 64});
  CHECK(bench.snapshot().tensor().stored_name() == "Q4_0");
  CHECK(bench.snapshot().tensor().value(0) == 0);
  CHECK(bench.snapshot().tensor().value(16) == 1);
  CHECK(bench.snapshot().storage->ratio == doctest::Approx(4.5 / bench.snapshot().storage->bits_per_value));
  REQUIRE(bench.headless.has("source.tensor.x"));
  bench.headless.click("source.tensor.x");
  CHECK(bench.snapshot().tensor().name == "w");
}
