#include "app/browser/browser.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "app/browser/path_text.h"
#include "core/io/display_text.h"

namespace bitloupe {
namespace {

constexpr auto kSelectionRests = std::chrono::milliseconds(120);  // before a file's header is read
constexpr std::string_view kSynthetic = "synthetic:";

void rest(std::chrono::milliseconds time, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, stop, time, [] { return false; });
}

// With the request's extension where the name has none of them and is no folder.
Target target_to_save(const std::string& base, const std::string& typed,
                      const std::vector<std::string>& extensions) {
  Target target = find_target(base, typed, false);
  const bool fits = extensions.empty() || has_extension(typed, extensions);
  if (fits || target.kind == Target::Kind::Folder) return target;
  return find_target(base, typed + extensions.front(), false);
}

}  // namespace

void Browser::begin(BrowseRequest request, const std::string& folder) {
  end();
  request_ = std::move(request);
  const std::string& proposal = request_.proposal;
  const bool absolute = proposal.starts_with('/');
  base_ = absolute ? parent_folder(proposal) : folder;
  set_typed(!saves() ? "" : absolute ? displayed_path(last_name(proposal)) : clean_file_name(proposal));
  wanted_name_ = !saves() && absolute ? last_name(proposal) : "";
}

void Browser::end() {
  reading_.cancel();
  targeting_.cancel();
  previewing_.cancel();
  asked_.clear();
  listing_.reset();
  message_.clear();
  rows_.clear();
  rows_known_ = false;
  chosen_ = 0;
  target_.reset();
  replacing_.reset();
  previewed_.clear();
  preview_.reset();
  choice_.reset();
}

void Browser::update(const BrowsePreferences& preferences) {
  read();
  take_listing();
  arrange(preferences);
  take_target();
  follow_preview();
}

std::string Browser::folder() const {
  if (listing_) return listing_->folder;
  const TypedPath path = split_typed(typed_);
  return path.folder.starts_with('/') ? path.folder : base_;
}

const FolderEntry* Browser::chosen_entry() const {
  if (!listing_ || chosen_ < 0 || chosen_ >= static_cast<int>(rows_.size())) return nullptr;
  return &listing_->entries[rows_[static_cast<std::size_t>(chosen_)]];
}

void Browser::set_typed(std::string text) {
  typed_ = std::move(text);
  moved_ = false;
  ++text_version_;
}

void Browser::type(std::string text) {
  if (text == typed_) return;
  typed_ = std::move(text);
  moved_ = false;
  message_.clear();
  replacing_.reset();
  targeting_.cancel();
  target_.reset();
}

void Browser::read() {
  const bool synthetic = request_.sources && typed_.starts_with(kSynthetic);
  const std::string typed_folder = synthetic ? "" : split_typed(typed_).folder;
  std::string asked = base_ + '\0' + typed_folder;
  if (asked == asked_) return;
  asked_ = std::move(asked);
  listing_.reset();
  rows_known_ = false;
  reading_.start(workers_, [base = base_, typed_folder](const std::stop_token& stop) {
    return read_folder(absolute_path(base, typed_folder), stop);
  });
}

void Browser::take_listing() {
  std::optional<Result<FolderListing>> read = reading_.take();
  if (!read) return;
  rows_known_ = false;
  listing_.reset();
  if (*read)
    listing_ = std::move(**read);
  else
    message_ = read->error().message;
}

ListingFilter Browser::filter(const BrowsePreferences& preferences) const {
  ListingFilter wanted;
  wanted.hidden = preferences.hidden;
  if (!preferences.all_files) wanted.extensions = request_.extensions;
  if (saves() || (request_.sources && typed_.starts_with(kSynthetic))) return wanted;
  wanted.letters = split_typed(typed_).name;
  if (request_.sources) wanted.letters.resize(std::min(wanted.letters.find("::"), wanted.letters.size()));
  return wanted;
}

void Browser::arrange(const BrowsePreferences& preferences) {
  if (!listing_) {
    rows_.clear();
    return;
  }
  ListingFilter wanted = filter(preferences);
  const bool same_order =
      arranged_as_.order == preferences.order && arranged_as_.descending == preferences.descending;
  if (rows_known_ && same_order && wanted == arranged_filter_) return;
  const bool other_letters = wanted.letters != arranged_filter_.letters;
  const FolderEntry* before = rows_known_ && !other_letters ? chosen_entry() : nullptr;
  const std::string name = before ? before->name : std::exchange(wanted_name_, "");
  rows_ = shown_entries(*listing_, wanted, preferences.order, preferences.descending);
  arranged_filter_ = std::move(wanted);
  arranged_as_ = preferences;
  rows_known_ = true;
  chosen_ = 0;
  if (name.empty()) return;
  const auto found = std::find_if(rows_.begin(), rows_.end(),
                                  [&](std::uint32_t row) { return listing_->entries[row].name == name; });
  if (found != rows_.end()) chosen_ = static_cast<int>(found - rows_.begin());
}

