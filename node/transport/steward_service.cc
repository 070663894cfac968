// SPDX-License-Identifier: Apache-2.0
#include "node/transport/steward_service.h"

#include <utility>

#include "node/flow/access.h"
#include "node/flow/rights.h"
#include "node/transport/wire.h"
#include "node/transport/wire_desk.h"
#include "node/transport/wire_pair.h"
#include "node/transport/wire_reply.h"

namespace relais::transport {
namespace {

constexpr int kUsualOutbox = 100;
constexpr int kMostOutbox = 1000;

// The administrator is no professional of the staff register; entries name the office that acted.
flow::Caller caller_of(const Call& call) {
  return {call.identity, {"steward", "steward"}, call.trace_id};
}

Result<void> check_reason(const std::string& reason) {
  if (reason == "person_asked" || reason == "error") return {};
  return fail(FaultKind::invalid, "reason is person_asked or error", "reason");
}

}  // namespace

StewardService::StewardService(Door door, const flow::Line& line, Office office)
    : door_(std::move(door)), line_(line), office_(std::move(office)) {}

grpc::ServerUnaryReactor* StewardService::Statement(grpc::CallbackServerContext* context,
                                                    const v1::StatementRequest* request,
                                                    v1::StatementResponse* reply) {
  return answer(
      door_, method("/relais.v1.StewardService/Statement"), context, Stake::ordinary,
      [this, request, reply](const Call& call) -> Result<void> {
        RELAIS_TRY_VOID(check_statement(*request));
        RELAIS_TRY(person, read_reference(request->person_ref()));
        RELAIS_TRY(render, read_format(request->format()));
        const auto enclosed =
            request->format() == "json" ? flow::Enclosed::receipts : flow::Enclosed::nothing;
        RELAIS_TRY(made, flow::statement(line_, caller_of(call), person, request->language(),
                                         request->requester(), enclosed));
        reply->set_document(render(made));
        reply->set_entries(made.count);
        reply->set_ledger_index(made.reading_index);
        return {};
      });
}

grpc::ServerUnaryReactor* StewardService::ListOutbox(grpc::CallbackServerContext* context,
                                                     const v1::ListOutboxRequest* request,
                                                     v1::ListOutboxResponse* reply) {
  return answer(door_, method("/relais.v1.StewardService/ListOutbox"), context, Stake::ordinary,
                [this, request, reply](const Call& /*call*/) -> Result<void> {
                  RELAIS_TRY(limit, read_page_size(request->limit(), kUsualOutbox, kMostOutbox));
                  RELAIS_TRY(lines, line_.outbox.list(limit));
                  for (const flow::OutboxLine& line : lines) write(line, *reply->add_items());
                  return {};
                });
}

grpc::ServerUnaryReactor* StewardService::ListConsents(grpc::CallbackServerContext* context,
                                                       const v1::ListConsentsRequest* request,
                                                       v1::ListConsentsResponse* reply) {
  return answer(door_, method("/relais.v1.StewardService/ListConsents"), context, Stake::ordinary,
                [this, request, reply](const Call& /*call*/) -> Result<void> {
                  RELAIS_TRY(person, read_reference(request->person_ref()));
                  RELAIS_TRY(consents, flow::list_consents(line_, person));
                  for (const Consent& consent : consents) {
                    write(line_.vocabulary, consent, *reply->add_consents());
                  }
                  return {};
                });
}

grpc::ServerUnaryReactor* StewardService::GrantConsent(grpc::CallbackServerContext* context,
                                                       const v1::GrantConsentRequest* request,
                                                       v1::GrantConsentResponse* reply) {
  return answer(door_, method("/relais.v1.StewardService/GrantConsent"), context, Stake::ordinary,
                [this, request, reply](const Call& call) -> Result<void> {
                  RELAIS_TRY(person, read_reference(request->person_ref()));
                  RELAIS_TRY(asked, read(request->consent(), line_.clock.now()));
                  RELAIS_TRY(recorded, flow::record_consent(line_, caller_of(call), person, asked));
                  reply->set_consent_id(recorded.key.id.text());
                  reply->set_version(recorded.key.version);
                  reply->set_ledger_index(recorded.index);
                  return {};
                });
}

grpc::ServerUnaryReactor* StewardService::RevokeConsent(grpc::CallbackServerContext* context,
                                                        const v1::RevokeConsentRequest* request,
                                                        v1::RevokeConsentResponse* reply) {
  return answer(door_, method("/relais.v1.StewardService/RevokeConsent"), context, Stake::ordinary,
                [this, request, reply](const Call& call) -> Result<void> {
                  RELAIS_TRY_VOID(check_reason(request->reason()));
                  RELAIS_TRY(person, read_reference(request->person_ref()));
                  RELAIS_TRY(id, read_consent_id(request->consent_id()));
                  RELAIS_TRY(index, flow::withdraw_consent(line_, caller_of(call), person, id,
                                                           request->reason()));
                  reply->set_ledger_index(index);
                  return {};
                });
}

grpc::ServerUnaryReactor* StewardService::Reconcile(grpc::CallbackServerContext* context,
                                                    const v1::ReconcileRequest* request,
                                                    v1::ReconcileResponse* reply) {
  return answer(door_, method("/relais.v1.StewardService/Reconcile"), context, Stake::ordinary,
                [this, request, reply](const Call& /*call*/) -> Result<void> {
                  RELAIS_TRY_VOID(check_word("peer", request->peer(), kMostId, Presence::required));
                  if (!office_.reconcile) {
                    return fail(FaultKind::precondition, "no pairs are kept here");
                  }
                  RELAIS_TRY(result, office_.reconcile(AgencyId(request->peer())));
                  write(result, *reply);
                  return {};
                });
}

grpc::ServerUnaryReactor* StewardService::Status(grpc::CallbackServerContext* context,
                                                 const v1::StatusRequest* /*request*/,
                                                 v1::StatusResponse* reply) {
  return answer(door_, method("/relais.v1.StewardService/Status"), context, Stake::ordinary,
                [this, reply](const Call& /*call*/) -> Result<void> {
                  RELAIS_TRY(counts, office_.count());
                  const auto directory = line_.directories.current();
                  reply->set_version(RELAIS_VERSION);
                  reply->set_agency(line_.settings.agency.text());
                  reply->set_directory_version(directory ? directory->version : 0);
                  reply->set_ledger_size(counts.ledger_size);
                  reply->set_origin(line_.settings.ledger_key.name());
                  reply->set_outbox_waiting(counts.outbox_waiting);
                  reply->set_duties_open(counts.duties_open);
                  const auto law = line_.laws.current();
                  reply->set_law_version(counts.law_version);
                  reply->set_law_digest(to_hex(view(law->digest())));
                  for (const policy::Pack& pack : law->packs()) {
                    reply->add_packs(pack.id + " " + pack.version);
                  }
                  return {};
                });
}

grpc::ServerUnaryReactor* StewardService::ActivateLaw(grpc::CallbackServerContext* context,
                                                      const v1::ActivateLawRequest* /*request*/,
                                                      v1::ActivateLawResponse* reply) {
  return answer(door_, method("/relais.v1.StewardService/ActivateLaw"), context, Stake::ordinary,
                [this, reply](const Call& /*call*/) -> Result<void> {
                  RELAIS_TRY(version, office_.activate());
                  reply->set_law_version(version);
                  reply->set_law_digest(to_hex(view(line_.laws.current()->digest())));
                  return {};
                });
}

grpc::ServerUnaryReactor* StewardService::FetchDirectory(grpc::CallbackServerContext* context,
                                                         const v1::FetchDirectoryRequest* request,
                                                         v1::FetchDirectoryResponse* reply) {
  return answer(door_, method("/relais.v1.StewardService/FetchDirectory"), context, Stake::ordinary,
                [this, request, reply](const Call& /*call*/) -> Result<void> {
                  const flow::DirectoryPlace place{request->url(), AgencyId(request->peer())};
                  if (place.url.empty() == place.peer.empty()) {
                    return fail(FaultKind::invalid, "either a web address or a peer", "url");
                  }
                  if (!office_.fetch_directory) {
                    return fail(FaultKind::precondition, "no directory is fetched here");
                  }
                  RELAIS_TRY(taken, office_.fetch_directory(place));
                  reply->set_taken(taken);
                  reply->set_directory_version(line_.directories.current()->version);
                  return {};
                });
}

}  // namespace relais::transport
