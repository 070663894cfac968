// SPDX-License-Identifier: Apache-2.0
#include "node/ops/retention.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace relais::ops {
namespace {

using testing::HasSubstr;

const policy::Vocabulary& words() {
  static const policy::Vocabulary all =
      policy::Vocabulary::load(RELAIS_SOURCE_DIR "/policy/vocabulary.toml").value();
  return all;
}

std::string duty(const std::string& more) {
  return "[[duty]]\nid = \"file\"\narticle = \"an article\"\nreason_fr = \"dossier\"\n"
         "reason_en = \"file\"\n" +
         more;
}

TEST(Retention, a_duty_is_dated_and_names_its_article_and_purposes) {
  const auto read = parse_retention(
      duty("purposes = [\"housing_orientation\"]\ndays = 30\nfrom = 2026-01-01\nto = 2026-12-31\n"),
      "retention.toml", words());
  ASSERT_TRUE(read.has_value()) << read.error().where;
  ASSERT_EQ(read->size(), 1u);
  EXPECT_EQ(read->front().days, 30);
  EXPECT_EQ(read->front().from.text(), "2026-01-01");
  EXPECT_EQ(read->front().to->text(), "2026-12-31");
}

TEST(Retention, without_a_file_there_is_no_duty) {
  EXPECT_TRUE(load_retention("", words()).value().empty());
  EXPECT_FALSE(load_retention("/nowhere/retention.toml", words()).has_value());
}

TEST(Retention, what_is_missing_or_misspelt_is_named_with_its_place) {
  const auto broken = [](const std::string& more) {
    const auto read = parse_retention(duty(more), "r.toml", words());
    return read ? std::string("accepted") : read.error().where;
  };
  EXPECT_THAT(broken("days = 3\nfrom = 2026-01-01\n"), HasSubstr("purposes"));
  EXPECT_THAT(broken("purposes = [\"nothing\"]\ndays = 3\nfrom = 2026-01-01\n"),
              HasSubstr("no such purpose"));
  EXPECT_THAT(broken("purposes = [\"research\"]\nfrom = 2026-01-01\n"), HasSubstr("days"));
  EXPECT_THAT(broken("purposes = [\"research\"]\ndays = 3\n"), HasSubstr("from"));
  EXPECT_THAT(broken("purposes = [\"research\"]\ndays = 3\nfrom = 2026-01-01\nuntill = 1\n"),
              HasSubstr("untill"));
}

TEST(Retention, an_article_fits_into_what_recipients_are_told) {
  const std::string text = "[[duty]]\nid = \"a\"\narticle = \"" + std::string(161, 'x') +
                           "\"\nreason_fr = \"b\"\nreason_en = \"c\"\n"
                           "purposes = [\"research\"]\ndays = 3\nfrom = 2026-01-01\n";
  const auto read = parse_retention(text, "retention.toml", words());
  ASSERT_FALSE(read.has_value());
  EXPECT_THAT(read.error().where, HasSubstr("at most 160 bytes"));
}

}  // namespace
}  // namespace relais::ops
