// SPDX-License-Identifier: Apache-2.0
// Messages that no verb would send, really recorded and really signed by an agency of the tests.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "node/flow/entry.h"
#include "node/flow/fresh.h"
#include "node/flow/payload.h"
#include "node/flow/record.h"
#include "node/ledger/crypto.h"
#include "tests/support/agencies.h"

namespace relais::test {

// What a hostile agency writes into its own ledger and signs.
struct Message {
  ledger::SharedPart shared;
  std::vector<flow::AskedItem> items;
  Instant expires;
  uint64_t sequence = 1;
};

// A referral from the social service to the intake service, as it should be.
inline Message housing_referral(Instant now) {
  Message message;
  message.shared.event = ledger::Event::disclosed;
  message.shared.handle = std::string(64, 'a');
  message.shared.sender_agency = "sds";
  message.shared.recipient_agency = "siao";
  message.shared.recipient_service = "orientation";
  message.shared.purpose = "housing_orientation";
  message.shared.categories_released = {"identity.name", "need.code"};
  message.shared.grounds = {{"fr.orient", "orientation", {"A6-1-e"}}};
  message.shared.status = "permitted";
  message.items = {{"identity.name", Sensitive<std::string>("Nadia Exemple")},
                   {"need.code", Sensitive<std::string>("housing")}};
  message.expires = now + std::chrono::hours{24};
  return message;
}

// A notice about a referral to the service "orientation", which no verb sends.
inline Message notice_of(ledger::Event event, const std::string& handle, uint64_t sequence,
                         const AgencyNode& from, const AgencyNode& to) {
  Message message;
  message.shared.event = event;
  message.shared.handle = handle;
  message.shared.sender_agency = from.settings.agency.text();
  message.shared.recipient_agency = to.settings.agency.text();
  message.shared.recipient_service = "orientation";
  message.shared.purpose = "subject_rights";
  message.shared.status = "notice";
  message.expires = from.line.clock.now() + std::chrono::hours{24};
  message.sequence = sequence;
  return message;
}

// Really recorded, really signed, really from `by`.
inline Envelope signed_by(AgencyNode& by, Message message) {
  flow::Draft draft =
      flow::draft_entry(by.line, message.shared.event,
                        PersonId(flow::fresh_uuid(by.line.clock, by.line.entropy)), {});
  draft.new_person = true;
  message.shared.entry_id = draft.shared.entry_id;
  message.shared.origin = draft.shared.origin;
  message.shared.time_claimed_ms = draft.shared.time_claimed_ms;
  if (message.shared.disclosure_id.empty()) {
    message.shared.disclosure_id = flow::fresh_uuid(by.line.clock, by.line.entropy);
  }
  draft.payload = flow::encode_items(message.items);
  message.shared.payload_digest = ledger::sha256(draft.payload);
  draft.shared = message.shared;
  const Bytes payload = draft.payload;
  auto outcome = by.store.append(std::move(draft)).value();
  const auto& entry = std::get<flow::Appended>(outcome);
  Envelope envelope{by.settings.federation,
                    AgencyId(message.shared.sender_agency),
                    AgencyId(message.shared.recipient_agency),
                    ServiceId(message.shared.recipient_service),
                    DisclosureId(message.shared.disclosure_id),
                    message.sequence,
                    message.expires,
                    entry.shared_bytes,
                    entry.shared_opening,
                    entry.private_commitment,
                    payload,
                    entry.index,
                    entry.proof,
                    entry.checkpoint,
                    {}};
  envelope.signature = by.signer.sign(ledger::signed_bytes(flow::signed_part(envelope)));
  return envelope;
}

}  // namespace relais::test
