// SPDX-License-Identifier: Apache-2.0
// What a judgement rests on, as bits: the rules that released something, the rules that stand in
// the way of the rest, and for each category the most telling stop (docs/decisions/0010).
#include "policy/judge_steps.h"

namespace relais::policy {
namespace {

class Explaining {
 public:
  Explaining(const Law& law, Judgement& judgement)
      : law_(law), table_(law.table()), judgement_(judgement) {
    withheld_ = judgement.gates.data.minus(judgement.released);
    decided_ = withheld_ & law.words().decidable();
  }

  void run() {
    judgement_.fired.each([&](size_t number) { weigh_grant(table_.line(number), number); });
    judgement_.short_of_consent.each([&](size_t number) {
      lack_consent_ |= stop(number, wished(table_.line(number), judgement_));
    });
    const uint64_t* const bars = table_.row(DecisionTable::Row::bars);
    const CategorySet ungranted = judgement_.contested | decided_.minus(judgement_.granted);
    judgement_.holding.each_of(bars, [&](size_t number) {
      barring_ |= stop(number, table_.line(number).mask & ungranted);
      stop(number, defeated_by(number));
    });
    judgement_.holding.each_but(bars, [&](size_t number) {
      const Line& silence = table_.line(number);
      silent_ |= stop(number, unanswered_by(judgement_.answers[silence.group]) & silence.mask);
    });
    sort_out();
  }

 private:
  CategorySet unanswered_by(const Answers& answers) const {
    return answers.silence.minus(judgement_.owed | answers.live);
  }

  // What rules that fired would have granted but for this bar: it is among the stops, whatever else
  // grants it without being able to release it.
  CategorySet defeated_by(size_t number) const {
    const Line& bar = table_.line(number);
    CategorySet defeated;
    if (law_.rules()[number].overridden_by.meets(judgement_.fired)) return defeated;
    const auto fired = [&](size_t i) { return judgement_.fired.word(i); };
    table_.named().each_in(bar.group, fired, [&](size_t rule) {
      defeated |= grant(table_.line(rule), rule, judgement_);
    });
    return defeated & bar.mask;
  }

  // Sets the rule among the stops when it stands in the way of something.
  CategorySet stop(size_t number, CategorySet categories) {
    const CategorySet stopped = categories & decided_;
    if (!stopped.empty()) judgement_.stops.set(number);
    return stopped;
  }

  void weigh_grant(const Line& line, size_t number) {
    const CategorySet granted = grant(line, number, judgement_);
    const bool ready = judgement_.ready[number];
    defeated_ |= granted & judgement_.defeated[number];
    const CategorySet released = judgement_.live[number] & judgement_.released;
    if (!released.empty()) judgement_.grounds.set(number);
    if (line.kind == RuleKind::duty) {
      owed_ |= granted;
      stop(number, contested(line, number, judgement_));
    }
    if (!ready) lack_require_ |= stop(number, granted);
    if (!ready && line.kind == RuleKind::duty) owed_with_require_ |= granted;
    if (line.asks_consent) {
      lack_consent_ |= stop(number, wished(line, judgement_).minus(granted));
    }
  }

  void sort_out() {
    rest_ = withheld_;
    const Gates& gates = judgement_.gates;
    take(StopKind::tier, law_.words().tier(4));
    take(StopKind::bar, judgement_.contested | defeated_);
    take(StopKind::need, rest_.minus(owed_ | gates.need));
    take(StopKind::ceiling, rest_.minus(owed_ | gates.ceiling));
    if (!(rest_ & (lack_require_ | lack_consent_)).empty()) mend();
    take(StopKind::bar, barring_.minus(silent_));
    take(StopKind::silence, rest_);
  }

  void take(StopKind kind, CategorySet categories) {
    judgement_.stopped[static_cast<size_t>(kind)] |= rest_ & categories;
    rest_ = rest_.minus(categories);
  }

