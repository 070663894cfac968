// SPDX-License-Identifier: Apache-2.0
// What people are told, over every case that is shipped.
#include "policy/explain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <regex>

#include "policy/text.h"
#include "tests/unit/policy/shipped_cases.h"

namespace relais::policy {
namespace {

using ::testing::HasSubstr;

// Plain language guides for public information ask for sentences of at most fifteen words.
constexpr size_t kMostWords = 15;

// A sentence, and apart from it each item of the list it may hold: what follows a colon is read
// item by item.
std::vector<std::string> parts_of(const std::string& text) {
  std::vector<std::string> parts;
  std::string part;
  bool in_list = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool at_end = text[i] == '.' && (i + 1 == text.size() || text[i + 1] == ' ');
    if (text[i] == ':') in_list = true;
    if (at_end || text[i] == ':' || (in_list && text[i] == ',')) {
      parts.push_back(part);
      part.clear();
      in_list = in_list && !at_end;
    } else {
      part += text[i];
    }
  }
  if (!part.empty()) parts.push_back(part);
  return parts;
}

size_t count_words(const std::string& text) {
  size_t count = 0;
  for (const std::string& word : split(text, ' ')) {
    if (!word.empty()) ++count;
  }
  return count;
}

std::string first_sentence(const std::string& text) { return text.substr(0, text.find(". ")); }

// The ways a citation looks: a number of an article, or the abbreviations that come before one.
bool names_an_article(const std::string& text) {
  static const std::regex kArticle(
      "[0-9]|\\bart\\.|§|\\b(CASF|CSP|CPP|CSS|GDPR|RGPD|HIPAA|VAWA|FERPA|CFR|USC|OSL|SoL)\\b");
  return std::regex_search(text, kArticle);
}

void expect_plain(const std::string& text, const std::string& id) {
  EXPECT_FALSE(text.empty()) << id;
  EXPECT_FALSE(names_an_article(first_sentence(text))) << id << ": " << text;
  for (const std::string& part : parts_of(text)) {
    EXPECT_LE(count_words(part), kMostWords) << id << ": " << part;
  }
}

TEST(Explain, the_person_is_told_in_short_sentences_that_cite_no_article) {
  for (const Decided& one : shipped_cases().cases) {
    const Label told = explain_to_person(words(), one.decision);
    expect_plain(told.fr, one.given.id);
    expect_plain(told.en, one.given.id);
  }
}

TEST(Explain, every_requested_category_is_named_to_the_professional_with_its_articles) {
  for (const Decided& one : shipped_cases().cases) {
    const Label told = explain_to_professional(words(), one.decision);
    for (const Verdict& verdict : one.decision.verdicts) {
      const Label& label = words().at(verdict.category).label;
      EXPECT_THAT(told.fr, HasSubstr(label.fr)) << one.given.id;
      EXPECT_THAT(told.en, HasSubstr(label.en)) << one.given.id;
    }
    for (const VerdictGroup& group : group_verdicts(one.decision)) {
      const bool gate = group.stop == StopKind::tier || group.stop == StopKind::need ||
                        group.stop == StopKind::ceiling;
      const bool routing = group.categories.within(words().tier(0));
      const bool stayed = group.effect == Effect::must_not;
      const bool lawless = one.decision.packs.empty();  // no pack is engaged: nothing to cite
      EXPECT_TRUE(!stayed || gate || routing || lawless || !group.cites.empty()) << one.given.id;
      for (const std::string& cite : group.cites) {
        const bool translated = cite.find("GDPR") != std::string::npos;
        EXPECT_TRUE(translated || told.fr.find(cite) != std::string::npos) << one.given.id;
      }
    }
  }
}

// P14, and that the words say what was applied: nothing but what they speak of is changed.
bool may_change(const Counterfactual& one, FactKey key) {
  return std::any_of(one.changes.begin(), one.changes.end(), [&](const Change& change) {
    if (change.kind == Change::Kind::drop_category) return key == FactKey::data;
    if (change.kind != Change::Kind::obtain_consent) return key == change.fact;
    return text_of(key).starts_with("consent.");
  });
}

bool same_fact(const Facts& a, const Facts& b, FactKey key) {
  return a.is_known(key) == b.is_known(key) && a.value(key) == b.value(key);
}

TEST(Explain, each_counterfactual_is_true_when_done_and_says_all_that_was_done) {
  size_t seen = 0;
  for (const Decided& one : shipped_cases().cases) {
    const Label told = explain_to_professional(words(), one.decision);
    for (const Counterfactual& cf : one.decision.counterfactuals) {
      ++seen;
      const Decision after = evaluate(*one.law, cf.facts);
      EXPECT_EQ(after.outcome, cf.outcome) << one.given.id;
      EXPECT_EQ(after.released, cf.released) << one.given.id;
      const CategorySet gain = gain_of(one.decision, cf);
      EXPECT_FALSE(gain.empty()) << one.given.id << ": " << cf.text();
      EXPECT_THAT(told.fr, HasSubstr("être transmis : " + name_categories(words(), gain).fr));
      for (const Change& change : cf.changes) {
        EXPECT_THAT(told.fr, HasSubstr(change_for_professional(words(), change).fr));
        EXPECT_THAT(told.en, HasSubstr(change_for_professional(words(), change).en));
      }
      for (size_t i = 0; i < kFactKeys; ++i) {
        const auto key = static_cast<FactKey>(i);
        EXPECT_TRUE(same_fact(one.given.facts, cf.facts, key) || may_change(cf, key))
            << one.given.id << ": " << text_of(key);
      }
    }
  }
  EXPECT_GT(seen, 100U);
}

TEST(Explain, no_code_and_no_broken_french_is_shown_to_anyone) {
  static const std::regex kCode("[a-z]+[._][a-z_]+[a-z]");
  // Elisions and contractions that were forgotten, doubled or misplaced signs.
  static const std::regex kBroken(
      "\\b(de|le|la|ne|je|que) [aeiou]|\\b(de le|de les|à le|à les|si il|si ils)\\b|  | ,|[^ ]: "
      "| \\.|\\.\\.");
  for (const Decided& one : shipped_cases().cases) {
    const Label person = explain_to_person(words(), one.decision);
    for (const std::string& text : {person.fr, person.en}) {
      EXPECT_FALSE(std::regex_search(text, kCode)) << one.given.id << ": " << text;
    }
    EXPECT_FALSE(std::regex_search(person.fr, kBroken)) << one.given.id << ": " << person.fr;
  }
}

TEST(Explain, whatever_a_shipped_duty_may_ask_is_a_question_in_both_languages) {
  const auto law = Law::load(
      words(),
      {std::string(RELAIS_SOURCE_DIR) + "/policy/law", {"eu", "fr", "se", "uk", "us"}, {}});
  ASSERT_TRUE(law);
  FactSet asked;
  for (const Rule& rule : (*law)->rules()) {
    if (rule.kind != RuleKind::duty) continue;
    (*law)->conditions().open_facts(rule.when, Facts(), asked);
    (*law)->conditions().open_facts(rule.require, Facts(), asked);
  }
  for (const FactKey key : {FactKey::purpose, FactKey::sender_jurisdiction}) {
    asked.set(static_cast<size_t>(key));
  }
  for (size_t i = 0; i < kFactKeys; ++i) {
    if (!asked[i]) continue;
    const Label question = ask_in_words(static_cast<FactKey>(i));
    EXPECT_TRUE(question.fr.ends_with(" ?")) << question.fr;
    EXPECT_TRUE(question.en.ends_with("?")) << question.en;
  }
}

TEST(Explain, every_attachment_is_a_deed_in_both_languages) {
  for (size_t i = 0; i < kAttachments; ++i) {
    const std::string code(text_of(static_cast<Attachment>(i)));
    EXPECT_NE(attachment_in_words(code).fr, code);
    EXPECT_NE(attachment_in_words(code).en, code);
  }
}

TEST(Explain, that_counsel_has_not_reviewed_a_rule_is_said_to_both) {
  for (const Decided& one : shipped_cases().cases) {
    EXPECT_THAT(explain_to_person(words(), one.decision).en, HasSubstr("not reviewed by counsel"));
    EXPECT_THAT(explain_to_professional(words(), one.decision).en,
                HasSubstr("not reviewed by counsel"));
  }
}

}  // namespace
}  // namespace relais::policy
