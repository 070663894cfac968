// SPDX-License-Identifier: Apache-2.0
// The federation under simulation: its agencies, the network between them, the law they share and
// the watch over them. It carries out one action at a time, with what befalls it, and heals in the
// end. Everything in it follows from the number of agencies, the seed and the actions. One thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/simulation/action.h"
#include "tests/simulation/agency.h"
#include "tests/simulation/awaits.h"
#include "tests/simulation/network.h"
#include "tests/simulation/watch.h"

namespace relais::simulation {

// The law of the test, once more in plain lists: what the watch holds a release against.
inline constexpr const char* kOrientPurpose = "housing_orientation";
inline constexpr const char* kReportPurpose = "child_protection_assessment";
inline constexpr const char* kLawful[] = {"identity.*", "need.*", "housing.situation"};
inline constexpr const char* kOwed[] = {"identity.name", "need.code"};
// What desks ask with: some of it no law lets go.
struct Sample {
  const char* category;
  const char* value;
};
inline constexpr Sample kSamples[] = {
    {"identity.name", "Nadia Exemple"}, {"identity.birth_year", "1987"},
    {"identity.age_band", "18-24"},     {"need.code", "housing"},
    {"need.urgency", "soon"},           {"housing.situation", "roofless"},
    {"health.clinical", "asthme"}};

// A service needs a name, and of the rest what the bits say.
std::vector<Need> needs_by(uint64_t bits, const policy::Vocabulary& words);

class Federation {
 public:
  Federation(size_t agencies, uint64_t seed);

  // What came of it, in words. Throws Violation.
  std::string act(const Action& action);
  // Everything is mended, and every message gets its time; then both sides must agree.
  void heal();
  size_t size() const { return agencies_.size(); }

 private:
  std::string act_at(Agency& at, const Action& action);
  std::string do_it(Agency& at, const Action& action);
  std::string give_consent(Agency& at, const Action& action);
  std::string submit(Agency& at, const Action& action);
  std::string ask_capacity(Agency& at, flow::Request request);
  std::string go_on(Agency& at, const flow::StoredReferral& question, const Action& action);
  std::string repeat(Agency& at, const Action& action);
  std::string confirm(Agency& at, const Action& action);
  std::string withdraw(Agency& at, const Action& action);
  std::string exercise_right(Agency& at, const Action& action);
  std::string correct(Agency& at, const Action& action);
  std::string carry(Agency& at);
  std::string move(Agency& at, const Action& action);
  std::string take_on(Agency& at, const Action& action);
  std::string supply(Agency& at, const Action& action);
  std::optional<ReferralId> recent_referral(Agency& at, const Action& action) const;
  std::string read_statement(Agency& at, const Action& action);
  Directory in_force() const;
  std::string change_directory(Agency& at, const Action& action);
  std::string befall(Agency& at, const Action& action);
  Agency& other_than(const Agency& at, const Action& action);
  void pass(std::chrono::milliseconds time);
  void set_clock(Agency& at);
  size_t carry_all(Agency& at);
  void settle();
  void list();

  Common common_;
  Awaits awaits_;
  std::unique_ptr<Watch> watch_;
  std::unique_ptr<Network> network_;
  std::vector<std::unique_ptr<Agency>> agencies_;
  // The newest, with everybody who was ever in it; each agency takes it when it does.
  Directory directory_;
  AgencyId left_;  // who has left; empty: nobody
  uint64_t keys_ = 0;
  bool nested_ = false;  // what is done now, is done in the middle of something
};

}  // namespace relais::simulation
