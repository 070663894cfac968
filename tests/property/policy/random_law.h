// SPDX-License-Identifier: Apache-2.0
// Random small laws and facts for the properties of law.md. They are drawn as TOML text, so that
// what is tested has gone through the loader, and from few facts and categories, so that rules
// meet. Facts that a property varies on purpose are read by the rules in the direction law.md gives
// them: objection and restriction only by bars, consent only by the gate of a lift.
#pragma once

#include <string>
#include <vector>

#include "tests/unit/policy/laws.h"

namespace relais::policy {

struct RuleText {
  std::string pack;  // fr | us | eu
  std::string kind;  // silence | lift | duty | bar
  std::string id;
  std::string lines;

  std::string text() const {
    return "[[" + kind + "]]\nid = \"" + id + "\"\n" + lines + "cite = \"Art. " + id + "\"\n";
  }
};

// 0…sides-1, by whoever draws: dice.cc for the properties, the input of a fuzzer.
int roll(int sides);

inline std::string pick(const std::vector<std::string>& from) {
  return from[static_cast<size_t>(roll(static_cast<int>(from.size())))];
}
inline std::vector<std::string> pick_some(const std::vector<std::string>& from) {
  std::vector<std::string> some;
  for (const std::string& one : from) {
    if (roll(2) == 0) some.push_back(one);
  }
  return some;
}
inline std::string list_text(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) text += (text.empty() ? "\"" : ", \"") + item + "\"";
  return "[" + text + "]";
}

inline const std::vector<std::string>& small_categories() {
  static const std::vector<std::string> kCodes{"identity.name",   "contact.point", "need.code",
                                               "health.clinical", "concern.child", "outcome.met"};
  return kCodes;
}
inline std::string random_mask() {
  std::vector<std::string> some = pick_some(small_categories());
  if (some.empty() || roll(4) == 0) some = {"*"};
  return list_text(some);
}

inline std::string random_condition(int level = 0) {
  const std::vector<std::string> simple{"\"sender.secrecy\" = [\"profession\", \"state\"]",
                                        "\"recipient.named\" = true",
                                        "\"relation.both_in_care\" = true",
                                        "\"facts.minor\" = [\"in_danger\"]",
                                        "\"mandate.kind\" = [\"judge_order\", \"subpoena\"]",
                                        "\"subject.vulnerable\" = false",
                                        "\"sender.jurisdiction\" = [\"FR\", \"EU\"]",
                                        "\"aggregate.min_count\" = { min = 5 }",
                                        "\"aggregate.min_count\" = [3, 5]",
                                        "\"sender.mission\" = [\"care\", \"education\"]",
                                        "purpose = [\"care_coordination\"]",
                                        "date = { min = 2026-06-01 }",
                                        "data = [\"concern.child\", \"need.code\"]"};
  const int form = level < 2 ? roll(6) : 0;
  if (form == 4) {
    return "any = [ { " + random_condition(level + 1) + " }, { " + random_condition(level + 1) +
           " } ]";
  }
  if (form == 5) return "not = { " + random_condition(level + 1) + " }";
  return pick(simple);
}
// A fact twice, once with and once without quotes, is two conditions.
inline std::string random_when() {
  const std::string twice = "facts.minor = [\"none\", \"in_danger\"]";
  std::string conditions = random_condition();
  if (roll(4) == 0) conditions += ", " + twice;
  return roll(3) == 0 ? "" : "when = { " + conditions + " }\n";
}
inline std::string random_require() {
  return "require = " +
         pick({"{ \"information.subject\" = [\"before\"] }",
               "{ \"information.subject\" = [\"before\", \"after\"], \"recipient.named\" = true }",
               "{ not = { \"information.subject\" = [\"not_yet\"] } }",
               "{ any = [ { \"information.subject\" = [\"before\"] }, { \"recipient.named\" = true "
               "} ] }"}) +
         "\n";
}
inline std::string random_basis() {
  return "basis = " + list_text(pick_some({"A6-1-a", "A6-1-c", "A6-1-e", "A9-2-h"})) + "\n";
}
// Ids end in a letter and patterns in "*", so that a copy "….a.copy" is named as its original is.
inline std::string random_pattern() {
  return pick({"*", "fr.*", "us.*", "eu.*", "fr.a*", "us.b*"});
}

