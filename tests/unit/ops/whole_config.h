// SPDX-License-Identifier: Apache-2.0
// A node.toml that says every key there is, and what the node says of one like it. Pure.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "node/ops/config.h"

namespace relais::ops {

// Every key, each value said once, so that a missing one is noticed in what describe() prints.
inline constexpr const char* kWhole = R"([agency]
id = "pass-69"
federation = "demo.example"
[desk]
listen = "127.0.0.1:7201"
workers = 11
certificate = "desk.crt"
key = "desk.key"
roots = "desk-roots.crt"
[exchange]
listen = "0.0.0.0:7200"
workers = 12
certificate = "/etc/exchange.crt"
key = "exchange.key"
roots = "exchange-roots.crt"
peer_at_once = 10
peer_waiting = 47
peer_per_second = 1001
[steward]
socket = "steward.sock"
[ops]
listen = "0.0.0.0:7202"
expose = true
tiles_per_second = 499
[database]
connection = "host=/run/postgresql dbname=relais passfile=/etc/pass"
pool = 13
statement_timeout_ms = 4321
[ledger]
key = "ledger.seed"
batch = 257
queue = 1025
cover = 17
cadence_seconds = 61
[witness]
policy = "witnesses.txt"
every_seconds = 21
key = "witness.seed"
per_second = 22
[reconcile]
every_hours = 23
[signing]
key = "signing.seed"
[keys]
key_encryption = ["kek-1", "kek-2"]
lookup = "lookup.key"
[directory]
path = "directory.note"
stewards = ["steward-1.test+84681f0c+AQZY7l+ZEcKiM5HIFyAlDWK9WP828XOPEA8s22B2oM5v",
  "steward-2.test+ca2f65c7+AQhEFyh4WURjgUiVk3ZCO36cW2rcrpnIY6oAPc/X/G5n"]
threshold = 2
reload_seconds = 6
urls = ["https://federation.demo.example/directory.note"]
peers = ["siao-69"]
fetch_seconds = 301
grace_hours = 335
[law]
vocabulary = "vocabulary.toml"
path = "law"
packs = ["eu", "fr"]
archive = "law-archive"
[law.parameters]
"fr.flagged" = true
"fr.number" = 987
"fr.text" = "worded"
[outbox]
workers = 14
first_retry_ms = 501
longest_retry_seconds = 901
give_up_hours = 169
call_timeout_ms = 9999
[referral]
expiry_days = 31
anonymise_days = 731
[log]
level = "warning"
[[staff]]
role = "worker"
profession = "social_work_assistant"
secrecy = "profession"
r1110_2 = "social_list"
sworn = false
may = ["refer", "duty"]
[[staff]]
role = "guest"
profession = "volunteer"
)";

inline std::string with(const std::string& from, const std::string& to) {
  std::string text = kWhole;
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

inline Result<Config> parse(const std::string& text) {
  return parse_config(text, "node.toml", "/conf");
}

// Every problem with a text; empty when it is usable.
inline std::string problems(const std::string& text) {
  const auto config = parse(text);
  return config ? "" : config.error().where;
}

}  // namespace relais::ops
