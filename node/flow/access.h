// SPDX-License-Identifier: Apache-2.0
// access: the person's account. Every disclosure, refusal, acknowledgement and reading about one
// person at this agency, in plain words, with the recipient by name (GDPR 15; CJEU C-154/21).
// Producing it is itself an entry, appended before the document is handed out.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "node/flow/line.h"

namespace relais::flow {

// One line of the statement, ready to render: labels resolved, nothing left to look up.
struct StatementLine {
  uint64_t index = 0;
  std::string origin;
  std::string time;      // RFC 3339, UTC, as claimed
  std::string moment;    // the same in words
  std::string event;     // code
  std::string sentence;  // plain words, in the statement's language
  std::string counterpart_name;
  std::string counterpart_address;
  std::string service_name;
  std::string purpose;
  std::vector<std::string> released;  // labels
  // How far a message of this agency came, code: "waiting" (recorded, nothing heard yet),
  // "delivered", "refused", "withheld", "undeliverable"; for what only a human may let go:
  // "prepared", and "prepared_then_sent" when a later line sends it. Empty: not a message.
  std::string delivery;
  std::vector<std::string> withheld;  // labels: why (articles), one a reason
  std::vector<std::string> kept;      // the labels alone
  std::vector<std::string> citations;
  std::vector<Ground> grounds;  // as recorded
  std::vector<std::string> origin_labels;
  std::string consent;     // "id, version n"; empty
  std::string status;      // in words
  std::string kept_until;  // YYYY-MM-DD
  std::string commitment;  // hex
  std::string receipt;     // with Enclosed::receipts: what goes with the entry (receipts.h)
  std::string record;
  int32_t ledger = 0;  // its number: ledgers follow one another
  // Is, or was, withheld from some readers until this day (YYYY-MM-DD), under what is said to them
  // and the rule behind it.
  std::string opened;
  std::string opened_basis;
};

// An entry that is counted and not shown to who asks. Its commitment hides what it says and will
// show, when it is opened, that it was not made up afterwards.
struct NotShown {
  std::string origin;
  uint64_t index = 0;
  std::string commitment;  // hex
  std::string basis;       // the article
  std::string until;       // YYYY-MM-DD
  // For the accountings, which count only what they are about; never told.
  std::vector<Ground> grounds;
  std::vector<std::string> origin_labels;
};

// Where the series of a person's entries breaks: numbers that are missing, or (first > last) an
// entry that does not name the one before it.
struct Break {
  uint64_t first = 0;
  uint64_t last = 0;
};

// One recipient who was told of a right, and what it answered.
struct StatementNotice {
  std::string event;  // code: of the right
  bool lifted = false;
  std::string recipient;
  std::string asked;     // the day of the right, YYYY-MM-DD
  std::string status;    // code, see Notice
  std::string answer;    // "kept:<article>:<day>"; else empty
  std::string words;     // after the recipient's name
  std::string due;       // the day by which an answer was to come
  std::string answered;  // the day it came; empty: it has not
  bool overdue = false;
};

struct Statement {
  std::string agency_name;
  std::string agency_address;
  std::string jurisdiction;  // of the agency
  std::string language;      // fr | en
  std::string made;          // RFC 3339
  std::string moment;        // the same in words
  std::vector<StatementLine> lines;
  uint64_t count = 0;  // entries, those not shown among them, without the reading itself
  uint64_t last_seq = 0;
  uint64_t tree_size = 0;     // of the ledger, when it was read
  bool complete = false;      // every sequence and previous commitment holds, and every opening
  std::vector<Break> breaks;  // where not
  std::vector<NotShown> not_shown;
  std::vector<StatementNotice> told;
  std::vector<Hold> holds;     // duties to keep that stand against erasing (GDPR 17(3))
  uint64_t reading_index = 0;  // of the entry this reading made
  bool reviewed_by_counsel = false;
  std::string ledger_key;           // verifier key of the current ledger, to check receipts with
  std::vector<std::string> rights;  // what the person can do, in words
};

// What a statement carries besides its words.
enum class Enclosed { nothing, receipts };

// What a statement is made of, without the entry of its reading: whoever hands it out records that.
struct Gathered {
  Statement statement;
  PersonId person;  // a row of theirs, for that entry
};
Result<Gathered> gather(const Line& line, const PersonReference& reference,
                        const std::string& language, const std::string& requester,
                        Enclosed enclosed = Enclosed::nothing);

// `not_found` when nothing is filed under the reference. `requester`: subject, parent, guardian,
// other.
Result<Statement> statement(const Line& line, const Caller& caller,
                            const PersonReference& reference, const std::string& language,
                            const std::string& requester, Enclosed enclosed = Enclosed::nothing);

// `invalid` unless it is one of the four.
Result<void> check_requester(const std::string& requester);

std::string render_text(const Statement& statement);
std::string render_html(
    const Statement& statement);  // whole page, print stylesheet, everything escaped
std::string render_json(const Statement& statement);

// What every form of the statement says at its end in plain sentences: what is missing, what is not
// shown and until when, what must be kept.
std::vector<std::string> closing_words(const Statement& statement);
// Of one line that some readers are not shown before its day, or were not; empty for any other.
std::string opened_words(const Statement& statement, const StatementLine& line);
// What a person gives to have it looked at again; it says nothing of the entry.
std::string restriction_ref(const NotShown& one);
// Of a withdrawal: what became of what had arrived before; empty for any other line, and where
// nothing had.
std::string aftermath_words(const Statement& statement, const StatementLine& line);

}  // namespace relais::flow
