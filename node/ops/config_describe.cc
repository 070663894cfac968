// SPDX-License-Identifier: Apache-2.0
// The configuration in force, with the defaults that were not written down. The names are those of
// node.toml, so that what is printed can be looked up there.
#include <nlohmann/json.hpp>

#include "node/ops/config.h"

namespace relais::ops {
namespace {

using Json = nlohmann::ordered_json;

template <class Surface>
Json surface(const Surface& given) {
  return {{"listen", given.listen},
          {"workers", given.workers},
          {"certificate", given.tls.certificate},
          {"key", given.tls.key},
          {"roots", given.tls.roots}};
}

Json exchange_of(const Config& config) {
  Json all = surface(config.exchange);
  all["peer_at_once"] = config.exchange.peer_at_once;
  all["peer_waiting"] = config.exchange.peer_waiting;
  all["peer_per_second"] = config.exchange.peer_per_second;
  return all;
}

Json law_of(const Config& config) {
  Json parameters = Json::object();
  for (const auto& [name, value] : config.law.parameters) {
    std::visit([&, &key = name](const auto& held) { parameters[key] = held; }, value);
  }
  return {{"vocabulary", config.law.vocabulary}, {"path", config.law.path},
          {"packs", config.law.packs},           {"parameters", std::move(parameters)},
          {"activation", config.law.activation}, {"archive", config.law.archive}};
}

Json staff_of(const Config& config) {
  Json rows = Json::array();
  for (const StaffRoleConfig& staff : config.staff) {
    Json row = {{"role", staff.role}, {"profession", staff.profession}};
    if (!staff.secrecy.empty()) row["secrecy"] = staff.secrecy;
    if (!staff.r1110_2.empty()) row["r1110_2"] = staff.r1110_2;
    if (!staff.sworn.empty()) row["sworn"] = staff.sworn == "true";
    row["may"] = staff.may;
    rows.push_back(std::move(row));
  }
  return rows;
}

void add_store(const Config& config, Json& all) {
  all["database"] = {{"connection", config.database.connection},
                     {"pool", config.database.pool},
                     {"statement_timeout_ms", config.database.statement_timeout_ms}};
  all["ledger"] = {{"keys", config.ledger.keys},
                   {"batch", config.ledger.batch},
                   {"queue", config.ledger.queue},
                   {"cover", config.ledger.cover},
                   {"cadence_seconds", config.ledger.cadence_seconds}};
  all["witness"] = {{"policy", config.witness.policy},
                    {"every_seconds", config.witness.every_seconds},
                    {"key", config.witness.key},
                    {"per_second", config.witness.per_second}};
  all["reconcile"] = {{"every_hours", config.reconcile.every_hours}};
  all["signing"] = {{"key", config.signing.key}};
  all["keys"] = {{"key_encryption", config.keys.key_encryption}, {"lookup", config.keys.lookup}};
}

}  // namespace

std::string describe(const Config& config) {
  Json all = {{"agency", {{"id", config.agency.id}, {"federation", config.agency.federation}}},
              {"desk", surface(config.desk)},
              {"exchange", exchange_of(config)},
              {"steward", {{"socket", config.steward.socket}}},
              {"ops",
               {{"listen", config.ops.listen},
                {"expose", config.ops.expose},
                {"tiles_per_second", config.ops.tiles_per_second}}}};
  add_store(config, all);
  all["directory"] = {{"path", config.directory.path},
                      {"stewards", config.directory.stewards},
                      {"threshold", config.directory.threshold},
                      {"reload_seconds", config.directory.reload_seconds},
                      {"urls", config.directory.urls},
                      {"peers", config.directory.peers},
                      {"fetch_seconds", config.directory.fetch_seconds},
                      {"grace_hours", config.directory.grace_hours}};
  all["law"] = law_of(config);
  all["outbox"] = {{"workers", config.outbox.workers},
                   {"first_retry_ms", config.outbox.first_retry_ms},
                   {"longest_retry_seconds", config.outbox.longest_retry_seconds},
                   {"give_up_hours", config.outbox.give_up_hours},
                   {"call_timeout_ms", config.outbox.call_timeout_ms}};
  all["referral"] = {{"expiry_days", config.referral.expiry_days},
                     {"anonymise_days", config.referral.anonymise_days}};
  all["retention"] = {{"path", config.retention.path}};
  all["access"] = {{"withhold_days", config.access.withhold_days}};
  all["log"] = {{"level", config.log.level}};
  all["staff"] = staff_of(config);
  return all.dump();
}

}  // namespace relais::ops
