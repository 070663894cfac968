// SPDX-License-Identifier: Apache-2.0
// A question to the law: a request resolved against the sources law.md names, one source each. The
// directory gives the agencies, the staff register the professional, the rights store consent and
// objection, the person's record the person, attestations what only a professional can know, and
// the engine purpose, state, date and data. A request that names a fact of another source is
// refused.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "node/flow/line.h"
#include "node/flow/submit.h"
#include "policy/decide.h"
#include "policy/facts.h"

namespace relais::flow {

// What a request says of calling or writing to the person (safe_contact.h).
enum class Contact { unknown, safe, unsafe };

struct Question {
  std::shared_ptr<const Directory> directory;
  std::shared_ptr<const policy::Law> law;
  const Agency* self = nullptr;       // in `directory`
  const Agency* recipient = nullptr;  // in `directory`
  const Service* service = nullptr;   // of `recipient`; none on the way back
  std::optional<Consent> consent;     // the one the request relies on
  std::string consent_now;            // its state at the clock's now; empty without one
  std::vector<Item> items;
  CategorySet data;
  policy::Facts facts;
  PermitScope scope;
  Contact contact = Contact::unknown;
  CategorySet left_out;  // asked, and not put to the law: not safe (safe_contact.h)
};

// When in a referral's life the law is asked, and which way: `returns` from the service back to who
// referred, for the purpose kWayBack.
struct Stage {
  std::string state = "requested";
  bool returns = false;
};
inline constexpr const char* kWayBack = "outcome_feedback";
inline constexpr const char* kCapacityProbe = "capacity_probe";
// A correction brings nothing that was not there: no state of the referral holds it back.
inline constexpr const char* kStageOfCorrections = "in_progress";

// `invalid` names the field that is wrong. The consent's state is judged at the clock's now: one
// that is no longer in date is "expired", whatever it was recorded as.
Result<Question> ask(const Line& line, const Person& person, const Request& request,
                     const std::string& role, const Stage& stage = {});

// Whether a request is well formed: a printable reference, a known role, recipient, service,
// purpose and categories, values in their form, attestations of what a professional may attest.
// Touches no store.
Result<void> check_request(const Line& line, const Request& request, const std::string& role);
// `invalid` unless the role stands in the agency's staff register.
Result<void> check_role(const Line& line, const std::string& role);
// The same of a human with a name: nothing is answered, confirmed or refused by a rule alone (GDPR
// 22). What a timer ends is expired, which is nobody's judgement.
Result<void> check_named(const Line& line, const ActingProfessional& acting);

// The facts a receiver's own law reads: the directory's, and its own rights store's. Nothing the
// sender attested travels.
struct Reception {
  const Agency& sender;
  const Agency& recipient;
  const Service* service;
  std::string purpose;
  CategorySet data;
  std::vector<std::string> origin_labels;
  Rights rights{};
  Stage stage{};
};
Result<policy::Facts> facts_received(const Line& line, const Reception& reception);

}  // namespace relais::flow
