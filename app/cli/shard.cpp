#include "app/cli/shard.h"

#include <array>
#include <cstdlib>
#include <limits>
#include <utility>

#include "core/text.h"

namespace bitloupe::cli {

namespace {

constexpr std::uint64_t kMostParts = std::numeric_limits<std::uint32_t>::max();
constexpr const char* kRemedy = "; --shard I/N says it by hand, --shard 1/1 does everything";

// A variable of the environment, its value and what that means.
struct Variable {
  const char* name;
  std::uint64_t value = 0;

  std::string text() const { return std::string(name) + ' ' + std::to_string(value); }
};

using Maybe = std::optional<Variable>;

Result<Maybe> read(const char* name) {
  const char* text = std::getenv(name);
  if (text == nullptr || *text == '\0') return Maybe();
  const auto value = parse_integer<std::uint64_t>(text);
  if (!value || *value > kMostParts)
    return bad_argument(std::string(name) + ": expected a whole number from 0 to " +
                        std::to_string(kMostParts) + " (found " + in_quotes(text) + ')' + kRemedy);
  return Maybe(Variable{name, *value});
}

Error lonely(const Variable& there, std::string_view missing) {
  return bad_argument(there.text() + " is set without " + std::string(missing) + kRemedy);
}

Result<std::optional<Shard>> part(const Variable& index, const Variable& count) {
  if (index.value >= count.value)
    return bad_argument(index.text() + ": expected less than " + count.text() + kRemedy);
  return std::optional(Shard{index.value, count.value, index.text()});
}

// The number of a task among those of its array, whatever ids these have.
Result<std::optional<Shard>> array_part() {
  std::array<Maybe, 5> found;
  constexpr std::array<const char*, 5> kNames = {"SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_COUNT",
                                                 "SLURM_ARRAY_TASK_MIN", "SLURM_ARRAY_TASK_STEP",
                                                 "SLURM_ARRAY_TASK_MAX"};
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    const auto variable = read(kNames[i]);
    if (!variable) return variable.error();
    found[i] = *variable;
  }
  const auto& [id, count, min, step, max] = found;
  if (!id && !count) return std::optional<Shard>();
  if (!id) return lonely(*count, kNames[0]);
  if (!count) return lonely(*id, kNames[1]);
  const std::uint64_t first = min ? min->value : 0, stride = step && step->value > 0 ? step->value : 1;
  const std::uint64_t place = id->value - first;  // of no use where the id is before the first
  // Of a list, --array=0,3,4, no task knows which ids the others have.
  const bool uneven = id->value < first || place % stride != 0 || place / stride >= count->value ||
                      (max && (max->value - first) / stride + 1 != count->value);
  if (uneven)
    return bad_argument(id->text() + ": expected an array of " + std::to_string(count->value) +
                        " evenly spaced ids from " + std::to_string(first) + kRemedy);
  return std::optional(Shard{place / stride, count->value, id->text()});
}

// A task of srun.
Result<std::optional<Shard>> step_part() {
  const auto rank = read("SLURM_PROCID"), tasks = read("SLURM_STEP_NUM_TASKS"), asked = read("SLURM_NTASKS");
  for (const auto* variable : {&rank, &tasks, &asked})
    if (!*variable) return variable->error();
  if (*tasks) return *rank ? part(**rank, **tasks) : lonely(**tasks, "SLURM_PROCID");
  if (!*rank || (*rank)->value == 0) return std::optional<Shard>();
  return *asked ? part(**rank, **asked) : lonely(**rank, "SLURM_STEP_NUM_TASKS");
}

Result<std::optional<Shard>> rank_part() {
  const auto step = step_part();
  constexpr std::array<std::pair<const char*, const char*>, 3> kPairs = {
      {{"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"}, {"PMI_RANK", "PMI_SIZE"}, {"PMIX_RANK", ""}}};
  for (const auto& names : kPairs) {
    const auto rank = read(names.first), size = read(names.second);
    if (!rank) return rank.error();
    if (!size) return size.error();
    if (*rank && *size) return part(**rank, **size);
    if (*size) return lonely(**size, names.first);
    if (!*rank) continue;
    const bool of_srun = step && *step && (*step)->index == (*rank)->value;
    if (of_srun) return step;
    return lonely(**rank, *names.second != '\0' ? names.second : "the number of ranks");
  }
  return step;
}

}  // namespace

Result<Shard> parse_shard(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto index = parse_integer<std::uint64_t>(text.substr(0, slash));
  const auto count = slash == text.npos ? std::nullopt : parse_integer<std::uint64_t>(text.substr(slash + 1));
  if (!index || !count || *index < 1 || *index > *count || *count > kMostParts)
    return bad_argument("--shard: expected I/N, the I-th of N parts, I from 1 to N (found " +
                        in_quotes(text) + ')');
  return Shard{*index - 1, *count, ""};
}

Result<Shard> shard_from_environment() {
  const auto array = array_part();
  if (!array) return array.error();
  const auto rank = rank_part();
  if (!rank) return rank.error();
  if (!*array || !*rank) return (*array ? *array : *rank).value_or(Shard{});
  const Shard &outer = **array, &inner = **rank;
  if (inner.whole()) return outer;
  return Shard{outer.index * inner.count + inner.index, outer.count * inner.count,
               outer.origin + ", " + inner.origin};
}

}  // namespace bitloupe::cli
