// SPDX-License-Identifier: Apache-2.0
// What the agency's own software calls: each method reads its message, calls one verb and writes
// the answer. None of them begins before caller_of() has let the acting professional's role
// through. Owned by the Server; gRPC calls it on its own threads, verbs run on the desk.
#pragma once

#include "node/flow/line.h"
#include "node/transport/answer.h"
#include "node/transport/inbox_streams.h"
#include "relais/v1/desk.grpc.pb.h"

namespace relais::transport {

// Who acts, once the role stands in the staff register (else `invalid`) and may call `method` (else
// `forbidden`). Also to read: what an inbox holds is about people.
Result<flow::Caller> caller_of(const Door& door, const flow::Line& line, const Method& method,
                               const Call& call, const v1::ActingProfessional& acting);
// `forbidden` unless the role was given one of these.
Result<void> check_right(const Door& door, const std::string& role, DeskRights rights);
// What another agency sent is as absent as what is not there, to a role that was given none of
// these.
Result<void> check_received(const Door& door, const flow::Line& line, const std::string& role,
                            const ReferralId& id, DeskRights rights);

class DeskService final : public v1::DeskService::CallbackService {
 public:
  // `most_streams` inboxes are followed at once; one more is refused.
  DeskService(Door door, const flow::Line& line, size_t most_streams);

  InboxStreams& streams() { return streams_; }

  grpc::ServerUnaryReactor* RecordPerson(grpc::CallbackServerContext* context,
                                         const v1::RecordPersonRequest* request,
                                         v1::RecordPersonResponse* reply) override;
  grpc::ServerUnaryReactor* PreviewReferral(grpc::CallbackServerContext* context,
                                            const v1::PreviewReferralRequest* request,
                                            v1::PreviewReferralResponse* reply) override;
  grpc::ServerUnaryReactor* SubmitReferral(grpc::CallbackServerContext* context,
                                           const v1::SubmitReferralRequest* request,
                                           v1::SubmitReferralResponse* reply) override;
  grpc::ServerUnaryReactor* AskCapacity(grpc::CallbackServerContext* context,
                                        const v1::AskCapacityRequest* request,
                                        v1::AskCapacityResponse* reply) override;
  grpc::ServerUnaryReactor* AnswerCapacity(grpc::CallbackServerContext* context,
                                           const v1::AnswerCapacityRequest* request,
                                           v1::AnswerCapacityResponse* reply) override;
  grpc::ServerUnaryReactor* GetReferral(grpc::CallbackServerContext* context,
                                        const v1::GetReferralRequest* request,
                                        v1::GetReferralResponse* reply) override;
  grpc::ServerUnaryReactor* ListInbox(grpc::CallbackServerContext* context,
                                      const v1::ListInboxRequest* request,
                                      v1::ListInboxResponse* reply) override;
  grpc::ServerWriteReactor<v1::FollowInboxResponse>* FollowInbox(
      grpc::CallbackServerContext* context, const v1::FollowInboxRequest* request) override;
  grpc::ServerUnaryReactor* AcceptReferral(grpc::CallbackServerContext* context,
                                           const v1::AcceptReferralRequest* request,
                                           v1::AcceptReferralResponse* reply) override;
  grpc::ServerUnaryReactor* RejectReferral(grpc::CallbackServerContext* context,
                                           const v1::RejectReferralRequest* request,
                                           v1::RejectReferralResponse* reply) override;
  grpc::ServerUnaryReactor* UpdateReferral(grpc::CallbackServerContext* context,
                                           const v1::UpdateReferralRequest* request,
                                           v1::UpdateReferralResponse* reply) override;
  grpc::ServerUnaryReactor* PreviewItems(grpc::CallbackServerContext* context,
                                         const v1::PreviewItemsRequest* request,
                                         v1::PreviewItemsResponse* reply) override;
  grpc::ServerUnaryReactor* SupplyItems(grpc::CallbackServerContext* context,
                                        const v1::SupplyItemsRequest* request,
                                        v1::SupplyItemsResponse* reply) override;
  grpc::ServerUnaryReactor* RecordConsent(grpc::CallbackServerContext* context,
                                          const v1::RecordConsentRequest* request,
                                          v1::RecordConsentResponse* reply) override;
  grpc::ServerUnaryReactor* WithdrawConsent(grpc::CallbackServerContext* context,
                                            const v1::WithdrawConsentRequest* request,
                                            v1::WithdrawConsentResponse* reply) override;
  grpc::ServerUnaryReactor* RecordObjection(grpc::CallbackServerContext* context,
                                            const v1::RecordObjectionRequest* request,
                                            v1::RecordObjectionResponse* reply) override;
  grpc::ServerUnaryReactor* RecordCorrection(grpc::CallbackServerContext* context,
                                             const v1::RecordCorrectionRequest* request,
                                             v1::RecordCorrectionResponse* reply) override;
  grpc::ServerUnaryReactor* AnswerAsks(grpc::CallbackServerContext* context,
                                       const v1::AnswerAsksRequest* request,
                                       v1::AnswerAsksResponse* reply) override;
  grpc::ServerUnaryReactor* ConfirmDuty(grpc::CallbackServerContext* context,
                                        const v1::ConfirmDutyRequest* request,
                                        v1::ConfirmDutyResponse* reply) override;
  grpc::ServerUnaryReactor* GetReceipt(grpc::CallbackServerContext* context,
                                       const v1::GetReceiptRequest* request,
                                       v1::GetReceiptResponse* reply) override;

 private:
  // The one way in for a unary call: `act` runs on the desk, for a caller who may.
  template <class Request, class Act>
  grpc::ServerUnaryReactor* serve(const Method& method, grpc::CallbackServerContext* context,
                                  const Request* request, Stake stake, Act act);

  const Door door_;
  const flow::Line& line_;
  InboxStreams streams_;
};

}  // namespace relais::transport
