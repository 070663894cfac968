// SPDX-License-Identifier: Apache-2.0
// From the rules that fired and hold to what is released: law.md, "The decision", from "Grant" on.
#include "policy/judge_steps.h"

namespace relais::policy {
namespace {

// Of the bars that hold and that nothing overrides, what each defeats.
void find_defeats(const DecisionTable& table, Judgement& judgement) {
  const auto clear = [&](size_t rule) { judgement.defeated[rule] = CategorySet{}; };
  judgement.fired.each(clear);
  judgement.open.each(clear);
  const RuleGroups& named = table.named();
  const auto exists = [&](size_t i) { return judgement.fired.word(i) | judgement.open.word(i); };
  judgement.holding.each_of(table.row(DecisionTable::Row::bars), [&](size_t number) {
    const Line& bar = table.line(number);
    const DecisionTable::Detail& detail = table.detail(number);
    judgement.barred |= bar.mask;
    if (detail.has_overriders && named.meets(detail.overriders, judgement.fired)) return;
    named.each_in(bar.group, exists, [&](size_t rule) { judgement.defeated[rule] |= bar.mask; });
  });
}

void find_live(const Law& law, Claims claims, Judgement& judgement) {
  const DecisionTable& table = law.table();
  judgement.fired.each([&](size_t number) {
    const Line& rule = table.line(number);
    const CategorySet granted = live(rule, number, judgement);
    judgement.live[number] = granted;
    judgement.granted |= granted;
    if (rule.kind != RuleKind::duty) return;
    judgement.owed |= granted;
    judgement.contested |= contested(rule, number, judgement);
  });
  judgement.open.each([&](size_t number) {
    judgement.contested |= contested(table.line(number), number, judgement);
  });
  for (const Ground& claim : claims) judgement.granted |= standing_of(law, claim, judgement);
}

// Silences of a group are answered by the same lifts: those are asked once. A claim of a rule that
// this law does not know can answer where the silence says `freed_by`.
void find_answers(const Law& law, Claims claims, Judgement& judgement) {
  const DecisionTable& table = law.table();
  const auto ready = [&](size_t i) { return judgement.ready.word(i); };
  judgement.holding.each_but(table.row(DecisionTable::Row::bars), [&](size_t number) {
    const Line& silence = table.line(number);
    judgement.answers[silence.group].silence |= silence.mask;
  });
  for (uint32_t group = 0; group < judgement.answers.size(); ++group) {
    Answers& answers = judgement.answers[group];
    if (answers.silence.empty()) continue;
    table.answering().each_in(group, ready,
                              [&](size_t rule) { answers.live |= judgement.live[rule]; });
    const Rule& silence = law.rules()[table.silences()[group]];
    for (const Ground& claim : claims) {
      if (!declares_basis(claim.bases, silence.freed_by)) continue;
      answers.live |= standing_of(law, claim, judgement);
    }
  }
}

// What every engaged pack passes: every silence that holds is answered; where a bar holds, some
// rule is live; and there is a rule that is live, or a need. Only engaged packs' rules hold.
CategorySet passed(const Judgement& judgement) {
  CategorySet passed = judgement.granted | (judgement.gates.need & judgement.gates.ceiling);
  passed = passed.minus(judgement.barred.minus(judgement.granted));
  for (const Answers& answers : judgement.answers) {
    passed = passed.minus(answers.silence.minus(answers.live | judgement.owed));
  }
  return passed;
}

Outcome outcome_of(const DecisionTable& table, const Judgement& judgement) {
  bool blocked = false;
  CategorySet conflict;
  judgement.fired.each([&](size_t number) {
    const Line& duty = table.line(number);
    if (duty.kind != RuleKind::duty) return;
    conflict |= grant(duty, number, judgement) & judgement.defeated[number];
    blocked = blocked || !judgement.ready[number];
  });
  if (!(conflict & judgement.gates.data).empty()) return Outcome::conflict;
  if (blocked) return Outcome::blocked;
  if (!(judgement.owed & judgement.released).empty()) return Outcome::oblige;
  return judgement.released.empty() ? Outcome::deny : Outcome::permit;
}

}  // namespace

CategorySet standing_of(const Law& law, const Ground& claim, const Judgement& judgement) {
  if (law.find(claim.rule) != nullptr) return {};
  CategorySet standing = judgement.gates.need;
  for (const uint16_t number : law.bars()) {
    const Rule& bar = law.rules()[number];
    const bool defeats = judgement.holding[number] && bar.names_every_lift &&
                         !bar.overridden_by.meets(judgement.fired) &&
                         !declares_basis(claim.bases, bar.unless_basis);
    if (defeats) standing = standing.minus(bar.mask);
  }
  return standing;
}

void conclude(const Law& law, const Facts& facts, Claims claims, Judgement& judgement) {
  const DecisionTable& table = law.table();
  const Vocabulary& words = law.words();
  find_defeats(table, judgement);
  find_live(law, claims, judgement);
  find_answers(law, claims, judgement);
  CategorySet released;
  if (judgement.engaged != 0) {
    released = judgement.gates.data & words.decidable() & passed(judgement);
  }
  if (judgement.side == Side::receiver) released &= judgement.gates.need;
  released = released.minus(judgement.contested);
  const bool probe =
      facts.is_known(FactKey::state) && facts.value(FactKey::state) == table.capacity_probe();
  if (!released.empty() && !probe) released |= judgement.gates.data & words.tier(0);
  judgement.released = released;
  judgement.outcome = outcome_of(table, judgement);
}

}  // namespace relais::policy
