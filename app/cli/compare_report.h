// What `compare` prints: a row a tensor and pair, worst first.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/stats/difference.h"

namespace bitloupe::cli {

struct ComparedRow {
  std::string name = {}, a = {}, b = {};      // the tensor; the two sides: sources, or dialects
  std::optional<Difference> difference = {};  // empty: the two cannot be compared, and `error` says why
  std::string error = {};
  // Of dialects only: codes that differ, and each side's own SQNR against the source.
  struct Dialects {
    std::uint64_t codes_different = 0;
    std::optional<double> a_sqnr_db, b_sqnr_db;
  };
  std::optional<Dialects> dialects = {};
  std::string name_in_b = {};                      // where the second side has another name for the tensor
  std::string stored_in_a = {}, stored_in_b = {};  // "F32", "Q4_K"; of dialects: empty
};

// Rows that cannot be compared first, then by relative RMSE, then by the number of different values.
void sort_worst_first(std::vector<ComparedRow>& rows);

std::string compare_json(const std::vector<ComparedRow>& rows);
std::string compare_text(const std::vector<ComparedRow>& rows);

}  // namespace bitloupe::cli
