// A spec and values out of any bytes: the error report of the fast passes equals the one that the readable
// specification gives value by value, and what concepts.md promises of each value holds.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/experiment.h"
#include "core/quant/quantizer.h"
#include "core/quant/spec_json.h"
#include "tests/fuzz/target.h"

namespace bitloupe::fuzz {
namespace {

constexpr std::size_t kMostValues = 512;

struct Case {
  QuantSpec spec;
  std::shared_ptr<const Tensor> tensor;
};

// JSON of a spec, a zero byte, float32 values.
std::optional<Case> case_of(Bytes input) {
  const std::string_view all = text_of(input);
  const std::size_t end = all.find('\0');
  if (end == std::string_view::npos) return std::nullopt;
  const Result<QuantSpec> spec = parse_spec_json(all.substr(0, end), "fuzz");
  if (!spec) return std::nullopt;
  const std::string_view payload = all.substr(end + 1);
  auto values = std::make_shared<Values>(std::min(payload.size() / sizeof(float), kMostValues));
  if (!values->empty()) std::memcpy(values->data(), payload.data(), values->size() * sizeof(float));
  const Shape shape = {values->size()};
  if (!validate(*spec, shape)) return std::nullopt;
  return Case{*spec, std::make_shared<const Tensor>(Tensor{"fuzz", DType::F32, shape, values})};
}

// Of one value: its code is one of the format's and dequantizes to what is reported; inside the grid the
// error of round to nearest is at most half of the gap around it.
std::string judge_value(const Snapshot& snapshot, const GroupLayout& layout, std::uint64_t index) {
  const std::uint64_t group = layout.group_of(index);
  const GroupScale& scale = snapshot.scales->groups[group];
  const Quantizer& quantizer = *snapshot.quantizer;
  const float x = snapshot.tensor().value(index);
  const QuantizedValue value = quantize_value(quantizer, scale, x, index);
  const std::string here = "value " + std::to_string(index) + ": ";
  if (quantizer.format.bits < 32 && (value.code >> quantizer.format.bits) != 0)
    return here + "code has too many bits";
  if (value.kind == ErrorKind::Rounding || value.kind == ErrorKind::Clipped)
    if (!std::isfinite(value.dequantized))
      return here + "finite value became " + std::to_string(value.dequantized);
  const float back = dequantize(quantizer, scale, value.code);
  if (std::isfinite(back) && back != value.dequantized) return here + "its code stands for another value";
  Code code = 0;
  float dequantized = 0;
  ErrorKind kind{};
  quantize_run(quantizer, scale, std::span(&x, 1), index, std::span(&code, 1), std::span(&dequantized, 1),
               std::span(&kind, 1));
  const bool same = std::memcmp(&dequantized, &value.dequantized, sizeof dequantized) == 0;
  if (code != value.code || kind != value.kind || !same) return here + "the fast run disagrees";
  return "";
}

}  // namespace

std::string check_quantizer(Bytes input) {
  const std::optional<Case> made = case_of(input);
  if (!made) return "";
  const auto prepared = prepare(made->tensor, {});
  if (!prepared) return "prepare: " + prepared.error().message;
  Experiment experiment;
  experiment.quant = made->spec;
  const auto snapshot = run(experiment, *prepared, nullptr, report_only({}));
  if (!snapshot) return "run: " + snapshot.error().message;
  const Snapshot& result = **snapshot;
  if (result.error || !result.report) return "";
  const GroupLayout layout = make_group_layout(result.spec.granularity, made->tensor->shape);
  std::uint64_t finite = 0, nan = 0, inf = 0, clipped = 0;
  double noise = 0;
  for (std::uint64_t i = 0; i < made->tensor->count(); ++i) {
    if (std::string wrong = judge_value(result, layout, i); !wrong.empty()) return wrong;
    const float x = made->tensor->value(i);
    const QuantizedValue value =
        quantize_value(*result.quantizer, result.scales->groups[layout.group_of(i)], x, i);
    nan += value.kind == ErrorKind::Nan;
    inf += value.kind == ErrorKind::Inf;
    clipped += value.kind == ErrorKind::Clipped;
    finite += std::isfinite(x);
    if (value.kind != ErrorKind::Rounding && value.kind != ErrorKind::Clipped) continue;
    const double error = static_cast<double>(x) - static_cast<double>(value.dequantized);
    noise += error * error;
  }
  const ErrorReport& report = *result.report;
  if (report.nan != nan || report.inf != inf) return "NaN or inf are counted wrongly";
  if (report.clipped != clipped)
    return "clipped: " + std::to_string(report.clipped) + ", not " + std::to_string(clipped);
  const double mse = finite > 0 ? noise / static_cast<double>(finite) : 0;
  if (std::isfinite(mse) && std::abs(report.mse() - mse) > 1e-9 * mse + 1e-300)
    return "MSE " + std::to_string(report.mse()) + ", not " + std::to_string(mse);
  return "";
}

}  // namespace bitloupe::fuzz
