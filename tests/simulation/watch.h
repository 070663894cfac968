// SPDX-License-Identifier: Apache-2.0
// The watch: sees everything that crosses a port of any agency, knows what is really stored there,
// and holds each against the invariants (docs/simulation.md). It looks at the stores beneath the
// planted bugs. What does not hold is thrown as a Violation. One thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "node/core/disclosure.h"
#include "node/core/person.h"
#include "node/flow/access.h"
#include "node/flow/checkpoints.h"
#include "node/flow/outbox.h"
#include "node/flow/payload.h"
#include "node/flow/submit.h"

namespace relais::simulation {

class Agency;

struct Violation {
  std::string what;
};

// What was true at an agency when an entry was about to be appended.
struct Moment {
  std::optional<int64_t> person_epoch;
  int64_t directory_version = 0;
};

class Watch {
 public:
  explicit Watch(const policy::Vocabulary& words);

  void join(Agency& agency) { agencies_.push_back(&agency); }
  const std::vector<Agency*>& agencies() const { return agencies_; }

  Moment moment_of(Agency& at, const flow::Draft& draft);
  void appended(Agency& at, const flow::Draft& asked, const Moment& moment,
                const flow::AppendOutcome& outcome);
  // A message is read to be sent, as it is stored.
  void loaded(Agency& at, const flow::StoredDisclosure& stored);
  void leaves(Agency& from, const Envelope& envelope);
  void arrives(Agency& to, const Envelope& envelope);
  void answered(Agency& to, const Envelope& envelope, const Acknowledgement& word);
  // `before`: entries there were when it was asked for.
  void stated(Agency& at, const PersonReference& reference, uint64_t before,
              const flow::Statement& statement);
  uint64_t entries_about(Agency& at, const PersonReference& reference);
  void restarted(Agency& at);
  // Nothing is cut off any more, and every message had its time.
  void healed();

 private:
  // What may leave of a message, by what was true when it was read.
  struct Truth {
    CategorySet allowed;
    bool suspended = false;
  };
  using MessageKey = std::pair<std::string, std::string>;  // sender, disclosure
  struct Left {
    std::string disclosure;
    uint64_t index = 0;
    Digest commitment{};
  };
  struct Given {
    MessageKey message;
    Digest digest{};
  };
  struct Ending {
    std::string status;
    bool may_have_left = false;
  };

  CategorySet allowed(Agency& at, const flow::StoredDisclosure& stored,
                      const ledger::SharedPart& shared) const;
  CategorySet allowed_later(Agency& at, const flow::StoredDisclosure& stored,
                            const ledger::SharedPart& shared) const;
  CategorySet owed() const;
  CategorySet consented(Agency& at, const flow::StoredDisclosure& stored,
                        const flow::Request& asked) const;
  void note_rights_there(Agency& at, const flow::Draft& asked);
  CategorySet set_of(const std::vector<flow::AskedItem>& items) const;
  CategorySet need_of(Agency& at, const AgencyId& peer, const ServiceId& service,
                      const std::string& stage) const;
  void check_once(Agency& at, const flow::Draft& asked);
  void check_openings(Agency& at, uint64_t index);
  void check_decision(Agency& at, const flow::Draft& asked, const Moment& moment);
  void check_stopped(Agency& at, const flow::Draft& asked);
  void check_settled(Agency& at, const flow::Draft& asked);
  void check_recorded(Agency& from, const Envelope& envelope);
  void check_account(Agency& at, const PersonId& row);
  void check_outbox(Agency& at);
  void check_received(Agency& at);
  void check_told(Agency& at);
  void check_states(Agency& at);
  void check_rights_there(Agency& at);
  bool has_heard(const Agency& at, const Handle& handle, const std::string& state) const;
  bool agree(const Agency& at, const flow::StoredReferral& mine, const Agency& other,
             const flow::StoredReferral& theirs) const;
  Agency* find(const AgencyId& id) const;

  const policy::Vocabulary& words_;
  std::vector<Agency*> agencies_;
  flow::VerifiedCheckpoints checkpoints_;
  std::map<std::pair<size_t, MessageKey>, int> filed_;
  std::map<std::pair<size_t, std::string>, int> keys_;  // idempotency keys used
  std::set<Digest> openings_;
  std::map<std::tuple<size_t, std::string, std::string>, uint64_t> stops_;  // at, peer, handle
  std::map<MessageKey, Truth> truths_;
  std::map<MessageKey, Ending> endings_;
  // What a person asked at the service's counter, as it was told: at, handle.
  std::map<std::pair<size_t, std::string>, std::vector<std::string>> rights_there_;
  std::set<std::string> unheard_;  // handles about which a message came to nothing
  std::map<std::pair<size_t, Digest>, Bytes> words_given_;
  std::map<size_t, std::vector<Left>> left_;
  std::map<size_t, std::vector<Given>> given_;
};

[[noreturn]] void violate(const std::string& what);

}  // namespace relais::simulation
