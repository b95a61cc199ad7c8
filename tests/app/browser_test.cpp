// The browser without its picture: typing, completing, choosing, saving.
#include "app/browser/browser.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>

#include "app/browser/path_text.h"
#include "tests/core/io_support.h"

namespace bitloupe {
namespace {

namespace fs = std::filesystem;
using test::TemporaryFolder;
using test::write_file;

std::string npy() {
  return [] {
    std::string bytes =
        test::npy_bytes("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }", std::string(48, '\1'));
    return bytes;
  }();
}

// A folder with two files, a folder with one, and what is no file of tensors.
struct Models {
  Models() {
    fs::create_directory(folder.path("deep"));
    write_file(folder.path("layer2.npy"), npy());
    write_file(folder.path("layer10.npy"), npy());
    write_file(folder.path("deep/inner.npy"), npy());
    write_file(folder.path("notes.txt"), "no tensors");
  }
  std::string path(const std::string& name) const {
    const std::string root = parent_folder(folder.path("x"));
    return name.empty() ? root : join_path(root, name);
  }
  TemporaryFolder folder;
};

struct Session {
  explicit Session(const Models& models, BrowseMode mode = BrowseMode::Open,
                   const std::string& proposal = "") {
    BrowseRequest request;
    request.mode = mode;
    request.extensions = {".npy"};
    request.sources = mode == BrowseMode::Open;
    request.proposal = proposal;
    browser.begin(std::move(request), models.path(""));
    settle();
  }
  void settle() {
    for (int i = 0; i < 4; ++i) {
      browser.update(preferences);
      workers.wait_idle();
    }
    browser.update(preferences);
  }
  void type(const std::string& text) {
    browser.type(text);
    settle();
  }
  void accept() {
    browser.accept();
    settle();
  }
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const std::uint32_t row : browser.rows()) names.push_back(browser.listing()->entries[row].name);
    return names;
  }
  std::string chosen() const { return browser.chosen_entry() ? browser.chosen_entry()->name : ""; }

  Workers workers{[] {}};
  BrowsePreferences preferences;
  Browser browser{workers};
};

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("the browser lists folders and files of tensors, and opens what Enter is pressed on") {
  const Models models;
  Session session(models);
  CHECK(session.names() == Names{"deep", "layer2.npy", "layer10.npy"});
  session.browser.move(1);
  session.settle();
  REQUIRE(session.browser.preview());
  CHECK(session.browser.preview()->text ==
        "npy · 1 tensor [3, 4] · <f4 · " + std::to_string(npy().size()) + " B");
  session.accept();
  const std::optional<BrowseChoice> choice = session.browser.take_choice();
  REQUIRE(choice);
  CHECK(choice->path == models.path("layer2.npy"));
  CHECK(choice->source == SourceSpec{models.path("layer2.npy"), "", std::nullopt});
  CHECK_FALSE(session.browser.take_choice());
}

TEST_CASE("folders are entered and left; the one that was left is chosen") {
  const Models models;
  Session session(models);
  session.accept();  // the first row
  CHECK(session.browser.folder() == models.path("deep"));
  CHECK(session.names() == Names{"inner.npy"});
  session.browser.up();
  session.settle();
  CHECK(session.browser.folder() == models.path(""));
  CHECK(session.chosen() == "deep");
  session.browser.enter("/");
  session.settle();
  session.browser.up();
  session.settle();
  CHECK(session.browser.folder() == "/");
}

TEST_CASE("typing filters, Enter takes the first; a name typed whole is taken whatever is listed") {
  const Models models;
  Session session(models);
  session.type("LAYER1");
  CHECK(session.names() == Names{"layer10.npy"});
  session.accept();
  CHECK(session.browser.take_choice()->path == models.path("layer10.npy"));
  session.type("notes.txt");
  CHECK(session.names().empty());
  session.accept();
  CHECK(session.browser.take_choice()->path == models.path("notes.txt"));
  session.type("nothing like it");
  session.accept();
  CHECK_FALSE(session.browser.take_choice());
  CHECK(session.browser.message() == models.path("nothing like it") + ": no such file or folder");
  session.type("layer");
  CHECK(session.browser.message().empty());
}

