// SPDX-License-Identifier: Apache-2.0
// What the running node says of itself: outbox list, status.
#include <nlohmann/json.hpp>

#include "admin/commands/commands.h"
#include "admin/steward.h"
#include "node/core/time.h"
#include "node/ledger/encoding.h"

namespace relais::admin {
namespace {

constexpr uint64_t kMostItems = 1000;

std::string seconds_text(uint64_t ms) { return std::to_string(ms / 1000) + " s"; }

uint64_t now_ms() {
  const auto now = std::chrono::system_clock::now();
  return static_cast<uint64_t>(unix_ms(std::chrono::floor<std::chrono::milliseconds>(now)));
}

std::string line_of(const v1::OutboxItem& item, uint64_t now) {
  std::string line = item.disclosure_id() + "  " + item.status() + "  to " + item.peer() + "  " +
                     std::to_string(item.attempts()) + " attempts";
  if (item.recorded_ms() < now) {
    line += "  recorded " + seconds_text(now - item.recorded_ms()) + " ago";
  }
  if (!item.last_failure().empty()) line += "  last: " + item.last_failure();
  return line + "\n";
}

int run_outbox(const Arguments& given, Output& output) {
  const auto limit = ledger::from_decimal(given.one("limit", "100"));
  if (!limit || *limit == 0 || *limit > kMostItems) return output.usage("--limit is 1 to 1000");
  auto steward = Steward::find(given);
  if (!steward) return output.fault(steward.error());
  v1::ListOutboxRequest request;
  request.set_limit(static_cast<int32_t>(*limit));
  const auto reply = steward->call(request);
  if (!reply) return output.fault(reply.error());
  nlohmann::json items = nlohmann::json::array();
  const bool waits = reply->items_size() > 0 && reply->items(0).status() == "queued";
  std::string text = waits ? "" : "nothing waits\n";
  const uint64_t now = now_ms();
  for (const v1::OutboxItem& item : reply->items()) {
    text += line_of(item, now);
    items.push_back({{"disclosure_id", item.disclosure_id()},
                     {"peer", item.peer()},
                     {"status", item.status()},
                     {"attempts", item.attempts()},
                     {"next_attempt_ms", item.next_attempt_ms()},
                     {"recorded_ms", item.recorded_ms()},
                     {"last_failure", item.last_failure()}});
  }
  return output.done({{"items", items}}, text);
}

std::string law_text(const v1::StatusResponse& reply) {
  const std::string how = reply.law_version() == 0
                              ? "not activated"
                              : "activation " + std::to_string(reply.law_version());
  return how + ", " + reply.law_digest();
}

int run_status(const Arguments& given, Output& output) {
  auto steward = Steward::find(given);
  if (!steward) return output.fault(steward.error());
  const auto reply = steward->call(v1::StatusRequest{});
  if (!reply) return output.fault(reply.error());
  std::string packs;
  nlohmann::json list = nlohmann::json::array();
  for (const std::string& pack : reply->packs()) {
    packs += (packs.empty() ? "" : ", ") + pack;
    list.push_back(pack);
  }
  const std::string text = "agency      " + reply->agency() + "\nversion     " + reply->version() +
                           "\ndirectory   version " + std::to_string(reply->directory_version()) +
                           "\nledger      " + reply->origin() + ", " +
                           std::to_string(reply->ledger_size()) + " entries\noutbox      " +
                           std::to_string(reply->outbox_waiting()) + " waiting\nduties open " +
                           std::to_string(reply->duties_open()) + "\npacks       " + packs +
                           "\nlaw         " + law_text(*reply) + "\n";
  return output.done({{"agency", reply->agency()},
                      {"version", reply->version()},
                      {"directory_version", reply->directory_version()},
                      {"ledger_size", reply->ledger_size()},
                      {"origin", reply->origin()},
                      {"outbox_waiting", reply->outbox_waiting()},
                      {"duties_open", reply->duties_open()},
                      {"packs", list},
                      {"law_version", reply->law_version()},
                      {"law_digest", reply->law_digest()}},
                     text);
}

}  // namespace

std::vector<Command> node_commands() {
  return {
      {"outbox",
       "list",
       "what waits to be delivered, oldest first, then what ended last; never what is inside",
       {option("limit", "1 to 1000 (default 100)"), socket_option()},
       run_outbox,
       false,
       true},
      {"status",
       "",
       "what the node is and how it does",
       {socket_option()},
       run_status,
       false,
       true},
  };
}

}  // namespace relais::admin