void Browser::move(int rows) {
  if (!rows_.empty()) choose(chosen_ + rows);
}

void Browser::choose(int row) {
  if (rows_.empty()) return;
  chosen_ = std::clamp(row, 0, static_cast<int>(rows_.size()) - 1);
  const FolderEntry& entry = *chosen_entry();
  replacing_.reset();
  if (saves() && entry.kind != EntryKind::Folder) set_typed(split_typed(typed_).folder + entry.text());
  moved_ = true;
}

void Browser::complete() {
  if (!listing_) return;
  const TypedPath path = split_typed(typed_);
  const std::optional<std::string> name = completed_name(*listing_, rows_, path.name);
  if (!name) return;
  type(path.folder + *name);
  ++text_version_;
}

void Browser::accept() {
  message_.clear();
  if (request_.sources && typed_.starts_with(kSynthetic)) {
    const Result<SourceSpec> source = parse_source(typed_);
    if (!source) {
      message_ = source.error().message;
      return;
    }
    choice_ = BrowseChoice{"", false, *source};
    return;
  }
  const FolderEntry* entry = chosen_entry();
  const bool means_row = moved_ && entry && (!saves() || entry->kind == EntryKind::Folder);
  if (means_row || (typed_.empty() && !saves())) return act_on_chosen();
  if (saves() && split_typed(typed_).name.empty() && split_typed(typed_).folder.empty()) {
    message_ = "The file has no name yet.";
    return;
  }
  target_.reset();
  targeting_.start(workers_, [base = base_, typed = typed_, request = request_](const std::stop_token&) {
    return request.mode == BrowseMode::Save ? target_to_save(base, typed, request.extensions)
                                            : find_target(base, typed, request.sources);
  });
}

void Browser::take_target() {
  if (std::optional<Result<Target>> found = targeting_.take()) {
    if (*found)
      target_ = std::move(**found);
    else
      message_ = found->error().message;
  }
  const bool by_rows = target_ && target_->kind == Target::Kind::Missing && !saves();
  if (!target_ || (by_rows && reading_.running())) return;
  const Target target = *std::exchange(target_, std::nullopt);
  if (target.kind == Target::Kind::Folder) {
    set_typed("");
    return enter(target.path);
  }
  if (target.kind == Target::Kind::File) {
    if (!saves()) return finish(target.path, target.tensor, false);
    replacing_ = target;
    return;
  }
  if (saves() && target.in_folder && !target.unclear) return finish(target.path, "", false);
  // What is typed is the beginning of a name.
  if (!saves() && !rows_.empty() && !split_typed(typed_).name.empty()) return act_on_chosen();
  message_ = displayed_path(target.path) + (target.unclear ? ": cannot be looked at"
                                            : saves()      ? ": there is no such folder"
                                                           : ": no such file or folder");
}

void Browser::act_on_chosen() {
  const FolderEntry* entry = chosen_entry();
  if (!entry) return;
  std::string path = join_path(listing_->folder, entry->name);
  if (entry->kind == EntryKind::Folder) return enter(path);
  if (!saves()) finish(std::move(path), "", false);
}

void Browser::replace() {
  if (replacing_) finish(std::exchange(replacing_, std::nullopt)->path, "", true);
}

void Browser::finish(std::string path, std::string tensor, bool replaces) {
  BrowseChoice choice{path, replaces, {}};
  if (request_.sources) choice.source = {std::move(path), std::move(tensor), std::nullopt};
  choice_ = std::move(choice);
}

void Browser::enter(const std::string& folder) {
  base_ = folder;
  wanted_name_.clear();
  message_.clear();
  replacing_.reset();
  set_typed(saves() ? split_typed(typed_).name : "");
}

void Browser::up() {
  const std::string from = folder();
  enter(parent_folder(from));
  wanted_name_ = last_name(from);
}

void Browser::refresh() {
  if (const FolderEntry* entry = chosen_entry()) wanted_name_ = entry->name;
  asked_.clear();
}

void Browser::follow_preview() {
  const FolderEntry* entry = request_.sources && !saves() ? chosen_entry() : nullptr;
  std::string path;
  if (entry && entry->kind != EntryKind::Folder) path = join_path(listing_->folder, entry->name);
  if (path != previewed_) {
    previewed_ = std::move(path);
    preview_.reset();
    previewing_.cancel();
    if (previewed_.empty()) return;
    previewing_.start(workers_, [path = previewed_](const std::stop_token& stop) {
      rest(kSelectionRests, stop);
      return preview_file(path, stop);
    });
  }
  if (std::optional<Result<FilePreview>> preview = previewing_.take())
    preview_ = *preview ? std::move(**preview) : FilePreview{preview->error().message, false};
}

}  // namespace bitloupe
