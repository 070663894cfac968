// SPDX-License-Identifier: Apache-2.0
#include "node/storage/migrate.h"

#include <map>

#include "node/ledger/crypto.h"
#include "node/storage/transact.h"

namespace relais::storage {
namespace {

// "relais" and "migrate", as the two halves of an advisory lock's key.
constexpr const char* kLock = "SELECT pg_advisory_xact_lock(x'72656c61'::int, x'6d696772'::int)";
constexpr const char* kBegin =
    "CREATE SCHEMA IF NOT EXISTS relais;"
    "CREATE TABLE IF NOT EXISTS relais.migration ("
    "  number integer PRIMARY KEY, name text NOT NULL, sha256 text NOT NULL,"
    "  at timestamptz NOT NULL DEFAULT now())";
constexpr const char* kApplied =
    "SELECT number, name, sha256 FROM relais.migration ORDER BY number";
constexpr const char* kNote =
    "INSERT INTO relais.migration (number, name, sha256) VALUES ($1, $2, $3)";
constexpr const char* kRoleExists = "SELECT 1 FROM pg_roles WHERE rolname = $1";

// What the node may do. On the log: look and add. No table may be emptied by it.
struct Right {
  const char* rights;
  const char* tables;
};
constexpr Right kRights[] = {
    {"SELECT", "migration"},
    {"SELECT, INSERT", "ledger, entry, checkpoint, tile, ledger_seal"},
    {"SELECT, INSERT", "witness_alarm, ledger_stop, sent_before"},
    {"SELECT, INSERT, UPDATE", "witnessed"},
    {"SELECT, INSERT, UPDATE, DELETE", "witness_shown, witness_led"},
    {"SELECT, INSERT, DELETE", "cosignature"},
    {"SELECT, INSERT", "directory_seen, law_seen, filed, key_epoch, erased_person"},
    {"SELECT, INSERT, UPDATE, DELETE", "person, referral, outbox"},
    {"SELECT, INSERT, UPDATE, DELETE", "erasure, erasure_person, notice, tombstone"},
    {"SELECT, INSERT, DELETE", "body, submission, consent"},
};

struct Applied {
  std::string name;
  std::string sha256;
};
using AppliedByNumber = std::map<int, Applied>;

AppliedByNumber applied(Work& work) {
  AppliedByNumber found;
  for (const auto& row : work.exec(kApplied)) {
    found[row[0].as<int>()] = {row[1].as<std::string>(), row[2].as<std::string>()};
  }
  return found;
}

std::string digest_text(const Migration& file) { return to_hex(view(ledger::sha256(file.sql))); }

// Everything applied must be a file of ours, byte for byte.
Result<void> compare(const AppliedByNumber& found, const std::vector<Migration>& files) {
  for (const auto& [number, row] : found) {
    if (number < 1 || number > static_cast<int>(files.size())) {
      return fail(FaultKind::precondition, "the database has a migration this binary does not know",
                  row.name);
    }
    const Migration& file = files[static_cast<size_t>(number - 1)];
    if (row.name != file.name || row.sha256 != digest_text(file)) {
      return fail(FaultKind::precondition, "a migration differs from the one that was applied",
                  file.name);
    }
  }
  return {};
}

int apply_missing(Work& work, const AppliedByNumber& found, const std::vector<Migration>& files) {
  int count = 0;
  for (const Migration& file : files) {
    if (found.contains(file.number)) continue;
    work.exec(std::string(file.sql));
    work.exec_params(kNote, file.number, file.name, digest_text(file));
    ++count;
  }
  return count;
}

bool grant(Work& work, const std::string& role) {
  if (work.exec_params(kRoleExists, role).empty()) return false;
  const std::string to = " TO " + work.quote_name(role);
  work.exec("GRANT USAGE ON SCHEMA relais" + to);
  for (const Right& right : kRights) {
    work.exec(std::string("GRANT ") + right.rights + " ON " + right.tables + to);
  }
  return true;
}

}  // namespace

Result<Migrated> migrate(Pool& owner, const std::string& node_role) {
  return migrate(owner, node_role, migrations());
}

Result<Migrated> migrate(Pool& owner, const std::string& node_role,
                         const std::vector<Migration>& files) {
  return transact(owner, [&](Work& work) -> Result<Migrated> {
    work.exec(kPatient);
    work.exec(kLock);
    work.exec(kBegin);
    const AppliedByNumber found = applied(work);
    RELAIS_TRY_VOID(compare(found, files));
    Migrated done;
    done.applied = apply_missing(work, found, files);
    done.newest = files.empty() ? 0 : files.back().number;
    done.granted = grant(work, text(node_role));
    return done;
  });
}

Result<void> check_migrations(Pool& pool) {
  return once(pool, [](Work& work) -> Result<void> {
    const AppliedByNumber found = applied(work);
    RELAIS_TRY_VOID(compare(found, migrations()));
    if (found.size() != migrations().size()) {
      return fail(FaultKind::precondition, "the database is behind this binary: migrate it first");
    }
    return {};
  });
}

}  // namespace relais::storage
