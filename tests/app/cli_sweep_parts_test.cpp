// bitloupe sweep in parts: --shard, job arrays of Slurm, and the ranks of MPI.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/app/sweep_files.h"

using namespace bitloupe::test;

namespace {

using Names = std::vector<std::string>;

struct Model {
  TemporaryFolder folder;
  std::string path = folder.path("model.safetensors");
  Model() { write_model(path); }

  Names arguments(const Names& more) const {
    Names all = {path, "synthetic:laplace?shape=40x40", "--formats", "int8,e4m3fn,int4,fp16"};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  std::string whole(const std::string& form = "--jsonl") const { return run_sweep(arguments({form})).out; }
  // What a part prints that the environment asks for.
  std::string part(const Variables& variables) const {
    const ProcessResult result = run_sweep(arguments({"--jsonl"}), variables);
    CHECK_MESSAGE(result.status == 0, result.err);
    CHECK(result.err.starts_with("bitloupe: part "));
    return result.out;
  }
  std::string shard(const std::string& which) const {
    const ProcessResult result = run_sweep(arguments({"--jsonl", "--shard", which}));
    CHECK_MESSAGE(result.status == 0, result.err);
    CHECK(result.err == "");
    return result.out;
  }
  // One line, exit 2, that names the variable to blame.
  void check_refused(const Variables& variables, const std::string& word) const {
    const ProcessResult result = run_sweep(arguments({"--jsonl"}), variables);
    CHECK(result.status == 2);
    CHECK(result.out == "");
    CHECK(std::count(result.err.begin(), result.err.end(), '\n') == 1);
    CHECK_MESSAGE(result.err.find(word) != std::string::npos, result.err);
  }
};

std::vector<std::string> sorted_lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  std::sort(lines.begin(), lines.end());
  return lines;
}

std::string number(int value) { return std::to_string(value); }

}  // namespace

TEST_CASE("sweep --shard: eight parts in any order hold the lines of the whole, in order its bytes") {
  const Model model;
  const std::string whole = model.whole();
  REQUIRE(sorted_lines(whole).size() == 24);
  std::vector<std::string> parts(8);
  for (const int part : {5, 1, 8, 3, 2, 7, 4, 6})
    parts[static_cast<std::size_t>(part - 1)] = model.shard(number(part) + "/8");
  std::string in_order, mixed;
  for (const std::string& part : parts) in_order += part;
  for (const std::size_t part : std::vector<std::size_t>{4, 0, 7, 2, 1, 6, 3, 5}) mixed += parts[part];
  CHECK(in_order == whole);
  CHECK(mixed != whole);
  CHECK(sorted_lines(mixed) == sorted_lines(whole));
}

TEST_CASE("sweep --shard: parts hold about the same number of values") {
  const Model model;
  const auto values_in = [](const std::string& text) {
    double values = 0;
    for (const std::string& line : sorted_lines(text))
      values += nlohmann::json::parse(line)["count"].get<double>();
    return values;
  };
  const double all = values_in(model.whole());
  for (const int count : {2, 3, 5})
    for (int part = 1; part <= count; ++part) {
      const double values = values_in(model.shard(number(part) + '/' + number(count)));
      CHECK(std::abs(values - all / count) <= 64 * 48);  // a row is never cut
    }
}

TEST_CASE("sweep --shard: more parts than rows, and one part") {
  const Model model;
  std::string joined;
  for (int part = 1; part <= 40; ++part) joined += model.shard(number(part) + "/40");
  CHECK(joined == model.whole());
  CHECK(model.shard("1/1") == model.whole());
  const ProcessResult empty =
      run_sweep({"synthetic:gaussian?shape=4", "--formats", "int8", "--shard", "1/3"});
  CHECK(empty.status == 0);
}

