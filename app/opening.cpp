#include "app/opening.h"

#include <algorithm>
#include <utility>

#include "app/browser/path_text.h"
#include "app/lanes.h"
#include "app/session/session_file.h"
#include "core/io/display_text.h"

namespace bitloupe {

namespace {

constexpr double kDropShows = 0.4;  // seconds that looking into dropped files takes before it is told

std::string quiet_name(const std::string& path) { return displayed_path(last_name(path)); }

Banner disk_banner(const std::string& path, DiskChange change) {
  Banner banner{"disk", "", {}};
  if (change == DiskChange::Deleted) {
    banner.text = quiet_name(path) + " was deleted from the disk; what is on screen stays.";
    banner.links.push_back(
        {"keep", "OK", "Hides this line.", [](Frame& f) { f.requests.keep_changed = true; }});
    return banner;
  }
  banner.text = quiet_name(path) + " changed on disk.";
  banner.links = {
      {"reload", "Reload", "Reads the file again as it is now.", [](Frame& f) { f.requests.reload = true; }},
      {"keep", "Keep", "Keeps what is on screen until the file changes once more.",
       [](Frame& f) { f.requests.keep_changed = true; }},
      {"always", "Always reload", "Reads changed files again without asking, from now on.",
       [](Frame& f) { f.requests.reload = f.preferences.reload_changed = true; }}};
  return banner;
}

Banner drop_banner(const DroppedFiles::Progress& progress) {
  return {"drop",
          "Looking into " + std::to_string(progress.all) +
              " dropped files: " + std::to_string(progress.done) + " done.",
          {{"cancel", "Cancel", "Looks into no more of them; those that are open stay.",
            [](Frame& f) { f.requests.cancel_drop = true; }}}};
}

Banner dialog_banner() {
  return {"dialog",
          "The desktop's file dialog is open.",
          {{"own", "Use Bitloupe's own", "Closes it and asks here instead.",
            [](Frame& f) { f.requests.leave_dialog = LeaveDialog::ForOwn; }},
           {"cancel", "Cancel", "Closes it without an answer.",
            [](Frame& f) { f.requests.leave_dialog = LeaveDialog::Cancel; }}}};
}

}  // namespace

Opening::Opening(const Window& window, Workers& workers)
    : window_(window),
      workers_(workers),
      folder_(current_folder()),
      dropped_(workers),
      watch_(workers),
      dialog_(workers) {
  follow_source(sources_, window_.experiment.source, folder_, window_.view);
}

void Opening::open(const std::string& source_text) {
  // Where a path ends and a tensor begins, and what is a session, is asked of the file system.
  naming_.start(workers_, [source_text](const std::stop_token&) -> Result<Named> {
    if (is_session_file(source_text)) return Named{source_text, {}};
    Result<SourceSpec> source = parse_source(source_text);
    if (!source) return source.error();
    return Named{"", std::move(*source)};
  });
}

void Opening::open(const std::vector<SourceSpec>& sources) {
  for (std::size_t i = 1; i < sources.size(); ++i) add_tab(sources_, sources[i], folder_);
  if (sources.empty()) return;
  const SourceSpec& first = sources.front();
  if (first.synthetic || !first.tensor.empty()) return show(first);
  naming_.start(workers_, [first](const std::stop_token&) -> Result<Named> {
    if (is_session_file(first.path)) return Named{first.path, {}};
    return Named{"", first};
  });
}

void Opening::show(const SourceSpec& source) {
  SourceSpec wanted = source;
  const std::optional<std::size_t> tab = find_tab(sources_, place_of(source, folder_));
  // A file that is open already goes on with the tensor that was chosen in it (F21).
  if (tab && wanted.tensor.empty() && !wanted.synthetic) wanted = sources_.tabs[*tab].source;
  wanted.lenient |= source.lenient;
  const bool again = wanted == window_.experiment.source && window_.lanes.source().error.has_value();
  window_.experiment.source = std::move(wanted);
  follow_source(sources_, window_.experiment.source, folder_, window_.view);
  if (!source.tensor.empty()) window_.view.tensor_filter.clear();
  if (again) window_.lanes.reload();
}

void Opening::drop(const std::vector<std::string>& paths) {
  if (paths.empty()) return;
  if (!dropped_.progress()) found_one_ = false;
  dropped_.add(paths);
}

void Opening::take_dropped() {
  for (const std::string& path : dropped_.take_found()) {
    const SourceSpec source{path, "", std::nullopt};
    // The first is looked at while the others are still being read.
    if (!std::exchange(found_one_, true))
      show(source);
    else
      add_tab(sources_, source, folder_);
  }
  if (std::optional<std::string> session = dropped_.take_session()) session_ = std::move(session);
  if (std::optional<std::string> summary = dropped_.take_summary(); summary && !summary->empty())
    notice_ = std::move(summary);
  if (const std::optional<std::string> folder = dropped_.take_folder()) {
    browse_ = open_source_request();
    browse_->proposal = plain_path(folder_, *folder);
    browse_->proposal += '/';
  }
}

void Opening::watch_file() {
  const SourceSpec& source = window_.experiment.source;
  const SourceStatus status = window_.lanes.source();
  const bool known = status.wanted.path == source.path && !status.loading;
  watch_.watch(known ? source.path : "", status.file);
  if (window_.preferences.reload_changed && watch_.settled() && !status.loading) window_.lanes.reload();
}

void Opening::fill_banners() {
  banners_.clear();
  if (dialog_.open()) banners_.push_back(dialog_banner());
  const std::optional<DroppedFiles::Progress> dropping = dropped_.progress();
  if (dropping && dropping->seconds > kDropShows) banners_.push_back(drop_banner(*dropping));
  const DiskChange change = watch_.change();
  const bool by_itself = change == DiskChange::Changed && window_.preferences.reload_changed;
  if (change != DiskChange::None && !by_itself)
    banners_.push_back(disk_banner(window_.experiment.source.path, change));
}

void Opening::update() {
  if (std::optional<Result<Named>> named = naming_.take()) {
    if (!*named)
      notice_ = named->error().message;
    else if (!(*named)->session.empty())
      session_ = (*named)->session;
    else
      show((*named)->source);
  }
  take_dropped();
  watch_file();
  fill_banners();
}

void Opening::set_sources(const std::vector<SourceSpec>& sources) {
  sources_ = {};
  for (const SourceSpec& source : sources) add_tab(sources_, source, folder_);
  follow_source(sources_, window_.experiment.source, folder_, window_.view);
}

bool Opening::restore_view(const Snapshot& snapshot, const std::string& tensor) {
  const std::optional<std::size_t> tab = find_tab(sources_, place_of(snapshot.experiment.source, folder_));
  if (!tab || sources_.tabs[*tab].tensor != tensor) return false;
  apply(sources_.tabs[*tab].view, window_.view);
  return true;
}

void Opening::remember_view(const Snapshot& snapshot, const std::string& tensor) {
  const std::optional<std::size_t> tab = find_tab(sources_, place_of(snapshot.experiment.source, folder_));
  if (!tab) return;
  sources_.tabs[*tab].tensor = tensor;
  sources_.tabs[*tab].view = tensor_view(window_.view);
}

void Opening::answer(Frame& frame) {
  const std::optional<DialogAnswer> answer = dialog_.take_answer();
  if (!answer || answer->kind == DialogAnswer::Kind::Cancelled) return;
  BrowseRequest request = dialog_.request();
  if (answer->kind == DialogAnswer::Kind::Chosen) {
    remember_folder(window_.preferences.browse, parent_folder(answer->choice.path));
    if (request.chosen) request.chosen(frame, answer->choice);
    return;
  }
  notice_ = "The desktop's file dialog failed (" + answer->why + "); this is Bitloupe's own.";
  if (!answer->proposal.empty()) request.proposal = answer->proposal;
  browse_ = std::move(request);
}

void Opening::browse(BrowseRequest request) {
  if (!window_.preferences.browse.native_dialog)
    browse_ = std::move(request);
  else if (!dialog_.begin(std::move(request), start_folder()))
    notice_ = "The desktop's file dialog is open already.";
}

std::string Opening::start_folder() const {
  const SourceSpec& source = window_.experiment.source;
  if (!source.synthetic) return parent_folder(plain_path(folder_, source.path));
  const std::vector<std::string>& recent = window_.preferences.browse.recent;
  return recent.empty() ? folder_ : recent.front();
}

void Opening::carry_out(Requests& asked) {
  if (asked.browse) browse(std::move(*asked.browse));
  open(asked.sources);
  if (asked.close_tab && *asked.close_tab < sources_.tabs.size()) {
    const bool active = *asked.close_tab == sources_.active;
    const SourceSpec next = close_tab(sources_, *asked.close_tab, window_.view);
    if (active) window_.experiment.source = next;
  }
  if (asked.select_tab && *asked.select_tab < sources_.tabs.size())
    show(sources_.tabs[*asked.select_tab].source);
  if (asked.cycle_tabs != 0) show(cycled(sources_, asked.cycle_tabs));
  if (asked.keep_changed) watch_.keep();
  if (asked.cancel_drop) dropped_.cancel();
  if (asked.leave_dialog != LeaveDialog::No && dialog_.open()) {
    BrowseRequest request = dialog_.cancel();
    if (asked.leave_dialog == LeaveDialog::ForOwn) browse_ = std::move(request);
  }
  follow_source(sources_, window_.experiment.source, folder_, window_.view);
}

}  // namespace bitloupe
