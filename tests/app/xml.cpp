#include "tests/app/xml.h"

#include <algorithm>
#include <set>
#include <vector>

#include "core/io/display_text.h"

namespace bitloupe::test {
namespace {

bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ':' || c == '-' ||
         c == '_' || c == '.';
}

struct Reader {
  std::string_view rest;
  std::string problem = {};

  bool fail(const std::string& what) {
    if (problem.empty()) problem = what + " before \"" + std::string(rest.substr(0, 40)) + "\"";
    return false;
  }
  bool skip(std::string_view text) {
    if (!rest.starts_with(text)) return false;
    rest.remove_prefix(text.size());
    return true;
  }
  std::string name() {
    const auto end = std::find_if_not(rest.begin(), rest.end(), is_name);
    const std::string found(rest.begin(), end);
    rest.remove_prefix(found.size());
    return found;
  }
  void blanks() { rest.remove_prefix(std::min(rest.find_first_not_of(" \n"), rest.size())); }

  // Text up to `end`, which stays: no markup, known entities, no control characters.
  bool characters(char end) {
    while (!rest.empty() && rest[0] != end) {
      const char c = rest[0];
      if (c == '<' || (c >= 0 && c < 0x20 && c != '\n' && c != '\t') || c == 0x7F)
        return fail("bad character");
      if (c == '&' && !skip("&amp;") && !skip("&lt;") && !skip("&gt;") && !skip("&quot;"))
        return fail("bad entity");
      if (c != '&') rest.remove_prefix(1);
    }
    return !rest.empty() || fail("text that does not end");
  }

  bool attributes() {
    std::set<std::string> seen;
    for (blanks(); !rest.empty() && is_name(rest[0]); blanks()) {
      const std::string key = name();
      if (!seen.insert(key).second) return fail("attribute twice");
      if (!skip("=\"") || !characters('"') || !skip("\"")) return fail("bad attribute");
    }
    return true;
  }

  bool document() {
    if (!skip("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")) return fail("no declaration");
    std::vector<std::string> open;
    bool begun = false;
    while (!rest.empty()) {
      if (open.empty()) blanks();
      if (rest.empty()) break;
      if (open.empty() && (begun || rest[0] != '<')) return fail("content outside of the root");
      if (rest[0] != '<') {
        if (!characters('<')) return false;
        continue;
      }
      if (skip("</")) {
        if (open.empty() || name() != open.back() || !skip(">")) return fail("wrong end");
        open.pop_back();
        continue;
      }
      rest.remove_prefix(1);
      const std::string element = name();
      begun = true;
      if (element.empty() || !attributes()) return fail("bad element");
      if (skip("/>")) continue;
      if (!skip(">")) return fail("element that does not end");
      open.push_back(element);
    }
    return (begun && open.empty()) || fail("element left open");
  }
};

}  // namespace

std::string xml_problem(std::string_view text) {
  if (const auto at = ill_formed_utf8(text)) return "no UTF-8 at byte " + std::to_string(*at);
  Reader reader{text};
  reader.document();
  return reader.problem;
}

std::size_t count_elements(std::string_view text, std::string_view name) {
  const std::string begin = "<" + std::string(name);
  std::size_t count = 0;
  for (std::size_t at = text.find(begin); at != std::string_view::npos; at = text.find(begin, at + 1))
    if (!is_name(text[at + begin.size()])) ++count;
  return count;
}

}  // namespace bitloupe::test
