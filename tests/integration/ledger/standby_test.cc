// SPDX-License-Identifier: Apache-2.0
// A standby takes over. A synchronous one has everything that was answered. One that had not got
// the last commits is another history: a node that runs on it does not sign.
#include "tests/support/standby.h"

#include "tests/integration/ledger/two_agencies.h"

namespace relais::test {
namespace {

using std::chrono::milliseconds;

PrivatePostgres& postgres() { return PrivatePostgres::instance(); }

// A node's writer that finds whichever of the two is the primary.
struct Failover : testing::Test {
  TwoAgencies two;
  Standby standby{postgres()};
  storage::Pool writers{settings()};
  std::unique_ptr<storage::Appender> appender;

  storage::PoolSettings settings() const {
    storage::PoolSettings either;
    either.connection = "host=" + postgres().folder() + "," + standby.socket() +
                        " dbname=" + two.sender.database +
                        " user=relais_node target_session_attrs=read-write";
    either.size = 1;
    return either;
  }
  void SetUp() override { appender = started().value(); }
  void TearDown() override {
    appender.reset();
    postgres().start();
    postgres().sql("postgres", "ALTER SYSTEM RESET synchronous_standby_names");
    postgres().sql("postgres", "SELECT pg_reload_conf()");
  }
  Result<std::unique_ptr<storage::Appender>> started() {
    return storage::Appender::start(writers, two.sender.keyring, two.sender.signer,
                                    two.sender.directory, two.sender.wake, {});
  }
  // What the standby's copy of the sender's ledger says of the checkpoints let go.
  WatchReport checked_on_standby() const {
    const auto ask = [this](const std::string& query) {
      return standby.sql(two.sender.database, query);
    };
    const auto verify = [this] {
      storage::PoolSettings there;
      there.connection = standby.connection(two.sender.database, "relais_node");
      storage::Pool pool(there);
      std::vector<std::string> wrong;
      const auto report =
          storage::verify(pool, {kOrigin, two.sender.signer.verifier(), &two.sender.keyring, 100});
      if (!report) return std::vector<std::string>{"cannot be read"};
      for (const storage::Finding& one : report->findings) wrong.push_back(one.where);
      return wrong;
    };
    LedgerWatch watch({{kSender, two.sender.signer.verifier(), ask, verify}});
    for (const std::string& note : released) watch.saw(kSender, note);
    return watch.check();
  }
  Result<flow::AppendOutcome> append() {
    const PersonId person("00000000-0000-0000-0000-000000000000");
    return appender->append(two.sender.draft(about.text().empty() ? person : about));
  }
  void release(int entries) {
    for (int i = 0; i < entries; ++i) {
      const auto outcome = append();
      ASSERT_NE(appended(outcome), nullptr);
      released.push_back(appended(outcome)->checkpoint);
    }
  }
  PersonId about;
  std::vector<std::string> released;
};

TEST_F(Failover, to_a_synchronous_standby_loses_nothing_that_was_answered) {
  about = two.sender.person("dossier");
  postgres().sql("postgres", "ALTER SYSTEM SET synchronous_standby_names = 'standby'");
  postgres().sql("postgres", "SELECT pg_reload_conf()");
  std::this_thread::sleep_for(milliseconds{500});  // until every process has read it
  release(20);
  postgres().kill();
  standby.promote();
  EXPECT_EQ(checked_on_standby().wrong, std::vector<std::string>{});
  standby.sql("postgres", "ALTER SYSTEM SET synchronous_standby_names = ''");
  standby.sql("postgres", "SELECT pg_reload_conf()");
  release(5);
  const WatchReport report = checked_on_standby();
  EXPECT_EQ(report.wrong, std::vector<std::string>{});
  EXPECT_EQ(report.released, 25u);
}

TEST_F(Failover, to_a_standby_without_the_last_commits_is_noticed_before_anything_is_signed) {
  about = two.sender.person("dossier");
  release(5);
  standby.catch_up();
  standby.cut();
  release(3);
  postgres().kill();
  standby.promote();
  const auto refused = append();
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().kind, FaultKind::corrupt);
  EXPECT_TRUE(appender->halted());
  EXPECT_EQ(standby.sql(two.sender.database, "SELECT count(*) FROM relais.entry"), "5");
  const WatchReport report = checked_on_standby();
  EXPECT_EQ(report.wrong.size(), 3u) << "the three checkpoints that were let go are missed";
}

}  // namespace
}  // namespace relais::test
