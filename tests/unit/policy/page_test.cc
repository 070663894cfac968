// SPDX-License-Identifier: Apache-2.0
// The worked example of docs/law-packs.md is taken from the page and run.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "policy/case_file.h"
#include "policy/commands/commands.h"
#include "policy/document.h"
#include "tests/unit/policy/laws.h"

namespace relais::policy {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

// The block of the page that stands after "<!-- example: NAME -->".
std::string example(const std::string& name) {
  const auto page = read_file(std::string(RELAIS_SOURCE_DIR) + "/docs/law-packs.md");
  RELAIS_CHECK(page.has_value());
  const size_t mark = page->find("<!-- example: " + name + " -->");
  RELAIS_CHECK(mark != std::string::npos);
  const std::string fence = "```toml\n";
  const size_t begin = page->find(fence, mark) + fence.size();
  return page->substr(begin, page->find("```", begin) - begin);
}

class Page : public ::testing::Test {
 protected:
  Page() : folder_(fs::temp_directory_path() / ("relais-page-" + std::to_string(::getpid()))) {
    fs::create_directories(folder_);
    write("entraide.toml", example("entraide.toml"));
    write("entraide.cases.toml", example("entraide.cases.toml"));
  }
  ~Page() override { fs::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
  }
  std::string run(const std::vector<std::string>& verb, int& code) const {
    std::vector<std::string> args = verb;
    args.insert(args.end(), {"--law", folder_.string(), "--vocabulary",
                             std::string(RELAIS_SOURCE_DIR) + "/policy/vocabulary.toml"});
    std::ostringstream out;
    code = run_policy(args, out, out);
    return out.str();
  }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }

 private:
  fs::path folder_;
};

TEST_F(Page, its_pack_loads_and_its_cases_pass) {
  int code = 1;
  EXPECT_EQ(run({"test", path("entraide.cases.toml")}, code), "5 passed, 0 failed\n");
  EXPECT_EQ(code, 0);
}

TEST_F(Page, its_pack_has_the_cases_that_check_asks_for) {
  int code = 1;
  EXPECT_THAT(run({"check"}, code), HasSubstr("2 rules, 0 remarks, 0 failed cases"));
  EXPECT_EQ(code, 0);
}

TEST_F(Page, the_message_it_quotes_is_the_one_that_is_printed) {
  std::string pack = example("entraide.toml");
  pack.replace(pack.find("sender.category"), 15, "sender.categroy");
  write("entraide.toml", pack);
  int code = 0;
  EXPECT_THAT(run({"check"}, code),
              HasSubstr("entraide.toml:9:10: unknown fact \"sender.categroy\"; did you mean "
                        "\"sender.category\"?"));
  EXPECT_NE(code, 0);
}

// A near miss for each condition: what the page promises of its own cases.
TEST_F(Page, its_cases_notice_each_condition_that_is_dropped) {
  const std::vector<std::string> lines{"when = { \"recipient.category\" = [\"health\"] }\n",
                                       "purposes = [\"care_coordination\"]\n",
                                       "require = { \"information.subject\" = [\"before\"] }\n"};
  for (const std::string& line : lines) {
    std::string pack = example("entraide.toml");
    ASSERT_NE(pack.find(line), std::string::npos) << line;
    pack.erase(pack.find(line), line.size());
    write("entraide.toml", pack);
    int code = 0;
    run({"test", path("entraide.cases.toml")}, code);
    EXPECT_EQ(code, 1) << line;
  }
}

}  // namespace
}  // namespace relais::policy
