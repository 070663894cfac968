// SPDX-License-Identifier: Apache-2.0
// node.toml: everything one node is told. A closed schema: unknown keys, bad values and unsafe
// settings stop the node, each with file, line, column and what was probably meant. Secrets are
// file paths only. Read once at start; plain values after that. Relative paths are taken from the
// file's own folder.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "node/core/result.h"

namespace relais::ops {

struct TlsConfig {
  std::string certificate;  // PEM chain
  std::string key;          // PEM, 0600
  std::string roots;        // PEM: who may call, or answer
};

struct StaffRoleConfig {
  std::string role;
  std::string profession;
  std::string secrecy;
  std::string r1110_2;           // empty: unknown
  std::string sworn;             // "true", "false", empty: unknown
  std::vector<std::string> may;  // names of kDeskRights, said or usual
};

using ParameterValue = std::variant<bool, int64_t, std::string>;

struct Config {
  struct {
    std::string id;
    std::string federation;
  } agency;
  struct {
    std::string listen = "127.0.0.1:7101";
    int workers = 16;
    TlsConfig tls;
  } desk;
  struct {
    std::string listen = "127.0.0.1:7100";
    int workers = 12;
    TlsConfig tls;
    int peer_at_once = 0;  // workers one peer may have; said or not, at least 1 once it is read
    int peer_waiting = 48;
    int peer_per_second = 1000;
  } exchange;
  struct {
    std::string socket;
  } steward;
  struct {
    std::string listen = "127.0.0.1:7102";
    bool expose = false;         // allows an address others can reach
    int tiles_per_second = 500;  // pages of the ledger for whoever watches it; 0: none
  } ops;
  struct {
    std::string connection;  // libpq key=value text, no password
    int pool = 24;
    int statement_timeout_ms = 5000;
  } database;
  struct {
    // Seed files of the ledgers' keys, one a year; a key's name is its ledger's origin.
    std::vector<std::string> keys;
    int batch = 256;
    int queue = 1024;
    int cover = 0;            // batches are filled up to a multiple of it; 0: not
    int cadence_seconds = 0;  // at least one batch in this time; 0: only what happens
  } ledger;
  struct {
    std::string policy;  // the witnesses of this ledger, and how many are enough; empty: none
    int every_seconds = 10;
    std::string key;      // seed file of the key to cosign others' with; empty: nobody's witness
    int per_second = 20;  // requests over HTTP; 0: witness over Exchange only
  } witness;
  struct {
    int every_hours = 24;  // with every peer; 0: only when a steward asks
  } reconcile;
  struct {
    std::string key;  // seed file of the agency's signing key
  } signing;
  struct {
    std::vector<std::string> key_encryption;  // files, one an epoch, or a folder of them
    std::string lookup;
  } keys;
  struct {
    std::string path;
    std::vector<std::string> stewards;  // verifier keys
    int threshold = 1;
    int reload_seconds = 5;
    std::vector<std::string> urls;   // where newer ones are asked for, in turn with the peers
    std::vector<std::string> peers;  // directory ids
    int fetch_seconds = 300;         // between two questions
    int grace_hours = 336;           // before its end, in which the node warns
  } directory;
  struct {
    std::string vocabulary;
    std::string path;
    std::vector<std::string> packs;
    std::map<std::string, ParameterValue, std::less<>> parameters;  // without an activation
    std::string activation;  // signed note; empty: the law is what `path` holds at start
    std::string archive;     // folder of every law there was; empty: none is kept
  } law;
  struct {
    int workers = 4;
    int first_retry_ms = 500;
    int longest_retry_seconds = 900;
    int give_up_hours = 168;
    int call_timeout_ms = 10000;
  } outbox;
  struct {
    int expiry_days = 30;
    int anonymise_days = 730;
  } referral;
  struct {
    std::string path;  // the duties to keep; empty: none
  } retention;
  struct {
    int withhold_days = 365;  // an entry kept from some readers is open to all after that
  } access;
  struct {
    std::string level = "info";
  } log;
  std::vector<StaffRoleConfig> staff;
};

// Fault `invalid`: `where` holds every problem as "file:line:column: text", one a line. Fault
// `not_found`: `where` is "path: why" for a file that cannot be read.
Result<Config> load_config(const std::string& path);
// The same from a text; `folder` resolves relative paths, `name` stands in messages.
Result<Config> parse_config(const std::string& text, const std::string& name,
                            const std::string& folder);

// The effective configuration, every key of it, as one line of JSON, for `relaisctl config check`.
// Holds no secret: keys are paths, and a connection text cannot hold a password.
std::string describe(const Config& config);

}  // namespace relais::ops
