// SPDX-License-Identifier: Apache-2.0
// One agency's storage over a database of its own, and drafts to append to it. For tests and
// benches over a real PostgreSQL; the appender is its own, the rest is one thread's.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "node/flow/fresh.h"
#include "node/ledger/crypto.h"
#include "node/ledger/note.h"
#include "node/storage/account.h"
#include "node/storage/appender.h"
#include "node/storage/fill_tiles.h"
#include "node/storage/outbox.h"
#include "node/storage/people.h"
#include "node/storage/referrals.h"
#include "node/storage/verify.h"
#include "tests/support/far_postgres.h"
#include "tests/support/postgres.h"

namespace relais::test {

inline constexpr const char* kOrigin = "agency-a.example/disclosures/2026";

class SystemClock final : public Clock {
 public:
  Instant now() override {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  }
};

class OneDirectory final : public Directories {
 public:
  OneDirectory() { at_version(1); }
  void at_version(int64_t version) {
    auto next = std::make_shared<Directory>();
    next->version = version;
    now_ = std::move(next);
  }
  std::shared_ptr<const Directory> current() const override { return now_; }

 private:
  std::shared_ptr<const Directory> now_;
};

inline storage::PoolSettings pool_of(const std::string& database, size_t size,
                                     const FarPostgres* far = nullptr) {
  storage::PoolSettings settings;
  settings.connection = PrivatePostgres::instance().connection(database, "relais_node");
  if (far != nullptr) settings.connection += " host=" + far->folder();  // what stands last holds
  settings.size = size;
  return settings;
}

inline ledger::Ed25519Signer signer_of(char seed) {
  return *ledger::Ed25519Signer::make(kOrigin, ledger::SignatureType::ed25519,
                                      *ledger::PrivateKey::from_seed(std::string(32, seed)));
}

inline storage::Keyring keyring_of(char key, Entropy& entropy) {
  storage::EpochKey kek;
  kek.key.fill(static_cast<uint8_t>(key));
  Digest lookup;
  lookup.fill(7);
  return storage::Keyring({kek}, lookup, entropy);
}

struct Agency {
  // `far`: its appender's database is on another machine.
  explicit Agency(std::string name, storage::AppenderSettings settings = {},
                  const FarPostgres* far = nullptr)
      : database(std::move(name)), pool(pool_of(database, 8)), writers(pool_of(database, 1, far)) {
    auto started =
        storage::Appender::start(writers, keyring, signer, directory, wake, std::move(settings));
    if (started) {
      appender = *std::move(started);
    } else {
      fault = started.error();
    }
  }

  std::string uuid() { return flow::fresh_uuid(clock, entropy); }
  PersonId person(const std::string& reference) {
    return people.open(PersonReference(reference)).value().id;
  }
  storage::VerifyReport verified(bool with_keys = true) {
    auto report =
        storage::verify(pool, {kOrigin, signer.verifier(), with_keys ? &keyring : nullptr, 100});
    EXPECT_TRUE(report.has_value());
    return report.value_or(storage::VerifyReport{});
  }

  // An entry about a person and nothing else.
  flow::Draft draft(const PersonId& about) {
    flow::Draft one;
    one.person = about;
    one.shared.entry_id = uuid();
    one.shared.origin = kOrigin;
    one.shared.purpose = "housing_orientation";
    one.shared.time_claimed_ms = static_cast<uint64_t>(unix_ms(clock.now()));
    one.private_part.law_date = "2026-11-23";
    one.payload = "what went";
    return one;
  }
  // A referral sent, with its message in the outbox and its idempotency key.
  flow::Draft referral_draft(const PersonId& about, const std::string& key) {
    flow::Draft one = draft(about);
    flow::StoredReferral referral;
    referral.id = ReferralId(uuid());
    referral.disclosure = DisclosureId(uuid());
    referral.handle = Handle(flow::fresh_hex(entropy, 32));
    referral.person = about;
    referral.counterpart = AgencyId("siao-69");
    referral.service = ServiceId("orientation");
    referral.purpose = "housing_orientation";
    referral.state = "requested";
    referral.delivery = "queued";
    referral.sequence_out = 1;
    referral.attachments = {"inform_before", "redisclosure_notice"};
    referral.created = clock.now();
    referral.expires = clock.now() + std::chrono::hours{24};
    referral.body = std::string("what was asked\0of them", 22);
    one.queued = flow::Queued{referral.disclosure, referral.counterpart, referral.id, 1,
                              referral.expires,    referral.expires};
    flow::Submission submission;
    submission.client = "spiffe://example/desk";
    submission.key = key;
    submission.body.fill(1);
    one.submission = submission;
    one.referral = std::move(referral);
    return one;
  }

  std::string database;
  SystemClock clock;
  ledger::SystemEntropy entropy;
  storage::Keyring keyring = keyring_of('k', entropy);
  ledger::Ed25519Signer signer = signer_of('s');
  OneDirectory directory;
  storage::Wake wake;
  storage::Pool pool;
  storage::Pool writers;
  storage::PeopleStore people{pool, keyring, entropy, clock};
  storage::ReferralStore referrals{pool, keyring};
  storage::OutboxStore outbox{pool, keyring};
  storage::AccountStore account{pool, keyring};
  std::unique_ptr<storage::Appender> appender;
  Fault fault{FaultKind::internal, "started", {}, nullptr};
};

inline const flow::Appended* appended(const Result<flow::AppendOutcome>& outcome) {
  if (!outcome) ADD_FAILURE() << outcome.error().message.view() << " " << outcome.error().where;
  return outcome ? std::get_if<flow::Appended>(&*outcome) : nullptr;
}
// Entries about one person, from many callers at once.
inline void append_many(Agency& agency, int entries, int callers) {
  const PersonId person = agency.person("one");
  std::vector<std::thread> threads;
  for (int t = 0; t < callers; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < entries / callers; ++i) {
        EXPECT_NE(appended(agency.appender->append(agency.draft(person))), nullptr);
      }
    });
  }
  for (std::thread& one : threads) one.join();
}
// Every tile that is full; how many were stored at level 0.
inline uint64_t fill_all_tiles(Agency& agency) {
  uint64_t all = 0;
  for (auto more = storage::fill_tiles(agency.pool); more && *more > 0;
       more = storage::fill_tiles(agency.pool)) {
    all += *more;
  }
  return all;
}
template <class T>
const T* outcome_as(const Result<flow::AppendOutcome>& outcome) {
  if (!outcome) ADD_FAILURE() << outcome.error().message.view() << " " << outcome.error().where;
  return outcome ? std::get_if<T>(&*outcome) : nullptr;
}

}  // namespace relais::test
