#include "app/window/window.h"

#include <GLFW/glfw3.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <thread>

#include "app/gl/grid_renderer.h"
#include "app/gl/health.h"
#include "app/gl/imgui_renderer.h"
#include "app/gl/plot_picture.h"
#include "app/gl/program.h"
#include "app/ui/compat.h"
#include "app/ui/host.h"
#include "app/ui/registry.h"
#include "app/window/frame_log.h"
#include "app/window/glfw.h"
#include "app/window/termination.h"
#include "app/window/test_log.h"
#include "app/window/window_events.h"
#include "app/workbench.h"

namespace bitloupe {
namespace {

constexpr int kFramesAfterEvent = 3;      // Dear ImGui settles in two; one more for what those two asked for
constexpr double kShortestFrame = 0.004;  // seconds; drivers that do not wait for the display would spin
constexpr double kLongestSleep = 10;      // nothing to do: one frame now and then costs nothing
constexpr double kPatience = 0.010;       // for the result of an edit before a picture without it is drawn
constexpr int kMostLosses = 5;  // of the context, each soon after the one before: such a driver will go on so
constexpr std::chrono::seconds kSoon(2);
constexpr double kShaderPoll = 0.5;  // while shaders are being edited

const char* clipboard_text() { return glfwGetClipboardString(nullptr); }
void set_clipboard_text(const char* text) { glfwSetClipboardString(nullptr, text); }

// Called by the lanes from any thread.
struct Waker {
  std::atomic<bool> woken{false};
  std::atomic<double> last{0};
  void wake() {
    last = glfwGetTime();
    woken = true;
    glfwPostEmptyEvent();
  }
};

// What lives as long as the open window.
struct Stage {
  ui::Host& host;
  gl::ImGuiRenderer& renderer;
  gl::GridRenderer& grids;
  Workbench& workbench;
  WindowEvents& events;
};

class Window {
 public:
  explicit Window(const WindowOptions& options) : options_(options) {}

  Status run() {
    if (Status status = test_log_.open(options_.test_log); !status) return status;
    if (Status status = frame_log_.open(options_.frame_log); !status) return status;
    if (Status status = glfw_.start(); !status) return status;
    std::optional<ScreenArea> position;
    if (options_.position) position = ScreenArea{options_.position->x, options_.position->y, 0, 0};
    // From here on an end without leaving is a crash; a failure to draw is not.
    auto desk = std::make_unique<Desk>(desk_options());
    const WindowSize last = desk->settings().window;
    const int width = options_.width > 0 ? options_.width : last.width;
    const int height = options_.height > 0 ? options_.height : last.height;
    if (Status status = glfw_.open(width, height, position, "Bitloupe"); !status) {
      desk->finish(true);
      return status;
    }
    Preferences preferences = desk->settings().preferences;
    if (options_.appearance) preferences.appearance = *options_.appearance;
    ui::Host host(wanted_scale(preferences), preferences.appearance);
    ui::connect_clipboard<clipboard_text, set_clipboard_text>();
    gl::GridRenderer grids;
    Workbench workbench(
        options_.start.session.experiment, grids, [this] { waker_.wake(); }, std::move(desk));
    workbench.preferences() = preferences;
    if (options_.start.is_session) workbench.start_with(options_.start);
    if (options_.lesson) workbench.tutor().start(options_.lesson->lesson, options_.lesson->step);
    const Termination termination([this] { waker_.wake(); });
    const Status ended = draw_until_closed(host, grids, workbench, termination);
    // What is unsaved is offered again unless it was given up.
    workbench.desk().finish(termination.asked() || !ended);
    return ended;
  }

 private:
  enum class Ending { Closed, ContextLost };

