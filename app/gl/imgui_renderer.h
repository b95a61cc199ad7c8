// Dear ImGui's draw data through its packaged OpenGL 3 back end, and what is known of the OpenGL context.
#pragma once

#include <cstdint>
#include <string>

#include "core/result.h"

namespace bitloupe::gl {

// "4.5 (Core Profile) Mesa 22.3.6, llvmpipe (LLVM 15.0.6, 256 bits)"
std::string describe_context();

// An error that names renderer and version where the current context is older than OpenGL 3.3.
Status check_version();

// Needs a current context and a current Dear ImGui context; both must outlive it.
class ImGuiRenderer {
 public:
  ImGuiRenderer() = default;
  ~ImGuiRenderer();
  ImGuiRenderer(const ImGuiRenderer&) = delete;
  ImGuiRenderer& operator=(const ImGuiRenderer&) = delete;

  Status start();
  void stop();           // in the context that it was started in
  void fonts_changed();  // before begin_frame
  void begin_frame();    // before ImGui::NewFrame
  // Fills the bound framebuffer with `background` (0xAABBGGRR) and draws ImGui::GetDrawData().
  void draw(int width, int height, std::uint32_t background);

 private:
  bool started_ = false;
};

}  // namespace bitloupe::gl
