// SPDX-License-Identifier: Apache-2.0
#include "node/flow/access.h"

#include <algorithm>
#include <cstdio>
#include <sstream>

#include "node/flow/deliveries.h"
#include "node/flow/entry.h"
#include "node/flow/receipts.h"
#include "node/flow/statement_told.h"
#include "node/flow/statement_words.h"
#include "node/flow/withhold.h"
#include "node/ledger/crypto.h"
#include "node/ledger/record.h"

namespace relais::flow {
namespace {

std::string rfc3339(uint64_t ms) {
  const Instant instant = from_unix_ms(static_cast<int64_t>(ms));
  const auto day = std::chrono::floor<std::chrono::days>(instant);
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(instant - day).count();
  char clock[16];
  std::snprintf(clock, sizeof clock, "T%02d:%02d:%02dZ", static_cast<int>(seconds / 3600),
                static_cast<int>(seconds / 60 % 60), static_cast<int>(seconds % 60));
  return Date::of(instant).text() + clock;
}

std::string category_label(const Line& line, const std::string& code, const std::string& language) {
  const auto bit = line.vocabulary.find(code);
  return bit ? line.vocabulary.at(*bit).label.in(language) : code;
}

// The counterpart by the name it had when the entry was made (CJEU C-154/21: the actual recipient).
void put_counterpart(const Line& line, const ledger::SharedPart& shared,
                     const std::string& language, StatementLine& out) {
  const bool sent = shared.sender_agency == line.settings.agency.text();
  out.service_name = parted(shared.recipient_service_name).in(language);
  if (sent) {
    out.counterpart_name = parted(shared.recipient_name).in(language);
    out.counterpart_address = shared.recipient_address;
    return;
  }
  const auto directory = line.directories.current();
  const Agency* sender = directory->find(AgencyId(shared.sender_agency));
  out.counterpart_name = sender == nullptr ? shared.sender_agency : sender->name.in(language);
  out.counterpart_address = sender == nullptr ? "" : sender->address;
}

// One text a reason: "nom et prénom, besoin : le service n'en a pas besoin".
std::vector<std::string> withheld_words(const Line& line,
                                        const std::vector<ledger::Withheld>& withheld,
                                        const std::string& language) {
  std::vector<std::pair<std::string, std::string>> grouped;  // why, labels; in order of appearance
  for (const ledger::Withheld& one : withheld) {
    std::string why = stop_words(one.stop, language);
    if (!one.citation.empty()) why += " (" + citation_words(one.citation, language) + ")";
    const std::string label = category_label(line, one.category, language);
    const auto known = std::find_if(grouped.begin(), grouped.end(),
                                    [&](const auto& group) { return group.first == why; });
    if (known == grouped.end()) {
      grouped.emplace_back(std::move(why), label);
    } else {
      known->second += ", " + label;
    }
  }
  std::vector<std::string> texts;
  for (const auto& [why, labels] : grouped) {
    texts.push_back(labels + (language == "fr" ? " : " : ": ") + why);
  }
  return texts;
}

void put_left_out(const Line& line, const ledger::PrivatePart& privately,
                  const std::string& language, StatementLine& out) {
  for (const auto& [key, value] : privately.details) {
    if (key != kLeftOut) continue;
    std::istringstream codes(value);
    for (std::string code; codes >> code;) {
      out.kept.push_back(category_label(line, code, language));
      out.withheld.push_back(out.kept.back() + (language == "fr"
                                                    ? " : un professionnel l'a laissé de côté"
                                                    : ": a professional left it out"));
    }
  }
}

StatementLine line_of(const Line& line, const AccountEntry& entry, const ledger::SharedPart& shared,
                      const ledger::PrivatePart& privately, const std::string& language) {
  StatementLine out;
  out.index = entry.index;
  out.ledger = entry.ledger;
  out.origin = entry.origin;
  out.time = rfc3339(shared.time_claimed_ms);
  out.moment = moment_words(shared.time_claimed_ms, language);
  out.event = std::string(ledger::code_of(shared.event));
  out.sentence = language == "fr" ? privately.sentence_fr : privately.sentence_en;
  if (!shared.recipient_agency.empty()) put_counterpart(line, shared, language, out);
  if (const auto purpose = line.vocabulary.purpose(shared.purpose)) {
    out.purpose = line.vocabulary.purposes()[*purpose].label.in(language);
  }
  for (const std::string& code : shared.categories_released) {
    out.released.push_back(category_label(line, code, language));
  }
  out.withheld = withheld_words(line, privately.categories_withheld, language);
  for (const ledger::Withheld& one : privately.categories_withheld) {
    out.kept.push_back(category_label(line, one.category, language));
  }
  put_left_out(line, privately, language, out);
  out.kept_until = privately.retention_until;
  for (const Ground& ground : shared.grounds) {
    std::string citation = citation_words(ground.citation, language);
    const bool known =
        std::find(out.citations.begin(), out.citations.end(), citation) != out.citations.end();
    if (!known) out.citations.push_back(std::move(citation));
  }
  if (!privately.consent_id.empty()) {
    out.consent = privately.consent_id + ", version " + std::to_string(privately.consent_version);
  }
  out.status = shared.status;
  out.commitment = to_hex(view(entry.commitment));
  if (privately.visibility == ledger::Visibility::withheld) {
    out.opened = privately.withheld_until;
    out.opened_basis = basis_with_rule(privately);
  }
  return out;
}

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
};

// One entry: a line, or counted and not shown.
void add_entry(const Asking& asking, const AccountEntry& entry, const ledger::SharedPart& shared,
               const ledger::PrivatePart& privately, const EntryReceipt& receipt,
               Deliveries& deliveries, Told& told, Statement& statement) {
  if (is_withheld(privately, asking.requester, asking.today)) {
    statement.not_shown.push_back({entry.origin, entry.index, to_hex(view(entry.commitment)),
                                   privately.withheld_basis, privately.withheld_until});
    return;
  }
  statement.lines.push_back(line_of(asking.line, entry, shared, privately, statement.language));
  statement.lines.back().receipt = receipt.receipt;
  statement.lines.back().record = receipt.record;
  told.follow(shared, asking.line.settings.agency.text());
  deliveries.follow(shared, privately, asking.line.settings.agency.text(), statement);
}

Result<void> add_row(const Asking& asking, const PersonId& row, Statement& statement) {
  const Line& line = asking.line;
  RELAIS_TRY(head, line.account.head(row));  // first: entries made meanwhile are more, not less
  RELAIS_TRY(entries, line.account.entries(row));
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
  chain.end(head.last_seq);
  RELAIS_TRY(notices, line.notices.about(row));
  told.add(notices, line.clock.now(), statement);
  RELAIS_TRY(hold, hold_on(line.settings.retention, entries, asking.today));
  if (hold) statement.holds.push_back(*hold);
  statement.breaks.insert(statement.breaks.end(), chain.breaks.begin(), chain.breaks.end());
  statement.last_seq += chain.last_seq;
  statement.tree_size = std::max(statement.tree_size, head.tree_size);
  return {};
}

// The reading itself, before anything is handed out.
Result<uint64_t> record_reading(const Line& line, const Caller& caller, const PersonId& person,
                                const std::string& requester, const Statement& statement) {
  Draft draft = draft_entry(line, ledger::Event::access_read, person, caller.trace_id);
  draft.shared.purpose = "subject_rights";
  draft.shared.status = "read";
  draft.shared.represented_by = requester == "subject" ? "" : requester;
  draft.private_part.asking_role = caller.acting.role;
  auto& details = draft.private_part.details;
  details.emplace_back("count", std::to_string(statement.count));
  details.emplace_back("last_seq", std::to_string(statement.last_seq));
  details.emplace_back("tree_size", std::to_string(statement.tree_size));
  std::sort(details.begin(), details.end());
  say(draft, reading_words(requester, "fr"), reading_words(requester, "en"));
  RELAIS_TRY(outcome, line.ledger.append(std::move(draft)));
  auto* appended = std::get_if<Appended>(&outcome);
  RELAIS_CHECK(appended != nullptr);
  return appended->index;
}

Result<void> check_asked(const std::string& language, const std::string& requester) {
  if (language != "fr" && language != "en") {
    return fail(FaultKind::invalid, "a statement is in fr or en", "language");
  }
  return check_requester(requester);
}

}  // namespace

