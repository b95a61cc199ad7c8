#include "app/gl/imgui_renderer.h"

#include <backends/imgui_impl_opengl3.h>
#include <epoxy/gl.h>

#include "app/ui/compat.h"

namespace bitloupe::gl {
namespace {

std::string gl_text(GLenum name) {
  const GLubyte* text = glGetString(name);
  return text ? reinterpret_cast<const char*>(text) : "unknown";
}

}  // namespace

std::string describe_context() { return gl_text(GL_VERSION) + ", " + gl_text(GL_RENDERER); }

Status check_version() {
  if (epoxy_is_desktop_gl() && epoxy_gl_version() >= 33) return Ok{};
  return Error{ErrorCode::Io, "the window needs OpenGL 3.3, this is " + describe_context() +
                                  "; LIBGL_ALWAYS_SOFTWARE=1 forces software drawing"};
}

ImGuiRenderer::~ImGuiRenderer() { stop(); }

void ImGuiRenderer::stop() {
  if (started_) ImGui_ImplOpenGL3_Shutdown();
  started_ = false;
}

Status ImGuiRenderer::start() {
  if (Status status = check_version(); !status) return status;
  started_ = ImGui_ImplOpenGL3_Init("#version 330 core");
  if (!started_) return Error{ErrorCode::Io, "Dear ImGui cannot draw with " + describe_context()};
  return Ok{};
}

void ImGuiRenderer::fonts_changed() {
#if IMGUI_VERSION_NUM < 19200
  ImGui_ImplOpenGL3_DestroyFontsTexture();
  ImGui_ImplOpenGL3_CreateFontsTexture();
#endif
}

void ImGuiRenderer::begin_frame() { ImGui_ImplOpenGL3_NewFrame(); }

void ImGuiRenderer::draw(int width, int height, std::uint32_t background) {
  const ImVec4 color = ImGui::ColorConvertU32ToFloat4(background);
  glViewport(0, 0, width, height);
  glDisable(GL_SCISSOR_TEST);
  glClearColor(color.x, color.y, color.z, 1);
  glClear(GL_COLOR_BUFFER_BIT);
  ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
}

}  // namespace bitloupe::gl
