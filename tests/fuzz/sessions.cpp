// Session files: whatever is accepted is written and read back as the same session, without a notice.
#include <string>

#include "app/session/session.h"
#include "app/view_json.h"
#include "tests/fuzz/target.h"

namespace bitloupe::fuzz {

std::string check_session(Bytes input) {
  const Result<SessionText> read = parse_session(text_of(input), "fuzz");
  if (!read) return read.error().message.starts_with("fuzz: ") ? "" : "a message that names no file";
  if (!(drawable(read->session.view) == read->session.view)) return "a view that cannot be drawn";
  const std::string written = to_json(read->session, read->places);
  if (!looks_like_session(written)) return "what is written does not look like a session";
  const Result<SessionText> again = parse_session(written, "fuzz");
  if (!again) return "written session is refused: " + again.error().message;
  if (!again->notices.empty()) return "a notice about what was written: " + again->notices.front();
  return again->session == read->session && again->places == read->places ? "" : "session does not read back";
}

}  // namespace bitloupe::fuzz
