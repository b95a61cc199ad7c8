// How many members a plain struct has, so that a test can say that each is saved.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>

namespace bitloupe::test {

template <class T>
inline constexpr bool kIsOptional = false;
template <class T>
inline constexpr bool kIsOptional<std::optional<T>> = true;

struct AnyMember {
  std::size_t index;
  // An optional takes what its value takes, by a constructor of its own.
  template <class T>
  requires(!kIsOptional<T>) operator T() const;
};

template <class T, std::size_t... Is>
constexpr bool takes(std::index_sequence<Is...>) {
  return requires { T{AnyMember{Is}...}; };
}

template <class T, std::size_t count = 0>
constexpr std::size_t field_count() {
  if constexpr (takes<T>(std::make_index_sequence<count + 1>()))
    return field_count<T, count + 1>();
  else
    return count;
}

}  // namespace bitloupe::test
