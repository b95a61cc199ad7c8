#include "app/cli/sweep_plan.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "app/cli/source_option.h"
#include "core/block/block_type.h"
#include "core/io/display_text.h"
#include "core/io/file_error.h"

namespace bitloupe::cli {

namespace {

constexpr std::size_t kMostNames = 3;

bool is_whole(DType dtype) {
  switch (dtype) {
    case DType::Bool:
    case DType::U8:
    case DType::I8:
    case DType::U16:
    case DType::I16:
    case DType::U32:
    case DType::I32:
    case DType::U64:
    case DType::I64:
      return true;
    default:
      return false;
  }
}

// Tensors that are passed over, by the reason.
class Skipped {
 public:
  void add(const std::string& reason, const std::string& name) {
    ++count_;
    const auto same = std::find_if(groups_.begin(), groups_.end(),
                                   [&](const Group& group) { return group.reason == reason; });
    (same == groups_.end() ? groups_.emplace_back(Group{reason, {}}) : *same).names.push_back(name);
  }

  // "3 of 40 tensors skipped: no floating-point numbers ('a', 'b'), empty ('c')"; empty where there are none.
  std::string sentence(std::size_t all) const {
    if (count_ == 0) return "";
    std::string text = std::to_string(count_) + " of " + std::to_string(all) + " tensors skipped: ";
    for (const Group& group : groups_) {
      if (&group != &groups_.front()) text += ", ";
      text += group.reason + " (";
      const std::size_t shown = std::min(group.names.size(), kMostNames);
      for (std::size_t i = 0; i < shown; ++i)
        text += (i > 0 ? ", '" : "'") + displayed(group.names[i]) + '\'';
      if (shown < group.names.size()) text += " and " + std::to_string(group.names.size() - shown) + " more";
      text += ')';
    }
    return text;
  }

 private:
  struct Group {
    std::string reason;
    std::vector<std::string> names;
  };
  std::vector<Group> groups_;
  std::size_t count_ = 0;
};

// Why the entry is passed over; empty: it is not. `asked_for`: it was named, or is the only one.
std::string reason_to_skip(const TensorEntry& entry, bool asked_for) {
  if (entry.error) return entry.error->message;
  if (element_count(entry.shape) == 0) return "empty";
  if (!asked_for && entry.block == nullptr && is_whole(entry.dtype)) return "no floating-point numbers";
  return "";
}

// The type of its values is none that is decoded: nothing is broken or missing.
bool is_undecoded(const Error& error) {
  return is_fault(error, FaultCode::GgufType) || is_fault(error, FaultCode::StDType);
}

Status add_synthetic(SweepPlan& plan, const std::string& given, const SourceSpec& source) {
  const SyntheticSpec& spec = *source.synthetic;
  if (const Status valid = validate(spec); !valid) return valid.error();
  if (element_count(spec.shape) == 0)
    plan.skipped.push_back(given + ": 1 of 1 tensors skipped: empty ('" + spec.kind + "')");
  else
    plan.tensors.push_back({given, source, spec.kind, std::string(info(DType::F32).name), spec.shape});
  return Ok{};
}

Status add_file(SweepPlan& plan, const std::string& given, const SourceSpec& source) {
  const Result<TensorFile> file = read_tensor_file(source.path, read_options(source));
  if (!file) {
    plan.failures.push_back(file.error());
    return Ok{};
  }
  std::vector<const TensorEntry*> entries;
  if (!source.tensor.empty() || file->tensors.empty()) {
    const auto entry = pick_tensor(*file, source, Pick::Refuse);
    if (!entry && entry.error().code == ErrorCode::BadArgument) return entry.error();
    if (!entry) {
      plan.failures.push_back(entry.error());
      return Ok{};
    }
    entries.push_back(*entry);
  } else {
    for (const TensorEntry& entry : file->tensors) entries.push_back(&entry);
  }
  Skipped skipped;
  std::optional<Error> broken;
  std::size_t others = 0;
  for (const TensorEntry* entry : entries) {
    if (entry->error && (!source.tensor.empty() || !is_undecoded(*entry->error))) {
      if (broken)
        ++others;
      else
        broken = why_unloadable(*file, *entry);
      continue;
    }
    const std::string reason = reason_to_skip(*entry, entries.size() == 1);
    if (!reason.empty()) {
      skipped.add(reason, entry->name);
      continue;
    }
    SourceSpec one = source;
    one.tensor = entry->name;
    const std::string_view stored = entry->block ? entry->block->name : info(entry->dtype).name;
    plan.tensors.push_back({given, std::move(one), entry->name, std::string(stored), entry->shape});
  }
  if (const std::string sentence = skipped.sentence(entries.size()); !sentence.empty())
    plan.skipped.push_back(given + ": " + sentence);
  if (broken && others > 0) broken->message += "; so for " + std::to_string(others) + " more tensors";
  if (broken) plan.failures.push_back(std::move(*broken));
  return Ok{};
}

}  // namespace

Result<SweepPlan> plan_sweep(const std::vector<std::string>& sources, const Globals& globals) {
  SweepPlan plan;
  for (const std::string& given : sources) {
    const Result<SourceSpec> source = parse_source(given, globals);
    if (!source) return source.error();
    const Status added =
        source->synthetic ? add_synthetic(plan, given, *source) : add_file(plan, given, *source);
    if (!added) return added.error();
  }
  return plan;
}

SweepRange rows_of_part(const std::vector<SweepTensor>& tensors, std::size_t formats, const Shard& shard) {
  double total = 0;
  for (const SweepTensor& tensor : tensors)
    total += static_cast<double>(tensor.count()) * static_cast<double>(formats);
  SweepRange range;
  double before = 0;
  std::size_t row = 0;
  for (const SweepTensor& tensor : tensors) {
    const double values = static_cast<double>(tensor.count());
    for (std::size_t format = 0; format < formats; ++format, ++row, before += values) {
      const double place = (before + values / 2) / total * static_cast<double>(shard.count);
      const std::uint64_t part = std::min(static_cast<std::uint64_t>(place), shard.count - 1);
      range.begin += part < shard.index;
      range.end += part <= shard.index;
    }
  }
  return range;
}

}  // namespace bitloupe::cli
