#include "app/gl/program.h"

#include <epoxy/gl.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "app/embedded.h"

namespace bitloupe::gl {
namespace {

namespace fs = std::filesystem;

Result<std::string> source_of(const std::string& file) {
  const std::string folder = shader_folder();
  if (folder.empty()) {
    const std::string_view text = embedded_file("shaders/" + file);
    if (text.empty()) return Error{ErrorCode::Io, "shader " + file + " is not part of the program"};
    return std::string(text);
  }
  const fs::path path = fs::path(folder) / file;
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  if (!stream) return Error{ErrorCode::Io, path.string() + ": cannot be read (BITLOUPE_SHADER_DIR)"};
  return text.str();
}

template <class Query, class Log>
std::string info_log(GLuint object, Query query, Log log) {
  GLint length = 0;
  query(object, GL_INFO_LOG_LENGTH, &length);
  std::string text(static_cast<std::size_t>(std::max(length, 1)), '\0');
  log(object, length, nullptr, text.data());
  while (!text.empty() && (text.back() == '\0' || text.back() == '\n')) text.pop_back();
  return text;
}

// A shader object that is deleted whatever happens.
struct Shader {
  explicit Shader(GLenum kind) : id(glCreateShader(kind)) {}
  ~Shader() { glDeleteShader(id); }
  Shader(const Shader&) = delete;
  Shader& operator=(const Shader&) = delete;
  GLuint id;
};

Status compile(const Shader& shader, const std::string& file) {
  const Result<std::string> source = source_of(file);
  if (!source) return source.error();
  const char* text = source->c_str();
  glShaderSource(shader.id, 1, &text, nullptr);
  glCompileShader(shader.id);
  GLint compiled = 0;
  glGetShaderiv(shader.id, GL_COMPILE_STATUS, &compiled);
  if (compiled) return Ok{};
  const std::string log = info_log(shader.id, glGetShaderiv, glGetShaderInfoLog);
  return Error{ErrorCode::BadInput, name_file_in_log(log, file)};
}

}  // namespace

std::string shader_folder() {
  const char* folder = std::getenv("BITLOUPE_SHADER_DIR");
  return folder ? folder : "";
}

std::string name_file_in_log(const std::string& log, const std::string& file) {
  std::istringstream lines(log);
  std::string named;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("ERROR: ")) line.erase(0, 7);
    // "0:12(3): error", "0:12: error", "0(12) : error": the source's number, then the line's.
    if (line.size() > 2 && line[0] == '0' && (line[1] == ':' || line[1] == '(')) {
      std::size_t end = 2;
      while (end < line.size() && std::isdigit(static_cast<unsigned char>(line[end]))) ++end;
      const std::string number = line.substr(2, end - 2);
      const std::size_t text = line.find_first_not_of("0123456789():, ", end);
      line = file + ":" + number + ": " + (text == std::string::npos ? "" : line.substr(text));
    }
    named += (named.empty() ? "" : "\n") + line;
  }
  return named.empty() ? file + ": does not compile, and the driver does not say why" : named;
}

Program::~Program() { unload(); }

void Program::unload() {
  if (id_) glDeleteProgram(id_);
  id_ = 0;
}

Status Program::load(const std::string& name) {
  name_ = name;
  built_from_ = newest_source();
  return build();
}

Status Program::build() {
  const Shader vertex(GL_VERTEX_SHADER), fragment(GL_FRAGMENT_SHADER);
  if (Status status = compile(vertex, name_ + ".vert"); !status) return status;
  if (Status status = compile(fragment, name_ + ".frag"); !status) return status;
  const GLuint program = glCreateProgram();
  glAttachShader(program, vertex.id);
  glAttachShader(program, fragment.id);
  glLinkProgram(program);
  glDetachShader(program, vertex.id);
  glDetachShader(program, fragment.id);
  GLint linked = 0;
  glGetProgramiv(program, GL_LINK_STATUS, &linked);
  if (!linked) {
    const std::string log = info_log(program, glGetProgramiv, glGetProgramInfoLog);
    glDeleteProgram(program);
    return Error{ErrorCode::BadInput, "shader " + name_ + " does not link: " + log};
  }
  if (id_) glDeleteProgram(id_);
  id_ = program;
  ++generation_;
  return Ok{};
}

fs::file_time_type Program::newest_source() const {
  fs::file_time_type newest = fs::file_time_type::min();  // its epoch lies in the future
  const std::string folder = shader_folder();
  if (folder.empty()) return newest;
  for (const char* extension : {".vert", ".frag"}) {
    std::error_code failed;
    const auto time = fs::last_write_time(fs::path(folder) / (name_ + extension), failed);
    if (!failed) newest = std::max(newest, time);
  }
  return newest;
}

bool Program::reload_if_changed() {
  const fs::file_time_type newest = newest_source();
  if (newest == built_from_) return false;
  built_from_ = newest;
  const Status status = build();
  error_ = status ? std::string() : status.error().message;
  return status.ok();
}

int Program::uniform(const char* name) const { return glGetUniformLocation(id_, name); }

}  // namespace bitloupe::gl
