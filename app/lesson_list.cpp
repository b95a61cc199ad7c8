#include "app/lesson_list.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>
#include <vector>

#include "app/card.h"
#include "app/lessons/tutor.h"
#include "app/plot/imgui_canvas.h"
#include "app/ui/guards.h"
#include "app/ui/registry.h"
#include "app/ui/text.h"
#include "app/ui/widgets.h"

namespace bitloupe {
namespace {

constexpr float kLine = 18, kInset = 10;

// "6 steps", "step 3 of 6 · 2 solved".
std::string standing(const LessonProgress& progress, const Lesson& lesson) {
  const std::size_t steps = lesson.steps.size();
  std::string text = std::to_string(steps) + (steps == 1 ? " step" : " steps");
  const auto found = progress.lessons.find(lesson.key);
  if (found == progress.lessons.end()) return text;
  const std::size_t step = std::min(found->second.step, steps - 1);
  if (step > 0) text = "step " + std::to_string(step + 1) + " of " + std::to_string(steps);
  if (const std::size_t solved = found->second.solved.size(); solved > 0)
    text += " · " + std::to_string(solved) + " solved";
  return text;
}

// Title, where the reader stands, and the summary below: all of it can be clicked.
bool draw_lesson(const Frame& frame, const Lesson& lesson) {
  const Theme& look = theme();
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  const TextStyle title{TextFace::SansBold, look.px(kBodySize), look.palette.text};
  const TextStyle small{TextFace::Sans, look.px(kSmallSize), look.palette.text_dim};
  const TextStyle body{TextFace::Sans, look.px(kBodySize), look.palette.text_dim};
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float width = ImGui::GetContentRegionAvail().x, inset = look.px(kInset),
              line = std::round(look.px(kLine));
  const std::vector<std::string> lines =
      ui::wrap(canvas, lesson.summary, body, std::max(width - 2 * inset, 1.0f));
  const Rect block{at.x, at.y, std::max(width, 1.0f),
                   look.px(22) + line * static_cast<float>(lines.size()) + inset + look.px(6)};
  const std::string id = "lessons." + lesson.key;
  const bool clicked = ui::invisible_button(id.c_str(), {block.width, block.height});
  const bool shown = frame.tutor->lesson() && frame.tutor->lesson()->key == lesson.key;
  if (shown || ImGui::IsItemHovered())
    canvas.fill(block, shown ? look.palette.selection : look.palette.track, look.px(4));
  ui::register_widget(id, block, ui::WidgetKind::Handle);
  ui::tooltip(lesson.path.empty() ? "Part of the program." : lesson.path);

  const std::string place = standing(frame.tutor->progress(), lesson);
  const Point size = canvas.measure(place, small);
  const float y = block.y + look.px(8), room = block.width - size.x - 3 * inset;
  canvas.text({block.x + inset, y}, ui::elide_end(canvas, lesson.title, title, room), title);
  canvas.text({block.right() - inset - size.x, y + look.px(1)}, place, small);
  for (std::size_t i = 0; i < lines.size(); ++i)
    ui::rich_text(canvas, {block.x + inset, y + look.px(20) + line * static_cast<float>(i)}, lines[i], body);
  return clicked;
}

// "~/…" for a path in the home folder.
std::string shortened(const std::string& path) {
  const char* home = std::getenv("HOME");
  if (home == nullptr || home[0] != '/' || !path.starts_with(std::string(home) + "/")) return path;
  return "~" + path.substr(std::string(home).size());
}

void draw_rest(const Tutor& tutor, const LessonLibrary& library) {
  const Theme& look = theme();
  ImGui::Indent(look.px(kInset));
  for (const Error& problem : library.problems)
    ui::paragraph("No lesson: " + problem.message, look.palette.error_text);
  if (!tutor.folder().empty())
    ui::paragraph("Lessons of your own: .json files in " + shortened(tutor.folder()) + ".",
                  look.palette.text_dim);
  ImGui::Unindent(look.px(kInset));
}

}  // namespace

bool draw_lesson_list(Frame& frame, Rect window) {
  const Theme& look = theme();
  Tutor& tutor = *frame.tutor;
  // As high as a handful of lessons need.
  const auto lessons = static_cast<float>(tutor.library().lessons.size());
  const auto problems = static_cast<float>(tutor.library().problems.size());
  const Card card("lessons", card_rect(window, 560, std::min(150 + 84 * lessons + 40 * problems, 520.0f)));
  // A file that was written or mended meanwhile is there when the list is.
  if (ImGui::IsWindowAppearing()) tutor.reload();
  ui::section("LESSONS");
  std::shared_ptr<const Lesson> picked;
  {
    const ImVec2 at = ImGui::GetCursorScreenPos(), room = ImGui::GetContentRegionAvail();
    const float out = look.px(kInset);
    const ui::ScopedChild child("rows",
                                {at.x - out, at.y, room.x + 2 * out, std::max(room.y - look.px(38), 1.0f)},
                                look.palette.header, {0, 0});
    for (const auto& lesson : tutor.library().lessons)
      if (draw_lesson(frame, *lesson)) picked = lesson;
    draw_rest(tutor, tutor.library());
  }
  const bool closed = ui::button("lessons.close", "Close", "Leaves everything as it is (Escape).");
  if (picked) tutor.start(picked);
  return !picked && !closed && !card.left();
}

}  // namespace bitloupe
