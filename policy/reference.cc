// SPDX-License-Identifier: Apache-2.0
// In the order of law.md, whose sentences are quoted; docs/decisions/0010 has the readings.
#include "policy/reference.h"

#include <algorithm>

#include "policy/text.h"

namespace relais::policy {
namespace {

template <class List, class Ask>
bool any(const List& list, Ask ask) {
  return std::any_of(list.begin(), list.end(), ask);
}
Tri known(bool holds) { return holds ? Tri::yes : Tri::no; }
bool lies_within(uint64_t place, uint64_t listed) {
  return lies_in(place, listed) || (listed == *encode_jurisdiction("EU") && is_eu_member(place));
}

bool has_basis(const std::vector<std::string>& bases, const std::vector<std::string>& globs) {
  return any(globs, [&](const auto& glob) {
    return any(bases, [&](const auto& basis) { return matches_glob(glob, basis); });
  });
}

// "A bare * is every lift; a duty is only defeated by a bar that names it."
bool is_named(const Rule& rule, const std::vector<std::string>& patterns) {
  return rule.grants() && any(patterns, [&](const auto& pattern) {
           return pattern == "*" ? rule.kind == RuleKind::lift : matches_glob(pattern, rule.id);
         });
}

struct Reader {
  const Law& law;
  const Facts& facts;
  const Side side;
  const std::span<const Ground> claims;
  CategoryBit c = 0;  // the category that is asked about
  Reading r{};

