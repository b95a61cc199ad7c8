#include "app/actions.h"

#include <algorithm>

#include "app/clip.h"
#include "app/describe.h"
#include "app/file_comparison.h"
#include "app/lessons/tutor.h"
#include "app/panels/convention_rows.h"
#include "app/session/session_requests.h"
#include "app/steps.h"
#include "core/command_text.h"

namespace bitloupe {
namespace {

using ui::Appearance;
using ui::Key;

constexpr ui::Modifiers kPlain{}, kCtrl{.ctrl = true}, kShift{.shift = true}, kAlt{.alt = true};
constexpr ui::Modifiers kCtrlShift{.ctrl = true, .shift = true};
constexpr float kZoomStep = 0.1f;
constexpr double kClipStep = 1.0 / 1.03, kFineClipStep = 1.0 / 1.003;

constexpr std::array<Chord, 2> on(Key key, ui::Modifiers modifiers = kPlain) {
  return {{{key, modifiers}, {}}};
}
constexpr std::array<Chord, 2> on(Chord first, Chord second) { return {{first, second}}; }

template <Overlay overlay>
void show(Frame& frame) {
  frame.requests.show = overlay;
}

template <GridMode mode>
void set_mode(Frame& frame) {
  frame.view.grid_mode = mode;
}
template <GridMode mode>
bool has_mode(const Frame& frame) {
  return frame.view.grid_mode == mode;
}

template <bool ViewState::*member>
void toggle(Frame& frame) {
  frame.view.*member = !(frame.view.*member);
}
template <bool ViewState::*member>
bool is_on(const Frame& frame) {
  return frame.view.*member;
}

template <Appearance appearance>
void set_appearance(Frame& frame) {
  frame.preferences.appearance = appearance;
}
template <Appearance appearance>
bool has_appearance(const Frame& frame) {
  return frame.preferences.appearance == appearance;
}

template <int steps>
void zoom(Frame& frame) {
  float& now = frame.preferences.zoom;
  now = std::clamp(now + kZoomStep * static_cast<float>(steps), kLeastZoom, kMostZoom);
}

template <int bits>
void change_bits(Frame& frame) {
  step_bits(frame.experiment.quant, bits);
}

// 1, 2: narrower, much narrower; -1, -2: wider.
template <int steps>
void change_clip(Frame& frame) {
  const double step = steps == 1 || steps == -1 ? kFineClipStep : kClipStep;
  scale_clip(frame.experiment.quant, frame.snapshot.get(), steps > 0 ? step : 1 / step);
}

template <CalibrationMethod method>
void calibrate(Frame& frame) {
  frame.experiment.quant.calibration.method = method;
}
template <CalibrationMethod method>
bool is_calibrated(const Frame& frame) {
  return frame.experiment.quant.calibration.method == method;
}

template <int rows, int columns>
void move_pinned(Frame& frame) {
  step_pinned(frame, rows, columns);
}

// One without a file is asked for it.
void save_session(Frame& frame) {
  if (frame.session.path.empty())
    frame.requests.browse = save_session_request(frame);
  else
    frame.requests.session.save = true;
}

// The window shows the largest tensor of a file where none is named; the command has to name it.
void copy_command(Frame& frame) {
  const TensorFile* file = frame.source.file.get();
  const bool several = file && file->tensors.size() > 1;
  const Result<std::string> command =
      quantize_command(frame.experiment, several ? frame.source.tensor : std::string());
  if (command)
    frame.requests.clipboard = *command;
  else
    frame.requests.notice = command.error().message;
}

bool clips(const Frame& frame) { return canonical(frame.experiment.quant).scheme != Scheme::Direct; }
bool has_tensor(const Frame& frame) { return frame.snapshot && frame.snapshot->prepared; }
bool has_lesson(const Frame& frame) { return frame.tutor && frame.tutor->lesson(); }
bool has_file(const Frame& frame) { return !frame.experiment.source.synthetic; }
bool has_several_sources(const Frame& frame) { return frame.sources.tabs.size() > 1; }

constexpr Menu kMenus[] = {
    {"file", "File"}, {"edit", "Edit"}, {"view", "View"}, {"quantizer", "Quantizer"}, {"help", "Help"}};

constexpr Action kActions[] = {
    {"file.open", "Open…", "Opens a file or a synthetic source beside what is open.", on(Key::O, kCtrl),
     [](Frame& f) { f.requests.browse = open_source_request(); }},
    {"file.open_session", "Open session…", "Opens a saved session: sources, quantizer and view.",
     on(Key::O, kCtrlShift), [](Frame& f) { f.requests.browse = open_session_request(); }},
    {"file.start_page",
     "Start page",
     "Recent files, unsaved work of a crash, and samples.",
     {},
     [](Frame& f) { f.requests.session.show_start_page = true; }},
    {"file.close", "Close", "Closes the source that is shown; the others stay.", on(Key::W, kCtrl),
     [](Frame& f) { f.requests.close_tab = f.sources.active; }},
    {"file.next_source", "Next source", "Goes to the next of the open sources.", on(Key::Tab, kCtrl),
     [](Frame& f) { f.requests.cycle_tabs = 1; }, has_several_sources, nullptr, true},
    {"file.previous_source", "Previous source", "Goes to the open source before.", on(Key::Tab, kCtrlShift),
     [](Frame& f) { f.requests.cycle_tabs = -1; }, has_several_sources, nullptr, true},
    {"file.save_session", "Save session", "Saves sources, quantizer and view into the session's file.",
     on(Key::S, kCtrl), save_session, nullptr, nullptr, false, true},
    {"file.save_session_as", "Save session as…", "Saves sources, quantizer and view into another file.",
     on(Key::S, kCtrlShift), [](Frame& f) { f.requests.browse = save_session_request(f); }},
    {"file.save_plot", "Save plot…", "Histogram, curve, signal or a grid as PNG, SVG or CSV.",
     on(Key::E, kCtrl), [](Frame& f) { f.requests.choose_plot = true; }, has_tensor},
    {"file.cancel_jobs",
     "Stop writing or comparing",
     "Cancels what is being written, copied or compared; nothing of an unfinished file is left.",
     {},
     [](Frame& f) { f.requests.cancel_jobs = true; },
     [](const Frame& f) {
       return std::any_of(f.tasks.begin(), f.tasks.end(), [](const LaneTask& task) { return task.is_job; });
     }},
    {"file.compare",
     "Compare with another file…",
     "Every tensor of the open file against that of another one, as a checkpoint and its GGUF; worst first.",
     {},
     [](Frame& f) { f.requests.browse = compare_request(); },
     can_compare,
     nullptr,
     false,
     true},
    {"file.comparison",
     "Show the comparison",
     "The table of the last comparison of this file.",
     {},
     show<Overlay::Comparison>,
     [](const Frame& f) { return f.comparison != nullptr; }},
    {"file.reload", "Reload", "Loads the file again.", on(Key::F5),
     [](Frame& f) { f.requests.reload = true; }, nullptr, nullptr, false, true},
    {"file.next_tensor", "Next tensor", "Goes to the next tensor of the list.", on(Key::PageDown, kCtrl),
     [](Frame& f) { step_tensor(f, 1); }, has_file, nullptr, true},
    {"file.previous_tensor", "Previous tensor", "Goes to the tensor before.", on(Key::PageUp, kCtrl),
     [](Frame& f) { step_tensor(f, -1); }, has_file, nullptr, true},
    {"file.reload_changed",
     "Reload changed files by themselves",
     "Reads a file again as soon as it changed on disk.",
     {},
     [](Frame& f) { f.preferences.reload_changed = !f.preferences.reload_changed; },
     nullptr,
     [](const Frame& f) { return f.preferences.reload_changed; },
     false,
     true},
    {"file.native_dialog",
     "Use the desktop's file dialog",
     "Asks for files by zenity or kdialog, where one is installed.",
     {},
     [](Frame& f) { f.preferences.browse.native_dialog = !f.preferences.browse.native_dialog; },
     nullptr,
     [](const Frame& f) { return f.preferences.browse.native_dialog; }},
    {"file.quit", "Quit", "Closes the window.", on(Key::Q, kCtrl), [](Frame& f) { f.requests.quit = true; },
     nullptr, nullptr, false, true},

    {"edit.undo", "Undo", "Takes the last change of a parameter back; a drag is one step.", on(Key::Z, kCtrl),
     [](Frame& f) { f.requests.undo = true; }, [](const Frame& f) { return f.history.can_undo(); }, nullptr,
     true},
    {"edit.redo", "Redo", "Makes the change again that was taken back.",
     on({Key::Y, kCtrl}, {Key::Z, kCtrlShift}), [](Frame& f) { f.requests.redo = true; },
     [](const Frame& f) { return f.history.can_redo(); }, nullptr, true},
    {"edit.copy", "Copy what is under the pointer",
     "Names and numbers as a line for a spreadsheet; without a pointer, the element of the inspector.",
     on(Key::C, kCtrl), [](Frame& f) { f.requests.clipboard = copy_text(f); }, has_tensor, nullptr, false,
     true},
    {"edit.describe", "Describe this view",
     "Copies in a few lines what is open, how it is quantized, its errors and what is shown.",
     on(Key::D, kCtrl), [](Frame& f) { f.requests.describe = true; }},
    {"edit.copy_command", "Copy as command line", "Copies the shell command that prints the same numbers.",
     on(Key::C, kCtrlShift), copy_command},
    {"edit.unpin", "Let go of the pinned element", "The inspector follows the pointer again.",
     on(Key::Escape), [](Frame& f) { f.view.selected.reset(); },
     [](const Frame& f) { return f.view.selected.has_value(); }, nullptr, false, true},
    {"edit.pin_left", "Pin the element to the left", "Explains the neighbour one column before.",
     on(Key::Left, kAlt), move_pinned<0, -1>, has_tensor, nullptr, true},
    {"edit.pin_right", "Pin the element to the right", "Explains the neighbour one column further.",
     on(Key::Right, kAlt), move_pinned<0, 1>, has_tensor, nullptr, true},
    {"edit.pin_up", "Pin the element above", "Explains the neighbour one row before.", on(Key::Up, kAlt),
     move_pinned<-1, 0>, has_tensor, nullptr, true},
    {"edit.pin_down", "Pin the element below", "Explains the neighbour one row further.", on(Key::Down, kAlt),
     move_pinned<1, 0>, has_tensor, nullptr, true},

    {"view.values", "Values", "Original, dequantized and error side by side.", on(Key::Digit1),
     set_mode<GridMode::Values>, nullptr, has_mode<GridMode::Values>},
    {"view.codes", "Codes", "The stored codes instead of the values.", on(Key::Digit2),
     set_mode<GridMode::Codes>, nullptr, has_mode<GridMode::Codes>},
    {"view.signal", "Signal", "One row as a line, the dequantized values as a staircase on it.",
     on(Key::Digit3), set_mode<GridMode::Signal>, nullptr, has_mode<GridMode::Signal>},
    {"view.flip", "Flip original and dequantized", "Shows the dequantized values in the first grid.",
     on(Key::Space), toggle<&ViewState::flip>, nullptr, is_on<&ViewState::flip>},
    {"view.fit", "Fit", "Shows all of every grid and plot.", on(Key::F),
     [](Frame& f) { f.requests.fit = true; }},
    {"view.log_count", "Logarithmic count", "Counts of the histogram on a logarithmic axis.", on(Key::L),
     toggle<&ViewState::log_count>, nullptr, is_on<&ViewState::log_count>, false, true},
    {"view.log_error", "Logarithmic error", "Errors of the curve on a logarithmic axis.", on(Key::L, kShift),
     toggle<&ViewState::curve_log>, nullptr, is_on<&ViewState::curve_log>},
    {"view.log_threshold",
     "Logarithmic threshold",
     "Thresholds of the curve on a logarithmic axis.",
     {},
     toggle<&ViewState::curve_log_threshold>,
     nullptr,
     is_on<&ViewState::curve_log_threshold>},
    {"view.fold_curve", "Error curve", "Shows the error curve below the histogram, or its title only.",
     on(Key::E), toggle<&ViewState::curve_folded>, nullptr,
     [](const Frame& f) { return !f.view.curve_folded; }},
    {"view.fold_block", "Block microscope",
     "Shows the stored block of the value that the inspector explains, or its title only.", on(Key::B),
     toggle<&ViewState::block_folded>, nullptr, [](const Frame& f) { return !f.view.block_folded; }},
    {"view.panels", "Panels", "Source, quantizer and inspector.", on(Key::Tab),
     toggle<&ViewState::panels_hidden>, nullptr, [](const Frame& f) { return !f.view.panels_hidden; }, false,
     true},
    {"view.full_screen", "Full screen", "The window fills the screen, or stands in its place again.",
     on(Key::F11), [](Frame& f) { f.requests.full_screen = true; }},
    {"view.projector", "Projector", "Large letters and no panels: to be read from the last row.",
     on(Key::F10),
     [](Frame& f) {
       f.preferences.projector = !f.preferences.projector;
       f.view.panels_hidden = f.preferences.projector;
     },
     nullptr, [](const Frame& f) { return f.preferences.projector; }},
    {"view.bigger", "Bigger", "Larger text and controls.", on({Key::Plus, kCtrl}, {Key::Plus, kCtrlShift}),
     zoom<1>, nullptr, nullptr, true},
    {"view.smaller", "Smaller", "Smaller text and controls.", on(Key::Minus, kCtrl), zoom<-1>, nullptr,
     nullptr, true},
    {"view.usual_size", "Usual size", "Text and controls as the monitor wants them.", on(Key::Digit0, kCtrl),
     [](Frame& f) { f.preferences.zoom = 1; }},
    {"view.dark",
     "Dark",
     "Light text on dark surfaces.",
     {},
     set_appearance<Appearance::Dark>,
     nullptr,
     has_appearance<Appearance::Dark>,
     false,
     true},
    {"view.light",
     "Light",
     "Dark text on light surfaces.",
     {},
     set_appearance<Appearance::Light>,
     nullptr,
     has_appearance<Appearance::Light>},
    {"view.high_contrast",
     "High contrast",
     "White on black, clear borders, strong colours.",
     {},
     set_appearance<Appearance::HighContrast>,
     nullptr,
     has_appearance<Appearance::HighContrast>},

    {"quantizer.fewer_bits", "Fewer bits", "One bit less: of an integer, a mantissa or a fraction.",
     on(Key::Comma), change_bits<-1>, nullptr, nullptr, true},
    {"quantizer.more_bits", "More bits", "One bit more: of an integer, a mantissa or a fraction.",
     on(Key::Period), change_bits<1>, nullptr, nullptr, true},
    {"quantizer.narrower", "Narrower clip range", "3 % less: less rounding error, more clipping.",
     on(Key::LeftBracket), change_clip<2>, clips, nullptr, true, true},
    {"quantizer.wider", "Wider clip range", "3 % more: less clipping, more rounding error.",
     on(Key::RightBracket), change_clip<-2>, clips, nullptr, true},
    {"quantizer.slightly_narrower", "Slightly narrower clip range", "0.3 % less.", on(Key::LeftBracket, kAlt),
     change_clip<1>, clips, nullptr, true},
    {"quantizer.slightly_wider", "Slightly wider clip range", "0.3 % more.", on(Key::RightBracket, kAlt),
     change_clip<-1>, clips, nullptr, true},
    {"quantizer.minmax", "Clip nothing (min-max)", "The clip range holds every value.", on(Key::N),
     calibrate<CalibrationMethod::MinMax>, clips, is_calibrated<CalibrationMethod::MinMax>, false, true},
    {"quantizer.percentile", "Clip by percentile", "The clip range holds the chosen share of the values.",
     on(Key::P), calibrate<CalibrationMethod::Percentile>, clips,
     is_calibrated<CalibrationMethod::Percentile>},
    {"quantizer.mse", "Clip for the least error (MSE)", "The clip range of least mean squared error.",
     on(Key::M), calibrate<CalibrationMethod::Mse>, clips, is_calibrated<CalibrationMethod::Mse>},
    {"quantizer.conventions",
     "Conventions",
     "Where tools differ, as rows below the dialect; or the dialect only.",
     {},
     [](Frame& f) { fold_conventions(f.view, f.experiment.quant); },
     nullptr,
     [](const Frame& f) { return conventions_open(f.view, f.experiment.quant); },
     false,
     true},
    {"quantizer.follow_dialect",
     "Follow the dialect again",
     "Every convention as the chosen dialect has it.",
     {},
     [](Frame& f) { follow_dialect(f.experiment.quant); },
     [](const Frame& f) { return is_dialect_edited(f.experiment.quant); }},
    {"quantizer.reset",
     "Reset the quantizer",
     "INT8, one scale, min-max: as the program starts.",
     {},
     [](Frame& f) { f.experiment.quant = QuantSpec{}; },
     [](const Frame& f) { return f.experiment.quant != QuantSpec{}; },
     nullptr,
     false,
     true},

    {"help.palette", "Find an action…", "Everything the program can be told, found by a few letters.",
     on(Key::P, kCtrlShift), show<Overlay::Palette>},
    {"help.keys", "Keys and gestures", "All shortcuts, and how to change them.", on(Key::F1),
     show<Overlay::Keys>},
    {"help.lessons", "Lessons…", "Ideas step by step, with claims to prove and questions to answer.",
     on(Key::F1, kShift), show<Overlay::Lessons>, nullptr, nullptr, false, true},
    {"help.next_step", "Next step", "The lesson goes on; after its last step it closes.", on(Key::N, kAlt),
     [](Frame& f) { f.tutor->next(); }, has_lesson},
    {"help.previous_step", "Previous step", "The lesson goes back.", on(Key::B, kAlt),
     [](Frame& f) { f.tutor->previous(); },
     [](const Frame& f) { return has_lesson(f) && f.tutor->step_index() > 0; }},
    {"help.reset_step", "Reset to this step", "Takes back what you have changed since the step was shown.",
     on(Key::R, kAlt), [](Frame& f) { f.tutor->reset(); },
     [](const Frame& f) { return has_lesson(f) && f.tutor->changed(f.experiment, f.view); }},
    {"help.prove", "Prove the claims", "Decides every claim of the step from all values.", on(Key::P, kAlt),
     [](Frame& f) { f.tutor->ask_all(); },
     [](const Frame& f) { return has_lesson(f) && !f.tutor->step().claims.empty(); }},
    {"help.fold_lesson", "Lesson panel", "The lesson's words, or only a strip with its steps.",
     on(Key::L, kAlt), toggle<&ViewState::lesson_folded>, has_lesson,
     [](const Frame& f) { return has_lesson(f) && !f.view.lesson_folded; }},
    {"help.close_lesson",
     "Close the lesson",
     "The next time it goes on where you are.",
     {},
     [](Frame& f) { f.tutor->close(); },
     has_lesson},
};

}  // namespace

std::span<const Menu> menus() { return kMenus; }
std::span<const Action> actions() { return kActions; }

const Action* find_action(std::string_view key) {
  for (const Action& action : kActions)
    if (action.key == key) return &action;
  return nullptr;
}

}  // namespace bitloupe
