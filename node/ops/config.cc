// SPDX-License-Identifier: Apache-2.0
#include "node/ops/config.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

#include "node/ledger/note.h"
#include "node/ops/config_reader.h"
#include "node/ops/config_staff.h"

namespace relais::ops {
namespace {

constexpr size_t kMostBytes = 1 << 20;

bool is_loopback(const std::string& listen) {
  return listen.rfind("127.", 0) == 0 || listen.rfind("localhost:", 0) == 0 ||
         listen.rfind("[::1]:", 0) == 0;
}

void read_listen(TableReader& table, std::string& into) {
  table.text("listen", into);
  const size_t colon = into.rfind(':');
  const std::string port = colon == std::string::npos ? "" : into.substr(colon + 1);
  const bool digits =
      !port.empty() && port.size() <= 5 &&
      std::all_of(port.begin(), port.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!digits || colon == 0 || std::stoi(port) > 65535) {
    table.complain("listen", "an address is host:port, e.g. \"127.0.0.1:7101\"");
  }
}

void read_tls(TableReader& table, const std::string& folder, TlsConfig& tls) {
  const std::pair<const char*, std::string*> files[] = {
      {"certificate", &tls.certificate}, {"key", &tls.key}, {"roots", &tls.roots}};
  for (const auto& [key, path] : files) {
    table.path(key, folder, *path);
    if (path->empty()) table.complain(key, "missing; it has no default");
  }
}

// What one peer may have is less than all of it: one that hangs or floods leaves the others room.
void read_exchange(TableReader& root, const std::string& folder, Config& config) {
  TableReader exchange = root.table("exchange");
  auto& into = config.exchange;
  read_listen(exchange, into.listen);
  exchange.integer("workers", into.workers, 1, 64);
  read_tls(exchange, folder, into.tls);
  into.peer_at_once = std::max(1, into.workers * 3 / 4);
  exchange.integer("peer_at_once", into.peer_at_once, 1, std::max(1, into.workers - 1));
  exchange.integer("peer_waiting", into.peer_waiting, 1, 1024);
  exchange.integer("peer_per_second", into.peer_per_second, 1, 100000);
  exchange.finish();
}

void read_surfaces(TableReader& root, const std::string& folder, Config& config) {
  TableReader agency = root.table("agency");
  agency.required_text("id", config.agency.id);
  agency.required_text("federation", config.agency.federation);
  agency.finish();
  TableReader desk = root.table("desk");
  read_listen(desk, config.desk.listen);
  desk.integer("workers", config.desk.workers, 1, 64);
  read_tls(desk, folder, config.desk.tls);
  desk.finish();
  read_exchange(root, folder, config);
  TableReader steward = root.table("steward");
  steward.path("socket", folder, config.steward.socket);
  if (config.steward.socket.empty()) steward.complain("socket", "missing; it has no default");
  steward.finish();
  TableReader ops = root.table("ops");
  read_listen(ops, config.ops.listen);
  ops.flag("expose", config.ops.expose);
  ops.integer("tiles_per_second", config.ops.tiles_per_second, 0, 100000);
  if (!config.ops.expose && !is_loopback(config.ops.listen)) {
    ops.complain("listen",
                 "metrics and probes have no lock of their own: listen on 127.0.0.1, or "
                 "say expose = true if a proxy or network policy guards them");
  }
  ops.finish();
}

void read_database(TableReader& root, Config& config) {
  TableReader database = root.table("database");
  database.required_text("connection", config.database.connection);
  const std::string& connection = config.database.connection;
  if (connection.find("password") != std::string::npos) {
    database.complain("connection",
                      "no password here: use a passfile (passfile=/path, mode 0600) or peer login");
  }
  // A URI can carry a password without that word, and this text is printed.
  if (connection.find("://") != std::string::npos) {
    database.complain("connection",
                      "key=value pairs are expected, e.g. \"host=/run/postgresql "
                      "dbname=relais\", not a URI");
  }
  database.integer("pool", config.database.pool, 2, 128);
  database.integer("statement_timeout_ms", config.database.statement_timeout_ms, 100, 60000);
  database.finish();
}

void read_paths(TableReader& table, std::string_view key, const std::string& folder,
                std::vector<std::string>& into) {
  table.texts(key, into);
  for (std::string& path : into) {
    if (!path.empty() && path.front() != '/') path = folder + "/" + path;
  }
}

void read_keys(TableReader& root, const std::string& folder, Config& config) {
  TableReader ledger = root.table("ledger");
  std::string key;
  ledger.path("key", folder, key);
  read_paths(ledger, "keys", folder, config.ledger.keys);
  if (key.empty() == config.ledger.keys.empty()) {
    ledger.complain("key", "either key, one file, or keys, one a year");
  }
  if (!key.empty()) config.ledger.keys.push_back(key);
  ledger.integer("batch", config.ledger.batch, 1, 4096);
  ledger.integer("queue", config.ledger.queue, 1, 65536);
  ledger.integer("cover", config.ledger.cover, 0, 1024);
  ledger.integer("cadence_seconds", config.ledger.cadence_seconds, 0, 86400);
  ledger.finish();
  TableReader signing = root.table("signing");
  signing.path("key", folder, config.signing.key);
  if (config.signing.key.empty()) signing.complain("key", "missing; it has no default");
  signing.finish();
  TableReader keys = root.table("keys");
  read_paths(keys, "key_encryption", folder, config.keys.key_encryption);
  if (config.keys.key_encryption.empty()) keys.complain("key_encryption", "at least one file");
  keys.path("lookup", folder, config.keys.lookup);
  if (config.keys.lookup.empty()) keys.complain("lookup", "missing; it has no default");
  keys.finish();
  TableReader witness = root.table("witness");
  witness.path("policy", folder, config.witness.policy);
  witness.integer("every_seconds", config.witness.every_seconds, 1, 86400);
  witness.path("key", folder, config.witness.key);
  witness.integer("per_second", config.witness.per_second, 0, 10000);
  witness.finish();
  TableReader reconcile = root.table("reconcile");
  reconcile.integer("every_hours", config.reconcile.every_hours, 0, 24 * 31);
  reconcile.finish();
}

void read_directory(TableReader& root, const std::string& folder, Config& config) {
  TableReader directory = root.table("directory");
  directory.path("path", folder, config.directory.path);
  if (config.directory.path.empty()) directory.complain("path", "missing; it has no default");
  directory.texts("stewards", config.directory.stewards);
  const auto stewards = static_cast<int64_t>(config.directory.stewards.size());
  if (stewards == 0) directory.complain("stewards", "at least one verifier key");
  for (const std::string& steward : config.directory.stewards) {
    if (ledger::VerifierKey::parse(steward)) continue;
    directory.complain("stewards", "not a verifier key, as `relaisctl keys show` prints one");
  }
  directory.integer("threshold", config.directory.threshold, 1, std::max<int64_t>(stewards, 1));
  directory.integer("reload_seconds", config.directory.reload_seconds, 1, 3600);
  directory.texts("urls", config.directory.urls);
  for (const std::string& url : config.directory.urls) {
    if (url.starts_with("https://") || url.starts_with("http://")) continue;
    directory.complain("urls", "a directory is fetched at http:// or https://");
  }
  directory.texts("peers", config.directory.peers);
  directory.integer("fetch_seconds", config.directory.fetch_seconds, 1, 86400);
  directory.integer("grace_hours", config.directory.grace_hours, 0, 24 * 366);
  directory.finish();
}

std::optional<ParameterValue> parameter_of(const toml::node& value) {
  if (const auto* flag = value.as_boolean()) return flag->get();
  if (const auto* number = value.as_integer()) return number->get();
  if (const auto* text = value.as_string()) return text->get();
  return std::nullopt;
}

// Which parameters there are, only the packs know; policy refuses the others.
void read_parameters(TableReader& law, Config& config) {
  const toml::table* raw = law.raw("parameters");
  if (raw == nullptr) return;
  TableReader parameters = law.table("parameters");
  for (const auto& [key, value] : *raw) {
    if (auto known = parameter_of(value)) {
      config.law.parameters.emplace(key.str(), *std::move(known));
    } else {
      parameters.complain(key.str(), "a parameter is a flag, a whole number or a text");
    }
  }
}

void check_activation(TableReader& law, const Config& config) {
  if (config.law.archive.empty()) {
    law.complain("activation", "needs law.archive: what was activated is kept there");
  }
  if (config.directory.stewards.size() < 2) {
    law.complain("activation", "two different stewards activate: name both in directory.stewards");
  }
  if (!config.law.parameters.empty()) {
    law.complain("parameters", "the activation says which values are in force, not this file");
  }
}

void read_law(TableReader& root, const std::string& folder, Config& config) {
  TableReader law = root.table("law");
  law.path("vocabulary", folder, config.law.vocabulary);
  law.path("path", folder, config.law.path);
  if (config.law.vocabulary.empty()) law.complain("vocabulary", "missing; it has no default");
  if (config.law.path.empty()) law.complain("path", "missing; it has no default");
  law.texts("packs", config.law.packs);
  if (config.law.packs.empty()) law.complain("packs", "at least one pack");
  read_parameters(law, config);
  law.path("activation", folder, config.law.activation);
  law.path("archive", folder, config.law.archive);
  if (!config.law.activation.empty()) check_activation(law, config);
  law.finish();
}

void read_work(TableReader& root, const std::string& folder, Config& config) {
  TableReader outbox = root.table("outbox");
  outbox.integer("workers", config.outbox.workers, 1, 64);
  outbox.integer("first_retry_ms", config.outbox.first_retry_ms, 10, 60000);
  outbox.integer("longest_retry_seconds", config.outbox.longest_retry_seconds, 1, 86400);
  outbox.integer("give_up_hours", config.outbox.give_up_hours, 1, 24 * 60);
  outbox.integer("call_timeout_ms", config.outbox.call_timeout_ms, 100, 30000);
  outbox.finish();
  TableReader referral = root.table("referral");
  referral.integer("expiry_days", config.referral.expiry_days, 1, 365);
  referral.integer("anonymise_days", config.referral.anonymise_days, 30, 3650);
  referral.finish();
  TableReader retention = root.table("retention");
  retention.path("path", folder, config.retention.path);
  retention.finish();
  TableReader access = root.table("access");
  access.integer("withhold_days", config.access.withhold_days, 1, 3653);
  access.finish();
  TableReader log = root.table("log");
  log.one_of("level", config.log.level, {"info", "warning", "error"});
  log.finish();
}

}  // namespace

Result<Config> parse_config(const std::string& text, const std::string& name,
                            const std::string& folder) {
  Complaints complaints(name);
  const auto parsed = parse_table(text, name, complaints);
  if (!parsed)
    return fail(FaultKind::invalid, "the configuration is not TOML", complaints.sentences());
  TableReader root(&*parsed, "", complaints);
  Config config;
  read_surfaces(root, folder, config);
  read_database(root, config);
  read_keys(root, folder, config);
  read_directory(root, folder, config);
  read_law(root, folder, config);
  read_work(root, folder, config);
  read_staff(root, config);
  root.finish();
  if (complaints.empty()) return config;
  return fail(FaultKind::invalid, "the configuration is not usable", complaints.sentences());
}

Result<Config> load_config(const std::string& path) {
  constexpr Constant kUnreadable = "the configuration cannot be read";
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    return fail(FaultKind::not_found, kUnreadable, path + ": a folder, not a file");
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    const std::string why = std::generic_category().message(errno);
    return fail(FaultKind::not_found, kUnreadable, path + ": " + why);
  }
  std::ostringstream text;
  text << file.rdbuf();
  if (text.str().size() > kMostBytes) {
    return fail(FaultKind::invalid, "the configuration is too large", path + ": larger than 1 MiB");
  }
  const size_t slash = path.rfind('/');
  return parse_config(text.str(), path, slash == std::string::npos ? "." : path.substr(0, slash));
}

}  // namespace relais::ops
