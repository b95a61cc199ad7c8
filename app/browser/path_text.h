// Paths as people read and type them: parts, home, and the escapes in which odd names are shown. Plain text
// work; nothing here asks the file system.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace bitloupe {

// What stands in the path field: "~/models/enc" is the folder "~/models/" and the beginning of a name.
struct TypedPath {
  std::string folder;  // with its last slash; empty: the folder that is shown
  std::string name;
  bool operator==(const TypedPath&) const = default;
};
TypedPath split_typed(std::string_view typed);

// "/a" and "b" give "/a/b"; "/" and "b" give "/b".
std::string join_path(std::string_view folder, std::string_view name);
std::string parent_folder(std::string_view path);  // "/a" of "/a/b"; "/" of "/"
std::string last_name(std::string_view path);      // "b" of "/a/b" and of "/a/b/"; "/" of "/"

// The absolute path that `path` means from the absolute folder `base`: ".", ".." and repeated slashes
// resolved by their text alone, as a shell does; no slash at its end.
std::string plain_path(std::string_view base, std::string_view path);

struct Crumb {
  std::string path, name;
};
std::vector<Crumb> crumbs_of(const std::string& folder);  // absolute; "/" first

// $HOME, else the password file's; "/" where neither knows one. Absolute, without a slash at its end.
std::string home_folder();
std::string current_folder();  // "/" where it is gone

// Undoes what displayed() (core/io/display_text.h) wrote: \n, \x1b, \u202e. Other backslashes stay.
std::string undisplayed(std::string_view shown);

// A name that every file system takes: separators, controls, and what FAT and its kin refuse (\:*?"<>|)
// become '_'; no dots or spaces at the end; at most 200 bytes, cut between characters. Never empty (F22).
std::string clean_file_name(std::string_view proposal);

}  // namespace bitloupe
