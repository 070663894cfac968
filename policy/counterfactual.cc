// SPDX-License-Identifier: Apache-2.0
// The search is by size: all single changes, then pairs, then threes; it stops at the first size
// that helps, so what it reports is smallest, and every one was judged.
#include <algorithm>

#include "policy/account.h"

namespace relais::policy {
namespace {

constexpr size_t kMostCandidates = 16;
constexpr size_t kMostChanges = 3;
constexpr size_t kMostAnswers = 8;

// One thing people can do, as changes that go together.
struct Candidate {
  std::vector<Change> changes;
};

void add_inform(const Law& law, const Facts& facts, std::vector<Candidate>& list) {
  for (const FactKey key :
       {FactKey::information_subject, FactKey::information_parents, FactKey::information_child}) {
    // Whom a professional chose not to tell is nobody to propose telling.
    const std::string told = facts.text(law.words(), key);
    if (!law.mentions(key) || told == "before" || told == "waived") continue;
    list.push_back({{{Change::Kind::inform, key, "before"}}});
  }
}

void add_consent(const Facts& facts, const Judgement& judgement, std::vector<Candidate>& list) {
  const CategorySet asked = judgement.gates.data & judgement.gates.need;
  const bool enough = judgement.gates.consent_satisfied &&
                      facts.is_true(FactKey::consent_written) &&
                      facts.is_true(FactKey::consent_elements_complete) &&
                      asked.within(facts.categories(FactKey::consent_categories));
  if (enough) return;
  list.push_back({{{Change::Kind::obtain_consent, FactKey::consent_state, "given"}}});
}

// Dropping helps against a conflict, and against a bar or silence that speaks of the data itself.
void add_drops(const Law& law, const Judgement& judgement, std::vector<Candidate>& list) {
  const CategorySet data = judgement.gates.data;
  const CategorySet contested = judgement.contested & data;
  if (judgement.outcome == Outcome::conflict && contested != data) {
    Candidate all;
    contested.each([&](CategoryBit bit) {
      all.changes.push_back({Change::Kind::drop_category, FactKey::data, law.words().at(bit).code});
    });
    list.push_back(std::move(all));
  }
  CategorySet mentioned;
  for (const Term& term : law.conditions().terms) {
    const bool about_data = term.op == Term::Op::meets && term.fact == FactKey::data;
    if (about_data) mentioned |= CategorySet{term.value};
  }
  (mentioned & data).each([&](CategoryBit bit) {
    list.push_back({{{Change::Kind::drop_category, FactKey::data, law.words().at(bit).code}}});
  });
}

std::vector<Candidate> candidates_for(const Law& law, const Facts& facts,
                                      const Judgement& judgement) {
  std::vector<Candidate> list;
  add_inform(law, facts, list);
  if (law.mentions(FactKey::recipient_named) && !facts.is_true(FactKey::recipient_named)) {
    list.push_back({{{Change::Kind::name_recipient, FactKey::recipient_named, "true"}}});
  }
  const FactKey sought = FactKey::facts_consent_sought;
  if (law.mentions(sought) && !facts.is_true(sought)) {
    list.push_back({{{Change::Kind::seek_consent, sought, "true"}}});
  }
  add_consent(facts, judgement, list);
  add_drops(law, judgement, list);
  if (list.size() > kMostCandidates) list.resize(kMostCandidates);
  return list;
}

// A consent by someone who may give it: informed, written, in date, for this recipient and purpose.
void obtain_consent(const Vocabulary& words, Facts& facts) {
  RELAIS_CHECK(facts.set(words, FactKey::consent_state, "given").has_value());
  for (const FactKey key : {FactKey::consent_informed, FactKey::consent_covers_recipient,
                            FactKey::consent_covers_purpose, FactKey::consent_has_expiry,
                            FactKey::consent_written, FactKey::consent_elements_complete}) {
    facts.set(key, true);
  }
  facts.set(FactKey::consent_giver_is_author, false);
  facts.set(FactKey::consent_condition_of_service, false);
  const CategorySet asked = facts.categories(FactKey::data) & facts.categories(FactKey::need);
  facts.set(FactKey::consent_categories, facts.categories(FactKey::consent_categories) | asked);
}

void apply(const Vocabulary& words, const Change& change, Facts& facts) {
  switch (change.kind) {
    case Change::Kind::inform:
      RELAIS_CHECK(facts.set(words, change.fact, change.value).has_value());
      return;
    case Change::Kind::name_recipient:
    case Change::Kind::seek_consent:
      facts.set(change.fact, true);
      return;
    case Change::Kind::obtain_consent:
      obtain_consent(words, facts);
      return;
    case Change::Kind::drop_category: {
      const CategorySet dropped = CategorySet::only(*words.find(change.value));
      facts.set(FactKey::data, facts.categories(FactKey::data).minus(dropped));
      return;
    }
  }
}

bool lets_leave(Outcome outcome) {
  return outcome == Outcome::permit || outcome == Outcome::oblige;
}

class Search {
 public:
  Search(const Law& law, const Facts& facts, const Judgement& before)
      : law_(law),
        facts_(facts),
        before_(before),
        candidates_(candidates_for(law, facts, before)) {}

