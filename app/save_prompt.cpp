#include "app/save_prompt.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

#include "app/card.h"
#include "app/ui/guards.h"
#include "app/ui/input.h"
#include "app/ui/theme.h"
#include "app/ui/widgets.h"
#include "core/io/display_text.h"

namespace bitloupe {
namespace {

namespace fs = std::filesystem;

// "~/x" as the shell means it, with an ending.
std::string meant_path(const SavePrompt& prompt) {
  std::string path = prompt.path;
  const char* home = std::getenv("HOME");
  if (home && (path == "~" || path.starts_with("~/"))) path = home + path.substr(1);
  const auto& endings = prompt.question.endings;
  const bool named = std::any_of(endings.begin(), endings.end(),
                                 [&](const std::string& ending) { return path.ends_with(ending); });
  return named || endings.empty() ? path : path + endings.front();
}

std::string folder_line(const std::string& path) {
  std::error_code ignored;
  const fs::path folder = fs::absolute(path, ignored).parent_path();
  return "in " + displayed_path(folder.string());
}

bool exists(const std::string& path) {
  std::error_code ignored;  // what cannot be looked at is reported when it is written
  return fs::exists(path, ignored);
}

}  // namespace

void ask_save(SavePrompt& prompt, SaveQuestion question) {
  prompt = {std::move(question), "", true, false};
  prompt.path = prompt.question.proposal;
}

bool draw_save_prompt(SavePrompt& prompt, Frame& frame, Rect window) {
  const Theme& look = theme();
  const Card card("save", card_rect(window, 560, 158));
  ui::section(prompt.question.title);
  if (prompt.take_focus) ImGui::SetKeyboardFocusHere();
  prompt.take_focus = false;
  if (ui::text_field("save.path", "path of the file", prompt.path)) prompt.replace = false;
  const std::string path = meant_path(prompt);
  const bool enter = ui::key_pressed(ui::Key::Enter) || ui::key_pressed(ui::Key::KeypadEnter);
  if (prompt.replace)
    ui::paragraph("A file of this name exists. Replace it?", look.palette.error_text);
  else
    ui::paragraph(folder_line(path), look.palette.text_dim);
  ImGui::Dummy({0, look.px(2)});
  const bool go = prompt.replace
                      ? ui::button("save.replace", "Replace", "Writes over the file that is there (Enter).")
                      : ui::button("save.ok", "Save", "Writes the file (Enter).");
  ImGui::SameLine(0, look.px(8));
  const bool cancel = ui::button("save.cancel", "Cancel", "Writes nothing (Escape).");
  if (cancel || card.left()) return false;
  if (!(go || enter) || prompt.path.empty()) return true;
  if (!prompt.replace && exists(path)) {
    prompt.replace = true;
    return true;
  }
  frame.requests.save_as = path;
  return false;
}

}  // namespace bitloupe
