#include "core/source_comparison.h"

#include <limits>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "core/io/display_text.h"
#include "core/io/gguf_names.h"

namespace bitloupe {

namespace {

bool is_gguf(const ComparedSource& source) { return source.file && source.file->format == "gguf"; }

// The names of `b` by which those of `a` are found: their own and, where one side is GGUF and the other is
// not, what the other's are called there.
class Partners {
 public:
  Partners(const ComparedSource& a, const ComparedSource& b) {
    const bool gguf_a = is_gguf(a), gguf_b = is_gguf(b);
    if (gguf_a != gguf_b) converted_ = gguf_b ? Converted::A : Converted::B;
    for (const std::string& name : b.names) {
      names_.emplace(name, name);
      if (converted_ != Converted::B) continue;
      if (std::string other = gguf_tensor_name(name); !other.empty()) names_.emplace(std::move(other), name);
    }
  }

  // Null: `b` has none.
  const std::string* of(const std::string& name) const {
    if (const std::string* same = find(name)) return same;
    return converted_ == Converted::A ? find(gguf_tensor_name(name)) : nullptr;
  }

 private:
  enum class Converted { None, A, B };
  const std::string* find(const std::string& name) const {
    const auto found = names_.find(name);
    return found == names_.end() ? nullptr : &found->second;
  }

  Converted converted_ = Converted::None;
  std::map<std::string, std::string> names_;
};

// Null: that side has none.
TensorPair pair_of(const ComparedSource& a, const std::string* in_a, const ComparedSource& b,
                   const std::string* in_b) {
  TensorPair pair;
  if (in_a) {
    pair.in_a = *in_a;
    pair.stored_in_a = a.stored(*in_a);
  }
  if (in_b) {
    pair.in_b = *in_b;
    pair.stored_in_b = b.stored(*in_b);
  }
  return pair;
}

}  // namespace

SourceSpec ComparedSource::of(const std::string& name) const {
  SourceSpec one = source;
  if (file) one.tensor = name;
  return one;
}

std::string ComparedSource::stored(const std::string& name) const {
  if (!file) return std::string(info(DType::F32).name);
  const TensorEntry* entry = file->find(name);
  return entry && entry->described ? entry->dtype_name : "";
}

std::optional<Error> ComparedSource::refusal(const std::string& name) const {
  const TensorEntry* entry = file ? file->find(name) : nullptr;
  if (entry && entry->error) return why_unloadable(*file, *entry);
  return std::nullopt;
}

Result<std::shared_ptr<const Tensor>> ComparedSource::load(const std::string& name,
                                                           const WorkContext& work) const {
  return load_source(of(name), Pick::Refuse, work, file.get());
}

Result<ComparedSource> open_compared(const SourceSpec& source, const std::stop_token& stop) {
  ComparedSource opened{source, nullptr, {}};
  if (source.synthetic) {
    opened.names = {source.synthetic->kind};
    return opened;
  }
  Result<TensorFile> file = read_tensor_file(source.path, read_options(source, stop));
  if (!file) return file.error();
  opened.file = std::make_shared<const TensorFile>(std::move(*file));
  if (!source.tensor.empty() || opened.file->tensors.empty()) {
    const auto entry = pick_tensor(*opened.file, source, Pick::Refuse);
    if (!entry) return entry.error();
    opened.names = {(*entry)->name};
  } else {
    for (const TensorEntry& entry : opened.file->tensors) opened.names.push_back(entry.name);
  }
  return opened;
}

Result<std::vector<TensorPair>> pair_tensors(const ComparedSource& a, const ComparedSource& b) {
  std::vector<TensorPair> pairs;
  if (a.names.size() == 1 && b.names.size() == 1) {
    pairs.push_back(pair_of(a, &a.names.front(), b, &b.names.front()));
    return pairs;
  }
  const Partners partners(a, b);
  std::set<std::string> found;
  for (const std::string& name : a.names) {
    const std::string* partner = partners.of(name);
    pairs.push_back(pair_of(a, &name, b, partner));
    if (partner) found.insert(*partner);
  }
  if (found.empty())
    return bad_input(to_text(a.source) + " and " + to_text(b.source) +
                     ": no tensor of the first is in the second (" + std::to_string(a.names.size()) +
                     " and " + std::to_string(b.names.size()) + " tensors; name one of each after '::')");
  for (const std::string& name : b.names)
    if (!found.contains(name)) pairs.push_back(pair_of(a, nullptr, b, &name));
  return pairs;
}

Status compare_pair(TensorPair& pair, const ComparedSource& a, const ComparedSource& b,
                    const WorkContext& work) {
  for (const auto& refused : {a.refusal(*pair.in_a), b.refusal(*pair.in_b)}) {
    if (!refused) continue;
    pair.error = refused->message;
    return Ok{};
  }
  const auto first = a.load(*pair.in_a, phase(work, 0, 0.35));
  if (!first) return first.error();
  const auto second = b.load(*pair.in_b, phase(work, 0.35, 0.7));
  if (!second) return second.error();
  if ((*first)->shape != (*second)->shape) {
    pair.error = "shapes differ (" + to_text((*first)->shape) + " and " + to_text((*second)->shape) + ")";
    return Ok{};
  }
  auto difference = difference_of(**first, **second, phase(work, 0.7, 1));
  if (!difference) return difference.error();
  pair.difference = std::move(*difference);
  return Ok{};
}

double badness(const Difference& difference) {
  const double silent = difference.noise > 0 ? std::numeric_limits<double>::infinity() : 0;
  return difference.relative_rmse().value_or(silent);
}

bool is_worse(const Difference& a, const Difference& b) {
  return std::tuple(badness(a), a.different) > std::tuple(badness(b), b.different);
}

}  // namespace bitloupe
