#include "core/io/python_literal.h"

#include <optional>

#include "core/checked.h"
#include "core/io/display_text.h"
#include "core/io/file_error.h"
#include "core/io/limits.h"

namespace bitloupe {

namespace {

using Kind = PythonLiteral::Kind;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Recursive descent over at most kMaxLiteralDepth levels. Functions return false after setting `error`.
class Parser {
 public:
  Parser(std::string_view text, bool long_suffix) : text_(text), long_suffix_(long_suffix) {}

  Result<PythonLiteral> run() {
    PythonLiteral literal;
    if (!value(literal, 0)) return *error_;
    skip_space();
    if (at_ < text_.size()) {
      fail("something after the end");
      return *error_;
    }
    return literal;
  }

 private:
  bool fail(const std::string& what, FaultCode code = FaultCode::NpyLiteral) {
    const std::string found =
        at_ < text_.size() ? "'" + displayed(text_.substr(at_, 12)) + "'" : std::string("the end");
    error_ = file_error(code,
                        "header is not a Python literal: " + what + " (found " + found + " at byte " +
                            std::to_string(at_) + " of the header)",
                        at_);
    return false;
  }

  void skip_space() {
    while (at_ < text_.size() && std::string_view(" \t\r\n\f\v").find(text_[at_]) != std::string_view::npos) {
      ++at_;
    }
  }

  bool take(char c) {
    skip_space();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  bool take_word(std::string_view word) {
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }

  bool value(PythonLiteral& out, int depth) {
    if (depth >= kMaxLiteralDepth) {
      return fail("nested too deeply, more than " + std::to_string(kMaxLiteralDepth) + " levels",
                  FaultCode::NpyDepth);
    }
    skip_space();
    const char c = at_ < text_.size() ? text_[at_] : '\0';
    if (c == '{') return dict(out, depth);
    if (c == '[') return sequence(out, Kind::List, ']', depth);
    if (c == '(') return sequence(out, Kind::Tuple, ')', depth);
    if (c == '\'' || c == '"') return string(out, c);
    if (c == '-' || is_digit(c)) return integer(out);
    if (take_word("None")) return true;
    out.kind = Kind::Bool;
    out.truth = take_word("True");
    return out.truth || take_word("False") || fail("expected a value");
  }

  // After an item: true where another may follow; `closed` says that the end was taken.
  bool comma_or(char end, bool& closed) {
    closed = take(end);
    return closed || take(',') || fail(std::string("expected ',' or '") + end + "'");
  }

  bool dict(PythonLiteral& out, int depth) {
    out.kind = Kind::Dict;
    ++at_;
    for (bool closed = take('}'); !closed; closed = closed || take('}')) {
      if (!value(out.items.emplace_back(), depth + 1)) return false;
      if (!take(':')) return fail("expected ':'");
      if (!value(out.items.emplace_back(), depth + 1)) return false;
      if (!comma_or('}', closed)) return false;
      if (closed) break;
    }
    return true;
  }

  // "(x)" is x in parentheses and no tuple; "(x,)" is one.
  bool sequence(PythonLiteral& out, Kind kind, char end, int depth) {
    out.kind = kind;
    ++at_;
    bool comma = false;
    for (bool closed = take(end); !closed; closed = closed || take(end)) {
      if (!value(out.items.emplace_back(), depth + 1)) return false;
      if (!comma_or(end, closed)) return false;
      if (closed) break;
      comma = true;
    }
    if (kind == Kind::Tuple && out.items.size() == 1 && !comma) {
      PythonLiteral inner = std::move(out.items.front());
      out = std::move(inner);
    }
    return true;
  }

  bool string(PythonLiteral& out, char quote) {
    out.kind = Kind::String;
    const std::size_t end = text_.find_first_of(std::string{quote, '\\', '\n'}, at_ + 1);
    if (end == std::string_view::npos) return fail("string without an end");
    if (text_[end] != quote) return fail("string with a backslash or a line end");
    out.text = text_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
    return true;
  }

  bool integer(PythonLiteral& out) {
    out.kind = Kind::Integer;
    const std::size_t start = at_;
    out.negative = take_word("-");
    const std::size_t digits = at_;
    for (; at_ < text_.size() && is_digit(text_[at_]); ++at_) {
      const auto tenfold = checked_mul(out.integer, 10);
      const auto sum =
          tenfold ? checked_add(*tenfold, static_cast<std::uint64_t>(text_[at_] - '0')) : tenfold;
      if (!sum) {
        at_ = start;
        return fail("integer of more than 64 bits");
      }
      out.integer = *sum;
    }
    const std::size_t count = at_ - digits;
    if (count == 0 || (count > 1 && text_[digits] == '0') || (out.negative && out.integer == 0)) {
      at_ = start;
      return fail("not an integer that is written here");
    }
    if (long_suffix_) take_word("L");
    return true;
  }

  std::string_view text_;
  bool long_suffix_;
  std::size_t at_ = 0;
  std::optional<Error> error_;
};

}  // namespace

Result<PythonLiteral> parse_python_literal(std::string_view text, bool long_suffix) {
  return Parser(text, long_suffix).run();
}

const char* kind_name(PythonLiteral::Kind kind) {
  switch (kind) {
    case Kind::None:
      return "None";
    case Kind::Bool:
      return "a truth value";
    case Kind::Integer:
      return "an integer";
    case Kind::String:
      return "a string";
    case Kind::Tuple:
      return "a tuple";
    case Kind::List:
      return "a list";
    case Kind::Dict:
      return "a dict";
  }
  return "";
}

}  // namespace bitloupe
