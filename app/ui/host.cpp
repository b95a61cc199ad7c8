#include "app/ui/host.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "app/ui/compat.h"
#include "app/ui/fonts.h"
#include "app/ui/state.h"

namespace bitloupe::ui {
namespace {

// Half of a second a blink; Dear ImGui toggles its text cursor in thirds of that order.
constexpr double kCursorBlinkSeconds = 0.4;

void set_colors(ImGuiStyle& style, const Palette& p) {
  const auto set = [&](ImGuiCol which, Color color) {
    style.Colors[which] = ImGui::ColorConvertU32ToFloat4(color);
  };
  const Color clear = p.panel & 0x00FFFFFF;
  set(ImGuiCol_Text, p.text);
  set(ImGuiCol_TextDisabled, p.text_dim);
  set(ImGuiCol_WindowBg, clear);  // the owner clears the picture with it; software drivers feel a second fill
  set(ImGuiCol_ChildBg, clear);
  set(ImGuiCol_PopupBg, p.header);
  set(ImGuiCol_Border, p.border);
  set(ImGuiCol_BorderShadow, clear);
  set(ImGuiCol_FrameBg, p.header);
  set(ImGuiCol_FrameBgHovered, p.track);
  set(ImGuiCol_FrameBgActive, p.track);
  set(ImGuiCol_MenuBarBg, p.panel);
  set(ImGuiCol_ScrollbarBg, clear);
  set(ImGuiCol_ScrollbarGrab, p.track);
  set(ImGuiCol_ScrollbarGrabHovered, p.text_faint);
  set(ImGuiCol_ScrollbarGrabActive, p.text_dim);
  set(ImGuiCol_CheckMark, p.accent);
  set(ImGuiCol_SliderGrab, p.accent);
  set(ImGuiCol_SliderGrabActive, p.accent);
  set(ImGuiCol_Button, p.header);
  set(ImGuiCol_ButtonHovered, p.track);
  set(ImGuiCol_ButtonActive, p.selection);
  set(ImGuiCol_Header, p.selection);
  set(ImGuiCol_HeaderHovered, p.track);
  set(ImGuiCol_HeaderActive, p.selection);
  set(ImGuiCol_Separator, p.border);
  set(ImGuiCol_TextSelectedBg, p.selection);
  set(kKeyboardFocusColor, p.accent);
}

void set_style(const Theme& theme) {
  ImGuiStyle& style = ImGui::GetStyle();
  style = ImGuiStyle();
  const auto px = [&](float logical) { return std::round(theme.px(logical)); };
  style.WindowPadding = {px(14), px(10)};
  style.WindowBorderSize = 0;
  style.ChildBorderSize = 0;
  style.PopupBorderSize = std::max(1.0f, px(1));
  style.PopupRounding = px(5);
  style.FramePadding = {px(9), (px(kRowHeight) - baked_size(*theme.fonts.sans)) / 2};
  style.FrameRounding = px(4);
  style.FrameBorderSize = std::max(1.0f, px(1));
  style.ItemSpacing = {px(8), px(6)};
  style.ItemInnerSpacing = {px(6), px(4)};
  style.ScrollbarSize = px(10);
  style.ScrollbarRounding = px(5);
  style.GrabRounding = px(3);
  style.GrabMinSize = px(8);
  style.WindowMinSize = {1, 1};
  set_colors(style, theme.palette);
}

// Layout below 0.5 or above 4 is of no use and would ask for absurd font textures.
float sane_scale(float scale) { return std::isfinite(scale) ? std::clamp(scale, 0.5f, 4.0f) : 1.0f; }

// The keyboard moves from control to control: each tells of itself once it rests there.
bool any_key(const Input& input) {
  for (std::size_t i = 0; i < kKeyCount; ++i)
    if (input.pressed(static_cast<Key>(i), true)) return true;
  return false;
}

}  // namespace

void apply(Theme& theme, Appearance appearance) {
  theme.dark = appearance != Appearance::Light;
  theme.palette = appearance == Appearance::Light          ? light_palette()
                  : appearance == Appearance::HighContrast ? high_contrast_palette()
                                                           : dark_palette();
}

State& state() { return *static_cast<State*>(ImGui::GetIO().UserData); }

Host::Host(float scale, Appearance appearance, std::string_view only)
    : context_(ImGui::CreateContext()), state_(std::make_unique<State>()), only_(only) {
  ImGui::SetCurrentContext(context_);
  ImGuiIO& io = ImGui::GetIO();
  io.UserData = state_.get();
  io.IniFilename = nullptr;
  io.LogFilename = nullptr;
  io.ConfigFlags |= ImGuiConfigFlags_NavEnableKeyboard;
  io.BackendFlags |= ImGuiBackendFlags_HasMouseCursors;
  Input::prepare(io);
  appearance_ = appearance;
  apply(state_->theme, appearance);
  state_->theme.scale = 0;  // unlike any scale: set_scale loads the fonts
  set_scale(scale);
}

Host::~Host() {
  ImGui::SetCurrentContext(context_);
  ImGui::DestroyContext(context_);
}

Input& Host::input() { return state_->input; }
float Host::scale() const { return state_->theme.scale; }
const Palette& Host::palette() const { return state_->theme.palette; }

void Host::set_appearance(Appearance appearance) {
  if (appearance == appearance_) return;
  appearance_ = appearance;
  ImGui::SetCurrentContext(context_);
  apply(state_->theme, appearance);
  set_style(state_->theme);
}

bool Host::set_scale(float scale) {
  Theme& theme = state_->theme;
  scale = sane_scale(scale);
  if (scale == theme.scale) return false;
  ImGui::SetCurrentContext(context_);
  theme.scale = scale;
  theme.fonts = load_fonts(*ImGui::GetIO().Fonts, scale, only_);
  ImGui::GetIO().FontDefault = theme.fonts.sans;
  set_style(theme);
  return true;
}

void Host::begin_frame(int width, int height, double seconds_since_last) {
  ImGui::SetCurrentContext(context_);
  ImGuiIO& io = ImGui::GetIO();
  io.DisplaySize = {static_cast<float>(std::max(width, 1)), static_cast<float>(std::max(height, 1))};
  io.DeltaTime = static_cast<float>(std::clamp(seconds_since_last, 1e-4, 0.25));
  state_->input.apply(io);
  build_fonts_without_renderer(*io.Fonts);
  ImGui::NewFrame();
  const bool moved = io.MouseDelta.x != 0 || io.MouseDelta.y != 0 || ImGui::IsMouseDown(0) ||
                     ImGui::IsMouseDown(1) || io.MouseWheel != 0 || any_key(state_->input);
  state_->rest_seconds = moved ? 0 : state_->rest_seconds + std::max(seconds_since_last, 0.0);
  state_->pointer_claimed = false;
  state_->copy.clear();
  state_->tooltip_due_in.reset();
  clear_registry();
}

void Host::end_frame() {
  const Theme& look = state_->theme;
  if (const std::optional<Rect> focused = std::exchange(state_->focused, std::nullopt))
    add_rect(*ImGui::GetForegroundDrawList(), *focused, look.palette.accent, look.px(4),
             std::max(1.0f, look.px(1.5f)));
  ImGui::Render();
}

std::optional<double> Host::next_frame_in() const {
  if (state_->input.pending()) return 0.0;
  std::optional<double> due = state_->tooltip_due_in;
  if (ImGui::GetIO().WantTextInput) due = std::min(due.value_or(kCursorBlinkSeconds), kCursorBlinkSeconds);
  return due;
}

}  // namespace bitloupe::ui
