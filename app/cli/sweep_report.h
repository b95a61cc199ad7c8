// What `sweep` prints, row by row: lines of JSON, CSV, a table for people, or one JSON array at the end.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "app/cli/sweep_plan.h"
#include "core/experiment.h"

namespace bitloupe::cli {

// One tensor under one format. Without a result `message` says why.
struct SweepRow {
  const SweepTensor& tensor;
  const std::string& format;
  std::shared_ptr<const Snapshot> result;
  std::string message;
};

enum class SweepForm { Table, Json, JsonLines, Csv };

class SweepReport {
 public:
  // `widest`: bytes of the longest name of a format. Parts after the first repeat no titles, so that all
  // parts can be joined.
  SweepReport(SweepForm form, std::size_t widest, bool first_part);

  // What is to be printed now; whole lines, or nothing.
  std::string begin();
  std::string row(const SweepRow& row);
  std::string end();

 private:
  std::string table_row(const SweepRow& row);

  SweepForm form_;
  std::size_t width_;  // of the table's first column
  bool titles_;
  std::string document_;                  // the JSON array
  const SweepTensor* heading_ = nullptr;  // the tensor whose rows are being printed
};

}  // namespace bitloupe::cli
