// SPDX-License-Identifier: Apache-2.0
#include "node/flow/receipts.h"

#include <algorithm>
#include <map>

#include "node/flow/access.h"
#include "node/flow/entry.h"
#include "node/flow/ledger_keys.h"
#include "node/flow/reading.h"
#include "node/flow/suspension.h"
#include "node/flow/withhold.h"
#include "node/ledger/checkpoint.h"
#include "node/ledger/receipt.h"
#include "node/ledger/record_file.h"

namespace relais::flow {
namespace {

// The checkpoint as one this node may hand out: signed by this agency's key of that ledger.
Result<ledger::Checkpoint> read_checkpoint(const Line& line, const std::string& origin,
                                           const std::string& note) {
  if (const auto key = own_ledger_key(line, origin)) {
    RELAIS_TRY(opened, ledger::open_checkpoint(note, *key));
    return opened.checkpoint();
  }
  // Of a ledger whose key is not configured any more: it was verified when it was current.
  RELAIS_TRY(parsed, ledger::parse_note(note));
  RELAIS_TRY(checkpoint, ledger::parse_checkpoint(parsed.text));
  if (checkpoint.origin != origin) {
    return fail(FaultKind::corrupt, "a checkpoint of another ledger");
  }
  return std::move(checkpoint);
}

Result<EntryReceipt> write_receipt(const AccountEntry& entry, const Standing& standing,
                                   const ledger::Checkpoint& checkpoint, ledger::Proof proof) {
  const auto commitment = ledger::commit(entry.shared_bytes, entry.shared_opening,
                                         entry.private_bytes, entry.private_opening);
  const auto proven =
      ledger::verify_inclusion(entry.index, checkpoint.size,
                               ledger::leaf_hash(commitment.leaf_data()), proof, checkpoint.root);
  if (!proven) return fail(FaultKind::corrupt, "the ledger's tree does not prove an entry");
  ledger::Receipt receipt;
  receipt.extra = Bytes(view(entry.shared_opening)) + Bytes(view(entry.private_opening));
  receipt.index = entry.index;
  receipt.proof = std::move(proof);
  receipt.checkpoint = standing.checkpoint;
  return EntryReceipt{entry.origin, entry.index, ledger::print_receipt(receipt),
                      ledger::print_record_file({entry.shared_bytes, entry.private_bytes})};
}

// A record that cannot be read is opened to nobody.
bool withheld_now(const AccountEntry& entry, const std::string& requester, Date today,
                  const std::vector<Suspension>& suspensions) {
  const auto privately = ledger::decode_private(entry.private_bytes);
  const auto shared = ledger::decode_shared(entry.shared_bytes);
  return !privately || !shared || is_withheld(*privately, requester, today) ||
         covering(suspensions, *shared, today) != nullptr;
}

Result<AccountEntry> find_entry(const Line& line, const ReceiptAsked& asked,
                                const std::vector<PersonId>& rows) {
  std::vector<Suspension> suspensions;
  std::optional<AccountEntry> found;
  for (const PersonId& row : rows) {
    RELAIS_TRY(entries, line.account.entries(row));
    RELAIS_TRY_VOID(add_suspensions(entries, suspensions));
    for (AccountEntry& entry : entries) {
      if (entry.index == asked.index && entry.origin == asked.origin) found = std::move(entry);
    }
  }
  const Date today = Date::of(line.clock.now());
  if (found && !withheld_now(*found, asked.requester, today, suspensions)) {
    return std::move(*found);
  }
  return fail(FaultKind::not_found, "no such entry about this person");
}

// Those at these places, all of one ledger, under one checkpoint.
Result<void> prove_together(const Line& line, const std::vector<AccountEntry>& entries,
                            const std::vector<size_t>& places,
                            std::vector<EntryReceipt>& receipts) {
  if (places.empty()) return {};
  const std::string& origin = entries[places.front()].origin;
  std::vector<uint64_t> indexes;
  for (const size_t place : places) indexes.push_back(entries[place].index);
  RELAIS_TRY(standing, line.proofs.prove(origin, indexes));
  RELAIS_TRY(checkpoint, read_checkpoint(line, origin, standing.checkpoint));
  RELAIS_CHECK(standing.proofs.size() == places.size());
  for (size_t i = 0; i < places.size(); ++i) {
    RELAIS_TRY(receipt, write_receipt(entries[places[i]], standing, checkpoint,
                                      std::move(standing.proofs[i])));
    receipts[places[i]] = std::move(receipt);
  }
  return {};
}

}  // namespace

Result<std::vector<EntryReceipt>> receipts_of(const Line& line,
                                              const std::vector<AccountEntry>& entries) {
  std::map<std::string, std::vector<size_t>> by_ledger;  // origin -> places in `entries`
  for (size_t i = 0; i < entries.size(); ++i) by_ledger[entries[i].origin].push_back(i);
  std::vector<EntryReceipt> receipts(entries.size());
  for (auto& [origin, places] : by_ledger) {
    // One entry that fewer witnesses cosigned yet must not take the others' from them.
    RELAIS_TRY(witnessed, line.proofs.witnessed(origin));
    auto rest = places.begin();
    for (const uint64_t size : witnessed) {
      const auto known = std::stable_partition(
          rest, places.end(), [&](size_t place) { return entries[place].index < size; });
      RELAIS_TRY_VOID(prove_together(line, entries, {rest, known}, receipts));
      rest = known;
    }
    RELAIS_TRY_VOID(prove_together(line, entries, {rest, places.end()}, receipts));
  }
  return receipts;
}

Result<EntryReceipt> get_receipt(const Line& line, const Caller& caller,
                                 const ReceiptAsked& given) {
  ReceiptAsked asked = given;
  if (asked.origin.empty()) asked.origin = line.settings.ledger_key.name();
  RELAIS_TRY_VOID(check_requester(asked.requester));
  RELAIS_TRY(rows, line.people.filed_under(asked.person));
  RELAIS_TRY(entry, find_entry(line, asked, rows));
  RELAIS_TRY(receipts, receipts_of(line, {std::move(entry)}));
  RELAIS_TRY_VOID(record_reading(
      line, caller, rows.front(), asked.requester, "read",
      {"Vous avez demandé le reçu d'une inscription.", "You asked for the receipt of an entry."},
      {{"receipt_of", std::to_string(asked.index)}}));
  return std::move(receipts.front());
}

}  // namespace relais::flow
