#include "app/browser/path_text.h"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <optional>

#include "core/io/display_text.h"

namespace bitloupe {
namespace {

std::string without_last_slash(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

std::optional<std::uint32_t> hex_number(std::string_view digits, std::size_t count) {
  if (digits.size() < count) return std::nullopt;
  std::uint32_t value = 0;
  for (const char c : digits.substr(0, count)) {
    const bool digit = c >= '0' && c <= '9', letter = c >= 'a' && c <= 'f';
    if (!digit && !letter) return std::nullopt;
    value = value * 16 + static_cast<std::uint32_t>(digit ? c - '0' : c - 'a' + 10);
  }
  return value;
}

void append_utf8(std::string& text, std::uint32_t c) {
  const auto put = [&](std::uint32_t byte) { text += static_cast<char>(static_cast<unsigned char>(byte)); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | c >> 6);
    put(0x80 | (c & 0x3F));
  } else {
    put(0xE0 | c >> 12);
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
  }
}

}  // namespace

TypedPath split_typed(std::string_view typed) {
  if (typed == "~" || typed == "." || typed == "..") return {std::string(typed) + "/", ""};
  const std::size_t slash = typed.rfind('/');
  if (slash == std::string_view::npos) return {"", std::string(typed)};
  return {std::string(typed.substr(0, slash + 1)), std::string(typed.substr(slash + 1))};
}

std::string join_path(std::string_view folder, std::string_view name) {
  std::string path(folder);
  if (!path.ends_with('/')) path += '/';
  return path.append(name);
}

std::string parent_folder(std::string_view path) {
  const std::string whole = without_last_slash(std::string(path));
  const std::size_t slash = whole.rfind('/');
  return slash == std::string::npos || slash == 0 ? "/" : whole.substr(0, slash);
}

std::string last_name(std::string_view path) {
  const std::string whole = without_last_slash(std::string(path));
  return whole == "/" ? whole : whole.substr(whole.rfind('/') + 1);
}

std::string plain_path(std::string_view base, std::string_view path) {
  std::string whole = path.starts_with('/') ? "/" : without_last_slash(std::string(base));
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    const std::string_view part = path.substr(0, end);
    path.remove_prefix(std::min(end + 1, path.size()));
    if (part == "..")
      whole = parent_folder(whole);
    else if (!part.empty() && part != ".")
      whole = join_path(whole, part);
  }
  return whole;
}

std::vector<Crumb> crumbs_of(const std::string& folder) {
  std::vector<Crumb> crumbs = {{"/", "/"}};
  for (std::size_t at = 1; at < folder.size();) {
    const std::size_t end = std::min(folder.find('/', at), folder.size());
    if (end > at) crumbs.push_back({folder.substr(0, end), folder.substr(at, end - at)});
    at = end + 1;
  }
  return crumbs;
}

std::string home_folder() {
  if (const char* home = std::getenv("HOME"); home && home[0] == '/') return without_last_slash(home);
  std::vector<char> buffer(16384);
  struct passwd entry {};
  struct passwd* found = nullptr;
  if (getpwuid_r(getuid(), &entry, buffer.data(), buffer.size(), &found) == 0 && found && found->pw_dir &&
      found->pw_dir[0] == '/')
    return without_last_slash(found->pw_dir);
  return "/";
}

std::string current_folder() {
  std::vector<char> buffer(65536);
  const char* folder = getcwd(buffer.data(), buffer.size());
  // A folder outside of the process's root is told as "(unreachable)/...".
  return folder && folder[0] == '/' ? folder : "/";
}

std::string undisplayed(std::string_view shown) {
  std::string bytes;
  for (std::size_t i = 0; i < shown.size();) {
    const char next = shown[i] == '\\' && i + 1 < shown.size() ? shown[i + 1] : '\0';
    const char* controls = "nrt";
    const char* meaning = "\n\r\t";
    const std::size_t control = next == 0 ? 3 : std::string_view(controls).find(next);
    if (control < 3) {
      bytes += meaning[control];
      i += 2;
    } else if (const auto byte = hex_number(shown.substr(std::min(i + 2, shown.size())), 2);
               next == 'x' && byte) {
      bytes += static_cast<char>(static_cast<unsigned char>(*byte));
      i += 4;
    } else if (const auto point = hex_number(shown.substr(std::min(i + 2, shown.size())), 4);
               next == 'u' && point) {
      append_utf8(bytes, *point);
      i += 6;
    } else {
      bytes += shown[i++];
    }
  }
  return bytes;
}

std::string clean_file_name(std::string_view proposal) {
  constexpr std::size_t kMostBytes = 200;  // of the 255 that most file systems take: room for an extension
  constexpr std::string_view kRefused = "/\\:*?\"<>|";
  std::string name;
  for (const char c : proposal) {
    const auto byte = static_cast<unsigned char>(c);
    name += byte < 0x20 || byte == 0x7F || kRefused.find(c) != std::string_view::npos ? '_' : c;
  }
  while (const auto wrong = ill_formed_utf8(name)) name[*wrong] = '_';
  if (name.size() > kMostBytes) {
    std::size_t end = kMostBytes;
    while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0) == 0x80) --end;
    name.resize(end);
  }
  while (!name.empty() && (name.back() == '.' || name.back() == ' ')) name.pop_back();
  return name.empty() ? "unnamed" : name;
}

}  // namespace bitloupe
