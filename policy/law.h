// SPDX-License-Identifier: Apache-2.0
// Law: the law packs of a node, compiled once: facts, values, masks and rule ids are resolved, so
// that a decision is a walk over integers. Immutable after load and shared as std::shared_ptr<const
// Law>; any thread. A pack that fails to load stops the node: nothing is ever skipped. The
// Vocabulary it was loaded with must outlive it.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "node/core/bytes.h"
#include "node/core/result.h"
#include "policy/accounting.h"
#include "policy/decision_table.h"
#include "policy/document.h"
#include "policy/rules.h"
#include "policy/vocabulary.h"

namespace relais::policy {

using Parameters = std::map<std::string, Parameter, std::less<>>;

struct LawSource {
  std::string directory;           // holds <id>.toml
  std::vector<std::string> packs;  // ids; a pack that is listed twice is an error
  Parameters parameters;  // replace what the packs say, by name; an unknown name is an error
};

// A pack that is not read from a directory: tests, the fuzzer, the analysis.
struct PackText {
  std::string name;  // of the file, for messages
  std::string text;
};

// A pack whose text was read already: the mutation of packs changes the tree and loads it again.
struct PackTree {
  std::string name;
  Node root;
};

struct Pack {
  std::string id;
  std::string version;
  std::string reviewed_by;  // empty until counsel signed
  std::string file;
  Digest digest{};                      // SHA-256 of the text
  bool eu = false;                      // "EU" is listed: any member state
  std::vector<uint64_t> jurisdictions;  // encoded (facts.h)
  Parameters parameters;                // as used
  RuleSet lifts;                        // its lifts
  std::vector<Accounting> accountings;
};

class Law {
 public:
  // Fault `invalid`: `where` holds every problem as "file:line:column: text", one a line. The same
  // list, taken apart, goes to `problems` when given.
  static Result<std::shared_ptr<const Law>> load(const Vocabulary& words, const LawSource& source,
                                                 Problems* problems = nullptr);
  static Result<std::shared_ptr<const Law>> parse(const Vocabulary& words,
                                                  const std::vector<PackText>& packs,
                                                  const Parameters& parameters = {},
                                                  Problems* problems = nullptr);

  // The same; other packs may exist, and rules may name theirs.
  static Result<std::shared_ptr<const Law>> parse_alone(const Vocabulary& words,
                                                        const std::vector<PackText>& packs,
                                                        const Parameters& parameters = {});
  // The same; a pack has no digest, and one that is not given may exist elsewhere.
  static Result<std::shared_ptr<const Law>> build(const Vocabulary& words,
                                                  const std::vector<const PackTree*>& packs,
                                                  const Parameters& parameters = {},
                                                  Problems* problems = nullptr);

  const Vocabulary& words() const { return *words_; }
  const std::vector<Pack>& packs() const { return packs_; }
  const std::vector<Rule>& rules() const { return rules_; }  // by pack; within one, by file order
  const Conditions& conditions() const { return conditions_; }
  const std::vector<uint16_t>& lifts() const { return lifts_; }  // their numbers
  const std::vector<uint16_t>& bars() const { return bars_; }
  const DecisionTable& table() const { return table_; }
  bool mentions(FactKey key) const { return mentioned_[static_cast<size_t>(key)]; }  // a condition
  const Rule* find(std::string_view id) const;
  const Accounting* accounting(std::string_view id) const;  // nullptr: no pack has it
  // SHA-256 over the packs' ids, versions and digests and the parameters used, in order of pack id.
  const Digest& digest() const { return digest_; }
  Parameters parameters() const;  // "pack.name" → value used

 private:
  friend class LawLoader;
  Law() = default;
  const Vocabulary* words_ = nullptr;
  std::vector<Pack> packs_;
  std::vector<Rule> rules_;
  std::vector<uint16_t> lifts_;
  std::vector<uint16_t> bars_;
  FactSet mentioned_;
  Conditions conditions_;
  DecisionTable table_;
  std::vector<uint16_t> by_id_;  // numbers, by id
  Digest digest_{};
};

}  // namespace relais::policy
