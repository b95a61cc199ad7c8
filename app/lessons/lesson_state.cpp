#include "app/lessons/lesson_state.h"

#include <utility>

#include "app/view_json.h"
#include "core/experiment_json.h"

namespace bitloupe {
namespace {

// What a view says about one tensor and not about the next.
constexpr std::string_view kOfTensor[] = {"slice",    "signal_row",      "viewport",
                                          "selected", "histogram_range", "curve_range"};

Status take_members(Json& into, const Json& value, const JsonPlace& place) {
  if (!value.is_object()) return wrong_type(place.path, value, "an object");
  for (const auto& [key, member] : value.items()) {
    if (member.is_null())
      into.erase(key);
    else
      into[key] = member;
  }
  return Ok{};
}

Error at(const JsonPlace& place, const Error& error) {
  return {error.code, place.path + ": " + error.message};
}

// As far as it can be said before a file is read.
Status check_fit(const Experiment& experiment) {
  if (!experiment.source.synthetic) return validate(experiment.quant);
  if (Status made = validate(*experiment.source.synthetic); !made) return made;
  return validate(canonical(experiment.quant), experiment.source.synthetic->shape);
}

}  // namespace

LessonState::LessonState(std::string folder)
    : folder_(std::move(folder)),
      source_(Json::parse(to_json(SourceSpec{"", "", SyntheticSpec{}}))),
      quant_(Json::object()),
      kept_(Json::object()),
      view_(Json::object()) {}

Status LessonState::take(const Json& value, const JsonPlace& place) {
  if (!value.is_object()) return wrong_type(place.path, value, "an object");
  for (const auto& [key, member] : value.items())
    if (key != "experiment" && key != "view") return unknown_key(place.path, key, {"experiment", "view"});
  // The source first: it resets what the view says about a tensor, whatever the file's order.
  if (const auto experiment = value.find("experiment"); experiment != value.end())
    if (Status status = take_experiment(*experiment, place.member("experiment")); !status) return status;
  if (const auto view = value.find("view"); view != value.end())
    return take_members(view_, *view, place.member("view"));
  return Ok{};
}

Status LessonState::take_experiment(const Json& value, const JsonPlace& place) {
  if (!value.is_object()) return wrong_type(place.path, value, "an object");
  for (const auto& [key, member] : value.items()) {
    const JsonPlace here = place.member(key);
    Status status = Ok{};
    if (key == "source")
      status = take_source(member, here);
    else if (key == "quant")
      status = take_members(quant_, member, here);
    else if (key == "kept")
      status = take_members(kept_, member, here);
    else
      status = unknown_key(place.path, key, {"source", "quant", "kept"});
    if (!status) return status;
  }
  return Ok{};
}

// A text as on the command line, or an object as a session writes it.
Status LessonState::take_source(const Json& value, const JsonPlace& place) {
  if (!value.is_string() && !value.is_object())
    return wrong_type(place.path, value, "a text such as synthetic:gaussian?shape=8x8");
  Result<SourceSpec> source = value.is_string() ? parse_source(value.get<std::string>())
                                                : parse_source_json(json_text(value), place.path);
  if (!source) return value.is_string() ? at(place, source.error()) : source.error();
  if (!source->path.empty() && source->path.front() != '/' && !folder_.empty())
    source->path = folder_ + "/" + source->path;
  source_ = Json::parse(to_json(*source));
  for (const std::string_view key : kOfTensor) view_.erase(std::string(key));
  return Ok{};
}

Status LessonState::set(LessonStep& step, const JsonPlace& place) const {
  const JsonPlace inside = place.member("experiment");
  Result<Experiment> experiment =
      parse_experiment_json(json_text({{"quant", quant_}, {"kept", kept_}}), inside.path);
  if (!experiment) return experiment.error();
  Result<SourceSpec> source = parse_source_json(json_text(source_), inside.member("source").path);
  if (!source) return source.error();
  experiment->source = std::move(*source);
  if (Status fits = check_fit(*experiment); !fits) return at(inside, fits.error());
  Result<ViewState> view = parse_view_json(json_text(view_), place.member("view").path);
  if (!view) return view.error();
  step.experiment = std::move(*experiment);
  step.view = std::move(*view);
  return Ok{};
}

}  // namespace bitloupe
