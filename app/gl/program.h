// A shader program from the embedded sources, or from BITLOUPE_SHADER_DIR when that is set: then a changed
// file is compiled again while the program runs, and one that fails keeps the old program.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "core/result.h"

namespace bitloupe::gl {

class Program {
 public:
  Program() = default;
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  // `name` stands for shaders/NAME.vert and shaders/NAME.frag. The error names the file and the line.
  Status load(const std::string& name);
  void unload();
  // Compiles again where a file in BITLOUPE_SHADER_DIR changed. True when there is a new program.
  bool reload_if_changed();
  const std::string& error() const { return error_; }  // of the last reload; empty when it succeeded

  std::uint32_t id() const { return id_; }
  int uniform(const char* name) const;
  std::uint64_t generation() const { return generation_; }  // grows with every new program

 private:
  Status build();
  std::filesystem::file_time_type newest_source() const;

  std::string name_, error_;
  std::uint32_t id_ = 0;
  std::uint64_t generation_ = 0;
  std::filesystem::file_time_type built_from_{};
};

// The folder that shaders are read from instead of the embedded ones; empty: embedded.
std::string shader_folder();

// "ERROR: 0:12: ..." or "0:12(3): error: ..." with the file's name in place of the source's number.
std::string name_file_in_log(const std::string& log, const std::string& file);

}  // namespace bitloupe::gl
