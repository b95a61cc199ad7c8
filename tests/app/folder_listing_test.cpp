// Folders as the browser reads, arranges and completes them.
#include "app/browser/folder_listing.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>

#include "app/browser/listing_view.h"
#include "core/io/display_text.h"
#include "tests/core/io_support.h"

namespace bitloupe {
namespace {

namespace fs = std::filesystem;
using test::TemporaryFolder;
using test::write_file;

FolderListing read(const std::string& folder) {
  Result<FolderListing> listing = read_folder(folder, {});
  REQUIRE_MESSAGE(listing, listing.error().message);
  return std::move(*listing);
}

std::string refusal(const std::string& folder) {
  const Result<FolderListing> listing = read_folder(folder, {});
  return listing ? "" : listing.error().message;
}

using Names = std::vector<std::string>;

Names shown(const FolderListing& listing, const ListingFilter& filter = {},
            BrowseOrder order = BrowseOrder::Name, bool descending = false) {
  Names names;
  for (const std::uint32_t row : shown_entries(listing, filter, order, descending))
    names.push_back(listing.entries[row].name);
  return names;
}

std::string completed(const FolderListing& listing, const std::string& letters) {
  ListingFilter filter;
  filter.letters = letters;
  return completed_name(listing, shown_entries(listing, filter, BrowseOrder::Name, false), letters)
      .value_or("none");
}

}  // namespace

TEST_CASE("names are compared as people count") {
  CHECK(compare_names("x2", "x10") < 0);
  CHECK(compare_names("x10", "x2") > 0);
  CHECK(compare_names("Zebra", "apple") > 0);
  CHECK(compare_names("layer007b", "layer7a") > 0);
  CHECK(compare_names("a", "a1") < 0);
  CHECK(compare_names("A", "a") < 0);  // equal but for the bytes
  CHECK(compare_names("same", "same") == 0);
  CHECK(compare_names("99999999999999999999999", "100000000000000000000000") < 0);
  CHECK(compare_names("\xff", "a") > 0);
}

TEST_CASE("a folder is read with kinds, sizes and dates, folders first") {
  const TemporaryFolder folder;
  fs::create_directory(folder.path("sub"));
  fs::create_directory(folder.path("Alpha"));
  write_file(folder.path("layer10.npy"), "12345");
  write_file(folder.path("layer2.npy"), "1");
  fs::create_symlink("layer2.npy", folder.path("link.npy"));
  fs::create_symlink("sub", folder.path("to_sub"));
  fs::create_symlink("nowhere", folder.path("dangling"));
  REQUIRE(mkfifo(folder.path("pipe").c_str(), 0600) == 0);
  const FolderListing listing = read(folder.path("."));
  CHECK(shown(listing) ==
        Names{"Alpha", "sub", "to_sub", "dangling", "layer2.npy", "layer10.npy", "link.npy", "pipe"});
  const auto entry = [&](const std::string& name) -> const FolderEntry& {
    return *std::find_if(listing.entries.begin(), listing.entries.end(),
                         [&](const FolderEntry& e) { return e.name == name; });
  };
  CHECK(entry("layer10.npy").bytes == 5);
  CHECK(entry("link.npy").kind == EntryKind::File);
  CHECK(entry("link.npy").bytes == 1);
  CHECK(entry("to_sub").kind == EntryKind::Folder);
  CHECK(entry("pipe").kind == EntryKind::Other);
  CHECK(entry("dangling").kind == EntryKind::Other);
  CHECK_FALSE(entry("dangling").bytes);
  CHECK(entry("layer2.npy").modified);
}

TEST_CASE("a folder that cannot be listed gives one message") {
  const TemporaryFolder folder;
  write_file(folder.path("file"), "");
  fs::create_symlink("loop", folder.path("loop"));
  CHECK(refusal(folder.path("none")) == displayed_path(folder.path("none")) + ": no such folder");
  CHECK(refusal(folder.path("file")).ends_with("file: is not a folder"));
  CHECK(refusal(folder.path("loop")).ends_with("loop: symbolic links form a loop"));
  CHECK(refusal("/" + std::string(5000, 'x')).ends_with("the path is too long"));
  if (geteuid() != 0) {
    fs::create_directory(folder.path("secret"));
    fs::permissions(folder.path("secret"), fs::perms::none);
    CHECK(refusal(folder.path("secret")).ends_with("secret: no permission to list it"));
    fs::permissions(folder.path("secret"), fs::perms::owner_all);
  }
  std::stop_source stop;
  stop.request_stop();
  CHECK(read_folder(folder.path("."), stop.get_token()).error().code == ErrorCode::Cancelled);
}

TEST_CASE("F07: names of any bytes are listed, shown escaped, and lead to their files") {
  const TemporaryFolder folder;
  const Names names = {"-rf",          "$(touch x)",          "a b.npy",     "line\nfeed.npy", "qu'o\"te.npy",
                       "\xff\xfe.npy", std::string(255, 'n'), "e\u0301.npy", "\u00e9.npy"};
  for (const std::string& name : names) write_file(folder.path(name), "x");
  const FolderListing listing = read(folder.path("."));
  CHECK(listing.entries.size() == names.size());
  for (const FolderEntry& entry : listing.entries) {
    CHECK(std::count(names.begin(), names.end(), entry.name) == 1);
    CHECK(entry.bytes == 1);
    CHECK_FALSE(ill_formed_utf8(entry.text()));
    CHECK(entry.text().find('\n') == std::string::npos);
  }
  CHECK(completed(listing, "line") == "line\\nfeed.npy");
  CHECK(completed(listing, "\\xff") == "\\xff\\xfe.npy");
}

TEST_CASE("F16: dates of clocks that jumped are only listed and sorted") {
  const TemporaryFolder folder;
  const auto write_dated = [&](const std::string& name, std::int64_t seconds) {
    write_file(folder.path(name), "");
    const timespec times[2] = {{seconds, 0}, {seconds, 0}};
    REQUIRE(utimensat(AT_FDCWD, folder.path(name).c_str(), times, 0) == 0);
  };
  write_dated("future", 4102444800);  // 2100
  write_dated("past", -86400);        // 1969
  write_dated("zero", 0);
  const FolderListing listing = read(folder.path("."));
  CHECK(shown(listing, {}, BrowseOrder::Modified) == Names{"past", "zero", "future"});
  CHECK(shown(listing, {}, BrowseOrder::Modified, true) == Names{"future", "zero", "past"});
}

TEST_CASE("what is shown: hidden files, endings, letters, orders") {
  const TemporaryFolder folder;
  for (const char* name : {"b.npy", "a.txt", ".hidden.npy", "MODEL.Safetensors", "my-b.npy", ".npy"})
    write_file(folder.path(name), std::string(name).substr(0, 1) == "b" ? "long" : "x");
  fs::create_directory(folder.path("weights.d"));
  fs::create_directory(folder.path(".git"));
  const FolderListing listing = read(folder.path("."));
  ListingFilter filter;
  CHECK(shown(listing, filter) == Names{"weights.d", "a.txt", "b.npy", "MODEL.Safetensors", "my-b.npy"});
  filter.extensions = {".npy", ".safetensors"};
  CHECK(shown(listing, filter) == Names{"weights.d", "b.npy", "MODEL.Safetensors", "my-b.npy"});
  filter.hidden = true;
  CHECK(shown(listing, filter) ==
        Names{".git", "weights.d", ".hidden.npy", "b.npy", "MODEL.Safetensors", "my-b.npy"});
  filter = {};
  filter.letters = "B";
  CHECK(shown(listing, filter) == Names{"b.npy", "my-b.npy"});  // what begins with it first
  filter.letters = "m";
  CHECK(shown(listing, filter) == Names{"MODEL.Safetensors", "my-b.npy"});
  filter.letters = ".g";
  CHECK(shown(listing, filter) == Names{".git"});
  filter.letters = "nothing";
  CHECK(shown(listing, filter).empty());
  CHECK(shown(listing, {}, BrowseOrder::Name, true) ==
        Names{"weights.d", "my-b.npy", "MODEL.Safetensors", "b.npy", "a.txt"});
  CHECK(shown(listing, {}, BrowseOrder::Size, true)[1] == "b.npy");
  CHECK(shown(listing, {}, BrowseOrder::Size).back() == "b.npy");
}

TEST_CASE("a name that was begun is completed as far as all candidates agree") {
  const TemporaryFolder folder;
  for (const char* name : {"model-1.npy", "model-2.npy", "Moon", "größe", "größte"})
    write_file(folder.path(name), "");
  fs::create_directory(folder.path("only"));
  const FolderListing listing = read(folder.path("."));
  CHECK(completed(listing, "m") == "model-");
  CHECK(completed(listing, "model-") == "none");  // they differ from here on
  CHECK(completed(listing, "model-1") == "model-1.npy");
  CHECK(completed(listing, "model-1.npy") == "none");
  CHECK(completed(listing, "MOD") == "model-");  // in another case where none fits exactly
  CHECK(completed(listing, "M") == "Moon");
  CHECK(completed(listing, "o") == "only/");
  CHECK(completed(listing, "gr") == "größ");  // not half a character
  CHECK(completed(listing, "x") == "none");
}

namespace {

void check_many(int count) {
  const TemporaryFolder folder;
  const int place = open(folder.path(".").c_str(), O_RDONLY | O_DIRECTORY);
  REQUIRE(place >= 0);
  for (int i = 0; i < count; ++i) {
    const int file = openat(place, ("t" + std::to_string(i) + ".npy").c_str(), O_CREAT | O_WRONLY, 0600);
    REQUIRE(file >= 0);
    close(file);
  }
  close(place);
  const FolderListing listing = read(folder.path("."));
  CHECK(listing.entries.size() == static_cast<std::size_t>(count));
  CHECK(listing.entries[2].name == "t2.npy");
  ListingFilter filter;
  filter.letters = "t" + std::to_string(count / 10 - 1);
  CHECK(shown(listing, filter).size() == 11);
}

}  // namespace

TEST_CASE("5,000 entries are read and filtered") { check_many(5000); }

TEST_CASE("100,000 entries are read and filtered" * doctest::test_suite("long")) { check_many(100'000); }

}  // namespace bitloupe
