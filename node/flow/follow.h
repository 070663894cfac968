// SPDX-License-Identifier: Apache-2.0
// follow: a referral's life after it was sent. Each side moves it through the states that are its
// own to set, and each move is a recorded message to the other. Reading changes nothing. A crash
// before a move's COMMIT leaves the referral where it was; after it, the outbox tells the other
// side.
#pragma once

#include <string>

#include "node/flow/line.h"
#include "node/flow/named.h"
#include "node/flow/submit.h"

namespace relais::flow {

// One referral with the items it holds and the agency's own reference, if filed under one.
struct Opened {
  StoredReferral referral;
  std::vector<AskedItem> items;      // received, or left; of a draft, asked
  PersonReference reference;         // empty: not filed under one
  std::string note{};                // what the service wrote with the reason "other"
  ReferralId replaces{};             // the earlier one, here; empty: none
  std::vector<AskedItem> outcome{};  // what the service said became of one that was sent
  Named named{};                     // of one that was sent: what the service asks, or suggests
  // Of one that was sent, what the person asked at its service: objection restricted corrected.
  std::vector<std::string> rights_there{};
};

Result<Opened> get_referral(const Line& line, const ReferralId& id);

struct Inbox {
  std::vector<Opened> referrals;
  std::vector<std::string> tokens;  // one a referral: go on after it
  std::string next;
};
// page_size 1…200; token empty or from an earlier page.
Result<Inbox> list_inbox(const Line& line, const std::string& token, int page_size);

// What one side says has become of a referral. Only what the state asks for may be filled in.
struct Move {
  std::string state;
  std::string reason;              // a code of the list reason_code
  std::vector<std::string> asked;  // more_info_requested: categories the service still needs
  AgencyId agency;                 // redirected: who may help instead; empty: not known
  ServiceId service;
  std::string note{};  // with the reason "other", and then mandatory: 1 to 200 characters
};

// Moves a referral, and tells the other agency by a recorded message of its own: the target's
// states for one that was received, the sender's for one that was sent (policy/lifecycle.h).
// Nothing moves by itself: a redirected referral waits for the sender and the person, and what is
// asked for is a new decision of the sender, category by category.
Result<Opened> move(const Line& line, const Caller& caller, const ReferralId& id,
                    const Move& asked);

// Accepting may file the referral under the agency's own reference; it may be empty.
Result<Opened> accept(const Line& line, const Caller& caller, const ReferralId& id,
                      const PersonReference& reference);
// `reason` is a reason code of the vocabulary; mandatory. `note` as in Move.
Result<Opened> reject(const Line& line, const Caller& caller, const ReferralId& id,
                      const std::string& reason, const std::string& note = {});

// Referrals whose time has run out without an answer become expired, each with an entry that says
// so; both agencies count for themselves. Returns how many. At most `limit` at once.
Result<size_t> expire(const Line& line, int limit);

}  // namespace relais::flow
