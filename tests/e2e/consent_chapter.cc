// SPDX-License-Identifier: Apache-2.0
#include <chrono>

#include "tests/e2e/care.h"
#include "tests/e2e/chapters.h"

namespace relais::e2e {
namespace {

constexpr const char* kPerson = "SDS-9002";

}  // namespace

void tell_consent(Stage& stage) {
  demo::DeskClient desk = stage.desk("sds-69");
  const v1::ActingProfessional acting = social_worker("e2e");
  stage.federation->stop(kHealthTeam);
  const auto given = desk.record_consent(
      care_consent(acting, kPerson, {"identity.name", "need.*"}, std::chrono::seconds{4}));
  if (!stage.tap.check(given.has_value(), "a consent may be short")) return;
  const auto submitted =
      desk.submit(care_referral(acting, kPerson, given->consent_id(), "e2e-short-consent"));
  stage.tap.check(
      submitted && submitted->referral().state() == "requested",
      "what it covers is recorded while the recipient is away",
      submitted ? submitted->referral().state() : stage.heard(submitted.error()).text());
  pause_for(std::chrono::seconds{5});
  stage.tap.worked(stage.federation->start(kHealthTeam), "the recipient comes back");
  v1::GetReferralRequest get;
  *get.mutable_acting() = acting;
  if (submitted) get.set_referral_id(submitted->referral().referral_id());
  std::string delivery;
  auto withheld = [&] {
    const auto got = desk.get(get);
    if (got) delivery = got->referral().delivery();
    return delivery == "withheld";
  };
  stage.tap.check(eventually(withheld),
                  "a consent that runs out between record and delivery stops the delivery",
                  delivery);
}

}  // namespace relais::e2e
