// SPDX-License-Identifier: Apache-2.0
// CaseFile: a .cases.toml file (law.md, "The cases"): worked examples of the law with the outcome
// each must have. A case with a mistake in it fails alone, with its place; a file that cannot be
// read at all fails as one. Plain values; one thread.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "policy/decide.h"
#include "policy/document.h"
#include "policy/law.h"

namespace relais::policy {

struct Case {
  std::string id;
  Position at;
  Facts facts;            // defaults and `given` together
  Parameters parameters;  // of both
  std::string expect;
  CategorySet survive;
  std::vector<std::string> cite;
  std::vector<std::string> attach;
  std::vector<FactKey> asks;
  std::vector<std::string> mistakes;  // "line:column: what"; not empty: the case fails
};

// A row of the statute tables that is not one decision: the named test covers it.
struct Elsewhere {
  std::string id;
  std::string test;
  Position at;
};

struct CaseFile {
  std::string path;
  std::vector<std::string> packs;
  std::vector<Case> cases;
  std::vector<Elsewhere> elsewhere;

  static Result<CaseFile> load(const Vocabulary& words, const std::string& path);
  static Result<CaseFile> parse(const Vocabulary& words, const std::string& text,
                                const std::string& path);
};

// What a decision has otherwise than a case expects; empty when it is as expected.
std::vector<std::string> differences(const Law& law, const Case& one, const Decision& decision);

// Laws by pack list and parameters, so that a file of cases loads each once.
class LawShelf {
 public:
  LawShelf(const Vocabulary& words, std::string directory)
      : words_(words), directory_(std::move(directory)) {}
  Result<std::shared_ptr<const Law>> get(const std::vector<std::string>& packs,
                                         const Parameters& parameters);

 private:
  const Vocabulary& words_;
  std::string directory_;
  std::map<std::string, Result<std::shared_ptr<const Law>>> laws_;
};

}  // namespace relais::policy
