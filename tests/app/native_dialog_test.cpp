// The desktop's file dialog: scripts in its place that answer, fail, talk nonsense or hang.
#include "app/browser/native_dialog.h"

#include <doctest/doctest.h>
#include <signal.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "app/browser/path_text.h"
#include "tests/app/bench.h"
#include "tests/core/io_support.h"

namespace bitloupe {
namespace {

namespace fs = std::filesystem;
using Kind = DialogAnswer::Kind;
using test::Bench;
using test::TemporaryFolder;
using test::write_file;
using ui::Key;

std::string npy() {
  return test::npy_bytes("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }",
                         std::string(48, '\1'));
}

// A folder that is all of $PATH while this lives; system programs are named by their place.
class FakeDesktop {
 public:
  FakeDesktop() {
    if (const char* path = std::getenv("PATH")) before_ = path;
    setenv("PATH", root().c_str(), 1);
    unsetenv("XDG_CURRENT_DESKTOP");
    write_file(folder.path("a b.npy"), npy());
  }
  ~FakeDesktop() { setenv("PATH", before_.c_str(), 1); }

  std::string root() const { return parent_folder(folder.path("x")); }
  // A shell script; its arguments go to a file, one a line.
  void install(const std::string& name, const std::string& body) const {
    const std::string path = folder.path(name);
    write_file(path, "#!/bin/sh\nprintf '%s\\n' \"$@\" >'" + folder.path("arguments") + "'\n" + body + "\n");
    fs::permissions(path, fs::perms::owner_all);
  }
  std::string arguments() const { return content("arguments"); }
  std::string content(const std::string& name) const {
    std::ifstream file(folder.path(name), std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
  }

  TemporaryFolder folder;

 private:
  std::string before_;
};

BrowseRequest to_open() {
  BrowseRequest request = open_source_request();
  request.title = "Open $(touch hit) 'x'";
  return request;
}

BrowseRequest to_save(const std::string& proposal) {
  BrowseRequest request;
  request.mode = BrowseMode::Save;
  request.proposal = proposal;
  request.extensions = {".svg"};
  return request;
}

// The answer of what is installed.
DialogAnswer answer_of(const FakeDesktop& desktop, BrowseRequest request) {
  Workers workers([] {});
  NativeDialog dialog(workers);
  REQUIRE(dialog.begin(std::move(request), desktop.root()));
  workers.wait_idle();
  const std::optional<DialogAnswer> answer = dialog.take_answer();
  REQUIRE(answer);
  return *answer;
}

bool runs(pid_t process) { return ::kill(process, 0) == 0; }

template <class Ready>
bool soon(Ready ready) {
  for (int i = 0; i < 1000; ++i) {
    if (ready()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

}  // namespace

TEST_CASE("the dialog's program is found in absolute folders of the search path only") {
  const FakeDesktop desktop;
  const std::string root = desktop.root();
  CHECK_FALSE(find_dialog_program(root, ""));
  desktop.install("kdialog", "exit 0");
  CHECK(find_dialog_program("/none::.:" + root, "")->kind == DialogProgram::Kind::Kdialog);
  desktop.install("zenity", "exit 0");
  CHECK(find_dialog_program(root, "GNOME")->path == join_path(root, "zenity"));
  CHECK(find_dialog_program(root, "KDE:plasma")->path == join_path(root, "kdialog"));
  fs::permissions(join_path(root, "zenity"), fs::perms::owner_read);
  fs::remove(join_path(root, "kdialog"));
  if (geteuid() != 0) CHECK_FALSE(find_dialog_program(root, ""));
  fs::remove(join_path(root, "zenity"));
  fs::create_directory(join_path(root, "zenity"));
  CHECK_FALSE(find_dialog_program(root, ""));
  CHECK_FALSE(find_dialog_program("", ""));
}

TEST_CASE("both programs are asked in their own words, arguments as they are") {
  const DialogProgram zenity{DialogProgram::Kind::Zenity, "/bin/zenity"};
  const DialogProgram kdialog{DialogProgram::Kind::Kdialog, "/bin/kdialog"};
  using Words = std::vector<std::string>;
  BrowseRequest request = to_open();
  request.extensions = {".npy", ".x"};
  CHECK(dialog_arguments(zenity, request, "/a b/") ==
        Words{"/bin/zenity", "--file-selection", "--title=Open $(touch hit) 'x'", "--filename=/a b/",
              "--file-filter=Tensor files | *.npy *.x", "--file-filter=All files | *"});
  CHECK(dialog_arguments(kdialog, request, "/a b/") == Words{"/bin/kdialog", "--title",
                                                             "Open $(touch hit) 'x'", "--getopenfilename",
                                                             "/a b/", "Tensor files (*.npy *.x)"});
  request = to_save("p.svg");
  request.extensions.clear();
  CHECK(dialog_arguments(zenity, request, "/p.svg") == Words{"/bin/zenity", "--file-selection",
                                                             "--title=Open", "--filename=/p.svg", "--save",
                                                             "--confirm-overwrite"});
  CHECK(dialog_arguments(kdialog, request, "/p.svg") ==
        Words{"/bin/kdialog", "--title", "Open", "--getsavefilename", "/p.svg"});
}

TEST_CASE("the dialog's answer is a file that is there; no shell sees the arguments") {
  const FakeDesktop desktop;
  desktop.install("zenity", "printf '%s\\n' '" + desktop.folder.path("a b.npy") + "'");
  const DialogAnswer answer = answer_of(desktop, to_open());
  CHECK(answer.kind == Kind::Chosen);
  CHECK(answer.choice.path == desktop.folder.path("a b.npy"));
  CHECK(answer.choice.source.path == desktop.folder.path("a b.npy"));
  CHECK(desktop.arguments().find("--title=Open $(touch hit) 'x'\n") != std::string::npos);
  CHECK(desktop.arguments().find("--filename=" + desktop.root() + "/\n") != std::string::npos);
  CHECK_FALSE(fs::exists(desktop.folder.path("hit")));
  CHECK_FALSE(fs::exists("hit"));
}

TEST_CASE("F07: the dialog answers with any bytes") {
  const FakeDesktop desktop;
  const std::string odd = desktop.folder.path("odd \xff\n");
  write_file(odd, npy());
  desktop.install("zenity", "printf '%s/odd \\377\\n\\n' '" + desktop.root() + "'");
  CHECK(answer_of(desktop, to_open()).choice.path == odd);
}

TEST_CASE("a dialog that is closed is no answer") {
  const FakeDesktop desktop;
  desktop.install("zenity", "exit 1");
  CHECK(answer_of(desktop, to_open()).kind == Kind::Cancelled);
}

TEST_CASE("U21: no dialog, one that fails, dies or prints junk: the program's own takes over") {
  const FakeDesktop desktop;
  const auto why = [&](const std::string& script) {
    desktop.install("zenity", script);
    const DialogAnswer answer = answer_of(desktop, to_open());
    CHECK(answer.kind == Kind::Failed);
    return answer.why;
  };
  CHECK(answer_of(desktop, to_open()).why == "neither zenity nor kdialog is installed");
  CHECK(why("exit 255") == "it ended with an error");
  CHECK(why("echo /etc; exit 5") == "it ended with an error");
  CHECK(why("kill -9 $$") == "it ended with an error");
  CHECK(why("exit 0") == "it answered with something that is no path");
  CHECK(why("echo Gtk-Message: nonsense") == "it answered with something that is no path");
  CHECK(why("echo relative.npy") == "it answered with something that is no path");
  CHECK(why("printf '/etc\\000/passwd\\n'") == "it answered with something that is no path");
  CHECK(why("echo /no/such/file") == "it answered with a file that is not there");
  CHECK(why("echo /usr") == "it chose a folder");
  CHECK(why("while :; do echo /usr/share/nonsense; done") == "it did not stop writing");
  write_file(desktop.folder.path("zenity"), "no program at all");
  CHECK(answer_of(desktop, to_open()).kind == Kind::Failed);
}

TEST_CASE("a child that closes its output and lives on, or leaves one behind, is waited for rightly") {
  const FakeDesktop desktop;
  const std::string file = desktop.folder.path("a b.npy");
  desktop.install("zenity", "echo '" + file + "'; exec >/dev/null; /bin/sleep 0.2; exit 1");
  CHECK(answer_of(desktop, to_open()).kind == Kind::Failed);  // it printed, but then said no
  // A grandchild keeps the pipe open for longer than anybody waits.
  desktop.install("zenity",
                  "echo '" + file + "'; /bin/sleep 600 & echo $! >'" + desktop.folder.path("pid") + "'");
  CHECK(answer_of(desktop, to_open()).choice.path == file);
  ::kill(std::stoi(desktop.content("pid")), SIGKILL);
}

TEST_CASE("saving by the dialog: the ending is added, and then nothing is overwritten unasked") {
  const FakeDesktop desktop;
  const auto save = [&](const std::string& name) {
    desktop.install("zenity", "echo '" + desktop.folder.path(name) + "'");
    return answer_of(desktop, to_save("curve.svg"));
  };
  DialogAnswer answer = save("curve");
  CHECK(answer.choice.path == desktop.folder.path("curve.svg"));
  CHECK_FALSE(answer.choice.replaces);
  CHECK(desktop.arguments().find("--filename=" + desktop.folder.path("curve.svg")) != std::string::npos);
  write_file(desktop.folder.path("old.svg"), "x");
  answer = save("old.svg");  // it asked
  CHECK(answer.kind == Kind::Chosen);
  CHECK(answer.choice.replaces);
  answer = save("old");  // it did not ask about this one
  CHECK(answer.kind == Kind::Failed);
  CHECK(answer.proposal == desktop.folder.path("old.svg"));
  CHECK(save("no/such/folder.svg").kind == Kind::Failed);
}

TEST_CASE("U21: a dialog that hangs blocks no frame and is ended, gently or not") {
  for (const char* trap : {"", "trap '' TERM; "}) {
    CAPTURE(trap);
    const FakeDesktop desktop;
    desktop.install("zenity", std::string(trap) + "echo $$ >'" + desktop.folder.path("pid") +
                                  "'; while :; do /bin/sleep 0.05; done");
    Bench bench;
    bench.workbench.preferences().browse.native_dialog = true;
    bench.headless.key(Key::O, {.ctrl = true});
    REQUIRE(soon([&] { return desktop.content("pid").ends_with('\n'); }));
    const pid_t child = std::stoi(desktop.content("pid"));
    bench.headless.step(20);
    REQUIRE(bench.headless.has("banner.dialog.cancel"));
    bench.headless.key(Key::O, {.ctrl = true});
    bench.headless.step();
    CHECK(bench.workbench.notice() == "The desktop's file dialog is open already.");
    bench.headless.click("banner.dialog.cancel");
    bench.headless.step(2);
    CHECK_FALSE(bench.headless.has("banner.dialog"));
    CHECK(soon([&] { return !runs(child); }));
    CHECK_FALSE(bench.headless.has("browse.ok"));
  }
}

TEST_CASE("U21: one that hangs gives way to the program's own browser, and ends with the program") {
  const FakeDesktop desktop;
  desktop.install("zenity", "echo $$ >'" + desktop.folder.path("pid") + "'; exec /bin/sleep 600");
  pid_t child = 0;
  {
    Bench bench;
    bench.workbench.preferences().browse.native_dialog = true;
    bench.headless.key(Key::O, {.ctrl = true});
    REQUIRE(soon([&] { return desktop.content("pid").ends_with('\n'); }));
    bench.headless.step();
    bench.headless.click("banner.dialog.own");
    bench.settle();
    CHECK(bench.headless.has("browse.ok"));
    fs::remove(desktop.folder.path("pid"));
    bench.headless.key(Key::Escape);
    bench.headless.key(Key::O, {.ctrl = true});
    REQUIRE(soon([&] { return desktop.content("pid").ends_with('\n'); }));
    child = std::stoi(desktop.content("pid"));
    CHECK(runs(child));
  }
  CHECK(soon([&] { return !runs(child); }));
}

TEST_CASE("what the dialog chose is opened; where it fails, the browser asks") {
  const FakeDesktop desktop;
  desktop.install("zenity", "echo '" + desktop.folder.path("a b.npy") + "'");
  Bench bench;
  bench.headless.click("menu.file");
  bench.headless.step(2);
  bench.headless.click("menu.file.native_dialog");
  CHECK(bench.workbench.preferences().browse.native_dialog);
  bench.headless.key(Key::O, {.ctrl = true});
  bench.settle();
  CHECK(bench.workbench.experiment().source.path == desktop.folder.path("a b.npy"));
  CHECK(bench.snapshot().tensor().shape == Shape{3, 4});
  CHECK_FALSE(bench.headless.has("browse.ok"));
  desktop.install("zenity", "echo nonsense");
  bench.headless.key(Key::O, {.ctrl = true});
  bench.settle();
  bench.settle();
  CHECK(bench.headless.has("browse.ok"));
  CHECK(bench.workbench.notice() ==
        "The desktop's file dialog failed (it answered with something that is no path); this is Bitloupe's "
        "own.");
}

}  // namespace bitloupe