  // `require` or `consent`, only where meeting them would answer every silence in the way.
  void mend() {
    CategorySet not_by_require;
    CategorySet not_by_consent;
    for (uint32_t group = 0; group < judgement_.answers.size(); ++group) {
      Answers& answers = judgement_.answers[group];
      const CategorySet silent = unanswered_by(answers) & decided_;
      if (silent.empty()) continue;
      add_what_is_lacking(group, answers);
      not_by_require |= silent.minus(answers.with_require);
      not_by_consent |= silent.minus(answers.with_consent);
    }
    take(StopKind::require, lack_require_.minus(not_by_require));
    take(StopKind::consent, lack_consent_.minus(not_by_consent));
  }

  void add_what_is_lacking(uint32_t group, Answers& answers) {
    CategorySet with_consent;
    answers.with_require = owed_with_require_;
    const uint64_t* const asking = table_.row(DecisionTable::Row::asks_consent);
    const auto lacking = [&](size_t i) {
      return (judgement_.fired.word(i) & (~judgement_.ready.word(i) | asking[i])) |
             judgement_.short_of_consent.word(i);
    };
    table_.answering().each_in(group, lacking, [&](size_t number) {
      const Line& lift = table_.line(number);
      if (judgement_.short_of_consent[number]) {
        with_consent |= wished(lift, judgement_);
        return;
      }
      const CategorySet granted = grant(lift, number, judgement_);
      if (!judgement_.ready[number]) answers.with_require |= granted;
      if (lift.asks_consent) with_consent |= wished(lift, judgement_).minus(granted);
    });
    answers.with_consent = answers.with_require | with_consent;
  }

  const Law& law_;
  const DecisionTable& table_;
  Judgement& judgement_;
  CategorySet withheld_;
  CategorySet decided_;
  CategorySet rest_;               // withheld, and not yet told why
  CategorySet owed_;               // some duty that fired grants it
  CategorySet owed_with_require_;  // of these, one that lacks its `require`
  CategorySet defeated_;           // a bar defeats what would grant it
  CategorySet lack_require_;
  CategorySet lack_consent_;
  CategorySet barring_;
  CategorySet silent_;
};

}  // namespace

void explain(const Law& law, Judgement& judgement) { Explaining(law, judgement).run(); }

void refuse(const Facts& facts, Judgement& judgement) {
  judgement.gates = Gates{};
  judgement.gates.data = facts.categories(FactKey::data);
  judgement.stopped[static_cast<size_t>(StopKind::failure)] = judgement.gates.data;
}

Effect effect_of(const Judgement& judgement, CategoryBit category) {
  if (!judgement.released.has(category)) return Effect::must_not;
  return judgement.owed.has(category) ? Effect::must : Effect::may;
}

StopKind stop_of(const Judgement& judgement, CategoryBit category) {
  size_t kind = 0;
  while (kind < kStopKinds && !judgement.stopped[kind].has(category)) ++kind;
  return kind < kStopKinds ? static_cast<StopKind>(kind) : StopKind::none;
}

CategorySet grant_with_consent(const Rule& rule, const Judgement& judgement) {
  return wished(rule, judgement);
}

CategorySet grant_of(const Rule& rule, const Judgement& judgement) {
  return grant(rule, rule.number, judgement);
}

CategorySet live_for(const Rule& rule, const Judgement& judgement) {
  return live(rule, rule.number, judgement);
}

CategorySet contested_of(const Rule& duty, const Judgement& judgement) {
  const bool exists = judgement.fired[duty.number] || judgement.open[duty.number];
  return exists ? contested(duty, duty.number, judgement) : CategorySet{};
}

CategorySet unanswered(const Law& law, const Rule& silence, const Judgement& judgement) {
  const Answers& answers = judgement.answers[law.table().line(silence.number).group];
  return silence.mask.minus(judgement.owed | answers.live);
}

}  // namespace relais::policy
