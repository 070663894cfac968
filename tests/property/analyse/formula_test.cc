// SPDX-License-Identifier: Apache-2.0
// The formulas behind every "no" of the analysis against the engine: random laws and requests, and
// every case of the shipped packs.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "policy/analyse/analysis.h"
#include "policy/case_file.h"
#include "policy/judge.h"
#include "tests/property/policy/random_law.h"

namespace relais::policy {
namespace {

// Whether the formulas of a law say of one request what the engine says.
class Agreement {
 public:
  explicit Agreement(const Law& law)
      : law_(law), domain_(solver_, {&law}), formula_(solver_, domain_, law, false) {}

  // Empty: they agree.
  std::string difference(const Facts& facts) {
    build();
    if (!solver_.can_be(domain_.request(facts))) return "the request is in no domain";
    const Judgement judgement = judge(law_, facts);
    CategorySet released;
    CategorySet owed;
    law_.words().decidable().each([&](CategoryBit bit) {
      if (solver_.value(formula_.released(bit))) released |= CategorySet::only(bit);
      if (solver_.value(formula_.owed(bit))) owed |= CategorySet::only(bit);
    });
    const CategorySet decided = judgement.released & law_.words().decidable();
    if (released != decided) return "released";
    if ((owed & released) != (judgement.owed & decided)) return "owed";
    if (solver_.value(formula_.conflict()) != (judgement.outcome == Outcome::conflict)) {
      return "conflict";
    }
    if (solver_.value(formula_.blocked()) != (judgement.outcome == Outcome::blocked)) {
      return "blocked";
    }
    for (const Rule& rule : law_.rules()) {
      if (rule.grants() && solver_.value(formula_.fired(rule)) != judgement.fired[rule.number]) {
        return "fired: " + rule.id;
      }
    }
    return attachments(facts);
  }

 private:
  // Everything is built before anything is asked: the model is of what was there then.
  void build() {
    law_.words().decidable().each([&](CategoryBit bit) { formula_.released(bit); });
    formula_.conflict();
    formula_.blocked();
    for (size_t i = 0; i < kAttachments; ++i) formula_.attached(static_cast<Attachment>(i));
  }

  std::string attachments(const Facts& facts) {
    const Decision decision = decide_bare(law_, facts);
    for (size_t i = 0; i < kAttachments; ++i) {
      const auto attachment = static_cast<Attachment>(i);
      const std::string code(text_of(attachment));
      const auto& offers = decision.offers;
      // An offer hides whether a rule attaches the same thing.
      if (std::find(offers.begin(), offers.end(), code) != offers.end()) continue;
      if (solver_.value(formula_.attached(attachment)) != decision.has_attachment(code)) {
        return "attachment " + code;
      }
    }
    return {};
  }

  const Law& law_;
  Solver solver_;
  Domain domain_;
  LawFormula formula_;
};

RC_GTEST_PROP(Formulas, say_what_the_engine_says_about_random_laws, ()) {
  const auto law = law_of(random_rules());
  Agreement agreement(*law);
  for (int i = 0; i < 10; ++i) {
    const Facts facts = random_facts();
    RC_ASSERT(agreement.difference(facts) == "");
  }
}

TEST(Formulas, say_what_the_engine_says_about_every_case_of_the_shipped_packs) {
  const std::string folder = std::string(RELAIS_SOURCE_DIR) + "/policy/law";
  for (const char* name : {"eu", "fr", "se", "uk", "us"}) {
    const auto file = CaseFile::load(words(), folder + "/" + name + ".cases.toml");
    ASSERT_TRUE(file.has_value());
    const auto law = Law::load(words(), {folder, file->packs, {}});
    ASSERT_TRUE(law.has_value());
    Agreement agreement(**law);
    for (const Case& one : file->cases) {
      if (!one.parameters.empty()) continue;
      EXPECT_EQ(agreement.difference(one.facts), "") << one.id;
    }
  }
}

// A request whose facts were forgotten one by one stays a witness of the same thing.
RC_GTEST_PROP(Witnesses, show_after_shrinking_what_they_showed_before, ()) {
  const auto law = law_of(random_rules());
  const Facts facts = random_facts();
  const Judgement before = judge(*law, facts);
  RC_PRE(!before.released.empty());
  const auto shows = [&](const Facts& one) { return judge(*law, one).released == before.released; };
  const Facts small = shrink(facts, shows);
  RC_ASSERT(shows(small));
  RC_ASSERT(small.value(FactKey::date) == facts.value(FactKey::date));
}

}  // namespace
}  // namespace relais::policy
