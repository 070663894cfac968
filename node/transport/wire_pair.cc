// SPDX-License-Identifier: Apache-2.0
#include "node/transport/wire_pair.h"

#include "node/transport/wire.h"
#include "relais/v1/exchange.pb.h"
#include "relais/v1/steward.pb.h"

namespace relais::transport {
namespace {

Result<flow::PairRow> read(const v1::PairRow& message) {
  RELAIS_TRY_VOID(check_uuid("disclosure_id", message.disclosure_id()));
  RELAIS_TRY_VOID(check_word("status", message.status(), kMostCode, Presence::required));
  RELAIS_TRY_VOID(check_uuid("entry_id", message.entry_id()));
  flow::PairRow row;
  row.disclosure = DisclosureId(message.disclosure_id());
  row.sent = message.sent();
  row.status = message.status();
  row.entry = EntryId(message.entry_id());
  RELAIS_TRY(commitment, read_digest("commitment", message.commitment()));
  row.commitment = commitment;
  if (!message.envelope_digest().empty()) {
    RELAIS_TRY(digest, read_digest("envelope_digest", message.envelope_digest()));
    row.envelope_digest = digest;
  }
  if (message.counterpart_entry_id().empty()) return row;
  RELAIS_TRY_VOID(check_uuid("counterpart_entry_id", message.counterpart_entry_id()));
  RELAIS_TRY(digest, read_digest("envelope_digest", message.envelope_digest()));
  RELAIS_TRY(other, read_digest("counterpart_commitment", message.counterpart_commitment()));
  row.counterpart = flow::Counterpart{digest, EntryId(message.counterpart_entry_id()), other};
  return row;
}

void write(const flow::PairRow& row, v1::PairRow& message) {
  message.set_disclosure_id(row.disclosure.text());
  message.set_sent(row.sent);
  message.set_status(row.status);
  message.set_entry_id(row.entry.text());
  message.set_commitment(Bytes(view(row.commitment)));
  if (row.envelope_digest) message.set_envelope_digest(Bytes(view(*row.envelope_digest)));
  if (!row.counterpart) return;
  message.set_counterpart_entry_id(row.counterpart->entry.text());
  message.set_counterpart_commitment(Bytes(view(row.counterpart->commitment)));
}

}  // namespace

Result<flow::PairQuestion> read(const v1::ListPairRequest& message) {
  flow::PairQuestion question;
  if (!message.after().empty()) {
    RELAIS_TRY_VOID(check_uuid("after", message.after()));
    question.after = DisclosureId(message.after());
  }
  if (message.limit() == 0) return question;
  if (message.limit() < 2 || message.limit() > flow::kMostPairRows) {
    return fail(FaultKind::invalid, "limit is 2 to 200", "limit");
  }
  question.limit = message.limit();
  return question;
}

void write(const flow::PairQuestion& question, v1::ListPairRequest& message) {
  if (question.after) message.set_after(question.after->text());
  message.set_limit(question.limit);
}

Result<flow::PairPage> read(const v1::ListPairResponse& message) {
  RELAIS_TRY_VOID(check_count("rows", message.rows_size(), flow::kMostPairRows));
  flow::PairPage page;
  page.more = message.more();
  for (const v1::PairRow& row : message.rows()) {
    RELAIS_TRY(one, read(row));
    page.rows.push_back(std::move(one));
  }
  return page;
}

void write(const flow::PairPage& page, v1::ListPairResponse& message) {
  message.set_more(page.more);
  for (const flow::PairRow& row : page.rows) write(row, *message.add_rows());
}

void write(const flow::Reconciled& result, v1::ReconcileResponse& message) {
  message.set_compared(result.compared);
  message.set_missing(result.missing);
  message.set_different(result.different);
  for (const flow::Mismatch& one : result.mismatches) {
    v1::Mismatch& row = *message.add_mismatches();
    row.set_disclosure_id(one.disclosure.text());
    row.set_sent(one.sent);
    row.set_what(one.what);
    row.set_entry_id(one.entry.text());
  }
}

}  // namespace relais::transport
