// SPDX-License-Identifier: Apache-2.0
#include "policy/rules.h"

#include <algorithm>
#include <array>

#include "policy/text.h"

namespace relais::policy {
namespace {

Tri tri(bool holds) { return holds ? Tri::yes : Tri::no; }

Tri negate(Tri value) {
  if (value == Tri::unknown) return Tri::unknown;
  return value == Tri::yes ? Tri::no : Tri::yes;
}

bool place_matches(uint64_t place, uint64_t listed) {
  static const uint64_t kUnion = *encode_jurisdiction("EU");
  return lies_in(place, listed) || (listed == kUnion && is_eu_member(place));
}

}  // namespace

Tri Conditions::test(const Clause& clause, const Facts& facts) const {
  Tri least = Tri::yes;
  for (uint32_t i = clause.begin; i < clause.end; ++i) {
    const Tri one = test(terms[i], facts);
    if (one == Tri::no) return Tri::no;
    least = std::min(least, one);
  }
  return least;
}

Tri Conditions::test(const Term& term, const Facts& facts) const {
  if (term.op == Term::Op::constant) return tri(term.value != 0);
  if (term.op == Term::Op::negation) return negate(test(term.begin, facts));
  if (term.op == Term::Op::any) {
    Tri most = Tri::no;
    for (uint32_t i = term.begin; i < term.end && most != Tri::yes; ++i) {
      most = std::max(most, test(i, facts));
    }
    return most;
  }
  if (!facts.is_known(term.fact)) return Tri::unknown;
  const uint64_t value = facts.value(term.fact);
  if (term.op == Term::Op::meets) return tri((value & term.value) != 0);
  if (term.op == Term::Op::at_least) {
    return tri(static_cast<int64_t>(value) >= static_cast<int64_t>(term.value));
  }
  const bool place = term.op == Term::Op::lies_in;
  for (uint32_t i = term.begin; i < term.end; ++i) {
    if (place ? place_matches(value, values[i]) : value == values[i]) return Tri::yes;
  }
  return Tri::no;
}

void Conditions::open_facts(uint32_t clause, const Facts& facts, FactSet& open) const {
  if (test(clause, facts) != Tri::unknown) return;
  for (uint32_t i = clauses[clause].begin; i < clauses[clause].end; ++i) {
    const Term& term = terms[i];
    if (test(term, facts) != Tri::unknown) continue;
    if (term.op == Term::Op::any) {
      for (uint32_t c = term.begin; c < term.end; ++c) open_facts(c, facts, open);
    } else if (term.op == Term::Op::negation) {
      open_facts(term.begin, facts, open);
    } else {
      open.set(static_cast<size_t>(term.fact));
    }
  }
}

bool declares_basis(const std::vector<std::string>& bases, const std::vector<std::string>& globs) {
  for (const std::string& glob : globs) {
    for (const std::string& basis : bases) {
      if (matches_glob(glob, basis)) return true;
    }
  }
  return false;
}

std::string_view text_of(RuleKind kind) {
  constexpr std::array<std::string_view, 4> kTexts{"silence", "lift", "duty", "bar"};
  return kTexts[static_cast<size_t>(kind)];
}

std::string_view text_of(Attachment attachment) {
  constexpr std::array<std::string_view, kAttachments> kTexts{
      "inform_before",    "inform_after",  "notify_parents",         "notify_victim",
      "protective_steps", "record_reason", "redisclosure_notice",    "attach_consent_copy",
      "human_confirm",    "without_delay", "withhold_from_log_view", "seek_consent_first",
      "self_carried"};
  return kTexts[static_cast<size_t>(attachment)];
}

}  // namespace relais::policy
