// SPDX-License-Identifier: Apache-2.0
// CaseRun: files of cases run against the law, each difference told, for `policy test` and `policy
// check`. One thread.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "policy/analyse/coverage.h"
#include "policy/case_file.h"

namespace relais::policy {

class CaseRun {
 public:
  // `tests`: the directory in which the tests of [[elsewhere]] rows are looked for; empty: nowhere.
  CaseRun(const Vocabulary& words, std::string law, std::string tests)
      : words_(words), tests_(std::move(tests)), shelf_(words, std::move(law)) {}

  void run_file(const std::string& path);

  const std::vector<std::string>& complaints() const { return complaints_; }
  const Coverage& coverage() const { return coverage_; }
  int passed() const { return passed_; }
  int failed() const { return failed_; }
  int elsewhere() const { return elsewhere_; }

 private:
  void run_case(const CaseFile& file, const Case& one);
  void check_elsewhere(const CaseFile& file, const Elsewhere& row);
  void complain(const CaseFile& file, Position at, const std::string& id,
                const std::vector<std::string>& lines);

  const Vocabulary& words_;
  const std::string tests_;
  LawShelf shelf_;
  Coverage coverage_;
  std::vector<std::string> complaints_;
  int passed_ = 0;
  int failed_ = 0;
  int elsewhere_ = 0;
};

}  // namespace relais::policy
