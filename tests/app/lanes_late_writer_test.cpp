#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "app/session/late_writer.h"

namespace bitloupe {

TEST_CASE("late jobs: the newest of a key is done once, all of them at the end") {
  std::atomic<int> done{0}, last{0};
  {
    LateWriter writer;
    for (int i = 1; i <= 100; ++i)
      writer.post("a", 1000, [&, i] {
        ++done;
        last = i;
      });
    writer.post("b", 1000, [&] { ++done; });
    CHECK(done == 0);
    writer.flush();
    CHECK(done == 2);
    CHECK(last == 100);
    writer.post("c", 1000, [&] { ++done; });
    writer.forget("c");
    writer.flush();
    CHECK(done == 2);
    writer.post("d", 1000, [&] { ++done; });
    writer.post("e", 0, [&] { writer.post("f", 1000, [&] { ++done; }); });
  }
  CHECK(done == 4);
}

TEST_CASE("late jobs from many threads: none is lost, none is done twice at once") {
  std::atomic<int> inside{0}, most{0}, done{0};
  LateWriter writer;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 200; ++i)
        writer.post(std::to_string(t) + "/" + std::to_string(i), 0, [&] {
          most = std::max(most.load(), ++inside);
          ++done;
          --inside;
        });
    });
  for (std::thread& thread : threads) thread.join();
  writer.flush();
  CHECK(done == 800);
  CHECK(most == 1);
}

}  // namespace bitloupe
