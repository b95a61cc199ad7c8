#include "core/quant/group_layout.h"

#include <doctest/doctest.h>

#include <vector>

using namespace bitloupe;

namespace {

// group_of by the definition: positions along every axis, runs along one of them.
std::uint64_t group_by_definition(const Granularity& granularity, const Shape& shape, std::uint64_t index) {
  if (granularity.kind == GranularityKind::Tensor || shape.empty()) return 0;
  if (granularity.flat) return index / granularity.size;
  if (granularity.kind == GranularityKind::Tile) {
    const std::uint64_t columns = shape.back(), rows = shape.size() > 1 ? shape[shape.size() - 2] : 1;
    const auto parts = [](std::uint64_t length, std::uint64_t size) { return (length + size - 1) / size; };
    const std::uint64_t row = index / columns % rows, column = index % columns,
                        outer = index / columns / rows;
    return (outer * parts(rows, granularity.size) + row / granularity.size) *
               parts(columns, granularity.columns) +
           column / granularity.columns;
  }
  const std::size_t axis = static_cast<std::size_t>(
      granularity.axis < 0 ? granularity.axis + static_cast<int>(shape.size()) : granularity.axis);
  std::vector<std::uint64_t> position(shape.size());
  for (std::size_t d = shape.size(); d-- > 0; index /= shape[d]) position[d] = index % shape[d];
  if (granularity.kind == GranularityKind::Channel) return position[axis];
  std::uint64_t group = 0;
  for (std::size_t d = 0; d < shape.size(); ++d) {
    const bool along = d == axis;
    const std::uint64_t size = std::min<std::uint64_t>(granularity.size, shape[d]);
    group = group * (along ? (shape[d] + size - 1) / size : shape[d]) +
            (along ? position[d] / size : position[d]);
  }
  return group;
}

std::vector<Granularity> granularities(const Shape& shape) {
  std::vector<Granularity> all = {{}};
  for (std::int64_t axis = 0; axis < static_cast<std::int64_t>(shape.size()); ++axis) {
    all.push_back({GranularityKind::Channel, axis, 1});
    for (std::uint64_t size : {1u, 2u, 3u, 4u, 100u}) {
      all.push_back({GranularityKind::Group, axis, size});
      all.push_back({GranularityKind::Group, -1, size, true});
    }
  }
  if (!shape.empty()) all.push_back({GranularityKind::Group, -1, 2});
  for (std::uint64_t rows : {1u, 2u, 3u, 100u})
    for (std::uint64_t columns : {1u, 2u, 4u, 100u})
      if (!shape.empty()) all.push_back({GranularityKind::Tile, -1, rows, false, columns});
  return all;
}

const std::vector<Shape> kShapes = {{}, {1}, {7}, {3, 5}, {5, 1}, {1, 6}, {2, 3, 4}, {4, 1, 3}, {2, 2, 3, 5}};

}  // namespace

TEST_CASE("group_of and runs follow the definition for every granularity and shape") {
  for (const Shape& shape : kShapes)
    for (const Granularity& granularity : granularities(shape)) {
      CAPTURE(to_text(shape));
      CAPTURE(granularity.axis);
      CAPTURE(granularity.size);
      const GroupLayout layout = make_group_layout(granularity, shape);
      const std::uint64_t n = element_count(shape);
      std::uint64_t groups = 0;
      for (std::uint64_t i = 0; i < n; ++i) {
        REQUIRE(layout.group_of(i) == group_by_definition(granularity, shape, i));
        groups = std::max(groups, layout.group_of(i) + 1);
      }
      CHECK(layout.count == groups);
      for (std::uint64_t begin = 0; begin < n; ++begin)
        for (std::uint64_t end = begin + 1; end <= n; ++end) {
          std::uint64_t next = begin;
          for_each_run(layout, begin, end, [&](const GroupRun& run) {
            REQUIRE(run.begin == next);
            REQUIRE(run.length > 0);
            for (std::uint64_t i = 0; i < run.length; ++i)
              REQUIRE(run.group + i * run.step == layout.group_of(run.begin + i));
            next += run.length;
          });
          REQUIRE(next == end);
        }
    }
}

TEST_CASE("segments list every element of a group once") {
  for (const Shape& shape : kShapes)
    for (const Granularity& granularity : granularities(shape)) {
      const GroupLayout layout = make_group_layout(granularity, shape);
      std::vector<int> seen(element_count(shape));
      for (std::uint64_t g = 0; g < layout.count; ++g) {
        std::uint64_t size = 0;
        for_each_segment(layout, g, [&](const GroupSegment& segment) {
          for (std::uint64_t i = 0; i < segment.count; ++i) {
            const std::uint64_t index = segment.begin + i * segment.stride;
            REQUIRE(layout.group_of(index) == g);
            ++seen[index];
            ++size;
          }
        });
        CHECK(group_size(layout, g) == size);
      }
      for (int count : seen) CHECK(count == 1);
    }
}

TEST_CASE("V18 a group size that does not divide gives a short last run, a larger one a single group") {
  const GroupLayout layout = make_group_layout({GranularityKind::Group, -1, 4}, {2, 10});
  CHECK(layout.count == 6);
  CHECK(group_size(layout, 0) == 4);
  CHECK(group_size(layout, 2) == 2);
  CHECK(make_group_layout({GranularityKind::Group, -1, 64}, {2, 10}).count == 2);
}

TEST_CASE("V01 V19 empty tensors and scalars have one group") {
  CHECK(make_group_layout({GranularityKind::Channel, 0, 1}, {0, 4}).count == 1);
  CHECK(make_group_layout({GranularityKind::Channel, 0, 1}, {}).count == 1);
}