  // A lost context takes the window with it: a new one is opened in its place, and all textures are made
  // again from what the program holds (U04).
  Status draw_until_closed(ui::Host& host, gl::GridRenderer& grids, Workbench& workbench,
                           const Termination& termination) {
    for (int losses = 0; losses < kMostLosses;) {
      const auto opened = std::chrono::steady_clock::now();
      gl::ImGuiRenderer renderer;
      if (Status status = renderer.start(); !status) return status;
      if (Status status = grids.start(); !status) return status;
      WindowEvents events(glfw_.window(), host.input());
      glfw_.show();
      const Ending ending = loop({host, renderer, grids, workbench, events}, termination);
      grids.stop();
      if (ending == Ending::Closed) return Ok{};
      losses = std::chrono::steady_clock::now() - opened < kSoon ? losses + 1 : 1;
      if (Status status = open_again(renderer); !status) return status;
    }
    return Error{ErrorCode::Io, "the graphics driver was reset " + std::to_string(kMostLosses) +
                                    " times within seconds; LIBGL_ALWAYS_SOFTWARE=1 forces software drawing"};
  }

  Status open_again(gl::ImGuiRenderer& renderer) {
    renderer.stop();  // while there still is a context, if a lost one
    ScreenArea place;
    glfwGetWindowPos(glfw_.window(), &place.x, &place.y);
    glfwGetWindowSize(glfw_.window(), &place.width, &place.height);
    glfw_.close();
    title_.clear();
    return glfw_.open(place.width, place.height, place, "Bitloupe");
  }

  float wanted_scale(const Preferences& preferences) const {
    float x = 1, y = 1;
    if (options_.scale > 0)
      x = options_.scale;
    else
      glfwGetWindowContentScale(glfw_.window(), &x, &y);
    return x * preferences.size();
  }

  DeskOptions desk_options() {
    DeskOptions options;
    options.folders = folders_of_process();
    options.start_page = !options_.start.given;
    options.wake = [this] { waker_.wake(); };
    return options;
  }

  Ending loop(const Stage& stage, const Termination& termination) {
    int frames_due = kFramesAfterEvent;
    while (!quit_ && !termination.asked()) {
      if (glfwWindowShouldClose(glfw_.window())) {
        if (stage.workbench.may_close()) return Ending::Closed;
        glfwSetWindowShouldClose(glfw_.window(), GLFW_FALSE);  // a question is asked first
        frames_due = kFramesAfterEvent;
      }
      wait(frames_due > 0 || options_.pilot ? 0 : sleep_time(stage.host));
      const bool woken = waker_.woken.exchange(false);
      if (stage.events.take_changed() || woken) frames_due = kFramesAfterEvent;
      const std::vector<std::string> dropped = stage.events.take_dropped();
      if (!dropped.empty()) stage.workbench.drop(dropped);
      if (stage.events.take_focused()) stage.workbench.came_to_front();
      int width = 0, height = 0;
      glfwGetFramebufferSize(glfw_.window(), &width, &height);
      if (width < 1 || height < 1) {  // minimised
        frames_due = 0;
        continue;
      }
      if (const std::optional<ScreenArea> area = glfw_.own_area())
        stage.workbench.desk().window_resized(area->width, area->height);
      const Preferences& preferences = stage.workbench.preferences();
      if (stage.host.set_scale(wanted_scale(preferences))) stage.renderer.fonts_changed();
      stage.host.set_appearance(preferences.appearance);
      const bool lost = options_.pilot && obey_pilot(stage, width, height);
      frame(stage, width, height);
      if (lost || gl::Health::context_lost()) return Ending::ContextLost;
      frames_due = std::max(frames_due - 1, 0);
    }
    return Ending::Closed;
  }

  // True when the context is to be taken for lost.
  bool obey_pilot(const Stage& stage, int width, int height) {
    const PilotOrders orders = options_.pilot->steer(stage.host.input(), width, height);
    if (!orders.dropped.empty()) stage.workbench.drop(orders.dropped);
    if (orders.resize) glfwSetWindowSize(glfw_.window(), orders.resize->first, orders.resize->second);
    if (orders.close) glfwSetWindowShouldClose(glfw_.window(), GLFW_TRUE);
    return orders.lose_context;
  }

