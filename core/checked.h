// Integer arithmetic on numbers that came from a file: every operation says whether it overflowed.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <type_traits>

namespace bitloupe {

inline std::optional<std::uint64_t> checked_add(std::uint64_t a, std::uint64_t b) {
  std::uint64_t sum = 0;
  if (__builtin_add_overflow(a, b, &sum)) return std::nullopt;
  return sum;
}

inline std::optional<std::uint64_t> checked_mul(std::uint64_t a, std::uint64_t b) {
  std::uint64_t product = 0;
  if (__builtin_mul_overflow(a, b, &product)) return std::nullopt;
  return product;
}

// The value as a To, or nothing where To cannot hold it.
template <class To, class From>
std::optional<To> checked_narrow(From value) {
  static_assert(std::is_integral_v<To> && std::is_integral_v<From>);
  To narrowed = 0;
  if (__builtin_add_overflow(value, From{0}, &narrowed)) return std::nullopt;
  return narrowed;
}

}  // namespace bitloupe
