#include "core/csv_writer.h"

#include <array>
#include <charconv>
#include <utility>

namespace bitloupe {
namespace {

constexpr std::size_t kPiece = 1 << 16;  // bytes that are handed on at once

template <class Number>
void append(std::string& text, Number value) {
  std::array<char, 40> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  text.append(buffer.data(), end.ptr);
}

// std::to_chars writes "-nan" where the sign bit is set.
template <class Number>
void append_real(std::string& text, Number value) {
  if (value != value)
    text += "nan";
  else
    append(text, value);
}

bool is_formula(std::string_view text) {
  return !text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos;
}

}  // namespace

CsvWriter::CsvWriter(TextSink sink, char separator) : sink_(std::move(sink)), separator_(separator) {}

void CsvWriter::begin_cell() {
  if (row_begun_) buffer_ += separator_;
  row_begun_ = true;
  if (buffer_.size() >= kPiece) hand_on();  // a row may be long; its end tells of an error
}

CsvWriter& CsvWriter::text(std::string_view text) {
  begin_cell();
  const bool formula = is_formula(text);
  const bool special = text.find_first_of("\"\r\n,\t") != std::string_view::npos ||
                       text.find(separator_) != std::string_view::npos;
  if (!formula && !special) {
    buffer_ += text;
    return *this;
  }
  buffer_ += formula ? "\"'" : "\"";
  for (const char c : text) buffer_.append(c == '"' ? 2 : 1, c);
  buffer_ += '"';
  return *this;
}

CsvWriter& CsvWriter::number(double value) {
  begin_cell();
  append_real(buffer_, value);
  return *this;
}

CsvWriter& CsvWriter::number(float value) {
  begin_cell();
  append_real(buffer_, value);
  return *this;
}

CsvWriter& CsvWriter::integer(std::uint64_t value) {
  begin_cell();
  append(buffer_, value);
  return *this;
}

CsvWriter& CsvWriter::empty() {
  begin_cell();
  return *this;
}

Status CsvWriter::end_row() {
  buffer_ += '\n';
  row_begun_ = false;
  if (buffer_.size() >= kPiece) hand_on();
  return status_;
}

Status CsvWriter::finish() {
  hand_on();
  return status_;
}

void CsvWriter::hand_on() {
  if (status_ && !buffer_.empty()) status_ = sink_(buffer_);
  buffer_.clear();
}

}  // namespace bitloupe
