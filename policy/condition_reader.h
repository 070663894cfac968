// SPDX-License-Identifier: Apache-2.0
// ConditionReader: `when`, `require` and `attach_when` tables into clauses of a Conditions. Used by
// the loader, on one thread, for one pack at a time.
#pragma once

#include <string>
#include <vector>

#include "policy/document.h"
#include "policy/law.h"
#include "policy/rules.h"
#include "policy/vocabulary.h"

namespace relais::policy {

class ConditionReader {
 public:
  ConditionReader(const Vocabulary& words, const Parameters& parameters, Conditions& into,
                  std::string file, Problems& problems)
      : words_(words),
        parameters_(parameters),
        into_(into),
        file_(std::move(file)),
        problems_(problems) {}

  // The number of the clause; an absent table is the empty, true conjunction.
  uint32_t read(const Node* table);

 private:
  Clause read_clause(const Node& table, int level);
  void read_members(const Node& table, const std::string& prefix, int level,
                    std::vector<Term>& terms);
  void read_member(const Member& member, const std::string& key, int level,
                   std::vector<Term>& terms);
  void read_any(const Node& list, int level, std::vector<Term>& terms);
  void read_not(const Node& table, int level, std::vector<Term>& terms);
  void read_parameter(const std::string& name, const Member& member, std::vector<Term>& terms);
  void read_fact(FactKey key, const Node& value, std::vector<Term>& terms);
  bool read_minimum(FactKey key, const Node& value, Term& term);
  bool encode(FactKey key, const Node& value, uint64_t& encoded);
  uint32_t append(Clause clause);
  void complain(Position at, std::string text) { problems_.add(file_, at, std::move(text)); }

  const Vocabulary& words_;
  const Parameters& parameters_;
  Conditions& into_;
  std::string file_;
  Problems& problems_;
};

}  // namespace relais::policy
