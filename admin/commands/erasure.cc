// SPDX-License-Identifier: Apache-2.0
// The right to erasure at the counter, and who has not answered to a right, through the running
// node. What is printed names nobody: it is for the person to take home.
#include <nlohmann/json.hpp>

#include "admin/commands/commands.h"
#include "admin/steward.h"
#include "node/core/time.h"
#include "node/ledger/encoding.h"

namespace relais::admin {
namespace {

constexpr uint64_t kMostOverdue = 1000;

nlohmann::json json_of(const v1::Erasure& erasure) {
  nlohmann::json notices = nlohmann::json::array();
  for (const v1::ErasureNotice& one : erasure.notices()) {
    notices.push_back({{"peer", one.peer()}, {"status", one.status()}, {"answer", one.answer()}});
  }
  return {{"erasure_id", erasure.erasure_id()},
          {"state", erasure.state()},
          {"reason", erasure.reason()},
          {"requested_ms", erasure.requested_ms()},
          {"shredded_ms", erasure.shredded_ms()},
          {"complete_ms", erasure.complete_ms()},
          {"notices", notices},
          {"document", erasure.document()},
          {"ledger_index", erasure.ledger_index()},
          {"receipt", erasure.receipt()},
          {"record", erasure.record()}};
}

std::string text_of(const v1::Erasure& erasure) {
  if (erasure.receipt().empty()) return erasure.document();
  return erasure.document() + "\n" + erasure.receipt() + "\n" + erasure.record();
}

int run_erase(const Arguments& given, Output& output) {
  auto steward = Steward::find(given);
  if (!steward) return output.fault(steward.error());
  v1::EraseRequest request;
  request.set_person_ref(given.one("person"));
  request.set_reason(given.one("reason"));
  request.set_language(given.one("lang", "fr"));
  const auto reply = steward->call(request);
  if (!reply) return output.fault(reply.error());
  if (reply->has_erasure())
    return output.done(json_of(reply->erasure()), text_of(reply->erasure()));
  const v1::RetentionHold& hold = reply->hold();
  return output.refused({{"kept", hold.duty()},
                         {"article", hold.article()},
                         {"until", hold.until()},
                         {"document", hold.document()}},
                        hold.document());
}

int run_status(const Arguments& given, Output& output) {
  auto steward = Steward::find(given);
  if (!steward) return output.fault(steward.error());
  v1::ErasureStatusRequest request;
  request.set_person_ref(given.one("person"));
  request.set_erasure_id(given.one("erasure"));
  request.set_language(given.one("lang", "fr"));
  const auto reply = steward->call(request);
  if (!reply) return output.fault(reply.error());
  nlohmann::json all = nlohmann::json::array();
  std::string text;
  for (const v1::Erasure& one : reply->erasures()) {
    all.push_back(json_of(one));
    text += (text.empty() ? "" : "\n") + text_of(one);
  }
  return output.done({{"erasures", all}}, text.empty() ? "no erasure" : text);
}

std::string day_of(uint64_t ms) { return Date::of(from_unix_ms(static_cast<int64_t>(ms))).text(); }

int run_overdue(const Arguments& given, Output& output) {
  const auto limit = ledger::from_decimal(given.one("limit", "100"));
  if (!limit || *limit == 0 || *limit > kMostOverdue) return output.usage("--limit is 1 to 1000");
  auto steward = Steward::find(given);
  if (!steward) return output.fault(steward.error());
  v1::ListOverdueRequest request;
  request.set_limit(static_cast<int32_t>(*limit));
  const auto reply = steward->call(request);
  if (!reply) return output.fault(reply.error());
  nlohmann::json all = nlohmann::json::array();
  std::string text;
  for (const v1::OverdueNotice& one : reply->notices()) {
    text += one.disclosure_id() + "  " + one.right() + "  to " + one.peer() + "  " + one.status() +
            "  asked " + day_of(one.asked_ms()) + "  due " + day_of(one.due_ms()) + "\n";
    all.push_back({{"disclosure_id", one.disclosure_id()},
                   {"peer", one.peer()},
                   {"right", one.right()},
                   {"status", one.status()},
                   {"asked_ms", one.asked_ms()},
                   {"due_ms", one.due_ms()}});
  }
  return output.done({{"notices", all}}, text.empty() ? "nobody is late" : text);
}

}  // namespace

std::vector<Command> erasure_commands() {
  return {
      {"access",
       "erase",
       "erase everything about one person, and tell every recipient; cannot be undone",
       {needed("person", "the agency's own file number"),
        needed("reason", "why, for the record (GDPR 17(1))",
               {"no_longer_needed", "consent_withdrawn", "objection", "unlawful", "legal_duty"}),
        option("lang", "of what the person is told (default fr)", {"fr", "en"}), socket_option()},
       run_erase,
       false,
       true},
      {"access",
       "erasure-status",
       "how erasures stand: whom it was told to, and whether it is complete everywhere",
       {option("person", "the agency's own file number, while it is not complete"),
        option("erasure", "the erasure's number"), option("lang", "default fr", {"fr", "en"}),
        socket_option()},
       run_status,
       false,
       true},
      {"access",
       "overdue",
       "recipients told of a person's right who have not answered in time; names nobody",
       {option("limit", "1 to 1000 (default 100)"), socket_option()},
       run_overdue,
       false,
       true},
  };
}

}  // namespace relais::admin
