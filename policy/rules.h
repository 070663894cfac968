// SPDX-License-Identifier: Apache-2.0
// Rules as the engine walks them: resolved to fact keys, value masks, category masks and sets of
// rule numbers. Owned by a Law, immutable once it is loaded; any thread. Made by the loader only.
#pragma once

#include <bitset>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "node/core/categories.h"
#include "policy/document.h"
#include "policy/facts.h"
#include "policy/rule_set.h"

namespace relais::policy {

inline constexpr size_t kMostRules = 10'240;  // of all packs of a node together
inline constexpr size_t kMostPacks = 64;

// An open question for counsel, as the pack states it or the node's config sets it.
using Parameter = std::variant<bool, int64_t, std::string>;
std::string text_of(const Parameter& parameter);  // "false", "30", "strict"

// Kleene's three values. An absent fact is unknown, and a comparison with it too.
enum class Tri : uint8_t { no, unknown, yes };

struct Term {
  enum class Op : uint8_t {
    meets,     // a code, flag or set fact shares a bit with `value`
    one_of,    // a date or integer fact equals one of values[begin, end)
    lies_in,   // a jurisdiction fact lies in one of values[begin, end)
    at_least,  // a date or integer fact is ≥ `value`
    constant,  // parameter_tests[begin], compared when the pack was loaded: `value` is 0 or 1
    any,       // one of clauses[begin, end) is true
    negation,  // clause `begin` is not true
  };
  Op op = Op::constant;
  FactKey fact = FactKey::data;
  uint64_t value = 0;
  uint32_t begin = 0;
  uint32_t end = 0;
};

// What a constant compares, for those who ask what another value would do.
struct ParameterTest {
  std::string name;
  std::vector<Parameter> values;
};

// A conjunction: terms[begin, end). An empty one is true.
struct Clause {
  uint32_t begin = 0;
  uint32_t end = 0;
};

using FactSet = std::bitset<kFactKeys>;

class Conditions {
 public:
  Tri test(uint32_t clause, const Facts& facts) const { return test(clauses[clause], facts); }
  Tri test(const Clause& clause, const Facts& facts) const;
  Tri test(const Term& term, const Facts& facts) const;
  Tri test_term(size_t number, const Facts& facts) const { return test(terms[number], facts); }
  // Adds the unknown facts that keep a clause from being decided; nothing when it is decided.
  void open_facts(uint32_t clause, const Facts& facts, FactSet& open) const;

  std::vector<Clause> clauses;
  std::vector<Term> terms;
  std::vector<uint64_t> values;
  std::vector<ParameterTest> parameter_tests;
};

enum class RuleKind : uint8_t { silence, lift, duty, bar };
std::string_view text_of(RuleKind kind);

enum class Side : uint8_t { sender = 1, receiver = 2, both = 3 };
enum class Certainty : uint8_t { settled, contested, interpretation };

// Attachments are a closed list; a rule carries a set of them.
enum class Attachment : uint8_t {
  inform_before,
  inform_after,
  notify_parents,
  notify_victim,
  protective_steps,
  record_reason,
  redisclosure_notice,
  attach_consent_copy,
  human_confirm,
  without_delay,
  withhold_from_log_view,
  seek_consent_first,
  self_carried,
};
inline constexpr size_t kAttachments = 13;
using AttachmentSet = uint32_t;
std::string_view text_of(Attachment attachment);
constexpr AttachmentSet only(Attachment attachment) {
  return AttachmentSet{1} << static_cast<unsigned>(attachment);
}

struct AttachWhen {
  uint32_t when = 0;
  AttachmentSet attach = 0;
};

struct Rule {
  RuleKind kind = RuleKind::silence;
  std::string id;
  std::string cite;
  Position at;  // in the pack's file
  uint8_t pack = 0;
  uint16_t number = 0;  // index into Law::rules()
  uint8_t sides = 1;    // Side bits
  uint32_t when = 0;    // clause
  uint32_t require = 0;
  uint64_t purposes = ~uint64_t{0};  // a bit per purpose; all when the pack lists none
  int32_t from = std::numeric_limits<int32_t>::min();  // first and last day in force
  int32_t to = std::numeric_limits<int32_t>::max();
  bool unverified = false;
  Certainty certainty = Certainty::settled;
  bool asks_consent = false;
  bool mandate = false;
  CategorySet mask;                // categories, allow or owe
  std::vector<std::string> basis;  // of a lift or duty
  AttachmentSet attach = 0;
  std::vector<AttachWhen> attach_when;
  AttachmentSet offer = 0;
  // Of a silence with freed_by: the lifts of any pack that declare such a basis; without: its own
  // pack's lifts.
  RuleSet answered_by;
  std::vector<std::string> freed_by;
  // Of a bar: the rules it names that have none of its unless_basis; the rules that override it.
  // `defeats` and `overriders` are the patterns as the pack writes them.
  std::vector<std::string> defeats;
  std::vector<std::string> overriders;
  RuleSet names;
  RuleSet overridden_by;
  bool names_every_lift = false;
  std::vector<std::string> unless_basis;

  bool on(Side side) const { return (sides & static_cast<uint8_t>(side)) != 0; }
  bool in_force(int32_t day) const { return from <= day && day <= to; }
  bool grants() const { return kind == RuleKind::lift || kind == RuleKind::duty; }
};

// Whether one of `bases` ("A9-2-h") matches one of `globs` ("A9-2-*").
bool declares_basis(const std::vector<std::string>& bases, const std::vector<std::string>& globs);

}  // namespace relais::policy
