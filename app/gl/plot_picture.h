// Pages and framebuffers as pictures in memory.
#pragma once

#include "app/gl/grid_renderer.h"
#include "app/gl/texture.h"
#include "app/plot/picture.h"
#include "app/plot_output.h"
#include "app/ui/host.h"

namespace bitloupe::gl {

// Opaque, rows from the top.
Picture read_picture(const Framebuffer& target);

// Draws a page with fonts of its own scale. Needs a current OpenGL context; the current Dear ImGui context,
// if any, is the same again afterwards. Not to be called between its NewFrame and Render.
Result<Picture> plot_picture(const PlotPage& page, ui::Appearance appearance, Probes& probes,
                             GridRenderer& grids);

}  // namespace bitloupe::gl
