#include "app/start_command.h"

#include <utility>

#include "app/session/session_file.h"

namespace bitloupe {

Result<Start> start_from(const cli::StartOptions& options, const std::string& session_file,
                         const cli::Globals& globals) {
  if (!session_file.empty() && !options.source.empty())
    return bad_argument("--session and SOURCE: only one of them can be shown");
  Start start;
  start.given = !session_file.empty() || !options.source.empty();
  std::string path = session_file;
  if (path.empty() && is_session_file(options.source)) path = options.source;
  if (path.empty()) {
    Result<Experiment> experiment = options.experiment(globals);
    if (!experiment) return experiment.error();
    start.session.experiment = std::move(*experiment);
    return start;
  }
  Result<SessionFile> file = read_session_file(path);
  if (!file) return file.error();
  start.session = std::move(file->session);
  start.notices = std::move(file->notices);
  start.is_session = true;
  start.session_path = absolute_path(path);
  SourceSpec& source = start.session.experiment.source;
  source.lenient |= globals.lenient;
  if (globals.max_header_bytes != 0) source.max_header_bytes = globals.max_header_bytes;
  Result<QuantSpec> quant = options.spec->spec(start.session.experiment.quant);
  if (!quant) return quant.error();
  start.session.experiment.quant = std::move(*quant);
  return start;
}

}  // namespace bitloupe
