// bitloupe sample KIND key=value... --out F.npy: a synthetic tensor as a file.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>

#include "app/cli/command.h"
#include "app/cli/json_writer.h"
#include "app/cli/outputs.h"
#include "app/cli/progress.h"
#include "app/cli/table.h"
#include "core/io/atomic_file.h"
#include "core/io/npy_writer.h"
#include "core/tensor/synthetic.h"

namespace bitloupe::cli {

namespace {

struct Options {
  std::string kind, out;
  std::vector<std::string> parameters;
};

std::string synthetic_text(const Options& options) {
  std::string text = options.kind;
  for (std::size_t i = 0; i < options.parameters.size(); ++i)
    text += (i == 0 ? '?' : '&') + options.parameters[i];
  return text;
}

std::string report(const SyntheticSpec& spec, const Options& options, std::size_t bytes, bool json) {
  if (!json)
    return facts({{"source", to_text(spec)},
                  {"shape", to_text(spec.shape)},
                  {"file", options.out},
                  {"bytes", std::to_string(bytes)}});
  JsonWriter writer;
  writer.begin_object()
      .member("source", to_text(spec))
      .member_array("shape", spec.shape)
      .member("count", element_count(spec.shape))
      .member("path", options.out)
      .member("bytes", bytes)
      .end_object();
  return std::move(writer).finish();
}

Outcome sample(const Options& options, const Globals& globals) {
  const Result<SyntheticSpec> spec = parse_synthetic(synthetic_text(options));
  if (!spec) return {"", spec.error()};
  if (const Status free = check_outputs({options.out}, globals.force); !free) return {"", free.error()};
  ProgressBar bar("sample");
  const Result<Tensor> tensor = make_synthetic(*spec, bar.context());
  if (!tensor) return {"", tensor.error()};
  PendingFile file{options.out, encode_npy_header("<f4", tensor->shape)};
  const std::size_t bytes = file.bytes.size() + tensor->count() * sizeof(float);
  file.rest = [&](const ByteSink& write) -> Status {
    constexpr std::uint64_t kPart = 1 << 22;
    std::vector<float> buffer;
    for (std::uint64_t first = 0; first < tensor->count(); first += kPart) {
      const auto part = tensor->view(first, std::min(kPart, tensor->count() - first), buffer);
      if (Status done = write(std::as_bytes(part)); !done) return done;
    }
    return Ok{};
  };
  if (const Status written = write_files_atomically({&file, 1}); !written) return {"", written.error()};
  return {report(*spec, options, bytes, globals.json), {}};
}

}  // namespace

Action declare_sample(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  std::string kinds;
  for (const SyntheticKind& kind : synthetic_kinds())
    kinds += (kinds.empty() ? "" : ", ") + std::string(kind.key);
  app.add_option("KIND", options->kind, "The distribution: " + kinds)->type_name("")->required();
  app.add_option("PARAMETER", options->parameters,
                 "key=value: shape=256x256 seed=1 quantiles=1, and the kind's own")
      ->type_name("");
  app.add_option("--out", options->out, "The .npy file to write")->type_name("FILE")->required();
  return [options](const Globals& globals) { return sample(*options, globals); };
}

}  // namespace bitloupe::cli
