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
  std::vector<std::string> citations;
  std::string consent;     // "id, version n"; empty
  std::string status;      // in words
  std::string commitment;  // hex
  std::string receipt;     // with Enclosed::receipts: what goes with the entry (receipts.h)
  std::string record;
};

struct Statement {
  std::string agency_name;
  std::string agency_address;
  std::string language;  // fr | en
  std::string made;      // RFC 3339
  std::string moment;    // the same in words
  std::vector<StatementLine> lines;
  uint64_t count = 0;  // entries, without the reading itself
  uint64_t last_seq = 0;
  bool complete = false;       // every sequence and previous commitment holds, and every opening
  uint64_t reading_index = 0;  // of the entry this reading made
  bool reviewed_by_counsel = false;
  std::string ledger_key;           // verifier key of the current ledger, to check receipts with
  std::vector<std::string> rights;  // what the person can do, in words
};

// What a statement carries besides its words.
enum class Enclosed { nothing, receipts };

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

}  // namespace relais::flow