Result<void> check_requester(const std::string& requester) {
  if (requester == "subject" || requester == "parent" || requester == "guardian" ||
      requester == "other") {
    return {};
  }
  return fail(FaultKind::invalid, "requester is subject, parent, guardian or other", "requester");
}

Result<Statement> statement(const Line& line, const Caller& caller,
                            const PersonReference& reference, const std::string& language,
                            const std::string& requester, Enclosed enclosed) {
  RELAIS_TRY_VOID(check_asked(language, requester));
  RELAIS_TRY(rows, line.people.filed_under(reference));
  if (rows.empty()) return fail(FaultKind::not_found, "nobody is filed under this reference");
  const auto directory = line.directories.current();
  const Agency* self = directory->find(line.settings.agency);
  Statement statement;
  statement.agency_name = self == nullptr ? line.settings.agency.text() : self->name.in(language);
  statement.agency_address = self == nullptr ? "" : self->address;
  statement.language = language;
  const auto now = static_cast<uint64_t>(unix_ms(line.clock.now()));
  statement.made = rfc3339(now);
  statement.moment = moment_words(now, language);
  statement.jurisdiction = self == nullptr ? "" : self->jurisdiction;
  statement.rights = rights_words(statement.jurisdiction, language);
  statement.ledger_key = line.settings.ledger_key.text();
  const Asking asking{line, requester, enclosed, Date::of(line.clock.now())};
  for (const PersonId& row : rows) RELAIS_TRY_VOID(add_row(asking, row, statement));
  statement.complete = statement.breaks.empty();
  if (!statement.complete) line.tally.account_broken();
  std::stable_sort(statement.lines.begin(), statement.lines.end(),
                   [](const StatementLine& a, const StatementLine& b) {
                     return std::pair(a.ledger, a.index) < std::pair(b.ledger, b.index);
                   });
  statement.count = statement.lines.size() + statement.not_shown.size();
  RELAIS_TRY(index, record_reading(line, caller, rows.front(), requester, statement));
  statement.reading_index = index;
  return statement;
}

}  // namespace relais::flow
