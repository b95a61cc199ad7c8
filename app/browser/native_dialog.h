// The desktop's own file dialog, zenity or kdialog, as a child process. Whatever it does, hang, die, print
// nonsense, the frame never waits, and its answer is looked at before anybody believes it (U21).
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "app/browser/browse_request.h"
#include "app/browser/child_process.h"
#include "app/workers.h"

namespace bitloupe {

struct DialogProgram {
  enum class Kind { Zenity, Kdialog } kind = Kind::Zenity;
  std::string path;
};

// The first of them in `search_path` (as $PATH is written; relative folders are passed over), on a KDE
// desktop kdialog before zenity. Waits for the file system.
std::optional<DialogProgram> find_dialog_program(std::string_view search_path, std::string_view desktop);

// `start`: the absolute path of the file or folder that it begins at; a folder ends with a slash.
std::vector<std::string> dialog_arguments(const DialogProgram& program, const BrowseRequest& request,
                                          const std::string& start);

struct DialogAnswer {
  enum class Kind { Chosen, Cancelled, Failed } kind = Kind::Cancelled;
  BrowseChoice choice;  // Chosen
  // Failed: why the program's own browser has to take over, and where it is to begin.
  std::string why, proposal;
};

// What it printed, made an answer: an absolute path of a file (Open) or in a folder (Save) that is there.
// Waits for the file system.
DialogAnswer understand_dialog(const ChildEnd& end, const BrowseRequest& request);

class NativeDialog {
 public:
  explicit NativeDialog(Workers& workers) : workers_(workers) {}

  // False where one is open already.
  bool begin(BrowseRequest request, const std::string& folder);
  bool open() const { return answering_.running(); }
  // Closes it; the request comes back for the program's own browser.
  BrowseRequest cancel();
  const BrowseRequest& request() const { return request_; }
  std::optional<DialogAnswer> take_answer();  // once; request() is what it answers

 private:
  Workers& workers_;
  BrowseRequest request_;
  Later<DialogAnswer> answering_;
};

}  // namespace bitloupe
