// SPDX-License-Identifier: Apache-2.0
#include "node/storage/derive.h"

#include <string>

namespace relais::storage {
namespace {

const Statement kFrom{"derive_from",
                      "SELECT size, root FROM ("
                      "(SELECT size, root FROM checkpoint WHERE ledger = $1 AND size >= $2"
                      "  ORDER BY size LIMIT 1) UNION ALL"
                      " (SELECT size, root FROM checkpoint WHERE ledger = $1"
                      "  ORDER BY size DESC LIMIT 1)) AS c ORDER BY size LIMIT 1"};
const Statement kUntil{"derive_until",
                       "SELECT frontier FROM checkpoint WHERE ledger = $1 AND size <= $2"
                       " ORDER BY size DESC LIMIT 1"};
const Statement kLeaves{"derive_leaves",
                        "SELECT index, commitment FROM entry WHERE ledger = $1 AND index >= $2"
                        " AND index < $3 ORDER BY index"};

std::string place(const char* what, uint64_t number) {
  return what + std::string(" ") + std::to_string(number);
}

}  // namespace

std::optional<SignedRoot> signed_root_from(Work& work, int32_t ledger, uint64_t size) {
  const pqxx::result rows = run(work, kFrom, ledger, size);
  if (rows.empty()) return std::nullopt;
  return SignedRoot{rows[0][0].as<uint64_t>(), bytes_of(rows[0][1])};
}

Result<ledger::Frontier> frontier_until(Work& work, int32_t ledger, uint64_t size) {
  const pqxx::result rows = run(work, kUntil, ledger, size);
  if (rows.empty()) return ledger::Frontier{};
  return ledger::Frontier::parse(bytes_of(rows[0][0]));
}

Result<void> derive(Work& work, int32_t ledger, const SignedRoot& end, ledger::Frontier& frontier,
                    const VisitLeaf& visit) {
  if (end.size < frontier.size()) {
    return fail(FaultKind::corrupt, "the ledger is shorter than it was",
                place("checkpoint", end.size));
  }
  for (const auto& row : run(work, kLeaves, ledger, frontier.size(), end.size)) {
    if (row[0].as<uint64_t>() != frontier.size()) break;
    const Digest leaf = ledger::leaf_hash("\x01" + bytes_of(row[1]));
    frontier.append(leaf);
    RELAIS_TRY_VOID(visit(leaf, frontier.size()));
  }
  if (frontier.size() != end.size) {
    return fail(FaultKind::corrupt, "an entry is missing", place("index", frontier.size()));
  }
  if (view(frontier.root()) != end.root) {
    return fail(FaultKind::corrupt, "the entries up to a checkpoint do not give its root",
                place("checkpoint", end.size));
  }
  return {};
}

}  // namespace relais::storage
