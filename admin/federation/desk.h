// SPDX-License-Identifier: Apache-2.0
// An agency's own software, as the demo plays it: a client of one node's desk over mutual TLS.
// Calls block, with a deadline of their own; one object is for one thread. Nothing durable: a crash
// leaves what the node recorded.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "node/core/result.h"
#include "relais/v1/desk.pb.h"
#include "relais/v1/steward.pb.h"

namespace relais::demo {

// What a node answered when it did not answer the question.
struct CallFault {
  int code = 0;  // gRPC status code
  std::string message;
  std::string kind;  // of the Problem in the error's details
  std::string where;
  bool retryable = false;
  std::string telephone_route;
  std::string text() const;
};

template <class Response>
using Answer = tl::expected<Response, CallFault>;

struct DeskAccess {
  std::string address;      // host:port
  std::string certificate;  // PEM files
  std::string key;
  std::string roots;
};

class DeskClient {
 public:
  explicit DeskClient(const DeskAccess& access);
  ~DeskClient();
  DeskClient(DeskClient&&) noexcept;
  DeskClient& operator=(DeskClient&&) noexcept;

  // The node may be away for a moment (it restarts): calls are repeated for this long, and `away`
  // is called before each repetition.
  void be_patient(std::chrono::milliseconds patience, std::function<void()> away) {
    patience_ = patience;
    away_ = std::move(away);
  }

  Answer<v1::RecordPersonResponse> record_person(const v1::RecordPersonRequest& request);
  Answer<v1::PreviewReferralResponse> preview(const v1::PreviewReferralRequest& request);
  Answer<v1::SubmitReferralResponse> submit(const v1::SubmitReferralRequest& request);
  Answer<v1::GetReferralResponse> get(const v1::GetReferralRequest& request);
  Answer<v1::ListInboxResponse> list_inbox(const v1::ListInboxRequest& request);
  Answer<v1::AcceptReferralResponse> accept(const v1::AcceptReferralRequest& request);
  Answer<v1::RejectReferralResponse> reject(const v1::RejectReferralRequest& request);
  Answer<v1::UpdateReferralResponse> update(const v1::UpdateReferralRequest& request);
  Answer<v1::RecordConsentResponse> record_consent(const v1::RecordConsentRequest& request);
  Answer<v1::WithdrawConsentResponse> withdraw(const v1::WithdrawConsentRequest& request);
  Answer<v1::RecordObjectionResponse> object(const v1::RecordObjectionRequest& request);
  Answer<v1::AnswerAsksResponse> answer(const v1::AnswerAsksRequest& request);
  Answer<v1::ConfirmDutyResponse> confirm(const v1::ConfirmDutyRequest& request);

 private:
  struct Channel;
  template <class Request, class Response, class Method>
  Answer<Response> call(Method method, const Request& request);

  std::unique_ptr<Channel> channel_;
  std::chrono::milliseconds patience_{0};
  std::function<void()> away_;
};

}  // namespace relais::demo
