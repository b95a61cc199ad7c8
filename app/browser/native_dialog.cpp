#include "app/browser/native_dialog.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include "app/browser/listing_view.h"
#include "app/browser/path_text.h"
#include "core/io/display_text.h"

namespace bitloupe {
namespace {

using Kind = DialogProgram::Kind;

constexpr std::size_t kMostOutput = 64 << 10;  // sixteen times the longest path

// By waitpid: 1 is "cancelled" for both programs (their manuals), and what a closed window gives.
constexpr int kChosen = 0, kCancelled = 1;

bool can_be_run(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) && ::access(path.c_str(), X_OK) == 0;
}

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

// "*.npy *.safetensors"
std::string patterns_of(const BrowseRequest& request) {
  std::string patterns;
  for (const std::string& extension : request.extensions)
    patterns += (patterns.empty() ? "*" : " *") + extension;
  return patterns;
}

DialogAnswer failed(std::string why, std::string proposal = "") {
  return {DialogAnswer::Kind::Failed, {}, std::move(why), std::move(proposal)};
}

// One line feed at the end is the program's own, every other one is the name's.
std::string printed_path(const ChildEnd& end) {
  std::string path = end.out;
  if (path.ends_with('\n')) path.pop_back();
  return path;
}

DialogAnswer save_to(std::string path, const BrowseRequest& request) {
  const bool whole = request.extensions.empty() || has_extension(path, request.extensions);
  if (!whole) path += request.extensions.front();
  struct stat status {};
  const bool there = ::stat(path.c_str(), &status) == 0;
  if (there && S_ISDIR(status.st_mode)) return failed("it chose a folder", path);
  // It asked about the name without the ending.
  if (there && !whole) return failed(displayed_path(last_name(path)) + " is there already", path);
  if (!there && (::stat(parent_folder(path).c_str(), &status) != 0 || !S_ISDIR(status.st_mode)))
    return failed("it chose a folder that is not there");
  return {DialogAnswer::Kind::Chosen, {std::move(path), there, {}}, "", ""};
}

}  // namespace

std::optional<DialogProgram> find_dialog_program(std::string_view search_path, std::string_view desktop) {
  std::array<std::pair<Kind, std::string_view>, 2> programs = {
      {{Kind::Zenity, "zenity"}, {Kind::Kdialog, "kdialog"}}};
  if (desktop.find("KDE") != std::string_view::npos) std::swap(programs[0], programs[1]);
  for (const auto& [kind, name] : programs) {
    std::string_view left = search_path;
    while (!left.empty()) {
      const std::size_t end = std::min(left.find(':'), left.size());
      const std::string_view folder = left.substr(0, end);
      left.remove_prefix(std::min(end + 1, left.size()));
      if (!folder.starts_with('/')) continue;
      if (std::string path = join_path(folder, name); can_be_run(path)) return DialogProgram{kind, path};
    }
  }
  return std::nullopt;
}

std::vector<std::string> dialog_arguments(const DialogProgram& program, const BrowseRequest& request,
                                          const std::string& start) {
  const bool saves = request.mode == BrowseMode::Save;
  const std::string patterns = patterns_of(request);
  std::vector<std::string> arguments = {program.path};
  if (program.kind == Kind::Kdialog) {
    arguments.insert(arguments.end(),
                     {"--title", request.title, saves ? "--getsavefilename" : "--getopenfilename", start});
    if (!patterns.empty()) arguments.push_back(request.file_kind + " (" + patterns + ")");
    return arguments;
  }
  arguments.insert(arguments.end(), {"--file-selection", "--title=" + request.title, "--filename=" + start});
  // Newer ones ask by themselves and take these without a word.
  if (saves) arguments.insert(arguments.end(), {"--save", "--confirm-overwrite"});
  if (!patterns.empty()) {
    arguments.push_back("--file-filter=" + request.file_kind + " | " + patterns);
    if (!saves) arguments.push_back("--file-filter=All files | *");
  }
  return arguments;
}

DialogAnswer understand_dialog(const ChildEnd& end, const BrowseRequest& request) {
  if (end.status == kCancelled && end.out.empty()) return {};
  if (end.cut || end.status != kChosen)
    return failed(end.cut ? "it did not stop writing" : "it ended with an error");
  std::string path = printed_path(end);
  const bool possible = path.starts_with('/') && path.find('\0') == std::string::npos;
  if (!possible) return failed("it answered with something that is no path");
  if (request.mode == BrowseMode::Save) return save_to(std::move(path), request);
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return failed("it answered with a file that is not there");
  if (S_ISDIR(status.st_mode)) return failed("it chose a folder", join_path(path, ""));
  BrowseChoice choice{path, false, {}};
  if (request.sources) choice.source.path = std::move(path);
  return {DialogAnswer::Kind::Chosen, std::move(choice), "", ""};
}

bool NativeDialog::begin(BrowseRequest request, const std::string& folder) {
  if (open()) return false;
  request_ = std::move(request);
  std::string start = request_.proposal;
  if (!start.starts_with('/'))
    start = join_path(folder, request_.mode == BrowseMode::Save ? clean_file_name(start) : "");
  answering_.start(
      workers_,
      [request = request_, start = std::move(start), search = variable("PATH"),
       desktop = variable("XDG_CURRENT_DESKTOP")](const std::stop_token& stop) -> Result<DialogAnswer> {
        const std::optional<DialogProgram> program = find_dialog_program(search, desktop);
        if (!program) return failed("neither zenity nor kdialog is installed");
        const auto end = run_child(dialog_arguments(*program, request, start), kMostOutput, stop);
        if (!end) return end.error();
        return understand_dialog(*end, request);
      });
  return true;
}

BrowseRequest NativeDialog::cancel() {
  answering_.cancel();
  return std::exchange(request_, {});
}

std::optional<DialogAnswer> NativeDialog::take_answer() {
  std::optional<Result<DialogAnswer>> answer = answering_.take();
  if (!answer) return std::nullopt;
  if (*answer) return std::move(**answer);
  return failed(answer->error().message);
}

}  // namespace bitloupe