inline std::string random_lines(const std::string& kind) {
  std::string lines =
      roll(4) == 0 ? "in_force = { from = 2027-01-01 }\n" : "in_force = \"unverified\"\n";
  if (kind == "silence") {
    lines += random_when() + "categories = " + random_mask() + "\n";
    if (roll(2) == 0) lines += "freed_by = [\"" + pick({"A6-1-*", "A9-2-*", "A6-1-e"}) + "\"]\n";
  } else if (kind == "bar") {
    const std::string facts = pick({"objection = true", "restriction = true", random_condition()});
    lines += "when = { " + facts + " }\ncategories = " + random_mask() + "\n";
    lines += "defeats = [\"" + random_pattern() + "\"]\n";
    if (roll(4) == 0) lines += "overridden_by = [\"" + random_pattern() + "\"]\n";
    if (roll(4) == 0) lines += "unless_basis = [\"A6-1-c\"]\n";
  } else {
    lines += random_when() + random_basis();
    lines += (kind == "lift" ? "allow = " : "owe = ") + random_mask() + "\n";
    if (kind == "lift" && roll(3) == 0) lines += "consent = \"required\"\n";
    if (kind == "duty" && roll(3) == 0) lines += "mandate = true\n";
    if (roll(3) == 0) lines += random_require();
    if (roll(3) == 0) lines += "purposes = [\"care_coordination\"]\n";
  }
  return lines;
}

inline RuleText random_rule(const std::string& kind, char letter) {
  const std::string home = pick({"fr", "us", "eu"});
  return {home, kind, home + "." + letter, random_lines(kind)};
}

// Up to 12 rules; the first three give every pack a rule that patterns can name.
inline std::vector<RuleText> random_rules() {
  std::vector<RuleText> rules;
  for (const char* home : {"fr", "us", "eu"}) {
    for (const char letter : {'a', 'b'}) {
      rules.push_back({home, "lift", std::string(home) + "." + letter, random_lines("lift")});
    }
  }
  const int more = roll(7);
  for (int i = 0; i < more; ++i) {
    rules.push_back(random_rule(pick({"silence", "silence", "bar", "duty", "lift"}),
                                static_cast<char>('c' + i)));
  }
  return rules;
}

inline std::shared_ptr<const Law> law_of(const std::vector<RuleText>& rules) {
  std::string texts[3];
  const std::string ids[3] = {"fr", "us", "eu"};
  for (const RuleText& rule : rules) {
    for (size_t i = 0; i < 3; ++i) {
      if (rule.pack == ids[i]) texts[i] += rule.text();
    }
  }
  return law_of(
      {pack("fr", texts[0], "FR"), pack("us", texts[1], "US"), pack("eu", texts[2], "EU")});
}

// A line or, one time in three, nothing: unknown.
inline std::string maybe(const std::string& key, const std::vector<std::string>& values) {
  return roll(3) == 0 ? "" : "\"" + key + "\" = " + pick(values) + "\n";
}

inline std::string random_consent() {
  if (roll(3) == 0) return maybe("consent.state", {"\"refused\"", "\"requested\""});
  return consent_for(list_text(pick_some(small_categories())));
}

inline Facts random_facts() {
  const std::vector<std::string> flags{"true", "false"};
  std::vector<std::string> data = pick_some(small_categories());
  if (roll(3) == 0) data.push_back("note.private");
  if (roll(3) == 0) data.push_back("routing.subject_handle");
  std::string lines = "data = " + list_text(data) +
                      "\nneed = " + list_text(pick_some(small_categories())) + "\n" +
                      random_consent();
  lines += "\"sender.jurisdiction\" = " + pick({"\"FR\"", "\"US\"", "\"DE\""}) + "\n";
  lines += "\"recipient.jurisdiction\" = " + pick({"\"FR\"", "\"US\"", "\"DE\""}) + "\n";
  lines += "purpose = " + pick({"\"care_coordination\"", "\"service_referral\""}) + "\n";
  lines += maybe("state", {"\"requested\"", "\"accepted\"", "\"in_progress\"", "\"completed\""});
  lines += maybe("need.required", {"[\"identity.name\"]", "[\"*\"]"});
  lines += maybe("sender.secrecy", {"\"none\"", "\"profession\""});
  lines += maybe("facts.minor", {"\"none\"", "\"in_danger\""});
  lines += maybe("mandate.kind", {"[]", "[\"judge_order\"]"});
  lines += maybe("mandate.categories", {"[\"identity.name\"]", "[\"*\"]", "[]"});
  lines += maybe("information.subject", {"\"before\"", "\"not_yet\""});
  lines += maybe("aggregate.min_count", {"3", "9"});
  lines += maybe("sender.mission", {"[]", "[\"care\"]", "[\"social_action\", \"education\"]"});
  for (const char* key : {"recipient.named", "relation.both_in_care", "subject.vulnerable"}) {
    lines += maybe(key, flags);
  }
  lines += maybe("objection", flags) + maybe("restriction", flags);
  return facts_of(lines);
}

}  // namespace relais::policy
