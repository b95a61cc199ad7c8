// bitloupe inspect SOURCE: the tensors of a source and their statistics, or the tensor files of a folder.
#include <CLI/CLI.hpp>
#include <memory>

#include "app/cli/command.h"
#include "app/cli/inspect_listing.h"
#include "app/cli/progress.h"
#include "app/cli/source_option.h"
#include "core/io/file_error.h"
#include "core/io/folder_listing.h"
#include "core/source.h"

namespace bitloupe::cli {

namespace {

void describe_values(TensorRow& row, const Result<std::shared_ptr<const Tensor>>& tensor,
                     const WorkContext& work) {
  if (!tensor) {
    row.error = tensor.error();
    return;
  }
  const Result<Statistics> statistics = compute_statistics(**tensor, work);
  if (!statistics) {
    row.error = statistics.error();
    return;
  }
  row.statistics = *statistics;
  row.rounded_to_f32 = (*tensor)->rounded_to_f32 + statistics->odd.rounded;
  row.warnings = (*tensor)->warnings;
  for (std::string& warning : warnings_about(statistics->odd)) row.warnings.push_back(std::move(warning));
}

TensorRow file_row(const TensorFile& file, const TensorEntry& entry, bool with_statistics) {
  TensorRow row{entry.name, entry.dtype_name, entry.shape, entry.described, {}, {}, {}, entry.error};
  if (row.error || !with_statistics) return row;
  ProgressBar bar(entry.name);
  const WorkContext work = bar.context();
  Result<Tensor> tensor = load_tensor(file, entry, work);
  if (tensor)
    describe_values(row, std::make_shared<const Tensor>(std::move(*tensor)), work);
  else
    row.error = tensor.error();
  return row;
}

// The tensor files right in a folder, each with what its header says.
Result<Listing> list_folder(const SourceSpec& source) {
  const auto files = list_tensor_files(source.path);
  if (!files) return files.error();
  if (files->empty())
    return about_file(source.path,
                      file_error(FaultCode::FileDirectory, "is a directory and holds no tensor files"));
  Listing listing;
  listing.source = source.path;
  listing.format = "folder";
  std::vector<FileRow>& rows = listing.files.emplace();
  for (const ListedFile& file : *files) {
    FileRow& row = rows.emplace_back();
    row.name = file.name;
    row.bytes = file.bytes;
    auto read = read_tensor_file(file.path, read_options(source));
    if (!read) {
      row.error = read.error();
      continue;
    }
    row.format = read->format;
    row.tensors = read->tensors.size();
    row.warnings = std::move(read->warnings);
  }
  return listing;
}

Result<Listing> list_synthetic(const SourceSpec& source, bool with_statistics) {
  Listing listing;
  listing.source = to_text(source);
  listing.format = "synthetic";
  ProgressBar bar(listing.source);
  const WorkContext work = bar.context();
  const SyntheticSpec& spec = *source.synthetic;
  if (const Status valid = validate(spec); !valid) return valid.error();
  TensorRow row{spec.kind, std::string(info(DType::F32).name), spec.shape, true, {}, {}, {}, {}};
  if (with_statistics) describe_values(row, load_source(source, Pick::Refuse, work), work);
  listing.tensors.push_back(std::move(row));
  return listing;
}

Result<Listing> list_file(const SourceSpec& source, bool with_statistics) {
  const Result<TensorFile> file = read_tensor_file(source.path, read_options(source));
  if (!file) return file.error();
  Listing listing;
  listing.source = to_text(source);
  listing.format = file->format;
  listing.metadata = file->metadata;
  listing.warnings = file->warnings;
  if (!source.tensor.empty()) {
    const Result<const TensorEntry*> entry = pick_tensor(*file, source, Pick::Refuse);
    if (!entry) return entry.error();
    listing.tensors.push_back(file_row(*file, **entry, with_statistics));
    return listing;
  }
  for (const TensorEntry& entry : file->tensors)
    listing.tensors.push_back(file_row(*file, entry, with_statistics));
  return listing;
}

struct Options {
  std::string source;
  bool no_statistics = false;
};

Outcome inspect(const Options& options, const Globals& globals) {
  const Result<SourceSpec> source = parse_source(options.source, globals);
  if (!source) return {"", source.error()};
  const bool with_statistics = !options.no_statistics;
  const bool folder = !source->synthetic && source->tensor.empty() && is_folder(source->path);
  Result<Listing> listing = source->synthetic ? list_synthetic(*source, with_statistics)
                            : folder          ? list_folder(*source)
                                              : list_file(*source, with_statistics);
  if (!listing) return {"", listing.error()};
  listing->with_statistics = with_statistics;
  return {globals.json ? listing_json(*listing) : listing_text(*listing), refusal(*listing)};
}

}  // namespace

Action declare_inspect(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  add_source_option(app, options->source);
  app.add_flag("--no-stats", options->no_statistics, "Read headers only");
  return [options](const Globals& globals) { return inspect(*options, globals); };
}

}  // namespace bitloupe::cli
