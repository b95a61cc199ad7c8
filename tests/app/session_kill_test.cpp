// A process that saves a session for ever is killed at any moment: the old or the new content, never mixed,
// never absent.
#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <random>
#include <thread>

#include "app/session/session_file.h"
#include "tests/core/io_support.h"

namespace bitloupe {
namespace {

std::string content(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

// Two sessions of different length.
Session numbered(int number) {
  Session session;
  session.title = "session " + std::to_string(number);
  session.experiment.source = *parse_source("synthetic:gaussian?seed=" + std::to_string(number));
  for (std::uint64_t group = 0; group < (number == 0 ? 200 : 300); ++group)
    session.experiment.quant.overrides.push_back({group, -1.0 / (number + 3), 0.5});
  return session;
}

void save_for_ever(const std::string& path) {
  const Session sessions[] = {numbered(0), numbered(1)};
  for (unsigned n = 0;; ++n)
    if (!write_session_file(path, sessions[n % 2])) ::_exit(1);
}

struct Tally {
  int first = 0, second = 0, wrong = 0;
};

Tally kill_rounds(int rounds) {
  const test::TemporaryFolder folder;
  const std::string path = folder.path("s.bitloupe");
  std::string texts[2];
  for (int number : {0, 1}) {
    REQUIRE(write_session_file(path, numbered(number)));
    texts[number] = content(path);
  }
  std::mt19937 random(11);
  Tally tally;
  for (int round = 0; round < rounds; ++round) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) save_for_ever(path);
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 50000));
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    CHECK(WIFSIGNALED(status));
    const std::string found = content(path);
    tally.first += found == texts[0] ? 1 : 0;
    tally.second += found == texts[1] ? 1 : 0;
    tally.wrong += found != texts[0] && found != texts[1] ? 1 : 0;
  }
  return tally;
}

}  // namespace

TEST_CASE("U16: a session is old or new after a kill at any moment of its saving") {
  const Tally tally = kill_rounds(20);
  CHECK(tally.wrong == 0);
  CHECK(tally.first + tally.second == 20);
}

TEST_CASE("U16: 500 kills while a session is being saved" * doctest::test_suite("long")) {
  const Tally tally = kill_rounds(500);
  MESSAGE("first: ", tally.first, ", second: ", tally.second);
  CHECK(tally.wrong == 0);
  CHECK(tally.first > 0);
  CHECK(tally.second > 0);
}

}  // namespace bitloupe
