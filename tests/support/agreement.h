// SPDX-License-Identifier: Apache-2.0
// disagreement: one question put to the engine and to the reference; the first part of the answer
// in which they differ, or nothing. For the properties and the fuzzers. Pure; any thread.
#pragma once

#include <string>

#include "policy/account.h"
#include "policy/judge.h"
#include "policy/reference.h"

namespace relais::policy {

inline std::string differing(const Law& law, const char* what, const RuleSet& set,
                             const Rules& rules) {
  for (const Rule& rule : law.rules()) {
    if (set[rule.number] == rules.contains(&rule)) continue;
    return std::string(what) + " by the " + (set[rule.number] ? "engine" : "reference") +
           " alone: " + rule.id;
  }
  return {};
}

// The stops of the words, which the reference does not list, are the bits of the judgement.
inline std::string differing_stops(const Law& law, const Decision& decision, const RuleSet& stops) {
  Rules worded;
  for (const Stop& stop : decision.stops) worded.insert(law.find(stop.rule.id));
  return differing(law, "stop, in bits or words", stops, worded);
}

// The words of the engine's answer: effect and stop of each category, and the grounds.
inline std::string differing_words(const Law& law, const Decision& decision, const Reading& read) {
  for (const Verdict& verdict : decision.verdicts) {
    const Effect effect = read.must.has(verdict.category)       ? Effect::must
                          : read.released.has(verdict.category) ? Effect::may
                                                                : Effect::must_not;
    const auto stop = read.stops.find(verdict.category);
    const StopKind kind = stop == read.stops.end() ? StopKind::none : stop->second;
    if (verdict.effect == effect && verdict.stop == kind) continue;
    return law.words().at(verdict.category).code + ": " + std::string(text_of(verdict.effect)) +
           " " + std::string(text_of(verdict.stop)) + ", by the reference " +
           std::string(text_of(effect)) + " " + std::string(text_of(kind));
  }
  size_t known = 0;
  for (const Ground& ground : decision.grounds) {
    const Rule* rule = law.find(ground.rule);
    if (rule == nullptr) continue;  // a claim of a foreign pack
    ++known;
    if (!read.grounds.contains(rule)) return "a ground of the engine alone: " + rule->id;
  }
  return known == read.grounds.size() ? "" : "a ground of the reference alone";
}

inline std::string disagreement(const Law& law, const Facts& facts, Side side = Side::sender,
                                std::span<const Ground> claims = {}) {
  const Judgement judged =
      side == Side::sender ? judge(law, facts) : judge_received(law, facts, claims);
  const Reading read = refer(law, facts, side, claims);
  if (judged.outcome != read.outcome) {
    return "outcome " + std::string(text_of(judged.outcome)) + ", by the reference " +
           std::string(text_of(read.outcome));
  }
  if (judged.released != read.released) return "what is released";
  const Decision decision = account_for(law, facts, judged, claims);
  const std::string parts[] = {
      differing(law, "fired", judged.fired, read.fired),
      differing(law, "ready", judged.ready, read.ready),
      differing(law, "open", judged.open, read.open),
      differing(law, "short of consent", judged.short_of_consent, read.lacking),
      differing(law, "holding", judged.holding, read.holding),
      differing(law, "ground", judged.grounds, read.grounds),
      differing_stops(law, decision, judged.stops),
      differing_words(law, decision, read)};
  for (const std::string& part : parts) {
    if (!part.empty()) return part;
  }
  return {};
}

}  // namespace relais::policy
