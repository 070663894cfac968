// SPDX-License-Identifier: Apache-2.0
#include "node/transport/desk_service.h"

#include <utility>

#include "node/flow/correct.h"
#include "node/flow/follow.h"
#include "node/flow/question.h"
#include "node/flow/receipts.h"
#include "node/flow/rights.h"
#include "node/flow/submit.h"
#include "node/flow/words.h"
#include "node/transport/desk_serve.h"
#include "node/transport/wire.h"
#include "node/transport/wire_desk.h"
#include "node/transport/wire_reply.h"

namespace relais::transport {
namespace {

constexpr int kUsualPage = 50;
constexpr int kMostPage = 200;

}  // namespace

Result<void> check_right(const Door& door, const std::string& role, DeskRights rights) {
  const auto may = door.roles.find(role);
  if (may != door.roles.end() && may->second.meets(rights)) return {};
  return fail(FaultKind::forbidden, "the staff register does not give this role the right",
              "staff.may: " + text_of(rights, " or "));
}

Result<flow::Caller> caller_of(const Door& door, const flow::Line& line, const Method& method,
                               const Call& call, const v1::ActingProfessional& acting) {
  RELAIS_TRY(professional, read(acting));
  RELAIS_TRY_VOID(flow::check_role(line, professional.role));
  RELAIS_TRY_VOID(check_right(door, professional.role, method.rights));
  return flow::Caller{call.identity, std::move(professional), call.trace_id};
}

Result<void> check_received(const Door& door, const flow::Line& line, const std::string& role,
                            const ReferralId& id, DeskRights rights) {
  if (check_right(door, role, rights)) return {};
  RELAIS_TRY(found, line.referrals.get(id));
  if (!found || found->direction == flow::Direction::sent) return {};
  return fail(FaultKind::not_found, "no such referral", "referral_id");
}

DeskService::DeskService(Door door, const flow::Line& line, size_t most_streams)
    : door_(std::move(door)), line_(line), streams_(door_, line, most_streams) {}

grpc::ServerUnaryReactor* DeskService::RecordPerson(grpc::CallbackServerContext* context,
                                                    const v1::RecordPersonRequest* request,
                                                    v1::RecordPersonResponse* /*reply*/) {
  return serve(method("/relais.v1.DeskService/RecordPerson"), context, request, Stake::ordinary,
               [this, request](const flow::Caller& caller) -> Result<void> {
                 RELAIS_TRY(person, read_reference(request->person_ref()));
                 RELAIS_TRY(facts, read(*request));
                 RELAIS_TRY_VOID(flow::record_person(line_, caller, person, facts));
                 return {};
               });
}

grpc::ServerUnaryReactor* DeskService::PreviewReferral(grpc::CallbackServerContext* context,
                                                       const v1::PreviewReferralRequest* request,
                                                       v1::PreviewReferralResponse* reply) {
  return serve(method("/relais.v1.DeskService/PreviewReferral"), context, request, Stake::ordinary,
               [this, request, reply](const flow::Caller& caller) -> Result<void> {
                 RELAIS_TRY(asked, read(request->referral()));
                 RELAIS_TRY(explained, flow::preview(line_, caller, asked));
                 write(line_.vocabulary, explained, *reply->mutable_decision());
                 if (explained.slip) write(*explained.slip, *reply->mutable_slip());
                 return {};
               });
}

grpc::ServerUnaryReactor* DeskService::SubmitReferral(grpc::CallbackServerContext* context,
                                                      const v1::SubmitReferralRequest* request,
                                                      v1::SubmitReferralResponse* reply) {
  const bool protective = flow::is_protective(request->referral().purpose());
  return serve(method("/relais.v1.DeskService/SubmitReferral"), context, request,
               protective ? Stake::protective : Stake::ordinary,
               [this, request, reply](const flow::Caller& caller) -> Result<void> {
                 const std::string& key = request->idempotency_key();
                 RELAIS_TRY_VOID(check_printable("idempotency_key", key));
                 RELAIS_TRY(asked, read(*request));
                 RELAIS_TRY(submitted, flow::submit(line_, caller, key, asked));
                 write_submitted(line_, submitted, *reply);
                 const auto& slip = submitted.explained.slip;
                 if (slip) write(*slip, *reply->mutable_slip());
                 return {};
               });
}

grpc::ServerUnaryReactor* DeskService::GetReferral(grpc::CallbackServerContext* context,
                                                   const v1::GetReferralRequest* request,
                                                   v1::GetReferralResponse* reply) {
  return serve(method("/relais.v1.DeskService/GetReferral"), context, request, Stake::ordinary,
               [this, request, reply](const flow::Caller& caller) -> Result<void> {
                 RELAIS_TRY(id, read_referral_id(request->referral_id()));
                 RELAIS_TRY_VOID(check_received(door_, line_, caller.acting.role, id,
                                                {DeskRight::receive, DeskRight::follow}));
                 RELAIS_TRY(opened, flow::get_referral(line_, id));
                 write(opened, *reply->mutable_referral());
                 return {};
               });
}

grpc::ServerUnaryReactor* DeskService::ListInbox(grpc::CallbackServerContext* context,
                                                 const v1::ListInboxRequest* request,
                                                 v1::ListInboxResponse* reply) {
  return serve(method("/relais.v1.DeskService/ListInbox"), context, request, Stake::ordinary,
               [this, request, reply](const flow::Caller& /*caller*/) -> Result<void> {
                 RELAIS_TRY(size, read_page_size(request->page_size(), kUsualPage, kMostPage));
                 RELAIS_TRY(token, read_page_token(request->page_token()));
                 RELAIS_TRY(inbox, flow::list_inbox(line_, token, size));
                 for (const flow::Opened& one : inbox.referrals) {
                   write(one, *reply->add_referrals());
                 }
                 reply->set_next_page_token(inbox.next);
                 return {};
               });
}

grpc::ServerWriteReactor<v1::FollowInboxResponse>* DeskService::FollowInbox(
    grpc::CallbackServerContext* context, const v1::FollowInboxRequest* request) {
  return streams_.open(*context, *request);
}

grpc::ServerUnaryReactor* DeskService::AcceptReferral(grpc::CallbackServerContext* context,
                                                      const v1::AcceptReferralRequest* request,
                                                      v1::AcceptReferralResponse* reply) {
  return serve(method("/relais.v1.DeskService/AcceptReferral"), context, request, Stake::ordinary,
               [this, request, reply](const flow::Caller& caller) -> Result<void> {
                 RELAIS_TRY(id, read_referral_id(request->referral_id()));
                 PersonReference reference;
                 if (!request->person_ref().empty()) {
                   RELAIS_TRY(given, read_reference(request->person_ref()));
                   reference = std::move(given);
                 }
                 RELAIS_TRY(opened, flow::accept(line_, caller, id, reference));
                 write(opened, *reply->mutable_referral());
                 return {};
               });
}

grpc::ServerUnaryReactor* DeskService::RejectReferral(grpc::CallbackServerContext* context,
                                                      const v1::RejectReferralRequest* request,
                                                      v1::RejectReferralResponse* reply) {
  return serve(method("/relais.v1.DeskService/RejectReferral"), context, request, Stake::ordinary,
               [this, request, reply](const flow::Caller& caller) -> Result<void> {
                 RELAIS_TRY(id, read_referral_id(request->referral_id()));
                 RELAIS_TRY_VOID(check_word("reason_code", request->reason_code(), kMostCode,
                                            Presence::required));
                 RELAIS_TRY_VOID(check_text("reason_note", request->reason_note(), kMostReasonNote,
                                            Presence::optional));
                 RELAIS_TRY(opened, flow::reject(line_, caller, id, request->reason_code(),
                                                 request->reason_note()));
                 write(opened, *reply->mutable_referral());
                 return {};
               });
}

grpc::ServerUnaryReactor* DeskService::UpdateReferral(grpc::CallbackServerContext* context,
                                                      const v1::UpdateReferralRequest* request,
                                                      v1::UpdateReferralResponse* reply) {
  return serve(method("/relais.v1.DeskService/UpdateReferral"), context, request, Stake::ordinary,
               [this, request, reply](const flow::Caller& caller) -> Result<void> {
                 RELAIS_TRY(id, read_referral_id(request->referral_id()));
                 RELAIS_TRY(move, read(*request));
                 RELAIS_TRY(opened, flow::move(line_, caller, id, move));
                 write(opened, *reply->mutable_referral());
                 return {};
               });
}

grpc::ServerUnaryReactor* DeskService::RecordConsent(grpc::CallbackServerContext* context,
                                                     const v1::RecordConsentRequest* request,
                                                     v1::RecordConsentResponse* reply) {
  return serve(method("/relais.v1.DeskService/RecordConsent"), context, request, Stake::ordinary,
               [this, request, reply](const flow::Caller& caller) -> Result<void> {
                 RELAIS_TRY(person, read_reference(request->person_ref()));
                 RELAIS_TRY(asked, read(request->consent(), line_.clock.now()));
                 RELAIS_TRY(recorded, flow::record_consent(line_, caller, person, asked));
                 reply->set_consent_id(recorded.key.id.text());
                 reply->set_version(recorded.key.version);
                 reply->set_ledger_index(recorded.index);
                 return {};
               });
}

grpc::ServerUnaryReactor* DeskService::WithdrawConsent(grpc::CallbackServerContext* context,
                                                       const v1::WithdrawConsentRequest* request,
                                                       v1::WithdrawConsentResponse* reply) {
  return serve(method("/relais.v1.DeskService/WithdrawConsent"), context, request, Stake::ordinary,
               [this, request, reply](const flow::Caller& caller) -> Result<void> {
                 RELAIS_TRY(person, read_reference(request->person_ref()));
                 RELAIS_TRY(id, read_consent_id(request->consent_id()));
                 RELAIS_TRY(index, flow::withdraw_consent(line_, caller, person, id, ""));
                 reply->set_ledger_index(index);
                 return {};
               });
}

grpc::ServerUnaryReactor* DeskService::RecordObjection(grpc::CallbackServerContext* context,
                                                       const v1::RecordObjectionRequest* request,
                                                       v1::RecordObjectionResponse* reply) {
  return serve(method("/relais.v1.DeskService/RecordObjection"), context, request, Stake::ordinary,
               [this, request, reply](const flow::Caller& caller) -> Result<void> {
                 RELAIS_TRY(person, read_reference(request->person_ref()));
                 RELAIS_TRY(right, read(request->right()));
                 RELAIS_TRY(index,
                            flow::record_right(line_, caller, person, right, request->lifted()));
                 reply->set_ledger_index(index);
                 return {};
               });
}

grpc::ServerUnaryReactor* DeskService::RecordCorrection(grpc::CallbackServerContext* context,
                                                        const v1::RecordCorrectionRequest* request,
                                                        v1::RecordCorrectionResponse* reply) {
  return serve(
      method("/relais.v1.DeskService/RecordCorrection"), context, request, Stake::ordinary,
      [this, request, reply](const flow::Caller& caller) -> Result<void> {
        RELAIS_TRY(person, read_reference(request->person_ref()));
        RELAIS_TRY(items, read_items(request->items(), {"items", "items.category", "items.value"}));
        RELAIS_TRY(index, flow::correct(line_, caller, person, items));
        reply->set_ledger_index(index);
        return {};
      });
}

grpc::ServerUnaryReactor* DeskService::AnswerAsks(grpc::CallbackServerContext* context,
                                                  const v1::AnswerAsksRequest* request,
                                                  v1::AnswerAsksResponse* reply) {
  return serve(method("/relais.v1.DeskService/AnswerAsks"), context, request, Stake::protective,
               [this, request, reply](const flow::Caller& caller) -> Result<void> {
                 RELAIS_TRY(id, read_referral_id(request->referral_id()));
                 RELAIS_TRY(attestations, read(request->attestations()));
                 RELAIS_TRY(submitted, flow::answer_asks(line_, caller, id, attestations));
                 write_submitted(line_, submitted, *reply);
                 return {};
               });
}

grpc::ServerUnaryReactor* DeskService::ConfirmDuty(grpc::CallbackServerContext* context,
                                                   const v1::ConfirmDutyRequest* request,
                                                   v1::ConfirmDutyResponse* reply) {
  return serve(method("/relais.v1.DeskService/ConfirmDuty"), context, request, Stake::protective,
               [this, request, reply](const flow::Caller& caller) -> Result<void> {
                 RELAIS_TRY(id, read_referral_id(request->referral_id()));
                 RELAIS_TRY(submitted, flow::confirm_duty(line_, caller, id));
                 write_submitted(line_, submitted, *reply);
                 return {};
               });
}

grpc::ServerUnaryReactor* DeskService::GetReceipt(grpc::CallbackServerContext* context,
                                                  const v1::GetReceiptRequest* request,
                                                  v1::GetReceiptResponse* reply) {
  return serve(method("/relais.v1.DeskService/GetReceipt"), context, request, Stake::ordinary,
               [this, request, reply](const flow::Caller& caller) -> Result<void> {
                 RELAIS_TRY(asked, read(*request));
                 RELAIS_TRY(given, flow::get_receipt(line_, caller, asked));
                 reply->set_ledger_origin(given.origin);
                 reply->set_ledger_index(given.index);
                 reply->set_receipt(given.receipt);
                 reply->set_record(given.record);
                 reply->set_ledger_key(line_.settings.ledger_key.text());
                 return {};
               });
}

}  // namespace relais::transport
