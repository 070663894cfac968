// SPDX-License-Identifier: Apache-2.0
// What a person may know besides the copy of the entries (GDPR 15(1)(a) to (h)): why, what, to
// whom, how long, which rights, whom to complain to, where it comes from, and what a machine
// decides. Made of the lines that are shown, so that it says no more than they do. Pure; any
// thread.
#pragma once

#include <string>
#include <vector>

#include "node/flow/access.h"

namespace relais::flow {

// One letter of GDPR 15(1), answered.
struct Answer {
  std::string letter;  // "a" … "h"
  std::string title;
  std::vector<std::string> texts;
};
std::vector<Answer> answers_of(const Statement& statement);

// Somebody a message of this agency went to, or will go to, by the name of the entry (CJEU
// C-154/21). Two names of one agency are two: each is what the ledger says.
struct Recipient {
  std::string name;
  std::string address;
  std::vector<std::string> moments;  // in words, one a message
};
std::vector<Recipient> recipients_of(const Statement& statement);

// Why no employee is named, and how to ask (CJEU C-579/21).
struct EmployeeNames {
  std::string law;
  std::string words;
};
EmployeeNames employee_names(const std::string& language);

// The authority a person complains to, as a sentence; by name where the jurisdiction is known.
std::string authority_words(const std::string& jurisdiction, const std::string& language);

}  // namespace relais::flow
