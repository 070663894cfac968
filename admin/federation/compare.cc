// SPDX-License-Identifier: Apache-2.0
#include "admin/federation/compare.h"

#include <algorithm>

namespace relais::demo {
namespace {

template <class Texts>
std::string joined(const Texts& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : ", ") + text;
  return all.empty() ? "nothing" : all;
}

void compare(std::vector<std::string>& found, const std::string& what, const std::string& expected,
             const std::string& got) {
  if (expected.empty() || expected == got) return;
  found.push_back(what + " is \"" + got + "\", expected \"" + expected + "\"");
}

const v1::Verdict* verdict_of(const v1::Decision& decision, const std::string& category) {
  for (const v1::Verdict& verdict : decision.verdicts()) {
    if (verdict.category() == category) return &verdict;
  }
  return nullptr;
}

bool cites(const v1::Verdict& verdict, const std::string& rule) {
  return std::any_of(verdict.citations().begin(), verdict.citations().end(),
                     [&](const v1::Citation& citation) { return citation.rule() == rule; });
}

void compare_withheld(std::vector<std::string>& found, const StoryReferral& told,
                      const v1::Decision& decision) {
  for (const auto& [category, why] : told.expect.withheld) {
    const v1::Verdict* verdict = verdict_of(decision, category);
    if (verdict == nullptr || verdict->effect() != v1::EFFECT_MUST_NOT) {
      found.push_back(category + " was not withheld");
    } else if (verdict->stopped_by() != why && !cites(*verdict, why)) {
      found.push_back(category + " was withheld by " + verdict->stopped_by() + ", expected " + why);
    }
  }
}

void compare_grounds(std::vector<std::string>& found, const StoryReferral& told,
                     const v1::Decision& decision) {
  for (const std::string& rule : told.expect.grounds) {
    const bool cited = std::any_of(
        decision.verdicts().begin(), decision.verdicts().end(), [&](const v1::Verdict& verdict) {
          return verdict.effect() != v1::EFFECT_MUST_NOT && cites(verdict, rule);
        });
    if (!cited) found.push_back(rule + " is not among the grounds");
  }
}

// Exactly these, where the story names any: one too many can do harm as well.
void compare_attachments(std::vector<std::string>& found, const std::vector<std::string>& expected,
                         const Played& played) {
  if (expected.empty()) return;
  const auto& all = played.referral.attachments();
  for (const std::string& one : expected) {
    if (std::find(all.begin(), all.end(), one) == all.end()) {
      found.push_back(one + " is not attached");
    }
  }
  for (const std::string& one : all) {
    if (std::find(expected.begin(), expected.end(), one) == expected.end()) {
      found.push_back(one + " is attached");
    }
  }
}

// On the way of a preview nothing is kept, so there is nothing to compare but the decision.
void compare_kept(std::vector<std::string>& found, const StoryReferral& told,
                  const Played& played) {
  const Expectation& expect = told.expect;
  compare(found, "the state", expect.state, played.referral.state());
  compare(found, "the reason", expect.reason, played.referral.reason_code());
  compare(found, "the delivery", expect.delivery, played.referral.delivery());
  compare_attachments(found, expect.attachments, played);
  if (!played.referral.has_ledger_index()) found.push_back("there is no ledger entry");
}

}  // namespace

std::string word_of(v1::Outcome outcome) {
  switch (outcome) {
    case v1::OUTCOME_DENY:
      return "deny";
    case v1::OUTCOME_PERMIT:
      return "permit";
    case v1::OUTCOME_OBLIGE:
      return "oblige";
    case v1::OUTCOME_BLOCKED:
      return "blocked";
    case v1::OUTCOME_CONFLICT:
      return "conflict";
    default:
      return "unknown";
  }
}

std::vector<std::string> differences(const StoryReferral& told, const Played& played) {
  std::vector<std::string> found = played.trouble;
  if (!played.asked) return found;
  compare(found, "the outcome", told.expect.outcome, word_of(played.decision.outcome()));
  if (played.held != told.expect.left) {
    found.push_back("the receiver holds " + joined(played.held) + ", expected " +
                    joined(told.expect.left));
  }
  compare_withheld(found, told, played.last);
  compare_grounds(found, told, played.last);
  if (!told.preview) compare_kept(found, told, played);
  std::set<std::string> slip;
  for (const v1::Item& item : played.slip.items()) slip.insert(item.category());
  const std::set<std::string> wanted(told.expect.slip.begin(), told.expect.slip.end());
  if (!wanted.empty() && slip != wanted) {
    found.push_back("the slip says " + joined(slip) + ", expected " + joined(wanted));
  }
  return found;
}

}  // namespace relais::demo
