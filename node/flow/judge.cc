// SPDX-License-Identifier: Apache-2.0
#include "node/flow/judge.h"

#include <algorithm>

#include "node/flow/entry.h"
#include "node/flow/explain.h"
#include "node/flow/payload.h"
#include "node/flow/question.h"
#include "policy/decide.h"

namespace relais::flow {
namespace {

// Every item of a known, wire-able category, in its form, and exactly the categories the record
// names.
std::string check_items(const Line& line, const Verified& verified,
                        const std::vector<AskedItem>& items, CategorySet& data) {
  for (const AskedItem& item : items) {
    const auto bit = line.vocabulary.find(item.category);
    if (!bit || line.vocabulary.at(*bit).tier == 4) return "unknown_category";
    if (!line.vocabulary.check_value(*bit, item.value.reveal())) return "bad_value";
    data |= CategorySet::only(*bit);
  }
  CategorySet named;
  for (const std::string& code : verified.shared.categories_released) {
    const auto bit = line.vocabulary.find(code);
    if (!bit) return "unknown_category";
    named |= CategorySet::only(*bit);
  }
  return data == named ? "" : "not_as_recorded";
}

bool takes(const Service* service, const std::string& purpose, const Stage& stage) {
  if (stage.returns) return purpose == kWayBack;
  if (service == nullptr) return false;
  const auto& purposes = service->purposes;
  return std::find(purposes.begin(), purposes.end(), purpose) != purposes.end();
}

}  // namespace

Result<Verdict> judge_items(const Line& line, const Envelope& envelope, const Verified& verified,
                            const Stage& stage) {
  const Service* service = stage.returns ? nullptr : verified.self.service(envelope.service);
  const std::string& purpose = verified.shared.purpose;
  if (!takes(service, purpose, stage)) return Verdict{"not_this_service", {}};
  auto items = decode_items(envelope.payload);
  if (!items) return Verdict{"bad_value", {}};
  CategorySet data;
  std::string refusal = check_items(line, verified, *items, data);
  if (!refusal.empty()) return Verdict{std::move(refusal), {}};
  RELAIS_TRY(facts, facts_received(line, {verified.sender, verified.self, service, purpose, data,
                                          verified.shared.origin_labels, false, false, stage}));
  if (!data.within(facts.categories(policy::FactKey::need))) return Verdict{"not_declared", {}};
  const auto law = line.laws.current();
  const policy::Decision decision = policy::receive(*law, facts, verified.shared.grounds);
  if (!data.within(decision.released)) return Verdict{"law", {}};
  Verdict verdict{"", std::move(*items)};
  put_decided(*law, facts, decision, verdict.decided);
  return verdict;
}

// `decided` is in the record so that this side's decision can be made again too.
void put_filed(const Verified& verified, const Envelope& envelope, ledger::PrivatePart decided,
               Draft& draft) {
  decided.span_id = draft.private_part.span_id;
  decided.retention_until = draft.private_part.retention_until;
  add_details(draft.private_part.details, decided);
  draft.private_part = std::move(decided);
  ledger::SharedPart& shared = draft.shared;
  shared.categories_released = verified.shared.categories_released;
  shared.payload_digest = verified.shared.payload_digest;
  shared.grounds = verified.shared.grounds;
  shared.data_protection_basis = verified.shared.data_protection_basis;
  shared.secrecy_ground = verified.shared.secrecy_ground;
  shared.consent_ref = verified.shared.consent_ref;
  shared.attachments = verified.shared.attachments;
  shared.origin_labels = verified.shared.origin_labels;
  draft.payload = envelope.payload;
}

}  // namespace relais::flow
