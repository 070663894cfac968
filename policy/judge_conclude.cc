// SPDX-License-Identifier: Apache-2.0
// From the rules that fired and hold to what is released: law.md, "The decision", from "Grant" on.
#include "policy/judge_steps.h"

namespace relais::policy {
namespace {

// What one engaged pack passes: every silence of it that holds is answered; where one of its bars
// holds, some rule is live; and there is a rule that is live, or a need.
CategorySet passed_by(const Law& law, size_t pack, const Judgement& judgement,
                      std::span<const Ground> claims) {
  CategorySet passed = judgement.granted | (judgement.gates.need & judgement.gates.ceiling);
  for (const Rule& rule : law.rules()) {
    if (rule.pack != pack || !judgement.holding[rule.number]) continue;
    if (rule.kind == RuleKind::bar) {
      passed = passed.minus(rule.mask.minus(judgement.granted));
    } else {
      passed = passed.minus(unanswered(law, rule, judgement, claims));
    }
  }
  return passed;
}

void find_live(const Law& law, std::span<const Ground> claims, Judgement& judgement) {
  for (const Rule& rule : law.rules()) {
    if (rule.kind == RuleKind::duty) judgement.contested |= contested_of(law, rule, judgement);
    if (!judgement.ready[rule.number]) continue;
    const CategorySet live = live_for(law, rule, judgement);
    judgement.granted |= live;
    if (rule.kind == RuleKind::duty) judgement.owed |= live;
  }
  for (const Ground& claim : claims) judgement.granted |= standing_of(law, claim, judgement);
}

bool is_capacity_probe(const Law& law, const Facts& facts) {
  const auto probe = law.words().state("capacity_probe");
  return probe && facts.is_known(FactKey::state) &&
         facts.value(FactKey::state) == uint64_t{1} << *probe;
}

Outcome outcome_of(const Law& law, const Judgement& judgement) {
  bool blocked = false;
  for (const Rule& rule : law.rules()) {
    if (rule.kind != RuleKind::duty || !judgement.fired[rule.number]) continue;
    const CategorySet contested = grant_of(rule, judgement) & defeated_for(law, rule, judgement);
    if (!(contested & judgement.gates.data).empty()) return Outcome::conflict;
    blocked = blocked || !judgement.ready[rule.number];
  }
  if (blocked) return Outcome::blocked;
  if (!(judgement.owed & judgement.released).empty()) return Outcome::oblige;
  return judgement.released.empty() ? Outcome::deny : Outcome::permit;
}

}  // namespace

CategorySet grant_with_consent(const Rule& rule, const Judgement& judgement) {
  return rule.mask & judgement.gates.need & judgement.gates.ceiling;
}

CategorySet grant_of(const Rule& rule, const Judgement& judgement) {
  // A claimed rule passed the sender's gates; what is left to ask here is this service's need.
  if (judgement.claimed[rule.number]) return rule.mask & judgement.gates.need;
  if (rule.kind == RuleKind::duty) {
    return rule.mandate ? rule.mask & judgement.gates.mandate : rule.mask;
  }
  const CategorySet grant = grant_with_consent(rule, judgement);
  return rule.asks_consent ? grant & judgement.gates.consented : grant;
}

bool is_active(const Rule& bar, const Judgement& judgement) {
  return judgement.holding[bar.number] && (bar.overridden_by & judgement.fired).none();
}

CategorySet defeated_for(const Law& law, const Rule& rule, const Judgement& judgement) {
  CategorySet defeated;
  for (const uint16_t number : law.bars()) {
    const Rule& bar = law.rules()[number];
    if (bar.names[rule.number] && is_active(bar, judgement)) defeated |= bar.mask;
  }
  return defeated;
}

CategorySet live_for(const Law& law, const Rule& rule, const Judgement& judgement) {
  if (!judgement.fired[rule.number] || !judgement.ready[rule.number]) return {};
  return grant_of(rule, judgement).minus(defeated_for(law, rule, judgement));
}

// A duty that only may exist contests as one that does: knowing less must not release more.
CategorySet contested_of(const Law& law, const Rule& duty, const Judgement& judgement) {
  if (!judgement.fired[duty.number] && !judgement.open[duty.number]) return {};
  const bool whole = duty.mandate && !judgement.gates.mandate_known;
  const CategorySet grant = whole ? duty.mask : grant_of(duty, judgement);
  return grant & defeated_for(law, duty, judgement);
}

CategorySet unanswered(const Law& law, const Rule& silence, const Judgement& judgement,
                       std::span<const Ground> claims) {
  CategorySet silent = silence.mask.minus(judgement.owed);
  const RuleSet answering = silence.answered_by & judgement.ready;
  if (answering.any()) {
    for (const uint16_t number : law.lifts()) {
      if (!answering[number]) continue;
      silent = silent.minus(live_for(law, law.rules()[number], judgement));
    }
  }
  for (const Ground& claim : claims) {
    if (!declares_basis(claim.bases, silence.freed_by)) continue;
    silent = silent.minus(standing_of(law, claim, judgement));
  }
  return silent;
}

CategorySet standing_of(const Law& law, const Ground& claim, const Judgement& judgement) {
  if (law.find(claim.rule) != nullptr) return {};
  CategorySet standing = judgement.gates.need;
  for (const uint16_t number : law.bars()) {
    const Rule& bar = law.rules()[number];
    const bool defeats = bar.names_every_lift && is_active(bar, judgement) &&
                         !declares_basis(claim.bases, bar.unless_basis);
    if (defeats) standing = standing.minus(bar.mask);
  }
  return standing;
}

void conclude(const Law& law, const Facts& facts, std::span<const Ground> claims,
              Judgement& judgement) {
  find_live(law, claims, judgement);
  const Vocabulary& words = law.words();
  CategorySet released = judgement.gates.data & words.decidable();
  if (judgement.engaged == 0) released = CategorySet{};
  for (size_t pack = 0; pack < law.packs().size(); ++pack) {
    if ((judgement.engaged >> pack & 1) == 0) continue;
    released &= passed_by(law, pack, judgement, claims);
  }
  if (judgement.side == Side::receiver) released &= judgement.gates.need;
  released = released.minus(judgement.contested);
  if (!released.empty() && !is_capacity_probe(law, facts)) {
    released |= judgement.gates.data & words.tier(0);
  }
  judgement.released = released;
  judgement.outcome = outcome_of(law, judgement);
}

}  // namespace relais::policy
