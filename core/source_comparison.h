// The tensors of two sources against each other: which tensor of one is which of the other, by their own
// names or by those that llama.cpp's converter gives them, and how far apart the two are.
#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/io/tensor_file.h"
#include "core/source.h"
#include "core/stats/difference.h"

namespace bitloupe {

// A source and the names of the tensors in it that are asked for: the one that it names, or all.
struct ComparedSource {
  SourceSpec source;
  std::shared_ptr<const TensorFile> file;  // its header; null for synthetic sources
  std::vector<std::string> names;

  SourceSpec of(const std::string& name) const;                 // that one tensor of it
  std::string stored(const std::string& name) const;            // "Q4_K"; empty where nobody knows
  std::optional<Error> refusal(const std::string& name) const;  // why it cannot be loaded while others can
  Result<std::shared_ptr<const Tensor>> load(const std::string& name, const WorkContext& work) const;
};

// Reads the header only. Errors: those of reading it, and of a tensor that it does not have.
Result<ComparedSource> open_compared(const SourceSpec& source, const std::stop_token& stop = {});

// A tensor that both have, or that one lacks.
struct TensorPair {
  std::optional<std::string> in_a, in_b;  // its name in either: one may be the empty text
  std::string stored_in_a, stored_in_b;
  std::optional<Difference> difference;  // of b against a; empty until compared, and where that cannot be
  std::string error;                     // why not

  bool both() const { return in_a && in_b; }
};

// Where each source has one tensor these two, whatever their names; else every tensor of a in its order, then
// those of b that a lacks. Error: a has none of b's.
Result<std::vector<TensorPair>> pair_tensors(const ComparedSource& a, const ComparedSource& b);

// Fills in `difference` or `error` of a pair that both have; reads values in parts where they are too many to
// be held. Errors: those of reading either, and Cancelled.
Status compare_pair(TensorPair& pair, const ComparedSource& a, const ComparedSource& b,
                    const WorkContext& work);

// Larger is worse: the relative RMSE; without a signal any noise is beyond measure.
double badness(const Difference& difference);
// Is `a` to be listed before `b`, worst first? By badness, then by the number of different values.
bool is_worse(const Difference& a, const Difference& b);

}  // namespace bitloupe
