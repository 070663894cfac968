// SPDX-License-Identifier: Apache-2.0
#include "tests/chaos/aftermath.h"

#include <charconv>
#include <cstdlib>
#include <set>
#include <sstream>

#include "policy/document.h"

namespace relais::chaos {
namespace {

using namespace std::chrono_literals;

// The value of ledger_key in the entry that the agency's directory was made from.
ledger::VerifierKey ledger_key(const demo::Seat& seat) {
  const std::string text = policy::read_file(seat.file("agency.toml")).value_or("");
  const std::string mark = "ledger_key = \"";
  const size_t begin = text.find(mark) + mark.size();
  return ledger::VerifierKey::parse(text.substr(begin, text.find('"', begin) - begin)).value();
}

test::WatchedLedger watched(const e2e::Stage& stage, const std::string& agency) {
  demo::Federation& federation = *stage.federation;
  const demo::Seat& seat = federation.seat(agency);
  const auto ask = [&federation, &seat](const std::string& query) {
    return federation.cluster().sql(seat.database(), query).value();
  };
  const auto verify = [&federation, agency]() -> std::vector<std::string> {
    const auto ended = federation.relaisctl(agency, {"ledger", "verify"});
    if (ended && ended->status == 0) return {};
    return {ended ? ended->output + ended->errors : "relaisctl does not run"};
  };
  return {agency, ledger_key(seat), ask, verify};
}

std::multimap<std::string, std::string> pairs_of(const std::string& rows) {
  std::multimap<std::string, std::string> pairs;
  std::istringstream lines(rows);
  for (std::string line; std::getline(lines, line);) {
    const size_t bar = line.find('|');
    if (bar != std::string::npos) pairs.emplace(line.substr(0, bar), line.substr(bar + 1));
  }
  return pairs;
}

}  // namespace

uint64_t number_from(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  if (text == nullptr) return otherwise;
  uint64_t value = 0;
  const std::string_view view(text);
  const auto read = std::from_chars(view.data(), view.data() + view.size(), value);
  return read.ec == std::errc{} ? value : otherwise;
}

std::vector<test::WatchedLedger> watched_ledgers(const e2e::Stage& stage) {
  std::vector<test::WatchedLedger> ledgers;
  for (const std::string& agency : stage.federation->agencies()) {
    ledgers.push_back(watched(stage, agency));
  }
  return ledgers;
}

std::string Aftermath::ask(const std::string& agency, const std::string& query) const {
  const demo::Federation& federation = *stage_.federation;
  const auto rows = stage_.federation->cluster().sql(federation.seat(agency).database(), query);
  return rows ? *rows : rows.error().where;
}

bool Aftermath::settled() {
  const auto none_waits = [this] {
    waiting_.clear();
    for (const std::string& agency : stage_.federation->agencies()) {
      waiting_ += ask(agency,
                      "SELECT disclosure, peer, attempts, last_failure, next_attempt_ms -"
                      " relais.now_ms() FROM relais.outbox WHERE status = 'queued' LIMIT 5");
    }
    return waiting_.find_first_not_of('\n') == std::string::npos;
  };
  return e2e::eventually(none_waits, 90s);
}

std::vector<std::string> Aftermath::not_delivered(const std::map<std::string, Told>& told) const {
  std::set<std::string> filed;
  std::istringstream lines(ask(kReceiver,
                               "SELECT disclosure FROM relais.filed WHERE status = 'filed'"
                               " AND sender = 'sds-69'"));
  for (std::string line; std::getline(lines, line);) filed.insert(line);
  std::vector<std::string> missing;
  for (const auto& [key, one] : told) {
    if (filed.count(one.disclosure) == 0) missing.push_back(key + " " + one.disclosure);
  }
  return missing;
}

std::vector<std::string> Aftermath::disagreements() const {
  constexpr const char* kStates = "SELECT handle, state FROM relais.referral WHERE handle <> ''";
  const auto sent = pairs_of(ask(kSender, kStates));
  const auto held = pairs_of(ask(kReceiver, kStates));
  std::vector<std::string> wrong;
  if (sent.empty()) wrong.emplace_back("nothing was sent");
  for (const auto& [handle, state] : held) {
    if (held.count(handle) != 1) wrong.push_back("a referral stands twice at " + handle);
    const auto theirs = sent.find(handle);
    if (theirs == sent.end()) {
      wrong.push_back("nobody sent " + handle);
    } else if (theirs->second != state) {
      wrong.push_back(handle + " is " + theirs->second + " at its sender and " + state);
    }
  }
  return wrong;
}

void Aftermath::tell(const test::WatchReport& report, size_t promised, uint64_t repeated,
                     uint64_t accepted, const std::map<std::string, int>& troubles) const {
  stage_.tap.note(std::to_string(promised) + " referrals promised (" + std::to_string(repeated) +
                  " calls repeated), " + std::to_string(accepted) + " accepted");
  for (const auto& [what, times] : troubles) {
    stage_.tap.note(std::to_string(times) + " times " + what);
  }
  stage_.tap.note(std::to_string(report.entries) + " entries, " +
                  std::to_string(report.checkpoints) + " checkpoints (" +
                  std::to_string(report.released) + " of them as strangers saw them), " +
                  std::to_string(report.proofs) + " consistency proofs, " +
                  std::to_string(report.disclosures) + " messages held by peers");
}

}  // namespace relais::chaos
