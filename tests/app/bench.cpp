#include "tests/app/bench.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <vector>

#include "core/source.h"

namespace bitloupe::test {
namespace {

Experiment on_source(const std::string& text) {
  const auto source = parse_source(text);
  REQUIRE(source.ok());
  Experiment experiment;
  experiment.source = *source;
  return experiment;
}

}  // namespace

Bench::Bench(const std::string& source, int width, int height, float scale)
    : workbench(on_source(source), painter, [] {}),
      headless(
          [this] {
            painter.panes.clear();
            workbench.frame();
          },
          width, height, scale) {
  settle();
}

void Bench::settle() {
  for (int i = 0; i < 3; ++i) {
    headless.step();
    workbench.workers().wait_idle();
    workbench.lanes().wait_idle();
  }
  headless.step(2);
}

const Snapshot& Bench::snapshot() {
  settle();
  const auto snapshot = workbench.snapshot();
  REQUIRE(snapshot);
  return *snapshot;  // the lanes keep it
}

bool Bench::painted(GridQuantity quantity) const {
  return std::any_of(painter.panes.begin(), painter.panes.end(),
                     [&](const GridPane& pane) { return pane.quantity == quantity; });
}

TensorFileOnDisk::TensorFileOnDisk()
    : path((std::filesystem::temp_directory_path() /
            ("bitloupe_bench_" + std::to_string(getpid()) + ".safetensors"))
               .string()) {
  constexpr std::size_t kFirst = 4 * 6, kSecond = 3 * 5 * 7;
  const std::string header = R"({"first":{"dtype":"F32","shape":[4,6],"data_offsets":[0,96]},)"
                             R"("second":{"dtype":"F32","shape":[3,5,7],"data_offsets":[96,516]}})";
  std::ofstream file(path, std::ios::binary);
  const std::uint64_t length = header.size();
  file.write(reinterpret_cast<const char*>(&length), sizeof length);
  file << header;
  std::vector<float> values(kFirst + kSecond);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i % 17) / 16 - 0.5f;
  file.write(reinterpret_cast<const char*>(values.data()), static_cast<std::streamsize>(values.size() * 4));
}

TensorFileOnDisk::~TensorFileOnDisk() { std::filesystem::remove(path); }

}  // namespace bitloupe::test
