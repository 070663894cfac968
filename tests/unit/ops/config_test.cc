// SPDX-License-Identifier: Apache-2.0
// node.toml: what stops a node, where the message points, and that what is printed is whole.
#include "node/ops/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/certificates.h"
#include "tests/unit/ops/whole_config.h"

namespace relais::ops {
namespace {

using ::testing::HasSubstr;

TEST(Config, a_whole_file_is_read_with_paths_from_its_own_folder) {
  const auto config = parse(kWhole);
  ASSERT_TRUE(config.has_value()) << config.error().where;
  EXPECT_EQ(config->desk.tls.certificate, "/conf/desk.crt");
  EXPECT_EQ(config->exchange.tls.certificate, "/etc/exchange.crt");
  EXPECT_EQ(config->keys.key_encryption, (std::vector<std::string>{"/conf/kek-1", "/conf/kek-2"}));
  EXPECT_EQ(config->law.packs, (std::vector<std::string>{"eu", "fr"}));
  EXPECT_EQ(config->law.parameters.at("fr.number"), ParameterValue(int64_t{987}));
  ASSERT_EQ(config->staff.size(), 2U);
  EXPECT_EQ(config->staff[0].sworn, "false");
  EXPECT_EQ(config->staff[1].sworn, "");  // unknown is not false
}

TEST(Config, what_is_left_out_has_the_defaults_of_the_operations_page) {
  const auto config = parse(with("workers = 11\n", ""));
  ASSERT_TRUE(config.has_value()) << config.error().where;
  EXPECT_EQ(config->desk.workers, 16);
  EXPECT_EQ(Config{}.ops.listen, "127.0.0.1:7102");
  EXPECT_FALSE(Config{}.ops.expose);
  EXPECT_EQ(Config{}.referral.expiry_days, 30);
}

TEST(Config, a_misspelt_key_stops_the_node_with_its_place_and_the_nearest_known_one) {
  EXPECT_EQ(problems(with("workers = 11", "worker = 11")),
            "node.toml:6:1: desk.worker: no such key (did you mean 'workers'?)");
  EXPECT_THAT(problems(with("[outbox]", "[outbux]")),
              HasSubstr("outbux: no such key (did you mean 'outbox'?)"));
  EXPECT_THAT(problems(with("workers = 11", "zzzzzzzzzzz = 11")), HasSubstr("no such key"));
  EXPECT_THAT(problems(with("level = \"warning\"", "level = \"warnin\"")),
              HasSubstr("log.level: is one of info, warning, error (did you mean 'warning'?)"));
}

TEST(Config, several_problems_are_told_together_one_a_line) {
  std::string text = with("workers = 11", "workers = 0");
  text.replace(text.find("pool = 13"), 9, "pool = 9999");
  text.replace(text.find("id = \"pass-69\""), 14, "");
  const std::string all = problems(text);
  EXPECT_THAT(all, HasSubstr("agency.id: missing; it has no default"));
  EXPECT_THAT(all, HasSubstr("node.toml:6:11: desk.workers: must be between 1 and 64"));
  EXPECT_THAT(all, HasSubstr("database.pool: must be between 2 and 128"));
  EXPECT_EQ(std::count(all.begin(), all.end(), '\n'), 2);
}

TEST(Config, a_value_of_another_type_is_refused_and_never_converted) {
  const std::pair<const char*, const char*> wrong[] = {
      {"workers = 11", "workers = \"11\""},
      {"workers = 11", "workers = 11.0"},
      {"workers = 11", "workers = true"},
      {"expose = true", "expose = 1"},
      {"id = \"pass-69\"", "id = 69"},
      {"packs = [\"eu\", \"fr\"]", "packs = \"eu\""},
      {"packs = [\"eu\", \"fr\"]", "packs = [\"eu\", 1]"},
      {"sworn = false", "sworn = \"false\""},
      {"\"fr.number\" = 987", "\"fr.number\" = 9.5"},
      {"\"fr.number\" = 987", "\"fr.number\" = []"},
  };
  for (const auto& [from, to] : wrong) EXPECT_NE(problems(with(from, to)), "") << to;
}

TEST(Config, a_parameter_of_another_kind_is_told_at_its_own_place) {
  const std::string whole = kWhole;
  const auto line =
      1 + std::count(whole.begin(),
                     whole.begin() + static_cast<std::ptrdiff_t>(whole.find("\"fr.number\"")),
                     '\n');
  EXPECT_EQ(problems(with("\"fr.number\" = 987", "\"fr.number\" = 9.5")),
            "node.toml:" + std::to_string(line) +
                ":15: law.parameters.fr.number: a parameter is a flag, a whole number or a text");
}

TEST(Config, every_table_and_secret_path_is_needed) {
  const auto nothing = parse("");
  ASSERT_FALSE(nothing.has_value());
  for (const char* needed : {"agency.id",           "agency.federation",
                             "desk.certificate",    "desk.key",
                             "desk.roots",          "exchange.certificate",
                             "exchange.key",        "exchange.roots",
                             "steward.socket",      "database.connection",
                             "ledger.key",          "signing.key",
                             "keys.key_encryption", "keys.lookup",
                             "directory.path",      "directory.stewards",
                             "law.vocabulary",      "law.path",
                             "law.packs",           "staff"}) {
    EXPECT_THAT(nothing.error().where, HasSubstr(std::string(needed) + ":"));
  }
}

TEST(Config, what_is_not_toml_is_told_with_its_place) {
  EXPECT_THAT(problems("[agency]\nid = \n"), HasSubstr("node.toml:2:"));
  EXPECT_THAT(problems("[agency]\nid = \"a\"\nid = \"b\"\n"), HasSubstr("node.toml:3:"));
  EXPECT_NE(problems("[agency]\nid = \"\xff\xfe\"\n"), "");
}

TEST(Config, a_letter_with_an_accent_where_toml_has_no_place_for_it_is_told_with_its_place) {
  EXPECT_THAT(problems("[agency]\nid = \"a\"\né = 1\n"),
              HasSubstr("node.toml:3:1: a character outside ASCII"));
  EXPECT_THAT(problems("[agency]\n# é, and in a text\nid = \"é\"\n"),
              ::testing::Not(HasSubstr("outside ASCII")));
}

TEST(Config, metrics_and_probes_reach_beyond_the_host_only_when_that_is_said) {
  for (const char* open : {"0.0.0.0:7202", "[::]:7202", "10.0.0.1:7202", "node.example:7202"}) {
    const std::string text =
        with("listen = \"0.0.0.0:7202\"\nexpose = true", "listen = \"" + std::string(open) + "\"");
    EXPECT_THAT(problems(text), HasSubstr("ops.listen: metrics and probes have no lock")) << open;
  }
  for (const char* closed : {"127.0.0.1:7202", "[::1]:7202", "localhost:7202"}) {
    const std::string text = with("listen = \"0.0.0.0:7202\"\nexpose = true",
                                  "listen = \"" + std::string(closed) + "\"");
    EXPECT_EQ(problems(text), "") << closed;
  }
}

TEST(Config, an_address_without_host_or_port_is_refused) {
  for (const char* wrong : {"", "7201", ":7201", "127.0.0.1", "127.0.0.1:", "127.0.0.1:70000",
                            "127.0.0.1:http", "127.0.0.1:-1"}) {
    EXPECT_THAT(problems(with("127.0.0.1:7201", wrong)), HasSubstr("desk.listen")) << wrong;
  }
}

TEST(Config, a_password_has_no_way_into_the_connection_text) {
  const std::string from = "host=/run/postgresql dbname=relais passfile=/etc/pass";
  for (const char* wrong :
       {"host=db password=hunter2", "host=db sslpassword=hunter2",
        "postgresql://relais:hunter2@db/relais", "postgres://relais:hunter2@db/relais"}) {
    const std::string told = problems(with(from, wrong));
    EXPECT_THAT(told, HasSubstr("database.connection")) << wrong;
    EXPECT_EQ(told.find("hunter2"), std::string::npos) << "the message repeats the password";
  }
}

TEST(Config, the_threshold_is_never_more_than_the_stewards_nor_less_than_one) {
  EXPECT_THAT(problems(with("threshold = 2", "threshold = 3")),
              HasSubstr("directory.threshold: must be between 1 and 2"));
  EXPECT_THAT(problems(with("threshold = 2", "threshold = 0")), HasSubstr("directory.threshold"));
}

TEST(Config, a_steward_is_a_verifier_key_every_character_of_it) {
  EXPECT_THAT(problems(with("M5v\"", "M5w\"")),
              HasSubstr("directory.stewards: not a verifier key"));
  EXPECT_THAT(problems(with("steward-2.test+ca2f65c7", "steward-2.test+ca2f65c8")),
              HasSubstr("keys show"));
}

TEST(Config, an_activation_needs_an_archive_two_stewards_and_the_last_word_on_parameters) {
  std::string text =
      with("packs = [\"eu\", \"fr\"]", "packs = [\"eu\"]\nactivation = \"law.note\"");
  EXPECT_THAT(problems(text), HasSubstr("law.parameters: the activation says which values"));
  text.erase(text.find("[law.parameters]"), text.find("[outbox]") - text.find("[law.parameters]"));
  EXPECT_EQ(parse(text)->law.activation, "/conf/law.note");
  std::string lacking = text;
  lacking.erase(lacking.find("archive = "), std::string("archive = \"law-archive\"\n").size());
  EXPECT_THAT(problems(lacking), HasSubstr("needs law.archive"));
  lacking = text;
  const size_t second = lacking.find(",\n  \"steward-2");
  lacking.erase(second, lacking.find(']', second) - second);
  lacking.replace(lacking.find("threshold = 2"), 13, "threshold = 1");
  EXPECT_THAT(problems(lacking), HasSubstr("two different stewards activate"));
}

TEST(Config, a_ledger_has_one_key_or_one_a_year) {
  const auto yearly = parse(with("key = \"ledger.seed\"", "keys = [\"l-2026\", \"/l-2027\"]"));
  ASSERT_TRUE(yearly.has_value()) << yearly.error().where;
  EXPECT_EQ(yearly->ledger.keys, (std::vector<std::string>{"/conf/l-2026", "/l-2027"}));
  EXPECT_THAT(problems(with("key = \"ledger.seed\"", "key = \"a\"\nkeys = [\"b\"]")),
              HasSubstr("either key, one file, or keys, one a year"));
}

TEST(Config, what_is_printed_holds_every_value_in_force) {
  const auto config = parse(kWhole);
  ASSERT_TRUE(config.has_value());
  const std::string printed = describe(*config);
  for (const char* value : {"pass-69",
                            "demo.example",
                            "127.0.0.1:7201",
                            ":11",
                            "/conf/desk.crt",
                            "/conf/desk.key",
                            "/conf/desk-roots.crt",
                            "0.0.0.0:7200",
                            ":12",
                            "/etc/exchange.crt",
                            "/conf/exchange.key",
                            "/conf/exchange-roots.crt",
                            "\"peer_at_once\":10",
                            "\"peer_waiting\":47",
                            "\"peer_per_second\":1001",
                            "/conf/steward.sock",
                            "0.0.0.0:7202",
                            "\"expose\":true",
                            "host=/run/postgresql",
                            ":13",
                            "4321",
                            "/conf/ledger.seed",
                            "257",
                            "1025",
                            "\"cover\":17,\"cadence_seconds\":61",
                            "/conf/witnesses.txt\",\"every_seconds\":21",
                            "/conf/witness.seed\",\"per_second\":22",
                            "\"every_hours\":23",
                            "/conf/signing.seed",
                            "/conf/kek-1",
                            "/conf/kek-2",
                            "/conf/lookup.key",
                            "/conf/directory.note",
                            "steward-1.test+84681f0c+",
                            "steward-2.test+ca2f65c7+",
                            "\"threshold\":2",
                            "\"reload_seconds\":6",
                            "/conf/vocabulary.toml",
                            "/conf/law\"",
                            "/conf/law-archive",
                            "\"eu\"",
                            "\"fr\"",
                            "\"fr.flagged\":true",
                            "987",
                            "worded",
                            ":14",
                            "501",
                            "901",
                            "169",
                            "9999",
                            ":31",
                            "warning",
                            "worker",
                            "social_work_assistant",
                            "\"secrecy\":\"profession\"",
                            "social_list",
                            "\"sworn\":false",
                            "\"may\":[\"refer\",\"duty\"]",
                            "guest",
                            "volunteer"}) {
    EXPECT_THAT(printed, HasSubstr(value));
  }
  EXPECT_EQ(printed.find('\n'), std::string::npos);
}

TEST(Config, a_file_that_cannot_be_read_is_told_with_its_reason) {
  const test::TestFolder folder;
  const auto missing = load_config(folder.file("node.toml"));
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().kind, FaultKind::not_found);
  EXPECT_EQ(missing.error().where, folder.file("node.toml") + ": No such file or directory");
  const auto is_folder = load_config(folder.path());
  ASSERT_FALSE(is_folder.has_value());
  EXPECT_EQ(is_folder.error().where, folder.path() + ": a folder, not a file");
  std::ofstream(folder.file("huge.toml")) << std::string((1 << 20) + 1, '#');
  const auto huge = load_config(folder.file("huge.toml"));
  ASSERT_FALSE(huge.has_value());
  EXPECT_THAT(huge.error().where, HasSubstr("larger than 1 MiB"));
}

TEST(Config, a_file_is_read_as_its_text_is) {
  const test::TestFolder folder;
  std::ofstream(folder.file("node.toml")) << kWhole;
  const auto config = load_config(folder.file("node.toml"));
  ASSERT_TRUE(config.has_value()) << config.error().where;
  EXPECT_EQ(config->signing.key, folder.file("signing.seed"));
}

}  // namespace
}  // namespace relais::ops
