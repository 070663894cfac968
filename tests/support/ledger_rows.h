// SPDX-License-Identifier: Apache-2.0
// What LedgerWatch reads of one agency's database, as plain values, and the tree over its entries.
// Inside tests/support; one thread. What does not read as it should is in `wrong`.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "node/ledger/tree.h"
#include "tests/support/ledger_watch.h"

namespace relais::test {

// Every hash of complete subtrees, in memory.
class WholeTree final : public ledger::HashReader {
 public:
  WholeTree() = default;
  explicit WholeTree(std::vector<Digest> leaves);
  uint64_t size() const { return levels_.empty() ? 0 : levels_.front().size(); }
  Result<std::vector<Digest>> read(std::span<const ledger::NodeId> nodes) const override;

 private:
  std::vector<std::vector<Digest>> levels_;
};

struct EntryRow {
  std::string id;
  Digest commitment{};
};
struct CheckpointRow {
  std::string note;
  int64_t committed_us = 0;  // 0: not known
};
// A message of the outbox.
struct SentRow {
  std::string peer;
  std::string status;
  std::string entry;
  uint64_t index = 0;
  ledger::Proof proof;
  std::string checkpoint;
};
// A message that was filed.
struct FiledRow {
  std::string sender;
  std::string disclosure;
  std::string status;
  int64_t begun_us = 0;  // the transaction that filed it
};

struct LedgerRows {
  std::vector<EntryRow> entries;                  // by index
  std::map<uint64_t, CheckpointRow> checkpoints;  // by size
  std::map<std::string, SentRow> sent;            // by disclosure
  std::vector<FiledRow> filed;
  WholeTree tree;
  std::vector<std::string> wrong;
};

LedgerRows read_rows(const WatchedLedger& ledger);

}  // namespace relais::test
