// SPDX-License-Identifier: Apache-2.0
#include "node/flow/ledger_keys.h"

namespace relais::flow {

std::optional<ledger::VerifierKey> ledger_key_of(const Agency& agency, const std::string& origin,
                                                 Instant now) {
  const auto named = [&](const std::string& text) -> std::optional<ledger::VerifierKey> {
    if (!text.starts_with(origin + "+")) return std::nullopt;
    auto key = ledger::VerifierKey::parse(text);
    if (!key || key->name() != origin) return std::nullopt;
    return std::move(*key);
  };
  if (auto key = named(agency.ledger_key)) return key;
  for (const DatedKey& one : agency.ledgers) {
    if (!one.counts(now)) continue;
    if (auto key = named(one.key)) return key;
  }
  return std::nullopt;
}

std::optional<ledger::VerifierKey> own_ledger_key(const Line& line, const std::string& origin) {
  if (line.settings.ledger_key.name() == origin) return line.settings.ledger_key;
  for (const ledger::VerifierKey& one : line.settings.other_ledgers) {
    if (one.name() == origin) return one;
  }
  return std::nullopt;
}

}  // namespace relais::flow
