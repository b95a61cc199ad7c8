#include "core/calibration/log_spaced.h"

#include <doctest/doctest.h>

using namespace bitloupe;

TEST_CASE("log-spaced numbers grow by one factor and end exactly where they should") {
  for (const double hi : std::vector<double>{1.0, 0.3, 7e30}) {
    const std::vector<double> numbers = log_spaced(0x1p-4, hi, 64);
    REQUIRE(numbers.size() == 64);
    CHECK(numbers.front() == 0x1p-4);
    CHECK(numbers.back() == hi);
    for (std::size_t i = 2; i < numbers.size(); ++i)
      CHECK(numbers[i] / numbers[i - 1] == doctest::Approx(numbers[1] / numbers[0]).epsilon(1e-13));
  }
}
