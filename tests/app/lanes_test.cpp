#include "app/lanes.h"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

#include "app/probes.h"
#include "app/tensor_cache.h"

using namespace bitloupe;
using namespace std::chrono_literals;

namespace {

Experiment synthetic(std::uint64_t count, std::uint64_t seed = 1) {
  Experiment experiment;
  experiment.source.synthetic = SyntheticSpec{};
  experiment.source.synthetic->shape = {count};
  experiment.source.synthetic->seed = seed;
  experiment.quant.format = integer_format(4, true);
  return experiment;
}

Experiment from_file(const std::string& path) {
  Experiment experiment;
  experiment.source.path = path;
  return experiment;
}

void set_range(Experiment& experiment, double hi) {
  experiment.quant.calibration.method = CalibrationMethod::Manual;
  experiment.quant.calibration.lo = -hi;
  experiment.quant.calibration.hi = hi;
}

std::string temporary(const std::string& name) {
  return (std::filesystem::temp_directory_path() / ("bitloupe-lanes-" + name)).string();
}

}  // namespace

TEST_CASE("a submitted experiment is loaded, tuned exactly and compared") {
  std::atomic<int> woken{0};
  Lanes lanes([&] { ++woken; });
  CHECK_FALSE(lanes.latest());
  lanes.submit(synthetic(1000));
  lanes.wait_idle();
  const auto shot = lanes.latest();
  REQUIRE(shot);
  CHECK(shot->exact);
  CHECK(shot->comparisons);
  CHECK(shot->tensor().count() == 1000);
  CHECK(woken > 0);
  CHECK_FALSE(lanes.source().loading);
}

TEST_CASE("a new spec on the same source is tuned without loading again") {
  Lanes lanes([] {});
  Experiment experiment = synthetic(1000);
  lanes.submit(experiment);
  lanes.wait_idle();
  const auto before = lanes.latest();
  set_range(experiment, 0.5);
  lanes.submit(experiment);
  lanes.wait_idle();
  const auto after = lanes.latest();
  CHECK(after->prepared == before->prepared);
  CHECK(after->report->clipped > 0);
}

TEST_CASE("a drag of 200 moves while a 64 M-value tensor loads publishes at least 20 snapshots") {
  Lanes lanes([] {});
  Experiment experiment = synthetic(100000);
  lanes.submit(experiment);
  lanes.wait_idle();
  experiment.source = synthetic(std::uint64_t{1} << 26, 2).source;
  lanes.submit(experiment);
  const std::uint64_t before = lanes.published();
  std::uint64_t while_loading = 0;
  for (int move = 0; move < 200; ++move) {
    set_range(experiment, 2 - move * 0.005);
    lanes.submit(experiment);
    std::this_thread::sleep_for(2ms);
    if (lanes.source().loading) while_loading = lanes.published() - before;
  }
  CHECK(while_loading >= 20);
  MESSAGE(while_loading, " snapshots while loading");
  lanes.cancel_loading();
}

TEST_CASE("a wrong spec keeps the last good result beside its error") {
  Lanes lanes([] {});
  Experiment experiment = synthetic(1000);
  lanes.submit(experiment);
  lanes.wait_idle();
  const auto good = lanes.latest();
  experiment.quant.granularity = {GranularityKind::Channel, 7, 1};
  lanes.submit(experiment);
  lanes.wait_idle();
  const auto bad = lanes.latest();
  REQUIRE(bad->error.has_value());
  CHECK(bad->report == good->report);
  CHECK(bad->id > good->id);
  experiment.quant.granularity = {};
  lanes.submit(experiment);
  lanes.wait_idle();
  CHECK_FALSE(lanes.latest()->error.has_value());
}

TEST_CASE("F01 a source that cannot be opened leaves the previous tensor on screen") {
  Lanes lanes([] {});
  lanes.submit(synthetic(100));
  lanes.wait_idle();
  const auto before = lanes.latest();
  lanes.submit(from_file("/nonexistent/file.npy"));
  lanes.wait_idle();
  REQUIRE(lanes.source().error.has_value());
  CHECK(lanes.source().error->message.find("/nonexistent/file.npy") != std::string::npos);
  CHECK(lanes.latest()->prepared == before->prepared);
  lanes.submit(synthetic(100));
  lanes.wait_idle();
  CHECK_FALSE(lanes.source().error.has_value());
}

TEST_CASE("the newest of many sources wins, and going back is instant") {
  Lanes lanes([] {});
  for (std::uint64_t seed = 0; seed < 10; ++seed) lanes.submit(synthetic(20000 + seed, seed));
  lanes.wait_idle();
  CHECK(lanes.latest()->tensor().count() == 20009);
  const auto prepared = lanes.latest()->prepared;
  lanes.submit(synthetic(5, 77));
  lanes.wait_idle();
  lanes.submit(synthetic(20009, 9));
  lanes.wait_idle();
  CHECK(lanes.latest()->prepared == prepared);
}

TEST_CASE("reload reads the file again") {
  const std::string path = temporary("reload.npy");
  const std::string header = "\x93NUMPY\x01" + std::string("\0\x3e\0", 3) +
                             "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }    \n";
  auto write = [&](float value) {
    std::ofstream file(path, std::ios::binary);
    file << header;
    file.write(reinterpret_cast<const char*>(&value), sizeof value);
  };
  write(1);
  Lanes lanes([] {});
  lanes.submit(from_file(path));
  lanes.wait_idle();
  REQUIRE_MESSAGE(lanes.latest(), (lanes.source().error ? lanes.source().error->message : ""));
  CHECK(lanes.latest()->tensor().span()[0] == 1);
  write(2);
  lanes.reload();
  lanes.wait_idle();
  CHECK(lanes.latest()->tensor().span()[0] == 2);
  std::filesystem::remove(path);
}

