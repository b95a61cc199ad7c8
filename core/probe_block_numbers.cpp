#include <cctype>
#include <cmath>
#include <map>

#include "core/probe_block.h"
#include "core/probe_words.h"

namespace bitloupe {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";

enum class TokenKind { Name, Call, Open, Close, Sign, Other };
struct Token {
  TokenKind kind;
  std::string_view text;  // of a call with its argument: "level(q)"
};

bool is_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '^'; }

// A name right before a parenthesis is a call.
std::vector<Token> tokens_of(std::string_view formula) {
  std::vector<Token> tokens;
  for (std::size_t at = 0; at < formula.size();) {
    const char c = formula[at];
    std::size_t end = at + 1;
    TokenKind kind = TokenKind::Other;
    if (is_name(c)) {
      while (end < formula.size() && is_name(formula[end])) ++end;
      kind = TokenKind::Name;
      if (end < formula.size() && formula[end] == '(') {
        end = formula.find(')', end) + 1;
        kind = TokenKind::Call;
      }
    } else if (c == '(' || c == ')') {
      kind = c == '(' ? TokenKind::Open : TokenKind::Close;
    } else if (c == '+' || c == '-') {
      kind = TokenKind::Sign;
    }
    if (c != ' ') tokens.push_back({kind, formula.substr(at, end - at)});
    at = end;
  }
  return tokens;
}

// A number behind what is written so far: a factor, or a term whose sign joins the sign before it.
void write_number(std::string& text, bool factor, double value) {
  if (factor) text += " · ";
  const bool negative = value < 0;
  if (negative && !factor && (text.ends_with(" - ") || text.ends_with(" + "))) {
    text[text.size() - 2] = text[text.size() - 2] == '-' ? '+' : '-';
    text += number(-value);
  } else {
    text += number(value);
  }
}

}  // namespace

bool shares(const BlockView& view, const BlockEntry& entry, const BlockElement& element) {
  if (entry.part == BlockPart::Sum || entry.part == BlockPart::Unused) return false;
  const bool of_group = entry.part == BlockPart::GroupScale || entry.part == BlockPart::GroupMinimum;
  return !of_group || entry.index == (view.group_values == 0 ? 0 : element.group);
}

std::string numbers_of(const BlockView& view, std::size_t element) {
  const BlockElement& e = view.elements[element];
  std::map<std::string_view, double> values = {{"q", e.q}};
  for (const BlockEntry& entry : view.numbers)
    if (shares(view, entry, e)) values.insert_or_assign(entry.letter, entry.value);
  const std::size_t equals = view.formula.find('=');
  std::string text = "= ";
  bool factor = false;  // what was written last can be multiplied
  for (const Token& token : tokens_of(std::string_view(view.formula).substr(equals + 1))) {
    switch (token.kind) {
      case TokenKind::Name:
      case TokenKind::Call: {
        const auto found = values.find(token.text);
        const bool call = token.kind == TokenKind::Call;
        if (call || found != values.end())
          write_number(text, factor, call ? e.level : found->second);
        else
          text += (factor ? " · " : "") + std::string(token.text);
        factor = true;
        break;
      }
      case TokenKind::Open:
        text += factor ? " · (" : "(";
        factor = false;
        break;
      case TokenKind::Close:
        text += ")";
        factor = true;
        break;
      case TokenKind::Sign:
        text += std::string(" ").append(token.text).append(" ");
        factor = false;
        break;
      case TokenKind::Other:
        text += token.text;
        factor = false;
        break;
    }
  }
  return text + " = " + number(e.dequantized);
}

std::string hex_text(std::uint64_t number, int bits) {
  std::string text = "0x";
  for (int shift = (bits - 1) / 4 * 4; shift >= 0; shift -= 4) text += kDigits[number >> shift & 15];
  return text;
}

std::string stored_text(const BlockEntry& entry) {
  if (entry.bits == 0) return number(entry.value);
  const bool integer = static_cast<double>(entry.stored) == entry.value;
  if (integer && entry.format.find("int") != std::string::npos) return std::to_string(entry.stored);
  const bool exponent = entry.format.ends_with("m0") || entry.format == "nested";
  const std::string stored = exponent ? std::to_string(entry.stored)
                                      : hex_text(static_cast<std::uint64_t>(entry.stored), entry.bits);
  if (entry.format.ends_with("m0") && std::isfinite(entry.value))
    return stored + " = 2^" + std::to_string(std::ilogb(entry.value));
  return stored + " = " + number(entry.value);
}

std::string hex_of(const BlockView& view) {
  std::string text;
  for (const std::byte byte : view.bytes) {
    const auto value = std::to_integer<unsigned>(byte);
    if (!text.empty()) text += ' ';
    text += kDigits[value >> 4];
    text += kDigits[value & 15];
  }
  return text;
}

}  // namespace bitloupe
