// SPDX-License-Identifier: Apache-2.0
#include "tests/support/ledger_rows.h"

#include <sstream>

namespace relais::test {
namespace {

// libpq's text form of COMMIT's moment, in microseconds, and of a transaction's begin.
constexpr const char* kFiled =
    "SELECT f.sender, f.disclosure, f.status,"
    " (SELECT (extract(epoch FROM c.at) * 1000000)::bigint FROM relais.checkpoint c"
    "  WHERE c.ledger = e.ledger AND c.size > e.index ORDER BY c.size LIMIT 1)"
    " FROM relais.filed f JOIN relais.entry e ON e.id = f.entry";
constexpr const char* kSent =
    "SELECT disclosure, peer, status, entry, index, encode(proof, 'hex'),"
    " encode(convert_to(checkpoint, 'UTF8'), 'hex') FROM relais.outbox";

using Row = std::vector<std::string>;

std::vector<Row> rows_of(const std::string& text) {
  std::vector<Row> rows;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    Row row;
    std::istringstream columns(line);
    for (std::string column; std::getline(columns, column, '|');) row.push_back(column);
    if (!row.empty()) rows.push_back(row);
  }
  return rows;
}

uint64_t number(const std::string& text) { return text.empty() ? 0 : std::stoull(text); }

ledger::Proof proof_of(const std::string& hex) {
  const Bytes bytes = from_hex(hex).value_or(Bytes());
  ledger::Proof proof;
  for (size_t at = 0; at + 32 <= bytes.size(); at += 32) {
    proof.push_back(*digest_of(bytes.substr(at, 32)));
  }
  return proof;
}

std::string of_ledger(const WatchedLedger& ledger) {
  return " JOIN relais.ledger l ON l.id = t.ledger AND l.origin = '" + ledger.log.name() + "'";
}

void read_entries(const WatchedLedger& ledger, LedgerRows& rows) {
  std::vector<Digest> leaves;
  std::set<std::string> ids;
  for (const Row& row :
       rows_of(ledger.ask("SELECT t.index, t.id, encode(t.commitment, 'hex') FROM relais.entry t" +
                          of_ledger(ledger) + " ORDER BY t.index"))) {
    const auto commitment = digest_of(from_hex(row.at(2)).value_or(Bytes()));
    if (number(row[0]) != rows.entries.size() || !commitment || !ids.insert(row[1]).second) {
      rows.wrong.push_back("a gap or a duplicate before index " + row[0]);
      break;
    }
    rows.entries.push_back({row[1], *commitment});
    leaves.push_back(ledger::leaf_hash("\x01" + Bytes(view(*commitment))));
  }
  rows.tree = WholeTree(std::move(leaves));
}

}  // namespace

WholeTree::WholeTree(std::vector<Digest> leaves) {
  levels_.push_back(std::move(leaves));
  while (levels_.back().size() > 1) {
    const std::vector<Digest>& below = levels_.back();
    std::vector<Digest> level;
    for (size_t i = 0; i + 1 < below.size(); i += 2) {
      level.push_back(ledger::node_hash(below[i], below[i + 1]));
    }
    levels_.push_back(std::move(level));
  }
}

Result<std::vector<Digest>> WholeTree::read(std::span<const ledger::NodeId> nodes) const {
  std::vector<Digest> hashes;
  for (const ledger::NodeId& node : nodes) {
    if (node.level >= levels_.size() || node.index >= levels_[node.level].size()) {
      return fail(FaultKind::not_found, "no such subtree");
    }
    hashes.push_back(levels_[node.level][node.index]);
  }
  return hashes;
}

// What is filed is read before what was sent, and entries last: what refers to them is there then.
LedgerRows read_rows(const WatchedLedger& ledger) {
  LedgerRows rows;
  for (const Row& row : rows_of(ledger.ask(kFiled))) {
    rows.filed.push_back({row.at(0), row.at(1), row.at(2), std::stoll(row.at(3))});
  }
  for (const Row& row : rows_of(ledger.ask(kSent))) {
    rows.sent[row.at(0)] = {row.at(1),           row.at(2),
                            row.at(3),           number(row.at(4)),
                            proof_of(row.at(5)), from_hex(row.at(6)).value_or(Bytes())};
  }
  const std::string checkpoints =
      "SELECT t.size, encode(convert_to(t.note, 'UTF8'), 'hex'),"
      " (extract(epoch FROM pg_xact_commit_timestamp(t.xmin)) * 1000000)::bigint"
      " FROM relais.checkpoint t";
  for (const Row& row : rows_of(ledger.ask(checkpoints + of_ledger(ledger)))) {
    // 0: written before commits were timed.
    rows.checkpoints[number(row.at(0))] = {from_hex(row.at(1)).value_or(Bytes()),
                                           row.size() > 2 ? std::stoll(row[2]) : 0};
  }
  read_entries(ledger, rows);
  return rows;
}

}  // namespace relais::test