TEST_CASE("a path is listed while it is typed, and completed") {
  const Models models;
  Session session(models);
  session.browser.type("d");
  session.settle();
  session.browser.complete();
  CHECK(session.browser.typed() == "deep/");
  session.settle();
  CHECK(session.names() == Names{"inner.npy"});
  session.browser.complete();
  CHECK(session.browser.typed() == "deep/inner.npy");
  session.accept();
  CHECK(session.browser.take_choice()->path == models.path("deep/inner.npy"));
  session.type(models.path("deep") + "/../lay");
  CHECK(session.names() == Names{"layer2.npy", "layer10.npy"});
  session.browser.complete();
  CHECK(session.browser.typed() == models.path("deep") + "/../layer");
  session.type("/no/such/place/");
  CHECK(session.names().empty());
  CHECK(session.browser.message() == "/no/such/place: no such folder");
  session.type("deep");
  session.accept();
  CHECK(session.browser.folder() == models.path("deep"));
  CHECK(session.browser.typed().empty());
}

TEST_CASE("~ is the home folder; relative paths start from the listed folder") {
  const Models models;
  const char* before = std::getenv("HOME");
  const std::string home = before ? before : "";
  setenv("HOME", (models.path("deep") + "/").c_str(), 1);
  Session session(models);
  session.type("~/");
  CHECK(session.browser.folder() == models.path("deep"));
  CHECK(session.names() == Names{"inner.npy"});
  session.type("~/inner.npy");
  session.accept();
  CHECK(session.browser.take_choice()->path == models.path("deep/inner.npy"));
  session.browser.enter(models.path("deep"));
  session.type("../layer2.npy");
  session.accept();
  CHECK(session.browser.take_choice()->path == models.path("layer2.npy"));
  if (before)
    setenv("HOME", home.c_str(), 1);
  else
    unsetenv("HOME");
}

TEST_CASE("PATH::TENSOR and synthetic sources are answers too") {
  const Models models;
  Session session(models);
  session.type("layer2.npy::a::b");
  CHECK(session.names() == Names{"layer2.npy"});
  session.accept();
  CHECK(session.browser.take_choice()->source == SourceSpec{models.path("layer2.npy"), "a::b", std::nullopt});
  write_file(models.path("odd::name.npy"), npy());
  session.browser.refresh();
  session.type("odd::name.npy");
  session.accept();
  CHECK(session.browser.take_choice()->source.path == models.path("odd::name.npy"));
  session.type("synthetic:laplace?shape=3x4");
  session.accept();
  const std::optional<BrowseChoice> choice = session.browser.take_choice();
  REQUIRE(choice);
  REQUIRE(choice->source.synthetic);
  CHECK(choice->source.synthetic->kind == "laplace");
  session.type("synthetic:nonsense");
  session.accept();
  CHECK_FALSE(session.browser.take_choice());
  CHECK(session.browser.message().find("nonsense") != std::string::npos);
}

TEST_CASE("F07: files of any name are typed as they are shown, and opened by their bytes") {
  const Models models;
  const Names names = {"-rf", "$(touch x).npy", "line\nfeed.npy", "\xff\xfe.npy", "back\\nslash.npy"};
  for (const std::string& name : names) write_file(models.path(name), npy());
  fs::create_directory(models.path("odd\n\xff folder"));
  write_file(models.path("odd\n\xff folder/in.npy"), npy());
  Session session(models);
  const auto answer = [&](const std::string& typed) {
    session.type(typed);
    session.accept();
    const std::optional<BrowseChoice> choice = session.browser.take_choice();
    return choice ? choice->path : "";
  };
  CHECK(answer("-rf") == models.path("-rf"));
  CHECK(answer("$(touch x).npy") == models.path("$(touch x).npy"));
  CHECK(answer("line\\nfeed.npy") == models.path("line\nfeed.npy"));
  CHECK(answer("\\xff\\xfe.npy") == models.path("\xff\xfe.npy"));
  CHECK(answer("back\\nslash.npy") ==
        models.path("back\\nslash.npy"));  // as it is typed, where that is there
  CHECK(answer("odd\\n\\xff folder/in.npy") == models.path("odd\n\xff folder/in.npy"));
  session.type("odd");
  session.browser.complete();
  CHECK(session.browser.typed() == "odd\\n\\xff folder/");
  CHECK_FALSE(fs::exists("x"));
}

