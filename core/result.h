// Result<T>: a value or one Error. Core reports every failure this way: it throws nothing and prints nothing.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
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

// What a reader says of a file that it refuses, part by part. The table of codes is io/file_error.h.
struct FileFault {
  std::string_view code;                // stable: "ST_OVERLAP"; static storage
  std::string file;                     // the path as it is shown; empty where there is none
  std::optional<std::uint64_t> offset;  // byte of the file, where one is to blame
  std::string tensor;                   // the name as it is shown; empty: the whole file
  std::string_view expected;            // static storage
  std::string_view hint;                // what may help; empty: nothing known; static storage
  bool can_be_lenient = false;          // accepted by --lenient and by "Open anyway"
};

// `message` is one sentence for people: what is wrong (what was found, what was expected).
struct Error {
  ErrorCode code = ErrorCode::BadInput;
  std::string message;
  std::shared_ptr<const FileFault> fault = nullptr;  // set by what reads files, null elsewhere

  bool can_be_lenient() const { return fault && fault->can_be_lenient; }
  // The fault is not compared: it says nothing that the sentence does not.
  bool operator==(const Error& other) const { return code == other.code && message == other.message; }
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

inline Error bad_input(std::string message) { return Error{ErrorCode::BadInput, std::move(message)}; }
inline Error bad_argument(std::string message) { return Error{ErrorCode::BadArgument, std::move(message)}; }
inline Error not_available(std::string what) {
  return Error{ErrorCode::NotAvailable, std::move(what) + ": not available"};
}
inline Error cancelled() { return Error{ErrorCode::Cancelled, "cancelled"}; }

}  // namespace bitloupe
