// SPDX-License-Identifier: Apache-2.0
// One agency's verbs over its database, and its process killed at a named step. For the tests here.
#pragma once

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <string>

#include "node/core/step.h"
#include "node/flow/checkpoints.h"
#include "node/flow/erase.h"
#include "node/storage/erasure.h"
#include "node/storage/notices.h"
#include "node/storage/proofs.h"
#include "tests/support/stored_agency.h"

namespace relais::test {

class NoLaw final : public flow::Laws {
 public:
  std::shared_ptr<const policy::Law> current() const override { return nullptr; }
};
class NoTally final : public flow::Tally {
 public:
  void decided(policy::Outcome) override {}
  void account_broken() override {}
  void disclosed(std::chrono::milliseconds) override {}
};

inline const policy::Vocabulary& vocabulary() {
  static const policy::Vocabulary words =
      policy::Vocabulary::load(RELAIS_SOURCE_DIR "/policy/vocabulary.toml").value();
  return words;
}

// One agency's verbs over its database.
struct Office {
  explicit Office(const std::string& database)
      : agency(database),
        settings{"test", AgencyId("sds"), agency.signer.verifier(), {}},
        proofs(agency.pool),
        erasures(agency.pool, agency.keyring),
        notices(agency.pool),
        line{settings,         agency.clock,   agency.entropy,   vocabulary(),  law,
             agency.directory, agency.signer,  *agency.appender, agency.people, agency.referrals,
             agency.outbox,    agency.account, proofs,           checkpoints,   tally,
             erasures,         notices} {}
  static flow::Caller caller() { return {"steward", {"steward", "steward"}, ""}; }

  // A person to whom two agencies were told something.
  void refer(const std::string& reference) {
    const PersonId person = agency.person(reference);
    for (const char* peer : {"siao-69", "pass-69"}) {
      flow::Draft draft = agency.referral_draft(person, reference + peer);
      draft.shared.sender_agency = "sds";
      draft.shared.recipient_agency = peer;
      draft.shared.recipient_service = "orientation";
      draft.shared.handle = draft.referral->handle.text();
      draft.queued->peer = AgencyId(peer);
      draft.referral->counterpart = AgencyId(peer);
      ASSERT_NE(appended(agency.appender->append(draft)), nullptr);
    }
  }
  // What came from a peer under a handle, about this person, as its first message.
  flow::StoredReferral received(const std::string& handle, const PersonId& person) {
    flow::StoredReferral referral;
    referral.id = ReferralId(agency.uuid());
    referral.direction = flow::Direction::received;
    referral.disclosure = DisclosureId(agency.uuid());
    referral.handle = Handle(handle);
    referral.person = person;
    referral.counterpart = AgencyId("dep-38");
    referral.service = ServiceId("orientation");
    referral.purpose = "housing_orientation";
    referral.state = "received";
    referral.created = agency.clock.now();
    referral.expires = referral.created + std::chrono::hours{24};
    referral.sequence_in = 1;
    return referral;
  }
  Result<flow::Erased> erase(const std::string& reference) {
    return flow::erase(line, caller(), PersonReference(reference), "objection");
  }
  bool readable(const PersonId& person) {
    return agency.account.entries(person).has_value() && agency.people.get(person).has_value();
  }
  std::string count(const std::string& what) {
    return PrivatePostgres::instance().sql(agency.database, "SELECT count(*) FROM relais." + what);
  }

  Agency agency;
  flow::Settings settings;
  NoLaw law;
  NoTally tally;
  flow::VerifiedCheckpoints checkpoints;
  storage::ProofStore proofs;
  storage::ErasureStore erasures;
  storage::NoticeStore notices;
  flow::Line line;
};

inline std::string dying_at;
inline void die(Constant step) {
  if (step.view() == dying_at) ::raise(SIGKILL);
}

// In a process of its own, which is killed at that step. No thread of ours runs meanwhile.
inline void die_at(const std::string& database, const std::string& step,
                   const std::function<void(Office&)>& act) {
  const pid_t child = ::fork();
  if (child == 0) {
    dying_at = step;
    step_hook = &die;
    Office office(database);
    act(office);
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << "never at " << step;
}

}  // namespace relais::test
