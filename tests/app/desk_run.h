// One run of the program, headless, with folders of its own; and runs that crash.
#pragma once

#include <memory>
#include <string>

#include "app/session/desk.h"
#include "app/workbench.h"
#include "tests/app/headless.h"
#include "tests/core/io_support.h"

namespace bitloupe::test {

Experiment experiment_on(const std::string& source);

// On the folder "home" of `folder`, with settings and journal.
class Run {
 public:
  explicit Run(const TemporaryFolder& folder, const std::string& source = "synthetic:gaussian?shape=32x48",
               bool start_page = false, FileCalls* calls = nullptr);

  void settle();  // frames until all is computed, drawn and written
  void ask(const SessionRequests& requests);
  void save_as(const std::string& path);
  void set(const char* key, const char* value);  // of the quantizer
  const SessionStatus& status() { return workbench.desk().status(); }
  void leave() { workbench.desk().finish(false); }

  RecordingPainter painter;
  Workbench workbench;
  Headless headless;
};

// A npy file of 12 values.
void write_npy(const std::string& path);

// A run in a process of its own that sets this format (empty: nothing) and is killed.
void crashed_run(const TemporaryFolder& folder, const std::string& format, const std::string& session = "");

// Files "run-*.json" in the folder.
int journals_in(const std::string& folder);

}  // namespace bitloupe::test
