// Paths as text: what is typed, what is shown, what is proposed.
#include "app/browser/path_text.h"

#include <doctest/doctest.h>

#include "core/io/display_text.h"

using namespace bitloupe;

TEST_CASE("a typed path is a folder and the beginning of a name") {
  CHECK(split_typed("enc") == TypedPath{"", "enc"});
  CHECK(split_typed("/usr/sh") == TypedPath{"/usr/", "sh"});
  CHECK(split_typed("a/b/") == TypedPath{"a/b/", ""});
  CHECK(split_typed("~/mod") == TypedPath{"~/", "mod"});
  CHECK(split_typed("~") == TypedPath{"~/", ""});
  CHECK(split_typed("..") == TypedPath{"../", ""});
  CHECK(split_typed("~x") == TypedPath{"", "~x"});
  CHECK(split_typed("-rf") == TypedPath{"", "-rf"});
}

TEST_CASE("parts of paths, and paths made plain by their text") {
  CHECK(join_path("/", "a") == "/a");
  CHECK(join_path("/a", "b") == "/a/b");
  CHECK(parent_folder("/a/b") == "/a");
  CHECK(parent_folder("/a/b/") == "/a");
  CHECK(parent_folder("/") == "/");
  CHECK(last_name("/a/b/") == "b");
  CHECK(last_name("/") == "/");
  CHECK(plain_path("/a/b", "c.npy") == "/a/b/c.npy");
  CHECK(plain_path("/a/b", "../c//./d/") == "/a/c/d");
  CHECK(plain_path("/a", "/x/../../..") == "/");
  const std::vector<Crumb> crumbs = crumbs_of("/home/me");
  REQUIRE(crumbs.size() == 3);
  CHECK(crumbs[2].path == "/home/me");
  CHECK(crumbs[2].name == "me");
  CHECK(crumbs_of("/").size() == 1);
}

TEST_CASE("F07: what is shown of an odd name leads back to its bytes") {
  for (const std::string& name : {std::string("a b"), std::string("line\nfeed"), std::string("\xff\xfe.npy"),
                                  std::string("tab\t\x1b[0m"), std::string("\u202egnp.npy"),
                                  std::string("qu'o\"te$(x)`y`"), std::string("e\u0301 and \u00e9")}) {
    CAPTURE(displayed(name));
    CHECK(undisplayed(displayed_path(name)) == name);
  }
  CHECK(undisplayed("C:\\new\\x") == "C:\new\\x");  // whether that is meant, the file system says
  CHECK(undisplayed("\\") == "\\");
  CHECK(undisplayed("\\x4") == "\\x4");
  CHECK(undisplayed("\\u20") == "\\u20");
}

TEST_CASE("F22: proposed names are such as every file system takes") {
  CHECK(clean_file_name("encoder.0/weight:fp16.svg") == "encoder.0_weight_fp16.svg");
  CHECK(clean_file_name("") == "unnamed");
  CHECK(clean_file_name("..") == "unnamed");
  CHECK(clean_file_name("a\nb\x7f\xff?.csv") == "a_b___.csv");
  CHECK(clean_file_name("trailing. ") == "trailing");
  CHECK(clean_file_name("über größe") == "über größe");
  const std::string cut = clean_file_name(std::string(199, 'a') + "é" + std::string(100, 'b'));
  CHECK(cut == std::string(199, 'a'));
}
