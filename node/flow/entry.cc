// SPDX-License-Identifier: Apache-2.0
#include "node/flow/entry.h"

#include <algorithm>
#include <utility>

#include "node/flow/fresh.h"

namespace relais::flow {

Draft draft_entry(const Line& line, ledger::Event event, const PersonId& person,
                  const std::string& trace_id) {
  const Instant now = line.clock.now();
  Draft draft;
  draft.person = person;
  draft.shared.event = event;
  draft.shared.entry_id = fresh_uuid(line.clock, line.entropy);
  draft.shared.origin = line.settings.ledger_key.name();
  draft.shared.time_claimed_ms = static_cast<uint64_t>(unix_ms(now));
  // Trace and span stay in the private part: the two agencies share the disclosure id and the
  // handle, nothing else.
  draft.private_part.span_id = fresh_hex(line.entropy, 8);
  draft.private_part.details.emplace_back(
      "trace_id", trace_id.empty() ? fresh_hex(line.entropy, 16) : trace_id);
  draft.private_part.retention_until = retention(now);
  return draft;
}

void add_details(const std::vector<std::pair<std::string, std::string>>& details,
                 ledger::PrivatePart& part) {
  part.details.insert(part.details.end(), details.begin(), details.end());
  std::sort(part.details.begin(), part.details.end());
}

bool has_detail(const ledger::PrivatePart& part, const char* key) {
  return std::any_of(part.details.begin(), part.details.end(),
                     [&](const auto& one) { return one.first == key; });
}

std::string detail_of(const ledger::PrivatePart& part, const char* key) {
  for (const auto& [name, value] : part.details) {
    if (name == key) return value;
  }
  return {};
}

std::string both(const Label& label) {
  return label.fr == label.en ? label.fr : label.fr + " / " + label.en;
}

Label parted(const std::string& text) {
  constexpr std::string_view kBetween = " / ";
  const size_t at = text.find(kBetween);
  if (at == std::string::npos || text.find(kBetween, at + 1) != std::string::npos) {
    return {text, text};
  }
  return {text.substr(0, at), text.substr(at + kBetween.size())};
}

void say(Draft& draft, std::string fr, std::string en) {
  draft.private_part.sentence_fr = std::move(fr);
  draft.private_part.sentence_en = std::move(en);
}

void put_decided_part(ledger::PrivatePart decided, Draft& draft) {
  decided.span_id = draft.private_part.span_id;
  decided.retention_until = draft.private_part.retention_until;
  add_details(draft.private_part.details, decided);
  draft.private_part = std::move(decided);
}

std::optional<Instant> time_of_its_own(const Line& line, const std::string& state) {
  if (state != "cancel_requested") return std::nullopt;
  return line.clock.now() + line.settings.expiry;
}

std::string retention(Instant now) { return Date::of(now).plus_days(3653).text(); }

}  // namespace relais::flow