  std::vector<Counterfactual> run() {
    keep_what_can_help();
    for (size_t size = 1; size <= kMostChanges; ++size) {
      std::vector<size_t> chosen;
      choose(0, size, chosen);
    }
    return std::move(found_);
  }

 private:
  void choose(size_t from, size_t left, std::vector<size_t>& chosen) {
    if (left == 0) return try_out(chosen);
    for (size_t i = from; i + left <= candidates_.size(); ++i) {
      chosen.push_back(i);
      choose(i + 1, left - 1, chosen);
      chosen.pop_back();
    }
  }

  void try_out(const std::vector<size_t>& chosen) {
    if (found_.size() >= kMostAnswers || contains_answer(chosen)) return;
    const Facts facts = with_changes(chosen);
    judge(law_, facts, after_);
    if (!is_more(after_)) return;
    Counterfactual answer{{}, after_.outcome, after_.released, facts};
    for (const size_t i : chosen) {
      const auto& changes = candidates_[i].changes;
      answer.changes.insert(answer.changes.end(), changes.begin(), changes.end());
    }
    found_.push_back(std::move(answer));
    answers_.push_back(chosen);
  }

  Facts with_changes(const std::vector<size_t>& chosen) const {
    Facts facts = facts_;
    for (const size_t i : chosen) {
      for (const Change& change : candidates_[i].changes) apply(law_.words(), change, facts);
    }
    return facts;
  }

  bool is_more(const Judgement& after) const {
    return lets_leave(after.outcome) &&
           (!after.released.within(before_.released) || !lets_leave(before_.outcome));
  }

  // Most refusals no change can help; one judgement of everything done at once tells.
  void keep_what_can_help() {
    std::vector<size_t> deeds;
    bool drops = false;
    for (size_t i = 0; i < candidates_.size(); ++i) {
      const bool drop = candidates_[i].changes[0].kind == Change::Kind::drop_category;
      drops = drops || drop;
      if (!drop) deeds.push_back(i);
    }
    judge(law_, with_changes(deeds), after_);
    if (!drops && !is_more(after_)) candidates_.clear();
  }

  bool contains_answer(const std::vector<size_t>& chosen) const {
    return std::any_of(answers_.begin(), answers_.end(), [&](const std::vector<size_t>& answer) {
      return std::includes(chosen.begin(), chosen.end(), answer.begin(), answer.end());
    });
  }

  const Law& law_;
  const Facts& facts_;
  const Judgement& before_;
  Judgement after_;  // used again and again
  std::vector<Candidate> candidates_;
  std::vector<Counterfactual> found_;
  std::vector<std::vector<size_t>> answers_;  // the candidates of each
};

}  // namespace

std::vector<Counterfactual> find_counterfactuals(const Law& law, const Facts& facts,
                                                 const Judgement& judgement) {
  const CategorySet asked = judgement.gates.data & law.words().decidable();
  const bool complete = lets_leave(judgement.outcome) && asked.within(judgement.released);
  if (complete || asked.empty() || judgement.engaged == 0) return {};
  return Search(law, facts, judgement).run();
}

}  // namespace relais::policy
