// SPDX-License-Identifier: Apache-2.0
// The steward's calls about what a person may be told and take along, besides the statement.
#include "node/flow/accounting.h"
#include "node/flow/portability.h"
#include "node/flow/suspension.h"
#include "node/transport/steward_service.h"
#include "node/transport/wire.h"
#include "node/transport/wire_desk.h"

namespace relais::transport {
namespace {

constexpr size_t kMostStatute = 64;

flow::Caller steward_of(const Call& call) {
  return {call.identity, {"steward", "steward"}, call.trace_id};
}

Result<void> check_asked(const v1::AccountingRequest& request) {
  RELAIS_TRY_VOID(check_word("statute", request.statute(), kMostStatute, Presence::required));
  if (request.format() == "text" || request.format() == "json") return {};
  return fail(FaultKind::invalid, "format is text or json", "format");
}

Result<flow::SuspensionAsked> read(const v1::SuspendAccountingRequest& request) {
  RELAIS_TRY(person, read_reference(request.person_ref()));
  RELAIS_TRY_VOID(check_word("statute", request.statute(), kMostStatute, Presence::required));
  RELAIS_TRY_VOID(check_word("recipient", request.recipient(), kMostStatute, Presence::required));
  return flow::SuspensionAsked{std::move(person), request.statute(), AgencyId(request.recipient()),
                               request.form(), request.until()};
}

}  // namespace

grpc::ServerUnaryReactor* StewardService::Accounting(grpc::CallbackServerContext* context,
                                                     const v1::AccountingRequest* request,
                                                     v1::AccountingResponse* reply) {
  return answer(
      door_, method("/relais.v1.StewardService/Accounting"), context, Stake::ordinary,
      [this, request, reply](const Call& call) -> Result<void> {
        RELAIS_TRY_VOID(check_asked(*request));
        RELAIS_TRY(person, read_reference(request->person_ref()));
        RELAIS_TRY(account,
                   flow::account_of_disclosures(line_, steward_of(call), person, request->statute(),
                                                request->language(), request->requester()));
        const bool json = request->format() == "json";
        reply->set_document(json ? flow::render_json(account) : flow::render_text(account));
        reply->set_entries(account.statement.count);
        reply->set_due(account.due);
        reply->set_ledger_index(account.statement.reading_index);
        return {};
      });
}

grpc::ServerUnaryReactor* StewardService::SuspendAccounting(
    grpc::CallbackServerContext* context, const v1::SuspendAccountingRequest* request,
    v1::SuspendAccountingResponse* reply) {
  return answer(door_, method("/relais.v1.StewardService/SuspendAccounting"), context,
                Stake::ordinary, [this, request, reply](const Call& call) -> Result<void> {
                  RELAIS_TRY(asked, read(*request));
                  RELAIS_TRY(done, flow::suspend_accounting(line_, steward_of(call), asked));
                  reply->set_until(done.until);
                  reply->set_ledger_index(done.index);
                  return {};
                });
}

grpc::ServerUnaryReactor* StewardService::Export(grpc::CallbackServerContext* context,
                                                 const v1::ExportRequest* request,
                                                 v1::ExportResponse* reply) {
  return answer(door_, method("/relais.v1.StewardService/Export"), context, Stake::ordinary,
                [this, request, reply](const Call& call) -> Result<void> {
                  RELAIS_TRY(person, read_reference(request->person_ref()));
                  RELAIS_TRY(made, flow::export_person(line_, steward_of(call), person,
                                                       request->requester()));
                  reply->set_document(std::move(made.document));
                  reply->set_items(made.items);
                  reply->set_ledger_index(made.index);
                  return {};
                });
}

}  // namespace relais::transport
