// SPDX-License-Identifier: Apache-2.0
// Key epochs: turned beside running nodes, killed at each step, and an old backup that can read the
// living and not the erased.
#include "admin/rotation.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "admin/node_database.h"
#include "node/core/step.h"
#include "node/flow/fresh.h"
#include "node/ledger/crypto.h"
#include "node/ops/epochs.h"
#include "node/ops/secret_file.h"
#include "node/storage/erasure.h"
#include "node/storage/people.h"
#include "tests/support/certificates.h"
#include "tests/support/postgres.h"

namespace relais::test {
namespace {

PrivatePostgres& postgres() { return PrivatePostgres::instance(); }

class SystemClock final : public Clock {
 public:
  Instant now() override {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  }
};

storage::PoolSettings pool_of(const std::string& database) {
  storage::PoolSettings settings;
  settings.connection = postgres().connection(database, "relais_node");
  settings.size = 2;
  return settings;
}

struct Epochs : testing::Test {
  TestFolder folder;
  std::string database = postgres().migrated_database();
  ops::Config config;
  SystemClock clock;
  ledger::SystemEntropy entropy;

  void SetUp() override {
    std::filesystem::create_directory(folder.file("kek"));
    config.keys.key_encryption = {folder.file("kek")};
    config.keys.lookup = folder.file("lookup");
    ASSERT_TRUE(ops::create_lookup_key(config.keys.lookup, entropy));
    ASSERT_TRUE(ops::create_epoch(keks(), 1, entropy));
  }
  std::string keks() const { return config.keys.key_encryption.front(); }
  storage::Keyring keyring() { return *admin::keyring_of(config, entropy); }

  Result<Person> open(const std::string& base, const storage::Keyring& keys,
                      const std::string& reference) {
    storage::Pool pool(pool_of(base));
    storage::PeopleStore people(pool, keys, entropy, clock);
    return people.open(PersonReference(reference));
  }
  Result<std::optional<Person>> find(const std::string& base, const std::string& reference) {
    storage::Pool pool(pool_of(base));
    const storage::Keyring keys = keyring();
    storage::PeopleStore people(pool, keys, entropy, clock);
    return people.find(PersonReference(reference));
  }
  void erase(const PersonId& person) {
    storage::Pool pool(pool_of(database));
    const storage::Keyring keys = keyring();
    storage::ErasureStore erasures(pool, keys);
    flow::ErasureRequest request;
    request.id = ErasureId(flow::fresh_uuid(clock, entropy));
    request.entry = EntryId(flow::fresh_uuid(clock, entropy));
    request.reference = PersonReference("gone");
    request.reason = "objection";
    request.requested = clock.now();
    request.rows = {{person, 0}};
    ASSERT_TRUE(erasures.request(request).value());
    ASSERT_TRUE(erasures.destroy(request.id));
    ASSERT_TRUE(erasures.shredded(request.id, clock.now()));
  }
  Result<admin::Turned> turn() {
    storage::Pool pool(pool_of(database));
    return admin::turn_epoch(config, pool, entropy, clock.now());
  }
  // A copy by pg_dump and psql, as a restore makes one.
  std::string backup() {
    std::string copy = postgres().empty_database();
    const char* set = std::getenv("RELAIS_POSTGRES_BIN");
    const std::string programs = set != nullptr ? set : "/usr/lib/postgresql/15/bin";
    dump_ = folder.file("dump.sql");
    run(programs + "/pg_dump -f " + dump_ + " -d '" + postgres().connection(database, "postgres") +
        "'");
    programs_ = programs;
    return copy;
  }
  void restore(const std::string& copy) {
    run(programs_ + "/psql -q -X -v ON_ERROR_STOP=1 -f " + dump_ + " -d '" +
        postgres().connection(copy, "postgres") + "' >/dev/null");
  }
  static void run(const std::string& command) { ASSERT_EQ(std::system(command.c_str()), 0); }

