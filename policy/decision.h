// SPDX-License-Identifier: Apache-2.0
// Decision: the law's answer to one intended disclosure, category by category, with the rules
// behind each word of it, in a form that can be shown, recorded and compared. Plain values owned by
// the caller. It is an account, not a right: only a Permit lets anything leave.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "node/core/categories.h"
#include "node/core/permit.h"
#include "policy/facts.h"

namespace relais::policy {

// Recorded with each decision, so that a replay knows which reading of law.md was used.
inline constexpr std::string_view kEngineVersion = "1";

enum class Outcome : uint8_t { deny, permit, oblige, blocked, conflict };
enum class Effect : uint8_t { must_not, may, must };
// What kept a category back, the most telling first when there are several.
// `failure`: the decision itself failed, and a decision that fails is a refusal.
enum class StopKind : uint8_t {
  none,
  tier,
  bar,
  need,
  ceiling,
  require,
  consent,
  silence,
  failure
};
inline constexpr size_t kStopKinds = 9;

std::string_view text_of(Outcome outcome);  // "permit"
std::string_view text_of(Effect effect);    // "MUST_NOT" | "MAY" | "MUST"
std::string_view text_of(StopKind kind);    // "silence"; "" for none

struct RuleRef {
  std::string id;
  std::string cite;
  friend bool operator==(const RuleRef&, const RuleRef&) = default;
};

// One requested category.
struct Verdict {
  CategoryBit category = 0;
  Effect effect = Effect::must_not;
  StopKind stop = StopKind::none;  // of a MUST_NOT
  std::vector<RuleRef> rules;      // what released it, or what stopped it in the sense of `stop`
};

// A rule that kept something back.
struct Stop {
  StopKind kind = StopKind::none;
  RuleRef rule;
  CategorySet categories;
};

// One thing people can do. `value` as in a case file: "before", "true"; a category code to drop;
// "given" for a consent that covers this recipient, this purpose and what is asked.
struct Change {
  enum class Kind : uint8_t { inform, name_recipient, seek_consent, obtain_consent, drop_category };
  Kind kind = Kind::inform;
  FactKey fact = FactKey::data;  // the fact that changes; consent_state for a consent
  std::string value;
  std::string text() const;  // "information.subject=before", "drop:health.clinical"
};

// A smallest set of changes after which more would be allowed: true when applied (it was).
struct Counterfactual {
  std::vector<Change> changes;
  Outcome outcome = Outcome::deny;  // after the changes
  CategorySet released;             // after the changes
  Facts facts;                      // the facts with the changes applied
  std::string text() const;         // "information.subject=before & recipient.named=true"
};

struct UsedPack {
  std::string id;
  std::string version;
  Digest digest{};        // SHA-256 of the file
  bool reviewed = false;  // by counsel
};

struct Decision {
  Outcome outcome = Outcome::deny;
  CategorySet released;
  std::vector<Verdict> verdicts;  // one per category of `data`, ascending by bit
  std::vector<Ground> grounds;    // rules that are live for something released
  std::vector<Stop> stops;
  std::vector<std::string> bases;        // of the grounds, sorted, each once
  std::string secrecy_ground;            // the rule that lifted secrecy, or "not_bound"
  std::vector<std::string> attachments;  // sorted, each once; offers among them
  std::vector<std::string> offers;       // what the person may do instead ("self_carried")
  std::vector<FactKey> asks;             // open facts of a duty that may exist
  std::vector<Counterfactual> counterfactuals;
  std::vector<UsedPack> packs;  // the engaged ones

  bool reviewed() const;  // every pack used was signed by counsel; false when none was used
  bool has_attachment(std::string_view code) const;
};

struct Ruling {
  Decision decision;
  std::optional<Permit> permit;
};

}  // namespace relais::policy
