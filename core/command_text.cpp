#include "core/command_text.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "core/io/display_text.h"
#include "core/quant/spec_text.h"
#include "core/source.h"

namespace bitloupe {
namespace {

// Linux takes at most 128 KiB in one argument (MAX_ARG_STRLEN).
constexpr std::size_t kLongestWord = 128 * 1024 - 1;

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("_-+./:,@%^").find(c) != std::string_view::npos;
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

// $'...' with every byte outside printable ASCII as \ooo: three octal digits end by themselves.
std::string escaped(std::string_view word) {
  std::string quoted = "$'";
  for (const char c : word) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\'' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (byte < 0x20 || byte >= 0x7f) {
      quoted += {'\\', static_cast<char>('0' + (byte >> 6)), static_cast<char>('0' + ((byte >> 3) & 7)),
                 static_cast<char>('0' + (byte & 7))};
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

// Absolute, so that the command works in any folder, begins with no dash and is no "synthetic:".
std::string absolute_path(const std::string& path) {
  std::error_code error;
  const std::filesystem::path absolute = std::filesystem::absolute(path, error);
  return error ? path : absolute.string();
}

}  // namespace

std::string shell_quoted(std::string_view word) {
  if (!word.empty() && std::all_of(word.begin(), word.end(), is_plain)) return std::string(word);
  if (ill_formed_utf8(word) || std::any_of(word.begin(), word.end(), is_control)) return escaped(word);
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

Result<std::string> quantize_command(const Experiment& experiment, const std::string& tensor) {
  SourceSpec source = experiment.source;
  if (!source.synthetic) {
    source.path = absolute_path(source.path);
    if (source.tensor.empty()) source.tensor = tensor;
  }
  std::vector<std::string> words = {"bitloupe", "quantize", to_text(source)};
  if (!source.synthetic && source.lenient) words.emplace_back("--lenient");
  if (!source.synthetic && source.max_header_bytes != 0) {
    words.emplace_back("--max-header");
    words.push_back(std::to_string(source.max_header_bytes));
  }
  const std::vector<std::string> options = to_options(experiment.quant);
  words.insert(words.end(), options.begin(), options.end());
  std::string command;
  for (const std::string& word : words) {
    if (word.size() > kLongestWord)
      return bad_argument("The ranges set by hand are too many for a command line (" +
                          std::to_string(word.size()) + " characters, at most " +
                          std::to_string(kLongestWord) + "); save the session instead.");
    command += (command.empty() ? "" : " ") + shell_quoted(word);
  }
  return command;
}

}  // namespace bitloupe