 private:
  std::string dump_;
  std::string programs_;
};

TEST_F(Epochs, a_restored_backup_reads_the_living_and_not_the_erased) {
  const storage::Keyring first = keyring();
  ASSERT_TRUE(open(database, first, "stays"));
  const PersonId gone = open(database, first, "gone")->id;
  const std::string copy = backup();
  erase(gone);
  const auto turned = turn();
  ASSERT_TRUE(turned.has_value()) << turned.error().message.view();
  EXPECT_EQ(turned->epoch, 2);
  EXPECT_EQ(turned->living, 1u);
  EXPECT_EQ(turned->completed, 1u) << "the erasure is complete everywhere, and the person is told";
  EXPECT_EQ(ops::epochs_in(keks(), "kek-"), std::vector<int32_t>{2});

  restore(copy);
  EXPECT_EQ(find(copy, "stays").error().kind, FaultKind::unavailable)
      << "a key of an epoch that is not here is an error, and not an erased person";
  EXPECT_EQ(find(copy, "gone").error().kind, FaultKind::unavailable);
  storage::Pool pool(pool_of(copy));
  const auto restored = admin::restore_from_key_file(config, pool, entropy);
  ASSERT_TRUE(restored.has_value()) << restored.error().message.view();
  EXPECT_EQ(restored->living, 1u);
  EXPECT_EQ(restored->erased, 1u);
  EXPECT_EQ(restored->unknown, 0u);
  EXPECT_TRUE(find(copy, "stays").value().has_value());
  EXPECT_FALSE(find(copy, "gone").value().has_value()) << "erased again";
}

TEST_F(Epochs, who_is_in_no_key_file_stays_unreadable_and_is_never_taken_for_erased) {
  const PersonId gone = open(database, keyring(), "gone")->id;
  const std::string copy = backup();
  erase(gone);
  ASSERT_TRUE(turn());
  postgres().sql(database, "DELETE FROM relais.erased_person");
  ASSERT_TRUE(turn());
  restore(copy);
  storage::Pool pool(pool_of(copy));
  const auto restored = admin::restore_from_key_file(config, pool, entropy).value();
  EXPECT_EQ(restored.unknown, 1u);
  EXPECT_EQ(find(copy, "gone").error().kind, FaultKind::unavailable);
}

TEST_F(Epochs, until_the_epoch_turns_an_erasure_is_not_said_to_be_complete) {
  const PersonId gone = open(database, keyring(), "gone")->id;
  ASSERT_TRUE(turn()) << "before the erasure: its key stands in that epoch's key file";
  erase(gone);
  storage::Pool pool(pool_of(database));
  const storage::Keyring keys = keyring();
  storage::ErasureStore erasures(pool, keys);
  EXPECT_FALSE(erasures.newest(1).value()[0].complete.has_value());
  ASSERT_TRUE(turn());
  EXPECT_TRUE(erasures.newest(1).value()[0].complete.has_value());
}

TEST_F(Epochs, a_running_node_takes_the_new_epoch_up_by_itself) {
  storage::Keyring running = keyring();
  running.follow([this]() -> Result<std::vector<storage::EpochKey>> {
    RELAIS_TRY(read, ops::read_epochs(config.keys.key_encryption));
    std::vector<storage::EpochKey> keys;
    for (const auto& one : read) keys.push_back({one.epoch, one.key});
    return keys;
  });
  ASSERT_TRUE(open(database, running, "dossier"));
  storage::Keyring asleep = keyring();  // one that has not looked yet, and cannot
  ASSERT_TRUE(turn());
  EXPECT_TRUE(open(database, running, "dossier").has_value()) << "met, and read from its file";
  EXPECT_EQ(running.newest_epoch(), 2);
  const auto refused = open(database, asleep, "another");
  ASSERT_FALSE(refused.has_value()) << "no key of an ended epoch can be stored any more";
  EXPECT_EQ(refused.error().kind, FaultKind::unavailable);
  EXPECT_TRUE(open(database, running, "another").has_value());
}

TEST_F(Epochs, nothing_is_destroyed_while_one_key_does_not_open) {
  ASSERT_TRUE(open(database, keyring(), "dossier"));
  postgres().sql(database,
                 "UPDATE relais.person SET key_wrapped = decode(repeat('00', 60), 'hex')");
  EXPECT_EQ(turn().error().kind, FaultKind::corrupt);
  EXPECT_EQ(ops::epochs_in(keks(), "kek-"), (std::vector<int32_t>{1, 2}));
}

TEST_F(Epochs, a_key_file_that_is_not_whole_is_refused) {
  ASSERT_TRUE(open(database, keyring(), "dossier"));
  ASSERT_TRUE(turn());
  const std::string path = ops::living_file(keks(), 2);
  std::string text = ops::read_secret(path).value();
  EXPECT_TRUE(storage::parse_living(text).has_value());
  for (const size_t cut : {size_t{1}, text.size() / 2, text.size() - 1}) {
    EXPECT_FALSE(storage::parse_living(text.substr(0, cut)).has_value()) << cut;
  }
  text[text.size() / 3] ^= 1;
  EXPECT_FALSE(storage::parse_living(text).has_value());
}

TEST_F(Epochs, a_single_file_has_no_epochs_to_turn) {
  config.keys.key_encryption = {ops::kek_file(keks(), 1)};
  EXPECT_EQ(turn().error().kind, FaultKind::precondition);
}

std::string dying_at;
void die(Constant step) {
  if (step.view() == dying_at) ::raise(SIGKILL);
}

struct Dying : Epochs, testing::WithParamInterface<const char*> {};

TEST_P(Dying, there_it_is_gone_on_with_and_nobody_is_lost) {
  for (const char* one : {"one", "two", "three"}) ASSERT_TRUE(open(database, keyring(), one));
  const pid_t child = ::fork();
  if (child == 0) {
    dying_at = GetParam();
    step_hook = &die;
    (void)turn();
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status)) << "never at " << GetParam();
  for (const char* one : {"one", "two", "three"}) {
    EXPECT_TRUE(find(database, one).value_or(std::nullopt).has_value()) << one;
  }
  const auto turned = turn();
  ASSERT_TRUE(turned.has_value()) << turned.error().message.view();
  EXPECT_EQ(turned->living, 3u);
  EXPECT_EQ(ops::epochs_in(keks(), "kek-"), std::vector<int32_t>{turned->epoch});
  EXPECT_EQ(ops::epochs_in(keks(), "living-"), std::vector<int32_t>{turned->epoch});
  for (const char* one : {"one", "two", "three"}) {
    EXPECT_TRUE(find(database, one).value_or(std::nullopt).has_value()) << one;
  }
}
INSTANTIATE_TEST_SUITE_P(rotation, Dying,
                         testing::Values("rotate.after_kek", "rotate.before_slice",
                                         "rotate.after_end", "rotate.after_living",
                                         "rotate.before_destroy", "rotate.after_destroy"),
                         [](const auto& one) {
                           std::string name = one.param;
                           for (char& c : name) c = c == '.' ? '_' : c;
                           return name;
                         });

}  // namespace
}  // namespace relais::test
