// SPDX-License-Identifier: Apache-2.0
#include "policy/analyse/comparison.h"

#include <algorithm>
#include <array>

#include "policy/analyse/conditions.h"
#include "policy/text.h"

namespace relais::policy {
namespace {

constexpr std::array kOutcomes{Outcome::deny, Outcome::permit, Outcome::oblige, Outcome::blocked,
                               Outcome::conflict};

bool owes(const Decision& decision, CategoryBit category) {
  return std::any_of(decision.verdicts.begin(), decision.verdicts.end(), [&](const Verdict& one) {
    return one.category == category && one.effect == Effect::must;
  });
}

// Offers are what a person may do instead; they say nothing about what leaves.
bool attaches(const Decision& decision, const std::string& attachment) {
  const auto& offers = decision.offers;
  return decision.has_attachment(attachment) &&
         std::find(offers.begin(), offers.end(), attachment) == offers.end();
}

// By outcome, in the order of kOutcomes.
std::array<Lit, 5> outcomes_of(Solver& solver, LawFormula& law) {
  const Lit conflict = law.conflict();
  const Lit blocked = law.blocked();
  const Lit free = solver.and_(-conflict, -blocked);
  const Lit oblige = solver.and_(free, law.anything_owed());
  const Lit permit = solver.and_({free, -law.anything_owed(), law.anything_released()});
  return {solver.and_(free, -law.anything_released()), permit, oblige, blocked, conflict};
}

std::string numbers(std::initializer_list<int64_t> values) {
  std::string text;
  for (const int64_t value : values) text += std::to_string(value) + " ";
  return text;
}

// What a claim of the rule is read for at the receiver.
std::string claim_text(const Rule& rule) {
  return numbers({rule.grants(), static_cast<int64_t>(rule.purposes), rule.from, rule.to,
                  static_cast<int64_t>(rule.mask.bits())}) +
         join(rule.basis, ",");
}

// What a decision depends on.
std::string effect_text(const Law& law, const Rule& rule) {
  std::string text = claim_text(rule) + " " +
                     numbers({static_cast<int64_t>(rule.kind), rule.sides, rule.attach, rule.offer,
                              rule.asks_consent, rule.mandate});
  text += join(rule.freed_by, ",") + " / " + join(rule.unless_basis, ",");
  for (const Rule& other : law.rules()) {
    if (rule.names[other.number]) text += " names " + other.id;
    if (rule.overridden_by[other.number]) text += " overridden by " + other.id;
  }
  text += " " + clause_text(law, rule.when) + " / " + clause_text(law, rule.require);
  for (const AttachWhen& one : rule.attach_when) {
    text += " / " + std::to_string(one.attach) + " " + clause_text(law, one.when);
  }
  return text;
}

std::string whole_text(const Law& law, const Rule& rule) {
  return rule.cite + " " + std::to_string(static_cast<int>(rule.certainty)) + " " +
         effect_text(law, rule);
}

std::string receiver_text(const Law& law, const Rule& rule) {
  return rule.on(Side::receiver) ? effect_text(law, rule) : rule.grants() ? claim_text(rule) : "";
}

std::string header_text(const Pack& pack) {
  std::string text = std::to_string(pack.eu);
  for (const uint64_t place : pack.jurisdictions) text += " " + std::to_string(place);
  for (const auto& [name, value] : pack.parameters) text += " " + name + "=" + text_of(value);
  return text;
}

const Pack* find_pack(const Law& law, const std::string& id) {
  for (const Pack& pack : law.packs()) {
    if (pack.id == id) return &pack;
  }
  return nullptr;
}

template <class Text>
std::vector<std::string> changes(const Law& before, const Law& after, Text text) {
  std::vector<std::string> changed;
  for (const Pack& pack : before.packs()) {
    const Pack* now = find_pack(after, pack.id);
    const bool same = now != nullptr && header_text(pack) == header_text(*now);
    if (!same) changed.push_back("pack " + pack.id + (now == nullptr ? " is gone" : " is changed"));
  }
  for (const Pack& pack : after.packs()) {
    if (find_pack(before, pack.id) == nullptr) changed.push_back("pack " + pack.id + " is new");
  }
  for (const Rule& rule : before.rules()) {
    const Rule* now = after.find(rule.id);
    const std::string was = text(before, rule);
    if (now == nullptr && !was.empty()) changed.push_back(rule.id + " is gone");
    if (now != nullptr && was != text(after, *now)) changed.push_back(rule.id + " is changed");
  }
  for (const Rule& rule : after.rules()) {
    const bool known = before.find(rule.id) != nullptr || text(after, rule).empty();
    if (!known) changed.push_back(rule.id + " is new");
  }
  return changed;
}

}  // namespace

Comparison::Comparison(Versions versions, bool free_parameters)
    : versions_(std::move(versions)),
      free_parameters_(free_parameters),
      domain_(solver_, {versions_.before.get(), versions_.after.get()}),
      before_(solver_, domain_, *versions_.before, free_parameters),
      after_(solver_, domain_, *versions_.after, free_parameters) {}

void Comparison::add_categories(std::vector<Aspect>& aspects) {
  const Vocabulary& words = versions_.after->words();
  words.decidable().each([&](CategoryBit bit) {
    const std::string& code = words.at(bit).code;
    const Lit was = before_.released(bit);
    const Lit is = after_.released(bit);
    aspects.push_back({code + " is released", solver_.and_(-was, is),
                       [bit](const Decision& a, const Decision& b) {
                         return !a.released.has(bit) && b.released.has(bit);
                       }});
    aspects.push_back({code + " is no longer released", solver_.and_(was, -is),
                       [bit](const Decision& a, const Decision& b) {
                         return a.released.has(bit) && !b.released.has(bit);
                       }});
    const Lit both = solver_.and_(was, is);
    aspects.push_back({code + " becomes a duty",
                       solver_.and_({both, -before_.owed(bit), after_.owed(bit)}),
                       [bit](const Decision& a, const Decision& b) {
                         return a.released.has(bit) && !owes(a, bit) && owes(b, bit);
                       }});
    aspects.push_back({code + " is no longer a duty",
                       solver_.and_({both, before_.owed(bit), -after_.owed(bit)}),
                       [bit](const Decision& a, const Decision& b) {
                         return owes(a, bit) && b.released.has(bit) && !owes(b, bit);
                       }});
  });
}

void Comparison::add_outcomes(std::vector<Aspect>& aspects) {
  const auto was = outcomes_of(solver_, before_);
  const auto is = outcomes_of(solver_, after_);
  for (size_t i = 0; i < kOutcomes.size(); ++i) {
    for (size_t j = 0; j < kOutcomes.size(); ++j) {
      if (i == j) continue;
      const Outcome from = kOutcomes[i];
      const Outcome to = kOutcomes[j];
      aspects.push_back(
          {"outcome " + std::string(text_of(from)) + " becomes " + std::string(text_of(to)),
           solver_.and_(was[i], is[j]), [from, to](const Decision& a, const Decision& b) {
             return a.outcome == from && b.outcome == to;
           }});
    }
  }
}

void Comparison::add_attachments(std::vector<Aspect>& aspects) {
  for (size_t i = 0; i < kAttachments; ++i) {
    const auto attachment = static_cast<Attachment>(i);
    const std::string code(text_of(attachment));
    const Lit was = before_.attached(attachment);
    const Lit is = after_.attached(attachment);
    aspects.push_back({"attachment " + code + " is added", solver_.and_(-was, is),
                       [code](const Decision& a, const Decision& b) {
                         return !attaches(a, code) && attaches(b, code);
                       }});
    aspects.push_back({"attachment " + code + " falls away", solver_.and_(was, -is),
                       [code](const Decision& a, const Decision& b) {
                         return attaches(a, code) && !attaches(b, code);
                       }});
  }
}

Lits Comparison::assume(const Scope& scope) {
  Lits all;
  if (scope.date) {
    all.push_back(domain_.on(FactKey::date, static_cast<uint64_t>(scope.date->days())));
  }
  if (scope.jurisdiction) {
    all.push_back(domain_.like(FactKey::sender_jurisdiction, *scope.jurisdiction));
    all.push_back(domain_.like(FactKey::recipient_jurisdiction, *scope.jurisdiction));
  }
  return all;
}

std::optional<Difference> Comparison::ask(const Aspect& aspect, const Scope& scope) {
  if (aspect.lit == Solver::kFalse) return std::nullopt;
  Lits all = assume(scope);
  all.push_back(aspect.lit);
  if (!solver_.can_be(all)) return std::nullopt;
  Difference found;
  found.what = aspect.what;
  found.witness.facts = domain_.facts();
  place_in(scope, found.witness.facts);
  std::shared_ptr<const Law> before = versions_.before;
  found.law = versions_.after;
  if (free_parameters_) {
    const Parameters chosen = domain_.parameters();
    const Parameters was = changed_parameters(*versions_.before, chosen);
    found.witness.parameters = changed_parameters(*versions_.after, chosen);
    const auto old_law = versions_.make_before(was);
    const auto new_law = versions_.make_after(found.witness.parameters);
    RELAIS_CHECK(old_law.has_value() && new_law.has_value());
    before = *old_law;
    found.law = *new_law;
  }
  const auto shows = [&](const Facts& facts) {
    return aspect.shows(decide_bare(*before, facts), decide_bare(*found.law, facts));
  };
  RELAIS_CHECK(shows(found.witness.facts));
  found.witness.facts = shrink(found.witness.facts, shows);
  found.before = evaluate(*before, found.witness.facts);
  found.after = evaluate(*found.law, found.witness.facts);
  return found;
}

std::optional<Difference> Comparison::first_difference(const Scope& scope) {
  auto found = find(scope, 1);
  if (found.empty()) return std::nullopt;
  return std::move(found[0]);
}

std::vector<Difference> Comparison::find(const Scope& scope, size_t most) {
  std::vector<Aspect> aspects;
  add_categories(aspects);
  add_outcomes(aspects);
  add_attachments(aspects);
  Lits any;
  for (const Aspect& aspect : aspects) any.push_back(aspect.lit);
  std::vector<Difference> found;
  const Lit some = solver_.or_(any);
  Lits all = assume(scope);
  all.push_back(some);
  if (some == Solver::kFalse || !solver_.can_be(all)) return found;
  for (const Aspect& aspect : aspects) {
    if (found.size() >= most) return found;
    if (auto difference = ask(aspect, scope)) found.push_back(*std::move(difference));
  }
  return found;
}

std::vector<std::string> Comparison::rules_changed() const {
  return changes(*versions_.before, *versions_.after, whole_text);
}

std::vector<std::string> Comparison::receiver_rules_changed() const {
  return changes(*versions_.before, *versions_.after, receiver_text);
}

}  // namespace relais::policy
