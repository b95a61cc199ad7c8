#include <doctest/doctest.h>

#include "core/probe.h"
#include "core/quant/spec_text.h"
#include "support.h"

namespace bitloupe {

TEST_CASE("a group's own curve over fractions of its range is the curve of its values alone") {
  std::vector<float> values = test::random_values(6 * 200, 4);
  for (std::size_t i = 400; i < 600; ++i) values[i] *= 8;
  QuantSpec spec;
  REQUIRE(set_key(spec, "format", "int4"));
  REQUIRE(set_key(spec, "granularity", "channel:0"));
  const auto snapshot = test::run_spec(spec, test::prepared_from({6, 200}, values));
  const auto own = group_curve(*snapshot, 2, 1000);
  REQUIRE(own);
  CHECK(own->relative);
  CHECK(own->points.size() == 64);
  CHECK(own->points.back().threshold >= 1);

  const auto alone =
      test::prepared_from({200}, std::vector<float>(values.begin() + 400, values.begin() + 600));
  const GroupExtremes extremes{make_group_layout({}, {200}), {snapshot->extremes->groups[2]}};
  QuantSpec tensor_spec = spec;
  tensor_spec.granularity = {};
  const auto expected = error_curve(*alone, nullptr, canonical(tensor_spec), extremes, {}, {});
  REQUIRE(expected);
  CHECK(own->best.mse() == doctest::Approx(expected->best.mse()).epsilon(1e-9));

  CHECK_FALSE(group_curve(*snapshot, 2, 100));  // more values than a frame has time for
}

TEST_CASE("tensors, direct casts and all-zero groups have no group's curve") {
  std::vector<float> values = test::random_values(60, 4);
  for (std::size_t i = 0; i < 30; ++i) values[i] = 0;
  QuantSpec spec;
  const auto prepared = test::prepared_from({2, 30}, values);
  CHECK_FALSE(group_curve(*test::run_spec(spec, prepared), 0, 1000));
  REQUIRE(set_key(spec, "granularity", "channel:0"));
  CHECK_FALSE(group_curve(*test::run_spec(spec, prepared), 0, 1000));
  CHECK(group_curve(*test::run_spec(spec, prepared), 1, 1000));
}

}  // namespace bitloupe
