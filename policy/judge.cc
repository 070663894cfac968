// SPDX-License-Identifier: Apache-2.0
#include "policy/judge.h"

#include "policy/judge_steps.h"

namespace relais::policy {
namespace {

Tri place_listed(const Pack& pack, const Facts& facts, FactKey key) {
  if (!facts.is_known(key)) return Tri::unknown;
  const uint64_t place = facts.value(key);
  if (pack.eu && is_eu_member(place)) return Tri::yes;
  for (const uint64_t listed : pack.jurisdictions) {
    if (lies_in(place, listed)) return Tri::yes;
  }
  return Tri::no;
}

CategorySet set_or_nothing(const Facts& facts, FactKey key) {
  return facts.categories(key);  // an unknown fact has the value 0: the empty set
}

CategorySet ceiling_of(const Vocabulary& words, const Facts& facts, const Gates& gates) {
  if (!facts.is_known(FactKey::state)) return CategorySet::all();
  const auto index = static_cast<size_t>(std::countr_zero(facts.value(FactKey::state)));
  const State& state = words.states()[index];
  return state.bound(gates.need, set_or_nothing(facts, FactKey::need_required), gates.consented);
}

Gates gates_of(const Vocabulary& words, const Facts& facts) {
  Gates gates;
  gates.data = set_or_nothing(facts, FactKey::data);
  gates.need = set_or_nothing(facts, FactKey::need);
  gates.mandate = set_or_nothing(facts, FactKey::mandate_categories);
  gates.mandate_known = facts.is_known(FactKey::mandate_categories);
  gates.consent_satisfied = is_consent_satisfied(facts);
  if (gates.consent_satisfied) {
    gates.consented = set_or_nothing(facts, FactKey::consent_categories);
  }
  gates.ceiling = ceiling_of(words, facts, gates);
  return gates;
}

// Whether a fact that is one of a vocabulary's words is one: the index of the ceiling and of the
// purposes' names must be within them.
bool is_one_of(const Facts& facts, FactKey key, size_t words) {
  const uint64_t value = facts.value(key);
  return !facts.is_known(key) ||
         (std::has_single_bit(value) && static_cast<size_t>(std::countr_zero(value)) < words);
}

bool are_sound(const Vocabulary& words, const Facts& facts) {
  return is_one_of(facts, FactKey::state, words.states().size()) &&
         is_one_of(facts, FactKey::purpose, words.purposes().size());
}

// Takes a law's rules 64 at a time to those that no column makes false.
class Weighing {
 public:
  Weighing(const Law& law, const Facts& facts, Judgement& judgement)
      : law_(law), table_(law.table()), facts_(facts), judgement_(judgement) {
    day_ = static_cast<int32_t>(static_cast<int64_t>(facts.value(FactKey::date)));
    judgement.excluded.assign(table_.words(), ~uint64_t{0});
    judgement.unsure.assign(table_.words(), 0);
    judgement.unmet.assign(table_.words(), 0);
    excluded_ = judgement.excluded.data();
    unsure_ = judgement.unsure.data();
    unmet_ = judgement.unmet.data();
  }

  // The packs that are not engaged are passed over; neighbours are taken together.
  void run() {
    size_t begin = 0;
    size_t end = 0;
    for (size_t pack = 0; pack < law_.packs().size(); ++pack) {
      const auto [first, last] = table_.rules_of(pack);
      if ((judgement_.engaged >> pack & 1) == 0 || first == last) continue;
      admit(pack, first, last);
      if (first / 64 > end) {
        weigh_words(begin, end);
        begin = first / 64;
      }
      if (end == 0) begin = first / 64;
      end = (last + 63) / 64;
    }
    weigh_words(begin, end);
  }

 private:
  // The rules of an engaged pack that speak on this side.
  void admit(size_t pack, size_t first, size_t last) {
    const Tri listed = lists_sender(law_.packs()[pack], facts_);
    if (listed == Tri::yes) home_ |= uint64_t{1} << pack;
    if (listed == Tri::unknown) perhaps_home_ |= uint64_t{1} << pack;
    using Row = DecisionTable::Row;
    const uint64_t* const on =
        table_.row(judgement_.side == Side::sender ? Row::sender : Row::receiver);
    for (size_t i = first / 64; i * 64 < last; ++i) {
      uint64_t own = ~uint64_t{0};
      if (i * 64 < first) own &= ~uint64_t{0} << first % 64;
      if ((i + 1) * 64 > last) own &= (uint64_t{1} << last % 64) - 1;
      excluded_[i] &= ~(on[i] & own);
    }
  }

