// SPDX-License-Identifier: Apache-2.0
// The story the demo plays, as read from admin/story: people, consents, referrals in order
// with what must come of each, and whose account is printed at the end. A reader may change the
// files: a key or reference that does not exist is a complaint with its place. Plain values; any
// thread.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "node/core/result.h"

namespace relais::demo {

struct StoryPerson {
  std::string ref;  // the agency's own file number
  std::string agency;
  std::string age_band;
  std::string capacity;
  std::optional<bool> maturity;
  std::optional<bool> vulnerable;
  std::vector<std::string> origin;
  std::map<std::string, std::string> items;  // category -> value
};

struct StoryConsent {
  std::string name;
  std::string person;
  std::string role;
  std::string giver;
  std::string form;
  std::string language;
  std::string notice_version;
  std::vector<std::string> recipients;
  std::vector<std::string> purposes;
  std::vector<std::string> categories;
  int64_t days = 0;
};

using Attested = std::map<std::string, std::vector<std::string>>;  // fact key -> value or values

// What people do before or after a request.
struct Action {
  enum class Kind {
    confirm,
    answer,
    accept,
    reject,
    withdraw,
    object,
    restrict_use,
    peer_away,
    peer_back
  };
  Kind kind = Kind::confirm;
  std::string role;    // empty: the role that asked
  std::string person;  // accept: the receiver's own file number
  std::string reason;  // reject
  Attested attest;     // answer
};

struct Expectation {
  int64_t line = 0;                             // where it stands in referrals.toml
  std::string outcome;                          // of the decision on the request
  std::set<std::string> left;                   // what the receiving agency holds in the end
  std::map<std::string, std::string> withheld;  // category -> stop or rule id
  std::vector<std::string> grounds;             // rule ids among those behind the release
  std::vector<std::string> attachments;         // exactly those of the referral; empty: any
  std::vector<std::string> slip;                // categories on the self-carried slip; empty: any
  std::string state;                            // at the sender; empty: not looked at
  std::string reason;
  std::string delivery;
};

struct StoryReferral {
  std::string id;
  std::string fr;
  std::string en;
  std::string from;
  std::string role;
  std::string person;
  std::string to;
  std::string service;
  std::string purpose;
  std::string consent;  // name of a StoryConsent; empty: none
  bool preview = false;
  std::vector<std::string> asked;
  Attested attest;
  std::vector<Action> first;
  std::vector<Action> then;
  Expectation expect;
};

struct StoryAccount {
  std::string person;
  std::string agency;
  std::vector<std::string> must_say_fr;
  std::vector<std::string> must_say_en;
  int64_t least_entries = 0;
};

struct Story {
  std::vector<StoryPerson> persons;
  std::vector<StoryConsent> consents;
  std::vector<StoryReferral> referrals;
  StoryAccount account;

  const StoryPerson* person(const std::string& ref) const;
  const StoryConsent* consent(const std::string& name) const;
  // Values that must appear nowhere but in the nodes' own answers: names, numbers, short texts and
  // file numbers; codes of the vocabulary are not among them.
  std::set<std::string> personal_values() const;
};

// `invalid` with every complaint in `where`, "file:line:column: text", one a line.
Result<Story> read_story(const std::string& folder);

}  // namespace relais::demo
