// Jobs: one after the other, with progress, cancelled at once, whatever they throw.
#include "app/jobs.h"

#include <doctest/doctest.h>

#include <atomic>
#include <new>
#include <stdexcept>

using namespace bitloupe;

TEST_CASE("jobs run in their order and leave what they say") {
  std::atomic<int> woken{0};
  Jobs jobs([&] { ++woken; });
  std::atomic<int> order{0};
  int first = 0, second = 0;
  jobs.start("one", [&](const WorkContext& work) {
    work.progress(0.5);
    first = ++order;
    return JobDone{"Saved one.", ""};
  });
  jobs.start("two", [&](const WorkContext&) {
    second = ++order;
    return Result<JobDone>(JobDone{"Copied.", "text"});
  });
  jobs.wait_idle();
  CHECK(first == 1);
  CHECK(second == 2);
  CHECK(woken > 0);
  const std::vector<JobDone> done = jobs.take_done();
  REQUIRE(done.size() == 2);
  CHECK(done[0].notice == "Saved one.");
  CHECK(done[1].clipboard == "text");
  CHECK(jobs.take_done().empty());
  CHECK(jobs.tasks().empty());
}

TEST_CASE("U19: a job that fails or throws is told of, and the next one runs") {
  Jobs jobs([] {});
  jobs.start("bad", [](const WorkContext&) { return Result<JobDone>(bad_input("disk full")); });
  jobs.start("memory", [](const WorkContext&) -> Result<JobDone> { throw std::bad_alloc(); });
  jobs.start("throwing", [](const WorkContext&) -> Result<JobDone> { throw std::runtime_error("oops"); });
  jobs.start("good", [](const WorkContext&) { return Result<JobDone>(JobDone{"fine", ""}); });
  jobs.wait_idle();
  const std::vector<JobDone> done = jobs.take_done();
  REQUIRE(done.size() == 4);
  CHECK(done[0].notice == "disk full");
  CHECK(done[1].notice.find("memory") != std::string::npos);
  CHECK(done[2].notice == "throwing failed: oops");
  CHECK(done[3].notice == "fine");
}

TEST_CASE("U18: what runs is cancelled and what waits never begins, at exit too") {
  std::atomic<bool> began{false}, second{false};
  const auto endless = [&](const WorkContext& work) -> Result<JobDone> {
    began = true;
    began.notify_all();
    while (!work.stopped()) {
    }
    return cancelled();
  };
  {
    Jobs jobs([] {});
    jobs.start("endless", endless);
    jobs.start("never", [&](const WorkContext&) -> Result<JobDone> {
      second = true;
      return JobDone{};
    });
    began.wait(false);
    CHECK(jobs.tasks().size() == 2);
    CHECK(jobs.tasks().front().is_job);
    jobs.cancel();
    jobs.wait_idle();
    CHECK(jobs.take_done().size() == 2);
    began = false;
    jobs.start("endless", endless);
    began.wait(false);
  }
  CHECK_FALSE(second);
}
