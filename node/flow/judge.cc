// SPDX-License-Identifier: Apache-2.0
#include "node/flow/judge.h"

#include <algorithm>

#include "node/flow/entry.h"
#include "node/flow/explain.h"
#include "node/flow/payload.h"
#include "node/flow/question.h"
#include "node/flow/withhold.h"
#include "node/flow/words.h"
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
  const auto named = line.vocabulary.set_of(verified.shared.categories_released);
  if (!named) return "unknown_category";
  return data == *named ? "" : "not_as_recorded";
}

bool takes(const Service* service, const std::string& purpose, const Stage& stage) {
  if (stage.returns) return purpose == kWayBack;
  if (service == nullptr) return false;
  const auto& purposes = service->purposes;
  return std::find(purposes.begin(), purposes.end(), purpose) != purposes.end();
}

// By a rule that is a duty here, or that this side's law does not know and cannot deny.
bool may_owe(const Line& line, const ledger::SharedPart& shared) {
  if (shared.status != "obliged") return false;
  const auto law = line.laws.current();
  return std::any_of(shared.grounds.begin(), shared.grounds.end(), [&](const Ground& ground) {
    const policy::Rule* rule = law->find(ground.rule);
    return rule == nullptr || rule->kind == policy::RuleKind::duty;
  });
}

}  // namespace

bool is_within_ceiling(const Line& line, const Verified& verified, const ServiceId& service,
                       const std::string& state) {
  if (may_owe(line, verified.shared)) return true;
  const policy::State* known = line.vocabulary.find_state(state);
  const auto said = line.vocabulary.set_of(verified.shared.categories_released);
  if (known == nullptr || !said) return false;
  const Service* declared = verified.self.service(service);
  const CategorySet need = declared == nullptr ? CategorySet{} : declared->need();
  const CategorySet required = declared == nullptr ? CategorySet{} : declared->required();
  return said->within(known->bound(need, required, CategorySet::all()));
}

Result<Verdict> judge_items(const Line& line, const Envelope& envelope, const Verified& verified,
                            const Stage& stage, const Rights& rights) {
  const Service* service = stage.returns ? nullptr : verified.self.service(envelope.service);
  const std::string& purpose = verified.shared.purpose;
  if (!takes(service, purpose, stage)) return Verdict{"not_this_service", {}};
  auto items = decode_items(envelope.payload);
  if (!items) return Verdict{"bad_value", {}};
  CategorySet data;
  std::string refusal = check_items(line, verified, *items, data);
  if (!refusal.empty()) return Verdict{std::move(refusal), {}};
  RELAIS_TRY(facts, facts_received(line, {verified.sender, verified.self, service, purpose, data,
                                          verified.shared.origin_labels, rights, stage}));
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
  put_decided_part(std::move(decided), draft);
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

Draft draft_filed(const Line& line, const PersonId& person, const Envelope& envelope,
                  const Verified& verified, ledger::PrivatePart decided) {
  Draft draft = draft_reception(line, ledger::Event::received, person, envelope, verified);
  put_filed(verified, envelope, std::move(decided), draft);
  ledger::SharedPart& shared = draft.shared;
  shared.status = "filed";
  withhold_if_attached(shared.attachments, shared.grounds, line.clock.now(),
                       line.settings.withhold_days, draft.private_part);
  const Label words = received_words(verified.sender.name, parted(shared.recipient_service_name));
  say(draft, words.fr, words.en);
  return draft;
}

}  // namespace relais::flow