TEST_CASE("sweep --shard: CSV has its line of names in the first part, skipped tensors are named there") {
  const Model model;
  std::string joined;
  for (int part = 1; part <= 3; ++part)
    joined += run_sweep(model.arguments({"--csv", "--shard", number(part) + "/3"})).out;
  CHECK(joined == model.whole("--csv"));
  const std::string mixed = model.folder.path("mixed.safetensors");
  write_checkpoint(mixed, {{"ids", "I64", {4}}, {"w", "F32", {4, 4}}});
  CHECK(run_sweep({mixed, "--shard", "1/2"}).err.find("skipped") != std::string::npos);
  CHECK(run_sweep({mixed, "--shard", "2/2"}).err == "");
}

TEST_CASE("sweep: the table of a part and its JSON are well formed") {
  const Model model;
  for (int part = 1; part <= 2; ++part) {
    const std::string text = run_sweep(model.arguments({"--json", "--shard", number(part) + "/2"})).out;
    CHECK(nlohmann::json::parse(text, nullptr, false).is_array());
  }
  const ProcessResult empty =
      run_sweep({"synthetic:gaussian?shape=4", "--formats", "int8", "--shard", "3/3", "--json"});
  CHECK(empty.out == "[]\n");
  CHECK(empty.status == 0);
}

TEST_CASE("sweep: a part that is none is a wrong command line") {
  for (const char* wrong :
       {"0/8", "9/8", "1", "1/0", "a/b", "1/8/2", "-1/8", "1.5/2", "/", "1/99999999999"}) {
    const ProcessResult result = run_sweep({"synthetic:gaussian?shape=4", "--shard", wrong});
    CHECK(result.status == 2);
    CHECK(result.out == "");
    CHECK_MESSAGE(result.err.find("I from 1 to N") != std::string::npos, result.err);
  }
}

TEST_CASE("sweep: a Slurm array's task does its part, whatever the ids") {
  const Model model;
  struct Ids {
    int first, step;
  };
  for (const Ids ids : {Ids{0, 1}, Ids{1, 1}, Ids{10, 5}}) {
    std::string joined;
    for (int task = 0; task < 4; ++task) {
      const int id = ids.first + task * ids.step;
      joined += model.part({{"SLURM_ARRAY_TASK_ID", number(id)},
                            {"SLURM_ARRAY_TASK_COUNT", "4"},
                            {"SLURM_ARRAY_TASK_MIN", number(ids.first)},
                            {"SLURM_ARRAY_TASK_MAX", number(ids.first + 3 * ids.step)},
                            {"SLURM_ARRAY_TASK_STEP", number(ids.step)},
                            {"SLURM_PROCID", "0"},  // as in every batch script
                            {"SLURM_NTASKS", "8"}});
    }
    CHECK(joined == model.whole());
  }
  const Variables second = {{"SLURM_ARRAY_TASK_ID", "1"}, {"SLURM_ARRAY_TASK_COUNT", "4"}};
  CHECK(model.part(second) == model.shard("2/4"));  // without _MIN the first id is 0
  const ProcessResult by_hand = run_sweep(model.arguments({"--jsonl", "--shard", "3/4"}), second);
  CHECK(by_hand.out == model.shard("3/4"));
  CHECK(by_hand.err == "");
}

TEST_CASE("sweep: MPI's ranks and srun's tasks do their parts") {
  const Model model;
  const std::string third = model.shard("3/4");
  CHECK(model.part({{"OMPI_COMM_WORLD_RANK", "2"}, {"OMPI_COMM_WORLD_SIZE", "4"}}) == third);
  CHECK(model.part({{"PMI_RANK", "2"}, {"PMI_SIZE", "4"}}) == third);
  CHECK(model.part({{"SLURM_PROCID", "2"}, {"SLURM_STEP_NUM_TASKS", "4"}, {"SLURM_NTASKS", "9"}}) == third);
  CHECK(model.part({{"SLURM_PROCID", "2"}, {"SLURM_NTASKS", "4"}}) == third);
  CHECK(model.part({{"PMIX_RANK", "2"}, {"SLURM_PROCID", "2"}, {"SLURM_STEP_NUM_TASKS", "4"}}) == third);
  // mpirun's helpers are started by srun: its variables are about them.
  CHECK(model.part({{"OMPI_COMM_WORLD_RANK", "2"},
                    {"OMPI_COMM_WORLD_SIZE", "4"},
                    {"SLURM_PROCID", "1"},
                    {"SLURM_STEP_NUM_TASKS", "2"}}) == third);
  // Two ranks in each task of an array of two.
  CHECK(model.part({{"SLURM_ARRAY_TASK_ID", "1"},
                    {"SLURM_ARRAY_TASK_COUNT", "2"},
                    {"SLURM_PROCID", "0"},
                    {"SLURM_STEP_NUM_TASKS", "2"}}) == third);
}

