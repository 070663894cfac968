// SPDX-License-Identifier: Apache-2.0
// LawLoader: pack texts into a Law. Reads every pack, then resolves the rules that name rules, then
// computes the digests. Used once per load, by one thread; what it could not finish is thrown away.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "policy/law.h"
#include "policy/rule_names.h"
#include "policy/rule_reader.h"

namespace relais::policy {

class LawLoader {
 public:
  // `known_elsewhere`: whether a pack of this id exists though it is not loaded; rules may name its
  // rules.
  LawLoader(const Vocabulary& words, const Parameters& parameters, Problems& problems,
            std::function<bool(const std::string&)> known_elsewhere);

  // `expected_id`: what [pack] id must say; empty when anything goes.
  void read(const PackText& text, const std::string& expected_id);
  void read(const PackTree& tree) { read(tree, {}, {}); }
  // The law; null after complaints.
  std::shared_ptr<const Law> finish();

 private:
  void read(const PackTree& tree, const Digest& digest, const std::string& expected_id);
  Pack read_header(TableReader& table, const std::string& file, const std::string& expected_id);
  void read_jurisdictions(TableReader& table, Pack& pack);
  void read_parameters(TableReader& table, Pack& pack);
  void read_rules(TableReader& table, Pack& pack);
  void resolve(DraftRule& draft);
  void resolve_all();
  RuleSet rules_named(const DraftRule& draft, const Word& pattern);
  bool may_be_elsewhere(std::string_view pattern) const;
  void check_overrides();
  void check_ids();
  void compute_digest();
  const std::string& file_of(const Rule& rule) const { return law_->packs_[rule.pack].file; }

  const Parameters& parameters_;
  Problems& problems_;
  std::function<bool(const std::string&)> known_elsewhere_;
  std::shared_ptr<Law> law_;
  std::vector<DraftRule> drafts_;
  RuleNames names_;
  std::set<std::string> used_parameters_;
};

}  // namespace relais::policy
