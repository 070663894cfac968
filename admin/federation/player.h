// SPDX-License-Identifier: Apache-2.0
// Plays a story on a running federation, as the agencies' own software would: records people and
// consents, submits, confirms, answers, accepts, withdraws; and reads back what each side holds.
// Borrowed federation and story; one thread. A node that dies meanwhile is started again and the
// play goes on.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "admin/federation/desk.h"
#include "admin/federation/federation.h"
#include "admin/federation/story.h"

namespace relais::demo {

// What became of one referral.
struct Played {
  bool asked = false;     // the node answered the request itself
  v1::Decision decision;  // on the request
  v1::Decision last;      // after answers and confirmations
  v1::Slip slip;
  v1::Referral referral;             // as the sender holds it in the end
  std::set<std::string> held;        // categories the receiver holds in the end
  std::vector<std::string> done;     // what people did, in words
  std::vector<std::string> trouble;  // calls that failed
};

class Player {
 public:
  Player(Federation& federation, const Story& story);

  // Faults that kept a person from being recorded; empty when all were.
  std::vector<std::string> record_people();
  Played play(const StoryReferral& told);

 private:
  DeskClient& desk(const std::string& agency);
  void ask(const StoryReferral& told, Played& played);
  v1::ReferralRequest request_of(const StoryReferral& told, Played& played);
  std::string consent_of(const StoryReferral& told, Played& played);
  void act(const StoryReferral& told, const Action& action, Played& played);
  void confirm(const StoryReferral& told, const Action& action, Played& played);
  void answer(const StoryReferral& told, const Action& action, Played& played);
  void take_up(const StoryReferral& told, const Action& action, Played& played);
  void exercise(const StoryReferral& told, const Action& action, Played& played);
  // What the receiver filed for this disclosure; an empty referral_id when nothing.
  v1::Referral find_filed(const StoryReferral& told, const std::string& disclosure, Played& played);
  v1::Referral wait_until_filed(const StoryReferral& told, const std::string& disclosure,
                                Played& played);
  void wait_until_settled(const StoryReferral& told, Played& played);

  Federation& federation_;
  const Story& story_;
  std::map<std::string, DeskClient> desks_;
  std::map<std::string, std::string> consents_;  // name -> the node's id
};

}  // namespace relais::demo
