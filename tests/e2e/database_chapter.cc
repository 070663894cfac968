// SPDX-License-Identifier: Apache-2.0
#include "tests/e2e/chapters.h"

namespace relais::e2e {
namespace {

constexpr int kUnavailable = 14;  // gRPC's UNAVAILABLE

v1::SubmitReferralRequest duty(const Stage& stage, const std::string& key) {
  const demo::StoryPerson& child = *stage.story.person("PASS-0950");
  v1::SubmitReferralRequest request;
  request.mutable_acting()->set_role("infirmiere");
  request.mutable_acting()->set_staff_id("e2e");
  request.set_idempotency_key(key);
  v1::ReferralRequest& referral = *request.mutable_referral();
  referral.set_person_ref(child.ref);
  referral.set_recipient("sds-69");
  referral.set_service("crip");
  referral.set_purpose("child_protection_assessment");
  for (const char* category : {"identity.name", "concern.child"}) {
    v1::Item& item = *referral.add_items();
    item.set_category(category);
    item.set_value(child.items.at(category));
  }
  v1::Attestation& attestation = *referral.add_attestations();
  attestation.set_key("facts.minor");
  attestation.add_values("in_danger");
  return request;
}

}  // namespace

void tell_database(Stage& stage) {
  demo::Federation& federation = *stage.federation;
  demo::DeskClient desk = stage.desk("pass-69");
  federation.cluster().stop();
  const auto answer = desk.submit(duty(stage, "e2e-database-away"));
  stage.tap.check(!answer && stage.heard(answer.error()).code == kUnavailable,
                  "without its database a node answers UNAVAILABLE",
                  answer ? "it answered" : answer.error().text());
  const std::string route = answer ? "" : answer.error().telephone_route;
  stage.tap.check(route.find("119") != std::string::npos && route.find("17") != std::string::npos &&
                      route.find("CRIP") != std::string::npos,
                  "while a duty to report is open the error says whom to telephone", route);
  demo::DeskClient other = stage.desk("sds-69");
  const auto ordinary = other.submit(stage.plain_submission("e2e-database-away"));
  stage.tap.check(!ordinary && stage.heard(ordinary.error()).retryable &&
                      ordinary.error().telephone_route.empty(),
                  "and an ordinary request may be tried again");
  auto not_ready = [&] { return !federation.ops_page("pass-69", "/readyz"); };
  stage.tap.check(eventually(not_ready), "a node without its database is not ready");
  stage.tap.check(federation.ops_page("pass-69", "/livez").has_value(), "but it is alive");
  stage.tap.worked(federation.cluster().start(), "the database comes back");
  auto recovered = [&] {
    const auto again = desk.submit(duty(stage, "e2e-database-away"));
    return again && again->decision().outcome() != v1::OUTCOME_UNSPECIFIED;
  };
  stage.tap.check(eventually(recovered, std::chrono::seconds{30}),
                  "the node goes on by itself, with the same idempotency key");
  auto ready = [&] { return federation.ops_page("pass-69", "/readyz").has_value(); };
  stage.tap.check(eventually(ready), "and is ready again");
}

}  // namespace relais::e2e