TEST_CASE("F07: paths up to the system's limit of 4,095 bytes") {
  const Models models;
  std::string folder = models.path("");
  const std::string part(200, 'p');
  while (folder.size() + part.size() + 1 < 4000) {
    folder += "/" + part;
    REQUIRE(mkdir(folder.c_str(), 0700) == 0);
  }
  const std::string name(4095 - folder.size() - 1 - 4, 'n');
  const std::string path = folder + "/" + name + ".npy";
  REQUIRE(path.size() == 4095);
  write_file(path, npy());
  Session session(models);
  session.browser.enter(folder);
  session.settle();
  CHECK(session.names() == Names{name + ".npy"});
  session.browser.move(0);
  session.accept();
  CHECK(session.browser.take_choice()->path == path);
  session.type(path);
  session.accept();
  CHECK(session.browser.take_choice()->path == path);
  session.type(path + "x");
  session.accept();
  CHECK_FALSE(session.browser.take_choice());
}

TEST_CASE("what cannot be opened says so before it is tried") {
  const Models models;
  Session session(models);
  session.preferences.all_files = true;
  session.type("notes");
  session.settle();
  REQUIRE(session.browser.preview());
  CHECK_FALSE(session.browser.preview()->readable);
  CHECK(session.browser.preview()->text.find(models.path("")) == std::string::npos);
}

TEST_CASE("the order and what is hidden change the rows, the chosen entry stays") {
  const Models models;
  write_file(models.path(".secret.npy"), npy());
  Session session(models);
  session.browser.move(2);
  CHECK(session.chosen() == "layer10.npy");
  session.preferences.hidden = true;
  session.settle();
  CHECK(session.names() == Names{"deep", ".secret.npy", "layer2.npy", "layer10.npy"});
  CHECK(session.chosen() == "layer10.npy");
  session.preferences.descending = true;
  session.settle();
  CHECK(session.names().back() == ".secret.npy");
  CHECK(session.chosen() == "layer10.npy");
}

TEST_CASE("a proposal is where it begins") {
  const Models models;
  Session session(models, BrowseMode::Open, models.path("deep/inner.npy"));
  CHECK(session.browser.folder() == models.path("deep"));
  CHECK(session.chosen() == "inner.npy");
}

TEST_CASE("saving: the ending is added, a file that is there is asked for, a missing folder is told") {
  const Models models;
  Session session(models, BrowseMode::Save, "enc/0:w");
  CHECK(session.browser.typed() == "enc_0_w");
  session.accept();
  std::optional<BrowseChoice> choice = session.browser.take_choice();
  REQUIRE(choice);
  CHECK(choice->path == models.path("enc_0_w.npy"));
  CHECK_FALSE(choice->replaces);

  session.type("layer2");
  session.accept();
  CHECK_FALSE(session.browser.take_choice());
  REQUIRE(session.browser.replacing());
  CHECK(*session.browser.replacing() == models.path("layer2.npy"));
  session.type("layer3");
  CHECK_FALSE(session.browser.replacing());
  session.type("layer2.npy");
  session.accept();
  session.browser.replace();
  choice = session.browser.take_choice();
  REQUIRE(choice);
  CHECK(choice->path == models.path("layer2.npy"));
  CHECK(choice->replaces);

  session.type("no/such/name");
  session.accept();
  CHECK_FALSE(session.browser.take_choice());
  CHECK(session.browser.message() == models.path("no/such/name.npy") + ": there is no such folder");
  session.type("");
  session.accept();
  CHECK(session.browser.message() == "The file has no name yet.");
}

TEST_CASE("saving: rows give their names, folders are entered with the name kept") {
  const Models models;
  Session session(models, BrowseMode::Save, "mine.npy");
  CHECK(session.names() == Names{"deep", "layer2.npy", "layer10.npy"});  // the name is no filter
  session.browser.choose(1);
  CHECK(session.browser.typed() == "layer2.npy");
  session.type("mine.npy");
  session.browser.choose(0);
  session.accept();
  CHECK(session.browser.folder() == models.path("deep"));
  CHECK(session.browser.typed() == "mine.npy");
  session.accept();
  CHECK(session.browser.take_choice()->path == models.path("deep/mine.npy"));
  session.browser.enter(models.path(""));
  session.type("deep");
  session.accept();
  CHECK(session.browser.folder() == models.path("deep"));
}

}  // namespace bitloupe
