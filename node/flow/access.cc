// SPDX-License-Identifier: Apache-2.0
#include "node/flow/access.h"

#include <algorithm>

#include "node/core/rfc3339.h"
#include "node/flow/deliveries.h"
#include "node/flow/entry.h"
#include "node/flow/reading.h"
#include "node/flow/receipts.h"
#include "node/flow/statement_line.h"
#include "node/flow/statement_told.h"
#include "node/flow/statement_words.h"
#include "node/flow/suspension.h"
#include "node/flow/withhold.h"
#include "node/ledger/crypto.h"
#include "node/ledger/record.h"

namespace relais::flow {
namespace {

// One row's entries in their order, and what breaks it.
struct Chain {
  uint64_t last_seq = 0;
  std::optional<Digest> previous;
  std::vector<Break> breaks;

  void follow(const AccountEntry& entry, const ledger::PrivatePart& privately) {
    const auto commitment = ledger::commit(entry.shared_bytes, entry.shared_opening,
                                           entry.private_bytes, entry.private_opening);
    const uint64_t seq = privately.person_seq;
    if (seq > last_seq + 1) {
      breaks.push_back({last_seq + 1, seq - 1});
    } else if (seq != last_seq + 1 || privately.previous_commitment != previous ||
               commitment.commitment != entry.commitment) {
      breaks.push_back({seq, seq - 1});
    }
    last_seq = seq;
    previous = entry.commitment;
  }
  void end(uint64_t head) {
    if (last_seq < head) breaks.push_back({last_seq + 1, head});
  }
};

struct Asking {
  const Line& line;
  const std::string& requester;
  Enclosed enclosed;
  Date today;
  std::vector<Suspension> suspensions;
};

// One entry: a line, or counted and not shown.
void add_entry(const Asking& asking, const AccountEntry& entry, const ledger::SharedPart& shared,
               const ledger::PrivatePart& privately, const EntryReceipt& receipt,
               Deliveries& deliveries, Told& told, Statement& statement) {
  const auto keep = [&](const std::string& basis, const std::string& until) {
    statement.not_shown.push_back({entry.origin, entry.index, to_hex(view(entry.commitment)), basis,
                                   until, shared.grounds, shared.origin_labels});
  };
  if (is_withheld(privately, asking.requester, asking.today)) {
    return keep(privately.withheld_basis, privately.withheld_until);
  }
  if (const Suspension* put_off = covering(asking.suspensions, shared, asking.today)) {
    return keep(put_off->basis, put_off->until.text());
  }
  statement.lines.push_back(line_of(asking.line, entry, shared, privately, statement.language));
  statement.lines.back().receipt = receipt.receipt;
  statement.lines.back().record = receipt.record;
  told.follow(asking.line, shared);
  deliveries.follow(shared, privately, asking.line.settings.agency.text(), statement);
}

// One of the person's rows, as it was read.
struct Row {
  PersonId person;
  AccountHead head;
  std::vector<AccountEntry> entries;
};
Result<Row> read_row(const Line& line, const PersonId& person) {
  RELAIS_TRY(head, line.account.head(person));  // first: entries made meanwhile are more, not less
  RELAIS_TRY(entries, line.account.entries(person));
  return Row{person, head, std::move(entries)};
}

Result<void> add_row(const Asking& asking, const Row& row, Statement& statement) {
  const Line& line = asking.line;
  const std::vector<AccountEntry>& entries = row.entries;
  std::vector<EntryReceipt> receipts(entries.size());
  if (asking.enclosed == Enclosed::receipts) {
    RELAIS_TRY(proven, receipts_of(line, entries));
    receipts = std::move(proven);
  }
  Chain chain;
  Deliveries deliveries;
  Told told;
  for (size_t i = 0; i < entries.size(); ++i) {
    RELAIS_TRY(shared, ledger::decode_shared(entries[i].shared_bytes));
    RELAIS_TRY(privately, ledger::decode_private(entries[i].private_bytes));
    chain.follow(entries[i], privately);
    add_entry(asking, entries[i], shared, privately, receipts[i], deliveries, told, statement);
  }
  chain.end(row.head.last_seq);
  RELAIS_TRY(notices, line.notices.about(row.person));
  told.add(notices, line.clock.now(), statement);
  RELAIS_TRY(hold, hold_on(line.settings.retention, entries, asking.today));
  if (hold) statement.holds.push_back(*hold);
  statement.breaks.insert(statement.breaks.end(), chain.breaks.begin(), chain.breaks.end());
  statement.last_seq += chain.last_seq;
  statement.tree_size = std::max(statement.tree_size, row.head.tree_size);
  return {};
}

Result<void> check_asked(const std::string& language, const std::string& requester) {
  if (language != "fr" && language != "en") {
    return fail(FaultKind::invalid, "a statement is in fr or en", "language");
  }
  return check_requester(requester);
}

Statement empty_statement(const Line& line, const std::string& language) {
  const auto directory = line.directories.current();
  const Agency* self = directory->find(line.settings.agency);
  Statement statement;
  statement.agency_name = directory->name_of(line.settings.agency).in(language);
  statement.agency_address = self == nullptr ? "" : self->address;
  statement.jurisdiction = self == nullptr ? "" : self->jurisdiction;
  statement.language = language;
  const Instant now = line.clock.now();
  statement.made = rfc3339(now);
  statement.moment = moment_words(static_cast<uint64_t>(unix_ms(now)), language);
  statement.rights = rights_words(statement.jurisdiction, language);
  statement.ledger_key = line.settings.ledger_key.text();
  return statement;
}

}  // namespace

Result<void> check_requester(const std::string& requester) {
  if (requester == "subject" || requester == "parent" || requester == "guardian" ||
      requester == "other") {
    return {};
  }
  return fail(FaultKind::invalid, "requester is subject, parent, guardian or other", "requester");
}

Result<Gathered> gather(const Line& line, const PersonReference& reference,
                        const std::string& language, const std::string& requester,
                        Enclosed enclosed) {
  RELAIS_TRY_VOID(check_asked(language, requester));
  RELAIS_TRY(rows, line.people.filed_under(reference));
  if (rows.empty()) return fail(FaultKind::not_found, "nobody is filed under this reference");
  Statement statement = empty_statement(line, language);
  Asking asking{line, requester, enclosed, Date::of(line.clock.now()), {}};
  std::vector<Row> read;
  for (const PersonId& person : rows) {
    RELAIS_TRY(row, read_row(line, person));
    RELAIS_TRY_VOID(add_suspensions(row.entries, asking.suspensions));
    read.push_back(std::move(row));
  }
  for (const Row& row : read) RELAIS_TRY_VOID(add_row(asking, row, statement));
  statement.complete = statement.breaks.empty();
  if (!statement.complete) line.tally.account_broken();
  std::stable_sort(statement.lines.begin(), statement.lines.end(),
                   [](const StatementLine& a, const StatementLine& b) {
                     return std::pair(a.ledger, a.index) < std::pair(b.ledger, b.index);
                   });
  statement.count = statement.lines.size() + statement.not_shown.size();
  return Gathered{std::move(statement), rows.front()};
}

Result<Statement> statement(const Line& line, const Caller& caller,
                            const PersonReference& reference, const std::string& language,
                            const std::string& requester, Enclosed enclosed) {
  RELAIS_TRY(gathered, gather(line, reference, language, requester, enclosed));
  Statement& statement = gathered.statement;
  const Label words{reading_words(requester, "fr"), reading_words(requester, "en")};
  RELAIS_TRY(index, record_reading(line, caller, gathered.person, requester, "read", words,
                                   {{"count", std::to_string(statement.count)},
                                    {"last_seq", std::to_string(statement.last_seq)},
                                    {"tree_size", std::to_string(statement.tree_size)}}));
  statement.reading_index = index;
  return std::move(statement);
}

}  // namespace relais::flow
