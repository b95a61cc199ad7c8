#include "core/io/header_cursor.h"

#include <algorithm>
#include <span>
#include <utility>

namespace bitloupe {

namespace {

using enum FaultCode;

constexpr std::uint64_t kPiece = 64 * 1024;

}  // namespace

HeaderCursor::HeaderCursor(const ByteSource& source, std::uint64_t budget, std::stop_token stop)
    : source_(source), budget_(budget), stop_(std::move(stop)) {}

// Whether the file, and the budget, has that many bytes from here on.
bool HeaderCursor::has(std::uint64_t bytes) {
  if (error_) return false;
  if (bytes > remaining()) {
    fail(file_error(GgufShort,
                    "truncated: the header ends early (needs " + std::to_string(bytes) + " bytes at offset " +
                        std::to_string(position_) + ", the file has " + std::to_string(remaining()) +
                        " there)",
                    position_));
  } else if (bytes > budget_ - position_) {
    fail(file_error(GgufBudget, "header is too large (more than " + std::to_string(budget_) + " bytes)",
                    position_));
  }
  return ok();
}

bool HeaderCursor::fetch() {
  if (stop_.stop_requested()) {
    fail(cancelled());
    return false;
  }
  piece_.resize(std::min(kPiece, remaining()));
  piece_start_ = position_;
  if (Status status = source_.read(position_, piece_); !status) fail(status.error());
  if (!ok()) piece_.clear();
  return ok();
}

void HeaderCursor::read(void* into, std::size_t bytes) {
  if (!has(bytes)) return;
  auto* to = static_cast<std::byte*>(into);
  while (bytes > 0) {
    const bool inside = position_ >= piece_start_ && position_ - piece_start_ < piece_.size();
    if (!inside && !fetch()) return;
    const auto at = static_cast<std::size_t>(position_ - piece_start_);
    const std::size_t size = std::min(bytes, piece_.size() - at);
    std::memcpy(to, piece_.data() + at, size);
    to += size;
    bytes -= size;
    position_ += size;
  }
}

std::uint64_t HeaderCursor::text_length(std::uint64_t most, const std::string& what) {
  const std::uint64_t at = position_;
  const auto length = number<std::uint64_t>();
  if (!ok()) return 0;
  if (length > remaining()) {
    fail(file_error(GgufText,
                    what + " is longer than the file (" + std::to_string(length) + " bytes, only " +
                        std::to_string(remaining()) + " follow)",
                    at));
  } else if (length > most) {
    fail(file_error(GgufText,
                    what + " is too long (" + std::to_string(length) + " bytes, expected at most " +
                        std::to_string(most) + ")",
                    at));
  }
  return ok() ? length : 0;
}

std::string HeaderCursor::text(std::uint64_t length) {
  if (!has(length)) return {};
  std::string text(length, '\0');
  read(text.data(), text.size());
  return ok() ? text : std::string();
}

void HeaderCursor::skip(std::uint64_t bytes) {
  if (has(bytes)) position_ += bytes;
}

}  // namespace bitloupe
