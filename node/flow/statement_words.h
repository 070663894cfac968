// SPDX-License-Identifier: Apache-2.0
// The words of a statement that do not come from an entry: days, reasons, how far a message came,
// and what the person can do. Short sentences a person can read (CEFR A2–B1). Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace relais::flow {

// "26 novembre 2026, 16 h 13 (UTC)" / "26 November 2026, 16:13 (UTC)".
std::string moment_words(uint64_t ms, const std::string& language);

// A day of a record, "2027-11-23", as people write it: "23 novembre 2027" / "23 November 2027".
std::string day_words(const std::string& day, const std::string& language);

// Why a category was not passed on; `stop` a code of the record.
std::string stop_words(const std::string& stop, const std::string& language);

// A citation as the language names it: the GDPR is the RGPD in French.
std::string citation_words(const std::string& citation, const std::string& language);

// How far a message came (StatementLine::delivery), and what its contents are called then. Empty
// texts for the empty code.
struct DeliveryWords {
  std::string contents;
  std::string where;
};
DeliveryWords delivery_words(const std::string& delivery, const std::string& language);

// Who asked for the statement (subject, parent, guardian, other), as a sentence to the person.
std::string reading_words(const std::string& requester, const std::string& language);

// What the person can do now, a sentence or two each (GDPR 15(1)(e) and (f)). `jurisdiction` is
// the agency's; it names the authority to complain to where this is known.
std::vector<std::string> rights_words(const std::string& jurisdiction, const std::string& language);

}  // namespace relais::flow
