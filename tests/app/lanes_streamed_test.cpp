// The lanes on a tensor that is read in chunks: live, and with an error beside the last picture once the file
// changes.
#include <doctest/doctest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "app/lanes.h"
#include "app/tensor_cache.h"
#include "core/io/npy_writer.h"
#include "core/probe.h"

using namespace bitloupe;

namespace {

// While it lives, one tensor's values may take 100,000 bytes.
struct LittleMemory {
  LittleMemory() { ::setenv("BITLOUPE_MEMORY", "100000", 1); }
  ~LittleMemory() { ::unsetenv("BITLOUPE_MEMORY"); }
};

struct FileOf {
  explicit FileOf(std::size_t count)
      : path(std::filesystem::temp_directory_path() / "bitloupe-lanes-streamed.npy") {
    std::vector<float> values(count);
    for (std::size_t i = 0; i < count; ++i) values[i] = static_cast<float>(i % 1000) - 300;
    const auto bytes = encode_npy({"<f4", {count / 500, 500}, std::as_bytes(std::span(values))});
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  }
  ~FileOf() { std::filesystem::remove(path); }
  std::filesystem::path path;
};

Experiment int4_of(const std::string& path) {
  Experiment experiment;
  experiment.source.path = path;
  experiment.quant.format = integer_format(4, true);
  return experiment;
}

}  // namespace

TEST_CASE("a tensor larger than the budget is tuned live, and its file's end is said") {
  const LittleMemory little;
  const FileOf file(200'000);
  Lanes lanes([] {});
  Experiment experiment = int4_of(file.path.string());
  lanes.submit(experiment);
  lanes.wait_idle();
  CHECK_FALSE(lanes.source().error);
  auto shot = lanes.latest();
  REQUIRE(shot);
  CHECK_FALSE(shot->tensor().resident());
  CHECK(shot->exact);
  CHECK(shot->report->values == 200'000);

  experiment.quant.granularity.kind = GranularityKind::Group;
  lanes.submit(experiment);
  lanes.wait_idle();
  shot = lanes.latest();
  CHECK(shot->exact);
  CHECK(shot->report->finite == 200'000);
  CHECK(explain(*shot, 1234).original == -66);

  std::filesystem::resize_file(file.path, 1000);
  experiment.quant.granularity.size = 64;
  lanes.submit(experiment);
  lanes.wait_idle();
  REQUIRE(lanes.source().error);
  CHECK(lanes.source().error->message.find("changed while it was open") != std::string::npos);
  CHECK(lanes.latest()->experiment.quant.granularity.size == 32);  // the last good picture stays
}

TEST_CASE("the cache counts what a streamed tensor holds, not what it stands for") {
  const LittleMemory little;
  const FileOf file(200'000);
  const SourceSpec source{file.path.string(), "", {}};
  TensorCache cache(300'000);
  for (const char* key : {"a", "b", "c"}) {  // 2.4 MB of values, some 110 KB held
    const auto tensor = load_source(source, Pick::Refuse, {});
    REQUIRE(tensor.ok());
    const auto prepared = prepare(*tensor, {});
    REQUIRE(prepared.ok());
    cache.put(key, *prepared);
  }
  for (const char* key : {"a", "b", "c"}) CHECK(cache.find(key));
}
