// PlotFiles: plots on their way into files and onto the clipboard. What is asked for waits until its answers
// are exact, is drawn between frames and written by a job; the frame loop never waits.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "app/frame.h"
#include "app/jobs.h"
#include "app/lanes.h"
#include "app/plot_output.h"
#include "app/save_prompt.h"

namespace bitloupe {

// A page that the owner of the window has to draw with OpenGL, and where it goes.
struct PictureWish {
  PlotPage page;
  ui::Appearance appearance = ui::Appearance::Dark;
  std::string path;
};

class PlotFiles {
 public:
  PlotFiles(Lanes& lanes, Jobs& jobs, GridPainter& painter);

  // Of a plot as it is seen. A copy needs nothing more; for a file, the question for its name.
  std::optional<SaveQuestion> ask(const PlotRequest& request, const Frame& frame);
  // The answer. Its ending says what kind of file it is.
  void save(std::string path);

  // Once a frame: begins to write what is ready.
  void step(const Theme& theme);

  // Pictures to be drawn; each is to come back.
  std::vector<PictureWish> take_wishes();
  void finish(const PictureWish& wish, Result<Picture> picture);
  Probes& probes() { return probes_; }

 private:
  struct Order {
    PlotRequest request;
    PlotPage page;
    Experiment experiment;
    ui::Appearance appearance;
    std::string path;
  };
  bool ready(Order& order, const Theme& theme);
  void write(const Order& order, const Theme& theme);

  Lanes& lanes_;
  Jobs& jobs_;
  GridPainter& painter_;
  Probes probes_;
  std::optional<Order> asked_;  // waits for its name
  std::deque<Order> orders_;
  std::vector<PictureWish> wishes_;
};

}  // namespace bitloupe
