// SPDX-License-Identifier: Apache-2.0
// The steward's calls about erasure, and about rights that a recipient has not answered to.
#include "node/flow/erase.h"
#include "node/flow/fresh.h"
#include "node/flow/receipts.h"
#include "node/transport/steward_service.h"
#include "node/transport/wire.h"
#include "node/transport/wire_desk.h"

namespace relais::transport {
namespace {

constexpr int kMostShown = 100;
constexpr int kMostOverdue = 1000;

Result<std::string> read_language(const std::string& language) {
  if (language == "fr" || language == "en") return language;
  return fail(FaultKind::invalid, "language is fr or en", "language");
}

uint64_t ms_of(const std::optional<Instant>& instant) {
  return instant ? static_cast<uint64_t>(unix_ms(*instant)) : 0;
}

// With the receipt once the entry stands.
Result<void> write(const flow::Line& line, const flow::Erasure& erasure,
                   const std::string& language, v1::Erasure& message) {
  message.set_erasure_id(erasure.id.text());
  message.set_state(erasure.state);
  message.set_reason(erasure.reason);
  message.set_requested_ms(ms_of(erasure.requested));
  message.set_shredded_ms(ms_of(erasure.shredded));
  message.set_complete_ms(ms_of(erasure.complete));
  message.set_document(flow::render_erasure(line, erasure, language));
  for (const flow::Notice& notice : erasure.notices) {
    v1::ErasureNotice& one = *message.add_notices();
    one.set_peer(notice.peer.text());
    one.set_status(notice.status);
    one.set_answer(notice.answer);
  }
  if (!erasure.shredded) return {};
  const auto entry = line.erasures.entry(erasure.entry);
  if (!entry && entry.error().kind == FaultKind::not_found) return {};
  if (!entry) return tl::unexpected(entry.error());
  RELAIS_TRY(receipts, flow::receipts_of(line, {*entry}));
  message.set_ledger_index(receipts.front().index);
  message.set_receipt(receipts.front().receipt);
  message.set_record(receipts.front().record);
  return {};
}

Result<std::vector<flow::Erasure>> asked_for(const flow::Line& line,
                                             const v1::ErasureStatusRequest& request) {
  if (!request.erasure_id().empty()) {
    if (!flow::is_uuid(request.erasure_id())) {
      return fail(FaultKind::invalid, "an erasure's number is a UUID", "erasure_id");
    }
    RELAIS_TRY(found, line.erasures.find(ErasureId(request.erasure_id())));
    if (!found) return fail(FaultKind::not_found, "no such erasure", "erasure_id");
    return std::vector<flow::Erasure>{*found};
  }
  if (request.person_ref().empty()) return line.erasures.newest(kMostShown);
  RELAIS_TRY(person, read_reference(request.person_ref()));
  RELAIS_TRY(found, line.erasures.erasures_of(person));
  if (found.empty()) return fail(FaultKind::not_found, "no erasure under this reference");
  return std::move(found);
}

}  // namespace

grpc::ServerUnaryReactor* StewardService::Erase(grpc::CallbackServerContext* context,
                                                const v1::EraseRequest* request,
                                                v1::EraseResponse* reply) {
  return answer(door_, method("/relais.v1.StewardService/Erase"), context, Stake::ordinary,
                [this, request, reply](const Call& call) -> Result<void> {
                  RELAIS_TRY(language, read_language(request->language()));
                  RELAIS_TRY(person, read_reference(request->person_ref()));
                  const flow::Caller caller{call.identity, {"steward", "steward"}, call.trace_id};
                  RELAIS_TRY(erased, flow::erase(line_, caller, person, request->reason()));
                  if (const auto* hold = std::get_if<flow::Hold>(&erased)) {
                    v1::RetentionHold& held = *reply->mutable_hold();
                    held.set_duty(hold->id);
                    held.set_article(hold->article);
                    held.set_until(hold->until.text());
                    held.set_document(flow::render_hold(*hold, language));
                    return {};
                  }
                  return write(line_, std::get<flow::Erasure>(erased), language,
                               *reply->mutable_erasure());
                });
}

grpc::ServerUnaryReactor* StewardService::ErasureStatus(grpc::CallbackServerContext* context,
                                                        const v1::ErasureStatusRequest* request,
                                                        v1::ErasureStatusResponse* reply) {
  return answer(door_, method("/relais.v1.StewardService/ErasureStatus"), context, Stake::ordinary,
                [this, request, reply](const Call& /*call*/) -> Result<void> {
                  RELAIS_TRY(language, read_language(request->language()));
                  RELAIS_TRY(found, asked_for(line_, *request));
                  for (const flow::Erasure& one : found) {
                    RELAIS_TRY_VOID(write(line_, one, language, *reply->add_erasures()));
                  }
                  return {};
                });
}

grpc::ServerUnaryReactor* StewardService::ListOverdue(grpc::CallbackServerContext* context,
                                                      const v1::ListOverdueRequest* request,
                                                      v1::ListOverdueResponse* reply) {
  return answer(door_, method("/relais.v1.StewardService/ListOverdue"), context, Stake::ordinary,
                [this, request, reply](const Call& /*call*/) -> Result<void> {
                  RELAIS_TRY(limit, read_page_size(request->limit(), kMostShown, kMostOverdue));
                  RELAIS_TRY(late, line_.notices.overdue(line_.clock.now(), limit));
                  for (const flow::Notice& notice : late) {
                    v1::OverdueNotice& one = *reply->add_notices();
                    one.set_disclosure_id(notice.id.text());
                    one.set_peer(notice.peer.text());
                    one.set_right(std::string(ledger::code_of(notice.event)));
                    one.set_status(notice.status);
                    one.set_asked_ms(ms_of(notice.asked));
                    one.set_due_ms(ms_of(notice.due));
                  }
                  return {};
                });
}

}  // namespace relais::transport
