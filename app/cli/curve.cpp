// bitloupe curve SOURCE: the error against the clip threshold, and what calibration methods pick on it.
#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <utility>

#include "app/cli/command.h"
#include "app/cli/curve_report.h"
#include "app/cli/progress.h"
#include "app/cli/source_option.h"
#include "app/cli/spec_options.h"
#include "core/calibration/error_curve.h"
#include "core/quant/group_tensor.h"
#include "core/source.h"
#include "core/text.h"

namespace bitloupe::cli {

namespace {

constexpr int kLeastPoints = 2, kMostPoints = 65536;

struct Options {
  std::string source;
  std::shared_ptr<SpecOptions> spec;
  std::optional<std::string> points, group;
};

struct Curve {
  std::shared_ptr<const Tensor> tensor;
  QuantSpec spec;  // canonical
  std::optional<std::uint64_t> group;
  ErrorCurve curve;
  std::vector<MethodPick> picks;
};

// What --points and --group ask for; the number of groups is checked once the tensor is known.
Result<CurveRequest> request_of(const Options& options) {
  CurveRequest request;
  if (options.points) {
    const auto points = parse_integer<int>(*options.points);
    if (!points || *points < kLeastPoints || *points > kMostPoints)
      return bad_argument("--points: " + in_quotes(*options.points) + " is not a number of points (" +
                          std::to_string(kLeastPoints) + " to " + std::to_string(kMostPoints) + ")");
    request.points = *points;
  }
  if (options.group) {
    request.group = parse_integer<std::uint64_t>(*options.group);
    if (!request.group)
      return bad_argument("--group: " + in_quotes(*options.group) +
                          " is not the number of a scale group (0, 1, ...)");
  }
  return request;
}

// The values of one scale group as a tensor of their own: under one scale it has the group's curve, and what
// the methods pick on it is what they pick for the group.
Result<std::shared_ptr<const Tensor>> tensor_of_group(const Tensor& tensor, const GroupLayout& layout,
                                                      std::uint64_t group) {
  if (group >= layout.count)
    return bad_argument("--group: there is no scale group " + std::to_string(group) + " (the spec makes " +
                        std::to_string(layout.count) + ", counted from 0)");
  return std::shared_ptr<const Tensor>(std::make_shared<const Tensor>(group_tensor(tensor, layout, group)));
}

// The curve and the picks under a spec that is valid for the tensor, over all values.
Status fill(Curve& result, std::shared_ptr<const Tensor> tensor, const QuantSpec& spec,
            const CurveRequest& request, const WorkContext& work) {
  const auto prepared = prepare(std::move(tensor), work);
  if (!prepared) return prepared.error();
  const GroupLayout layout = make_group_layout(spec.granularity, (*prepared)->tensor->shape);
  const auto extremes = group_extremes(**prepared, layout, work);
  if (!extremes) return extremes.error();
  std::shared_ptr<const MomentSet> moments;
  if (worth_sorting(layout, *(*prepared)->tensor)) {
    auto sorted = make_moments(**prepared, layout, false, work);
    if (!sorted) return sorted.error();
    moments = std::move(*sorted);
  }
  auto curve = error_curve(**prepared, moments.get(), spec, *extremes, request, work);
  if (!curve) return curve.error();
  auto picks = method_picks(**prepared, moments.get(), spec, *extremes, *curve, work);
  if (!picks) return picks.error();
  result.curve = std::move(*curve);
  result.picks = std::move(*picks);
  return Ok{};
}

Result<Curve> compute(const Options& options, const Globals& globals) {
  Result<CurveRequest> request = request_of(options);
  if (!request) return request.error();
  const Result<SourceSpec> source = parse_source(options.source, globals);
  if (!source) return source.error();
  const Result<QuantSpec> asked = options.spec->spec();
  if (!asked) return asked.error();
  Curve result;
  result.spec = canonical(*asked);
  if (const Status valid = validate(result.spec); !valid) return valid.error();
  if (const Status possible = validate_curve(result.spec); !possible) return possible.error();

  ProgressBar bar("curve");
  const WorkContext work = bar.context();
  auto tensor = load_source(*source, Pick::Refuse, work);
  if (!tensor) return tensor.error();
  result.tensor = *tensor;
  if (const Status valid = validate(result.spec, result.tensor->shape); !valid) return valid.error();
  QuantSpec spec = result.spec;
  if (request->group) {
    result.group = std::exchange(request->group, std::nullopt);
    tensor = tensor_of_group(*result.tensor, make_group_layout(spec.granularity, result.tensor->shape),
                             *result.group);
    if (!tensor) return tensor.error();
    spec.granularity = {};
    spec.overrides.clear();
    spec = canonical(spec);
  }
  const Status done = fill(result, std::move(*tensor), spec, *request, work);
  if (const auto failed = result.tensor->error()) return *failed;
  if (!done) return done.error();
  return result;
}

Outcome print_curve(const Options& options, const Globals& globals) {
  const Result<Curve> result = compute(options, globals);
  if (!result) return {"", result.error()};
  const CurveReport report{options.source, *result->tensor, result->spec,
                           result->group,  result->curve,   result->picks};
  return {globals.json ? curve_json(report) : curve_text(report), {}};
}

}  // namespace

Action declare_curve(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  add_source_option(app, options->source);
  options->spec = add_spec_options(app);
  app.add_option("--points", options->points, "Number of thresholds, 2 to 65536 [256]")->type_name("N");
  app.add_option("--group", options->group, "The own curve of one scale group, counted from 0")
      ->type_name("I");
  return [options](const Globals& globals) { return print_curve(*options, globals); };
}

}  // namespace bitloupe::cli
