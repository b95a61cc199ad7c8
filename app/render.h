// Off-screen drawing: the window's content as a picture, without a display. It knows nothing of the command
// line.
#pragma once

#include <optional>

#include "app/lessons/library.h"
#include "app/plot/picture.h"
#include "app/state.h"
#include "app/ui/host.h"
#include "core/result.h"

namespace bitloupe {

struct RenderOptions {
  int width = 1600, height = 1000;  // pixels, [1, 16384]
  float scale = 1;                  // size of text and controls, [0.5, 4]
  ui::Appearance appearance = ui::Appearance::Dark;
  std::optional<LessonPlace> lesson = std::nullopt;  // shown beside its step, which sets experiment and view
};

// Loads, quantizes (exactly) and draws `experiment` as `view` looks at it. Fails where the source cannot be
// loaded or the spec does not fit it.
Result<Picture> render_picture(const Experiment& experiment, const ViewState& view,
                               const RenderOptions& options);

}  // namespace bitloupe
