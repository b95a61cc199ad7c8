// Scale groups as tensors of their own: the same values in the same order as for_each_segment passes over.
#include "core/quant/group_tensor.h"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>

#include "tests/core/streamed_support.h"

using namespace bitloupe;
using namespace bitloupe::test;

namespace {

struct Case {
  Shape shape;
  Granularity granularity;
};

const std::vector<Case> kCases = {
    {{60, 70}, {GranularityKind::Tensor, 0, 1}},
    {{60, 70}, {GranularityKind::Channel, 0, 1}},
    {{60, 70}, {GranularityKind::Channel, 1, 1}},
    {{9, 20, 31}, {GranularityKind::Channel, 1, 1}},
    {{60, 70}, {GranularityKind::Group, 1, 32}},
    {{60, 70}, {GranularityKind::Group, 0, 32}},
    {{9, 20, 31}, {GranularityKind::Group, 1, 7}},
    {{9, 20, 31}, {GranularityKind::Group, 2, 7}},
    {{9, 20, 31}, {GranularityKind::Group, 0, 9}},
    {{4000, 2}, {GranularityKind::Channel, 1, 1}},
    {{2, 4000}, {GranularityKind::Channel, 0, 1}},
    {{2, 3, 700}, {GranularityKind::Group, 1, 2}},
    {{5000}, {GranularityKind::Group, 0, 1}},
    {{5000, 1}, {GranularityKind::Group, 0, 64}},
    {{60, 70}, {GranularityKind::Tile, -1, 16, false, 32}},
    {{9, 20, 31}, {GranularityKind::Tile, -1, 7, false, 1}},
    {{9, 20, 31}, {GranularityKind::Tile, -1, 20, false, 8}},
    {{9, 20, 31}, {GranularityKind::Group, -1, 64, true}},
};

// Value i is i, so that a value says where it comes from.
std::shared_ptr<const Tensor> numbered(const Shape& shape, std::uint64_t memory) {
  std::vector<float> values(element_count(shape));
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i);
  return npy_tensor(shape, values, memory);
}

std::vector<float> expected(const GroupLayout& layout, std::uint64_t group) {
  std::vector<float> values;
  for_each_segment(layout, group, [&](const GroupSegment& segment) {
    for (std::uint64_t i = 0; i < segment.count; ++i)
      values.push_back(static_cast<float>(segment.begin + i * segment.stride));
  });
  return values;
}

}  // namespace

TEST_CASE("a group's values, from any position on") {
  for (const Case& c : kCases) {
    const GroupLayout layout = make_group_layout(c.granularity, c.shape);
    for (const std::uint64_t memory : std::vector<std::uint64_t>{~std::uint64_t{0}, std::uint64_t{0}}) {
      const auto tensor = numbered(c.shape, memory);
      for (std::uint64_t g = 0; g < layout.count; g += 1 + layout.count / 40) {
        const std::vector<float> all = expected(layout, g);
        CHECK(all.size() <= largest_group(layout));
        CHECK(group_values(*tensor, layout, g) == all);
        for (const std::size_t begin :
             std::vector<std::size_t>{std::size_t{0}, all.size() / 3, all.size() - 1}) {
          std::vector<float> got(all.size() - begin);
          read_group(*tensor, layout, g, begin, got);
          CHECK(std::equal(got.begin(), got.end(), all.begin() + static_cast<std::ptrdiff_t>(begin)));
        }
        const MemoryOf little(memory);
        const Tensor own = group_tensor(*tensor, layout, g);
        CHECK(own.resident() == (memory > 0));
        std::vector<float> buffer;
        const auto view = own.view(0, own.count(), buffer);
        CHECK(std::equal(view.begin(), view.end(), all.begin(), all.end()));
      }
    }
  }
}

TEST_CASE("rows of groups: all of them, or every so many, however little memory there is" *
          doctest::test_suite("threads")) {
  for (const Case& c : kCases) {
    const GroupLayout layout = make_group_layout(c.granularity, c.shape);
    const auto tensor = numbered(c.shape, 0);
    for (const std::uint64_t memory :
         std::vector<std::uint64_t>{std::uint64_t{0}, std::uint64_t{3000}, std::uint64_t{1} << 30}) {
      const MemoryOf little(memory);
      for (const std::uint64_t step : std::vector<std::uint64_t>{1, 3}) {
        for (const std::uint64_t multiple : std::vector<std::uint64_t>{1, 5}) {
          std::uint64_t next = 0;
          const bool done =
              for_each_group_rows(*tensor, layout, step, multiple, {}, [&](const GroupRows& rows) {
                CHECK(rows.first == next);
                const std::uint64_t count = rows.last - rows.first;
                CHECK(rows.layout.count == count);
                if (rows.last * step < layout.count) CHECK(count % multiple == 0);
                if (rows.tensor.resident() && multiple == 1 && count > 1)
                  CHECK(rows.tensor.count() * sizeof(float) <= memory / 2);
                const std::uint64_t width = rows.tensor.count() / count;
                std::vector<float> buffer;
                for (std::uint64_t r = 0; r < count; ++r) {
                  const std::vector<float> all = expected(layout, (rows.first + r) * step);
                  const auto row = rows.tensor.view(r * width, width, buffer);
                  REQUIRE(row.size() >= all.size());
                  CHECK(std::equal(all.begin(), all.end(), row.begin()));
                  for (std::size_t i = all.size(); i < row.size(); ++i) CHECK(std::isnan(row[i]));
                }
                next = rows.last;
                return true;
              });
          CHECK(done);
          CHECK(next == (layout.count + step - 1) / step);
        }
      }
    }
  }
}

TEST_CASE("rows end when they are stopped" * doctest::test_suite("threads")) {
  const auto tensor = numbered({60, 70}, 0);
  const GroupLayout layout = make_group_layout({GranularityKind::Channel, 1, 1}, {60, 70});
  const MemoryOf little(3000);
  int visits = 0;
  CHECK_FALSE(for_each_group_rows(*tensor, layout, 1, 1, {}, [&](const GroupRows&) { return ++visits < 2; }));
  CHECK(visits == 2);
  std::stop_source stop;
  stop.request_stop();
  WorkContext context;
  context.stop = stop.get_token();
  CHECK_FALSE(for_each_group_rows(*tensor, layout, 1, 1, context, [&](const GroupRows&) { return true; }));
}
