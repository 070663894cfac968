// SPDX-License-Identifier: Apache-2.0
// Two agencies on one cluster, and a watch over both ledgers. What the first one's appender
// answered is let go: seen by the watch, and filed by the second as its courier would have had it.
// For the tests here.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/ledger_watch.h"
#include "tests/support/stored_agency.h"

namespace relais::test {

inline constexpr const char* kSender = "sds-69";
inline constexpr const char* kReceiver = "siao-69";  // as referral_draft() has it

inline WatchedLedger watched(const std::string& name, Agency& agency) {
  const auto ask = [&agency](const std::string& query) {
    return PrivatePostgres::instance().sql(agency.database, query);
  };
  const auto verify = [&agency] {
    std::vector<std::string> wrong;
    for (const storage::Finding& one : agency.verified().findings) {
      wrong.push_back(std::string(one.what.view()) + ": " + one.where);
    }
    return wrong;
  };
  return {name, agency.signer.verifier(), ask, verify};
}

struct TwoAgencies {
  explicit TwoAgencies(
      const std::string& database = PrivatePostgres::instance().migrated_database())
      : sender(database), receiver(PrivatePostgres::instance().migrated_database()) {}

  // Appends a referral through one of the sender's appenders; true when it was answered and let go.
  bool disclose(storage::Appender& through, const PersonId& person) {
    const flow::Draft draft = sender.referral_draft(person, sender.uuid());
    const auto outcome = through.append(draft);
    const auto* entry = outcome ? std::get_if<flow::Appended>(&*outcome) : nullptr;
    if (entry == nullptr) return false;
    watch.saw(kSender, entry->checkpoint);
    ++let_go;
    return file(draft);
  }
  bool disclose() { return disclose(*sender.appender, sender.person("dossier")); }

  // From many threads, each through one of the appenders in turn.
  void disclose_from(const std::vector<storage::Appender*>& through, int threads, int each) {
    std::vector<PersonId> persons;
    for (int i = 0; i < 5; ++i) persons.push_back(sender.person("dossier " + std::to_string(i)));
    std::vector<std::thread> callers;
    for (size_t t = 0; t < static_cast<size_t>(threads); ++t) {
      callers.emplace_back([&, t] {
        for (int i = 0; i < each; ++i) {
          disclose(*through[t % through.size()], persons[t % persons.size()]);
        }
      });
    }
    for (std::thread& caller : callers) caller.join();
  }

  WatchReport expect_sound() {
    WatchReport report = watch.check();
    for (const std::string& text : report.wrong) ADD_FAILURE() << text;
    EXPECT_EQ(report.disclosures, let_go.load()) << "what was let go is held, once";
    EXPECT_GT(report.disclosures, 0u);
    return report;
  }
  bool finds(const std::string& text) {
    const auto has = [&](const std::string& one) { return one.find(text) != std::string::npos; };
    const WatchReport report = watch.check();
    return std::any_of(report.wrong.begin(), report.wrong.end(), has);
  }

  Agency sender;
  Agency receiver;
  LedgerWatch watch{{watched(kSender, sender), watched(kReceiver, receiver)}};
  std::atomic<uint64_t> let_go{0};

 private:
  // Until it is filed: the outbox would not give up either.
  bool file(const flow::Draft& sent) {
    flow::Draft draft = receiver.draft(filed_);
    draft.filed = flow::Filed{AgencyId(kSender), sent.queued->disclosure, {}, "filed", ""};
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::minutes{2};
    while (std::chrono::steady_clock::now() < give_up) {
      const auto outcome = receiver.appender->append(draft);
      if (!outcome) {  // a database that starts again takes its time on a busy machine
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
        continue;
      }
      const auto* entry = std::get_if<flow::Appended>(&*outcome);
      if (entry != nullptr) watch.saw(kReceiver, entry->checkpoint);
      return true;
    }
    ADD_FAILURE() << "a message was not filed";
    return false;
  }

  const PersonId filed_ = receiver.person("filed");  // known before anything fails
};

}  // namespace relais::test
