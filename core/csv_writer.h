// CsvWriter: rows of cells as comma- (or tab-) separated text, handed on in pieces. Numbers read back to the
// same numbers in every locale; lines end with LF. It knows no file.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "core/result.h"

namespace bitloupe {

using TextSink = std::function<Status(std::string_view)>;

class CsvWriter {
 public:
  explicit CsvWriter(TextSink sink, char separator = ',');

  // Quoted where it holds separators, quotes or line breaks. A text that begins with = + - or @, which a
  // spreadsheet would take for a formula (C14), is quoted behind an apostrophe.
  CsvWriter& text(std::string_view text);
  CsvWriter& number(double value);  // "0.1", "1e-40", "nan", "inf", "-inf"
  CsvWriter& number(float value);   // the shortest text that reads back to this float
  CsvWriter& integer(std::uint64_t value);
  CsvWriter& empty();
  // After the last cell of a row; the error of the sink, as soon as there is one.
  Status end_row();
  Status finish();  // hands on what is left

 private:
  void begin_cell();
  void hand_on();
  TextSink sink_;
  char separator_;
  bool row_begun_ = false;
  std::string buffer_;
  Status status_ = Ok{};
};

}  // namespace bitloupe
