// The process's side of the command line: standard streams that may be closed or whose reader may be gone,
// and the exit status. The only place that prints.
#pragma once

#include <string>
#include <string_view>

#include "app/cli/command.h"

namespace bitloupe::cli {

// Call first: a closed standard stream is held open, so that no output file can take its number; a write to a
// pipe without a reader, or beyond the largest file that the process may write, fails instead of killing it.
void prepare_console();

// For commands that print as they go. The text goes to standard output at once: 0, or the errno of the write
// that failed. The line goes to standard error, as finish() writes an error's.
int print_now(std::string_view text);
void report_now(const Error& error);
void note_now(const std::string& sentence);

// Writes the outcome's text to standard output and its error as one line to standard error; returns the exit
// status.
int finish(const Outcome& outcome);

}  // namespace bitloupe::cli