  void weigh_words(size_t begin, size_t end) {
    if (const uint64_t* const row = table_.out_of_force(day_)) add(row, excluded_, begin, end);
    for (const DecisionTable::Column& column : table_.columns()) {
      const bool engaged = (column.packs & judgement_.engaged) != 0;
      if (engaged) apply(column, excluded_, unsure_, begin, end);
    }
    for (const DecisionTable::Column& column : table_.requirements()) {
      const bool engaged = (column.packs & judgement_.engaged) != 0;
      if (engaged) apply(column, unmet_, unmet_, begin, end);
    }
    for (size_t i = begin; i < end; ++i) weigh_word(i);
  }

  void weigh_word(size_t i) {
    using Row = DecisionTable::Row;
    const uint64_t lifts = table_.row(Row::lifts)[i];
    const uint64_t alone = table_.row(Row::alone)[i];
    // A lift that is not certain does nothing.
    const uint64_t left = ~(excluded_[i] | (unsure_[i] & lifts));
    const uint64_t together = left & ~alone;
    const uint64_t consented = judgement_.gates.consent_satisfied ? ~uint64_t{0} : 0;
    const uint64_t lacking = table_.row(Row::asks_consent)[i] & ~consented;
    judgement_.holding.add(i, together & table_.row(Row::stops)[i]);
    judgement_.short_of_consent.add(i, together & lacking);
    judgement_.fired.add(i, together & lifts & ~lacking);
    judgement_.ready.add(i, together & lifts & ~lacking & ~unmet_[i]);
    for (uint64_t rest = left & alone; rest != 0; rest &= rest - 1) {
      const auto bit = static_cast<size_t>(std::countr_zero(rest));
      weigh_rule(i * 64 + bit, (unsure_[i] >> bit & 1) != 0 ? Tri::unknown : Tri::yes);
    }
  }

  // To `failed` the rules that the fact's value makes false, to `open` those that ask for it when
  // it is not known.
  void apply(const DecisionTable::Column& column, uint64_t* failed, uint64_t* open, size_t begin,
             size_t end) const {
    const uint64_t* const rules = table_.row_at(column.rules);
    if (!facts_.is_known(column.fact)) return add(rules, open, begin, end);
    const uint64_t listed = ~uint64_t{0} >> (64 - column.values);
    const uint64_t present = facts_.value(column.fact) & listed;
    if (present == 0) return add(rules, failed, begin, end);
    const auto row_of = [&](uint64_t bits) {
      return rules + (1 + static_cast<size_t>(std::countr_zero(bits))) * table_.words();
    };
    const uint64_t others = present & (present - 1);
    if (others == 0) return add(row_of(present), failed, begin, end);
    for (size_t i = begin; i < end; ++i) {
      uint64_t all = row_of(present)[i];
      for (uint64_t rest = others; rest != 0; rest &= rest - 1) all &= row_of(rest)[i];
      failed[i] |= all;
    }
  }

  static void add(const uint64_t* row, uint64_t* to, size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) to[i] |= row[i];
  }

  void weigh_rule(size_t number, Tri state) {
    const DecisionTable::Line& line = table_.line(number);
    const DecisionTable::Detail& detail = table_.detail(number);
    if (day_ < detail.from || detail.to < day_) return;
    state = std::min(state, test(detail.rest));
    if (state == Tri::no) return;
    if (line.kind == RuleKind::bar || line.kind == RuleKind::silence) {
      return judgement_.holding.set(number);
    }
    if (line.kind == RuleKind::duty) state = std::min(state, home(line.pack));
    if (state == Tri::yes) fire(line, detail, number);
    if (state == Tri::unknown && line.kind == RuleKind::duty) judgement_.open.set(number);
  }

  Tri test(const Clause& rest) const {
    Tri least = Tri::yes;
    for (uint32_t i = rest.begin; i < rest.end && least != Tri::no; ++i) {
      least = std::min(least, law_.conditions().test(table_.rest()[i], facts_));
    }
    return least;
  }

  Tri home(size_t pack) const {
    if ((home_ >> pack & 1) != 0) return Tri::yes;
    return (perhaps_home_ >> pack & 1) != 0 ? Tri::unknown : Tri::no;
  }