TEST_CASE("U18 lanes that are busy are cancelled and joined within 200 ms") {
  auto lanes = std::make_unique<Lanes>([] {});
  lanes->submit(synthetic(std::uint64_t{1} << 26));
  std::this_thread::sleep_for(20ms);
  lanes.reset();
}

TEST_CASE("the cache keeps the newest and drops the least recent past its bytes") {
  auto prepared = [](std::size_t count) {
    auto tensor = std::make_shared<Tensor>();
    tensor->shape = {count};
    tensor->values = std::make_shared<const Values>(count);
    auto result = std::make_shared<Prepared>();
    result->tensor = tensor;
    return result;
  };
  TensorCache cache(1000);
  cache.put("a", prepared(100));
  cache.put("b", prepared(100));
  CHECK(cache.find("a"));
  cache.put("c", prepared(100));  // 1,200 bytes: b goes
  CHECK(cache.find("a"));
  CHECK_FALSE(cache.find("b"));
  cache.put("huge", prepared(5000));
  CHECK(cache.find("huge"));
  CHECK_FALSE(cache.find("c"));
}

TEST_CASE("values are sorted once a tensor, and again only for another layout worth it") {
  Lanes lanes([] {});
  Experiment experiment = synthetic(1 << 22);
  lanes.submit(experiment);
  lanes.wait_idle();
  const auto sorted = lanes.latest()->moments;
  REQUIRE(sorted);
  CHECK(sorted->all);
  CHECK(lanes.latest()->curve->exact);
  CHECK(lanes.latest()->picks->size() == 3);
  set_range(experiment, 1.5);
  lanes.submit(experiment);
  lanes.wait_idle();
  CHECK(lanes.latest()->moments == sorted);
  experiment.quant.granularity = {GranularityKind::Group, -1, 64};  // too short to be sorted
  lanes.submit(experiment);
  lanes.wait_idle();
  CHECK_FALSE(lanes.latest()->moments);
  CHECK(lanes.latest()->exact);
  experiment.quant.granularity = {};
  lanes.submit(experiment);
  lanes.wait_idle();
  CHECK(lanes.latest()->moments == sorted);

  experiment.source.synthetic->shape = {16, 1 << 18};
  experiment.quant.granularity = {GranularityKind::Channel, 0};
  lanes.submit(experiment);
  lanes.wait_idle();
  REQUIRE(lanes.latest()->moments);
  CHECK(lanes.latest()->moments->groups.size() == 16);
}

TEST_CASE("before the sort is done the sample stands in, and says so") {
  std::atomic<bool> sampled = false, exact_while_sampled = false;
  std::atomic<Lanes*> running = nullptr;
  Lanes lanes([&] {
    const Lanes* const known = running;
    if (!known) return;
    const auto shot = known->latest();
    if (!shot || !shot->moments || shot->moments->all) return;
    sampled = true;
    if (shot->exact && shot->spec.calibration.method == CalibrationMethod::Mse) exact_while_sampled = true;
  });
  running = &lanes;
  Experiment experiment = synthetic(1 << 24);
  experiment.quant.calibration.method = CalibrationMethod::Mse;
  lanes.submit(experiment);
  lanes.wait_idle();
  CHECK(sampled);
  CHECK_FALSE(exact_while_sampled);
  CHECK(lanes.latest()->exact);
  CHECK(lanes.latest()->moments->all);
  running = nullptr;
}

TEST_CASE("probes answer at once from a sample and exactly a little later") {
  Lanes lanes([] {});
  Experiment experiment = synthetic(1 << 22);
  experiment.quant.granularity = {GranularityKind::Group, -1, 64};  // too short to be sorted
  lanes.submit(experiment);
  lanes.wait_idle();
  Probes probes(lanes);
  probes.begin_frame(lanes.latest());
  const HistogramRequest request{-4, 4, 64, {}};
  const auto first = probes.histogram("histogram", request);
  REQUIRE(first);
  CHECK_FALSE(first->exact);
  CHECK(first->weight > 1);
  lanes.wait_idle();
  const auto exact = probes.histogram("histogram", request);
  CHECK(exact->exact);
  CHECK(exact->original.total() == std::uint64_t{1} << 22);
  CHECK(probes.histogram("histogram", request) == exact);

  set_range(experiment, 1.5);
  lanes.submit(experiment);
  lanes.wait_idle();
  probes.begin_frame(lanes.latest());
  const auto next = probes.histogram("histogram", request);
  CHECK(next->original.counts == exact->original.counts);  // does not flicker during a drag
}

TEST_CASE("a probe's answer belongs to its snapshot, request and slot") {
  Lanes lanes([] {});
  Experiment experiment = synthetic(64);
  lanes.submit(experiment);
  lanes.wait_idle();
  Probes probes(lanes);
  CHECK_FALSE(probes.explain(0));
  probes.begin_frame(lanes.latest());
  const WindowRequest request{normalized({}, {64}), 0, 0, 1, 64, 1, 1};
  const auto grid = probes.window("grid", request);
  REQUIRE(grid);
  CHECK(grid->exact);
  CHECK(probes.window("grid", request) == grid);
  CHECK(probes.explain(3)->index == 3);
  CHECK_FALSE(probes.explain(64));
  set_range(experiment, 0.1);
  lanes.submit(experiment);
  lanes.wait_idle();
  probes.begin_frame(lanes.latest());
  CHECK(probes.window("grid", request) != grid);
}