  static double sleep_time(const ui::Host& host) {
    const double idle = gl::shader_folder().empty() ? kLongestSleep : kShaderPoll;
    return std::min(host.next_frame_in().value_or(idle), idle);
  }

  void wait(double seconds) const {
    const double left = kShortestFrame - (glfwGetTime() - frame_began_);
    if (seconds <= 0 && left > 0) std::this_thread::sleep_for(std::chrono::duration<double>(left));
    if (seconds > 0)
      glfwWaitEventsTimeout(seconds);
    else
      glfwPollEvents();
  }

  void frame(const Stage& stage, int width, int height) {
    stage.grids.begin_frame();
    report_shader_error(stage.grids.shader_error());
    // The frame shows this snapshot or a newer one.
    std::shared_ptr<const Snapshot> snapshot = stage.workbench.snapshot();
    double published = waker_.last;
    if (build(stage, width, height) && wait_for_result(stage.workbench)) {
      snapshot = stage.workbench.snapshot();
      published = waker_.last;
      build(stage, width, height);
    }
    tell(health_.check("grids"));
    stage.renderer.draw(width, height, stage.host.palette().window);
    tell(health_.check("window"));
    glfwSwapBuffers(glfw_.window());
    if (options_.pilot) options_.pilot->shown(glfwGetTime() - frame_began_, health_.errors());
    frame_log_.shown(snapshot, published, glfwGetTime());
    test_log_.frame(ui::widgets(), snapshot.get());
    glfw_.set_cursor(ImGui::GetMouseCursor());
    const Workbench::Wishes wishes = stage.workbench.take_wishes();
    carry_out(wishes);
    PlotFiles& files = stage.workbench.plot_files();
    for (const PictureWish& wish : wishes.pictures)
      files.finish(wish, gl::plot_picture(wish.page, wish.appearance, files.probes(), stage.grids));
  }

  // Everything but the drawing. True when the experiment was edited.
  bool build(const Stage& stage, int width, int height) {
    const double now = glfwGetTime();
    stage.renderer.begin_frame();
    stage.host.begin_frame(width, height, now - frame_began_);
    frame_began_ = now;
    before_ = stage.workbench.experiment();
    stage.workbench.frame();
    stage.host.end_frame();
    if (before_ == stage.workbench.experiment()) return false;
    frame_log_.edited(stage.workbench.experiment(), stage.events.last_input(), glfwGetTime());
    return true;
  }

  // A result is mostly there within milliseconds. Waiting that long for it saves the hand a whole picture of
  // delay, which is much where drawing is slow.
  static bool wait_for_result(Workbench& workbench) {
    const double end = glfwGetTime() + kPatience;
    while (glfwGetTime() < end) {
      const std::shared_ptr<const Snapshot> snapshot = workbench.snapshot();
      if (snapshot && snapshot->experiment == workbench.experiment() && (snapshot->report || snapshot->error))
        return true;
      std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
    return false;
  }

  void carry_out(const Workbench::Wishes& wishes) {
    quit_ = quit_ || wishes.quit;
    if (wishes.full_screen) glfw_.toggle_full_screen();
    if (wishes.title.empty() || wishes.title == title_) return;
    title_ = wishes.title;
    glfwSetWindowTitle(glfw_.window(), title_.c_str());
  }

  // For the person who edits shaders, on the terminal that the program was started from.
  void report_shader_error(const std::string& error) {
    if (error == shader_error_) return;
    shader_error_ = error;
    tell(error);
  }

  static void tell(const std::string& line) {
    if (!line.empty()) std::fprintf(stderr, "bitloupe: %s\n", line.c_str());
  }

  const WindowOptions& options_;
  TestLog test_log_;
  FrameLog frame_log_;
  Waker waker_;
  Glfw glfw_;  // after the waker: the lanes may wake until the workbench is gone
  bool quit_ = false;
  double frame_began_ = 0;
  std::string title_, shader_error_;
  Experiment before_;
  gl::Health health_;
};

}  // namespace

Status run_window(const WindowOptions& options) { return Window(options).run(); }

}  // namespace bitloupe
