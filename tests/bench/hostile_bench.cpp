// The worst that any small hostile file can do: time until it is read or refused, strictly and leniently with
// all its tensors, and the memory that takes. Each file has a process of its own.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "tests/core/hostile_files.h"
#include "tests/core/io_support.h"

using namespace bitloupe;
using namespace bitloupe::test;

namespace {

struct Cost {
  double milliseconds = 0;  // the better of two rounds in one process
  long extra_kib = 0;       // of the peak above what the process started with
};

struct Case {
  std::string number;
  std::function<void(const ReadOptions&)> read;
};

long peak_kib() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

double round_of(const Case& item) {
  const auto start = std::chrono::steady_clock::now();
  item.read({});
  item.read({true, 0, {}});
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

// In a child, which starts with the parent's pages and a peak of its own.
Cost cost_of(const Case& item) {
  int ends[2];
  if (::pipe(ends) != 0) std::abort();
  const pid_t child = ::fork();
  if (child == 0) {
    const long before = peak_kib();
    Cost cost;
    const double first = round_of(item);  // starts the pool of threads as well
    cost.milliseconds = std::min(first, round_of(item));
    cost.extra_kib = peak_kib() - before;
    const bool written = ::write(ends[1], &cost, sizeof cost) == sizeof cost;
    ::_exit(written ? 0 : 1);
  }
  ::close(ends[1]);
  Cost cost;
  const bool read = ::read(ends[0], &cost, sizeof cost) == sizeof cost;
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  if (!read || status != 0) {
    std::fprintf(stderr, "%s: the reader died (status %d)\n", item.number.c_str(), status);
    std::exit(1);
  }
  return cost;
}

}  // namespace

int main() {
  std::vector<Case> cases;
  for (const HostileFile& file : hostile_files()) {
    cases.push_back({file.number, [file](const ReadOptions& options) {
                       outcome_of(read_tensor_file(memory_source("memory", bytes_of(file.bytes)), options));
                     }});
  }
  for (const HostileIndex& index : hostile_indexes())
    cases.push_back({index.number, [index](const ReadOptions& o) { outcome_of(read_index(index, o)); }});
  std::vector<std::pair<Cost, std::string>> costs;
  for (const Case& item : cases) costs.emplace_back(cost_of(item), item.number);
  const auto slowest = std::max_element(costs.begin(), costs.end(), [](const auto& a, const auto& b) {
    return a.first.milliseconds < b.first.milliseconds;
  });
  const auto largest = std::max_element(costs.begin(), costs.end(), [](const auto& a, const auto& b) {
    return a.first.extra_kib < b.first.extra_kib;
  });
  std::printf("%zu hostile files of at most 64 KiB, each read strictly and leniently\n", costs.size());
  std::printf("worst time    %8.3f ms   (goal 50)     %s\n", slowest->first.milliseconds,
              slowest->second.c_str());
  std::printf("worst memory  %8.3f MiB  (goal 16)     %s\n",
              static_cast<double>(largest->first.extra_kib) / 1024, largest->second.c_str());
}
