// SPDX-License-Identifier: Apache-2.0
// An agency's verbs over a PostgreSQL database of its own, with the name, the keys and the law of
// one over memory: what bad peers leave behind is looked for in its tables. One per test.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "node/storage/account.h"
#include "node/storage/appender.h"
#include "node/storage/erasure.h"
#include "node/storage/notices.h"
#include "node/storage/outbox.h"
#include "node/storage/people.h"
#include "node/storage/proofs.h"
#include "node/storage/referrals.h"
#include "node/storage/verify.h"
#include "tests/support/agencies.h"
#include "tests/support/postgres.h"

namespace relais::test {

inline storage::PoolSettings node_pool(const std::string& database, size_t size) {
  storage::PoolSettings settings;
  settings.connection = PrivatePostgres::instance().connection(database, "relais_node");
  settings.size = size;
  return settings;
}

inline storage::Keyring plain_keyring(Entropy& entropy) {
  storage::EpochKey kek;
  kek.key.fill('k');
  Digest lookup;
  lookup.fill(7);
  return storage::Keyring({kek}, lookup, entropy);
}

// Not movable: the line refers to its own members.
struct StoredLine {
  explicit StoredLine(AgencyNode& of)
      : node(of),
        appender(storage::Appender::start(writers, keyring, of.ledger_signer, of.line.directories,
                                          wake, {})
                     .value()),
        line{of.settings,  of.line.clock,       of.entropy, of.line.vocabulary,
             of.line.laws, of.line.directories, of.signer,  *appender,
             people,       referrals,           outbox,     account,
             proofs,       of.checkpoints,      of.tally,   erasures,
             notices} {}

  // Rows of a query as the superuser: columns parted by '|', a line a row.
  std::string sql(const std::string& query) const {
    return PrivatePostgres::instance().sql(database, "SET search_path = relais; " + query);
  }
  int count(const std::string& of) const { return std::stoi(sql("SELECT count(*) FROM " + of)); }
  // Every leaf, checkpoint, body and chain derives again.
  bool is_sound() {
    const auto report = storage::verify(
        pool, {node.settings.ledger_key.name(), node.ledger_signer.verifier(), &keyring, 10});
    if (!report) return false;
    for (const storage::Finding& one : report->findings) {
      ADD_FAILURE() << one.what.view() << ": " << one.where;
    }
    return report->sound();
  }

  AgencyNode& node;
  const std::string database = PrivatePostgres::instance().migrated_database();
  storage::Keyring keyring = plain_keyring(node.entropy);
  storage::Pool pool{node_pool(database, 8)};
  storage::Pool writers{node_pool(database, 2)};
  storage::PeopleStore people{pool, keyring, node.entropy, node.line.clock};
  storage::ReferralStore referrals{pool, keyring};
  storage::OutboxStore outbox{pool, keyring};
  storage::AccountStore account{pool, keyring};
  storage::ProofStore proofs{pool};
  storage::ErasureStore erasures{pool, keyring};
  storage::NoticeStore notices{pool};
  storage::Wake wake;
  std::unique_ptr<storage::Appender> appender;
  flow::Line line;
};

}  // namespace relais::test
