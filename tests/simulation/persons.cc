// SPDX-License-Identifier: Apache-2.0
// What a person does at a counter: consents, rights, and the question who got what.
#include "node/flow/correct.h"
#include "tests/simulation/counter.h"
#include "tests/simulation/federation.h"

namespace relais::simulation {

std::string Federation::give_consent(Agency& at, const Action& action) {
  const AgencyId to = other_than(at, action).id();
  flow::ConsentAsked asked = test::well_given(to, kOrientPurpose, {"identity.name"}, at.clock.now(),
                                              std::chrono::hours{1 + action.choice % 240});
  for (const Sample& sample : kSamples) {
    const bool named = (action.choice >> (8 + (&sample - kSamples)) & 1) != 0;
    if (named && sample.category != asked.categories[0])
      asked.categories.push_back(sample.category);
  }
  const AgencyId too = agencies_[(action.choice >> 20) % size()]->id();
  if ((action.choice >> 30 & 3) == 0 && too != at.id() && too != to) {
    asked.consent.recipients.push_back(too);
  }
  const PersonReference who = person_of(action);
  const auto given = flow::record_consent(at.line(), desk(), who, asked);
  std::string list;
  for (const std::string& code : asked.categories) list += " " + code;
  std::string whom;
  for (const AgencyId& one : asked.consent.recipients) whom += " " + one.text();
  return "records a consent of " + who.text() + " for" + whom + ":" + list + ended(given);
}

std::string Federation::withdraw(Agency& at, const Action& action) {
  const PersonReference who = person_of(action);
  const auto person = at.kept.find(who).value();
  if (!person || person->consents.empty()) return "has no consent of " + who.text();
  const auto& all = person->consents;
  const ConsentId id = all[all.size() - 1 - action.choice % std::min<size_t>(all.size(), 2)].id;
  return "records that " + who.text() + " withdraws" +
         ended(flow::withdraw_consent(at.line(), desk(), who, id, "person_asked"));
}

std::string Federation::exercise_right(Agency& at, const Action& action) {
  if ((action.choice >> 3 & 3) == 0) return correct(at, action);
  const auto right = action.choice & 1 ? flow::Right::objection : flow::Right::restriction;
  const bool lifted = (action.choice & 6) != 0;
  const PersonReference who = person_of(action);
  return std::string("records that ") + who.text() + (lifted ? " lifts" : " makes") +
         (action.choice & 1 ? " an objection" : " a restriction") +
         ended(flow::record_right(at.line(), desk(), who, right, lifted));
}

std::string Federation::correct(Agency& at, const Action& action) {
  const PersonReference who = person_of(action);
  const auto items = items_by(action.choice);
  return "has something about " + who.text() + " put right" +
         ended(flow::correct(at.line(), desk(), who, items));
}

std::string Federation::read_statement(Agency& at, const Action& action) {
  const PersonReference who = person_of(action);
  const char* const requester = action.choice & 1 ? "subject" : "guardian";
  const uint64_t before = watch_->entries_about(at, who);
  at.store.set_reading(true);
  const auto made = flow::statement(at.line(), desk(), who, "en", requester);
  at.store.set_reading(false);
  if (made) watch_->stated(at, who, before, *made);
  return "hands " + who.text() + " a statement" + ended(made);
}

}  // namespace relais::simulation