  bool is(FactKey key, std::string_view text) const { return facts.text(law.words(), key) == text; }
  bool in(FactKey set) const { return facts.categories(set).has(c); }
  using Ask = bool (Reader::*)(const Rule&) const;
  bool some(const Rules& rules, RuleKind kind, Ask ask) const {
    return any(rules, [&](const Rule* rule) { return rule->kind == kind && (this->*ask)(*rule); });
  }
  bool some(const Rules& rules, Ask ask) const {
    return any(rules, [&](const Rule* rule) { return (this->*ask)(*rule); });
  }
  // "Three-valued logic: every absent fact is unknown."
  Tri value_of(const Clause& conjunction) const {
    Tri least = Tri::yes;
    const auto& terms = law.conditions().terms;
    for (uint32_t i = conjunction.begin; i < conjunction.end; ++i)
      least = std::min(least, value_of(terms[i]));
    return least;
  }
  Tri value_of(const Term& term) const {
    const Conditions& all = law.conditions();
    if (term.op == Term::Op::constant) return known(term.value == 1);
    if (term.op == Term::Op::negation) {
      const Tri inner = value_of(all.clauses[term.begin]);
      return inner == Tri::unknown ? Tri::unknown : known(inner == Tri::no);
    }
    if (term.op == Term::Op::any) {
      Tri most = Tri::no;
      for (uint32_t i = term.begin; i < term.end; ++i)
        most = std::max(most, value_of(all.clauses[i]));
      return most;
    }
    if (!facts.is_known(term.fact)) return Tri::unknown;
    const uint64_t fact = facts.value(term.fact);
    if (term.op == Term::Op::meets) return known((fact & term.value) != 0);
    if (term.op == Term::Op::at_least) return known(fact >= term.value);
    const bool place = term.op == Term::Op::lies_in;
    for (uint32_t i = term.begin; i < term.end; ++i) {
      if (place ? lies_within(fact, all.values[i]) : fact == all.values[i]) return Tri::yes;
    }
    return Tri::no;
  }
  // "Engaged when the sender's or the recipient's jurisdiction is listed or unknown."
  Tri lists(const Pack& pack, FactKey place) const {
    if (!facts.is_known(place)) return Tri::unknown;
    const auto covers = [&](uint64_t listed) { return lies_within(facts.value(place), listed); };
    return known((pack.eu && is_eu_member(facts.value(place))) || any(pack.jurisdictions, covers));
  }
  bool is_engaged(const Pack& pack) const {
    return facts.is_known(FactKey::date) &&
           (lists(pack, FactKey::sender_jurisdiction) != Tri::no ||
            lists(pack, FactKey::recipient_jurisdiction) != Tri::no);
  }
  bool in_force(const Rule& rule) const {
    const auto day = static_cast<int32_t>(facts.value(FactKey::date));
    return rule.from <= day && day <= rule.to;
  }
  Tri lists_purpose(const Rule& rule) const {
    if (!rule.grants() || rule.purposes == ~uint64_t{0}) return Tri::yes;
    if (!facts.is_known(FactKey::purpose)) return Tri::unknown;
    return known((rule.purposes & facts.value(FactKey::purpose)) != 0);
  }
  // "Duties fire only from packs that list the sender's jurisdiction."
  Tri condition_of(const Rule& rule) const {
    const Tri state = std::min(value_of(law.conditions().clauses[rule.when]), lists_purpose(rule));
    if (rule.kind != RuleKind::duty) return state;
    return std::min(state, lists(law.packs()[rule.pack], FactKey::sender_jurisdiction));
  }
  bool consent_satisfied() const {
    return is(FactKey::consent_state, "given") && is(FactKey::consent_informed, "true") &&
           is(FactKey::consent_covers_recipient, "true") &&
           is(FactKey::consent_covers_purpose, "true") && is(FactKey::consent_has_expiry, "true") &&
           is(FactKey::consent_giver_is_author, "false") &&
           is(FactKey::consent_condition_of_service, "false");
  }
  // At the receiver, the sender answers for the conditions of a rule that its envelope claims.
  bool is_claimed(const Rule& rule) const {
    return rule.grants() && lists_purpose(rule) == Tri::yes &&
           any(claims, [&](const Ground& claim) { return claim.rule == rule.id; });
  }
  // "A lift or duty fires only when its condition is true (and the purpose is listed, the date in
  // force, its consent satisfied if it asks for one). A bar or silence holds when true or unknown."
  void weigh(const Rule& rule) {
    if (!is_engaged(law.packs()[rule.pack]) || !in_force(rule)) return;
    const bool claimed = is_claimed(rule);
    const Tri state = claimed ? Tri::yes : rule.on(side) ? condition_of(rule) : Tri::no;
    const bool lacks = rule.asks_consent && !consent_satisfied() && !claimed;
    const bool met = claimed || value_of(law.conditions().clauses[rule.require]) == Tri::yes;
    if (!rule.grants()) {
      if (state != Tri::no) r.holding.insert(&rule);
    } else if (state == Tri::yes) {
      (lacks ? r.lacking : r.fired).insert(&rule);
      if (!lacks && met) r.ready.insert(&rule);
    } else if (state == Tri::unknown && rule.kind == RuleKind::duty) {
      r.open.insert(&rule);
    }
  }
  bool is_consented() const { return consent_satisfied() && in(FactKey::consent_categories); }
  bool within_ceiling() const {
    return !facts.is_known(FactKey::state) || any(law.words().states(), [&](const State& state) {
      return is(FactKey::state, state.code) &&
             (state.ceiling.has(c) || (state.consented_ceiling.has(c) && is_consented()) ||
              (state.adds_need && in(FactKey::need)) ||
              (state.adds_required_need && in(FactKey::need_required)));
    });
  }
  bool is_needed() const { return in(FactKey::need) && within_ceiling(); }
  // "A lift grants allow ∩ need ∩ ceiling(state), ∩ consent.categories when it asks for consent; a
  // duty grants owe, ∩ mandate.categories when it is a mandate."
  bool grants(const Rule& rule) const {
    if (!rule.mask.has(c)) return false;
    if (is_claimed(rule)) return in(FactKey::need);
    if (rule.kind == RuleKind::duty) return !rule.mandate || in(FactKey::mandate_categories);
    return is_needed() && (!rule.asks_consent || is_consented());
  }
  // "Some bar that holds covers c and names the rule, the rule has none of its unless_basis, and no
  // rule of its overridden_by fired."
  bool is_active(const Rule& bar) const {
    return bar.mask.has(c) &&
           !any(r.fired, [&](const Rule* rule) { return is_named(*rule, bar.overriders); });
  }
  bool is_defeated(const Rule& rule) const {
    return any(r.holding, [&](const Rule* bar) {
      return bar->kind == RuleKind::bar && is_named(rule, bar->defeats) &&
             !has_basis(rule.basis, bar->unless_basis) && is_active(*bar);
    });
  }
  // "It fired, its require is met, it grants c, and it is not defeated for c."
  bool is_live(const Rule& rule) const {
    return r.ready.contains(&rule) && grants(rule) && !is_defeated(rule);
  }
  // A claimed rule that this law does not know: a lift of a foreign pack.
  bool stands(const Ground& claim) const {
    const auto is_it = [&](const Rule& rule) { return rule.id == claim.rule; };
    const auto is_all = [](const std::string& pattern) { return pattern == "*"; };
    return in(FactKey::need) && !any(law.rules(), is_it) && !any(r.holding, [&](const Rule* bar) {
             return any(bar->defeats, is_all) && !has_basis(claim.bases, bar->unless_basis) &&
                    is_active(*bar);
           });
  }
  bool some_rule_is_live() const {
    const auto standing = [&](const Ground& claim) { return stands(claim); };
    return some(r.ready, &Reader::is_live) || any(claims, standing);
  }
  // "By a live duty; or by a live lift: one of its own pack or, where the silence lists freed_by,
  // one of any pack that declares such a basis."
  static bool can_answer(const Rule& rule, const Rule& silence) {
    if (rule.kind == RuleKind::duty) return true;
    return silence.freed_by.empty() ? rule.pack == silence.pack
                                    : has_basis(rule.basis, silence.freed_by);
  }
  bool is_answered(const Rule& silence) const {
    const auto frees = [&](const Ground& claim) {
      return has_basis(claim.bases, silence.freed_by) && stands(claim);
    };
    const auto answers = [&](const Rule* rule) {
      return can_answer(*rule, silence) && is_live(*rule);
    };
    return any(r.ready, answers) || any(claims, frees);
  }
  // "Every silence of p that holds and covers c is answered; and, if a bar of p that holds covers
  // c, some rule is live for c; and (some rule is live for c, or c ∈ need ∩ ceiling)."
  bool is_in_the_way(const Rule& rule) const {
    if (!rule.mask.has(c)) return false;
    return rule.kind == RuleKind::bar ? !some_rule_is_live() : !is_answered(rule);
  }
  bool passes(const Pack& pack) const {
    return (some_rule_is_live() || is_needed()) && !any(r.holding, [&](const Rule* rule) {
             return &law.packs()[rule->pack] == &pack && is_in_the_way(*rule);
           });
  }
  // A bar defeats a duty that fired or, since knowing less must not release more, may have.
  bool loses(const Rule& duty) const {
    const bool whole = duty.mandate && !facts.is_known(FactKey::mandate_categories);
    return (whole ? duty.mask.has(c) : grants(duty)) && is_defeated(duty);
  }
  bool is_contested() const {
    return some(r.fired, RuleKind::duty, &Reader::loses) ||
           some(r.open, RuleKind::duty, &Reader::loses);
  }
  // "released = data ∩ ⋂ over engaged packs (what p passes), never tier 4. No engaged pack:
  // nothing." Of a conflict, nothing; at the receiver, nothing that its service did not declare.
  bool is_released() const {
    const auto engaged = [&](const Pack& pack) { return is_engaged(pack); };
    const auto refuses = [&](const Pack& pack) { return is_engaged(pack) && !passes(pack); };
    return in(FactKey::data) && law.words().decidable().has(c) && any(law.packs(), engaged) &&
           !any(law.packs(), refuses) && !is_contested() &&
           (side == Side::sender || in(FactKey::need));
  }
  // What one thing that people can do would mend.
  bool is_unmet(const Rule& rule) const { return !r.ready.contains(&rule); }
  bool lacks_require(const Rule& rule) const { return is_unmet(rule) && grants(rule); }
  bool lacks_consent(const Rule& rule) const {
    return rule.asks_consent && rule.mask.has(c) && is_needed() && !grants(rule);
  }
  bool lacks_either(const Rule& rule) const { return lacks_require(rule) || lacks_consent(rule); }
  bool would_answer(Ask lacks) const {
    return !any(r.holding, [&](const Rule* silence) {
      const auto answers = [&](const Rule* rule) {
        return can_answer(*rule, *silence) && (this->*lacks)(*rule);
      };
      return silence->kind == RuleKind::silence && is_in_the_way(*silence) &&
             !any(r.fired, answers) && !any(r.lacking, answers);
    });
  }
  // "MUST_NOT with what stopped it", the most telling first.
  bool is_barred(const Rule& rule) const { return grants(rule) && is_defeated(rule); }
  StopKind stop() const {
    const bool owed = some(r.fired, RuleKind::duty, &Reader::grants);
    const bool asks =
        some(r.fired, &Reader::lacks_consent) || some(r.lacking, &Reader::lacks_consent);
    if (law.words().tier(4).has(c)) return StopKind::tier;
    if (is_contested() || some(r.fired, &Reader::is_barred)) return StopKind::bar;
    if (!owed && !in(FactKey::need)) return StopKind::need;
    if (!owed && !within_ceiling()) return StopKind::ceiling;
    const bool requires_more = some(r.fired, &Reader::lacks_require);
    if (requires_more && would_answer(&Reader::lacks_require)) return StopKind::require;
    if (asks && would_answer(&Reader::lacks_either)) return StopKind::consent;
    const bool silent = some(r.holding, RuleKind::silence, &Reader::is_in_the_way);
    const bool barred = some(r.holding, RuleKind::bar, &Reader::is_in_the_way);
    return !silent && barred ? StopKind::bar : StopKind::silence;
  }
  // "conflict (a bar defeats a duty that fired) · blocked (a fired duty's require is unmet) ·
  // oblige (a live duty grants a released category) · permit (something is released) · deny".
  Outcome outcome(bool conflict) const {
    if (conflict) return Outcome::conflict;
    if (some(r.fired, RuleKind::duty, &Reader::is_unmet)) return Outcome::blocked;
    if (!r.must.empty()) return Outcome::oblige;
    return r.released.empty() ? Outcome::deny : Outcome::permit;
  }
  Reading read() {
    for (const Rule& rule : law.rules()) weigh(rule);
    const CategorySet data = facts.categories(FactKey::data);
    bool conflict = false;
    for (c = 0; c < 64; ++c) {
      if (is_released()) r.released |= CategorySet::only(c);
      if (in(FactKey::data)) conflict |= some(r.fired, RuleKind::duty, &Reader::is_barred);
    }
    // "routing.* accompanies a release that is not empty, and never a capacity probe."
    const bool alone = r.released.empty() || is(FactKey::state, "capacity_probe");
    if (!alone) r.released |= data & law.words().tier(0);
    for (c = 0; c < 64; ++c) {
      if (data.minus(r.released).has(c)) r.stops[c] = stop();
      if (r.released.has(c) && some(r.ready, RuleKind::duty, &Reader::is_live))
        r.must |= CategorySet::only(c);
      for (const Rule* rule : r.ready) {
        if (r.released.has(c) && is_live(*rule)) r.grounds.insert(rule);
      }
    }
    r.outcome = outcome(conflict);
    return r;
  }
};

}  // namespace

Reading refer(const Law& law, const Facts& facts, Side side, std::span<const Ground> claims) {
  return Reader{law, facts, side, claims}.read();
}

}  // namespace relais::policy
