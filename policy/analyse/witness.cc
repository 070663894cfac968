// SPDX-License-Identifier: Apache-2.0
#include "policy/analyse/witness.h"

#include <algorithm>

#include "policy/account.h"
#include "policy/judge.h"
#include "policy/text.h"

namespace relais::policy {
namespace {

bool is_kept(FactKey key) {
  return key == FactKey::date || key == FactKey::purpose || key == FactKey::sender_jurisdiction ||
         key == FactKey::recipient_jurisdiction;
}

bool is_set(FactKey key) {
  return kind_of(key) == FactKind::category_set || kind_of(key) == FactKind::code_set;
}

void shrink_set(FactKey key, Facts& facts, const Shows& shows) {
  CategorySet{facts.value(key)}.each([&](uint8_t bit) {
    Facts smaller = facts;
    smaller.set_raw(key, facts.value(key) & ~(uint64_t{1} << bit));
    if (shows(smaller)) facts = smaller;
  });
}

std::string quoted(const std::string& text) { return "\"" + text + "\""; }

std::string list_of(std::vector<std::string> items) {
  for (std::string& item : items) item = quoted(item);
  return "[" + join(items, ", ") + "]";
}

std::string value_of(const Law& law, const Facts& facts, FactKey key) {
  const std::string text = facts.text(law.words(), key);
  if (is_set(key)) return list_of(text.empty() ? std::vector<std::string>{} : split(text, ','));
  const FactKind kind = kind_of(key);
  const bool bare = kind == FactKind::flag || kind == FactKind::date || kind == FactKind::integer;
  return bare ? text : quoted(text);
}

std::string value_of(const Parameter& parameter) {
  const bool text = std::holds_alternative<std::string>(parameter);
  return text ? quoted(text_of(parameter)) : text_of(parameter);
}

std::string given_of(const Law& law, const Witness& witness) {
  std::vector<std::string> parts;
  for (size_t i = 0; i < kFactKeys; ++i) {
    const auto key = static_cast<FactKey>(i);
    if (!witness.facts.is_known(key)) continue;
    parts.push_back(quoted(std::string(text_of(key))) + " = " + value_of(law, witness.facts, key));
  }
  for (const auto& [name, value] : witness.parameters) {
    parts.push_back(quoted("param." + name) + " = " + value_of(value));
  }
  return "{ " + join(parts, ", ") + " }";
}

// What released, or else what stopped.
std::vector<std::string> cited(const Decision& decision) {
  std::vector<std::string> ids;
  for (const Ground& ground : decision.grounds) ids.push_back(ground.rule);
  for (const Stop& stop : decision.stops) {
    if (decision.grounds.empty()) ids.push_back(stop.rule.id);
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

}  // namespace

Facts shrink(const Facts& facts, const Shows& shows) {
  Facts small = facts;
  for (size_t i = 0; i < kFactKeys; ++i) {
    const auto key = static_cast<FactKey>(i);
    if (!small.is_known(key) || is_kept(key)) continue;
    Facts without = small;
    without.forget(key);
    if (shows(without)) {
      small = without;
    } else if (is_set(key)) {
      shrink_set(key, small, shows);
    }
  }
  return small;
}

Decision decide_bare(const Law& law, const Facts& facts) {
  return account_for(law, facts, judge(law, facts), {});
}

bool leaves(const Decision& decision, CategoryBit category) {
  const bool sent = decision.outcome == Outcome::permit || decision.outcome == Outcome::oblige;
  return sent && decision.released.has(category);
}

std::string to_case(const Law& law, const std::string& id, const std::string& note,
                    const Witness& witness, const Decision& decision) {
  std::string text;
  for (const std::string& line : split(note, '\n')) {
    if (!line.empty()) text += "# " + line + "\n";
  }
  std::vector<std::string> asks;
  for (const FactKey key : decision.asks) asks.emplace_back(text_of(key));
  text += "[[case]]\nid = " + quoted(id) + "\ngiven = " + given_of(law, witness) +
          "\nexpect = " + quoted(std::string(text_of(decision.outcome))) +
          "\nsurvive = " + list_of(law.words().codes(decision.released)) +
          "\ncite = " + list_of(cited(decision)) + "\nattach = " + list_of(decision.attachments) +
          "\nasks = " + list_of(asks) + "\n";
  return text;
}

std::string case_head(const Law& law) {
  std::vector<std::string> ids;
  for (const Pack& pack : law.packs()) ids.push_back(pack.id);
  return "packs = " + list_of(ids) + "\n";
}

}  // namespace relais::policy
