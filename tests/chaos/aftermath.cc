// SPDX-License-Identifier: Apache-2.0
#include "tests/chaos/aftermath.h"

#include <charconv>
#include <cstdlib>
#include <nlohmann/json.hpp>
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

std::vector<std::string> Aftermath::still_in_force(
    const std::vector<std::string>& withdrawn) const {
  const auto here =
      pairs_of(ask(kSender, "SELECT id, handle || ' ' || state FROM relais.referral"));
  const auto there =
      pairs_of(ask(e2e::kHealthTeam, "SELECT handle, state FROM relais.referral WHERE received"));
  const auto told = pairs_of(ask(kSender,
                                 "SELECT handle, status FROM relais.notice"
                                 " WHERE event = 'consent_withdrawn'"));
  std::vector<std::string> wrong;
  for (const std::string& id : withdrawn) {
    const auto mine = here.find(id);
    const std::string row = mine == here.end() ? " unknown" : mine->second;
    const std::string handle = row.substr(0, row.find(' '));
    if (row != handle + " consent_withdrawn")
      wrong.push_back(id + " is" + row.substr(row.find(' ')));
    const auto theirs = there.find(handle);
    if (theirs != there.end() && theirs->second != "consent_withdrawn") {
      wrong.push_back(id + " is " + theirs->second + " at its recipient");
    }
    const auto notice = told.find(handle);
    const std::string status = notice == told.end() ? "not made" : notice->second;
    const bool settled = status == "stopped" || status == "erased" || status == "kept" ||
                         (status == "needless" && theirs == there.end());
    if (!settled) wrong.push_back("the notice of " + id + " is " + status);
  }
  const std::string filed =
      ask(e2e::kHealthTeam,
          "SELECT r.handle FROM relais.referral r JOIN relais.tombstone t"
          " ON t.peer = r.counterpart AND t.handle = r.handle WHERE r.received"
          " AND r.state <> 'consent_withdrawn'");
  if (filed.find_first_not_of('\n') != std::string::npos) wrong.push_back("in force: " + filed);
  return wrong;
}

std::vector<std::string> Aftermath::statement_of(const std::string& person,
                                                 const std::set<std::string>& may_leave) const {
  const auto ended = stage_.federation->relaisctl(
      kSender,
      {"--json", "access", "statement", "--person", person, "--format", "json", "--lang", "en"});
  const auto reply = nlohmann::json::parse(ended ? ended->output : "", nullptr, false);
  const std::string text = reply.is_object() ? reply.value("document", "") : "";
  const auto document = nlohmann::json::parse(text, nullptr, false);
  if (!document.is_object()) return {person + " gets no statement"};
  std::vector<std::string> wrong;
  const auto& entries = document["entries"];
  const size_t shown = entries.size() + document["withheld_entries"].size();
  if (!document.value("complete", false) || shown != document.value("count", size_t{0})) {
    wrong.push_back(person + "'s statement is not whole");
  }
  size_t left = 0;
  for (const auto& entry : entries) {
    for (const std::string category : entry["released"]) {
      ++left;
      if (may_leave.count(category) == 0) wrong.push_back(person + ": " + category + " left");
    }
  }
  if (left == 0) wrong.push_back(person + "'s statement tells of nothing that left");
  return wrong;
}

std::vector<std::string> Aftermath::statements(const std::vector<std::string>& persons,
                                               const std::set<std::string>& may_leave) const {
  std::vector<std::string> wrong;
  for (const std::string& person : persons) {
    for (std::string& one : statement_of(person, may_leave)) wrong.push_back(std::move(one));
  }
  return wrong;
}

void Aftermath::check_persons(const Withdrawals& withdrawals) const {
  std::vector<std::string> wrong = withdrawals.wrong();
  for (std::string& one : still_in_force(withdrawals.withdrawn())) wrong.push_back(std::move(one));
  if (withdrawals.withdrawn().empty()) wrong.emplace_back("nobody withdrew anything");
  stage_.tap.none(wrong, "what was withdrawn is in force nowhere, and every recipient was told");
  // What callers ask for orientation, which the law lets go; and of what is asked about the others
  // only what they agreed to.
  wrong = statements(Callers::persons(), {"name", "year of birth", "need"});
  for (std::string& one : statements(Withdrawals::persons(), {"need"})) {
    wrong.push_back(std::move(one));
  }
  stage_.tap.none(wrong, "every statement is whole, and tells of nothing that might not leave");
  stage_.tap.note(std::to_string(withdrawals.withdrawn().size()) + " consents withdrawn");
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
