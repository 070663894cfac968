// SPDX-License-Identifier: Apache-2.0
// What the desk and the steward send, checked and turned into domain values. Form only: whether a
// code stands in the vocabulary and an agency in the directory is the verbs' to say. Faults are
// `invalid` and name the field. Pure, any thread.
#pragma once

#include <string>
#include <vector>

#include "node/flow/access.h"
#include "node/flow/follow.h"
#include "node/flow/receipts.h"
#include "node/flow/rights.h"
#include "node/flow/submit.h"
#include "node/flow/supply.h"
#include "relais/v1/desk.pb.h"
#include "relais/v1/steward.pb.h"

namespace relais::transport {

Result<ActingProfessional> read(const v1::ActingProfessional& message);
Result<PersonReference> read_reference(const std::string& person_ref);
Result<ReferralId> read_referral_id(const std::string& referral_id, Constant field = "referral_id");
Result<ConsentId> read_consent_id(const std::string& consent_id);
Result<flow::Request> read(const v1::ReferralRequest& message);
Result<flow::Request> read(const v1::SubmitReferralRequest& message);
using ItemMessages = google::protobuf::RepeatedPtrField<v1::Item>;
// How the items' fields are named in a Fault.
struct ItemFields {
  Constant items;
  Constant category;
  Constant value;
};
Result<std::vector<flow::AskedItem>> read_items(const ItemMessages& messages,
                                                const ItemFields& fields);
using AttestationMessages = google::protobuf::RepeatedPtrField<v1::Attestation>;
Result<std::vector<Attestation>> read(const AttestationMessages& messages);
Result<PersonFacts> read(const v1::RecordPersonRequest& message);
// `now` stands in for an absent valid_from.
Result<flow::ConsentAsked> read(const v1::Consent& message, Instant now);
Result<flow::Right> read(v1::Right right);
Result<flow::Move> read(const v1::UpdateReferralRequest& message);
Result<flow::Supply> read(const v1::PreviewItemsRequest& message);
Result<flow::Supply> read(const v1::SupplyItemsRequest& message);
Result<flow::ReceiptAsked> read(const v1::GetReceiptRequest& message);
// 0 means `usual`; otherwise 1…most.
Result<int> read_page_size(int32_t asked, int usual, int most);
Result<std::string> read_page_token(const std::string& token);

// Renders the statement in the format asked: text, html or json.
using Render = std::string (*)(const flow::Statement&);
Result<Render> read_format(const std::string& format);
Result<void> check_statement(const v1::StatementRequest& message);

}  // namespace relais::transport
