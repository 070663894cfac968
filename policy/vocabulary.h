// SPDX-License-Identifier: Apache-2.0
// Vocabulary: the federation's words as loaded from policy/vocabulary.toml: categories with their
// bits, tiers and value types, purposes, referral states with their ceilings, code lists, labels.
// Owned by main for the life of the process and read by everything; immutable after load, so any
// thread may use it. A file that is wrong in any way does not load: nothing is skipped, and a crash
// leaves nothing.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "node/core/agency.h"
#include "node/core/categories.h"
#include "node/core/result.h"
#include "policy/document.h"

namespace relais::policy {

// What a value of a category looks like; check_value says the exact form.
enum class ValueType : uint8_t {
  name,
  phone_or_email,
  code,
  language,
  date,
  year,
  count_by_age_band,
  name_relation,
  flag,
  short_text,
  reference,
  none,  // tier 4: there is no value
};

struct Category {
  std::string code;
  CategoryBit bit = 0;
  int tier = 4;
  ValueType type = ValueType::none;
  std::string list;          // code list of the value, where it has one
  std::string origin_label;  // "part2", "vawa": the label that sticks to data of this category
  Label label;
  std::string fhir;
  std::string hsds;
  std::string dpv;
};

struct Purpose {
  std::string code;
  Label label;
  std::string dpv;
};

// A referral state and the most that may leave in it (vocabulary, section 5).
struct State {
  std::string code;
  std::string owner;  // sender | target | timer | person
  uint64_t from = 0;  // the states it may follow, a bit each: index into Vocabulary::states()
  bool terminal = false;
  bool needs_reason = false;
  Label label;
  std::string fhir;
  CategorySet ceiling;
  CategorySet consented_ceiling;    // added for what a satisfied consent names
  bool adds_need = false;           // everything the receiving service declared
  bool adds_required_need = false;  // what it declared required

  // What may be known in this state of what the service needs and requires; `consented` is what a
  // satisfied consent names.
  CategorySet bound(CategorySet need, CategorySet required, CategorySet consented) const {
    CategorySet bound = ceiling | (consented_ceiling & consented);
    if (adds_need) bound |= need;
    if (adds_required_need) bound |= required;
    return bound;
  }
};

// What law says a service may not declare in the directory (declaration.h).
struct DeclarationRule {
  std::string id;
  std::vector<uint64_t> jurisdictions;  // encoded (facts.h); with `eu`: of the agency
  bool eu = false;                      // any member state
  std::vector<std::string> services;    // recipient categories; empty: every service
  CategorySet optional;                 // may go unanswered: nobody requires them
  bool no_required_release = false;     // a release may not be the price of the service
  std::string cite;
  std::string certainty;  // settled | contested | interpretation
};

struct Code {
  std::string code;
  Label label;
};

class Vocabulary {
 public:
  // Fault `invalid` with "file:line:column: what is wrong" in `where`, all problems, one a line.
  static Result<Vocabulary> load(const std::string& path);
  static Result<Vocabulary> parse(const std::string& text, const std::string& name);

  const std::string& version() const { return version_; }

  std::optional<CategoryBit> find(std::string_view code) const;
  const Category& at(CategoryBit bit) const { return by_bit_[bit]; }  // `bit` is in all()
  // "identity.name", "identity.*" or "*". Globs leave out tier 4; an unknown code or a glob that
  // covers nothing is nullopt.
  std::optional<CategorySet> mask(std::string_view pattern) const;
  CategorySet all() const { return all_; }
  CategorySet tier(int tier) const { return tiers_[static_cast<size_t>(tier)]; }  // 0…4
  // What a decision is about: everything but routing.* (tier 0) and tier 4.
  CategorySet decidable() const { return all_.minus(tiers_[0]).minus(tiers_[4]); }
  std::vector<std::string> codes(CategorySet set) const;  // ascending by bit
  std::optional<CategorySet> set_of(const std::vector<std::string>& codes) const;  // all known

  const std::vector<Purpose>& purposes() const { return purposes_; }  // at most 64
  const std::vector<State>& states() const { return states_; }        // at most 64
  const std::vector<DeclarationRule>& declarations() const { return declarations_; }
  std::optional<size_t> purpose(std::string_view code) const;  // index into purposes()
  std::optional<size_t> state(std::string_view code) const;    // index into states()
  const State* find_state(std::string_view code) const;        // nullptr when unknown
  // The codes of a list ("need.code", "reason_code", …); nullptr when there is no such list.
  const std::vector<Code>* list(std::string_view name) const;
  // The label of a code in a list; nullptr when the list or the code does not exist.
  const Label* label(std::string_view list_name, std::string_view code) const;

  // One value in its canonical text. Fault `invalid`: the message says the expected form, `where`
  // is the category's code; never the value.
  //   name               1…100 characters           short_text  1…200 characters
  //   phone_or_email     E.164 "+33612345678" or a mail address
  //   code               a code of the category's list
  //   language           a BCP 47 tag, "fr", "pt-BR"
  //   date, year         "YYYY-MM-DD", "YYYY"
  //   count_by_age_band  "0-2:1,18-24:2", bands of the list in its order, counts 1…99
  //   name_relation      "name;relation", one person, relation of the list "relation"
  //   flag               "true" | "false"            reference   1…100 printable ASCII, no spaces
  // Every text must be UTF-8 without control characters.
  Result<void> check_value(CategoryBit bit, std::string_view text) const;

  // What a misspelt word was probably meant to be; empty when nothing is near.
  std::string nearest_category(std::string_view code) const;

 private:
  friend class VocabularyReader;
  Vocabulary() : by_bit_(64) {}

  std::string version_;
  std::vector<Category> by_bit_;
  std::map<std::string, CategoryBit, std::less<>> bits_;
  CategorySet all_;
  std::vector<CategorySet> tiers_ = std::vector<CategorySet>(5);
  std::vector<Purpose> purposes_;
  std::vector<State> states_;
  std::vector<DeclarationRule> declarations_;
  std::map<std::string, std::vector<Code>, std::less<>> lists_;
};

}  // namespace relais::policy
