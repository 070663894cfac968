// SPDX-License-Identifier: Apache-2.0
// Accounting: what one statute says a person may be told of disclosures: which of them it is about,
// how far back, how soon, and who may have it put off. A projection of the ledger by the bases that
// each entry names; it decides nothing. Read with its pack; plain values, any thread.
#pragma once

#include <string>
#include <vector>

#include "node/core/agency.h"
#include "node/core/permit.h"
#include "policy/rules.h"
#include "policy/table_reader.h"

namespace relais::policy {

struct Accounting {
  std::string id;
  std::string cite;
  Label title;
  std::vector<std::string> of;            // basis globs: grounds it is about
  std::vector<std::string> except;        // basis globs: grounds it leaves out
  std::vector<std::string> labels;        // only data under one of these labels; empty: any
  int years = 0;                          // back from the day it is asked; 0: all there are
  int answer_days = 0;                    // within which it is due
  std::vector<std::string> suspended_by;  // recipient categories; empty: nobody can put it off
  int oral_days = 0;                      // the most an oral statement puts it off
  std::string suspension_cite;

  // Whether a disclosure on these grounds, of data under these labels, is to be told: on one ground
  // at least that the statute is about and does not leave out.
  bool tells(const std::vector<Ground>& grounds, const std::vector<std::string>& origin) const;
};

// Complains about what is wrong, also about a basis that no rule of the pack declares.
std::vector<Accounting> read_accountings(TableReader& pack, const std::string& file,
                                         const std::vector<std::string>& bases, Problems& problems);

}  // namespace relais::policy
