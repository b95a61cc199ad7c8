#include "core/checked.h"

#include <doctest/doctest.h>

namespace bitloupe {
namespace {

constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();

TEST_CASE("checked_add says when a sum does not fit") {
  CHECK(checked_add(2, 3) == 5u);
  CHECK(checked_add(kMost, 0) == kMost);
  CHECK(!checked_add(kMost, 1));
  CHECK(!checked_add(kMost - 7, 8));
}

TEST_CASE("S20 checked_mul says when a product does not fit") {
  CHECK(checked_mul(0, kMost) == 0u);
  CHECK(checked_mul(kMost, 1) == kMost);
  CHECK(checked_mul(std::uint64_t{1} << 32, (std::uint64_t{1} << 32) - 1) == 0xFFFFFFFF00000000u);
  CHECK(!checked_mul(std::uint64_t{1} << 32, std::uint64_t{1} << 32));
  CHECK(!checked_mul(2, kMost - 1));
}

TEST_CASE("checked_narrow keeps what the type can hold") {
  CHECK(checked_narrow<std::uint8_t>(255) == 255);
  CHECK(!checked_narrow<std::uint8_t>(256));
  CHECK(!checked_narrow<std::uint8_t>(-1));
  CHECK(checked_narrow<std::int8_t>(-128) == -128);
  CHECK(!checked_narrow<std::int8_t>(-129));
  CHECK(checked_narrow<std::int64_t>(std::uint64_t{1} << 62) == std::int64_t{1} << 62);
  CHECK(!checked_narrow<std::int64_t>(std::uint64_t{1} << 63));
  CHECK(!checked_narrow<std::uint64_t>(std::int64_t{-1}));
}

}  // namespace
}  // namespace bitloupe
