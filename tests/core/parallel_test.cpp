#include "core/parallel.h"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <mutex>
#include <numeric>
#include <stdexcept>

namespace bitloupe {
namespace {

using namespace std::chrono_literals;

TEST_CASE("a pool runs every task once, whatever its size" * doctest::test_suite("threads")) {
  for (const int threads : {1, 2, 5}) {
    ThreadPool pool(threads);
    CHECK(pool.threads() == threads);
    for (const std::size_t count : {0u, 1u, 2u, 1000u}) {
      std::vector<std::atomic<int>> runs(count);
      CHECK(pool.run(count, {}, [&](std::size_t i) { ++runs[i]; }));
      for (const auto& n : runs) CHECK(n == 1);
    }
  }
}

TEST_CASE("what is lent is nobody else's meanwhile, and there are no more than threads" *
          doctest::test_suite("threads")) {
  ThreadPool pool(3);
  std::atomic<int> made{0};
  struct Counter {
    std::atomic<bool> used{false};
    int tasks = 0;
  };
  Lent<Counter> counters([&] {
    ++made;
    return std::make_unique<Counter>();
  });
  std::atomic<bool> shared{false};
  pool.run(1000, {}, [&](std::size_t) {
    counters.lend([&](Counter& counter) {
      if (counter.used.exchange(true)) shared = true;
      ++counter.tasks;
      counter.used = false;
    });
  });
  CHECK(!shared);
  int tasks = 0, seen = 0;
  counters.for_each([&](const Counter& counter) {
    tasks += counter.tasks;
    ++seen;
  });
  CHECK(tasks == 1000);
  CHECK(seen == made);
  CHECK(made <= pool.threads());
}

TEST_CASE("an exception from a task reaches the caller and the pool lives on" *
          doctest::test_suite("threads")) {
  ThreadPool pool(3);
  const auto failing = [](std::size_t i) {
    if (i == 7) throw std::runtime_error("seven");
  };
  CHECK_THROWS_WITH_AS(pool.run(100, {}, failing), "seven", std::runtime_error);
  std::atomic<int> done{0};
  CHECK(pool.run(100, {}, [&](std::size_t) { ++done; }));
  CHECK(done == 100);
}

TEST_CASE("a stop request ends a job early" * doctest::test_suite("threads")) {
  ThreadPool pool(2);
  std::stop_source source;
  WorkContext context;
  context.stop = source.get_token();
  std::atomic<int> done{0};
  const bool all = pool.run(100000, context, [&](std::size_t) {
    if (++done == 10) source.request_stop();
  });
  CHECK(!all);
  CHECK(done >= 10);
  CHECK(done < 100);
  CHECK(!pool.run(5, context, [&](std::size_t) { FAIL("ran although it was stopped before"); }));
  CHECK(!pool.run(0, context, [](std::size_t) {}));
}

TEST_CASE("a job inside a task of another job, from two threads at once" * doctest::test_suite("threads")) {
  ThreadPool pool(2);
  const auto nested_sum = [&pool] {
    std::atomic<std::uint64_t> sum{0};
    pool.run(20, {}, [&](std::size_t i) { pool.run(30, {}, [&](std::size_t j) { sum += i * 30 + j; }); });
    return sum.load();
  };
  auto other = std::async(std::launch::async, nested_sum);
  CHECK(nested_sum() == 600 * 599 / 2);
  CHECK(other.get() == 600 * 599 / 2);
}

TEST_CASE("a job of lower priority pauses while a higher one runs" * doctest::test_suite("threads")) {
  ThreadPool pool(2);
  WorkContext low;
  low.priority = Priority::Job;
  std::atomic<int> low_done{0};
  std::atomic<bool> low_started{false};
  auto job = std::async(std::launch::async, [&] {
    return pool.run(400, low, [&](std::size_t) {
      low_started = true;
      std::this_thread::sleep_for(200us);
      ++low_done;
    });
  });
  while (!low_started) std::this_thread::yield();
  int before = 0, after = 0;
  std::atomic<int> high_begun{0};
  CHECK(pool.run(40, {}, [&](std::size_t i) {
    ++high_begun;
    if (i == 4) before = low_done;
    std::this_thread::sleep_for(500us);
    if (i == 39) after = low_done;
  }));
  CHECK(high_begun == 40);
  CHECK(after - before <= 4);  // those that were under way
  CHECK(job.get());
  CHECK(low_done == 400);
}

TEST_CASE("parallel_for covers the range in blocks of the grain and reports progress" *
          doctest::test_suite("threads")) {
  std::mutex mutex;
  std::vector<int> covered(1003);
  double last = 0;
  WorkContext context;
  context.progress = [&](double done) {
    std::lock_guard lock(mutex);
    last = std::max(last, done);
  };
  CHECK(parallel_for(covered.size(), 100, context, [&](std::size_t begin, std::size_t end) {
    CHECK(begin % 100 == 0);
    CHECK(end == std::min<std::size_t>(begin + 100, 1003));
    for (std::size_t i = begin; i < end; ++i) ++covered[i];
  }));
  CHECK(std::count(covered.begin(), covered.end(), 1) == 1003);
  CHECK(last == 1.0);
  CHECK(parallel_for(0, 16, {}, [](std::size_t, std::size_t) { FAIL("nothing to do"); }));
}

TEST_CASE("ordered_reduce folds in ascending order, one at a time" * doctest::test_suite("threads")) {
  std::vector<std::size_t> order;
  CHECK(ordered_reduce(
      1000, {},
      [](std::size_t i) {
        if (i % 7 == 0) std::this_thread::sleep_for(50us);
        return i;
      },
      [&](std::size_t i) { order.push_back(i); }));
  std::vector<std::size_t> expected(1000);
  std::iota(expected.begin(), expected.end(), 0u);
  CHECK(order == expected);
}

TEST_CASE("V26 sums folded in order are the same bits every time" * doctest::test_suite("threads")) {
  const auto sum = [] {
    double total = 0;
    ordered_reduce(
        5000, {}, [](std::size_t i) { return 1.0 / static_cast<double>(i + 1); },
        [&](double x) { total += x; });
    return total;
  };
  double expected = 0;
  for (int i = 1; i <= 5000; ++i) expected += 1.0 / i;
  for (int repeat = 0; repeat < 5; ++repeat) CHECK(sum() == expected);
}

TEST_CASE("ordered_reduce stops and passes exceptions on" * doctest::test_suite("threads")) {
  std::stop_source source;
  WorkContext context;
  context.stop = source.get_token();
  std::size_t folded = 0;
  CHECK(!ordered_reduce(
      100000, context,
      [&](std::size_t i) {
        if (i == 50) source.request_stop();
        return i;
      },
      [&](std::size_t) { ++folded; }));
  CHECK(folded < 1000);
  CHECK_THROWS_AS(
      ordered_reduce(
          100, {}, [](std::size_t i) { return i < 60 ? i : throw std::bad_alloc(); }, [](std::size_t) {}),
      std::bad_alloc);
}

}  // namespace
}  // namespace bitloupe
