// SPDX-License-Identifier: Apache-2.0
#include "tests/support/ledger_watch.h"

#include <iterator>
#include <optional>

#include "node/ledger/checkpoint.h"
#include "tests/support/ledger_rows.h"

namespace relais::test {
namespace {

using ledger::Checkpoint;

// All agencies' rows, and what is found wrong in them.
class Check {
 public:
  explicit Check(const std::vector<WatchedLedger>& ledgers) : ledgers_(ledgers) {
    for (const WatchedLedger& one : ledgers) rows_.emplace(one.agency, read_rows(one));
  }

  WatchReport report(const std::map<std::string, std::set<std::string>>& seen) {
    for (const WatchedLedger& one : ledgers_) {
      const LedgerRows& rows = rows_.at(one.agency);
      for (const std::string& text : one.verify()) wrong(one, text);
      for (const std::string& text : rows.wrong) wrong(one, text);
      report_.entries += rows.entries.size();
      const auto released = seen.find(one.agency);
      checkpoints(one, rows, released == seen.end() ? std::set<std::string>{} : released->second);
      for (const FiledRow& filed : rows.filed) held(one, filed);
      sent(one, rows);
    }
    return std::move(report_);
  }

 private:
  void wrong(const WatchedLedger& one, const std::string& text) {
    report_.wrong.push_back(one.agency + ": " + text);
  }

  // The checkpoint as signed, when it is the root of the entries there are.
  std::optional<Checkpoint> derived(const WatchedLedger& one, const LedgerRows& rows,
                                    const std::string& note) {
    const auto opened = ledger::open_checkpoint(note, one.log);
    if (!opened) {
      wrong(one, "a checkpoint's signature does not verify");
      return std::nullopt;
    }
    const Checkpoint& said = opened->checkpoint();
    const std::string name = "checkpoint " + std::to_string(said.size);
    if (said.size > rows.tree.size()) {
      wrong(one, name + " is of more entries than there are");
      return std::nullopt;
    }
    const auto root = ledger::root_at(said.size, rows.tree);
    if (!root || *root != said.root) {
      wrong(one, name + " is not the root of the entries there are");
      return std::nullopt;
    }
    return said;
  }

  void checkpoints(const WatchedLedger& one, const LedgerRows& rows,
                   const std::set<std::string>& released) {
    std::map<uint64_t, Digest> by_size;
    for (const std::string& note : released) {
      const auto said = derived(one, rows, note);
      if (!said) continue;
      ++report_.released;
      by_size[said->size] = said->root;
      const auto stored = rows.checkpoints.find(said->size);
      // A stranger sees what was signed, and below it the lines of who has cosigned it by then.
      if (stored != rows.checkpoints.end() && note.starts_with(stored->second.note)) continue;
      wrong(one, "checkpoint " + std::to_string(said->size) + " was released and is not stored");
    }
    for (const auto& [size, row] : rows.checkpoints) {
      const auto said = derived(one, rows, row.note);
      if (said && said->size != size) wrong(one, "a checkpoint is stored as another");
      if (said) by_size[said->size] = said->root;
    }
    report_.checkpoints += by_size.size();
    consistent(one, rows, by_size);
  }

  // Each with the next: what is proven for neighbours holds for all.
  void consistent(const WatchedLedger& one, const LedgerRows& rows,
                  const std::map<uint64_t, Digest>& by_size) {
    for (auto after = by_size.begin(); after != by_size.end(); ++after) {
      if (after == by_size.begin()) continue;
      const auto before = std::prev(after);
      const auto proof = ledger::prove_consistency(before->first, after->first, rows.tree);
      if (proof && ledger::verify_consistency(before->first, after->first, before->second,
                                              after->second, *proof)) {
        ++report_.proofs;
      } else {
        wrong(one, "checkpoint " + std::to_string(after->first) + " does not continue " +
                       std::to_string(before->first));
      }
    }
  }

  const WatchedLedger* ledger_of(const std::string& agency) const {
    for (const WatchedLedger& one : ledgers_) {
      if (one.agency == agency) return &one;
    }
    return nullptr;
  }

  // A message that `peer` holds, in the books of who sent it.
  void held(const WatchedLedger& peer, const FiledRow& filed) {
    ++report_.disclosures;
    const std::string name = "message " + filed.disclosure;
    const WatchedLedger* sender = ledger_of(filed.sender);
    if (sender == nullptr) return wrong(peer, name + " is of nobody that is watched");
    const LedgerRows& rows = rows_.at(filed.sender);
    const auto found = rows.sent.find(filed.disclosure);
    if (found == rows.sent.end() || found->second.peer != peer.agency) {
      return wrong(*sender, name + " is held by " + peer.agency + " and was not recorded");
    }
    const SentRow& sent = found->second;
    if (sent.index >= rows.entries.size() || rows.entries[sent.index].id != sent.entry) {
      return wrong(*sender, name + " has no entry at index " + std::to_string(sent.index));
    }
    const auto covering = derived(*sender, rows, sent.checkpoint);
    if (!covering) return;
    const Digest leaf =
        ledger::leaf_hash("\x01" + Bytes(view(rows.entries[sent.index].commitment)));
    if (!ledger::verify_inclusion(sent.index, covering->size, leaf, sent.proof, covering->root)) {
      return wrong(*sender, name + " is not covered by its checkpoint");
    }
    const auto stored = rows.checkpoints.find(covering->size);
    const int64_t committed_us = stored == rows.checkpoints.end() ? 0 : stored->second.committed_us;
    if (committed_us == 0 || committed_us > filed.begun_us) {
      wrong(*sender, name + " arrived before its checkpoint was committed");
    }
  }

  // What was acknowledged is held, once, by the one it was sent to.
  void sent(const WatchedLedger& one, const LedgerRows& rows) {
    std::map<std::string, int> holders;
    for (const auto& [agency, theirs] : rows_) {
      for (const FiledRow& filed : theirs.filed) {
        if (filed.sender == one.agency) ++holders[filed.disclosure];
      }
    }
    for (const auto& [disclosure, row] : rows.sent) {
      const auto held = holders.find(disclosure);
      const int count = held == holders.end() ? 0 : held->second;
      if (count > 1) wrong(one, "message " + disclosure + " is held twice");
      if (count == 0 && (row.status == "delivered" || row.status == "refused")) {
        wrong(one, "message " + disclosure + " was acknowledged and nobody holds it");
      }
    }
  }

  const std::vector<WatchedLedger>& ledgers_;
  std::map<std::string, LedgerRows> rows_;
  WatchReport report_;
};

}  // namespace

void LedgerWatch::saw(const std::string& agency, const std::string& note) {
  const std::scoped_lock lock(mutex_);
  seen_[agency].insert(note);
}

WatchReport LedgerWatch::check() const {
  const std::scoped_lock lock(mutex_);
  return Check(ledgers_).report(seen_);
}

}  // namespace relais::test
