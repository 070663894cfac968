// SPDX-License-Identifier: Apache-2.0
#include "admin/command.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

namespace relais::admin {
namespace {

TEST(Command, a_misspelt_noun_is_told_the_right_one) {
  EXPECT_EQ(complaint_about({"dirctory", "sign"}, commands()),
            "no command 'dirctory'; did you mean 'directory'?");
}

TEST(Command, a_misspelt_verb_is_told_the_right_one) {
  EXPECT_EQ(complaint_about({"consent", "witdraw"}, commands()),
            "no command 'consent witdraw'; did you mean 'consent withdraw'?");
}

TEST(Command, a_verb_that_is_near_nothing_is_told_them_all) {
  EXPECT_EQ(
      complaint_about({"keys", "xyzzy"}, commands()),
      "no command 'keys xyzzy'; 'keys' knows: authority, certificate, new, restore, rotate, show");
}

TEST(Command, a_noun_that_is_near_nothing_is_told_them_all_or_the_command_it_is_the_verb_of) {
  EXPECT_EQ(complaint_about({"statement"}, commands()),
            "no command 'statement'; did you mean 'access statement'?");
  const std::string all = complaint_about({"xyzzy"}, commands());
  EXPECT_TRUE(all.starts_with("no command 'xyzzy'; there are: access, config, ")) << all;
  EXPECT_TRUE(complaint_about({"verify"}, commands()).starts_with("no command 'verify'; there are"))
      << "three nouns have it";
}

TEST(Command, what_is_missing_comes_with_the_way_to_the_help_of_its_command) {
  const Command one{"receipt", "verify", "", {}, nullptr};
  EXPECT_EQ(way_to_help(&one), "; relaisctl receipt verify --help says more");
  const Command status{"status", "", "", {}, nullptr};
  EXPECT_EQ(way_to_help(&status), "; relaisctl status --help says more");
  EXPECT_EQ(way_to_help(nullptr), "; relaisctl --help says more");
}

TEST(Command, right_words_are_not_complained_about) {
  for (const Command& one : commands()) {
    EXPECT_EQ(complaint_about({one.noun, one.verb}, commands()), "") << one.noun;
  }
}

TEST(Command, a_misspelt_option_is_told_the_right_one) {
  const Command command{"x", "y", "", {needed("person", ""), operand("FILE", "")}, nullptr};
  EXPECT_EQ(nearest_option("--persn", command), "--person");
  EXPECT_EQ(nearest_option("--jsno", command), "--json");
  EXPECT_EQ(nearest_option("--FILE", command), "");
}

TEST(Command, an_option_it_does_not_know_is_named_before_anything_that_is_missing) {
  const Command command{"x", "y", "", {needed("person", ""), option("lang", "")}, nullptr};
  EXPECT_EQ(complaint_about_options({"x", "y", "--persn", "1"}, &command),
            "no option '--persn'; did you mean '--person'?");
  EXPECT_EQ(complaint_about_options({"x", "y", "--xyzzy=1"}, &command),
            "no option '--xyzzy'; --help lists them");
  EXPECT_EQ(complaint_about_options({"x", "y", "--lang", "fr", "--json"}, &command), "");
}

TEST(Command, an_option_before_its_command_is_told_where_it_stands) {
  EXPECT_EQ(complaint_about_options({"--socket", "/run/s", "status"}, nullptr),
            "'--socket' stands after the command it belongs to");
  EXPECT_EQ(complaint_about_options({"--jsn", "status"}, nullptr),
            "no option '--jsn'; did you mean '--json'?");
}

TEST(Command, a_noun_is_explained_by_its_verbs) {
  EXPECT_EQ(verbs_of("consent", commands()), "list, give, withdraw");
}

TEST(Command, every_row_has_its_help_and_its_function_and_no_name_twice) {
  std::set<std::string> seen;
  for (const Command& one : commands()) {
    EXPECT_FALSE(one.help.empty()) << one.noun;
    EXPECT_NE(one.run, nullptr) << one.noun;
    EXPECT_TRUE(seen.insert(one.noun + " " + one.verb).second) << one.noun << " " << one.verb;
    std::set<std::string> names;
    for (const Parameter& parameter : one.parameters) {
      EXPECT_TRUE(names.insert(parameter.name).second) << one.noun << " --" << parameter.name;
    }
  }
}

TEST(Output, shows_nothing_that_could_steer_a_terminal) {
  std::ostringstream out, err;
  Output output(out, err, false);
  output.done({},
              "one\ntwo \x1b[31m\nthr\xc3\xa9\x65 \xc2\x9b"
              "2J\n\xe2\x80\xae"
              "four\n");
  EXPECT_EQ(out.str(), "one\ntwo ?[31m\nthr??e ??2J\n???four\n");
  output.fault({FaultKind::invalid, "a file is not usable", "a.toml: no such key '\x1b]0;x\a'"});
  EXPECT_EQ(err.str(), "relaisctl: a file is not usable: a.toml: no such key '?]0;x?'\n");
  err.str("");
  output.usage("no command '\x1b[2J'");
  EXPECT_EQ(err.str(), "relaisctl: no command '?[2J'\n");
}

TEST(Output, is_one_object_whatever_bytes_an_argument_holds) {
  std::ostringstream out, err;
  Output output(out, err, true);
  EXPECT_EQ(output.usage("no command '\xff'"), kUsage);
  EXPECT_EQ(nlohmann::json::parse(err.str()).at("fault"), "usage");
}

TEST(Command, withdrawing_a_consent_asks_for_the_reason) {
  for (const Command& one : commands()) {
    if (one.noun != "consent" || one.verb != "withdraw") continue;
    for (const Parameter& parameter : one.parameters) {
      if (parameter.name == "reason") {
        EXPECT_TRUE(parameter.required);
        return;
      }
    }
  }
  ADD_FAILURE() << "no --reason";
}

TEST(Command, a_command_that_asks_the_node_needs_to_know_which) {
  Command command{"status", "", "", {}, nullptr};
  EXPECT_EQ(missing_config(command, {}), "");
  command.needs_config = true;
  EXPECT_EQ(missing_config(command, {}), "'status' needs -c node.toml");
  EXPECT_EQ(missing_config(command, {"node.toml", {}}), "");
  EXPECT_EQ(missing_config(command, {"", {{"socket", {"/run/relais.sock"}}}}), "");
}

TEST(Output, what_may_work_later_is_told_apart_from_what_is_refused) {
  std::ostringstream out;
  std::ostringstream err;
  Output output(out, err, false);
  EXPECT_EQ(output.fault({FaultKind::unavailable, "away", {}, nullptr}), kUnavailable);
  EXPECT_EQ(output.fault({FaultKind::in_doubt, "who knows", {}, nullptr}), kUnavailable);
  EXPECT_EQ(output.fault({FaultKind::forbidden, "no", "key", nullptr}), kRefused);
  EXPECT_EQ(out.str(), "");
  EXPECT_EQ(err.str(), "relaisctl: away\nrelaisctl: who knows\nrelaisctl: no: key\n");
}

TEST(Output, with_json_a_fault_is_one_object_with_its_telephone_route) {
  std::ostringstream out;
  std::ostringstream err;
  Output output(out, err, true);
  EXPECT_EQ(output.fault({FaultKind::unavailable, "away", "database", "call 119"}), kUnavailable);
  EXPECT_EQ(nlohmann::json::parse(err.str()), (nlohmann::json{{"fault", "unavailable"},
                                                              {"message", "away"},
                                                              {"where", "database"},
                                                              {"telephone_route", "call 119"}}));
}

}  // namespace
}  // namespace relais::admin
