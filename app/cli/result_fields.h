// The keys of an error and of its storage, in the order in which they are printed: one list for every report
// and every form. Writer is a JsonWriter, or what has its members.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/stats/error_report.h"

namespace bitloupe::cli {

template <class Writer>
void write_error(Writer& writer, const ErrorReport& report) {
  writer.key("error")
      .begin_object()
      .member("mse", report.mse())
      .member("mse_rounding", report.mse_rounding)
      .member("mse_clipping", report.mse_clipping)
      .member("max_abs", report.max_abs)
      .member("mean", report.mean)
      .member("sqnr_db", report.sqnr_db())
      .member("relative_rmse", report.relative_rmse())
      .member("cosine", report.cosine())
      .member("clipped", report.clipped)
      .member("clipped_fraction", report.clipped_fraction())
      .member("overflowed", report.overflowed)
      .member("nan", report.nan)
      .member("inf", report.inf)
      .key("worst_group");
  if (report.worst_group)
    writer.begin_object()
        .member("group", report.worst_group->group)
        .member("sqnr_db", report.worst_group->sqnr_db)
        .end_object();
  else
    writer.value(std::nullopt);
  writer.end_object();
}

// `counts` are ErrorReport::code_counts.
template <class Writer>
void write_storage(Writer& writer, const Storage& storage, const std::vector<std::uint64_t>& counts) {
  writer.key("storage")
      .begin_object()
      .member("bits_per_value", storage.bits_per_value)
      .member("sum", storage.sum)
      .member("bytes", storage.bytes)
      .member("ratio", storage.ratio)
      .member("entropy_bits", entropy_bits(counts))
      .member("huffman_bits", huffman_bits(counts))
      .end_object();
}

}  // namespace bitloupe::cli
