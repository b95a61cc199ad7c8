#include "tests/app/desk_run.h"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "core/quant/spec_text.h"

namespace bitloupe::test {
namespace {

namespace fs = std::filesystem;

std::unique_ptr<Desk> desk_in(const std::string& folder, bool start_page, FileCalls* calls) {
  DeskOptions options;
  options.folders = Folders{folder, folder};
  options.start_page = start_page;
  options.calls = calls;
  return std::make_unique<Desk>(std::move(options));
}

}  // namespace

Experiment experiment_on(const std::string& source) {
  Experiment experiment;
  experiment.source = *parse_source(source);
  return experiment;
}

Run::Run(const TemporaryFolder& folder, const std::string& source, bool start_page, FileCalls* calls)
    : workbench(
          experiment_on(source), painter, [] {}, desk_in(folder.path("home"), start_page, calls)),
      headless([this] { workbench.frame(); }) {
  settle();
}

void Run::settle() {
  for (int i = 0; i < 6; ++i) {
    headless.step();
    workbench.workers().wait_idle();
    workbench.lanes().wait_idle();
  }
  // What was saved is heard of in the next frame, and may want something else written.
  for (int i = 0; i < 2; ++i) {
    workbench.desk().write_now();
    headless.step(2);
  }
  workbench.desk().write_now();
}

void Run::ask(const SessionRequests& requests) {
  workbench.request(requests);
  settle();
}

void Run::save_as(const std::string& path) {
  SessionRequests requests;
  requests.save_as = path;
  ask(requests);
}

void Run::set(const char* key, const char* value) {
  REQUIRE(set_key(workbench.experiment().quant, key, value));
  settle();
}

void write_npy(const std::string& path) {
  write_file(path,
             npy_bytes("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }", std::string(48, '\1')));
}

void crashed_run(const TemporaryFolder& folder, const std::string& format, const std::string& session) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const std::unique_ptr<Desk> desk = desk_in(folder.path("home"), false, nullptr);
    Experiment experiment = experiment_on("synthetic:gaussian?shape=32x48");
    ViewState view;
    Preferences preferences;
    const DeskWork work{experiment, view, preferences, true};
    desk->begin(work, session);
    if (!format.empty() && !set_key(experiment.quant, "format", format)) ::_exit(1);
    view.grid_mode = GridMode::Codes;
    desk->frame({}, work);
    desk->write_now();
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  CHECK(WIFSIGNALED(status));
}

int journals_in(const std::string& folder) {
  int count = 0;
  for (const auto& file : fs::directory_iterator(folder))
    count +=
        file.path().filename().string().starts_with("run-") && file.path().extension() == ".json" ? 1 : 0;
  return count;
}

}  // namespace bitloupe::test
