// HeaderCursor: little-endian numbers and texts with their length in front, one after the other, from the
// start of a file. It reads ahead in small pieces, so that a header of any length takes little memory.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <stop_token>
#include <string>
#include <type_traits>
#include <vector>

#include "core/io/byte_source.h"
#include "core/io/file_error.h"

namespace bitloupe {

// After the first failure everything reads as zero or empty, and nothing moves: callers may look at ok()
// after several reads, but before they believe a number.
class HeaderCursor {
 public:
  // What goes beyond `budget` bytes is refused as too large; `stop` is looked at between pieces.
  HeaderCursor(const ByteSource& source, std::uint64_t budget, std::stop_token stop);

  bool ok() const { return !error_; }
  const Error& error() const { return *error_; }
  void fail(Error error) {
    if (!error_) error_ = std::move(error);
  }

  std::uint64_t position() const { return position_; }
  std::uint64_t remaining() const { return source_.size() - position_; }  // of the file

  template <class Number>
  Number number() {
    static_assert(std::is_arithmetic_v<Number> && std::endian::native == std::endian::little);
    Number value{};
    read(&value, sizeof value);
    return value;
  }

  // The length of a text, 64 bits, checked against the file and `most`; `what` names it in the message.
  std::uint64_t text_length(std::uint64_t most, const std::string& what);
  // That many bytes.
  std::string text(std::uint64_t length);
  void skip(std::uint64_t bytes);

 private:
  void read(void* into, std::size_t bytes);
  bool fetch();  // the piece at position_
  bool has(std::uint64_t bytes);

  const ByteSource& source_;
  const std::uint64_t budget_;
  const std::stop_token stop_;
  std::uint64_t position_ = 0;
  std::vector<std::byte> piece_;
  std::uint64_t piece_start_ = 0;
  std::optional<Error> error_;
};

}  // namespace bitloupe
