// The prompt that asks where to save: a path, the folder it is in, and a second question where a file of that
// name exists. Whoever asks waits for the answer in the frame's requests.
#pragma once

#include <string>
#include <vector>

#include "app/frame.h"
#include "app/plot/canvas.h"

namespace bitloupe {

struct SaveQuestion {
  std::string title;     // "SAVE AS PNG"
  std::string proposal;  // a name in the current folder
  // ".png", ...: those that a name may have; one with none of them gets the first.
  std::vector<std::string> endings;
};

struct SavePrompt {
  SaveQuestion question;
  std::string path;
  bool take_focus = false;  // in its first frame
  bool replace = false;     // the file exists; it is asked whether to replace it
};

void ask_save(SavePrompt& prompt, SaveQuestion question);

// False when it is done: then the answer, if any, is in requests.save_as.
bool draw_save_prompt(SavePrompt& prompt, Frame& frame, Rect window);

}  // namespace bitloupe