  void fire(const DecisionTable::Line& line, const DecisionTable::Detail& detail, size_t number) {
    if (line.asks_consent && !judgement_.gates.consent_satisfied) {
      return judgement_.short_of_consent.set(number);
    }
    judgement_.fired.set(number);
    const bool met = (unmet_[number / 64] >> number % 64 & 1) == 0;
    if (met && test(detail.require) == Tri::yes) judgement_.ready.set(number);
  }

  const Law& law_;
  const DecisionTable& table_;
  const Facts& facts_;
  Judgement& judgement_;
  uint64_t* excluded_ = nullptr;
  uint64_t* unsure_ = nullptr;
  uint64_t* unmet_ = nullptr;
  int32_t day_ = 0;
  uint64_t home_ = 0;  // packs that list the sender's jurisdiction
  uint64_t perhaps_home_ = 0;
};

// A pack is engaged when one of the two jurisdictions is listed or unknown.
uint64_t engaged_packs(const Law& law, const Facts& facts) {
  uint64_t engaged = 0;
  for (size_t i = 0; i < law.packs().size(); ++i) {
    const Pack& pack = law.packs()[i];
    const bool out = place_listed(pack, facts, FactKey::sender_jurisdiction) == Tri::no &&
                     place_listed(pack, facts, FactKey::recipient_jurisdiction) == Tri::no;
    if (!out) engaged |= uint64_t{1} << i;
  }
  return engaged;
}

}  // namespace

bool is_consent_satisfied(const Facts& facts) {
  static const uint64_t kGiven = [] {
    const auto states = allowed_values(FactKey::consent_state);
    uint64_t bit = 1;
    for (size_t i = 0; states[i] != "given"; ++i) bit <<= 1;
    return bit;
  }();
  return facts.is_known(FactKey::consent_state) && facts.value(FactKey::consent_state) == kGiven &&
         facts.is_true(FactKey::consent_informed) &&
         facts.is_true(FactKey::consent_covers_recipient) &&
         facts.is_true(FactKey::consent_covers_purpose) &&
         facts.is_true(FactKey::consent_has_expiry) &&
         facts.is_false(FactKey::consent_giver_is_author) &&
         facts.is_false(FactKey::consent_condition_of_service);
}

Tri lists_sender(const Pack& pack, const Facts& facts) {
  return place_listed(pack, facts, FactKey::sender_jurisdiction);
}

Tri purpose_listed(const Rule& rule, const Facts& facts) {
  if (rule.purposes == ~uint64_t{0}) return Tri::yes;
  if (!facts.is_known(FactKey::purpose)) return Tri::unknown;
  return (rule.purposes & facts.value(FactKey::purpose)) != 0 ? Tri::yes : Tri::no;
}

// Without a date no law is in force, and without law nothing leaves.
void begin_judgement(const Law& law, const Facts& facts, Side side, Judgement& judgement) {
  const size_t words = law.table().words();
  for (RuleSet* set :
       {&judgement.fired, &judgement.ready, &judgement.open, &judgement.short_of_consent,
        &judgement.holding, &judgement.claimed, &judgement.grounds, &judgement.stops}) {
    set->clear(words);
  }
  judgement.side = side;
  judgement.owed = judgement.granted = judgement.barred = CategorySet{};
  judgement.contested = judgement.released = CategorySet{};
  judgement.outcome = Outcome::deny;
  judgement.engaged = 0;
  judgement.stopped.fill(CategorySet{});
  judgement.defeated.resize(law.rules().size());
  judgement.live.resize(law.rules().size());
  judgement.answers.assign(law.table().answering().size(), Answers{});
  judgement.failed = !are_sound(law.words(), facts);
  if (judgement.failed) return refuse(facts, judgement);
  judgement.gates = gates_of(law.words(), facts);
  if (facts.is_known(FactKey::date)) judgement.engaged = engaged_packs(law, facts);
}

void weigh_rules(const Law& law, const Facts& facts, Judgement& judgement) {
  Weighing(law, facts, judgement).run();
}

void judge(const Law& law, const Facts& facts, Judgement& judgement) {
  begin_judgement(law, facts, Side::sender, judgement);
  if (judgement.failed) return;
  weigh_rules(law, facts, judgement);
  conclude(law, facts, {}, judgement);
  explain(law, judgement);
}

Judgement judge(const Law& law, const Facts& facts) {
  Judgement judgement;
  judge(law, facts, judgement);
  return judgement;
}

}  // namespace relais::policy
