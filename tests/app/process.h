// Runs a program as a child process and collects what it leaves: exit status, standard output and error.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "tests/files.h"

namespace bitloupe::test {

struct ProcessResult {
  int status = -1;  // exit status; 128 + signal where one killed it; -1 where it did not start
  std::string out, err;
  long peak_kib = 0;  // of memory
};

struct ProcessOptions {
  std::string input;  // for standard input
  std::string folder;
  std::vector<std::pair<std::string, std::string>> environment;  // added to this process's own
  bool close_output = false;                                     // start with standard output closed
};

// `arguments[0]` is the program. Killed after two minutes.
ProcessResult run_process(const std::vector<std::string>& arguments, const ProcessOptions& options = {});

// The built program with these arguments.
ProcessResult run_bitloupe(std::vector<std::string> arguments, const ProcessOptions& options = {});

// The names that its --help lists.
std::vector<std::string> subcommands();

// A program that runs beside the test; standard output goes to a file. Ended, by force if need be, with this
// object.
class BackgroundProcess {
 public:
  BackgroundProcess(const std::vector<std::string>& arguments, const std::string& output_file,
                    const std::vector<std::pair<std::string, std::string>>& environment = {});
  ~BackgroundProcess();
  BackgroundProcess(const BackgroundProcess&) = delete;
  BackgroundProcess& operator=(const BackgroundProcess&) = delete;
  bool running();
  void send(int signal);  // nothing where it has ended

 private:
  int child_;
};

// Calls `ready` every few milliseconds until it holds; false after `seconds`.
bool wait_until(const std::function<bool()>& ready, int seconds);

}  // namespace bitloupe::test
