// SPDX-License-Identifier: Apache-2.0
#include "node/observers.h"

namespace relais {

std::string_view name_of(flow::Attempt attempt) {
  switch (attempt) {
    case flow::Attempt::delivered:
      return "delivered";
    case flow::Attempt::refused:
      return "refused";
    case flow::Attempt::withheld:
      return "withheld";
    case flow::Attempt::undeliverable:
      return "undeliverable";
    case flow::Attempt::postponed:
      return "postponed";
    case flow::Attempt::busy:
      return "busy";
    case flow::Attempt::gone:
      return "gone";
  }
  return "other";
}

void CallObserver::answered(const transport::Answered& answered) {
  metrics_.answered(answered.method, answered.code, answered.seconds);
  if (answered.code == "OK") return;
  const auto trace = ops::Token::trace_id(answered.trace_id);
  log_.info("call_refused", {{"method", ops::Token::of_static(answered.method)},
                             {"code", ops::Token::of_static(answered.code)},
                             {"reason", ops::Token::of_static(answered.reason)},
                             {"trace_id", trace ? *trace : ops::Token::of_static("")}});
}

void CallObserver::refused(const transport::Refused& refused) {
  metrics_.refused(refused.desk);
  if (refused.desk == "exchange") metrics_.peer_refused(refused.who, refused.reason);
}

void OutboxObserver::attempted(flow::Attempt attempt, std::chrono::duration<double> took) {
  metrics_.attempted(name_of(attempt), took.count());
  if (attempt == flow::Attempt::delivered) return;
  log_.info("delivery_attempt", {{"result", ops::Token::of_static(name_of(attempt))}});
}

void show(const storage::Gauges& gauges, ops::Metrics& metrics) {
  std::vector<std::pair<AgencyId, size_t>> pending;
  std::optional<Instant> oldest;
  for (const storage::Waiting& peer : gauges.waiting) {
    pending.emplace_back(peer.peer, peer.messages);
    if (!oldest || peer.oldest < *oldest) oldest = peer.oldest;
  }
  metrics.outbox(pending, oldest);
  metrics.duties(gauges.duties_open, gauges.oldest_duty);
  metrics.notices(gauges.notices_unanswered, gauges.notices_overdue);
}

}  // namespace relais
