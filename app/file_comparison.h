// FileComparison: the open file against another one, tensor by tensor, as a job. It draws nothing.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "app/browser/browse_request.h"
#include "app/jobs.h"
#include "core/source_comparison.h"

namespace bitloupe {

struct ComparedFiles {
  SourceSpec a, b;  // a: the file that was open; each with a tensor where only that one was compared
  // Worst first, then pairs that cannot be compared, then what only a has, then what only b has.
  std::vector<TensorPair> pairs;
};

// All tensors of a's file against those of b. Where b is one tensor that a has not by name (or that was
// named, or is synthetic), against it the tensor `shown` of a. Errors: those of reading either header, no
// tensor in common, Cancelled; a tensor that cannot be read becomes a row that says so.
Result<ComparedFiles> compare_files(SourceSpec a, const std::string& shown, const SourceSpec& b,
                                    const WorkContext& work);

// "47 tensors compared, 2 without a difference; 1 cannot be compared; 3 are in one file only."
std::string summary(const ComparedFiles& compared);

// The file's name or what is synthetic, fit for a line; with the tensor where only one was compared.
std::string short_name(const SourceSpec& source);

class FileComparison {
 public:
  explicit FileComparison(Jobs& jobs) : jobs_(jobs) {}

  // `shown`: the tensor of `a` that is on the screen.
  void start(const SourceSpec& a, const std::string& shown, const SourceSpec& b);
  // The last one of this file; null where there is none.
  std::shared_ptr<const ComparedFiles> of(const SourceSpec& source) const;
  // Was one finished since the last call?
  bool take_finished();

 private:
  // What the job leaves; the job may outlive a window that is closed.
  struct Shared {
    std::mutex mutex;
    std::shared_ptr<const ComparedFiles> latest;
    bool finished = false;
  };
  Jobs& jobs_;
  std::shared_ptr<Shared> shared_ = std::make_shared<Shared>();
};

// A file is open, and its header is read.
bool can_compare(const Frame& frame);
// Asks for the other file.
BrowseRequest compare_request();

}  // namespace bitloupe