TEST_CASE("sweep: one process does everything, quietly") {
  const Model model;
  const std::string whole = model.whole();
  for (const Variables& variables : std::vector<Variables>{
           {{"SLURM_PROCID", "0"}, {"SLURM_NTASKS", "4"}},  // a batch script
           {{"SLURM_NTASKS", "4"}},                         // a shell of salloc
           {{"OMPI_COMM_WORLD_RANK", "0"}, {"OMPI_COMM_WORLD_SIZE", "1"}},
           {{"SLURM_PROCID", "0"}, {"SLURM_STEP_NUM_TASKS", "1"}},
           {{"SLURM_ARRAY_TASK_ID", "7"}, {"SLURM_ARRAY_TASK_COUNT", "1"}, {"SLURM_ARRAY_TASK_MIN", "7"}}}) {
    const ProcessResult result = run_sweep(model.arguments({"--jsonl"}), variables);
    CHECK(result.status == 0);
    CHECK(result.err == "");
    CHECK(result.out == whole);
  }
}

TEST_CASE("sweep: variables that cannot be meant are one line, exit 2") {
  const Model model;
  model.check_refused({{"OMPI_COMM_WORLD_RANK", "4"}, {"OMPI_COMM_WORLD_SIZE", "4"}},
                      "OMPI_COMM_WORLD_RANK 4: expected less than OMPI_COMM_WORLD_SIZE 4");
  model.check_refused({{"PMI_RANK", "one"}, {"PMI_SIZE", "4"}}, "PMI_RANK: expected a whole number");
  model.check_refused({{"PMI_RANK", "-1"}, {"PMI_SIZE", "4"}}, "'-1'");
  model.check_refused({{"OMPI_COMM_WORLD_RANK", "1"}}, "without OMPI_COMM_WORLD_SIZE");
  model.check_refused({{"PMI_SIZE", "4"}}, "PMI_SIZE 4 is set without PMI_RANK");
  model.check_refused({{"PMIX_RANK", "0"}}, "without the number of ranks");
  model.check_refused({{"SLURM_PROCID", "3"}}, "SLURM_PROCID 3");
  model.check_refused({{"SLURM_STEP_NUM_TASKS", "3"}}, "without SLURM_PROCID");
  model.check_refused({{"SLURM_ARRAY_TASK_ID", "3"}}, "without SLURM_ARRAY_TASK_COUNT");
  model.check_refused({{"SLURM_ARRAY_TASK_COUNT", "3"}}, "without SLURM_ARRAY_TASK_ID");
  model.check_refused({{"SLURM_ARRAY_TASK_ID", "4"}, {"SLURM_ARRAY_TASK_COUNT", "4"}}, "evenly spaced");
  model.check_refused({{"SLURM_ARRAY_TASK_ID", "0"},  // --array=0,3,4
                       {"SLURM_ARRAY_TASK_COUNT", "3"},
                       {"SLURM_ARRAY_TASK_MIN", "0"},
                       {"SLURM_ARRAY_TASK_MAX", "4"},
                       {"SLURM_ARRAY_TASK_STEP", "1"}},
                      "evenly spaced");
  // What --shard says is not asked of the environment.
  CHECK(run_sweep(model.arguments({"--shard", "1/8"}), {{"PMI_RANK", "one"}}).status == 0);
}
