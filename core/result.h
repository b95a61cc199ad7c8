// Result<T>: a value or one Error. Core reports every failure this way: it throws nothing and prints nothing.
#pragma once

#include <string>
#include <utility>
#include <variant>

namespace bitloupe {

// What kind of failure it is; the command line maps BadArgument and NotAvailable to exit status 2, all
// others to 1.
enum class ErrorCode {
  BadInput,      // a file's content is wrong
  BadArgument,   // a spec, source text or option is wrong
  NotAvailable,  // a documented feature that is not built yet
  Io,            // the operating system refused
  OutOfMemory,
  Cancelled,
};

// `message` is one sentence for people: what is wrong (what was found, what was expected).
struct Error {
  ErrorCode code = ErrorCode::BadInput;
  std::string message;
  bool operator==(const Error&) const = default;
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & { return std::get<0>(state_); }
  const T& value() const& { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Error& error() const { return std::get<1>(state_); }

 private:
  std::variant<T, Error> state_;
};

// A Result without a value: `return Ok{};`
struct Ok {};
using Status = Result<Ok>;

inline Error bad_input(std::string message) { return {ErrorCode::BadInput, std::move(message)}; }
inline Error bad_argument(std::string message) { return {ErrorCode::BadArgument, std::move(message)}; }
inline Error not_available(std::string what) {
  return {ErrorCode::NotAvailable, std::move(what) + ": not available"};
}
inline Error cancelled() { return {ErrorCode::Cancelled, "cancelled"}; }

}  // namespace bitloupe
