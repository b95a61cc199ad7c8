#include "app/copy_line.h"

#include <array>
#include <charconv>

#include "app/ui/text.h"

namespace bitloupe {
namespace {

template <class Number>
void add_number(std::string& line, std::string_view name, Number value) {
  if (value != value) return add_copy(line, name, std::string_view("nan"));
  std::array<char, 40> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value);
  add_copy(line, name, std::string_view(text.data(), static_cast<std::size_t>(end.ptr - text.data())));
}

}  // namespace

void add_copy(std::string& line, std::string_view name, std::string_view value) {
  if (!line.empty()) line += '\t';
  line.append(name).append("\t").append(value);
}

void add_copy(std::string& line, std::string_view name, double value) { add_number(line, name, value); }
void add_copy(std::string& line, std::string_view name, float value) { add_number(line, name, value); }

Error too_much_to_copy(std::uint64_t bytes, std::string_view instead) {
  return bad_argument("Not copied: it would take " + ui::bytes(bytes) +
                      " of text, and the clipboard is given " + ui::bytes(kMostCopied) + " at most; " +
                      std::string(instead) + " instead.");
}

}  // namespace bitloupe
