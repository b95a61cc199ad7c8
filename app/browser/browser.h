// Browser: the file browser without its picture: which folder is listed, what was typed and chosen, and what
// comes of it. All that asks the file system runs on workers; nothing here waits or draws.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/browser/browse_preferences.h"
#include "app/browser/browse_request.h"
#include "app/browser/file_preview.h"
#include "app/browser/folder_listing.h"
#include "app/browser/listing_view.h"
#include "app/browser/typed_target.h"
#include "app/workers.h"

namespace bitloupe {

class Browser {
 public:
  explicit Browser(Workers& workers) : workers_(workers) {}

  // `folder`: absolute; where the request proposes none.
  void begin(BrowseRequest request, const std::string& folder);
  void end();  // what the workers do for it is of no use any more

  // Once a frame: takes what the workers found. `preferences`: how the folder is shown.
  void update(const BrowsePreferences& preferences);
  // The answer, once.
  std::optional<BrowseChoice> take_choice() { return std::exchange(choice_, std::nullopt); }

  const BrowseRequest& request() const { return request_; }
  bool saves() const { return request_.mode == BrowseMode::Save; }
  std::string folder() const;  // that is listed, or that was to be listed
  const std::string& typed() const { return typed_; }
  // Grows whenever the browser itself changes what is typed.
  std::uint64_t text_version() const { return text_version_; }

  // Null while it is read, and where it cannot be: then message() says why.
  const FolderListing* listing() const { return listing_ ? &*listing_ : nullptr; }
  const std::vector<std::uint32_t>& rows() const { return rows_; }  // indices of entries
  int chosen() const { return chosen_; }  // row; without meaning where there are none
  const FolderEntry* chosen_entry() const;
  bool enter_takes_row() const { return !saves() || moved_; }  // else what is typed
  bool reading() const { return reading_.running(); }
  const std::string& message() const { return message_; }
  const FilePreview* preview() const { return preview_ ? &*preview_ : nullptr; }  // of the chosen file
  // Save: the file that would be replaced; waits for replace() or for another name.
  const std::string* replacing() const { return replacing_ ? &replacing_->path : nullptr; }

  void type(std::string text);
  void complete();
  void move(int rows);
  void choose(int row);
  void accept();  // Enter: the chosen row where one was chosen, else what is typed
  void replace();
  void keep() { replacing_.reset(); }
  void enter(const std::string& folder);
  void up();
  void refresh();

 private:
  void set_typed(std::string text);
  void read();
  void take_listing();
  void take_target();
  void arrange(const BrowsePreferences& preferences);
  void follow_preview();
  void act_on_chosen();
  void finish(std::string path, std::string tensor, bool replaces);
  ListingFilter filter(const BrowsePreferences& preferences) const;

  Workers& workers_;
  BrowseRequest request_;
  std::string base_;   // what relative paths start from
  std::string typed_;  // shown text: odd bytes are escaped
  std::uint64_t text_version_ = 0;

  std::string asked_;  // for which folder: base and typed folder
  Later<FolderListing> reading_;
  std::optional<FolderListing> listing_;
  std::string message_;

  std::vector<std::uint32_t> rows_;
  bool rows_known_ = false;
  ListingFilter arranged_filter_;
  BrowsePreferences arranged_as_;
  int chosen_ = 0;
  bool moved_ = false;       // the row was chosen by hand, not by what is typed
  std::string wanted_name_;  // to be chosen once the folder is read

  Later<Target> targeting_;
  std::optional<Target> target_;  // waits for the rows
  std::optional<Target> replacing_;

  Later<FilePreview> previewing_;
  std::string previewed_;  // path
  std::optional<FilePreview> preview_;

  std::optional<BrowseChoice> choice_;
};

}  // namespace bitloupe
