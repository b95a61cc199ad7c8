// Undo and redo: what makes a step.
#include <doctest/doctest.h>

#include "app/state.h"

using namespace bitloupe;

namespace {

Experiment bits(int count) {
  Experiment experiment;
  experiment.quant.format = integer_format(count, true);
  return experiment;
}

}  // namespace

TEST_CASE("an edit between two frames is a step") {
  History history;
  history.observe(bits(8), false);
  CHECK_FALSE(history.can_undo());
  history.observe(bits(8), false);
  CHECK_FALSE(history.can_undo());
  history.observe(bits(4), false);
  history.observe(bits(3), false);
  REQUIRE(history.can_undo());
  CHECK(history.undo() == bits(4));
  CHECK(history.undo() == bits(8));
  CHECK_FALSE(history.can_undo());
  CHECK(history.redo() == bits(4));
}

TEST_CASE("a drag is one step, with the edit of the frame that lets go") {
  History history;
  history.observe(bits(8), false);
  for (int count = 7; count > 2; --count) history.observe(bits(count), true);
  history.observe(bits(2), false);
  CHECK(history.undo() == bits(8));
  CHECK_FALSE(history.can_undo());
  CHECK(history.redo() == bits(2));
}

TEST_CASE("two drags are two steps") {
  History history;
  history.observe(bits(8), false);
  history.observe(bits(7), true);
  history.observe(bits(7), false);
  history.observe(bits(6), true);
  history.observe(bits(6), false);
  CHECK(history.undo() == bits(7));
  CHECK(history.undo() == bits(8));
}

TEST_CASE("an edit after undo forgets what was undone") {
  History history;
  for (const int count : {8, 7, 6}) history.observe(bits(count), false);
  history.undo();
  history.observe(bits(5), false);
  CHECK_FALSE(history.can_redo());
  CHECK(history.undo() == bits(7));
}

TEST_CASE("U24: the history is bounded") {
  History history;
  for (int i = 0; i < 3000; ++i) history.observe(bits(2 + i % 14), false);
  int steps = 0;
  while (history.can_undo()) {
    history.undo();
    ++steps;
  }
  CHECK(steps == 999);
}
