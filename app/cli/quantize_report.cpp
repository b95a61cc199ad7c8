#include "app/cli/quantize_report.h"

#include <algorithm>

#include "app/cli/json_writer.h"
#include "app/cli/result_fields.h"
#include "app/cli/table.h"
#include "app/cli/text.h"
#include "core/quant/spec_json.h"
#include "core/quant/spec_text.h"

namespace bitloupe::cli {

namespace {

constexpr std::size_t kMostListedGroups = 4096;

void write_scales(JsonWriter& writer, const ScaleSet& scales, bool two_levels) {
  if (scales.groups.size() <= kMostListedGroups) {
    writer.key("scale").begin_array();
    for (std::size_t g = 0; g < scales.groups.size(); ++g) writer.value(stored_scale(scales, g));
    writer.end_array().key("zero_point").begin_array();
    for (const GroupScale& group : scales.groups) writer.value(group.zero_point);
    writer.end_array();
    const bool minima = std::any_of(scales.groups.begin(), scales.groups.end(),
                                    [](const GroupScale& group) { return group.minimum != 0; });
    if (minima) {
      writer.key("minimum").begin_array();
      for (const GroupScale& group : scales.groups) writer.value(group.minimum);
      writer.end_array();
    }
  }
  writer
      .member("tensor_scale",
              two_levels ? std::optional(static_cast<double>(scales.tensor_scale)) : std::nullopt)
      .member("scales_floored", scales.floored)
      .member("scales_saturated", scales.saturated);
}

void write_levels(JsonWriter& writer, const Snapshot& snapshot) {
  const std::vector<std::uint64_t>& counts = snapshot.report->code_counts;
  writer.key("levels");
  if (const std::optional<LevelUse> use = level_use(snapshot.spec.format, counts))
    writer.begin_object().member("used", use->used).member("available", use->available).end_object();
  else
    writer.value(std::nullopt);
}

// The levels that were fitted to the values, ascending, and how often each is taken.
void write_codebook(JsonWriter& writer, const Snapshot& snapshot) {
  const FittedFormat& fitted = *snapshot.fitted;
  const auto levels = fitted.format.table.levels();
  writer.member_array("codebook", levels).key("counts").begin_array();
  for (std::size_t code = 0; code < levels.size(); ++code) writer.value(snapshot.report->code_counts[code]);
  writer.end_array().member("inertia", fitted.inertia);
  if (fitted.optimal) writer.member("optimal", true);
}

std::string with_unit(std::optional<double> value, std::string_view unit) {
  return value ? short_number(*value) + std::string(unit) : "-";
}

}  // namespace

std::string report_json(const std::string& source, const Snapshot& snapshot) {
  const Tensor& tensor = snapshot.tensor();
  JsonWriter writer;
  writer.begin_object()
      .member("source", source)
      .member("tensor", tensor.name)
      .member("dtype", tensor.stored_name())
      .member_array("shape", tensor.shape)
      .member("count", tensor.count())
      .key("spec")
      .raw(to_json(snapshot.spec));
  write_scales(writer, *snapshot.scales, snapshot.spec.tensor_scale);
  write_error(writer, *snapshot.report);
  write_storage(writer, *snapshot.storage, snapshot.report->code_counts);
  write_levels(writer, snapshot);
  if (snapshot.fitted) write_codebook(writer, snapshot);
  writer.member("elapsed_ms", snapshot.elapsed_ms).end_object();
  return std::move(writer).finish();
}

std::string report_text(const std::string& source, const Snapshot& snapshot) {
  const Tensor& tensor = snapshot.tensor();
  const ErrorReport& report = *snapshot.report;
  const Storage& storage = *snapshot.storage;
  const ScaleSet& scales = *snapshot.scales;
  std::vector<std::pair<std::string_view, std::string>> rows = {
      {"source", source},
      {"tensor", tensor.name + "  " + std::string(tensor.stored_name()) + " " + to_text(tensor.shape)},
      {"spec", describe(snapshot.spec)}};
  if (snapshot.fitted) {
    std::string levels;
    for (const float level : snapshot.fitted->format.table.levels())
      levels += (levels.empty() ? "" : ", ") + short_number(static_cast<double>(level), 9);
    rows.emplace_back("codebook", levels);
  } else if (scales.groups.size() == 1) {
    rows.emplace_back("scale", short_number(static_cast<double>(scales.groups[0].scale), 9));
    rows.emplace_back("zero point", std::to_string(scales.groups[0].zero_point));
  } else {
    rows.emplace_back("scale groups", std::to_string(scales.groups.size()));
  }
  if (snapshot.spec.tensor_scale)
    rows.emplace_back("tensor scale", short_number(static_cast<double>(scales.tensor_scale), 9));
  if (scales.floored + scales.saturated > 0)
    rows.emplace_back("scales", std::to_string(scales.floored) + " floored, " +
                                    std::to_string(scales.saturated) + " saturated");
  rows.insert(rows.end(),
              {{"SQNR", decibels(report.sqnr_db(), " dB")},
               {"MSE", short_number(report.mse()) + "  (rounding " + short_number(report.mse_rounding) +
                           ", clipping " + short_number(report.mse_clipping) + ")"},
               {"max |error|", short_number(report.max_abs)},
               {"mean error", short_number(report.mean)},
               {"relative RMSE", with_unit(report.relative_rmse(), "")},
               {"cosine", with_unit(report.cosine(), "")},
               {"clipped", std::to_string(report.clipped) + "  (" +
                               short_number(100 * report.clipped_fraction()) + " %)"}});
  if (report.overflowed + report.nan + report.inf > 0)
    rows.emplace_back("special", std::to_string(report.overflowed) + " overflowed, " +
                                     std::to_string(report.nan) + " NaN, " + std::to_string(report.inf) +
                                     " inf");
  if (report.worst_group && scales.groups.size() > 1)
    rows.emplace_back("worst group", std::to_string(report.worst_group->group) + "  (" +
                                         decibels(report.worst_group->sqnr_db, " dB") + ")");
  rows.emplace_back("storage", short_number(storage.bits_per_value) + " bits/value = " + storage.sum + "  (" +
                                   std::to_string(storage.bytes) +
                                   " bytes, 1 : " + short_number(storage.ratio) + ")");
  rows.emplace_back("entropy", with_unit(entropy_bits(report.code_counts), " bits/value") + "  (Huffman " +
                                   with_unit(huffman_bits(report.code_counts), "") + ")");
  if (const auto use = level_use(snapshot.spec.format, report.code_counts))
    rows.emplace_back("levels used", std::to_string(use->used) + " of " + std::to_string(use->available));
  return facts(rows);
}

}  // namespace bitloupe::cli
